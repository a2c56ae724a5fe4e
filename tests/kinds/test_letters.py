"""Every document has its official letter: nothing the body says is missing from it, nothing is left to fill in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hub.kinds.kind import check_body
from hub.kinds.letter import Letter, LetterFacts, columns, letter_of, plain, wrapped
from hub.kinds.registry import LATEST
from hub.kinds.wording import day, moment, said, yuan
from schemas.base import Part

EXAMPLES = Path(__file__).resolve().parents[2] / "schemas" / "examples"
VALID = sorted(EXAMPLES.glob("*/valid-*.json"))
FACTS = LetterFacts(
    sender_name="湛江市市场监督管理局",
    addressee_name="玉林市市场监督管理局",
    urgency="urgent",
    mark="addressee-only",
    issued=datetime(2026, 5, 31, 16, 30, tzinfo=UTC),
    replies_to_doc_no="玉市监协〔2026〕12号",
    demo=True,
)
MACHINE = {
    "classification",
    "act",
    "part",
    "size",
    "media_type",
    "photo",
    "capture",
    "role",
    "reporter_masked",
    "related",
    "precision",
}
"""Fields that are the system's, or that the letter says in its own words; ``role`` of a party is tested apart."""
SAID_OTHERWISE = {
    ("AssistanceFeedback", "extension_told"),
    ("CaseTransfer", "receipt_wanted"),
    ("CaseTransfer", "transfer_basis"),
    ("Confirmation", "satisfied"),
    ("JurisdictionDispute", "competent"),
    ("JurisdictionDispute", "urgent_measures_continue"),
    ("LeadTransfer", "act_then_transfer"),
    ("LeadTransfer", "first_receiver"),
    ("SupervisionLetter", "subject_matter"),
}


