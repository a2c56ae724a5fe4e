"""Statistics from both databases: office and member agree, each figure has its matters, reports are reconciled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from hub.core.errors import WrongState
from hub.core.indicators import Sum
from hub.core.reporting import report_body
from hub.flows.ports.figures import FactFilter
from hub.store.session import SqlStore
from hub.store.views import SqlViews
from tests.builders import BEIHAI, JOINT, MAOMING, YULIN, ZHANJIANG, matter_row, moment, uuid
from tests.store.test_views import SINCE, UNTIL, busy_quarter
from tests.web.offices import World, world_at

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


def test_a_report_made_here_is_sent_and_reconciled_at_the_office(world: World):
    busy_quarter(world)
    april = world[BEIHAI].views.statistics(*APRIL, now=world.clock())
    body = report_body(BEIHAI, april.sums, april.period, april.agreement, "2026年4月统计报表")
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
        report_body(BEIHAI, found.sums, found.period, 1, "2026年4月统计报表")


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
