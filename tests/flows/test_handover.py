"""The joint-meeting office changes hands: the new host is shown the year before, the old one nothing more (D16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from hub.core import envelope as wire
from hub.flows.install import install
from hub.flows.ports import Outgoing
from hub.flows.rows import DeliveryStatus, MessageStatus
from hub.flows.send import Request
from hub.flows.steps.receipting import receipts
from schemas.wire.header import Header
from tests.builders import BEIHAI, YULIN, Federation
from tests.simulator.bodies import body
from tests.simulator.world import Node, World

POLICE = "440800-ps"
OLD, NEW = "450900-jm", "450500-jm"
MEMBERS = (YULIN, BEIHAI, POLICE, OLD, NEW)
FIRST = datetime(2026, 6, 30, 16, 0, tzinfo=UTC)
"""The new term's first moment: 2026-07-01 in Beijing."""
LAST = datetime(2026, 6, 30, tzinfo=UTC)
"""A morning in the old term, after all reminders."""
TERMS = [
    {"member": OLD, "since": "2026-01-01", "until": "2026-06-30"},
    {"member": NEW, "since": "2026-07-01", "until": "2027-06-30"},
]


def take(world: World, fed: Federation) -> None:
    for node in world.nodes.values():
        with node.store.begin() as uow:
            install(uow, [fed.roster_raw], actor="cli:test", now=world.now, salt=world.salt)


def ask(node: Node, to: str = BEIHAI, **more: Any) -> str:
    return node.send(Request("assistance_request", body("assistance_request", "request"), to=(to,), **more)).matter


def answer(node: Node, matter: str) -> None:
    node.send(Request("answer", body("answer", "accept"), matter=matter))


def report(node: Node, to: str) -> str:
    return node.send(Request("statistic_report", body("statistic_report", "report"), to=(to,))).document


def copies(node: Node) -> set[str]:
    return {row.hash for row in node.store.rows.messages.rows.values() if row.status is MessageStatus.COPY}


def at_term(world: World) -> None:
    """Into the new term, past the pause before anything is handed over."""
    world.now = max(world.now, FIRST)
    world.settle()
    world.pass_time(61)
    world.settle()


@pytest.fixture
def world() -> World:
    """A federation that knows of the change; matters between each two, answered and not, and the police's own."""
    world = World(1, members=MEMBERS, size=5)
    take(world, world.federation.renewed(joint_meeting=TERMS))
    yulin, beihai, police = (world.nodes[member] for member in (YULIN, BEIHAI, POLICE))
    for one, other in ((yulin, beihai), (beihai, yulin), (yulin, police), (police, beihai)):
        matter = ask(one, other.member)
        world.settle()
        answer(other, matter)
        ask(one, other.member)
        world.settle()
    world.now = LAST
    world.settle()
    return world


def test_the_new_host_is_shown_what_the_old_one_saw_with_the_same_receipts(world: World) -> None:
    old, new = world.nodes[OLD], world.nodes[NEW]
    assert len(copies(old)) >= 12
    assert copies(new) == set(), "nothing before the term begins, whenever the roster came"
    at_term(world)
    assert copies(new) == copies(old)
    assert not new.store.rows.deliveries.blind, "it knows every receipt"
    assert matters(new) == matters(old), "so it counts the same days"
    for node in (old, new):
        assert not node.store.rows.quarantine.rows
    leaves = [leaf for leaf in world.nodes[YULIN].store.rows.ledger.leaves if leaf.type == "hand-over"]
    assert [leaf.subject for leaf in leaves] == [NEW]


def matters(node: Node) -> dict[str, tuple[Any, ...]]:
    rows = node.store.rows.matters.rows.values()
    return {row.id: (row.state, row.clock, row.start, row.due_at, row.met_at, row.opened_at) for row in rows}


