"""The edge table of the command line: what each family of errors is as exit code and as one line for a person.

A program reads the exit code, a person the line 「标题：原因（字段）→ 下一步」; for an error of ours nobody is shown a
traceback.
"""

from __future__ import annotations

import re
import sys
from typing import Final

from hub.cli.screen import safe
from hub.core.errors import BadSignature, BodyMismatch, HubError, Malformed, Refused, Rejected, Unavailable

OK: Final = 0
BUG: Final = 1
REFUSED: Final = 2
REJECTED: Final = 3
UNAVAILABLE: Final = 4
INTERRUPTED: Final = 130

EXIT_CODES: Final[dict[type[HubError], int]] = {Refused: REFUSED, Rejected: REJECTED, Unavailable: UNAVAILABLE}
"""One family, one code; a leaf has the code of its family."""

_BY_WIRE: Final = {kind.advice for kind in (Rejected, Malformed, BadSignature, BodyMismatch)}
_BY_HAND: Final = "什么也没有改。请核对这份文件出自何处，取得完整、正确的一份再办。"
"""A command meets what is not to be believed in a file somebody named: no sender resends it, no quarantine keeps it."""

_USAGE: Final = (
    (r"No such option: (\S+?)\.?(?: .*)?", "没有选项 {0}"),
    (r"No such command '(.+?)'.*", "没有命令 {0}"),
    (r"Missing (?:argument|option|parameter) '(.+?)'.*", "缺少 {0}"),
    (r"Missing command.*", "请写明要执行的命令"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.+)\)", "多余的参数 {0}"),
    (r"Option '(.+?)' requires .*", "选项 {0} 后面缺少内容"),
    (r"Invalid value for (.+?): .*greater than or equal to (\S+)", "{0} 的值无效：不得小于 {1}"),
    (r"Invalid value for (.+?): .*less than or equal to (\S+)", "{0} 的值无效：不得大于 {1}"),
    (r"Invalid value for (.+?): .*valid integer.*", "{0} 的值无效：应为整数"),
    (r"Invalid value for (.+?): .*is not one of (.+?)\.?", "{0} 的值无效：只能是 {1}"),
    (r"Invalid value for (.+?): (.*)", "{0} 的值无效：{1}"),
)


def exit_code(error: HubError) -> int:
    """The exit code of an error."""
    return next(code for family, code in EXIT_CODES.items() if isinstance(error, family))


def one_line(error: HubError) -> str:
    """Title, reason, field and next step; safe to print whatever a peer may have written into the reason."""
    reason = "" if error.detail == error.title else f"：{error.detail}"
    field = f"（{error.field}）" if error.field else ""
    advice = _BY_HAND if isinstance(error, Rejected) and error.next_step in _BY_WIRE else error.next_step
    step = f" → {advice}" if advice else ""
    return safe(f"{error.title}{reason}{field}{step}")


def report(error: HubError) -> int:
    """Print the error to stderr; returns its exit code."""
    print(one_line(error), file=sys.stderr)
    return exit_code(error)


def report_usage(message: str, command: str) -> int:
    """A command line that was mistyped, in Chinese, with the way to its help."""
    text = message.strip()
    if text.startswith("用法："):
        print(text)  # The group alone was named: its help is the answer.
        return OK
    for pattern, sentence in _USAGE:
        found = re.fullmatch(pattern, text, re.DOTALL)
        if found:
            text = sentence.format(*(group.strip("'").replace("', '", "、") for group in found.groups()))
            break
    print(safe(f"命令用法有误：{text} → 请用 {command} --help 查看用法。"), file=sys.stderr)
    return REFUSED
