"""Two nodes: a look at personal data in the other's document is told until it was heard, once, and never by name."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from hub.core import envelope as wire
from hub.core.audit import Leaf
from hub.core.policy import ROLES
from hub.flows.looking import PURPOSES, Wanted, unmask
from hub.flows.rows import User
from hub.flows.send import Request
from schemas.wire.frames import Looks
from tests.builders import BEIHAI, JOINT, YULIN, digest, uuid
from tests.simulator.bodies import body
from tests.simulator.world import Node, World

MEMBERS = (YULIN, BEIHAI, JOINT)
OFFICER = User("wang", "王某", "officer", digest("token"))
QUARTER = timedelta(minutes=15)


@pytest.fixture
def world() -> World:
    return World(1, members=MEMBERS, size=3)


def sent(world: World) -> str:
    """玉林 asks 北海; the document."""
    done = world.nodes[YULIN].send(Request("assistance_request", body("assistance_request", "request"), to=(BEIHAI,)))
    world.settle()
    return done.document


def look(world: World, document: str, purpose: str = "case") -> None:
    node = world.nodes[BEIHAI]
    with node.store.begin() as uow:
        row = uow.messages.find_document(document)[0]
        wanted = Wanted(document, row.matter, row.sender, purpose, "某当事人")
        unmask(uow, wanted, OFFICER, lasts=QUARTER, now=node.clock(), new_id=world.new_id, salt=world.salt)


def known(world: World, document: str) -> list[tuple[str, str, str]]:
    with world.nodes[YULIN].store.begin() as uow:
        return [(one.member, one.role, one.purpose) for one in uow.looks.of_document(document)]


def open_ones(node: Node) -> int:
    with node.store.begin() as uow:
        return sum(map(len, uow.looks.untold(999).values()))


def live(world: World, minutes: int, lose: str = "") -> None:
    """So long both work, in steps of 16 seconds; answers of type ``lose`` never come back to 北海."""
    for _ in range(minutes * 60 // 16 + 1):
        for _ in range(4):
            for node in list(world.nodes.values()):
                node.live(node.worker.step)
                inbox = world.network._inboxes[BEIHAI]
                inbox[:] = [one for one in inbox if wire.decode(one.raw).type != lose]
        world.pass_time(16)


def noted(world: World) -> list[Leaf]:
    return [one for one in world.nodes[YULIN].store.rows.ledger.leaves if one.type == "peer-look"]


def told(world: World) -> int:
    return world.nodes[BEIHAI].tap.published[wire.LOOKS]


def test_the_owner_knows_and_the_one_that_looked_knows_that_it_does(world: World) -> None:
    document = sent(world)
    look(world, document)
    look(world, document, "assist")
    live(world, 1)
    assert known(world, document) == [(BEIHAI, "officer", "assist"), (BEIHAI, "officer", "case")]
    assert (open_ones(world.nodes[BEIHAI]), told(world)) == (0, 1), "two looks, one frame"
    assert [one.subject for one in noted(world)] == [document, document]
    assert not any(OFFICER.name.encode() in one.record or "某当事人".encode() in one.record for one in noted(world))
    live(world, 25)
    assert told(world) == 1, "what was heard is not told again"


def test_an_owner_that_is_away_hears_when_it_is_back_and_is_told_once_an_interval_at_most(world: World) -> None:
    document = sent(world)
    away = world.nodes.pop(YULIN)
    live(world, 10)
    look(world, document)
    live(world, 30)
    assert told(world) == 0, "nobody is told who gives no sign of life"
    world.nodes[YULIN] = away
    live(world, 12)
    assert known(world, document) == [(BEIHAI, "officer", "case")]
    assert (open_ones(world.nodes[BEIHAI]), told(world)) == (0, 1)


def test_told_twice_is_one_look_and_an_answer_that_got_lost_comes_again(world: World) -> None:
    document = sent(world)
    look(world, document)
    live(world, 3, lose=wire.LOOKS_HEARD)
    assert (len(known(world, document)), open_ones(world.nodes[BEIHAI]), told(world)) == (1, 1, 1)
    live(world, 12)
    assert (len(known(world, document)), open_ones(world.nodes[BEIHAI]), told(world)) == (1, 0, 2)
    assert len(noted(world)) == 1


def test_of_a_document_that_we_never_sent_nothing_is_recorded_and_nothing_said(world: World) -> None:
    document = sent(world)
    look(world, document)
    with world.nodes[BEIHAI].store.begin() as uow:
        row = uow.messages.find_document(document)[0]
        wanted = Wanted(uuid(77), row.matter, YULIN, "case")
        unmask(uow, wanted, OFFICER, lasts=QUARTER, now=world.now, new_id=world.new_id, salt=world.salt)
    live(world, 1)
    assert [one.subject for one in noted(world)] == [document]
    assert open_ones(world.nodes[BEIHAI]) == 1


def test_a_restart_forgets_nothing(world: World) -> None:
    document = sent(world)
    look(world, document)
    world.nodes[BEIHAI].restart()
    live(world, 1)
    assert len(known(world, document)) == 1


def test_every_role_and_purpose_is_a_code_that_the_frame_takes() -> None:
    fields = Looks.model_json_schema()["$defs"]["Look"]["properties"]
    for name, known_ones in (("role", ROLES), ("purpose", PURPOSES)):
        assert all(re.fullmatch(fields[name]["pattern"], one) for one in known_ones)
