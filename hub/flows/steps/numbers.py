"""Numbers 文号: read, taken once, never given again (DOMAIN section 4.5)."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from hub.core.errors import InvalidInput, NotFound, WrongState
from hub.flows.ports import UnitOfWork
from hub.flows.ports.office_rows import Number, Series
from hub.flows.steps.texts import today
from schemas.normalise import normalise_doc_no

_DOC_NO = re.compile(
    r"(?P<code>[\u4e00-\u9fffA-Za-z]{1,20})〔(?P<year>(?:19|20)[0-9]{2})〕第?(?P<seq>[0-9]{1,6})[号號]"
)
INCOMING = "收文"
"""Code word of the register of what came in 收文号."""
MOST = 999_999


class Place(NamedTuple):
    """What makes a number one of a kind within its issuer, and how it is written."""

    code: str
    year: int
    seq: int
    doc_no: str


def read_number(text: str, field: str = "doc_no") -> Place:
    """Read a 文号 in any brackets; raises ``InvalidInput`` that shows the right form."""
    doc_no = normalise_doc_no(text)
    found = _DOC_NO.fullmatch(doc_no)
    if found is None or int(found["seq"]) == 0:
        raise InvalidInput(
            f"文号“{text[:40]}”格式不正确，应为机关代字、年份、序号，如 桂市监协〔2026〕12号", field=field
        )
    return Place(found["code"], int(found["year"]), int(found["seq"]), doc_no)


def check_free(uow: UnitOfWork, text: str, own: Collection[str] = (), field: str = "doc_no") -> Place:
    """Read a number that is to be taken; raises ``InvalidInput`` naming who has it, or that it is void.

    ``own``: subjects the number may be held by already, such as the paper the document comes from.
    """
    place = read_number(text, field)
    held = uow.numbers.get(uow.member, place.code, place.year, place.seq)
    if held is not None and (held.state == "void" or held.subject not in own):
        raise InvalidInput(why_held(place, held), field=field, advice="请核对公文系统的编号后重填。")
    return place


def claim(
    uow: UnitOfWork,
    text: str,
    subject: str | None,
    who: str,
    now: datetime,
    own: Collection[str] = (),
    field: str = "doc_no",
) -> Number:
    """Take a number that was entered; refuses as :func:`check_free` does, also when two take it at once."""
    place = read_number(text, field)
    number = Number(uow.member, place.code, place.year, place.seq, place.doc_no, subject, "taken", "", who, now)
    if uow.numbers.take(number):
        return number
    check_free(uow, text, own, field)
    uow.numbers.put(number)
    return number


def is_number(text: str) -> bool:
    """Whether the text reads as a whole 文号, or as a plain number above zero."""
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(MOST)) and int(text) > 0
    return plain or _DOC_NO.fullmatch(normalise_doc_no(text)) is not None


def why_held(place: Place, held: Number | None) -> str:
    """Why nobody else may have this number, in one sentence."""
    if held is not None and held.state == "void":
        return f"文号 {place.doc_no} 已作废（{held.reason}），不得再用"
    holder = held.subject if held is not None and held.subject else "另一份文书（未登记编号）"
    return f"文号 {place.doc_no} 已由 {holder} 使用"


def coming(uow: UnitOfWork, series: Series, year: int) -> int:
    """The number that is given next; taking it is :func:`next_of`'s business."""
    return max(uow.numbers.last(uow.member, series.code, year) + 1, series.first)


def next_of(uow: UnitOfWork, series: Series, subject: str | None, who: str, now: datetime) -> Number:
    """The next number of a series this year; the caller holds the lock that reading the series took."""
    year = today(now).year
    seq = coming(uow, series, year)
    if seq > MOST:
        raise WrongState(f"“{series.code}”{year} 年的编号已用完", field="series")
    doc_no = f"{series.code}〔{year}〕{seq}号"
    number = Number(uow.member, series.code, year, seq, doc_no, subject, "taken", "", who, now)
    if not uow.numbers.take(number):
        raise WrongState(f"文号 {doc_no} 刚刚被占用，请重试", field="series")
    return number


def series_for(uow: UnitOfWork, code: str, kind: str | None) -> Series:
    """The series, locked; raises ``NotFound``, or ``InvalidInput`` if it is not meant for this kind."""
    series = uow.numbers.series(code)
    if series is None or code == INCOMING:
        raise NotFound(f"没有机关代字“{code[:20]}”的编号序列", field="series", advice="请先执行 hub number series。")
    if kind is not None and series.kinds and kind not in series.kinds:
        raise InvalidInput(f"“{code}”的编号不用于该种文书，可用于：{'、'.join(series.kinds)}", field="series")
    return series
