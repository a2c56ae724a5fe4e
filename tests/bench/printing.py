"""Letters as PDF and docx: time and size of a short one and of one over many pages, beside the cheapest honest work.

Floors, in the same run: typst setting the very same words as bare paragraphs in the same font (no head, no lists, no
code), and packing the finished docx anew. Each round sets another letter; each figure is the median; the first letter
also loads fonts and libraries.
"""

from __future__ import annotations

import argparse
import io
import json
import statistics
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst

from adapters.letters.press import OfficePress
from hub.kinds.letter import Sheet
from tests.adapters.letters import EXAMPLES, long_sheet, sheet_of
from tests.bench.machine import surroundings

_BARE = b"""#set page(paper: "a4")
#set text(font: "Noto Serif SC", size: 16pt, lang: "zh")
#for line in sys.inputs.words.split("\\n") { par(line) }"""


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    press = OfficePress(None, system_fonts=False)
    short = sheet_of(EXAMPLES / "reminder" / "valid-1.json")
    began = time.perf_counter()
    press.pdf(short)
    first = time.perf_counter() - began
    found = {
        "first_pdf_ms": round(first * 1000, 1),
        **_measured("short", press, short, asked.rounds),
        **_measured("long", press, long_sheet(), asked.rounds),
        **surroundings(),
    }
    if asked.json:
        print(json.dumps(found, ensure_ascii=False))
        return
    for name, value in found.items():
        print(f"{name:28} {value}")


def _measured(name: str, press: OfficePress, sheet: Sheet, rounds: int) -> dict[str, object]:
    pdf, docx = press.pdf(sheet), press.docx(sheet)
    words = "\n".join(_words(sheet))
    fonts = typst.Fonts(False, True, [str(Path(pylopdf_fonts_zh_cn.__file__).parent)])
    bare = typst.Compiler(_BARE, font_paths=fonts)
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    times = {
        "pdf": _median(lambda place: press.pdf(_other(sheet, place)), rounds),
        "pdf_floor": _median(lambda place: bare.compile(_BARE, sys_inputs={"words": f"{place} {words}"}), rounds),
        "docx": _median(lambda place: press.docx(_other(sheet, place)), rounds),
        "docx_floor": _median(lambda _: _packed(parts), rounds),
    }
    return {
        **{f"{name}_{each}_ms": round(seconds * 1000, 2) for each, seconds in times.items()},
        f"{name}_pdf_kib": len(pdf) // 1024,
        f"{name}_docx_kib": len(docx) // 1024,
        f"{name}_pages": pdf.count(b"/Type /Page\n") or pdf.count(b"/Type/Page/"),
    }


def _words(sheet: Sheet) -> Iterator[str]:
    letter = sheet.letter
    yield from (sheet.issuer, letter.doc_no, letter.title, letter.main_to, *letter.paragraphs)
    yield from (cell for table in letter.tables for row in (table.head, *table.rows) for cell in row)
    yield from (*letter.attachments, letter.signature, letter.date, letter.note, *letter.receipt, *sheet.identity)


def _other(sheet: Sheet, place: int) -> Sheet:
    """The same letter with another first word, so that nothing remembered from the last one serves."""
    first, *rest = sheet.letter.paragraphs
    return replace(sheet, letter=replace(sheet.letter, paragraphs=(f"第{place}件。{first}", *rest)))


def _median(work: Callable[[int], object], rounds: int) -> float:
    taken = []
    for place in range(rounds):
        began = time.perf_counter()
        work(place)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def _packed(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


if __name__ == "__main__":
    main()
