"""The office's numbers 文号 and 收文号: series, what is void and why, and the register of both.

By default a number comes from the office's own document system and is only entered, when a paper is issued; from a
series it is assigned here. Either way nobody ever gets it again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.core.audit import leaf
from hub.core.errors import InvalidInput, NotFound, WrongState
from hub.flows.ports import Salt, UnitOfWork
from hub.flows.ports.office_rows import Number, Series
from hub.flows.ports.views import Page
from hub.flows.rows import Message
from hub.flows.steps.numbers import INCOMING, MOST, Place, claim, next_of, read_number, series_for, why_held
from hub.flows.steps.texts import identified, said, today
from hub.kinds.registry import LATEST

_CODE = re.compile(r"[\u4e00-\u9fffA-Za-z]{1,20}")
_PLAIN = re.compile(r"[0-9]{1,6}")
MOST_LINES = 500
"""Numbers imported at once."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers of a run that nobody registered: sent outside the system, or forgotten."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Received:
    """One line of the register of what came in 收文登记簿; ``message`` None: the document is no longer here."""

    number: Number
    message: Message | None


def set_series(
    uow: UnitOfWork, code: str, kinds: Sequence[str], first: int, *, who: str, now: datetime, salt: Salt
) -> Series:
    """Open or change a run of numbers; ``first`` is where each year begins."""
    if _CODE.fullmatch(code) is None or code == INCOMING:
        raise InvalidInput("机关代字应为 1 至 20 个汉字或字母，且不能是“收文”", field="code")
    unknown = [kind for kind in kinds if kind not in LATEST]
    if unknown:
        raise InvalidInput(f"没有文书种类 {unknown[0][:40]}，可用：{'、'.join(LATEST)}", field="kind")
    if not 1 <= first <= MOST:
        raise InvalidInput(f"起始号应在 1 至 {MOST} 之间", field="first")
    series = Series(code, tuple(dict.fromkeys(kinds)), first, who, now)
    uow.numbers.put_series(series)
    uow.ledger.add([leaf("number-series", code, who, now, salt(), kinds=list(series.kinds), first=first)])
    return series


def assign(uow: UnitOfWork, code: str, *, who: str, now: datetime, salt: Salt) -> Number:
    """Take the next number of a series for a letter written elsewhere."""
    number = next_of(uow, series_for(uow, code, None), None, who, now)
    uow.ledger.add([leaf("number", number.doc_no, who, now, salt(), act="assign")])
    return number


def enter(uow: UnitOfWork, text: str, subject: str | None, *, who: str, now: datetime, salt: Salt) -> Number:
    """Enter a number given by the office's document system; raises ``InvalidInput`` if it was used before."""
    number = claim(uow, text, identified(subject, "subject", "文书") if subject else None, who, now)
    uow.ledger.add([leaf("number", number.doc_no, who, now, salt(), act="enter", subject=subject)])
    return number


def enter_all(
    uow: UnitOfWork, texts: Sequence[str], *, who: str, now: datetime, salt: Salt
) -> tuple[list[Number], dict[int, str]]:
    """Enter numbers of the office's document system, one a line: all of them, or none with what is wrong by line.

    Lines are counted from 1; raises ``InvalidInput`` for none or too many.
    """
    if not 1 <= len(texts) <= MOST_LINES:
        raise InvalidInput(f"请填写 1 至 {MOST_LINES} 个文号，每行一个", field="numbers")
    wrong: dict[int, str] = {}
    seen: dict[tuple[str, int, int], int] = {}
    for line, text in enumerate(texts, 1):
        fault = _fault(uow, text, line, seen)
        if fault is not None:
            wrong[line] = fault
    if wrong:
        return [], wrong
    return [enter(uow, text, None, who=who, now=now, salt=salt) for text in texts], {}


def find(uow: UnitOfWork, text: str) -> tuple[Place, Number | None]:
    """Who has this number, in whatever brackets it is asked for; None: nobody registered it."""
    place = read_number(text)
    found = uow.numbers.get(uow.member, place.code, place.year, place.seq)
    came = uow.numbers.get(uow.member, INCOMING, place.year, place.seq)
    return place, found or (came if came is not None and came.doc_no == place.doc_no else None)


def void(uow: UnitOfWork, text: str, reason: str, *, who: str, now: datetime, salt: Salt) -> Number:
    """作废: the number stays in the register with the reason; what an issued document bears cannot be void."""
    place = read_number(text)
    reason = said(reason, "reason", "作废原因", 200)
    known = uow.numbers.get(uow.member, place.code, place.year, place.seq)
    if known is not None and (known.state == "void" or known.subject):
        why = f"已作废（{known.reason}）" if known.state == "void" else f"已由文书 {known.subject} 使用，不能作废"
        raise WrongState(f"文号 {place.doc_no} {why}", field="doc_no", advice="请核对编号登记簿。")
    number = Number(uow.member, place.code, place.year, place.seq, place.doc_no, None, "void", reason, who, now)
    if known is not None:
        uow.numbers.put(number)
    elif not uow.numbers.take(number):
        raise InvalidInput(f"文号 {place.doc_no} 刚刚被使用，请重试", field="doc_no")
    uow.ledger.add([leaf("number", place.doc_no, who, now, salt(), act="void", reason=reason)])
    return number


