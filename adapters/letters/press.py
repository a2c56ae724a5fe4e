"""The press of one office: letters as PDF and docx, with the templates and fonts the office keeps in one folder.

``FOLDER/<kind>.docx`` is the template of one kind, ``FOLDER/letter.docx`` of all others, ``FOLDER/fonts/`` holds the
office's own fonts (方正小标宋, 仿宋_GB2312). Nothing of it is needed: our own layout and the package's fonts stand in.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from hub.kinds.letter import Sheet

if TYPE_CHECKING:
    from adapters.letters.pdf import PdfSetter

_KEPT = 64
"""Templates whose check is remembered, by content."""
_MOST = 2 * 1024 * 1024
"""Bytes of a template file."""


class OfficePress:
    """Fulfils the port ``Press`` of the hub. The first letter, not the start, loads libraries and fonts (60 MB)."""

    def __init__(self, folder: Path | None, *, system_fonts: bool = True) -> None:
        """``folder``: may be missing; ``system_fonts`` False: the package's fonts alone, the same on every machine."""
        self._folder = folder
        self._system_fonts = system_fonts
        self._setter: PdfSetter | None = None
        self._starting = Lock()
        self._checked: dict[str, str] = {}

    def pdf(self, sheet: Sheet) -> bytes:
        """PDF/A-2b."""
        from adapters.letters.pdf import PdfSetter

        with self._starting:
            if self._setter is None:
                fonts = self._folder / "fonts" if self._folder else None
                self._setter = PdfSetter(fonts, system_fonts=self._system_fonts)
        return self._setter.set(sheet)

    def docx(self, sheet: Sheet) -> bytes:
        """By the office's template for this kind if it has a good one, else by ours."""
        from adapters.letters.word import fill, starter

        _, template, fault = self._template(sheet.kind)
        return fill(starter() if template is None or fault else template, sheet)

    def fault(self, kind: str) -> str:
        """Why the office's own template for this kind is not used, a sentence; empty if it is used or there is none."""
        name, _, fault = self._template(kind)
        return f"本单位的公文模板 {name} 未采用：{fault}；docx 按内置版式生成。" if fault else ""

    def starter(self) -> bytes:
        """Our own template, for the office to edit."""
        from adapters.letters.word import starter

        return starter()

    def _template(self, kind: str) -> tuple[str, bytes | None, str]:
        """Name, content and fault of the office's template for this kind."""
        for name in (f"{kind}.docx", "letter.docx"):
            path = self._folder / name if self._folder else None
            if path is None or not path.is_file():
                continue
            try:
                with path.open("rb") as file:
                    content = file.read(_MOST + 1)
            except OSError as error:
                return name, None, f"无法读取（{error.strerror}）"
            return name, content, self._fault(content)
        return "", None, ""

    def _fault(self, content: bytes) -> str:
        from adapters.letters.office_template import fault_of

        if len(content) > _MOST:
            return f"超过 {_MOST // 1024 // 1024} MiB"
        digest = hashlib.sha256(content).hexdigest()
        if digest not in self._checked:
            if len(self._checked) >= _KEPT:
                self._checked.clear()
            self._checked[digest] = fault_of(content)
        return self._checked[digest]
