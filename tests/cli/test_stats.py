"""``hub stats`` with its subcommands, through the real command on a real node."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from hub.core.ids import parse_time
from hub.store.session import SqlStore
from schemas.catalogue import BODIES
from tests.builders import BEIHAI, JOINT, YULIN, ZHANJIANG, matter_row, message, signed_message, uuid
from tests.cli.nodes import TestNode, make_node

OPENED = datetime(2026, 3, 3, 2, tzinfo=UTC)
MARCH = ("--month", "2026-03")


def answered(number: int, clock: str, **changes: object) -> object:
    """A request of 湛江 to 北海, due in March."""
    row = matter_row(
        id=uuid(number),
        opener=ZHANJIANG,
        other=BEIHAI,
        opened_at=OPENED,
        state="fed_back",
        clock=clock,
        due_effective=date(2026, 3, 24),
        due_at=datetime(2026, 3, 24, 16, tzinfo=UTC),
        met_at=datetime(2026, 3, 20, 2, tzinfo=UTC),
    )
    return replace(row, **changes)  # type: ignore[arg-type]


def opened(folder: Path, member: str) -> tuple[TestNode, SqlStore]:
    made = make_node(folder, member)
    store = made.store()
    with store.begin() as uow:
        uow.matters.save([answered(1, "met"), answered(2, "late"), answered(3, "met", other="out-460200-1")])  # type: ignore[list-item]
    return made, store


@pytest.fixture
def beihai(tmp_path: Path) -> Iterator[TestNode]:
    made, store = opened(tmp_path, BEIHAI)
    yield made
    store.close()


def test_a_month_is_shown_with_rates_and_what_is_not_counted(beihai: TestNode) -> None:
    done = beihai.hub("stats", *MARCH)
    assert (done.code, done.err) == (0, "")
    (rate,) = (line for line in done.out.splitlines() if "北海" in line and "I04.on_time" in line and "系统内" in line)
    assert rate.split()[-3:] == ["50.0", "%", "1/2"]
    assert "联合行动次数" in done.out
    outside = [line for line in done.out.splitlines() if "系统外" in line and "I03.sent" in line]
    assert len(outside) == 1


def test_the_matters_behind_a_figure_are_listed_with_their_day(beihai: TestNode) -> None:
    found = beihai.ok("stats", *MARCH, "--matters", "--measure", "I04.on_time")
    assert [(one["matter"], one["day"], one["numerator"], one["peer"]) for one in found["matters"]] == [
        (uuid(1), "2026-03-24", 1, ZHANJIANG),
        (uuid(2), "2026-03-24", 0, ZHANJIANG),
    ]
    shown = beihai.hub("stats", *MARCH, "--matters", "--measure", "I04.on_time").out
    assert "计入日" in shown


def test_the_same_as_csv_has_every_figure_with_its_definition(beihai: TestNode) -> None:
    done = beihai.hub("stats", *MARCH, "--csv", "-")
    rows = list(csv.DictReader(io.StringIO(done.out.removeprefix("\ufeff"))))
    (rate,) = (
        one
        for one in rows
        if (one["细项代码"], one["指标编号"], one["对方单位"], one["统计单位编号"], one["统计范围"])
        == ("on_time", "I04", "合计", BEIHAI, "系统内")
    )
    assert (rate["数值"], rate["分子"], rate["分母"], rate["计量单位"]) == ("50.0", "1", "2", "%")
    assert "有效到期日" in rate["定义"]


def test_a_monthly_report_is_made_from_own_figures_and_passes_its_own_form(beihai: TestNode, tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    done = beihai.hub("stats", "report", *MARCH, "--out", out)
    assert (done.code, done.err) == (0, "")
    body = json.loads(out.read_text("utf-8"))
    assert (body["since"], body["until"], body["agreement_version"]) == ("2026-03-01", "2026-03-31", 1)
    figures = {(one["indicator"], one["measure"], one.get("peer")): one for one in body["figures"]}
    assert (figures["I04", "on_time", None]["numerator"], figures["I04", "on_time", None]["denominator"]) == (1, 2)
    assert figures["I03", "received", ZHANJIANG]["numerator"] == 2
    filled = {"doc_no": "北市监统〔2026〕3号", "handler": "某承办", "signer": "某局长", "issue_date": "2026-04-03"}
    BODIES["statistic_report", 1].model_validate_json(json.dumps({**body, **filled}))
    printed = beihai.hub("stats", "report", *MARCH, "--out", "-")
    assert json.loads(printed.out)["figures"] == body["figures"]


def test_a_month_that_is_not_over_is_not_reported(beihai: TestNode) -> None:
    done = beihai.hub("stats", "report", "--month", "2026-04", "--out", "-")
    assert done.code != 0
    assert "尚未结束" in done.err


def test_the_office_reconciles_what_came_with_what_it_counts(tmp_path: Path) -> None:
    office, store = opened(tmp_path, JOINT)
    report = {
        "since": "2026-03-01",
        "until": "2026-03-31",
        "cut_off": "2026-04-03T09:00:00+08:00",
        "figures": [
            {"indicator": "I03", "measure": "received", "scope": "inside", "numerator": 3, "unit": "case"},
            {
                "indicator": "I04",
                "measure": "on_time",
                "scope": "inside",
                "numerator": 1,
                "denominator": 2,
                "unit": "percent",
            },
        ],
    }
    sent = message(
        matter=uuid(9),
        sender=BEIHAI,
        audience=JOINT,
        kind="statistic_report",
        act="report",
        issued=parse_time("2026-04-03T01:00:00.000Z"),
        raw=signed_message(body=json.dumps(report).encode()),
    )
    row = matter_row(
        id=uuid(9), opener=BEIHAI, other=JOINT, kind="statistic_report", family="report", clock="none", state="reported"
    )
    with store.begin() as uow:
        uow.messages.add([sent])
        uow.matters.save([replace(row, document=sent.document, due_effective=None, due_at=None)])
    found = {one["member"]: one for one in office.ok("stats", "reconcile", *MARCH)["members"]}
    assert (found[BEIHAI]["report"], found[YULIN]["report"]) == ("on_time", "missing")
    lines = {(one["measure"], one["scope"]): one for one in found[BEIHAI]["lines"]}
    received = lines["I03.received", "inside"]
    assert (received["own"]["numerator"], received["reported"]["numerator"]) == (2, 3)
    assert any("报表截止 2026-04-03" in reason for reason in received["reasons"])
    assert lines["I04.on_time", "inside"]["reasons"] == []
    shown = office.hub("stats", "reconcile", *MARCH)
    assert (shown.code, shown.err) == (0, "")
    (line,) = (one for one in shown.out.splitlines() if "I03.received" in one and "系统内" in one)
    assert "-1" in line.split()
    store.close()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--month", "2026-13"), "月份应写作"),
        (("--month", "2026-03", "--year", "2026"), "只能用一种写法"),
        (("--indicator", "I12"), "尚未汇总"),
        (("--matters", "--measure", "I99.x"), "请写明细项"),
        (("reconcile", "--since", "x"), "日期应写作"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(beihai: TestNode, arguments: tuple[str, ...], told: str) -> None:
    done = beihai.hub("stats", *arguments)
    assert done.code != 0
    assert told in done.err
