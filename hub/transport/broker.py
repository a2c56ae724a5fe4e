"""What the broker's own rules must be: one user per member, who writes only as itself and reads only its own inbox.

Made from the roster as a definitions file, RabbitMQ's own format (``rabbitmqctl import_definitions``), because every
start of the broker can load it and a reader can compare two of them. Users have no password: they come with a client
certificate whose common name is the member's id (mechanism EXTERNAL). ``guest`` is not among them, and a broker that
loads definitions at its first start never makes one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from hub.transport.rabbitmq_loop import EXCHANGE, inbox_of

NOTHING: Final = "^$"
LINES: Final = 8
"""Connections of one member: two per worker process, and some to spare while old ones time out."""


def definitions(members: Iterable[tuple[str, bool]], vhost: str = "/") -> dict[str, Any]:
    """The definitions for these (member id, may exchange now) pairs.

    Who may not, keeps an inbox, so that nothing to it is lost while it is suspended, and gets no access at all.
    """
    known = list(members)
    queues = [inbox_of(member) for member, _ in known]
    bound = [(queue, key) for (member, _), queue in zip(known, queues, strict=True) for key in (member, "all")]
    return {
        "vhosts": [{"name": vhost}],
        "users": [{"name": member, "password_hash": "", "tags": "", "limits": _limits(on)} for member, on in known],
        "permissions": [{"user": member, "vhost": vhost, **_may(member, active=on)} for member, on in known],
        "exchanges": [{"name": EXCHANGE, "vhost": vhost, "type": "direct", **_LASTING}],
        "queues": [
            {"name": queue, "vhost": vhost, "arguments": {"x-queue-type": "quorum"}, "type": "quorum", **_STAYING}
            for queue in queues
        ],
        "bindings": [
            {"source": EXCHANGE, "vhost": vhost, "destination": queue, "destination_type": "queue"}
            | {"routing_key": key, "arguments": {}}
            for queue, key in bound
        ],
    }


_STAYING: Final = {"durable": True, "auto_delete": False}
_LASTING: Final = {**_STAYING, "internal": False, "arguments": {}}


def _limits(active: bool) -> dict[str, int]:
    return {"max-connections": LINES if active else 0}


def _may(member: str, *, active: bool) -> dict[str, str]:
    if not active:
        return {"configure": NOTHING, "write": NOTHING, "read": NOTHING}
    return {
        "configure": NOTHING,
        "write": f"^{re.escape(EXCHANGE)}$",
        "read": f"^{re.escape(inbox_of(member))}$",
    }
