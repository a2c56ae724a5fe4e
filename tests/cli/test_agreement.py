"""``hub agreement`` reads, compares and prepares agreements, with a node, with a file or with the demonstration's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders import BEIHAI, YULIN, ZHANJIANG, build_agreement
from tests.builders_federation import DEMO_AGREEMENT
from tests.cli.nodes import Result, hub, make_node, until

NOTICE = "日期,名称,安排\n2027-01-01,元旦,休\n2027-02-06,春节,休\n2027-02-20,春节,班\n"


@pytest.fixture
def nowhere(tmp_path: Path) -> Path:
    return tmp_path / "nowhere"


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    file = tmp_path / "2027.csv"
    file.write_text(NOTICE, "utf-8")
    return file


def prepared(home: Path, notice: Path, into: Path, output: Path, *more: object) -> Result:
    command = ("agreement", "import-calendar", notice, "--into", into, "--source", "国办通知", "-o", output)
    return hub("--home", home, *command, *more)


def test_the_rules_are_shown_with_article_label_and_extension(nowhere: Path) -> None:
    said = hub("--home", nowhere, "agreement", "show").out
    assert "第 1 版（演示协议" in said
    assert len(hub("--home", nowhere, "agreement", "rules", "--json").json["rules"]) == 65
    one = hub("--home", nowhere, "agreement", "rules", "LEAD_CHECK").out
    for words in ("第十八条", "法定时限", "15 个工作日", "批准人：市场监督管理部门负责人", "市监"):
        assert words in one


def test_the_matrix_says_who_may_send_what_and_where(nowhere: Path) -> None:
    lines = hub("--home", nowhere, "agreement", "rights").out.splitlines()
    heads = lines[0].split()[1:]
    lead = next(line for line in lines if line.startswith("线索移送函")).split()[1:]
    assert dict(zip(heads, lead, strict=True))["mr>ps"] == "同一"
    case = next(line for line in lines if line.startswith("案件移送函")).split()[1:]
    assert {head for head, cell in zip(heads, case, strict=True) if cell != "·"} == {"mr>mr"}
    assert "ASSIST_POLICE_URGENT" in hub("--home", nowhere, "agreement", "rights", "--kind", "assistance_request").out


def test_a_calendar_is_a_grid_of_months_with_days_off_and_make_up_days(nowhere: Path) -> None:
    said = hub("--home", nowhere, "agreement", "calendar", "CN-GX", "--year", "2026").out
    assert "CN-GX 2026 年：246 个工作日" in said
    assert "13    14    15    16    17休  18休  19休" in said
    assert "2026-04-17  广西三月三放假" in said
    assert "14班" in said
    answer = hub("--home", nowhere, "agreement", "calendar", "--year", "2027", "--json").json
    assert (answer["calendar"], answer["provisional"]) == ("CN", True)


def test_a_notice_becomes_the_next_unsigned_version_and_nothing_else_changes(
    nowhere: Path, notice: Path, tmp_path: Path
) -> None:
    signed, output = tmp_path / "signed.json", tmp_path / "new.json"
    signed.write_bytes(build_agreement())
    done = prepared(nowhere, notice, signed, output)
    assert (done.code, "第 1 版 → 第 2 版：1 处不同" in done.out, "未签名" in done.out) == (0, True, True), done
    old, new = json.loads(DEMO_AGREEMENT.read_bytes()), json.loads(output.read_bytes())
    assert (new["version"], len(new["calendars"][0]["years"])) == (2, 3)
    assert new["rights"] == [{"level": "any", "rules": {}, **right} for right in old["rights"]]
    found = hub("agreement", "diff", signed, output, "--json").json["changes"]
    assert [(one["part"], one["key"], one["what"]) for one in found] == [("calendars", "CN 2027", "added")]
    assert "CN-GX 缺 2027 年" in hub("agreement", "check", output).out
    due = hub("deadline", "ANSWER", "2026-12-31", "--agreement", output, "--json").json
    assert (due["due_effective"], due["provisional"]) == ("2027-01-05", False)


def test_a_year_that_stands_is_replaced_only_on_request(nowhere: Path, notice: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "2.json", tmp_path / "3.json"
    assert prepared(nowhere, notice, DEMO_AGREEMENT, first).code == 0
    refused = prepared(nowhere, notice, first, second)
    assert (refused.code, "已有 2027 年" in refused.err, second.exists()) == (2, True, False)
    notice.write_text(NOTICE.replace("2027-02-20", "2027-02-21"), "utf-8")
    done = prepared(nowhere, notice, first, second, "--replace")
    assert "2027-02-21：— → 班" in done.out
    again = prepared(nowhere, notice, first, second, "--replace")
    assert (again.code, "已存在，不覆盖" in again.err) == (2, True)


def test_on_a_node_the_running_matters_are_looked_through(notice: Path, tmp_path: Path) -> None:
    node = make_node(tmp_path, ZHANJIANG)
    done = prepared(node.home, notice, DEMO_AGREEMENT, tmp_path / "new.json")
    assert (done.code, "在办事项的到期日不变" in done.out) == (0, True), done
    assert "本节点的协作协议" in node.hub("agreement", "show").out


def test_a_running_matter_whose_last_day_would_move_is_named(notice: Path, tmp_path: Path) -> None:
    yulin, beihai = make_node(tmp_path, YULIN), make_node(tmp_path, BEIHAI)
    with yulin.running("work"), beihai.running("work"):
        sent = yulin.send("assistance_request", BEIHAI)
        until(lambda: yulin.steps(sent["document"])[BEIHAI] == "delivered")
    was = yulin.ok("show", sent["document"])["matters"][0]["due_effective"]
    longer = [f"2026-04-{day},广西三月三,休" for day in (17, 20, 21)]
    notice.write_text("\n".join(longer), "utf-8")
    more = ("--calendar", "CN-GX", "--replace", "--json")
    moved = prepared(yulin.home, notice, DEMO_AGREEMENT, tmp_path / "new.json", *more).json["matters"]
    assert [(one["rule"], one["calendar"], one["before"]) for one in moved] == [("ASSIST_MR", "CN-GX", was)]
    assert moved[0]["after"] > was
    assert yulin.ok("show", sent["document"])["matters"][0]["due_effective"] == was


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rules", "NO_SUCH"), "没有时限规则 NO_SUCH"),
        (("rights", "--kind", "love_letter"), "love_letter"),
        (("calendar", "XX"), "没有日历 XX，可用："),
        (("check", "/nowhere.json"), "无法读取文件"),
        (("check", __file__), "协作协议文件无法读取"),
        (("diff", DEMO_AGREEMENT, __file__), "协作协议文件无法读取"),
    ],
)
def test_what_is_not_there_is_said_in_one_sentence(nowhere: Path, arguments: tuple[str, ...], said: str) -> None:
    done = hub("--home", nowhere, "agreement", *arguments)
    assert (done.code, said in done.err, done.out) == (2, True, ""), done


def test_a_malformed_notice_leaves_no_file(nowhere: Path, notice: Path, tmp_path: Path) -> None:
    notice.write_text("2027-02-30,春节,休\n", "utf-8")
    done = prepared(nowhere, notice, DEMO_AGREEMENT, tmp_path / "new.json")
    assert (done.code, "第 1 行：日期“2027-02-30”" in done.err) == (2, True)
    assert not (tmp_path / "new.json").exists()