def named(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


def written(path: Path, facts: LetterFacts = FACTS) -> tuple[Any, Letter]:
    kind = LATEST[path.parent.name]
    body = check_body(kind, path.read_bytes())
    return body, letter_of(kind, body, facts)


def text_of(letter: Letter) -> str:
    return plain(letter, 1_000_000)


def leaves(part: Part) -> Iterator[tuple[Part, str, str]]:
    """Every value of a body as the letter should say it."""
    for field, value in part.__dict__.items():
        form = type(part).__name__.rstrip("2")
        if value is None or field in MACHINE or (form, field) in SAID_OTHERWISE:
            continue
        if field == "signer" and form not in ("SupervisionLetter", "JurisdictionEscalation"):
            continue
        inner = value if isinstance(value, tuple) else (value,)
        if isinstance(inner[0], Part):
            for one in inner:
                yield from leaves(one)
        elif len(inner) == 1:
            yield part, field, said(part, field)
        else:
            yield from ((part, field, one) for one in said(part, field).split("；"))


@pytest.mark.parametrize("path", VALID, ids=named)
def test_a_letter_says_everything_its_body_says(path: Path) -> None:
    body, letter = written(path)
    text = text_of(letter)
    missing = [
        (type(part).__name__, field, shown) for part, field, shown in leaves(body) if shown.rstrip("。；") not in text
    ]
    assert not missing


@pytest.mark.parametrize("path", VALID, ids=named)
def test_a_letter_has_title_addressee_signature_date_and_marks(path: Path) -> None:
    body, letter = written(path)
    assert letter.title == body.title
    assert letter.doc_no == (body.doc_no or "")
    assert letter.main_to == "玉林市市场监督管理局："
    assert letter.signature == "湛江市市场监督管理局"
    assert letter.date == (day(body.issue_date) if body.issue_date else "2026年6月1日")
    classified = () if body.classification == "public" else ("内部",)
    assert letter.marks == (*classified, "加急", "仅收件单位", "演示")
    text = text_of(letter)
    for part in (letter.title, letter.main_to, letter.signature, letter.date, *letter.marks):
        assert part in text


@pytest.mark.parametrize("path", VALID, ids=named)
def test_a_letter_leaves_nothing_unfinished(path: Path) -> None:
    _, letter = written(path)
    text = text_of(letter)
    for leftover in ("{", "}", "None", "××", "()", "（）", "。。", "，，", "，。", "：。", "TODO", "True", "False"):
        assert leftover not in text, leftover
    assert not re.search(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text), "a date the way people write it"
    assert all(len(row) == len(table.head) for table in letter.tables for row in table.rows)


@pytest.mark.parametrize("path", VALID, ids=named)
@pytest.mark.parametrize("width", [20, 40, 78])
def test_plain_text_keeps_its_width_and_loses_no_character(path: Path, width: int) -> None:
    _, letter = written(path)
    text = plain(letter, width)
    assert max(columns(line) for line in text.splitlines()) <= width
    squeezed = re.sub(r"\s", "", text)
    for part in (letter.title, *letter.paragraphs, *(cell for t in letter.tables for row in t.rows for cell in row)):
        assert re.sub(r"\s", "", part).removesuffix("。") in squeezed


def test_lines_keep_numbers_whole_and_begin_with_no_closing_mark() -> None:
    assert wrapped("甲乙丙丁，戊", 8) == ["甲乙丙", "丁，戊"]
    assert wrapped("号码450902189901010018。", 20) == ["号码", "450902189901010018。"]
    assert wrapped("甲\n乙", 20) == ["甲", "乙"]
    assert wrapped("0123456789" * 3, 20) == ["0123456789" * 2, "0123456789"]


def test_every_choice_of_a_party_is_said_in_chinese() -> None:
    _, letter = written(EXAMPLES / "case_transfer" / "valid-1.json")
    (parties,) = [table for table in letter.tables if table.caption == "当事人"]
    assert parties.rows[0][:3] == ("组织策划者", "企业", "某某生物科技有限公司")
    assert "440802189901010020" in parties.rows[1], "the letter is the document itself: persons appear in full"


def test_a_reply_names_the_letter_it_answers() -> None:
    _, letter = written(EXAMPLES / "assistance_feedback" / "valid-1.json")
    assert letter.paragraphs[0].startswith("贵单位来函（玉市监协〔2026〕12号）收悉。")
    kind = LATEST["progress_report"]
    body = check_body(kind, (EXAMPLES / "progress_report" / "valid-2.json").read_bytes())
    facts = LetterFacts(
        "甲局", "乙局", "normal", "members-only", FACTS.issued, "联席办督〔2026〕4号", False, "关于督办某事的函"
    )
    letter = letter_of(kind, body, facts)
    assert letter.paragraphs[0].startswith("贵单位《关于督办某事的函》（联席办督〔2026〕4号）收悉。")
    assert letter.marks == ("内部", "仅成员单位"), "平件 carries no mark, and no demonstration is claimed"


def test_a_reply_borrows_no_title_from_another_document() -> None:
    facts = replace(FACTS, replies_to_doc_no="玉市监协〔2026〕12号", replies_to_title="关于协助调查某案的函")
    _, letter = written(EXAMPLES / "supplement_request" / "valid-1.json", facts)
    assert letter.paragraphs[0].startswith("贵单位复函（湛市监函〔2026〕58号）收悉。")


def test_requests_and_transfers_carry_a_receipt_to_tear_off_and_only_where_it_is_wanted() -> None:
    _, request = written(EXAMPLES / "assistance_request" / "valid-1.json")
    assert request.receipt[0] == "回　执"
    assert any("玉市监协〔2026〕12号" in line for line in request.receipt)
    assert written(EXAMPLES / "case_transfer" / "valid-1.json")[1].receipt
    assert not written(EXAMPLES / "case_transfer" / "valid-2.json")[1].receipt


def test_a_transfer_warns_of_the_first_seizure_to_lapse() -> None:
    _, letter = written(EXAMPLES / "case_transfer" / "valid-1.json")
    assert any("最早于2026年6月4日届满" in paragraph for paragraph in letter.paragraphs)


def test_a_lead_says_that_the_reporter_stays_unnamed() -> None:
    _, letter = written(EXAMPLES / "lead_transfer" / "valid-1.json")
    assert "举报人信息依法保密，未随函移送。" in letter.paragraphs


def test_a_supervision_letter_claims_no_power_to_assign_or_designate() -> None:
    _, letter = written(EXAMPLES / "supervision_letter" / "valid-1.json")
    assert any("不是案件交办，不涉及指定管辖" in paragraph for paragraph in letter.paragraphs)
    assert letter.signer == "某局长"


def test_a_register_sheet_of_paper_is_never_taken_for_the_other_offices_own_document() -> None:
    for path in (EXAMPLES / "proxy_record").glob("valid-*.json"):
        _, letter = written(path)
        assert "不是对方单位签署的电子文书" in letter.paragraphs[0]


def test_the_sealed_copy_of_a_letter_is_not_its_own_annex() -> None:
    kind = LATEST["jurisdiction_designation"]
    data = (EXAMPLES / "jurisdiction_designation" / "valid-2.json").read_text(encoding="utf-8")
    assert letter_of(kind, check_body(kind, data.encode()), FACTS).attachments == ("1．盖章扫描件.pdf（2页）",)
    sealed = data.replace('"role": "scan"', '"role": "sealed_copy"')
    assert letter_of(kind, check_body(kind, sealed.encode()), FACTS).attachments == ()


def test_dates_and_amounts_are_written_as_people_write_them() -> None:
    assert day("2026-04-03") == "2026年4月3日"
    assert moment("2026-04-10T09:30:00+08:00") == "2026年4月10日9时30分"
    assert moment("2026-04-10T00:00:59+08:00") == "2026年4月10日0时0分59秒"
    assert yuan("9500.00") == "9500元"
    assert yuan("9500.50") == "9500.50元"


def test_offices_copied_stand_last_under_one_another_and_end_with_a_full_stop() -> None:
    _, letter = written(EXAMPLES / "assistance_request" / "valid-3.json")
    assert plain(letter, 60).rstrip().splitlines()[-2:] == [
        "抄送：玉林市打击传销规范直销工作联席会议办公室，湛江市霞山区",
        "      某街道办事处。",
    ]
