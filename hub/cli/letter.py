"""``hub letter``: the official letter a document stands for, to read, print or keep."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hub.cli.place import must_be_new, note, opened, views_of, write_new
from hub.cli.screen import safe
from hub.core.errors import InvalidInput

if TYPE_CHECKING:
    from hub.app import Node
    from hub.kinds.letter import Sheet

_WIDTHS = range(40, 201)


def letter(
    ctx: typer.Context,
    document: str | None = typer.Argument(None, metavar="文书编号", help="文书编号"),
    width: int = typer.Option(78, "--width", metavar="列数", help="每行列数，40 至 200"),
    out: Path | None = typer.Option(None, "-o", "--out", metavar="文件", help="存为 .pdf 或 .docx 文件"),
    template: Path | None = typer.Option(
        None, "--write-template", metavar="文件", help="写出内置的 docx 模板，供修改后放入公文模板文件夹"
    ),
) -> int:
    """一份文书的公文：文本，或者 PDF、docx 文件（含当事人全称，均记入审计日志）"""
    if width not in _WIDTHS:
        raise InvalidInput("每行列数应在 40 至 200 之间", field="width")
    if template is not None:
        return _write_template(ctx, template)
    if document is None:
        raise InvalidInput("请写明文书编号", field="document")
    from hub.flows.steps.printing import sheet_of_copy
    from hub.kinds.letter import plain

    with views_of(ctx) as (node, views):
        copy, trust = views.document(document).copies[0], views.trust()
        sheet = sheet_of_copy(copy, views.matter(copy.row.matter).thread, trust, demo=node.settings.demo)
        if out is not None:
            return save(node, sheet, out, document)
        text = plain(sheet.letter, width)
        note(node, "print", document)
    for line in text.splitlines():
        print(safe(line))
    return 0


def save(node: Node, sheet: Sheet, out: Path, subject: str) -> int:
    """Write the sheet as the form the file's name asks for, and note it."""
    from hub.app import build_press
    from hub.core.ids import sha256
    from hub.flows.ports.press import FORMS, printed

    form = out.suffix.lower().removeprefix(".")
    if form not in FORMS:
        raise InvalidInput(f"不能存为 {out.name[:60]}：文件名应以 .pdf 或 .docx 结尾", field="out")
    must_be_new(out)
    press = build_press(node.settings)
    content = printed(press, sheet, form)
    note(node, "export", subject, letter=form, sha256=sha256(content))
    write_new(out, content, private=True)
    print(f"已存为 {out}（{len(content) // 1024 + 1} KiB）")
    fault = press.fault(sheet.kind) if form == "docx" else ""
    if fault:
        print(safe(fault))
    return 0


def _write_template(ctx: typer.Context, path: Path) -> int:
    from hub.app import build_press, letters_folder

    if path.suffix.lower() != ".docx":
        raise InvalidInput("模板文件名应以 .docx 结尾", field="write-template")
    with opened(ctx) as node:
        write_new(path, build_press(node.settings).starter())
        print(f"已写出 {path}\n修改后存为 {letters_folder(node.settings)} 中的 letter.docx（各种文书）或“种类.docx”。")
    return 0
