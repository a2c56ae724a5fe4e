"""Seal, relay and clock: dying at any point loses nothing, repeats nothing and never claims too much."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from hub.core import envelope as wire
from hub.flows.clock import remind
from hub.flows.rows import DeliveryStatus
from hub.flows.send import Request
from tests.builders import BEIHAI, JOINT, YULIN
from tests.fakes_store import Crash
from tests.fakes_transport import Faults
from tests.simulator.bodies import body
from tests.simulator.rest import check_rest
from tests.simulator.world import Node, World


def asked(world: World) -> str:
    request = Request("assistance_request", body("assistance_request", "request"), to=(BEIHAI,))
    return world.nodes[YULIN].send(request).matter


def points(node: Node, arrow: Callable[[], int]) -> list[str]:
    """Every crash point an arrow passes."""
    passed: list[str] = []
    node.store.fail_at = passed.append
    arrow()
    node.store.fail_at = None
    return passed


ARROWS: dict[str, tuple[str, str, tuple[tuple[str, str], ...]]] = {
    "seal": (YULIN, "seal_once", ()),
    "relay": (YULIN, "relay_once", ((YULIN, "seal_once"),)),
    "receive": (BEIHAI, "receive_once", ((YULIN, "step"),)),
    "send": (YULIN, "carry", ()),
    "answer": (BEIHAI, "carry", ((YULIN, "step"),)),
    "be answered": (YULIN, "carry", ((YULIN, "step"), (BEIHAI, "carry"))),
}
"""Where which step dies, and what happened before."""


def before(world: World, name: str) -> tuple[Node, Callable[[], int]]:
    """The node about to die, and its step."""
    for member, step in ARROWS[name][2]:
        getattr(world.nodes[member].worker, step)()
    node = world.nodes[ARROWS[name][0]]
    return node, getattr(node.worker, ARROWS[name][1])


def crash_points(name: str) -> list[str]:
    world = World(1)
    asked(world)
    return points(*before(world, name))


CRASHES = [
    pytest.param(name, number, id=f"{name}-{number}-{point}")
    for name in ARROWS
    for number, point in enumerate(crash_points(name))
]


@pytest.mark.parametrize(("name", "number"), CRASHES)
def test_a_crash_at_any_write_of_an_arrow_is_repaired_by_the_next_start(name: str, number: int) -> None:
    world = World(1)
    matter = asked(world)
    asker, other = world.nodes[YULIN], world.nodes[BEIHAI]
    dying, step = before(world, name)
    drafts, sealed = asker.store.rows.outbox.count(), len(asker.store.rows.messages.rows)
    dying.die_after(number + 1)
    with pytest.raises(Crash) as death:
        step()
    dying.restart()
    dying.store.check()
    rows = asker.store.rows
    if name == "seal":
        persisted = str(death.value) == "commit:after"
        assert (rows.outbox.count(), len(rows.messages.rows)) == ((0, 1) if persisted else (drafts, sealed))
    world.settle()
    assert [m.seq for m in rows.messages.rows.values() if m.sender == YULIN] == [1], "one number, one message"
    assert other.store.rows.matters.rows[matter].state == "requested"
    check_rest(world)


@pytest.mark.parametrize("fault", ["fail", "unconfirmed"])
def test_what_the_pipe_did_not_confirm_is_not_on_the_wire(fault: str) -> None:
    world = World(1)
    asked(world)
    asker = world.nodes[YULIN]
    asker.worker.seal_once()
    world.network.faults = Faults(**{fault: 1.0})
    assert asker.worker.relay_once() == 0
    statuses = {row.status for row in asker.store.rows.deliveries.rows.values()}
    assert statuses == {DeliveryStatus.PENDING}
    assert set(asker.worker.resting) == {BEIHAI, JOINT}, "left alone for a while"
    assert asker.worker.relay_once() == 0
    world.network.faults = Faults()
    world.pass_time(6)
    assert asker.worker.relay_once() == 2
    world.settle()
    check_rest(world)


def test_a_member_that_is_away_holds_nobody_up() -> None:
    world = World(1)
    asked(world)
    asker = world.nodes[YULIN]
    asker.worker.seal_once()
    world.network.cut(YULIN, BEIHAI)
    asker.worker.relay_once()
    status = {row.member: row.status for row in asker.store.rows.deliveries.rows.values()}
    assert status == {BEIHAI: DeliveryStatus.PENDING, JOINT: DeliveryStatus.ON_WIRE}


def test_a_batch_shares_one_leaf_for_the_use_of_the_key_and_chains_its_numbers() -> None:
    world = World(1)
    for _ in range(3):
        asked(world)
    asker = world.nodes[YULIN]
    assert asker.worker.seal_once() == 3
    uses = [leaf for leaf in asker.store.rows.ledger.leaves if leaf.type == "key-use"]
    assert len(uses) == 1
    made = list(asker.store.rows.messages.rows.values())
    assert [m.seq for m in made] == [1, 2, 3]
    assert [m.prev for m in made] == [None, made[0].hash, made[1].hash]


def reminders(world: World) -> list[str]:
    rows = world.nodes[YULIN].store.rows.messages.rows.values()
    return [m.hash for m in rows if m.kind == "reminder"]


def test_what_goes_to_all_is_sealed_for_so_many_at_once_and_other_work_has_its_turn_in_between() -> None:
    world = World(1)
    node = world.nodes[YULIN]
    others = len(world.nodes) - 1
    for _ in range(5):
        node.send(Request("case_notice", body("case_notice", "publish"), to=("all",)))
    asked(world)
    node.worker.batch = 2 * others
    assert [node.worker.seal_once() for _ in range(4)] == [2, 2, 2, 0]
    published = [row for row in node.store.rows.messages.rows.values() if row.audience == "all"]
    assert [row.seq for row in published] == [1, 2, 3, 4, 5], "in the order in which they were decided"


def test_a_reminder_goes_out_once_per_stage_also_after_restarts() -> None:
    world = World(1)
    matter = asked(world)
    world.settle()
    due = world.nodes[YULIN].store.rows.matters.rows[matter].due_effective
    assert due is not None
    counts = []
    while world.now.date() <= due + timedelta(days=1):
        world.pass_time(43_200)
        for node in world.nodes.values():
            node.restart()
        for _ in range(4):
            world.round()
            world.pass_time(2)
        counts.append(len(reminders(world)))
    assert counts == sorted(counts)
    assert counts[-1] == 3, "three working days before, one before, and on the day"
    world.settle()
    assert world.nodes[BEIHAI].store.rows.matters.rows[matter].state == "requested", "a reminder moves nothing"
    assert all(wire.decode(m.raw).type == wire.MESSAGE for m in world.nodes[BEIHAI].store.rows.messages.rows.values())


@pytest.mark.parametrize(
    "point",
    ["matters.claim_stages:after", "outbox.add:after", "matters.look_again:after", "commit:before", "commit:after"],
)
def test_a_crash_while_reminding_neither_loses_nor_repeats_the_reminder(point: str) -> None:
    world = World(1)
    matter = asked(world)
    world.settle()
    asker = world.nodes[YULIN]
    moment = asker.store.rows.matters.rows[matter].remind_at
    assert moment is not None
    world.pass_time((moment - world.now).total_seconds() + 5)

    def die(here: str) -> None:
        if here == point:
            raise Crash(here)

    def once() -> int:
        with asker.store.begin() as uow:
            return remind(uow, now=asker.clock(), new_id=world.new_id, salt=world.salt, limit=10)

    asker.store.fail_at = die
    with pytest.raises(Crash):
        once()
    asker.restart()
    assert once() == (0 if point == "commit:after" else 1)
    assert once() == 0
    world.settle()
    assert len(reminders(world)) == 1


def test_a_late_start_sends_the_latest_stage_only() -> None:
    world = World(1)
    matter = asked(world)
    world.settle()
    world.pass_time(40 * 86_400)
    world.settle()
    assert len(reminders(world)) == 1
    assert world.nodes[YULIN].store.rows.matters.rows[matter].clock == "running"


def test_no_reminder_goes_out_once_the_duty_is_done() -> None:
    world = World(1)
    matter = asked(world)
    world.settle()
    for kind, act in (("answer", "accept"), ("assistance_feedback", "feedback-final")):
        world.nodes[BEIHAI].send(Request(kind, body(kind, act), matter=matter))
        world.settle()
    world.pass_time(60 * 86_400)
    world.settle()
    assert reminders(world) == []
    assert world.nodes[YULIN].store.rows.matters.rows[matter].clock == "met"
