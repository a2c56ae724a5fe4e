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
    hours = {**rule, "id": "HOURS_24", "amount": 24, "unit": "hours", "start": "delivered", "extensions": []}
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


def count(home: Path, *arguments: object) -> dict[str, object]:
    return dict(hub("--home", home, "deadline", *arguments, "--json").json)


def test_an_extension_in_time_counts_up_to_its_cap_and_a_late_one_does_not(nowhere: Path) -> None:
    plain = count(nowhere, "LEAD_CHECK", "2026-03-02")["due_effective"]
    longer = count(nowhere, "LEAD_CHECK", "2026-03-02", "--extend", "99")
    assert (plain, longer["due_effective"]) == ("2026-03-23", "2026-04-14")
    assert longer["extensions"] == {"asked": 1, "granted": [15], "approver": "市场监督管理部门负责人"}
    on_the_last_day = count(nowhere, "LEAD_CHECK", "2026-03-02", "--extend", "5", "--told", "2026-03-23T23:59")
    a_day_later = count(nowhere, "LEAD_CHECK", "2026-03-02", "--extend", "5", "--told", "2026-03-24T00:00")
    assert (on_the_last_day["due_effective"], a_day_later["due_effective"]) == ("2026-03-30", plain)


def test_a_rule_in_tiers_shows_each_with_its_last_day_and_who_approves_it(nowhere: Path) -> None:
    found = count(nowhere, "CRIM_DECIDE", "2026-07-01", "--extend", "2026-07-20")
    tiers = found["tiers"]
    assert isinstance(tiers, list)
    assert [(one["due_strict"], one["approver"]) for one in tiers] == [
        ("2026-07-11", None),
        ("2026-07-31", "县级以上公安机关负责人"),
        ("2026-08-30", "上一级公安机关负责人"),
    ]
    assert found["due_strict"] == "2026-07-20"
    assert found["extensions"] == {"asked": 1, "granted": [16], "approver": "县级以上公安机关负责人"}
    said = hub("--home", nowhere, "deadline", "CRIM_DECIDE", "2026-07-01").out
    assert "2         2026-07-31  2026-07-31  县级以上公安机关负责人" in said


def test_suspended_days_do_not_count(nowhere: Path) -> None:
    arguments = ("CASE_90", "2026-03-02", "--suspend", "2026-03-10..2026-03-14")
    assert (count(nowhere, "CASE_90", "2026-03-02")["due_strict"], count(nowhere, *arguments)["due_strict"]) == (
        "2026-05-31",
        "2026-06-05",
    )


def test_signing_moves_the_start_and_two_calendars_stand_side_by_side(nowhere: Path) -> None:
    signed = count(nowhere, "ASSIST_MR", "2026-04-16T09:00", "--signed", "2026-04-16T10:00", "--compare", "CN-GX")
    assert signed["start"] == "2026-04-16"
    compared = signed["compare"]
    assert isinstance(compared, dict)
    assert (compared["calendar"], compared["due_effective"] > str(signed["due_effective"])) == ("CN-GX", True)
    said = hub("--home", nowhere, "deadline", "ANSWER", "2026-04-16", "--compare", "CN-GX").out
    assert "2026-04-17  1   工作日          —      广西三月三放假" in said


def test_a_limit_in_hours_shows_its_zone(nowhere: Path) -> None:
    said = hub("--home", nowhere, "deadline", "CRIM_SEND", "2026-04-13", "--hours", "16:30").out
    assert "2026-04-14T16:30+08:00" in said


def test_a_limit_in_working_hours_shows_the_office_hours_and_what_each_day_gave(nowhere: Path) -> None:
    said = hub("--home", nowhere, "deadline", "SIGN_FOR_URGENT", "2026-04-16T16:30", "--calendar", "CN-GX").out
    assert "2026-04-21T11:30+08:00" in said
    assert "08:30–12:00、14:30–17:30（协议约定）" in said
    assert "2026-04-17  —         广西三月三放假" in said
    assert "2026-04-21  180       工作日，08:30–11:30 计 3 小时，累计 4 小时" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ANSWER", "2026-04-13", "--extend", "5"), "没有规定延期"),
        (("ASSIST_MR", "2026-04-13", "--extend", "soon"), "延期应写作"),
        (("ASSIST_MR", "2026-04-13", "--extend", "0"), "延长的数量"),
        (("CASE_90", "2026-04-13", "--suspend", "1..2"), "中止应写作"),
        (("CASE_90", "2026-04-13", "--suspend", "2026-05-02..2026-05-01"), "中止的起止日期有误"),
        (("CRIM_SEND", "2026-04-13T16:30", "--suspend", "2026-05-01..2026-05-02"), "按小时连续计算"),
        (("CRIM_SEND", "2026-04-13"), "需要起算的时刻"),
        (("CRIM_SEND", "2026-04-13", "--hours", "25:00"), "时分应写作"),
        (("CRIM_SEND", "2026-04-13T16:30", "--hours", "16:30"), "不能再用 --hours"),
        (("CASE_90", "2026-04-13", "--signed", "2026-04-14"), "与签收无关"),
        (("ASSIST_MR", "2026-04-13", "--signed", "soon"), "签收时刻应写作"),
        (("ASSIST_MR", "2026-04-13", "--compare", "XX"), "没有日历 XX"),
    ],
)
def test_an_option_that_does_not_fit_the_rule_is_refused(nowhere: Path, arguments: tuple[str, ...], said: str) -> None:
    done = hub("--home", nowhere, "deadline", *arguments)
    assert (done.code, said in done.err, done.out) == (2, True, ""), done
