"""Statistics from both databases: office and member agree, each figure has its matters, reports are reconciled."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from hub.core.errors import WrongState
from hub.core.indicators import FILED, Sum
from hub.core.measures import MEASURES
from hub.core.reporting import report_body
from hub.flows.ports.figures import FactFilter
from hub.store.session import SqlStore
from hub.store.views import SqlViews
from tests.builders import BEIHAI, JOINT, MAOMING, YULIN, ZHANJIANG, matter_row, moment, uuid
from tests.store.test_views import SINCE, UNTIL, busy_quarter
from tests.web.offices import World, example, world_at

APRIL = (date(2026, 4, 1), date(2026, 5, 1))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with world_at(tmp_path, (YULIN, BEIHAI, ZHANJIANG, MAOMING, JOINT)) as opened:
        yield opened


def test_the_office_counts_of_headers_what_each_member_counts_of_itself(world: World):
    busy_quarter(world)
    now = world.clock()
    office = world[JOINT].views.statistics(SINCE, UNTIL, now=now).sums
    for member in (YULIN, BEIHAI, ZHANJIANG, MAOMING):
        own = world[member].views.statistics(SINCE, UNTIL, now=now).sums
        for key, value in own.items():
            if key[1] == member and not key[0].startswith(("I06.returned_", "I07.filed")):
                assert office[key] == value, key
    assert office["I04.on_time", BEIHAI, "inside", ""] == Sum(1, 3)
    # The result of a lead stands in a body that is not the office's to read: it says how many it cannot judge.
    assert office["I07.filed", MAOMING, "inside", ""] == Sum(0, 2, 1)
    filed = int(example("transfer_result")["outcome"] in FILED)
    own = world[MAOMING].views.statistics(SINCE, UNTIL, now=now).sums
    assert own["I07.filed", MAOMING, "inside", ""] == Sum(filed, 2, 0)


def test_a_duty_whose_day_has_not_come_is_neither_kept_nor_broken(world: World):
    world[ZHANJIANG].send("assistance_request", example("assistance_request"), to=(BEIHAI,))
    world.exchange()
    for _ in range(2):
        found = world[BEIHAI].views.statistics(SINCE, UNTIL, now=world.clock()).sums
        assert found["I04.on_time", BEIHAI, "inside", ""] == Sum(0, 0, 1)
        counted(world[BEIHAI].store)


def test_figures_of_another_period_are_empty(world: World):
    busy_quarter(world)
    found = world[JOINT].views.statistics(date(2025, 1, 1), date(2026, 1, 1), now=world.clock()).sums
    assert found == {}


def counted(store: SqlStore, batch: int = 500) -> int:
    """Everything that waits is counted, as the worker does it when nothing else waits."""
    done = 0
    while True:
        with store.begin() as uow:
            number = uow.figures.count(uow.trusts.current(), batch)
        done += number
        if not number:
            return done


def test_kept_facts_say_at_every_moment_what_the_matters_themselves_say(world: World):
    """Counted before, in between and after: the figures of a fresh fold, for every period and cut-off."""
    busy_quarter(world)
    spans = [(SINCE, UNTIL), APRIL, (date(2026, 4, 10), date(2026, 5, 20)), (date(2026, 4, 14), date(2026, 4, 16))]
    cuts = [moment(0), moment(60 * 24 * 30), world.clock()]

    def seen(member: str) -> list[object]:
        views = world[member].views
        return [
            read(*span, now=now)
            for span in spans
            for now in cuts
            for read in (
                lambda *span, now: views.statistics(*span, now=now).sums,
                lambda *span, now: views.overview(*APRIL, span, MEASURES, now=now)[1],
            )
        ]

    for member in (YULIN, BEIHAI, JOINT):
        store = world[member].store
        fresh = seen(member)
        with store.begin() as uow:
            uow.figures.count(uow.trusts.current(), 2)
        assert seen(member) == fresh
        assert counted(store) > 0
        assert seen(member) == fresh
        with store.begin() as uow:
            uow.figures.count_again(moment(-60 * 24))
        assert seen(member) == fresh
        assert counted(store) > 0
        assert seen(member) == fresh


def test_a_month_of_the_trend_is_the_report_of_that_month(world: World):
    busy_quarter(world)
    counted(world[JOINT].store)
    views, now = world[JOINT].views, world.clock()
    found, trend = views.overview(*APRIL, (SINCE, UNTIL), MEASURES, now=now)
    assert found == views.statistics(*APRIL, now=now)
    assert list(trend) == [date(2026, month, 1) for month in (4, 5, 6)]
    for first, sums in trend.items():
        whole = views.statistics(first, date(2026, first.month + 1, 1), now=now).sums
        assert sums == {key: value for key, value in whole.items() if not key[3]}


def test_a_notice_to_several_offices_is_one_notice_in_the_total_however_it_is_counted(world: World):
    sent = world[YULIN].send("case_notice", example("case_notice"), to=(BEIHAI, ZHANJIANG))
    world.exchange()
    key = ("I01.issued", YULIN, "inside", "")
    for turn in range(3):
        assert world[JOINT].views.statistics(*APRIL, now=world.clock()).sums[key] == Sum(1)
        with world[JOINT].store.begin() as uow:
            assert uow.figures.count(uow.trusts.current(), 1) == (turn < 2)
    assert sent.document


def test_a_calendar_that_counts_otherwise_has_its_days_counted_again(store: SqlStore):
    spent = matter_row(clock="met", met_at=moment(60 * 24 * 9), due_effective=date(2026, 5, 8), state="fed_back")
    with store.begin() as uow:
        uow.matters.save([spent, matter_row(id=uuid(7), updated_at=moment(-60 * 24 * 365))])
    assert counted(store) == 2
    with store.begin() as uow:
        uow.figures.count_again(moment(-60))
    assert counted(store) == 1


def test_two_workers_count_at_once_and_add_up(pg_store: SqlStore):
    rows = [matter_row(id=uuid(number)) for number in range(40)]
    with pg_store.begin() as uow:
        uow.matters.save(rows)

    def count_the_rest() -> int:
        with pg_store.begin() as uow:
            return uow.figures.count(uow.trusts.current(), 40)

    with ThreadPoolExecutor(1) as pool:
        with pg_store.begin() as uow:
            assert uow.figures.count(uow.trusts.current(), 15) == 15
            # It skips what this one holds, and changes the same sums when this one is done.
            other = pool.submit(count_the_rest)
        assert other.result() == 25
    found = SqlViews(pg_store).statistics(*APRIL, now=moment(60)).sums
    assert found["I03.sent", rows[0].opener, "inside", ""] == Sum(40)


def test_a_report_made_here_is_sent_and_reconciled_at_the_office(world: World):
    busy_quarter(world)
    april = world[BEIHAI].views.statistics(*APRIL, now=world.clock())
    body = report_body(BEIHAI, april, "2026年4月统计报表")
    (received,) = (one for one in body["figures"] if one["measure"] == "received" and "peer" not in one)
    received["numerator"] += 1
    filled = {"doc_no": "北市监统〔2026〕4号", "handler": "某承办", "signer": "某局长", "issue_date": "2026-06-03"}
    world[BEIHAI].send("statistic_report", {**body, **filled}, to=(JOINT,))
    world.exchange()

    found = {one.member: one for one in world[JOINT].views.reconciliation(*APRIL, now=world.clock())}

    assert (found[BEIHAI].report, found[ZHANJIANG].report, found[ZHANJIANG].lines) == ("late", "missing", ())
    lines = {(one.measure, one.scope): one for one in found[BEIHAI].lines}
    asked = lines["I03.received", "inside"]
    assert (asked.difference, asked.own, asked.reported) == (-1, Sum(3), Sum(4))
    assert any("报表截止" in reason for reason in asked.reasons)
    assert all(one.difference == 0 and not one.reasons for key, one in lines.items() if key[0] == "I06.returned")


def test_a_period_that_is_not_over_is_not_reported(world: World):
    found = world[BEIHAI].views.statistics(*APRIL, now=world.clock())
    with pytest.raises(WrongState):
        report_body(BEIHAI, found, "2026年4月统计报表")


def test_the_matters_behind_a_figure_come_page_by_page_on_both_databases(store: SqlStore):
    rows = [matter_row(id=uuid(number), opened_at=moment(number)) for number in range(5)]
    with store.begin() as uow:
        uow.matters.save([*rows, matter_row(other="out-460200-1")])
    views, found, cursor = SqlViews(store), [], None
    wanted = FactFilter("I03.sent", rows[0].opener)
    while True:
        page = views.statistic_matters(wanted, *APRIL, cursor, 2, now=moment(60))
        found += [one.matter for one in page.rows]
        cursor = page.next
        if cursor is None:
            break
    assert found == sorted(one.id for one in rows)
    sums = views.statistics(*APRIL, now=moment(60)).sums
    assert sums["I03.sent", rows[0].opener, "inside", ""] == Sum(5)
    assert sums["I03.sent", rows[0].opener, "outside", ""] == Sum(1)
    for _ in range(2):
        (trend,) = views.overview(*APRIL, APRIL, MEASURES, now=moment(60))[1].values()
        assert trend == {key: value for key, value in sums.items() if not key[3]}
        assert counted(store) in (0, 6)