def receive(uow: UnitOfWork, document: str, typed: str | None = None, *, who: str, now: datetime, salt: Salt) -> Number:
    """登记收文号 for a received document: the next one, or the one typed; asked again, the same number comes back.

    ``typed``: a plain number of this year, or the whole of it as the office writes it, such as 北市监收〔2026〕31号;
    one run a year, whatever stands before the year. Raises ``InvalidInput`` if it is malformed or another document
    has it, ``WrongState`` if this document has another one.
    """
    identified(document, "document", "文书")
    if not any(one.sender != uow.member for one in uow.messages.find_document(document)):
        raise NotFound(f"没有收到文书 {document}", field="document")
    # Reading the series locks it; it is made by whoever comes first.
    series = uow.numbers.series(INCOMING)
    if series is None:
        uow.numbers.put_series(Series(INCOMING, (), 1, who, now))
        series = uow.numbers.series(INCOMING) or Series(INCOMING, (), 1, who, now)
    known = next((one for one in uow.numbers.of(document) if one.code == INCOMING), None)
    place = _incoming(uow, typed, now) if typed else None
    if known is not None:
        if place is not None and place.doc_no != known.doc_no:
            raise WrongState(f"该文书的收文号为 {known.doc_no}，不能再登记另一个", field="doc_no")
        return known
    number = next_of(uow, series, document, who, now) if place is None else _typed(uow, place, document, who, now)
    uow.ledger.add([leaf("number", number.doc_no, who, now, salt(), act="receive", subject=document)])
    return number


def register(uow: UnitOfWork, code: str, year: int, cursor: str | None, limit: int) -> Page[Number]:
    """Numbers of one code word and year, the highest first."""
    if not 1949 <= year <= 2999:
        raise InvalidInput("年份应在 1949 至 2999 之间", field="year")
    if cursor is not None and not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 7):
        raise InvalidInput("翻页标记无效，请从第一页重新查起", field="cursor")
    found = uow.numbers.page(code, year, int(cursor) if cursor else None, limit + 1)
    return Page(tuple(found[:limit]), str(found[limit - 1].seq) if len(found) > limit else None)


def received(uow: UnitOfWork, year: int, cursor: str | None, limit: int) -> Page[Received]:
    """收文登记簿 of one year, the highest number first."""
    page = register(uow, INCOMING, year, cursor, limit)
    return Page(tuple(Received(one, _message(uow, one.subject)) for one in page.rows), page.next)


def gaps(numbers: Sequence[int], first: int) -> list[Gap]:
    """What is missing between ``first`` and the highest of ``numbers``."""
    found, here = [], first
    for number in sorted(numbers):
        if number > here:
            found.append(Gap(here, number - 1))
        here = max(here, number + 1)
    return found


def _message(uow: UnitOfWork, document: str | None) -> Message | None:
    copies = uow.messages.find_document(document) if document else []
    return next((one for one in copies if one.sender != uow.member), None)


def _incoming(uow: UnitOfWork, typed: str, now: datetime) -> Place:
    """Where the number belongs in the register; raises ``InvalidInput`` for one of our own letters going out."""
    year = today(now).year
    if _PLAIN.fullmatch(typed) and int(typed):
        return Place(INCOMING, year, int(typed), f"{INCOMING}〔{year}〕{int(typed)}号")
    place = read_number(typed)
    if place.code != INCOMING and uow.numbers.series(place.code) is not None:
        raise InvalidInput(f"“{place.code}”是本单位发文的机关代字，{place.doc_no} 不能作收文号", field="doc_no")
    return place._replace(code=INCOMING)


def _typed(uow: UnitOfWork, place: Place, document: str, who: str, now: datetime) -> Number:
    number = Number(uow.member, INCOMING, place.year, place.seq, place.doc_no, document, "taken", "", who, now)
    if not uow.numbers.take(number):
        held = uow.numbers.get(uow.member, INCOMING, place.year, place.seq)
        raise InvalidInput(why_held(place, held), field="doc_no", advice="请核对收文登记簿后重填。")
    return number


def _fault(uow: UnitOfWork, text: str, line: int, seen: dict[tuple[str, int, int], int]) -> str | None:
    """What is wrong with this line of an import; a good one is remembered."""
    try:
        place = read_number(text)
    except InvalidInput as error:
        return error.detail
    key = (place.code, place.year, place.seq)
    if key in seen:
        return f"文号 {place.doc_no} 与第 {seen[key]} 行重复"
    seen[key] = line
    held = uow.numbers.get(uow.member, *key)
    return None if held is None else why_held(place, held)
