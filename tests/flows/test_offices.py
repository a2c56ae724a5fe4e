"""What is handed to a unit has an inner limit within the outward one, and is counted by what became of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from hub.core.errors import InvalidInput, NotFound, WrongState
from hub.flows import offices
from hub.flows.ports.office_rows import Assignment, Unit
from hub.flows.steps.texts import today
from hub.kinds.letter import plain
from tests.builders import NOW, matter_row, uuid
from tests.contracts.conftest import backend, opener, sqlite_database, sqlite_template
from tests.contracts.stores import Backend
from tests.flows.test_drafting import Desk

__all__ = ["backend", "opener", "sqlite_database", "sqlite_template"]

MATTER, OTHER = uuid(70), uuid(71)
COUNTY = Unit("bobai", "博白县市场监督管理局", "county", "450923", accounts=False)
OUTWARD = date(2026, 4, 20)


@pytest.fixture
def desk(backend: Backend) -> Desk:
    made = Desk(backend)
    running = {"clock": "running", "due_effective": OUTWARD}
    made.do(lambda uow: uow.matters.save([matter_row(id=MATTER, **running), matter_row(id=OTHER, clock="none")]))
    call(made, offices.keep_unit, COUNTY)
    call(made, offices.keep_unit, Unit("fcx", "反传销科", "section", None, accounts=True))
    return made


def call(desk: Desk, what: Any, *arguments: Any, now: Any = NOW, **more: Any) -> Any:
    return desk.do(lambda uow: what(uow, *arguments, who="officer", now=now, salt=desk.salt, **more))


def assign(desk: Desk, matter: str = MATTER, unit: str = "bobai", due: date | None = None) -> Assignment:
    given: Assignment = call(desk, offices.assign, matter, unit, "assign", "请核查", due, new_id=desk.new_id)
    return given


def test_two_working_days_of_our_own_calendar_unless_a_day_is_chosen(desk: Desk) -> None:
    assert (assign(desk).due_on, assign(desk, OTHER).rule) == (date(2026, 4, 15), "SEED_FORWARD_2WD")
    chosen = assign(desk, unit="fcx", due=OUTWARD)
    assert (chosen.due_on, chosen.rule) == (OUTWARD, None)


def test_a_day_beyond_the_outward_limit_or_gone_by_is_refused(desk: Desk) -> None:
    for due in (OUTWARD + timedelta(days=1), date(2026, 4, 12)):
        with pytest.raises(InvalidInput) as refused:
            assign(desk, due=due)
        assert refused.value.field == "due"
    assert desk.do(lambda uow: uow.units.of_matter(MATTER)) == []


def test_nothing_is_handed_to_a_unit_twice_at_once_or_to_one_out_of_use(desk: Desk) -> None:
    assign(desk)
    with pytest.raises(WrongState, match="尚未办结"):
        assign(desk)
    call(desk, offices.keep_unit, Unit("fcx", "反传销科", "section", None, accounts=True, active=False))
    for matter, unit in ((MATTER, "fcx"), (MATTER, "none"), (uuid(9), "bobai")):
        with pytest.raises(NotFound):
            assign(desk, matter, unit)


def test_a_unit_may_hand_back_with_a_reason_and_then_no_longer_has_the_matter(desk: Desk) -> None:
    given = assign(desk)
    assert desk.do(lambda uow: uow.units.matters_of_unit("bobai")) == {MATTER}
    with pytest.raises(InvalidInput, match="退回理由"):
        call(desk, offices.hand_back, given.id, "")
    call(desk, offices.hand_back, given.id, "不属本辖区")
    assert desk.do(lambda uow: uow.units.matters_of_unit("bobai")) == set()
    for what in (offices.urge, offices.finish, offices.hand_back):
        with pytest.raises(WrongState, match="已退回"):
            call(desk, what, given.id, "再来")


def test_figures_tell_on_time_from_overdue_and_returned(desk: Desk) -> None:
    call(desk, offices.finish, assign(desk).id, "", now=NOW + timedelta(days=2))
    call(desk, offices.finish, assign(desk, OTHER).id, "", now=NOW + timedelta(days=3))
    call(desk, offices.hand_back, assign(desk).id, "不属本辖区")
    given = assign(desk)
    call(desk, offices.urge, given.id, "请抓紧")
    period = (date(2026, 4, 1), date(2026, 5, 1))

    def county(days: int) -> tuple[int, ...]:
        found = desk.do(lambda uow: offices.statistics(uow, *period, NOW + timedelta(days=days)))
        one = next(each for each in found if each.unit == COUNTY)
        return one.assigned, one.on_time, one.overdue, one.returned, one.urged

    assert county(0) == (4, 1, 1, 1, 1)
    assert county(3) == (4, 1, 2, 1, 1)
    with pytest.raises(InvalidInput):
        desk.do(lambda uow: offices.statistics(uow, period[1], period[0], NOW))


def test_what_came_back_on_paper_counts_by_the_day_on_the_paper(desk: Desk) -> None:
    given = assign(desk)
    later = NOW + timedelta(days=5)
    for on in (date(2026, 4, 12), date(2026, 4, 19)):
        with pytest.raises(InvalidInput) as refused:
            call(desk, offices.finish, given.id, "", on, now=later)
        assert refused.value.field == "on"
    ended = call(desk, offices.finish, given.id, "已核查", date(2026, 4, 14), now=later)
    assert today(ended.ended_at) == date(2026, 4, 14)
    found = desk.do(lambda uow: offices.statistics(uow, date(2026, 4, 1), date(2026, 5, 1), later))
    assert [(one.on_time, one.overdue) for one in found if one.unit == COUNTY] == [(1, 0)]


def test_the_notice_says_what_to_do_until_when_and_who_answers(desk: Desk) -> None:
    given = assign(desk)
    text = plain(desk.do(lambda uow: offices.notice(uow, given.id, demo=False)), 200)
    for words in ("案件交办通知书", "博白县市场监督管理局：", "请核查", "2026年4月15日", "请勿直接函复"):
        assert words in text


@pytest.mark.parametrize(
    ("unit", "field"),
    [
        (Unit("Bobai", "名", "section", None, accounts=True), "code"),
        (Unit("b", " ", "section", None, accounts=True), "name"),
        (Unit("b", "名", "office", None, accounts=True), "kind"),
        (Unit("b", "名", "county", None, accounts=True), "region"),
        (Unit("b", "名", "county", "45092", accounts=True), "region"),
    ],
)
def test_a_unit_that_is_not_well_formed_is_refused(desk: Desk, unit: Unit, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        call(desk, offices.keep_unit, unit)
    assert refused.value.field == field
