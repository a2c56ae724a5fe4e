"""文号 through the commands: assigned, entered, made void, and found again in the register."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import YULIN, uuid
from tests.cli.nodes import TestNode, make_node


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> TestNode:
    folder: Path = tmp_path_factory.mktemp("node")
    return make_node(folder, YULIN)


def test_numbers_are_assigned_made_void_and_listed(node: TestNode) -> None:
    assert "还没有编号序列" in node.hub("number", "series").out
    assert node.hub("number", "list").out == "没有符合条件的编号。\n"
    node.ok("number", "series", "玉市监协", "--first", 5)
    assert node.hub("number", "assign", "玉市监协").out == "玉市监协〔2026〕5号\n"
    assert node.ok("number", "enter", "玉市监协[2026]6号")["doc_no"] == "玉市监协〔2026〕6号"
    node.ok("number", "void", "玉市监协〔2026〕7号", "--reason", "打印错误")
    page = node.ok("number", "list", "玉市监协", "--limit", 2)
    assert [(one["seq"], one["state"]) for one in page["numbers"]] == [(7, "void"), (6, "taken")]
    rest = node.ok("number", "list", "玉市监协", "--cursor", page["next"])
    assert [one["seq"] for one in rest["numbers"]] == [5]
    assert "打印错误" in node.hub("number", "list", "玉市监协").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("assign", "没有"), "hub number series"),
        (("enter", "12号"), "格式不正确"),
        (("enter", "玉市监函〔2026〕1号", "--document", "17"), "编号格式"),
        (("void", "玉市监函〔2026〕1号"), "请填写作废原因"),
        (("receive", uuid()), "没有收到文书"),
        (("list", "--year", "20260"), "年份"),
        (("list", "--cursor", "x"), "翻页标记"),
        (("series", "收文"), "机关代字"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(node: TestNode, arguments: tuple[str, ...], said: str) -> None:
    done = node.hub("number", *arguments)
    assert done.code != 0
    assert said in done.err
    assert done.out == ""
