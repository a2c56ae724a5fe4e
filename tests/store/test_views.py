"""Read models: figures that agree between nodes, a page that costs the same behind any history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event

from hub.core.errors import InvalidInput, NotFound
from hub.core.subjects import grams
from hub.flows.ports.subjects import Words
from hub.flows.ports.views import SCAN, DocumentFilter, MatterFilter, Step
from hub.flows.rows import DeliveryStatus, MessageStatus
from hub.store.session import SqlStore
from hub.store.views import SqlViews
from hub.store.views.listing import JUDGED, LOOK, NEAR
from tests.builders import (
    BEIHAI,
    JOINT,
    MAOMING,
    NOW,
    YULIN,
    ZHANJIANG,
    delivery,
    draft,
    matter_row,
    message,
    moment,
    parked,
    quarantined,
    uuid,
)
from tests.web.offices import World, example, world_at

SINCE, UNTIL = date(2026, 4, 1), date(2026, 7, 1)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with world_at(tmp_path, (YULIN, BEIHAI, ZHANJIANG, MAOMING, JOINT)) as opened:
        yield opened


@pytest.fixture
def views(store: SqlStore) -> SqlViews:
    return SqlViews(store)


def answer(act: str, **more: str) -> dict[str, str]:
    return {"title": "答复", "classification": "internal", "act": act, **more}


def busy_quarter(world: World) -> None:
    """Notices, requests answered in time, late and not at all, leads filed and returned."""
    accept = answer("accept", handling_unit="稽查科")
    world[YULIN].send("case_notice", example("case_notice"), to=(BEIHAI, ZHANJIANG))
    kept = world[YULIN].send("case_notice", example("case_notice"), to=("all",))
    in_time, late, never = (
        world[ZHANJIANG].send("assistance_request", example("assistance_request"), to=(BEIHAI,)) for _ in range(3)
    )
    leads = [world[YULIN].send("lead_transfer", example("lead_transfer"), to=(MAOMING,)) for _ in range(3)]
    world.exchange()
    world[YULIN].send("withdrawal", example("withdrawal"), matter=kept.matter)
    for one in (in_time, late):
        world[BEIHAI].send("answer", accept, matter=one.matter)
    for one in leads[:2]:
        world[MAOMING].send("answer", accept, matter=one.matter)
    world[MAOMING].send("answer", example("answer", 2), matter=leads[2].matter)
    world[BEIHAI].send("assistance_feedback", example("assistance_feedback"), matter=in_time.matter)
    world[MAOMING].send("transfer_result", example("transfer_result"), matter=leads[0].matter)
    world.exchange()
    world.clock.advance(days=50)
    world[BEIHAI].send("assistance_feedback", example("assistance_feedback"), matter=late.matter)
    world.exchange()
    assert never.matter


def test_the_joint_meeting_office_sees_headers_and_no_body(world: World):
    recorded = world[ZHANJIANG].send("assistance_request", example("assistance_request"), to=(BEIHAI,))
    world.exchange()

    (copy,) = world[JOINT].views.document(recorded.document).copies

    assert (copy.row.status, copy.body, copy.row.title) == ("copy", None, "协助调查函")
    assert [one.member for one in copy.progress] == [BEIHAI]
    assert copy.row.step is Step.DELIVERED


def test_an_unknown_document_matter_envelope_or_quarantined_item_is_not_found(views: SqlViews):
    for ask in (views.document, views.matter, views.envelope):
        with pytest.raises(NotFound):
            ask("nothing")
    for number in (0, -1, 1, 2**70):
        with pytest.raises(NotFound):
            views.one_quarantined(number)


def test_queues_are_counted_on_both_databases(store: SqlStore, views: SqlViews):
    waiting, gone = message(seq=1, raw=b"a"), message(seq=2, raw=b"b", sealed=moment(5))
    with store.begin() as uow:
        uow.outbox.add([draft(), draft()])
        uow.messages.add([waiting, gone])
        uow.deliveries.add([delivery(waiting), delivery(gone)])
        uow.waiting.add([parked(), parked(seq=3, waits_for="parts")])
        uow.quarantine.add([quarantined()])

    health = views.health()

    assert (health.outbox, health.pending, health.oldest_pending) == (2, 2, NOW)
    assert (health.parked, health.gaps, health.quarantined, health.frozen, health.ungrown) == (2, 1, 1, 0, 0)


def test_rungs_of_odd_endings_are_told_on_both_databases(store: SqlStore, views: SqlViews):
    ends = {
        DeliveryStatus.PENDING: Step.RECORDED,
        DeliveryStatus.ON_WIRE: Step.SENT,
        DeliveryStatus.STORED: Step.DELIVERED,
        DeliveryStatus.REFUSED: Step.REFUSED,
        DeliveryStatus.HELD: Step.HELD,
        DeliveryStatus.WITHHELD: Step.WITHHELD,
    }
    rows = {status: message(seq=seq) for seq, status in enumerate(ends, 1)}
    with store.begin() as uow:
        uow.messages.add(list(rows.values()))
        uow.deliveries.add([delivery(row, status=status) for status, row in rows.items()])

    found = {row.hash: row.step for row in views.documents(DocumentFilter(), None, 100).rows}

    assert found == {rows[status].hash: step for status, step in ends.items()}


def test_a_page_of_rare_finds_looks_only_so_far_and_hands_out_where_to_go_on(store: SqlStore, views: SqlViews):
    rows = [message(seq=seq, stored_at=moment(seq), status=MessageStatus.STORED) for seq in range(1, SCAN + 500)]
    rows[10] = replace(rows[10], title="唯一")
    with store.begin() as uow:
        uow.messages.add(rows)

    first = views.documents(DocumentFilter(text="唯一"), None, 20)
    assert first.next is not None
    second = views.documents(DocumentFilter(text="唯一"), first.next, 20)

    assert [row.hash for row in first.rows + second.rows] == [rows[10].hash]
    assert second.next is None


def test_a_page_costs_the_same_number_of_statements_behind_any_history(store: SqlStore, views: SqlViews):
    asked: list[str] = []
    event.listen(store._readers, "before_cursor_execute", lambda *given: asked.append(given[2]))
    costs = []
    for size in (50, 500):
        fresh = [message(seq=size + n, stored_at=moment(n)) for n in range(size)]
        with store.begin() as uow:
            uow.messages.add(fresh)
            uow.matters.save([matter_row(updated_at=moment(n)) for n in range(size)])
        asked.clear()
        views.matters(MatterFilter(clock="running"), None, 20, now=NOW)
        views.documents(DocumentFilter(), None, 20)
        costs.append(sum(text.startswith("SELECT") for text in asked))

    assert costs == [6, 6]


def test_pages_of_matters_follow_one_another_when_many_share_one_moment(store: SqlStore, views: SqlViews):
    with store.begin() as uow:
        uow.matters.save([matter_row() for _ in range(25)])

    found, cursor = [], None
    while True:
        page = views.matters(MatterFilter(), cursor, 10, now=NOW)
        found += [row.id for row in page.rows]
        cursor = page.next
        if cursor is None:
            break

    assert found == sorted(set(found), reverse=True)
    assert len(found) == 25


@pytest.mark.parametrize("cursor", ["", "x", "WyJtIiw5MjIzMzcyMDM2ODU0Nzc1ODA3LDFd", "W3RydWUsMSwxXQ"])
def test_a_cursor_that_is_not_ours_is_refused(views: SqlViews, cursor: str):
    with pytest.raises(InvalidInput):
        views.documents(DocumentFilter(), cursor, 10)


def test_a_register_page_looks_only_so_far_and_the_next_goes_on_behind_it(store: SqlStore, views: SqlViews):
    rows = [matter_row(id=uuid(n), updated_at=moment(n)) for n in range(NEAR + LOOK + 5)]
    rows[3] = replace(rows[3], state="signed")
    with store.begin() as uow:
        uow.matters.save(rows)

    first = views.matters(MatterFilter(state="signed"), None, 20, now=NOW)
    assert (first.rows, first.next is None) == ((), False)
    second = views.matters(MatterFilter(state="signed"), first.next, 20, now=NOW)

    assert (list(second.rows), second.next) == ([rows[3]], None)


def test_titles_are_opened_only_so_far_and_the_next_page_goes_on_behind(store: SqlStore, views: SqlViews):
    rows = [matter_row(id=uuid(n), updated_at=moment(n)) for n in range(JUDGED + 5)]
    rows[3] = replace(rows[3], title="关于“唯一_%”的函")
    with store.begin() as uow:
        uow.matters.save(rows)

    first = views.matters(MatterFilter(text="唯一_%"), None, 20, now=NOW)
    assert (first.rows, first.next is None) == ((), False)
    second = views.matters(MatterFilter(text="唯一_%"), first.next, 20, now=NOW)

    assert (list(second.rows), second.next) == ([rows[3]], None)
    assert views.matters(MatterFilter(text="唯一%_"), second.next, 20, now=NOW).rows == (), "no wildcard"


WANTED = {
    "family": (MatterFilter(family="transfer"), {2}),
    "clock": (MatterFilter(clock="met"), {3}),
    "opener": (MatterFilter(role="opener"), {0, 3}),
    "other": (MatterFilter(role="other"), {1, 4}),
    "overdue": (MatterFilter(overdue=True), {1}),
    "not overdue": (MatterFilter(overdue=False), {0, 2, 3, 4}),
    "provisional": (MatterFilter(provisional=True), {0}),
    "with 北海": (MatterFilter(counterpart=BEIHAI), {0, 3, 4}),
    "our move": (MatterFilter(waits_for="us"), {1, 3}),
    "their move": (MatterFilter(waits_for="them"), {0}),
    "text, any case": (MatterFilter(text="a公司"), {0, 1}),
    "several": (MatterFilter(role="opener", counterpart=BEIHAI, clock="running"), {0}),
}


@pytest.mark.parametrize(("wanted", "expected"), WANTED.values(), ids=WANTED.keys())
def test_each_filter_of_the_register_finds_what_it_names(
    store: SqlStore, views: SqlViews, wanted: MatterFilter, expected: set[int]
):
    rows = [
        matter_row(title="核查A公司", provisional=True),
        matter_row(title="核查a公司", opener=MAOMING, other=YULIN, due_at=moment(-1)),
        matter_row(family="transfer", state="transferred", opener=ZHANJIANG, other=MAOMING),
        matter_row(state="fed_back", clock="met"),
        matter_row(family="notice", state="published", opener=BEIHAI, other="all", clock="none", due_at=None),
    ]
    with store.begin() as uow:
        uow.matters.save(rows)
        uow.subjects.add([Words(row.id, row.id, grams(row.title)) for row in rows], [])

    found = {row.id for row in views.matters(wanted, None, 20, now=NOW).rows}

    assert {number for number, row in enumerate(rows) if row.id in found} == expected


def test_what_is_asked_within_one_moment_sees_nothing_written_later(views: SqlViews, store: SqlStore):
    wanted = MatterFilter()
    before = views.matter_count(wanted, now=NOW, most=99)
    with views.moment():
        assert views.matter_count(wanted, now=NOW, most=99) == before
        with store.begin() as uow:
            uow.matters.save([matter_row(id=uuid(4711))])
        assert views.matter_count(wanted, now=NOW, most=99) == before
    assert views.matter_count(wanted, now=NOW, most=99) == before + 1
