"""``hub due`` and ``hub supervision list`` on a real node."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from hub.store.session import SqlStore
from tests.builders import BEIHAI, JOINT, YULIN, matter_row, uuid
from tests.cli.nodes import TestNode, make_node

PAST, AHEAD = date(2026, 4, 7), date(2027, 1, 20)


def register(node: TestNode) -> SqlStore:
    """玉林 owes 北海 two answers: one overdue since 2026-04-07, one in a year without calendar; now is 2026-04-13."""
    store = node.store()
    rows = [
        matter_row(
            id=uuid(number),
            opener=BEIHAI,
            other=YULIN,
            title=title,
            due_effective=last,
            due_at=datetime(last.year, last.month, last.day, 16, tzinfo=UTC),
            provisional=last is AHEAD,
        )
        for number, (last, title) in enumerate(((PAST, "=cmd|' /C calc'!A0"), (AHEAD, "关于核查的函")))
    ]
    with store.begin() as uow:
        uow.matters.save(rows)
    return store


@pytest.fixture
def node(tmp_path: Path) -> Iterator[tuple[TestNode, SqlStore]]:
    made = make_node(tmp_path, YULIN)
    store = register(made)
    yield made, store
    store.close()


def test_the_board_counts_and_lists_in_chinese(node: tuple[TestNode, SqlStore]) -> None:
    yulin, _ = node
    done = yulin.hub("due")
    assert (done.code, done.err) == (0, "")
    head, ours, theirs, note = done.out.splitlines()[:4]
    assert head.split() == ["2026年4月13日", "已超期", "今日到期", "3个工作日内", "本周内", "本周之后"]
    assert ours.split() == ["本单位应办", "1", "0", "0", "0", "1"]
    assert theirs.split()[1:] == ["0"] * 5
    assert "1 件的到期日为暂定" in note
    assert "逾期 4 个工作日" in done.out
    assert "2027年1月20日（暂定）" in done.out
    assert "法定 · 《" in done.out


def test_programs_get_the_same_as_json(node: tuple[TestNode, SqlStore]) -> None:
    yulin, _ = node
    found = yulin.ok("due", "--slot", "overdue")
    assert (found["counts"]["ours"]["overdue"], found["counts"]["ours"]["later"]) == (1, 1)
    assert [(one["row"]["id"], one["days"], one["holder"]) for one in found["duties"]] == [(uuid(0), -4, YULIN)]
    assert yulin.ok("due", "--side", "theirs")["duties"] == []
    listed = yulin.ok("supervision", "list")
    assert (listed["office"], [one["row"]["id"] for one in listed["own"]], listed["proposed"]) == (False, [uuid(0)], [])


def test_an_export_is_safe_in_a_spreadsheet_and_noted_in_the_audit_log(node: tuple[TestNode, SqlStore]) -> None:
    yulin, store = node
    for command, number in ((("due",), 2), (("supervision", "list"), 1)):
        done = yulin.hub(*command, "--csv")
        assert (done.code, done.err, done.out[0]) == (0, "", "\ufeff")
        rows = list(csv.DictReader(io.StringIO(done.out[1:])))
        assert len(rows) == number
        assert rows[0]["标题"] == "'=cmd|' /C calc'!A0", "a title must not be computed"
        assert (rows[0]["逾期工作日"], rows[0]["剩余工作日"], rows[0]["性质"]) == ("4", "0", "法定")
    with store.read() as view:
        assert view.execute(text("SELECT count(*) FROM leaves WHERE type = 'export'")).scalar_one() == 2


def test_only_the_office_has_a_second_list(tmp_path: Path) -> None:
    office = make_node(tmp_path, JOINT)
    register(office).close()
    found = office.ok("supervision", "list")
    assert found["office"] is True
    assert found["own"] == []
    assert [one["row"]["id"] for one in found["proposed"]] == [uuid(0)]
    shown = office.hub("supervision", "list")
    assert "拟督办清单（截至 2026-04-13" in shown.out
    assert "督办清单" in shown.out
