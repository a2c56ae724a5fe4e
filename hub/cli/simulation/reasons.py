"""Late matters, each named and explained: whose duty, by which rule, due when, and why it was not met.

The dates are the node's own. What only the office knows (that it forgot, that nobody carried the files) comes from the
diary of the simulation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from hub.core.families import FAMILIES
from hub.core.ids import BEIJING
from hub.core.overdue import working_days
from schemas.catalogue import TITLES

if TYPE_CHECKING:
    from datetime import datetime

    from hub.cli.simulation.deciding import Clerk
    from hub.cli.simulation.federation import Federation
    from hub.cli.simulation.year import Year
    from hub.flows.ports.views import MatterView
    from hub.flows.rows import MatterRow
    from schemas.wire.agreement import Rule

_UNITS = {"working_days": "个工作日", "natural_days": "日", "hours": "小时", "working_hours": "个工作小时"}
_REMINDER = "reminder"
LATER_THAN = 3
"""Working days on the way that are worth telling."""


@dataclass(frozen=True, slots=True)
class Late:
    """One matter that was or is late."""

    matter: str
    title: str
    kind: str
    opener: str
    holder: str
    rule: str
    limit: str
    start: str
    due: str
    state: str
    answered: str
    """Day of the answer, empty if there is none yet."""
    days_late: int
    """Working days of the holder's calendar."""
    reminders: int
    supervised: str
    causes: tuple[str, ...]
    sentence: str


def late_matters(year: Year, rows: list[MatterRow]) -> list[Late]:
    """Every late matter among ``rows``, which are their openers' own, the first due first."""
    now = year.federation.now
    found = [_explain(year, row) for row in rows if is_late(row, now)]
    return sorted(found, key=lambda one: (one.due, one.matter))


def is_late(row: MatterRow, now: datetime) -> bool:
    """Judged late, or past its last day and still open (also where the start is only estimated)."""
    if row.clock == "late":
        return True
    return row.clock in ("running", "waiting") and row.due_at is not None and row.due_at <= now


def _explain(year: Year, row: MatterRow) -> Late:
    federation = year.federation
    view = federation[row.opener].views.matter(row.id)
    rule = year.trust.rule(row.rule, row.agreement)
    holder = row.other if rule is None or rule.duty == "receiver" else row.opener
    end = _day(row.met_at or federation.now)
    calendar = year.trust.calendars[row.calendar or "CN"]
    days = -working_days(calendar, end, row.due_effective) if row.due_effective else 0
    reminders = sum(1 for copy in view.thread if copy.row.kind == _REMINDER)
    causes = _causes(year, row, view, holder)
    supervised = year.diary.supervised.get(row.id, "")
    return Late(
        matter=row.id,
        title=row.title,
        kind=row.kind,
        opener=row.opener,
        holder=holder,
        rule=row.rule or "",
        limit=_limit(rule),
        start=str(row.start or ""),
        due=str(row.due_effective or ""),
        state=row.state,
        answered=_day(row.met_at).isoformat() if row.met_at else "",
        days_late=days,
        reminders=reminders,
        supervised=supervised,
        causes=tuple(causes),
        sentence=_sentence(federation, row, holder, rule, days, reminders, supervised, causes),
    )


def _sentence(
    federation: Federation,
    row: MatterRow,
    holder: str,
    rule: Rule | None,
    days: int,
    reminders: int,
    supervised: str,
    causes: list[str],
) -> str:
    names = {post.id: post.member.short_name for post in federation}
    state = FAMILIES[row.family].states[row.state]
    ended = f"{_day(row.met_at)} 才办结，逾期 {days} 个工作日" if row.met_at else f"至今未办结，已逾期 {days} 个工作日"
    told = f"；已催办 {reminders} 次" if reminders else ""
    told += f"；{supervised} 督办" if supervised else ""
    return (
        f"{names.get(row.opener, row.opener)}→{names.get(holder, '系统外单位')} {TITLES[row.kind]}（{state}）："
        f"{names.get(holder, '系统外单位')}的{rule.title if rule else ''}，{_limit(rule)}，自 {row.start} 起算，"
        f"应于 {row.due_effective} 前办结；"
        f"{ended}。原因：{'；'.join(causes)}{told}。"
    )


def _causes(year: Year, row: MatterRow, view: MatterView, holder: str) -> list[str]:
    """Why it took that long, the weightiest first; never empty."""
    clerk = year.clerks.get(holder)
    found = [*_forgotten(row, clerk), *_told_too_late(year, row, holder), *_on_the_way(year, row, view, holder)]
    if row.extended:
        found.append("已告知延期一次，延长后的期限内仍未办结")
    if row.state == "supplement":
        found.append("来函单位要求补充，补充材料未按期送达")
    if clerk is None:
        found.append("系统外单位以纸质办理，答复寄到后代录")
    elif not found or clerk.temper.pace > 1:
        found.append(_own_pace(view, clerk))
    return found


def _forgotten(row: MatterRow, clerk: Clerk | None) -> list[str]:
    if clerk is None or row.id not in clerk.forgotten:
        return []
    woken = clerk.woken.get(row.id)
    return [f"该单位收件后遗忘办理{f'，经{woken}后想起' if woken else '，未因催办想起'}"]


def _told_too_late(year: Year, row: MatterRow, holder: str) -> list[str]:
    return [
        f"{day} 才告知延期，节点拒绝：{reason.partition('；')[0]}"
        for day, office, matter, act, reason in year.diary.refused
        if (office, matter, act) == (holder, row.id, "extension_notice/extend")
    ]


def _on_the_way(year: Year, row: MatterRow, view: MatterView, holder: str) -> list[str]:
    """Behind the gap a letter waits for somebody to carry it."""
    post = year.federation.posts.get(holder)
    if post is None or post.member.reach != "ferry" or view.delivered_at is None:
        return []
    sent, came = _day(row.opened_at), _day(view.delivered_at)
    missed = sum(1 for day, _ in year.diary.missed if sent.isoformat() <= day <= came.isoformat())
    skipped = f"，其间 {missed} 次未送" if missed else ""
    return [f"隔离网单位每周摆渡一次：{sent} 发出，{came} 送达{skipped}"]


def _own_pace(view: MatterView, clerk: Clerk) -> str:
    """When the holder signed and accepted, and its temper."""
    acts = {copy.row.act: _day(copy.row.issued) for copy in view.thread if copy.row.sender == clerk.post.id}
    steps = [f"{acts[act]} {title}" for act, title in (("sign-for", "签收"), ("accept", "受理")) if act in acts]
    done = "、".join(steps) if steps else "至今未签收"
    slow = f"该单位办理节奏偏慢（约为一般单位的 {clerk.temper.pace} 倍）" if clerk.temper.pace > 1 else "办理时间不足"
    return f"{slow}：{done}"


def _limit(rule: Rule | None) -> str:
    if rule is None:
        return ""
    return f"限 {rule.amount} {_UNITS[rule.unit]}" if rule.amount else "限文书载明之日"


def _day(moment: datetime | None) -> date:
    assert moment is not None
    return moment.astimezone(BEIJING).date()
