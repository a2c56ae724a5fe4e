"""The words letters share: dates, amounts, choices in Chinese, opening and closing sentences, lists, the tear-off."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from hub.core.marks import MARKS
from hub.kinds.letter import Letter, LetterFacts, Table
from schemas.base import Part
from schemas.casefile import SeizedItem, first_lapse
from schemas.document import Figure, LegalDocument, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.document import Attachment, Document

BEIJING = timezone(timedelta(hours=8))
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\+08:00")
_URGENCY = {"urgent": "加急", "extra-urgent": "特急"}
_CLASSES = {"internal": "内部", "work_secret": "工作秘密"}


def day(text: str) -> str:
    """``2026-04-13`` as 2026年4月13日 (GB/T 9704 section 7.3.5.4)."""
    when = date.fromisoformat(text)
    return f"{when.year}年{when.month}月{when.day}日"


def moment(text: str) -> str:
    """``2026-04-10T09:30:00+08:00`` as 2026年4月10日9时30分; seconds only where there are any."""
    when = datetime.fromisoformat(text)
    seconds = f"{when.second}秒" if when.second else ""
    return f"{day(text[:10])}{when.hour}时{when.minute}分{seconds}"


def yuan(text: str) -> str:
    """``9500.00`` as 9500元, ``9500.50`` as 9500.50元."""
    return f"{text.removesuffix('.00')}元"


def place(where: Place) -> str:
    """Address and administrative division."""
    return f"{where.text}（行政区划代码{where.region}）" if where.text else f"行政区划代码{where.region}"


@lru_cache(maxsize=256)
def _labels(model: type[Part]) -> dict[str, dict[str, str]]:
    """Field -> value -> Chinese name, from the exported schema, so that form and letter say the same."""
    found = {}
    for field, spec in model.model_json_schema()["properties"].items():
        names = spec.get("x-labels") or spec.get("items", {}).get("x-labels")
        if names:
            found[field] = dict(names)
    return found


def said(part: Part, field: str) -> str:
    """The value of one field in Chinese: choices by name, dates and amounts written out; empty if absent."""
    value = getattr(part, field)
    names = _labels(type(part)).get(field, {})
    money = (type(part).model_fields[field].title or "").endswith("（元）")
    return yuan(value) if money and value is not None else _shown(value, names)


def _shown(value: Any, names: dict[str, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "；".join(_shown(one, names) for one in value)
    if isinstance(value, Part):
        return _part(value)
    text = str(value)
    if _DAY.fullmatch(text):
        return day(text)
    return moment(text) if _MOMENT.fullmatch(text) else names.get(text, text)


def _part(value: Part) -> str:
    if isinstance(value, Place):
        return place(value)
    if isinstance(value, Figure):
        return f"{'约' if value.precision == 'about' else ''}{value.value}{value.unit}" + (
            "以上" if value.precision == "at_least" else ""
        )
    if isinstance(value, LegalDocument):
        return f"{value.name or '文书'}（{value.number}，{value.authority}，{day(value.date)}）"
    titles = type(value).model_fields
    cells = [(titles[name].title, said(value, name)) for name in titles]
    return "，".join(f"{title}{text}" for title, text in cells if text)


def sentence(text: str) -> str:
    """Close it with a full stop unless it is closed."""
    return text if text.endswith(("。", "！", "？", "；", "：")) else text + "。"


def noted(part: Part, *fields: str) -> tuple[str, ...]:
    """One paragraph for each field that is there: ``已采取措施：……。``"""
    titles = type(part).model_fields
    cells = [(str(titles[field].title).removesuffix("（元）"), said(part, field)) for field in fields]
    return tuple(sentence(f"{title}：{text}") for title, text in cells if text)


def case(name: str) -> str:
    """``某某公司涉嫌组织传销`` as ``某某公司涉嫌组织传销一案``; a name that ends in 案 stays."""
    return name if name.endswith("案") else f"{name}一案"


def by_law(body: Document, *more: str) -> str:
    """``根据《…》第四十五条的规定，``; empty without any basis."""
    named = [*more, *(one for one in body.basis or () if one not in more)]
    return f"根据{'、'.join(named)}的规定，" if named else ""


def received(body: Document, facts: LetterFacts, *, what: str = "来函") -> str:
    """``贵单位《关于……的函》（玉市监协〔2026〕12号）收悉。``"""
    return f"贵单位{_answered(body, facts, what)}收悉。"


def about_own(body: Document, facts: LetterFacts) -> str:
    """``我单位《……》（文号）``: for what one says of one's own document."""
    return f"我单位{_answered(body, facts, '前函')}"