def test_from_the_first_day_on_the_old_host_gets_no_header_more_and_keeps_what_it_has(world: World) -> None:
    old, new = world.nodes[OLD], world.nodes[NEW]
    had = copies(old)
    at_term(world)
    ask(world.nodes[YULIN])
    world.settle()
    assert copies(old) == had
    assert len(copies(new) - had) == 1
    sealed = [header(row.raw).sealed for row in old.store.rows.messages.rows.values()]
    assert max(sealed) < "2026-06-30T16:00"


def header(raw: bytes) -> Header:
    return wire.parse(Header, wire.decode(raw).payload)


def test_what_still_waited_for_the_old_host_when_its_term_ended_goes_to_the_new_one_only(world: World) -> None:
    yulin, old, new = world.nodes[YULIN], world.nodes[OLD], world.nodes[NEW]
    had = copies(old)
    ask(yulin)
    yulin.worker.seal_once()
    at_term(world)
    assert copies(old) == had
    assert len(copies(new) - had) == 1
    rows = yulin.store.rows.deliveries.rows.values()
    assert [row.code for row in rows if row.member == OLD and row.status is DeliveryStatus.WITHHELD] == ["handed-over"]


def test_what_was_on_its_way_when_the_term_ended_is_no_anomaly(world: World) -> None:
    yulin, old = world.nodes[YULIN], world.nodes[OLD]
    had = copies(old)
    ask(yulin)
    yulin.worker.seal_once()
    yulin.worker.relay_once()
    at_term(world)
    assert len(copies(old) - had) == 1
    assert not old.store.rows.quarantine.rows


def test_a_header_of_the_new_term_is_refused_by_the_old_host_whoever_sends_it(world: World) -> None:
    yulin, old = world.nodes[YULIN], world.nodes[OLD]
    at_term(world)
    ask(yulin)
    yulin.worker.seal_once()
    raw = max(yulin.store.rows.messages.rows.values(), key=lambda row: row.id).raw
    world.network.transport(YULIN).publish([Outgoing("x", OLD, wire.without_body(raw))])
    old.worker.receive_once()
    assert [row.code for row in old.store.rows.quarantine.rows.values()] == ["not-for-us"]


def test_the_walk_goes_in_batches_each_after_the_last_was_taken_and_survives_a_restart(world: World) -> None:
    yulin = world.nodes[YULIN]
    found = [0]
    yulin.worker.batch = 2
    world.now = FIRST
    yulin.worker.tick()
    world.pass_time(61)
    for _ in range(20):
        yulin.worker.tick()
        rows = yulin.store.rows.deliveries.rows.values()
        waiting = [row for row in rows if row.member == NEW and row.status is DeliveryStatus.PENDING]
        assert len(waiting) <= 2
        found.append(sum(row.member == NEW for row in rows))
        world.pass_time(2)
        yulin.worker.relay_once()
        yulin.restart()
        yulin.worker.batch = 2
    own = {row.hash for row in yulin.store.rows.messages.rows.values() if row.sender == YULIN}
    assert found[-1] == len(own & copies(world.nodes[OLD])) > 2
    assert all(after - before <= 2 for before, after in pairwise(found))
    world.settle()
    at_term(world)
    assert copies(world.nodes[NEW]) == copies(world.nodes[OLD])


def test_reports_written_to_the_old_host_go_to_the_new_one_once_with_their_day_of_issue(world: World) -> None:
    yulin, new = world.nodes[YULIN], world.nodes[NEW]
    document = report(yulin, OLD)
    world.settle()
    [sent] = yulin.store.rows.messages.find_document(document)
    at_term(world)
    [got] = new.store.rows.messages.find_document(document)
    assert (got.status, got.issued, got.audience, got.decided_by) == (MessageStatus.STORED, sent.issued, NEW, YULIN)
    assert got.opened is not None
    assert got.opened[32:] == (sent.opened or b"")[32:]
    assert len(yulin.store.rows.messages.find_document(document)) == 2


