"""The edge table of the command line is total, and its lines are safe to print."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import hub
from hub.cli.errors import exit_code, one_line, report_usage
from hub.core.errors import HubError, InvalidInput, Malformed, Refused, Rejected, TransportAway, Unavailable
from tests.cli.nodes import hub as command


def every_error() -> list[type[HubError]]:
    """All errors of all modules that can be loaded."""
    for module in pkgutil.walk_packages(hub.__path__, "hub."):
        if "migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found, waiting = set(), [HubError]
    while waiting:
        kinds = waiting.pop().__subclasses__()
        found.update(kinds)
        waiting.extend(kinds)
    return sorted(found, key=lambda kind: kind.__name__)


def test_every_error_has_an_exit_code_that_tells_whose_fault_it_is() -> None:
    codes = {Refused: 2, Rejected: 3, Unavailable: 4}
    kinds = every_error()
    assert len(kinds) > 20
    for kind in kinds:
        family = next(one for one in codes if issubclass(kind, one))
        assert exit_code(kind()) == codes[family], kind


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (InvalidInput("缺少标题", field="body.title"), "填写有误：缺少标题（body.title） → 请按提示修改后重新提交。"),
        (Malformed(), "来件格式损坏 → 什么也没有改。请核对这份文件出自何处，取得完整、正确的一份再办。"),
        (TransportAway("断开", advice="请检查网络。"), "传输通道暂时不可用：断开 → 请检查网络。"),
        (InvalidInput("甲\x1b[2J\n乙\u202e", advice="无"), "填写有误：甲□[2J□乙□ → 无"),
    ],
)
def test_an_error_is_one_line_that_says_what_to_do(error: HubError, line: str) -> None:
    assert one_line(error) == line


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ("No such option: --frob", "没有选项 --frob"),
        ("No such option: --frob (Possible options: --from)", "没有选项 --frob"),
        ("Missing argument 'FILE'.", "缺少 FILE"),
        ("Invalid value for '--limit': 0 is not in the range", "--limit 的值无效"),
        ("Got unexpected extra argument (x)", "多余的参数 x"),
    ],
)
def test_a_mistyped_command_is_explained_in_chinese(
    message: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report_usage(message, "hub inbox") == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert "hub inbox --help" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("frob",), "没有命令 frob"),
        (("show",), "缺少 文书编号"),
        (("inbox", "--limit", "0"), "--limit 的值无效：不得小于 1 →"),
        (("inbox", "--limit", "999"), "--limit 的值无效：不得大于 200 →"),
        (("inbox", "--limit", "x"), "--limit 的值无效：应为整数 →"),
        (("due", "--side", "x"), "--side 的值无效：只能是 ours、theirs →"),
        (("deadline", "ASSIST_MR", "2026-04-13", "x"), "多余的参数 x"),
        (("send", "case_notice", "--to"), "--to 后面缺少内容"),
    ],
)
def test_the_program_s_own_usage_errors_are_all_in_chinese(arguments: tuple[str, ...], said: str) -> None:
    done = command(*arguments)
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


def test_a_group_named_alone_answers_with_its_help() -> None:
    done = command("ferry")
    assert done.code == 0
    assert "用法：hub ferry" in done.out
    assert "Usage" not in done.out