def _answered(body: Document, facts: LetterFacts, what: str) -> str:
    """Title and number; where body and caller name different numbers, the caller's title is another document's."""
    own, told = getattr(body, "original_doc_no", None), facts.replies_to_doc_no
    title = facts.replies_to_title if own in (None, told) or told is None else None
    number = own or told
    return (f"《{title}》" if title else what) + (f"（{number}）" if number else "")


def table(caption: str, parts: Sequence[Part] | None, *fields: str) -> tuple[Table, ...]:
    """A list of parts with these fields as columns; columns nobody fills are left out; nothing for no parts."""
    if not parts:
        return ()
    titles = type(parts[0]).model_fields
    rows = [[said(one, field) for field in fields] for one in parts]
    kept = [index for index in range(len(fields)) if any(row[index] for row in rows)]
    head = tuple(str(titles[fields[index]].title) for index in kept)
    return (Table(caption, head, tuple(tuple(row[index] for index in kept) for row in rows)),)


PARTY = ("role", "type", "name", "aliases", "uscc", "id_doc_type", "id_doc_no", "phone", "address", "accounts")
ORGANISATION = ("name", "uscc", "domains", "apps")
FILE = ("no", "name", "number", "copies", "pages", "original", "note")
SEIZED = (
    "no",
    "name",
    "description",
    "quantity",
    "unit",
    "measure",
    "measure_no",
    "since",
    "expires_on",
    "extension_no",
    "kept_at",
    "note",
)
RESULT = ("no", "outcome", "finding", "reason")
EVIDENCE = ("name", "source", "obtained_by", "issued_on", "pages", "note")
STEP = ("office", "action", "on", "reason")
OFFICER = ("name", "certificate_no")
DISPOSAL = (
    "outcome",
    "case_no",
    "filed_on",
    "decision",
    "fine",
    "confiscated",
    "transferred_to",
    "transferred_on",
    "explanation",
)


def expiry(items: tuple[SeizedItem, ...] | None) -> str:
    """禁止传销条例 art. 18: a limit runs on when the case changes hands; the receiver must see the first day."""
    first = first_lapse(items)
    return f"请注意：查封、扣押等措施最早于{day(first)}届满，请及时依法处理。" if first else ""


def receipt(body: Document, facts: LetterFacts) -> tuple[str, ...]:
    """The tear-off 回执 the addressee fills in, stamps and returns."""
    number = f"（{body.doc_no}）" if body.doc_no else ""
    return (
        "回　执",
        f"{facts.sender_name}：",
        f"　　你单位《{body.title}》{number}已于　　　年　　月　　日收到，收文号：　　　　　　　　。",
        "　　处理意见：□受理　□退回，理由：　　　　　　　　　　　　。",
        "　　经办人：　　　　　　联系电话：　　　　　　　　",
        f"{facts.addressee_name}（公章）　　　年　　月　　日",
    )


def draft(
    body: Document,
    facts: LetterFacts,
    paragraphs: Sequence[str],
    tables: Sequence[Table] = (),
    *,
    tear_off: bool = False,
    signed_by: bool = False,
) -> Letter:
    """Put head and foot of the sheet around the text of a kind."""
    when = body.issue_date or facts.issued.astimezone(BEIJING).date().isoformat()
    marks = (
        _CLASSES.get(body.classification),
        _URGENCY.get(facts.urgency),
        MARKS.get(facts.mark),
        "演示" if facts.demo else None,
    )
    return Letter(
        title=body.title,
        doc_no=body.doc_no or "",
        main_to=f"{facts.addressee_name}：",
        paragraphs=tuple(one for one in (*paragraphs[:-1], *_related(body), *paragraphs[-1:]) if one),
        tables=tuple(tables),
        attachments=_annexes(body.attachments or ()),
        signature=facts.sender_name,
        date=day(when),
        note=_note(body),
        marks=tuple(mark for mark in marks if mark),
        signer=(body.signer or "") if signed_by else "",
        receipt=receipt(body, facts) if tear_off else (),
        cc=getattr(body, "cc", None) or (),
    )


def _annexes(attachments: Sequence[Attachment]) -> tuple[str, ...]:
    annexes = [one for one in attachments if one.role != "sealed_copy"]
    return tuple(
        f"{number}．{one.name}{f'（{one.pages}页）' if one.pages else ''}"
        for number, one in enumerate(annexes, start=1)
    )


def _related(body: Document) -> tuple[str, ...]:
    return tuple(
        f"关联文书：{one.doc_no or f'事项{one.matter}'}（{said(one, 'relation')}）。" for one in body.related or ()
    )


def _note(body: Document) -> str:
    cells = [("承办人", body.handler)]
    if body.contact is not None:
        cells += [
            ("联系人", body.contact.name),
            ("联系电话", body.contact.phone),
            ("联系地址", body.contact.address),
        ]
    shown = "，".join(f"{title}：{text}" for title, text in cells if text)
    return f"（{shown}）" if shown else ""