def test_what_is_over_since_before_the_year_that_counts_is_not_handed_over() -> None:
    world = World(1, members=MEMBERS, size=5)
    yulin, new = world.nodes[YULIN], world.nodes[NEW]
    gone = ask(yulin)
    world.settle()
    yulin.send(Request("withdrawal", body("withdrawal", "withdraw"), matter=gone))
    still = ask(yulin)
    world.settle()
    later = [{**TERMS[0], "until": "2028-02-29"}, {**TERMS[1], "since": "2028-03-01", "until": "2029-03-01"}]
    take(world, world.federation.renewed(joint_meeting=later, expires="2029-12-31T15:59:59.000Z"))
    world.now = datetime(2028, 3, 1, tzinfo=UTC)
    at_term(world)
    assert {row.matter for row in new.store.rows.messages.rows.values() if row.status is MessageStatus.COPY} == {still}


def test_a_host_that_comes_back_gets_what_was_kept_from_it(world: World) -> None:
    yulin, old = world.nodes[YULIN], world.nodes[OLD]
    ask(yulin)
    yulin.worker.seal_once()
    at_term(world)
    had = copies(old)
    again = [
        *TERMS[:1],
        {**TERMS[1], "until": "2026-07-31"},
        {**TERMS[0], "since": "2026-08-01", "until": "2027-01-31"},
    ]
    take(world, world.federation.renewed(joint_meeting=again, version=3))
    world.now = datetime(2026, 7, 31, tzinfo=UTC)
    ask(yulin)
    world.settle()
    assert copies(old) == had
    world.now = datetime(2026, 8, 2, tzinfo=UTC)
    at_term(world)
    assert copies(old) >= copies(world.nodes[NEW]) > had
    assert not yulin.store.rows.deliveries.count(DeliveryStatus.WITHHELD)


def test_the_header_of_what_has_expired_since_is_handed_over_if_its_addressee_had_it(world: World) -> None:
    yulin, new = world.nodes[YULIN], world.nodes[NEW]
    had = {row.hash for row in yulin.store.rows.messages.rows.values()}
    ask(yulin, expires=world.now + timedelta(hours=2))
    world.settle()
    ask(yulin, expires=world.now + timedelta(hours=3))
    yulin.worker.seal_once()
    at_term(world)
    expired = {row.hash: row for row in yulin.store.rows.messages.rows.values() if row.hash not in had and row.expires}
    delivered = {name for name in expired if yulin.store.rows.deliveries.receipted(BEIHAI, {name})}
    assert (len(expired), len(delivered)) == (2, 1)
    assert copies(new) & expired.keys() == delivered


def test_receipts_given_while_nobody_was_host_reach_a_later_one() -> None:
    world = World(1, members=MEMBERS, size=5)
    take(world, world.federation.renewed(joint_meeting=[TERMS[1]]))
    matter = ask(world.nodes[POLICE], BEIHAI)
    world.settle()
    world.now = LAST
    world.settle()
    at_term(world)
    new = world.nodes[NEW].store.rows
    assert new.matters.rows[matter].start is not None, "the day of delivery is known"
    assert not new.deliveries.blind


def test_a_frame_of_receipts_that_says_more_is_not_shown_but_what_it_may_know_is_signed_anew(world: World) -> None:
    beihai, new = world.nodes[BEIHAI].store.rows, world.nodes[NEW]
    one = next(row for row in beihai.messages.rows.values() if row.sender == YULIN and row.audience == BEIHAI)
    mixed, _ = receipts(
        [one, replace(one, hash="f" * 64)],
        world.federation.trust,
        keys=world.nodes[BEIHAI].keys,
        member=BEIHAI,
        now=world.now,
    )
    with world.nodes[BEIHAI].store.begin() as uow:
        uow.frames.add([replace(mixed[0], pending=False)])
    beihai.messages.rows[one.hash] = replace(one, receipt_frame=mixed[0].id)
    at_term(world)
    assert one.hash in copies(new)
    assert not new.store.rows.deliveries.blind
    known = {row.message for row in new.store.rows.deliveries.rows.values()}
    assert "f" * 64 not in known
