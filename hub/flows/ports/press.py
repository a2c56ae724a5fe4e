"""Port onto the press: letters 公文 as files of office programs (DESIGN D14)."""

from __future__ import annotations

from typing import Protocol

from hub.kinds.letter import Sheet

FORMS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
"""Form -> media type."""


class Press(Protocol):
    """Sets letters by GB/T 9704-2012; the same sheet gives the same bytes. It reaches no network."""

    def pdf(self, sheet: Sheet) -> bytes:
        """PDF/A."""
        ...

    def docx(self, sheet: Sheet) -> bytes:
        """By the office's template if it has a good one for this kind, else by the layout built in."""
        ...

    def fault(self, kind: str) -> str:
        """Why the office's own template for this kind is not used, in Chinese; empty if all is well."""
        ...

    def starter(self) -> bytes:
        """The layout built in, as a docx template an office may edit."""
        ...


def printed(press: Press, sheet: Sheet, form: str) -> bytes:
    """The sheet in one of :data:`FORMS`."""
    return press.pdf(sheet) if form == "pdf" else press.docx(sheet)
