"""Letters as docx: the same content as the PDF, the same bytes each time, the office's own template if it is sound."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Mm

from adapters.letters.press import OfficePress
from tests.adapters.letters import EXAMPLES, long_sheet, sheet_of

VALID = sorted(EXAMPLES.glob("*/valid-*.json"))
REQUEST = EXAMPLES / "assistance_request" / "valid-1.json"
PRESS = OfficePress(None)


def parts_of(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {one: archive.read(one).decode("utf-8", "replace") for one in archive.namelist()}


def text_of(content: bytes) -> str:
    found = "".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", parts_of(content)["word/document.xml"]))
    return re.sub(r"[\s＿]", "", found.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def rebuilt(content: bytes, changes: dict[str, bytes]) -> bytes:
    """A docx with parts changed or added."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), *changes}:
            new.writestr(name, changes.get(name) or old.read(name))
    return made.getvalue()


@pytest.mark.parametrize("path", VALID, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_letter_can_be_set_and_says_all_of_itself(path: Path) -> None:
    sheet = sheet_of(path)
    content = PRESS.docx(sheet)
    text, letter = text_of(content), sheet.letter
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
        assert re.sub(r"\s", "", part) in text, part
    assert not re.search(r"\{[%{]|[%}]\}", "".join(parts_of(content).values())), "no tag is left over"


def test_the_page_has_the_margins_of_the_standard() -> None:
    section = Document(io.BytesIO(PRESS.docx(sheet_of(REQUEST)))).sections[0]
    assert section.page_width is not None
    assert section.page_height is not None
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = (section.top_margin, section.left_margin, section.right_margin, section.bottom_margin)
    assert [round(one.mm) for one in margins if one is not None] == [37, 28, 26, 35]
    assert section.different_first_page_header_footer


def test_office_above_date_in_the_middle_and_lists_as_wide_as_the_text_block() -> None:
    document = Document(io.BytesIO(PRESS.docx(sheet_of(REQUEST))))
    indents = {
        one.style.name: one.paragraph_format.right_indent
        for one in document.paragraphs
        if one.style is not None and one.style.name in ("发文机关署名", "成文日期")
    }
    office, date = indents["发文机关署名"], indents["成文日期"]
    assert office is not None
    assert date is not None
    assert office < date == pytest.approx(4 * 15.8 * 12700, rel=0.01)
    for table in document.tables[:2]:
        assert sum(column.width or 0 for column in table.columns) == pytest.approx(Mm(156), rel=0.01)


def test_the_same_sheet_gives_the_same_bytes_and_no_clock_or_machine_shows() -> None:
    sheet = sheet_of(REQUEST)
    content = PRESS.docx(sheet)
    assert content == OfficePress(None).docx(sheet)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    told = Document(io.BytesIO(content)).core_properties
    assert (told.title, told.author, told.created) == (
        sheet.letter.title,
        sheet.issuer,
        sheet.at,
    )


def test_the_longest_letter_and_marks_of_a_draft() -> None:
    sheet = long_sheet()
    content = PRESS.docx(sheet)
    text = text_of(content)
    assert all(re.sub(r"\s", "", one) in text for one in (*sheet.letter.attachments, *sheet.letter.paragraphs))
    assert 'string="草稿"' in parts_of(content)["word/header.xml"]
    assert "WaterMark" not in parts_of(PRESS.docx(replace(sheet, water="")))["word/header.xml"]


def test_an_office_s_own_template_is_used_for_its_kind_and_for_all(tmp_path: Path) -> None:
    press, sheet = OfficePress(tmp_path), sheet_of(REQUEST)
    plain = press.docx(sheet)
    words = parts_of(press.starter())["word/document.xml"].replace("附件：", "附　件：")
    own = rebuilt(press.starter(), {"word/document.xml": words.encode()})
    (tmp_path / "assistance_request.docx").write_bytes(own)
    assert press.fault("assistance_request") == ""
    assert "附　件：" in parts_of(press.docx(sheet))["word/document.xml"]
    assert press.docx(replace(sheet, kind="answer")) == plain
    (tmp_path / "letter.docx").write_bytes(own)
    assert press.docx(replace(sheet, kind="answer")) != plain
    (tmp_path / "letter.docx").unlink()
    (tmp_path / "assistance_request.docx").unlink()
    assert press.docx(sheet) == plain


STARTER = PRESS.starter()
WORDS = parts_of(STARTER)["word/document.xml"]
REMOTE = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
    'Target="http://192.0.2.1/x.dotm" TargetMode="External"/></Relationships>'
)


@pytest.mark.parametrize(
    ("template", "said"),
    [
        (b"", "不是 docx 文件"),
        (b"PK\x03\x04 broken", "不是 docx 文件"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 2000, "不是 docx 文件"),
        (b"\x00" * (2 * 1024 * 1024 + 1), "超过 2 MiB"),
        (rebuilt(STARTER, {"word/vbaProject.bin": b"x"}), "宏"),
        (rebuilt(STARTER, {"word/embeddings/oleObject1.bin": b"x"}), "嵌入对象"),
        (rebuilt(STARTER, {"word/_rels/settings.xml.rels": REMOTE.encode()}), "外部文件"),
        (rebuilt(STARTER, {"word/bomb.xml": b"\x00" * (21 * 1024 * 1024)}), "解压后过大"),
        (rebuilt(STARTER, {"word/styles.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"}), "文档类型声明"),
        (rebuilt(STARTER, {"word/document.xml": WORDS.replace("{{ signature }}", "某局").encode()}), "缺少标记：署名"),
        (rebuilt(STARTER, {"word/document.xml": WORDS.replace("{{ note }}", "{{ nota }}").encode()}), "nota"),
        (rebuilt(STARTER, {"word/document.xml": WORDS.replace("{{ date }}", "{{ date").encode()}), "成文日期"),
        (
            rebuilt(
                STARTER, {"word/document.xml": WORDS.replace("{{ date }}", "{{ date.__class__.__mro__ }}").encode()}
            ),
            "标记有误",
        ),
        (rebuilt(STARTER, {"word/document.xml": b"<w:document/>"}), "无法读取"),
    ],
)
def test_a_bad_template_is_told_and_the_built_in_one_stands_in(tmp_path: Path, template: bytes, said: str) -> None:
    (tmp_path / "letter.docx").write_bytes(template)
    press, sheet = OfficePress(tmp_path), sheet_of(REQUEST)
    fault = press.fault("assistance_request")
    assert "letter.docx 未采用" in fault
    assert said in fault
    assert press.docx(sheet) == PRESS.docx(sheet)


def test_offices_copied_are_framed_at_the_foot_of_the_text_block_and_absent_where_there_are_none() -> None:
    sheet = sheet_of(REQUEST)
    copied = parts_of(PRESS.docx(replace(sheet, letter=replace(sheet.letter, cc=("甲市公安局", "乙县某局")))))
    (line,) = re.findall(r"<w:p>(?:(?!</w:p>).)*抄送：(?:(?!</w:p>).)*</w:p>", copied["word/document.xml"])
    assert "抄送：甲市公安局，乙县某局。" in line
    assert 'w:vAnchor="margin"' in line
    assert 'w:yAlign="bottom"' in line
    assert "抄送" not in parts_of(PRESS.docx(sheet))["word/document.xml"]
