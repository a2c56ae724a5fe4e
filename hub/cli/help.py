"""Help pages in Chinese, without the cost of a layout library: the first answer of ``hub --help`` comes at once."""

from __future__ import annotations

import re
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from hub.cli.screen import width

_TYPE = re.compile(r" <[A-Za-z\[\]]+>")
"""The Python type that typer writes behind the name of an argument."""
_WORDS = (
    ("[required]", "【必填】"),
    ("; required]", "]【必填】"),
    ("[default: ", "[默认："),
    ("Show this message and exit.", "显示本帮助"),
    ("[OPTIONS]", "[选项]"),
    ("COMMAND [ARGS]...", "命令 [参数]…"),
)


def group(help_text: str) -> typer.Typer:
    """A group of commands whose help is Chinese."""
    return typer.Typer(
        cls=ChineseGroup,
        help=help_text,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        no_args_is_help=True,
        context_settings={"help_option_names": ["--help", "-h"]},
    )


class _Pages:
    """How usage and options are laid out; columns line up with Chinese text."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The line that shows how to call it."""
        pieces = " ".join(self.collect_usage_pieces(ctx))  # type: ignore[attr-defined]
        formatter.write(f"用法：{_chinese(f'{ctx.command_path} {pieces}')}\n")

    def format_help_text(self, _ctx: Any, formatter: Any) -> None:
        """What it does, as it was written."""
        text = (self.help or "").strip()  # type: ignore[attr-defined]
        if text:
            formatter.write("\n" + "\n".join(f"  {line.strip()}" for line in text.splitlines()) + "\n")

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments and options under their titles, then the commands by theme."""
        panels: dict[str, list[tuple[str, str]]] = {"参数": [], "选项": []}
        for param in self.get_params(ctx):  # type: ignore[attr-defined]
            row = param.get_help_record(ctx)
            if row is not None:
                panels["参数" if param.param_type_name == "argument" else "选项"].append(row)
        named = self if isinstance(self, TyperGroup) else None
        for name in named.list_commands(ctx) if named else []:
            command = named.get_command(ctx, name) if named else None
            panel = getattr(command, "rich_help_panel", None)
            title = panel if isinstance(panel, str) else "命令"
            panels.setdefault(title, []).append((name, command.get_short_help_str(200) if command else ""))
        for title, rows in panels.items():
            _write(formatter, title, rows)


class ChineseCommand(_Pages, TyperCommand):
    """A command with Chinese help."""


class ChineseGroup(_Pages, TyperGroup):
    """A group of commands with Chinese help, in the order in which they were added."""


def _write(formatter: Any, title: str, rows: list[tuple[str, str]]) -> None:
    if not rows:
        return
    texts = [(_chinese(name), _chinese(text)) for name, text in rows]
    size = min(max(width(name) for name, _ in texts), 34)
    formatter.write(f"\n{title}：\n")
    for name, text in texts:
        gap = " " * (size - width(name)) if width(name) <= size else "\n  " + " " * size
        formatter.write(f"  {name}{gap}  {text}\n")


def _chinese(text: str) -> str:
    text = _TYPE.sub("", text)
    for english, chinese in _WORDS:
        text = text.replace(english, chinese)
    return text
