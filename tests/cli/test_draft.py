"""Working papers through the commands: two people make a document, one alone makes none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hub.cli import user
from hub.core.policy import LEVELS
from tests.builders import BEIHAI, YULIN, uuid
from tests.cli.nodes import TestNode, hub, make_node


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> TestNode:
    made = make_node(tmp_path_factory.mktemp("node"), YULIN)
    for name, level in (("zhang", "handler"), ("li", "unit_head"), ("fa", "legal_reviewer")):
        made.ok("user", "add", name, "--role", "officer", "--level", level)
    made.ok("user", "add", "guest", "--role", "secretariat")
    request = json.loads(hub("send", "--example", "assistance_request").out)
    del request["doc_no"]  # A number is used once only.
    (made.home / "request.json").write_text(json.dumps(request, ensure_ascii=False), "utf-8")
    (made.home / "sheet.pdf").write_bytes(b"%PDF-1.7 sheet")
    return made


def saved(node: TestNode, *more: object) -> dict[str, Any]:
    file = node.home / "request.json"
    made: dict[str, Any] = node.ok("draft", "save", "assistance_request", file, "--to", BEIHAI, "--as", "zhang", *more)
    return made


def submitted(node: TestNode) -> str:
    paper = str(saved(node)["id"])
    node.ok("draft", "submit", paper, "--as", "zhang")
    return paper


def test_a_paper_is_drafted_reviewed_and_issued_by_three_people(node: TestNode) -> None:
    paper = submitted(node)
    node.ok("draft", "approve", paper, "--as", "fa", "--comment", "同意")
    done = node.ok("draft", "issue", paper, "--as", "li")
    assert done["paper"]["state"] == "issued"
    shown = node.ok("draft", "show", paper)
    assert [(one["act"], one["who"]) for one in shown["history"]] == [
        ("save", "zhang"),
        ("submit", "zhang"),
        ("approve", "fa"),
        ("issue", "li"),
    ]
    assert "同意" in node.hub("draft", "show", paper).out


def test_a_signed_sheet_is_registered_by_the_handler(node: TestNode) -> None:
    paper, sheet = submitted(node), node.home / "sheet.pdf"
    signed = ("--signed-sheet", sheet, "--signer", "王某某", "--signed-on", "2026-04-13")
    done = node.ok("draft", "issue", paper, "--as", "zhang", *signed)
    assert (done["paper"]["approver"], done["paper"]["state"]) == ("王某某", "issued")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("approve", "{paper}", "--as", "zhang"), "审核须由"),
        (("approve", "{paper}", "--as", "nobody"), "没有用户"),
        (("approve", "{paper}", "--as", "guest"), "只能查看"),
        (("issue", "{paper}", "--as", "li"), "待审核"),
        (("issue", "{paper}", "--as", "zhang", "--signer", "王某某"), "签批单扫描件"),
        (("issue", "{paper}", "--as", "zhang", "--signed-sheet", "{home}/sheet.pdf"), "日期应写作"),
        (("return", "{paper}", "--as", "fa"), "退回意见"),
        (("submit", uuid(), "--as", "zhang"), "没有文稿"),
        (("show", "17"), "编号格式"),
        (("list", "--state", "lost"), "没有文稿状态"),
        (("list", "--cursor", "nonsense"), "翻页标记"),
        (("prefill", uuid(), "memo"), "没有文书种类"),
        (("prefill", uuid(), "answer"), "没有事项"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_and_changes_nothing(
    node: TestNode, arguments: tuple[str, ...], said: str
) -> None:
    paper = submitted(node)
    done = node.hub("draft", *(each.format(paper=paper, home=node.home) for each in arguments))
    assert done.code != 0
    assert said in done.err
    assert "Traceback" not in done.err
    assert node.ok("draft", "show", paper)["paper"]["state"] == "in_review"


def test_a_list_can_be_filtered_and_paged_and_an_empty_one_says_so(node: TestNode) -> None:
    made = [saved(node)["id"] for _ in range(3)]
    page = node.ok("draft", "list", "--state", "drafting", "--limit", 2)
    assert [one["id"] for one in page["papers"]] == made[:0:-1]
    rest = node.ok("draft", "list", "--state", "drafting", "--limit", 2, "--cursor", page["next"])
    assert made[0] in [one["id"] for one in rest["papers"]]
    assert node.hub("draft", "list", "--text", "查无此题").out == "没有符合条件的文稿。\n"


def test_a_discarded_paper_is_taken_back_and_saved_as_the_next_version(node: TestNode) -> None:
    paper = saved(node)
    node.ok("draft", "discard", paper["id"], "--as", "zhang")
    back = node.ok("draft", "restore", paper["id"], "--as", "zhang")
    assert saved(node, "--paper", paper["id"], "--version", back["version"])["version"] == back["version"] + 1
    stale = node.hub(
        *("draft", "save", "assistance_request", node.home / "request.json", "--as", "li"),
        *("--paper", paper["id"], "--version", "1"),
    )
    assert "重新打开文稿" in stale.err


def test_a_request_is_split_for_another_office(node: TestNode) -> None:
    sent = node.send("assistance_request", BEIHAI)
    made = node.ok("draft", "prefill", sent["matter"], "assistance_request", "--split", 2)
    assert [item["no"] for item in made["items"]] == [1]
    assert made["related"][0]["relation"] == "split_from"
    file = node.home / "split.json"
    file.write_text(json.dumps(made, ensure_ascii=False), "utf-8")
    paper = node.ok("draft", "save", "assistance_request", Path(file), "--to", "440800-mr", "--as", "zhang")
    assert node.ok("draft", "submit", paper["id"], "--as", "zhang")["state"] == "in_review"
    assert "可分出的事项" in node.hub("draft", "prefill", sent["matter"], "assistance_request", "--split", 9).err


def test_the_command_knows_the_levels_the_policy_knows() -> None:
    assert user.LEVELS == LEVELS


def test_a_letter_about_a_matter_begins_with_what_the_matter_says(node: TestNode) -> None:
    sent = node.send("assistance_request", BEIHAI)
    made = node.ok("draft", "prefill", sent["matter"], "assistance_feedback", "--act", "feedback-final")
    original = json.loads((node.home / "assistance_request.json").read_bytes())
    assert made["title"] == f"关于《{original['title']}》的复函"
    assert (made["original_doc_no"], made["act"]) == (original["doc_no"], "feedback-final")
    assert [one["no"] for one in made["results"]] == [one["no"] for one in original["items"]]
    assert "没有动作" in node.hub("draft", "prefill", sent["matter"], "answer", "--act", "dance").err


def test_a_template_is_kept_by_name_and_begins_a_paper(node: TestNode) -> None:
    assert node.hub("template", "list").out == "还没有模板。\n"
    node.ok("template", "save", "调取档案", "assistance_request", node.home / "request.json")
    assert [one["name"] for one in node.ok("template", "list")] == ["调取档案"]
    file = node.home / "begun.json"
    file.write_text(node.hub("template", "show", "调取档案").out, "utf-8")
    assert node.ok("draft", "save", "assistance_request", file, "--as", "zhang")["version"] == 1
    assert "没有名为" in node.hub("template", "show", "没有").err
    assert "请填写模板名称" in node.hub("template", "save", " ", "answer", file).err
