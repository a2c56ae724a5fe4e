"""Units and leads through the commands: handed on, urged, printed, counted, and nothing wrong gets in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.builders import BEIHAI, YULIN, uuid
from tests.cli.nodes import TestNode, make_node, until
from tests.simulator.bodies import body


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> TestNode:
    folder: Path = tmp_path_factory.mktemp("node")
    made = make_node(folder, YULIN)
    assert made.hub("unit", "list").out == "还没有承办单位。\n"
    assert made.hub("lead", "list").out == "没有符合条件的线索。\n"
    assert made.hub("unit", "work").out == "没有符合条件的转办、交办。\n"
    made.ok("unit", "add", "fcx", "反传销科")
    made.ok("unit", "add", "bobai", "博白县市场监督管理局", "--kind", "county", "--region", "450923", "--no-accounts")
    return made


@pytest.fixture(scope="module")
def matter(node: TestNode) -> str:
    sent: dict[str, str] = node.send("assistance_request", BEIHAI)
    with node.running("work"):
        until(lambda: sent["matter"] in node.hub("matters", "--json").out)
    return sent["matter"]


def lead(node: TestNode, number: str, *more: object) -> dict[str, Any]:
    made: dict[str, Any] = node.ok(
        *("lead", "add", number, "某平台以拉人头返利", "--source", "monitoring", "--received-on", "2026-04-13"), *more
    )
    return made


def test_a_matter_is_handed_on_urged_printed_and_counted(node: TestNode, matter: str) -> None:
    given = node.ok("unit", "assign", matter, "bobai", "--note", "请核查地址")
    assert given["due_on"] == "2026-04-15"
    node.ok("unit", "urge", given["id"], "--note", "请抓紧")
    notice = node.hub("unit", "notice", given["id"]).out
    assert "案件交办通知书" in notice
    assert "请核查地址" in notice
    assert [one["id"] for one in node.ok("unit", "work", "--unit", "bobai")["assignments"]] == [given["id"]]
    node.ok("unit", "done", given["id"], "--note", "已核查")
    back = node.ok("unit", "assign", matter, "fcx", "--due", "2026-04-20")
    node.ok("unit", "return", back["id"], "--reason", "不属本科职责")
    counts = {
        one["unit"]["code"]: one for one in node.ok("unit", "stats", "--since", "2026-01-01", "--until", "2027-01-01")
    }
    assert (counts["bobai"]["on_time"], counts["bobai"]["urged"], counts["fcx"]["returned"]) == (1, 1, 1)


def test_a_lead_is_entered_forwarded_transferred_and_settled(node: TestNode) -> None:
    made = lead(node, "YL2026-001", "--12315", "1450900002026000000000001")
    assert made["clock"] == "running"
    assert node.ok("lead", "forward", made["id"], "--unit", "fcx")["clock"] == "met"
    begun = node.ok("lead", "prefill", made["id"], "--to", BEIHAI)
    assert begun["lead_no"] == "1450900002026000000000001"
    rest = {name: value for name, value in body("lead_transfer", "transfer").items() if name not in begun}
    (node.home / "lead.json").write_text(json.dumps({**rest, **begun, "doc_no": "玉市监移〔2026〕1号"}), "utf-8")
    node.ok("user", "add", "zhang", "--role", "officer")
    paper = node.ok(
        *("draft", "save", "lead_transfer", node.home / "lead.json", "--to", BEIHAI, "--as", "zhang"),
        *("--lead", made["id"]),
    )
    node.ok("draft", "submit", paper["id"], "--as", "zhang")
    (node.home / "sheet.pdf").write_bytes(b"%PDF-1.7 sheet")
    signed = ("--signed-sheet", node.home / "sheet.pdf", "--signer", "王某某", "--signed-on", "2026-04-13")
    done = node.ok("draft", "issue", paper["id"], "--as", "zhang", *signed)
    shown = node.ok("lead", "show", made["id"])
    assert shown["lead"]["matter"] == done["recorded"]["matter"]
    assert [one["act"] for one in shown["history"]] == ["register", "forward", "transfer"]
    assert node.ok("lead", "outcome", made["id"], "filed", "--on", "2026-04-13")["outcome"] == "filed"
    assert "立案" in node.hub("lead", "list", "--settled").out


def test_leads_are_searched_and_paged(node: TestNode) -> None:
    made = [lead(node, f"PG2026-00{number}")["id"] for number in range(3)]
    page = node.ok("lead", "list", "--text", "PG2026", "--limit", 2)
    rest = node.ok("lead", "list", "--text", "PG2026", "--limit", 2, "--cursor", page["next"])
    assert [one["id"] for one in (*page["leads"], *rest["leads"])] == made[::-1]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("unit", "add", "X", "名"), "小写字母"),
        (("unit", "add", "x", "名", "--kind", "county"), "行政区划"),
        (("unit", "assign", "{matter}", "none"), "没有承办单位"),
        (("unit", "assign", uuid(), "fcx"), "没有事项"),
        (("unit", "assign", "{matter}", "fcx", "--due", "明天"), "日期应写作"),
        (("unit", "assign", "{matter}", "fcx", "--manner", "ask"), "办理方式"),
        (("unit", "urge", "17"), "编号格式"),
        (("unit", "done", uuid()), "没有交办"),
        (("unit", "notice", uuid()), "没有交办"),
        (("unit", "work", "--state", "lost"), "没有状态"),
        (("unit", "stats", "--since", "2026-02-01", "--until", "2026-01-01"), "起始日晚于截止日"),
        (("user", "add", "x", "--role", "officer", "--unit", "none"), "没有承办单位"),
        (("user", "add", "x", "--role", "officer", "--level", "king"), "没有级别"),
        (("lead", "add", "1", "摘要", "--source", "monitoring", "--received-on", "2026-04-13"), "线索编号"),
        (("lead", "show", uuid()), "没有线索"),
        (("lead", "list", "--cursor", "x"), "翻页标记"),
        (("lead", "forward", uuid(), "--unit", "fcx"), "没有线索"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(node: TestNode, matter: str, arguments: tuple[str, ...], said: str) -> None:
    done = node.hub(*(each.format(matter=matter) for each in arguments))
    assert done.code != 0
    assert said in done.err
    assert done.out == ""
