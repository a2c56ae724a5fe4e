"""Tables line up, and foreign text cannot move the cursor."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from hub.cli.screen import clip, columns, day, moment, plain, safe, width
from hub.flows.rows import Peer


@pytest.mark.parametrize(("text", "size"), [("abc", 3), ("玉林市", 6), ("（甲）", 6), ("é", 1), ("", 0)])
def test_chinese_text_takes_two_columns_a_character(text: str, size: int) -> None:
    assert width(text) == size


def test_columns_line_up_whatever_the_script() -> None:
    lines = columns(("单位", "n"), [("玉林市监", "1"), ("ab", "22")])
    assert lines == ["单位      n", "玉林市监  1", "ab        22"]


def test_a_long_cell_is_cut_at_its_columns_and_the_last_is_kept_whole() -> None:
    assert clip("玉林市监督管理局", 7) == "玉林市…"
    assert columns(("a", "b"), [("玉林市监督", "玉林市监督管理局")], most=5)[1] == "玉林…  玉林市监督管理局"


def test_control_and_direction_marks_are_shown_as_boxes() -> None:
    assert safe("a\x1b[31m\r\n\u202eb\x9b") == "a□[31m□□□b□"


def test_times_are_shown_as_in_beijing_and_dates_as_in_letters() -> None:
    assert moment(datetime(2026, 4, 13, 16, 30, tzinfo=UTC)) == "2026-04-14 00:30"
    assert day(date(2026, 4, 13)) == "2026年4月13日"
    assert (moment(None), day(None)) == ("—", "—")


def test_rows_become_json_with_the_times_of_the_wire() -> None:
    row = plain(Peer("450900-mr", last_seen=datetime(2026, 4, 13, 8, 30, tzinfo=UTC)))
    assert isinstance(row, dict)
    assert (row["member"], row["last_seen"], row["asked_at"]) == ("450900-mr", "2026-04-13T08:30:00.000Z", None)
