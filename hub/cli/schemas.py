"""``hub schemas``: the document formats for other programs."""

from __future__ import annotations

from pathlib import Path

import typer

from hub.cli.help import ChineseCommand, group
from hub.cli.place import JSON
from hub.cli.screen import fault, print_json
from hub.core.errors import InvalidInput

app = group("文书格式（JSON Schema）")


@app.callback()
def schemas() -> None:
    """文书格式（JSON Schema）"""


@app.command("export", cls=ChineseCommand)
def export(
    folder: Path | None = typer.Argument(None, metavar="[文件夹]", help="写到哪里，默认更新程序自带的一份"),
    as_json: bool = JSON,
) -> int:
    """导出全部文书格式"""
    from schemas.export import export as refresh

    try:
        changed = refresh() if folder is None else _write(folder)
    except OSError as error:
        raise InvalidInput(f"无法写入 {error.filename}：{fault(error)}", field="folder") from error
    if as_json:
        print_json([str(path) for path in changed])
    else:
        print(f"已写入 {len(changed)} 个文件。")
    return 0


def _write(folder: Path) -> list[Path]:
    from schemas.export import HERE, documents, text_of

    written = []
    for path, document in documents().items():
        target = folder / path.relative_to(HERE / "json")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text_of(document), "utf-8")
        written.append(target)
    return written
