"""``hub deadline``: count a deadline day by day, with or without a node."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hub.cli.place import JSON
from hub.cli.screen import day, pairs, print_json, table
from hub.cli.words import LABELS
from hub.core.errors import InvalidInput

if TYPE_CHECKING:
    from hub.core.calendar import WorkingCalendar
    from hub.core.counting import Span
    from hub.core.deadline import Day, Due, Extended
    from schemas.wire.agreement import Rule


@dataclass(frozen=True)
class _Question:
    """What is asked, read and checked, before any calendar comes in."""

    rule: Rule
    start: datetime | date
    signed: datetime | None
    extensions: tuple[Extended, ...]
    suspended: tuple[Span, ...]

    def on(self, calendar: WorkingCalendar) -> Due:
        """The deadline on one calendar."""
        from hub.core.deadline import due, start_of

        start = self.start
        if self.signed is not None:
            start = start_of(self.rule, calendar, delivered_at=_moment(start), signed_at=self.signed)
        return due(self.rule, start, calendar, extensions=self.extensions, suspended=self.suspended)


def deadline(
    ctx: typer.Context,
    rule: str = typer.Argument(..., metavar="规则", help="时限规则，如 ASSIST_MR"),
    start: str = typer.Argument(..., metavar="起算", help="起算日或时刻，如 2026-04-13 或 2026-04-13T16:30"),
    calendar: str | None = typer.Option(
        None, "--calendar", metavar="日历", help="如 CN、CN-GX；默认本单位的日历，否则 CN"
    ),
    compare: str | None = typer.Option(None, "--compare", metavar="日历", help="与另一日历并列计算"),
    extend: list[str] = typer.Option([], "--extend", metavar="日期或数量", help="延期至某日，或延长若干日；可重复"),
    told: str | None = typer.Option(None, "--told", metavar="时刻", help="延期告知（批准）的时刻，默认视为期限届满前"),
    suspend: list[str] = typer.Option([], "--suspend", metavar="起..止", help="中止的首日和末日，均不计入；可重复"),
    signed: str | None = typer.Option(None, "--signed", metavar="时刻", help="签收时刻；此时“起算”写系统送达的时刻"),
    hours: str | None = typer.Option(None, "--hours", metavar="时分", help="按小时计算的规则从几时几分起，如 16:30"),
    agreement: Path | None = typer.Option(None, "--agreement", metavar="文件", help="按这份协作协议计算，不需要节点"),
    as_json: bool = JSON,
) -> int:
    """计算期限，逐日说明计与不计"""
    from hub.cli.rulebook import rulebook
    from hub.core.calendar import working_calendars
    from hub.core.deadline import due_json

    began = _start(start, hours)
    book = rulebook(ctx, agreement)
    found = next((one for one in book.agreement.rules if one.id == rule), None)
    if found is None:
        known = "、".join(sorted(one.id for one in book.agreement.rules))
        raise InvalidInput(f"协作协议中没有时限规则 {rule}，可用：{known}", field="rule")
    question = _question(found, began, signed, extend, told, suspend)
    calendars = working_calendars(book.agreement.calendars)
    names = [calendar or book.calendar or "CN", *([compare] if compare else [])]
    for name, field in zip(names, ("calendar", "compare"), strict=False):
        if name not in calendars:
            raise InvalidInput(f"协作协议中没有日历 {name}，可用：{'、'.join(sorted(calendars))}", field=field)
    limits = [question.on(calendars[name]) for name in names]
    if as_json:
        print_json({**due_json(limits[0]), **_more(question, limits)})
        return 0
    _print(question, limits, book.source)
    return 0


def _question(
    rule: Rule, began: datetime | date, signed: str | None, extend: list[str], told: str | None, suspend: list[str]
) -> _Question:
    """All options read; raises ``InvalidInput`` naming the option."""
    if signed is not None and rule.start != "delivered_or_signed":
        raise InvalidInput(f"“{rule.title}”从{rule.event}起算，与签收无关", field="signed")
    if extend and not rule.extensions:
        raise InvalidInput(f"“{rule.title}”（{rule.basis}）没有规定延期", field="extend")
    if suspend and rule.unit == "hours":
        raise InvalidInput(f"“{rule.title}”按小时连续计算，没有中止", field="suspend")
    told_at = _moment(_start(told, None, "told")) if told else _moment(began)
    return _Question(
        rule,
        began,
        _moment(_start(signed, None, "signed")) if signed else None,
        tuple(_extension(each, told_at) for each in extend),
        tuple(_span(each) for each in suspend),
    )


def _extension(text: str, told_at: datetime) -> Extended:
    from hub.core.deadline import Extended

    if text.isascii() and text.isdigit():
        if not 1 <= len(text) <= 4 or int(text) == 0:
            raise InvalidInput("延长的数量应为 1 至 9999", field="extend")
        return Extended(told_at, int(text))
    try:
        return Extended(told_at, None, date.fromisoformat(text))
    except ValueError as error:
        raise InvalidInput("延期应写作日期 2026-05-20，或数量 5", field="extend") from error


def _span(text: str) -> Span:
    first, _, last = text.partition("..")
    try:
        return date.fromisoformat(first), date.fromisoformat(last)
    except ValueError as error:
        raise InvalidInput("中止应写作 2026-05-06..2026-05-10", field="suspend") from error


def _more(question: _Question, limits: list[Due]) -> dict[str, object]:
    """What the options add to the agreed keys; nothing without options."""
    from hub.core.deadline import due_json

    found: dict[str, object] = {}
    if question.extensions:
        granted = [one.amount for one in limits[0].extensions]
        found["extensions"] = {"asked": len(question.extensions), "granted": granted, "approver": _approver(limits[0])}
    if ladder := _ladder(limits[0]):
        found["tiers"] = ladder
    if question.suspended:
        found["suspended"] = [list(span) for span in limits[0].suspended]
    if len(limits) > 1:
        found["compare"] = due_json(limits[1])
    return found


def _print(question: _Question, limits: list[Due], source: str) -> None:
    from hub.web.rulebook import extension

    first, rule = limits[0], question.rule
    pairs(
        [
            ("时限", f"{rule.title}（{rule.id}，{LABELS.get(rule.label, rule.label)}时限）"),
            ("依据", rule.basis),
            ("延期", extension(rule.extensions)),
            ("不计入", "、".join(rule.excluded)),
        ]
    )
    for limit in limits:
        print()
        _print_one(question, limit, source)
    _print_tiers(first)
    print()
    _print_days(limits)
    if rule.note:
        print(f"\n说明：{rule.note}")
    if first.provisional:
        print("暂定：部分年份的日历尚未公布，公布后重算。")


def _print_one(question: _Question, limit: Due, source: str) -> None:
    asked, counted = len(question.extensions), len(limit.extensions)
    added = "、".join(str(one.amount) for one in limit.extensions)
    pairs(
        [
            ("日历", f"{limit.calendar.id}（{source}）"),
            ("起算日", day(limit.start)),
            ("期限末日", day(limit.due_strict) + "（due_strict，预警用）"),
            ("顺延后", day(limit.due_effective) + "（due_effective，判定逾期用）"),
            (
                "到期",
                _zoned(limit.due_at)
                if limit.by_the_clock
                else f"{day(limit.due_effective)} 24 时止（{_zoned(limit.due_at)}）",
            ),
            ("办公时间", _office_hours(limit)),
            ("计入延期", f"{added or '无'}（申请 {asked} 次，计入 {counted} 次）" if asked else ""),
            ("中止", "、".join(f"{first} 至 {last}" for first, last in limit.suspended)),
        ]
    )


def _print_tiers(limit: Due) -> None:
    names = ("tier", "due_strict", "due_effective", "approver", "condition")
    rows = [[str(one[name] or "—") for name in names] for one in _ladder(limit)]
    if rows:
        print()
        table(("延期档次", "最迟末日", "顺延后", "批准人", "适用情形"), rows, "")


def _print_days(limits: list[Due]) -> None:
    if len(limits) == 1:
        rows = [(one.date.isoformat(), _number(one), one.why) for one in limits[0].days]
        table(("日期", _column(limits[0]), "说明"), rows, "")
        return
    names = [limit.calendar.id for limit in limits]
    by_day = [{one.date: one for one in limit.days} for limit in limits]
    compared = []
    for each in sorted({*by_day[0], *by_day[1]}):
        cells = [known.get(each) for known in by_day]
        said = [(_number(one), one.why) if one else ("", "") for one in cells]
        compared.append((each.isoformat(), *said[0], *said[1]))
    table(("日期", names[0], "说明", names[1], "说明"), compared, "")


def _column(limit: Due) -> str:
    return "计入分钟" if limit.rule.unit == "working_hours" else "第几日"


def _number(one: Day) -> str:
    return str(one.counted or one.minutes or "—")


def _office_hours(limit: Due) -> str:
    if limit.rule.unit != "working_hours":
        return ""
    return "、".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in limit.calendar.hours) + "（协议约定）"


def _approver(limit: Due) -> str | None:
    """Whose approval the tier reached by the extensions takes."""
    from hub.core.tiers import reached

    tier = reached(limit.rule, limit.added)
    return tier.extension.approver if tier else None


def _ladder(limit: Due) -> list[dict[str, object]]:
    """The last day of each tier of a rule with several, were it used up, and who approves it."""
    from hub.core.deadline import Extended, due
    from hub.core.tiers import tiers

    found: list[dict[str, object]] = []
    for tier in tiers(limit.rule) if len(limit.rule.extensions) > 1 else ():
        told = [Extended(_moment(limit.began), tier.ceiling)]
        end = due(limit.rule, limit.began, limit.calendar, extensions=told, suspended=limit.suspended)
        found.append(
            {
                "tier": tier.number,
                "due_strict": end.due_strict,
                "due_effective": end.due_effective,
                "approver": tier.extension.approver,
                "condition": tier.extension.condition,
            }
        )
    return found


def _zoned(at: datetime) -> str:
    from hub.core.ids import BEIJING

    return at.astimezone(BEIJING).isoformat(timespec="minutes")


def _moment(start: datetime | date) -> datetime:
    """A bare date as the first moment of that day in China."""
    from hub.core.ids import BEIJING

    return start if isinstance(start, datetime) else datetime.combine(start, time(), BEIJING)


def _start(text: str, hours: str | None, field: str = "start") -> datetime | date:
    from hub.core.ids import BEIJING

    name = {"start": "起算日", "told": "告知时刻", "signed": "签收时刻"}[field]
    try:
        if len(text) == 10:
            found = date.fromisoformat(text)
            return found if hours is None else datetime.combine(found, _clock(hours), BEIJING)
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(f"{name}应写作 2026-04-13 或 2026-04-13T16:30", field=field) from error
    if hours is not None:
        raise InvalidInput("起算已写明时刻，不能再用 --hours", field="hours")
    return at if at.tzinfo else at.replace(tzinfo=BEIJING)


def _clock(text: str) -> time:
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007  (a time of day; the zone is put on with the date)
    except ValueError as error:
        raise InvalidInput("时分应写作 16:30", field="hours") from error
