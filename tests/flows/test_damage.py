"""X32: a bit flips on the disk: found by the day's reading, named, fetched again, put back, and never signed over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from hub.core.envelope import decode
from hub.core.ids import ALL, sha256
from hub.flows.checkpoint import mark
from hub.flows.fetch import fetch
from hub.flows.growing import grow
from hub.flows.rereading import reread
from hub.flows.rows import Part
from hub.flows.sync import exchange_heads
from hub.store.engine import open_engine, parse_url
from tests.builders import BEIHAI, JOINT, YULIN
from tests.web.offices import Office, World, example

COLUMNS = ("raw", "opened", "title")


@pytest.fixture(params=["sqlite", "postgresql"])
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    """北海, whose disk fails, on either database; 玉林 wrote to it and was written to."""
    urls = {BEIHAI: request.getfixturevalue("pg_database")} if request.param == "postgresql" else {}
    world = World(tmp_path, (YULIN, BEIHAI), urls)
    try:
        world[YULIN].send("assistance_request", example("assistance_request"), to=(BEIHAI,))
        world[BEIHAI].send("case_notice", example("case_notice"), to=(ALL,))
        world.exchange()
        yield world
    finally:
        world.close()


def flip(office: Office, table: str, column: str, where: str) -> None:
    """One bit of what the database keeps in a row is another."""
    engine = open_engine(parse_url(office.url))
    with engine.begin() as connection:
        kept = connection.execute(text(f"SELECT {column} FROM {table} WHERE {where}")).scalar_one()
        change = text(f"UPDATE {table} SET {column} = :new WHERE {where}")
        connection.execute(change, {"new": bent(kept)})
    engine.dispose()


def bent(kept: Any) -> Any:
    if isinstance(kept, str):
        at = len(kept) // 2
        return kept[:at] + ("A" if kept[at] != "A" else "B") + kept[at + 1 :]
    data = bytearray(kept)
    data[len(data) // 2] ^= 1
    return bytes(data)


def day(office: Office) -> None:
    """A day later the node reads everything again."""
    office.clock.advance(hours=25)
    for _ in range(5):
        with office.store.begin() as uow:
            reread(uow, now=office.clock(), salt=office.salts, limit=2)


def alarms(office: Office) -> list[tuple[str, str]]:
    with office.store.begin() as uow:
        return [(one.kind, one.why) for one in uow.alarms.open(office.member)]


def signs_its_log(office: Office) -> bool:
    office.clock.advance(minutes=2)
    with office.store.begin() as uow:
        grow(uow, now=office.clock(), salt=office.salts, limit=1000)
        return mark(uow, witness=office.keys.witness, now=office.clock(), salt=office.salts, at_once=True)


def heal(world: World, rounds: int = 6) -> None:
    """Heads both ways and whatever they lead to."""
    for _ in range(rounds):
        world.clock.advance(seconds=20)
        for office in world.values():
            with office.store.begin() as uow:
                exchange_heads(uow, keys=office.keys, now=world.clock(), salt=office.salts, every=0)
                fetch(uow, keys=office.keys, now=world.clock(), salt=office.salts)
        world.exchange()


def stored(office: Office, sender: str) -> tuple[bytes, bytes | None, str]:
    with office.store.begin() as uow:
        [found] = uow.messages.of_sender(sender, 0, 9)
        return found.raw, found.opened, found.title


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("sender", [YULIN, BEIHAI])
def test_x32_a_damaged_message_is_found_named_and_put_back_from_who_has_it(
    world: World, column: str, sender: str
) -> None:
    office = world[BEIHAI]
    before = stored(office, sender)
    assert signs_its_log(office)
    flip(office, "messages", column, f"sender = '{sender}'")
    day(office)
    [(kind, why)] = alarms(office)
    assert kind == "damaged"
    assert "损坏" in why
    assert "索取原件" in why
    assert not signs_its_log(office), "no checkpoint over what is known to be wrong"
    heal(world)
    assert alarms(office) == []
    assert stored(office, sender) == before
    [(subject, facts)] = office.noted("mended")
    assert (subject, facts["seq"]) == (sha_of(office, sender), 1)
    assert signs_its_log(office)


def sha_of(office: Office, sender: str) -> str:
    with office.store.begin() as uow:
        return uow.messages.of_sender(sender, 0, 9)[0].hash


def test_x32_what_is_whole_is_read_once_a_day_and_raises_nothing(world: World) -> None:
    office = world[BEIHAI]
    day(office)
    assert alarms(office) == []
    with office.store.begin() as uow:
        assert reread(uow, now=office.clock(), salt=office.salts) == 0
        assert reread(uow, now=office.clock() + timedelta(days=1), salt=office.salts) == 2


def test_x32_a_damaged_attachment_is_fetched_again_from_its_sender(world: World) -> None:
    content = b"%PDF-1.7 " + bytes(range(256)) * 3000
    digest = sha256(content)
    listed = [{"name": "附件.pdf", "part": digest, "size": len(content), "media_type": "application/pdf"}]
    yulin, office = world[YULIN], world[BEIHAI]
    yulin.send(
        "assistance_request",
        example("assistance_request", attachments=listed),
        to=(BEIHAI,),
        parts=(Part(digest, "application/pdf", content),),
    )
    heal(world)
    with office.store.begin() as uow:
        assert uow.parts.have([digest]) == {digest}
    flip(office, "pieces", "piece", f"content = (SELECT content FROM parts WHERE sha256 = '{digest}') AND start = 0")
    day(office)
    [(kind, why)] = alarms(office)
    assert (kind, "附件与签名时的摘要不符" in why) == ("damaged", True)
    heal(world)
    day(office)
    assert alarms(office) == []
    with office.store.begin() as uow:
        assert uow.parts.piece(digest, 0) == content[: 256 * 1024]
    assert [facts["part"] for _, facts in office.noted("mended")] == [digest]


@pytest.mark.parametrize("column", ["raw", "title"])
def test_x32_a_damaged_header_copy_comes_again_as_a_header_copy(tmp_path: Path, column: str) -> None:
    world = World(tmp_path, (YULIN, BEIHAI, JOINT))
    try:
        world[YULIN].send("assistance_request", example("assistance_request"), to=(BEIHAI,))
        world.exchange()
        office = world[JOINT]
        before = stored(office, YULIN)
        flip(office, "messages", column, f"sender = '{YULIN}'")
        day(office)
        assert [kind for kind, _ in alarms(office)] == ["damaged"]
        heal(world)
        assert alarms(office) == []
        assert stored(office, YULIN) == before
        assert decode(stored(office, YULIN)[0]).body is None
    finally:
        world.close()
