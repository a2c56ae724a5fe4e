"""Letters as PDF: what the body says stands on the page, where GB/T 9704-2012 wants it, byte for byte the same."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from pypdf import PdfReader

from adapters.letters.measures import TEXT_WIDTH, grid, title_lines
from adapters.letters.press import OfficePress
from hub.core.errors import Refused
from hub.kinds.letter import Table, columns
from tests.adapters.letters import EXAMPLES, URN, long_sheet, sheet_of

VALID = sorted(EXAMPLES.glob("*/valid-*.json"))
REQUEST = EXAMPLES / "assistance_request" / "valid-1.json"
MM = 72 / 25.4
PRESS = OfficePress(None, system_fonts=False)


@cache
def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def squeezed(text: str) -> str:
    """Without what the setter may put between characters: spaces, line breaks, lines to write on."""
    return re.sub(r"[\s\u200b＿]", "", text)


def text_of(content: bytes) -> str:
    return "".join(re.sub(r"(—\d+—)?(草稿)*$", "", squeezed(page.extract_text())) for page in read(content).pages)


def placed(content: bytes, page: int = 0) -> list[tuple[str, float, float]]:
    """(text, mm from the left, mm from the top) of every run on a page."""
    found: list[tuple[str, float, float]] = []

    def visit(text: str, cm: list[float], tm: list[float], _font: object, _size: object) -> None:
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        if text.strip():
            found.append((text.strip(), x / MM, 297 - y / MM))

    read(content).pages[page].extract_text(visitor_text=visit)
    return found


@pytest.mark.parametrize("path", VALID, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_letter_can_be_set_and_says_all_of_itself(path: Path) -> None:
    sheet = sheet_of(path)
    text = text_of(PRESS.pdf(sheet))
    letter = sheet.letter
    cells = [cell for table in letter.tables for row in table.rows for cell in row]
    for part in (
        letter.title,
        letter.doc_no,
        letter.main_to,
        *letter.paragraphs,
        letter.signature,
        letter.date,
        *cells,
    ):
        assert squeezed(part) in text, part


def test_names_with_a_dot_and_in_traditional_characters_are_set_and_a_character_no_font_has_is_named() -> None:
    sheet = sheet_of(REQUEST)

    def about(name: str) -> bytes:
        return PRESS.pdf(replace(sheet, letter=replace(sheet.letter, paragraphs=(f"当事人{name}。",))))

    for name in ("阿卜杜热合曼·麥麥提吐爾遜·艾合買提", "國際貿易有限公司", "䶮㛃喆堃赟璟㐂"):
        assert name in text_of(about(name))
    with pytest.raises(Refused, match="没有“𠮷”字"):
        about("吉𠮷")


def test_the_same_sheet_gives_the_same_bytes_whichever_press_sets_it() -> None:
    sheet = sheet_of(REQUEST)
    first = PRESS.pdf(sheet)
    assert first == PRESS.pdf(sheet) == OfficePress(None, system_fonts=False).pdf(sheet)
    assert first != PRESS.pdf(replace(sheet, water="草稿"))


def test_the_page_is_a4_with_the_text_block_of_the_standard() -> None:
    content = PRESS.pdf(sheet_of(REQUEST))
    box = read(content).pages[0].mediabox
    assert (round(box.width / MM), round(box.height / MM)) == (210, 297)
    (main_to,) = [one for one in placed(content) if one[0].startswith("玉林市市场监督管理局")]
    assert main_to[1] == pytest.approx(28, abs=0.5)
    issuer = next(one for one in placed(content) if one[0].startswith("湛江市市场监督管理局"))
    assert 30 < issuer[2] < 42, "发文机关标志 stands 30 mm below the upper edge"
    lines = [one for page in range(1, 3) for one in placed(content, page) if one[0].startswith("—")]
    assert [text for text, _, _ in lines] == ["— 2 —", "— 3 —"], "the first page of a 函 bears no number"
    assert (lines[0][1] < 40, lines[1][1] > 160) == (True, True), "even numbers left, odd ones right"
    assert all(269 < down < 276 for _, _, down in lines), "7 mm below the text block"


def test_the_date_ends_four_characters_from_the_right_and_the_office_is_centred_above_it() -> None:
    content = PRESS.pdf(sheet_of(REQUEST))
    runs = {text: (x, down) for page in range(3) for text, x, down in placed(content, page)}
    date, office = runs["2026年4月13日"], runs["湛江市市场监督管理局"]
    assert office[1] < date[1] < office[1] + 11
    assert office[0] < date[0], "the longer line begins further left"


def test_a_hundred_attachments_long_titles_and_words_without_a_break_stay_on_the_page() -> None:
    sheet = long_sheet()
    content = PRESS.pdf(sheet)
    text = text_of(content)
    for part in (*sheet.letter.attachments, *sheet.letter.paragraphs[-2:], sheet.letter.title):
        assert squeezed(part) in text
    for page in range(len(read(content).pages)):
        runs = [(x, down) for run, x, down in placed(content, page) if run not in ("草", "稿", "草稿")]
        assert all(19 < x < 184 and 28 < down < 278 for x, down in runs)
    assert "草稿" in read(content).pages[0].extract_text()


def test_what_looks_like_markup_is_only_text() -> None:
    sheet = sheet_of(REQUEST)
    evil = '#read("/etc/passwd") #sys.inputs $x^2$ *b* @a \\ <b> "quoted"'
    text = text_of(PRESS.pdf(replace(sheet, letter=replace(sheet.letter, paragraphs=(evil,)))))
    assert squeezed(evil) in text.replace("“", '"').replace("”", '"')


def test_the_identity_and_its_code_stand_on_the_last_page_alone() -> None:
    sheet = sheet_of(REQUEST)
    pages = [squeezed(page.extract_text()) for page in read(PRESS.pdf(sheet)).pages]
    assert squeezed(sheet.identity[0]) in pages[-1]
    assert all(squeezed(sheet.identity[0]) not in page for page in pages[:-1])
    assert PRESS.pdf(sheet) != PRESS.pdf(replace(sheet, code=URN.upper()))


@pytest.mark.parametrize("head", [("名称",), ("序号", "名称", "号码"), tuple(f"列{n}" for n in range(12))])
def test_columns_fill_the_text_block_and_nothing_sticks_out(head: tuple[str, ...]) -> None:
    rows = tuple(tuple("44080218990101002X" * (1 + (n + r) % 4) for n in range(len(head))) for r in range(3))
    laid = grid(Table("表", head, rows))
    assert sum(laid.widths) == pytest.approx(TEXT_WIDTH, abs=0.2)
    for row, given in zip(laid.rows, rows, strict=True):
        for cell, raw, width in zip(row, given, laid.widths, strict=True):
            assert cell.replace("\u200b", "") == raw
            assert max(map(len, cell.split("\u200b"))) * laid.size * 0.3528 * 0.56 <= width


def test_a_number_keeps_whole_where_there_is_room() -> None:
    laid = grid(Table("当事人", ("角色", "姓名", "证件号码"), (("骨干", "李某某", "440802189901010020"),)))
    assert laid.rows[0][2] == "440802189901010020"


@pytest.mark.parametrize(
    "title", ["关于商请协助调查的函", "关于移送某某公司涉嫌传销线索的函" * 5, "A" * 100, "的" * 60, "（" * 50]
)
def test_a_title_breaks_into_lines_of_much_the_same_length_and_loses_nothing(title: str) -> None:
    lines = title_lines(title)
    assert "".join(lines) == title
    if title.startswith("关于"):
        assert max(map(columns, lines)) <= 40
        assert max(map(columns, lines)) - min(map(columns, lines)) <= 8
    assert all(lines)


def test_offices_copied_are_the_lowest_of_the_last_text_block_without_lines_as_a_letter_has_them() -> None:
    sheet = sheet_of(REQUEST)
    names = tuple(f"某某市打击传销规范直销工作联席会议办公室第{n}组" for n in range(1, 7))
    content = PRESS.pdf(replace(sheet, letter=replace(sheet.letter, cc=names)))
    last = len(read(content).pages) - 1
    runs = placed(content, last)
    start = next(place for place, one in enumerate(runs) if one[0].startswith("抄送"))
    block = [one for one in runs[start:] if not one[0].startswith("—")]
    assert squeezed("".join(text for text, _, _ in block)) == f"抄送：{'，'.join(names)}。"
    assert block[0][1] == pytest.approx(28 + 4.9, abs=0.3), "one character of 4号 free at the left"
    assert {round(x) for text, x, _ in block[1:] if text != "："} == {round(28 + 4 * 4.94)}, "under the first name"
    assert 255 < max(down for _, _, down in block) < 262, "the text block ends 262 mm below the upper edge"
    assert max(down for _, _, down in runs[:start]) < block[0][2]
    assert "印发" not in text_of(content)
    assert all("抄送" not in page.extract_text() for page in read(content).pages[:last])
