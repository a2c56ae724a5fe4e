"""When the database is away, turns us down, or a client dawdles."""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.types import Message

from hub.core.errors import DatabaseAway
from hub.flows.ports import UnitOfWork
from hub.store.session import SqlStore, open_store
from hub.store.views import SqlViews
from hub.web.app import create_app
from hub.web.deps import TRIES, Limits, WebNode
from tests.builders import BEIHAI, YULIN
from tests.web.offices import World, example

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


class Unwilling:
    """A store that turns down the first ``times`` transactions, as a database does when writers collide."""

    def __init__(self, store: SqlStore, times: int) -> None:
        self.store, self.times = store, times

    def begin(self) -> AbstractContextManager[UnitOfWork]:
        self.times -= 1
        if self.times >= 0:
            raise DatabaseAway
        return self.store.begin()


def client_of(node: WebNode) -> TestClient:
    return TestClient(
        create_app(node), base_url="http://127.0.0.1", headers={"Authorization": "Bearer token-of-officer"}
    )


@pytest.mark.parametrize("path", ["/api/v1/health/ready", "/api/v1/documents", "/api/v1/me"])
def test_a_program_is_told_to_come_back(world: World, path: str):
    store = open_store(NOWHERE, YULIN)
    answer = client_of(replace(world[YULIN].node, store=store, views=SqlViews(store))).get(path)

    assert (answer.status_code, answer.json()["code"]) == (503, "database-away")
    assert int(answer.headers["retry-after"]) > 0


def test_a_person_is_told_in_a_page_and_the_process_still_lives(world: World):
    store = open_store(NOWHERE, YULIN)
    client = client_of(replace(world[YULIN].node, store=store, views=SqlViews(store)))

    answer = client.get("/sign-in/x")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "数据库暂时不可用" in answer.text
    assert client.get("/api/v1/health/live").status_code == 200


@pytest.mark.parametrize(("times", "status", "recorded"), [(TRIES - 1, 201, 1), (TRIES, 503, 0)])
def test_a_collision_is_tried_again_and_records_once(world: World, times: int, status: int, recorded: int):
    office = world[YULIN]
    client = client_of(replace(office.node, store=Unwilling(office.store, times)))
    body = {"kind": "assistance_request", "to": [BEIHAI], "body": example("assistance_request")}

    answer = client.post("/api/v1/documents", json=body, headers={"Idempotency-Key": "a"})

    assert answer.status_code == status
    assert office.views.health().outbox == recorded


def test_a_body_that_never_ends_arriving_is_given_up(world: World):
    app = create_app(replace(world[YULIN].node, limits=Limits(body_seconds=0.01)))
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError("never")

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/documents",
        "raw_path": b"/api/v1/documents",
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:80"), (b"content-type", b"application/json")],
        "http_version": "1.1",
        "scheme": "http",
        "server": ("127.0.0.1", 80),
    }
    asyncio.run(app(scope, receive, send))

    assert sent[0]["status"] == 408
