"""Which matters are due for review of whether their content must still be kept: rules as data and one pure function.

A rule never deletes anything: it says from which day on somebody must look (个人信息保护法 arts 19, 47). People propose
and approve the erasure; what proves the exchange stays in any case, which serves 网络数据安全管理条例 art. 12 (records
of providing personal data to others for three years at least). Periods that no law numbers are the office's own.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hub.core.errors import InvalidInput
from hub.core.ids import BEIJING

UNITS = {"years": "年", "months": "个月", "days": "天"}
LABELS = {"statutory": "法定", "agreed": "协议", "own": "本单位"}
"""Who set the period: a law or regulation, the agreement of the federation, or the office itself."""
STARTS = {"closed": "最后一次变动", "term": "文书所载有效期届满"}
MOST = {"years": 100, "months": 1200, "days": 36500}
LAST_YEAR = 2999
"""A term that ends later is none: a peer may have signed any date."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule covers, and after which period a person must look.

    ``family`` and ``states`` are those of :mod:`hub.core.families`; no two rules cover one state from one ``start``.
    """

    id: str
    title: str
    family: str
    states: tuple[str, ...]
    start: str
    """``closed``: the day the matter last moved; ``term``: the last day its own document names."""
    amount: int
    unit: str
    label: str
    """``statutory``, ``agreed`` or ``own``."""
    basis: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """What is judged of one matter. ``term``: last day named by its opening document, None if it names none."""

    matter: str
    family: str
    state: str
    moved: datetime
    term: date | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A matter whose period has ended: ``day`` is the first on which it was to be looked at."""

    matter: str
    rule: str
    day: date


_UNDONE = "个人信息保护法第四十七条：处理目的已实现、无法实现或者为实现处理目的不再必要的，应当主动删除"
_SHORTEST = "个人信息保护法第十九条：保存期限应当为实现处理目的所必要的最短时间"

_THREE_YEARS = ("closed", 3, "years", "own", _SHORTEST)

RULES = (
    Rule(
        "blacklist-removed",
        "黑名单：已移出",
        "blacklist",
        ("removed",),
        "closed",
        0,
        "days",
        "agreed",
        f"移出文书要求各单位同步清除；{_UNDONE}",
    ),
    Rule(
        "blacklist-ended",
        "黑名单：列入期届满",
        "blacklist",
        ("listed",),
        "term",
        0,
        "days",
        "agreed",
        f"列入期以名单文书所载止期为准；{_UNDONE}",
    ),
    Rule(
        "assistance-undone",
        "协查：退回、撤回、撤销",
        "assistance",
        ("returned", "recalled", "withdrawn", "void"),
        "closed",
        1,
        "years",
        "own",
        _UNDONE,
    ),
    Rule("assistance", "协查：已办结", "assistance", ("confirmed",), *_THREE_YEARS),
    Rule(
        "transfer-undone",
        "移送：退回、撤回、撤销",
        "transfer",
        ("returned", "recalled", "withdrawn", "void"),
        "closed",
        1,
        "years",
        "own",
        _UNDONE,
    ),
    Rule("transfer", "移送：已办结", "transfer", ("confirmed",), *_THREE_YEARS),
    Rule("notice-withdrawn", "通报：已撤回", "notice", ("withdrawn", "void"), "closed", 1, "years", "own", _UNDONE),
    Rule("notice", "通报：通报后", "notice", ("published",), *_THREE_YEARS),
    Rule("warning", "预警、警示：通报后、已撤回", "warning", ("published", "withdrawn", "void"), *_THREE_YEARS),
    Rule(
        "opinion", "舆情：已办结、退回、撤回", "opinion", ("confirmed", "returned", "withdrawn", "void"), *_THREE_YEARS
    ),
    Rule(
        "operation",
        "联合行动：已办结、不参加、取消",
        "operation",
        ("confirmed", "declined", "withdrawn", "void"),
        *_THREE_YEARS,
    ),
    Rule("meeting", "联席会议：已印发纪要、取消", "meeting", ("minuted", "withdrawn", "void"), *_THREE_YEARS),
    Rule("agreed", "议定事项：已办结、撤回", "agreed", ("confirmed", "withdrawn", "void"), *_THREE_YEARS),
    Rule("dispute", "管辖争议：已办结、撤回", "dispute", ("closed", "withdrawn"), *_THREE_YEARS),
    Rule("supervision", "督办、提示：已办结、撤回", "supervision", ("confirmed", "withdrawn"), *_THREE_YEARS),
)
"""What an office begins with; it sets periods, bases and which rules are on, and what each covers stays."""


def period(rule: Rule) -> str:
    """``最后一次变动起 3 年``; without any, ``最后一次变动后即审查``."""
    since = STARTS[rule.start]
    return f"{since}起 {rule.amount} {UNITS[rule.unit]}" if rule.amount else f"{since}后即审查"


def check(rule: Rule) -> Rule:
    """The rule, if its period and label can be meant; raises ``InvalidInput`` naming the field."""
    if rule.unit not in UNITS:
        raise InvalidInput(f"期限单位应为{'、'.join(UNITS.values())}之一", field="unit")
    if not 0 <= rule.amount <= MOST[rule.unit]:
        raise InvalidInput(f"期限应为 0 至 {MOST[rule.unit]}", field="amount")
    if rule.label not in LABELS:
        raise InvalidInput(f"依据类别应为{'、'.join(LABELS.values())}之一", field="label")
    return rule


def due(facts: Facts, rules: Iterable[Rule], now: datetime) -> Due | None:
    """Whether the matter is to be looked at by ``now``, under which rule and since when; pure, days of +08:00."""
    for rule in rules:
        if not rule.active or facts.family != rule.family or facts.state not in rule.states:
            continue
        since = facts.term if rule.start == "term" else facts.moved.astimezone(BEIJING).date()
        if since is None or since.year > LAST_YEAR:
            continue
        # A term ends with its last day; what has moved on a day is that day's.
        day = _later(since, rule) + timedelta(days=1 if rule.start == "term" else 0)
        if day <= now.astimezone(BEIJING).date():
            return Due(facts.matter, rule.id, day)
    return None


def last_moved(rule: Rule, now: datetime) -> datetime:
    """First moment that is too late: what moved before it may be due, what moved since is not."""
    return datetime.combine(_earlier(now.astimezone(BEIJING).date(), rule) + timedelta(days=1), time(), BEIJING)


def last_term(rule: Rule, now: datetime) -> date:
    """Last day a term may end on that makes its matter due now."""
    return _earlier(now.astimezone(BEIJING).date() - timedelta(days=1), rule)


def _later(day: date, rule: Rule) -> date:
    return day + timedelta(days=rule.amount) if rule.unit == "days" else _months(day, rule.amount * _PER[rule.unit])


def _earlier(day: date, rule: Rule) -> date:
    return day - timedelta(days=rule.amount) if rule.unit == "days" else _months(day, -rule.amount * _PER[rule.unit])


_PER = {"years": 12, "months": 1}


def _months(day: date, by: int) -> date:
    """The same day of another month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + by, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
