"""Real nodes on SQLite, exchanging in one process through the real flows, each with its web application."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from adapters.letters.press import OfficePress
from hub.core.ids import ALL, sha256
from hub.flows import relay
from hub.flows.intake import take_in
from hub.flows.ports import Incoming, Sent, SentStatus
from hub.flows.ports.fields import FieldCipher
from hub.flows.rows import User
from hub.flows.seal import seal
from hub.flows.send import Recorded, Request, send
from hub.flows.sync import take_frames
from hub.keystore.passwords import Argon2Passwords
from hub.store.session import create_node, open_store
from hub.store.tables import leaves
from hub.store.views import SqlViews
from hub.web.deps import WebNode
from tests.builders import Clock, Federation, federation, ids, incarnation, keys_for, salts
from tests.builders_fields import FIELDS
from tests.builders_office import fitting
from tests.web.applications import application

EXAMPLES = Path(__file__).resolve().parents[2] / "schemas" / "examples"
TOKEN = "token-of-"
PASSWORDS = Argon2Passwords(memory_kib=64, passes=1)
"""The real thing at a price a test can pay."""


def example(kind: str, number: int = 1, **changes: Any) -> dict[str, Any]:
    """A valid body; attachments left out, for their bytes would have to exist."""
    body = json.loads((EXAMPLES / kind / f"valid-{number}.json").read_text(encoding="utf-8"))
    body.pop("attachments", None)
    return {**body, **changes}


def text_of(browser: TestClient, path: str, status: int = 200) -> str:
    """The visible words of a page."""
    answer = browser.get(path)
    assert answer.status_code == status, answer.text
    return unescape(re.sub(r"<[^>]+>", " ", answer.text))


class Office:
    """One node: store, views, web application, and what its worker would do."""

    def __init__(
        self,
        member: str,
        fed: Federation,
        folder: Path,
        clock: Clock,
        number: int,
        url: str | None = None,
        fields: FieldCipher | None = FIELDS,
    ) -> None:
        self.member, self.fed, self.clock, self.folder = member, fed, clock, folder
        self.url = url = url or f"sqlite:///{folder / member}.db"
        if not (folder / f"{member}.db").exists():
            create_node(
                url,
                member=member,
                incarnation=incarnation(number),
                fingerprint=fed.fingerprint,
                root_raw=fed.root_raw,
                roster_raw=fed.roster_raw,
                agreement_raw=fed.agreement_raw,
                now=clock(),
            )
        self.store = open_store(url, member, fields)
        self.views = SqlViews(self.store)
        self.ids, self.salts = ids(number * 1_000_000), salts(number * 1_000_000)
        self.add_user("officer", "officer", "经办人")
        self.keys = keys_for(member)
        self.quotas: dict[str, Any] = {}

    def add_user(self, name: str, role: str, title: str = "某某", level: str = "principal_head") -> str:
        """A user, who may sign off everything unless told otherwise; returns the bearer token."""
        token = f"{TOKEN}{name}"
        with self.store.begin() as uow:
            uow.users.put(User(name, title, role, sha256(token.encode()), level=level))
        return token

    def add_link(self, name: str = "officer", hours: float = 1) -> str:
        """A one-time sign-in link's token."""
        link = f"link-{self.salts().hex()}"
        with self.store.begin() as uow:
            uow.users.add_link(sha256(link.encode()), name, self.clock() + timedelta(hours=hours))
        return link

    def send(self, kind: str, body: dict[str, Any], **wanted: Any) -> Recorded:
        """Record a decision."""
        request = Request(kind=kind, body=body, **wanted)
        with self.store.begin() as uow:
            request = fitting(uow, request)
            return send(uow, request, actor="officer", now=self.clock(), new_id=self.ids, salt=self.salts)

    def noted(self, kind: str) -> list[tuple[str, dict[str, Any]]]:
        """(subject, facts) of the leaves of one type, the oldest first."""
        query = select(leaves.c.subject, leaves.c.record).where(leaves.c.type == kind).order_by(leaves.c.position)
        with self.store.read() as connection:
            return [(subject, json.loads(record)) for subject, record in connection.execute(query)]

    def seal(self) -> None:
        """Number and sign what is recorded."""
        with self.store.begin() as uow:
            seal(uow, keys=self.keys, now=self.clock(), salt=self.salts, limit=100)

    def collect(self) -> list[relay.Load]:
        """Everything to publish, by network and by ferry."""
        far = self.fed.trust.by_ferry(self.member)
        with self.store.begin() as uow:
            loads = relay.collect(uow, keys=self.keys, now=self.clock(), limit=100)
            loads += relay.wanted(uow, keys=self.keys, now=self.clock())
            for member in sorted(far):
                for want in uow.wants.of(member, 100):
                    loads += relay.pieces_of(uow, want, want.first, 100, keys=self.keys, now=self.clock())
                more = relay.collect(uow, keys=self.keys, now=self.clock(), limit=100, only=member)
                loads += [one for one in more if one.out.to == member and one not in loads]
        return loads

    def confirm(self, loads: list[relay.Load]) -> None:
        """The pipe has them."""
        with self.store.begin() as uow:
            relay.settle(uow, loads, [Sent(one.out.key, SentStatus.CONFIRMED) for one in loads], self.clock())

    def take(self, raw: bytes, channel: str = "spool") -> None:
        """What arrives: messages and attachments one way, control frames the other."""
        flow: Callable[..., Any] = (
            take_in if b"antipyramid.message." in raw or b"antipyramid.part." in raw else take_frames
        )
        with self.store.begin() as uow:
            flow(
                uow,
                [Incoming("1", raw, channel)],
                keys=self.keys,
                now=self.clock(),
                salt=self.salts,
                quotas=self.quotas,
            )

    @cached_property
    def node(self) -> WebNode:
        return WebNode(
            self.member,
            self.store,
            self.views,
            self.clock,
            self.ids,
            self.salts,
            PASSWORDS,
            demo=True,
            press=OfficePress(self.folder / "letters", system_fonts=False),
        )

    @cached_property
    def app(self) -> FastAPI:
        return application(self.node)

    def client(self, user: str | None = "officer") -> TestClient:
        """A program's client, or a stranger's."""
        headers = {"Authorization": f"Bearer {TOKEN}{user}"} if user else {}
        return TestClient(self.app, base_url="http://127.0.0.1:8701", headers=headers)

    def browser(self, user: str = "officer") -> TestClient:
        """A person's browser, signed in."""
        origin = {"Origin": "http://127.0.0.1:8701", "Sec-Fetch-Site": "same-origin"}
        client = TestClient(self.app, base_url="http://127.0.0.1:8701", headers=origin)
        assert client.post(f"/sign-in/{self.add_link(user)}").status_code == 200
        return client


