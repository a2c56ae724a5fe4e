"""What a request works with: the node's parts, and the two ways to use its database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, TypeVar

from fastapi import Depends, Request

from hub.core.audit import leaf
from hub.core.errors import DatabaseAway
from hub.flows.ports import NewId, Salt, Store, UnitOfWork
from hub.flows.ports.people import Passwords
from hub.flows.ports.press import Press
from hub.flows.ports.sealing import Sealing
from hub.flows.ports.views import Views

T = TypeVar("T")

TRIES = 3
"""How often a flow is run when the database turned it down; it is a pure function of database and arguments."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of what a client may send."""

    api_body: int = 2 * 1024 * 1024
    """Bytes; 1 MiB of attachments is 1.4 MiB of base64."""
    form_body: int = 64 * 1024
    paper_body: int = 1024 * 1024
    """A working paper holds a body of 256 KiB, and a form writes every Chinese character in nine bytes."""
    upload_body: int = 2 * 1024 * 1024 + 64 * 1024
    """The same with 1 MiB of files beside it; only where papers take files."""
    head: int = 16 * 1024
    """Bytes of all header fields together."""
    fields: int = 100
    """Number of header fields."""
    target: int = 8 * 1024
    """Bytes of path and query."""
    body_seconds: float = 20.0
    """A body must have arrived after this long."""
    export: int = 10_000
    """Rows of one list taken away."""
    session: timedelta = timedelta(hours=8)
    """A sign-in ends after this long in any case."""
    idle: timedelta = timedelta(minutes=30)
    """A sign-in ends after this long without a request."""


@dataclass(frozen=True, slots=True)
class WebNode:
    """The parts of a node that the web process holds; there is no key among them (DESIGN D2)."""

    member: str
    store: Store
    views: Views
    clock: Callable[[], datetime]
    new_id: NewId
    salt: Salt
    passwords: Passwords
    demo: bool = False
    limits: Limits = field(default_factory=Limits)
    four_eyes: bool = True
    """Nobody reviews or signs off what he wrote; false waives that, and every leaf says so."""
    unmask: timedelta = timedelta(minutes=15)
    """How long personal data stays shown to who asked for it."""
    press: Press | None = None
    """Sets letters as PDF and docx; None: letters are printed by the browser alone."""
    factor_for: frozenset[str] = frozenset()
    """Groups of ``hub.core.policy.FACTOR_GROUPS`` who must set up a second factor before anything else."""
    sealing: Sealing | None = None
    """The office's electronic-seal system; None: it prints, stamps and scans."""
    hosts: frozenset[str] = frozenset()
    """Names by which the node may be asked for, besides those of the machine itself; none: any."""
    behind_proxy: bool = False
    """A proxy ends TLS; what it did not take over TLS is refused."""
    draw_code: Callable[[str], str] | None = None
    """Text → address of its QR picture, as an image takes it; None: only text is shown."""

    def now(self) -> datetime:
        """The time, to the millisecond that also goes over the wire."""
        now = self.clock()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def act(self, flow: Callable[[UnitOfWork], T]) -> T:
        """Run ``flow`` in one transaction, again if the database could not serve it beside others."""
        for _ in range(TRIES - 1):
            try:
                return self._once(flow)
            except DatabaseAway:
                continue
        return self._once(flow)

    def note(self, kind: str, subject: str, actor: str, **facts: object) -> None:
        """Write one leaf into the audit log: a look-up or an export is an act too (DESIGN D7)."""
        entry = leaf(kind, subject, actor, self.now(), self.salt(), **facts)
        self.act(lambda uow: uow.ledger.add([entry]))

    def _once(self, flow: Callable[[UnitOfWork], T]) -> T:
        with self.store.begin() as uow:
            return flow(uow)


def node_of(request: Request) -> WebNode:
    """The node this application serves."""
    node: WebNode = request.app.state.node
    return node


Node = Annotated[WebNode, Depends(node_of)]
"""Parameter type of every endpoint that needs the node."""
