"""``hub deadline`` counts with a node, with a file, or with the demo's rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders import ZHANJIANG, build_agreement
from tests.cli.nodes import hub, make_node

KEYS = {"rule", "start", "calendar", "due_strict", "due_effective", "label", "article", "provisional", "days"}


@pytest.fixture
def nowhere(tmp_path: Path) -> Path:
    return tmp_path / "nowhere"


def test_the_json_has_exactly_the_agreed_keys(nowhere: Path) -> None:
    found = hub("--home", nowhere, "deadline", "ASSIST_MR", "2026-04-15", "--calendar", "CN-GX", "--json").json
    assert set(found) == KEYS
    assert (found["calendar"], found["label"], found["provisional"]) == ("CN-GX", "statutory", False)
    assert found["days"][0] == {"date": "2026-04-15", "counted": None, "why": "起算日，不计入"}
    assert [each["counted"] for each in found["days"] if each["counted"]] == list(range(1, 16))


def test_the_two_calendars_of_the_federation_differ_around_the_third_of_the_third(nowhere: Path) -> None:
    def due(calendar: str) -> str:
        arguments = ("deadline", "ASSIST_MR", "2026-04-14", "--calendar", calendar, "--json")
        return str(hub("--home", nowhere, *arguments).json["due_effective"])

    assert due("CN-GX") > due("CN")


def test_people_see_every_day_and_why_it_counts(nowhere: Path) -> None:
    said = hub("--home", nowhere, "deadline", "ASSIST_MR", "2026-04-15").out
    assert "2026年4月15日" in said
    assert "演示协议" in said
    assert "法定节假日（劳动节）" in said
    assert "法定时限" in said


def test_hours_run_from_a_moment_of_beijing(tmp_path: Path, nowhere: Path) -> None:
    rule = json.loads((Path(__file__).parent.parent.parent / "deploy" / "demo" / "agreement.json").read_bytes())[
        "rules"
    ][0]
    hours = {**rule, "id": "HOURS_24", "amount": 24, "unit": "hours", "start": "delivered", "extension": None}
    file = tmp_path / "agreement.json"
    file.write_bytes(build_agreement(rules=[hours], rights=[], stages=[]))
    arguments = ("deadline", "HOURS_24", "2026-04-13T16:30", "--agreement", file, "--json")
    assert hub("--home", nowhere, *arguments).json["due_effective"] == "2026-04-14T16:30:00+08:00"


def test_a_node_counts_with_its_own_agreement_and_calendar(tmp_path: Path) -> None:
    node = make_node(tmp_path, ZHANJIANG)
    assert node.ok("deadline", "ASSIST_MR", "2026-04-15")["calendar"] == "CN"
    assert "本节点的协作协议" in node.hub("deadline", "ASSIST_MR", "2026-04-15").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("NO_SUCH", "2026-04-13"), "没有时限规则 NO_SUCH，可用："),
        (("ASSIST_MR", "2026-04-13", "--calendar", "XX"), "没有日历 XX，可用："),
        (("ASSIST_MR", "13.4.2026"), "起算日应写作"),
        (("ASSIST_MR", "2026-02-30"), "起算日应写作"),
        (("ASSIST_MR", "0001-01-01"), "日期超出"),
        (("ASSIST_MR", "2026-04-13", "--agreement", "/nowhere.json"), "无法读取文件"),
        (("ASSIST_MR", "2026-04-13", "--agreement", __file__), "协作协议文件无法读取"),
    ],
)
def test_what_cannot_be_counted_is_refused_with_the_reason(
    nowhere: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = hub("--home", nowhere, "deadline", *arguments)
    assert (done.code, said in done.err, done.out) == (2, True, ""), done