class World(dict[str, Office]):
    """Offices by member id."""

    def __init__(
        self,
        folder: Path,
        members: Iterable[str] | None = None,
        urls: Mapping[str, str] = {},
        fields: FieldCipher | None = FIELDS,
    ) -> None:
        self.fed, self.clock = federation(), Clock()
        for number, member in enumerate(members or self.fed.members, 1):
            self[member] = Office(member, self.fed, folder, self.clock, number, urls.get(member), fields)

    def exchange(self, rounds: int = 4) -> None:
        """Let every worker work until all is quiet (or ``rounds`` are over)."""
        for _ in range(rounds):
            self.clock.advance(seconds=1)
            for office in self.values():
                office.seal()
            moved = 0
            for office in self.values():
                loads = office.collect()
                office.confirm(loads)
                moved += len(loads)
                for load in loads:
                    targets = [m for m in self if m != office.member] if load.out.to == ALL else [load.out.to]
                    for target in targets:
                        if target in self:
                            self[target].take(load.out.raw)
            if not moved:
                return

    def close(self) -> None:
        for office in self.values():
            office.store.close()


@contextmanager
def world_at(folder: Path, members: Iterable[str] | None = None) -> Iterator[World]:
    """A world that is closed again."""
    world = World(folder, members)
    try:
        yield world
    finally:
        world.close()
