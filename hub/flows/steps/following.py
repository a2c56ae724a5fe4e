"""What must be followed 办理: a withdrawal, a removal or a correction; what was sent stays on record (DOMAIN 8)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from hub.core.errors import InvalidInput

TAKEN_BACK = frozenset({"withdraw", "remove"})
"""Acts that take something back; a document with ``replaces`` corrects one."""


class Said(Protocol):
    """What tells a demand from other documents."""

    @property
    def document(self) -> str:
        """Its id."""

    @property
    def act(self) -> str:
        """Its public verb."""

    @property
    def sender(self) -> str:
        """Whose it is."""

    @property
    def replaces(self) -> str | None:
        """The document it corrects."""


def is_demand(one: Said) -> bool:
    """Whether its addressees must act on it and report back."""
    return one.act in TAKEN_BACK or one.replaces is not None


def check_followed(body: object, documents: Iterable[Said], member: str) -> None:
    """Raise ``InvalidInput`` unless ``body`` names a document of the other side that had to be followed."""
    demands = [one.document for one in documents if is_demand(one) and one.sender != member]
    if getattr(body, "document", None) not in demands:
        known = "、".join(dict.fromkeys(demands)) or "无"
        raise InvalidInput(
            f"所办理的文书不是本事项中对方撤回、移出或者更正的文书；可填写：{known}", field="body.document"
        )
