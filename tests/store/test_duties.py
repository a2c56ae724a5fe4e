"""The board of what is due and the lists for supervision, on both databases and between real nodes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from hub.core.slots import Slot
from hub.flows.ports.duties import Duty, DutyFilter
from hub.flows.rows import MatterRow
from hub.store.session import SqlStore
from hub.store.views import SqlViews
from tests.builders import BEIHAI, JOINT, MAOMING, YULIN, ZHANJIANG, matter_row, uuid
from tests.web.offices import World, example, world_at

MONDAY = datetime.fromisoformat("2026-05-11T10:00+08:00")
OURS = {"opener": BEIHAI, "other": YULIN}
PROPOSED = DutyFilter(None, Slot.OVERDUE, proposed=True)


def due(day: str, number: int, **fields: object) -> MatterRow:
    """A running duty of 北海 to us that ends on ``day``."""
    last = date.fromisoformat(day)
    at = datetime(last.year, last.month, last.day, 16, tzinfo=UTC)
    return matter_row(**{"id": uuid(number), "due_effective": last, "due_strict": last, "due_at": at, **fields})


@pytest.fixture
def views(store: SqlStore) -> SqlViews:
    return SqlViews(store)


def listed(views: SqlViews, now: datetime = MONDAY, limit: int = 50, **wanted: object) -> list[Duty]:
    found: list[Duty] = []
    cursor = None
    while True:
        page = views.duties(DutyFilter(**wanted), cursor, limit, now=now)  # type: ignore[arg-type]
        found += page.rows
        cursor = page.next
        if cursor is None:
            return found


DAYS = ("2026-05-08", "2026-05-09", "2026-05-11", "2026-05-12", "2026-05-14", "2026-05-16", "2026-05-18", "2027-02-01")


def fill(store: SqlStore) -> None:
    with store.begin() as uow:
        uow.matters.save([due(day, number, **OURS) for number, day in enumerate(DAYS)])
        uow.matters.save([due(day, 100 + number) for number, day in enumerate(DAYS[:3])])
        uow.matters.save([due(DAYS[0], 200, opener=ZHANJIANG, other=MAOMING)])
        uow.matters.save([due(DAYS[0], 300 + n, clock=c, **OURS) for n, c in enumerate(("met", "late", "stopped"))])
        uow.matters.save([due(DAYS[0], 400, clock="waiting", due_at=None, **OURS)])


def test_each_open_duty_stands_in_one_slot_and_counts_agree_with_lists(store: SqlStore, views: SqlViews):
    fill(store)
    counts = views.duty_counts(now=MONDAY)

    assert counts.today == date(2026, 5, 11)
    assert [counts.ours[slot] for slot in Slot] == [2, 1, 2, 1, 2]
    assert [counts.theirs[slot] for slot in Slot] == [2, 1, 0, 0, 0]
    for side, numbers in (("ours", counts.ours), ("theirs", counts.theirs)):
        for slot in Slot:
            assert {one.slot for one in listed(views, side=side, slot=slot)} <= {slot}
            assert len(listed(views, side=side, slot=slot)) == numbers[slot], (side, slot)


def test_a_list_begins_with_the_longest_overdue_and_goes_on_page_by_page(store: SqlStore, views: SqlViews):
    fill(store)

    whole = listed(views, side="ours")

    assert [one.row.due_effective for one in whole] == [date.fromisoformat(day) for day in DAYS]
    assert listed(views, side="ours", limit=3) == whole
    assert [one.days for one in whole[:5]] == [-2, -1, 0, 1, 3]
    assert {(one.label, one.holder) for one in whole} == {("statutory", YULIN)}
    assert whole[0].article.startswith("《")


def test_a_duty_of_the_sender_is_the_openers_own(store: SqlStore, views: SqlViews):
    with store.begin() as uow:
        uow.matters.save([due(DAYS[0], 1, rule="CASE_90")])

    assert [one.holder for one in listed(views, side="ours")] == [YULIN]
    assert listed(views, side="theirs") == []
    assert views.duty_counts(now=MONDAY).ours[Slot.OVERDUE] == 1


def test_a_limit_in_hours_is_overdue_within_its_last_day(store: SqlStore, views: SqlViews):
    noon = datetime.fromisoformat("2026-05-11T12:00+08:00")
    with store.begin() as uow:
        uow.matters.save([due("2026-05-11", 1, due_at=noon.astimezone(UTC), **OURS)])

    assert [one.slot for one in listed(views, now=noon - timedelta(minutes=1), side="ours")] == [Slot.TODAY]
    (over,) = listed(views, now=noon, side="ours", slot=Slot.OVERDUE)
    assert over.days == 0
    assert listed(views, now=noon, side="ours", slot=Slot.TODAY) == []


def test_a_date_without_announced_calendar_is_told_to_be_provisional(store: SqlStore, views: SqlViews):
    with store.begin() as uow:
        uow.matters.save([due(DAYS[-1], 1, provisional=True, **OURS)])

    assert views.duty_counts(now=MONDAY).provisional == 1
    assert [one.row.provisional for one in listed(views, side="ours")] == [True]


def test_a_rule_that_is_no_longer_known_is_left_out_and_breaks_nothing(store: SqlStore, views: SqlViews):
    with store.begin() as uow:
        uow.matters.save([due(DAYS[0], 1, rule="GONE", **OURS), due(DAYS[0], 2, **OURS)])

    assert [one.row.id for one in listed(views, side="ours")] == [uuid(2)]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with world_at(tmp_path, (YULIN, BEIHAI, ZHANJIANG, MAOMING, JOINT)) as opened:
        yield opened


def test_an_overdue_request_stands_on_the_holders_list_and_on_the_offices_and_on_no_other(world: World):
    """湛江 asked 北海 on 2026-04-13; fifteen working days of Guangxi end on Monday 2026-05-11."""
    asked = world[ZHANJIANG].send("assistance_request", example("assistance_request"), to=(BEIHAI,))
    world.exchange()

    def supervised(now: datetime, member: str, wanted: DutyFilter) -> list[tuple[str, int]]:
        return [(one.row.id, one.days) for one in world[member].views.duties(wanted, None, 9, now=now).rows]

    own = DutyFilter("ours", Slot.OVERDUE)
    last = datetime.fromisoformat("2026-05-11T23:59+08:00")
    for member, wanted in ((BEIHAI, own), (JOINT, PROPOSED)):
        assert supervised(last, member, wanted) == []
        assert supervised(last + timedelta(days=3), member, wanted) == [(asked.matter, -3)]
    assert supervised(last + timedelta(days=3), ZHANJIANG, own) == []
    for stranger in (YULIN, ZHANJIANG, BEIHAI):
        assert supervised(last + timedelta(days=3), stranger, PROPOSED) == [], "only who holds the office proposes"
    (owed,) = world[ZHANJIANG].views.duties(DutyFilter("theirs"), None, 9, now=last).rows
    assert (owed.holder, owed.slot, owed.row.last_act) == (BEIHAI, Slot.TODAY, "request")


def test_the_board_reads_open_duties_only(sqlite_store: SqlStore):
    """A register of many years costs nothing: the index holds what runs."""
    fill(sqlite_store)
    with sqlite_store.read() as view:
        plan = view.execute(
            text("EXPLAIN QUERY PLAN SELECT * FROM matters WHERE clock = 'running' ORDER BY due_at, id LIMIT 9")
        )
        assert any("matters_due" in row.detail for row in plan)
