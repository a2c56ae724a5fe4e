"""``hub deadline``: count a deadline day by day, with or without a node."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hub.cli.place import JSON, home_of, read_file, views_of
from hub.cli.screen import day, moment, pairs, print_json, table
from hub.cli.words import LABELS
from hub.core.errors import InvalidInput, NotFound, Rejected

if TYPE_CHECKING:
    from hub.core.deadline import Due
    from schemas.wire.agreement import Agreement

_MOST = 1024 * 1024
_DEMO = Path(__file__).resolve().parent.parent.parent / "deploy" / "demo" / "agreement.json"


def deadline(
    ctx: typer.Context,
    rule: str = typer.Argument(..., metavar="规则", help="时限规则，如 ASSIST_MR"),
    start: str = typer.Argument(..., metavar="起算", help="起算日或时刻，如 2026-04-13 或 2026-04-13T16:30"),
    calendar: str | None = typer.Option(
        None, "--calendar", metavar="日历", help="如 CN、CN-GX；默认本单位的日历，否则 CN"
    ),
    agreement: Path | None = typer.Option(None, "--agreement", metavar="文件", help="按这份协作协议计算，不需要节点"),
    as_json: bool = JSON,
) -> int:
    """计算期限，逐日说明计与不计"""
    from hub.core.calendar import working_calendars
    from hub.core.deadline import due, due_json

    began = _start(start)
    rules, source, own = _agreement(ctx, agreement)
    found = next((one for one in rules.rules if one.id == rule), None)
    if found is None:
        known = "、".join(sorted(one.id for one in rules.rules))
        raise InvalidInput(f"协作协议中没有时限规则 {rule}，可用：{known}", field="rule")
    calendars = working_calendars(rules.calendars)
    name = calendar or own or "CN"
    if name not in calendars:
        raise InvalidInput(f"协作协议中没有日历 {name}，可用：{'、'.join(sorted(calendars))}", field="calendar")
    limit = due(found, began, calendars[name])
    if as_json:
        print_json(due_json(limit))
    else:
        _print(limit, found.title, source)
    return 0


def _print(limit: Due, title: str, source: str) -> None:
    hours = limit.rule.unit == "hours"
    pairs(
        [
            ("时限", f"{title}（{limit.rule.id}，{LABELS.get(limit.label, limit.label)}时限）"),
            ("依据", limit.article),
            ("日历", f"{limit.calendar.id}（{source}）"),
            ("起算日", day(limit.start)),
            ("期限末日", day(limit.due_strict)),
            ("到期", moment(limit.due_at) if hours else f"{day(limit.due_effective)} 24 时止"),
            ("说明", "暂定：部分年份的日历尚未公布，公布后重算" if limit.provisional else ""),
        ]
    )
    print()
    rows = [(one.date.isoformat(), str(one.counted) if one.counted is not None else "—", one.why) for one in limit.days]
    table(("日期", "第几日", "说明"), rows, "")


def _start(text: str) -> datetime | date:
    from hub.core.ids import BEIJING

    try:
        if len(text) == 10:
            return date.fromisoformat(text)
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("起算日应写作 2026-04-13 或 2026-04-13T16:30", field="start") from error
    return found if found.tzinfo else found.replace(tzinfo=BEIJING)


def _agreement(ctx: typer.Context, path: Path | None) -> tuple[Agreement, str, str | None]:
    """The agreement to count by, where it is from, and the calendar of our own office if there is one."""
    from hub.settings import FILE

    if path is not None:
        return _read(read_file(path, "agreement", _MOST)), str(path), None
    if (home_of(ctx) / FILE).exists():
        with views_of(ctx) as (node, views):
            trust = views.trust()
        return trust.agreement, "本节点的协作协议", trust.member(node.settings.member).calendar
    if not _DEMO.exists():
        raise NotFound("这里没有节点，也没有协作协议", field="agreement", advice="请用 --home 或 --agreement 指明。")
    return _read(_DEMO.read_bytes()), "演示协议，仅供参考", None


def _read(data: bytes) -> Agreement:
    """A signed agreement file, or its bare content; signatures are not checked here, for nothing is stored."""
    from hub.core import envelope as wire
    from schemas.wire.agreement import Agreement

    try:
        payload = wire.decode(data).payload if b'"payloadType"' in data[:64] else data
        return wire.parse(Agreement, payload)
    except Rejected as error:
        raise InvalidInput(f"协作协议文件无法读取：{error.detail}", field="agreement") from error
