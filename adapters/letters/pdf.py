"""A letter as PDF/A, set by typst from ``letter.typ``; the text goes in as data and is never read as markup."""

from __future__ import annotations

import json
import re
from pathlib import Path
from threading import Lock

import pylopdf_fonts_zh_cn
import typst

from adapters.letters.measures import attachment_parts, broken, grid, signer_line, title_lines
from adapters.letters.qr import vector_code
from hub.core.errors import Refused
from hub.kinds.letter import Sheet, copied_to

_LAYOUT = Path(__file__).with_name("letter.typ")
_NO_GLYPH = re.compile('the text `"(.+?)"` could not be displayed')
"""What typst says of a character that no font has."""
_ADVICE = "请下载 Word（docx）或者打印网页；请系统管理员在公文目录的 fonts 文件夹中装入含生僻字的字体。"


class PdfSetter:
    """Sets one letter after the other; fonts are read at the first one, and one lock bounds what it takes."""

    def __init__(self, fonts: Path | None, *, system_fonts: bool) -> None:
        """``fonts``: folder with the office's own fonts; ``system_fonts``: use what is installed on the machine too."""
        self._folders = [*([fonts] if fonts and fonts.is_dir() else []), Path(pylopdf_fonts_zh_cn.__file__).parent]
        self._system = system_fonts
        self._compiler: typst.Compiler | None = None
        self._lock = Lock()

    def set(self, sheet: Sheet) -> bytes:
        """The PDF/A-2b; the same sheet gives the same bytes on the same machine.

        Raises ``Refused`` for a character, as in rare names, that no font has: an empty box is no name.
        """
        with self._lock:
            if self._compiler is None:
                known = typst.Fonts(self._system, True, [str(one) for one in self._folders])
                self._compiler = typst.Compiler(_LAYOUT, font_paths=known)
            try:
                made = self._compiler.compile(
                    format="pdf",
                    sys_inputs={"sheet": json.dumps(_data(sheet), ensure_ascii=False)},
                    pdf_standards="a-2b",
                    timestamp=int(sheet.at.timestamp()),
                )
            except typst.TypstError as error:
                lacking = _NO_GLYPH.search(str(error))
                if lacking is None:
                    raise
                raise Refused(
                    f"本节点的字体没有“{lacking[1]}”字，不能生成 PDF", field="form", advice=_ADVICE
                ) from error
        assert isinstance(made, bytes)
        return made


def _data(sheet: Sheet) -> dict[str, object]:
    letter = sheet.letter
    return {
        "issuer": sheet.issuer,
        "title": letter.title,
        "title_lines": title_lines(letter.title),
        "doc_no": letter.doc_no,
        "signer": signer_line(letter),
        "main_to": letter.main_to,
        "marks": letter.marks,
        "paragraphs": [broken(one) for one in letter.paragraphs],
        "tables": [
            {"caption": one.caption, "head": one.head, "rows": laid.rows, "size": laid.size, "widths": laid.widths}
            for one in letter.tables
            for laid in (grid(one),)
        ],
        "attachments": [(number, broken(name, 30)) for number, name in attachment_parts(letter)],
        "signature": letter.signature,
        "date": letter.date,
        "note": broken(letter.note),
        "receipt": letter.receipt,
        "cc": copied_to(letter),
        "identity": sheet.identity,
        "code": vector_code(sheet.code) if sheet.code else None,
        "water": sheet.water,
    }
