"""The nodes of a simulation, joined: each with its own store, key and inbox, all under one clock that we turn.

What moves documents is the real worker. Only the comparing of heads is done once a week instead of every half minute:
between honest nodes on a whole disk it never finds anything, and a year has a million half minutes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from hub.app import Node, build_views, build_worker
from hub.cli.bundle import export, take
from hub.cli.simulation.dice import Dice
from hub.core.errors import Misconfigured
from hub.core.ids import uuid7
from hub.core.terms import host_at
from hub.flows.outside import keep
from hub.flows.ports.outside import OutsideOffice
from hub.flows.send import Recorded, Request, send
from hub.keystore.ring import FileRing
from hub.store.session import open_store
from hub.worker import ARROWS

if TYPE_CHECKING:
    from hub.core.trust import Trust
    from hub.flows.ports.views import Views
    from hub.settings import Settings
    from hub.worker import Worker
    from schemas.wire.roster import Member

_QUIET = tuple(arrow for arrow in ARROWS if arrow != "sync")
_ROUNDS = 400
CLERK = "模拟"
"""Who decides, in the audit log."""


def outside_of(member: str) -> str:
    """The office outside the federation that this member writes to."""
    return f"out-{member[:4]}00-1"


@dataclass
class Post:
    """One office at its node."""

    member: Member
    node: Node
    worker: Worker
    views: Views
    inbox: Path
    seen: datetime | None = None
    """Matters that moved later are news to it."""

    @property
    def id(self) -> str:
        """Member id."""
        return self.member.id


@dataclass
class Federation:
    """All posts, their time and the files carried by hand."""

    now: datetime
    ferries: Path
    posts: dict[str, Post] = field(default_factory=dict)
    carried: list[tuple[str, datetime]] = field(default_factory=list)
    """Office behind the gap, and when somebody carried files to and from it."""

    @classmethod
    def open(cls, homes: Iterable[Settings], seed: int, now: datetime, ferries: Path) -> Federation:
        """Open founded nodes; the roster says who they are."""
        self = cls(now, ferries)
        for settings in homes:
            dice = Dice(seed, "ids", settings.member)
            node = Node(
                settings,
                open_store(settings.database, settings.member, FileRing(settings.ring)),
                lambda: self.now,
                lambda at, dice=dice: uuid7(at, dice.take(10)),  # type: ignore[misc]
                lambda dice=dice: dice.take(16),  # type: ignore[misc]
            )
            views = build_views(node)
            worker = build_worker(node)
            worker.arrows = _QUIET
            inbox = Path(settings.transport.partition(":")[2]) / settings.member / "new"
            self.posts[settings.member] = Post(views.trust().member(settings.member), node, worker, views, inbox)
        for post in self:
            post.worker.transport.probe()  # Makes the inbox, so that others may write to it.
            self._register_outside(post)
        return self

    def _register_outside(self, post: Post) -> None:
        """One street office of its own city, to which paper goes."""
        node, region = post.node, f"{post.id[:4]}00"
        city, city_office, _ = post.member.name.partition("市")
        name = f"{city if city_office else '本'}市某街道办事处"
        office = OutsideOffice(outside_of(post.id), name, region, "grass", "某路某号", "某主任", "", "post")
        with node.store.begin() as uow:
            if uow.outside.get(office.id) is None:
                keep(uow, office, who=CLERK, now=self.now, salt=node.salt)

    def __iter__(self) -> Iterator[Post]:
        """Every post, in the order of opening."""
        return iter(self.posts.values())

    def __getitem__(self, member: str) -> Post:
        """The post of a member."""
        return self.posts[member]

    @property
    def trust(self) -> Trust:
        """The files in force, the same at every node."""
        return next(iter(self)).views.trust()

    @property
    def office(self) -> Post | None:
        """The joint-meeting office of today."""
        return self.posts.get(host_at(self.trust, self.now) or "")

    def send(self, post: Post, request: Request) -> Recorded:
        """A person at ``post`` decides, and everything that follows happens."""
        node = post.node
        with node.store.begin() as uow:
            done = send(uow, request, actor=CLERK, now=self.now, new_id=node.new_id, salt=node.salt)
        self.settle([post])
        return done

    def settle(self, first: Iterable[Post] | None = None) -> None:
        """Step the nodes that have something to do until none has; raises ``Misconfigured`` if that never ends."""
        busy = list(self if first is None else first)
        for _ in range(_ROUNDS):
            for post in busy:
                while post.worker.step():
                    pass
            busy = [post for post in self if _has_mail(post)]
            if not busy:
                return
        raise Misconfigured("模拟未能平静下来：各节点不停互发", field="seed")

    def morning(self) -> None:
        """Nine o'clock: every clock ticks, reminders go out."""
        busy = [post for post in self if post.worker.tick()]
        self.settle(busy)

    def compare(self) -> None:
        """Every node tells the others how far its streams go."""
        for post in self:
            post.worker.arrows = ARROWS
        self.now += timedelta(minutes=1)
        self.settle()
        for post in self:
            post.worker.arrows = _QUIET

    def carry(self, office: Post) -> None:
        """Somebody takes ferry files to the office behind the gap, and its own back."""
        for post in self:
            if post is not office:
                self._bundle(post, office)
        self.settle([office])
        for post in self:
            if post is not office:
                self._bundle(office, post)
        self.settle()
        self.carried.append((office.id, self.now))

    def _bundle(self, sender: Post, receiver: Post) -> None:
        path = self.ferries / f"{sender.id}-{receiver.id}.ferry"
        more = True
        while more:
            path.unlink(missing_ok=True)
            _, _, more = export(sender.node, sender.worker, receiver.id, path, actor=CLERK)
            take(receiver.node, receiver.worker, path, actor=CLERK)
        path.unlink()

    def close(self) -> None:
        """Give back files and connections; what was written stays."""
        for post in self:
            post.worker.transport.close()
            post.node.store.close()


def _has_mail(post: Post) -> bool:
    with os.scandir(post.inbox) as entries:
        return next(entries, None) is not None
