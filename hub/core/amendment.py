"""The next version of an agreement: a calendar year or an agreed limit put into it, and what differs (DESIGN D8).

What is made here is unsigned content; it comes into force only when the root has signed it and a roster refers to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from hub.core.errors import InvalidInput, NotAllowed, NotFound, WrongState
from hub.core.ids import wire_time
from schemas.wire.agreement import Agreement, Rule, Year
from schemas.wire.types import Unreadable

_NOTE = 500
"""Characters of a rule's note; the newest are kept."""
ADDED, REMOVED, CHANGED = "added", "removed", "changed"
_KEYS = {
    "rules": ("id",),
    "rights": ("kind", "sender_system", "receiver_system", "same_region", "level"),
    "visibility": ("kind", "sender_system", "receiver_system"),
    "stages": ("stage", "urgency"),
    "superiors": ("system", "region"),
    "marks": ("id",),
    "reminders": ("id",),
}
"""What tells the entries of each list apart, as the agreement itself demands."""


class Field(NamedTuple):
    """One field of an entry that is in both versions."""

    name: str
    old: Any
    new: Any


class Change(NamedTuple):
    """One entry that differs: its list, its key, ``added``, ``removed`` or ``changed``, and which fields."""

    part: str
    key: str
    what: str
    fields: tuple[Field, ...] = ()


def with_year(agreement: Agreement, calendar: str, year: Year, *, issued: datetime, replace: bool) -> Agreement:
    """The next version with ``year`` in ``calendar``; raises if the year is there already and not to be replaced."""
    value = json.loads(agreement.model_dump_json())
    found = next((one for one in value["calendars"] if one["id"] == calendar), None)
    if found is None:
        known = "、".join(one.id for one in agreement.calendars)
        raise InvalidInput(f"协作协议中没有日历 {calendar}，可用：{known}", field="calendar")
    others = [one for one in found["years"] if one["year"] != year.year]
    if len(others) < len(found["years"]) and not replace:
        raise WrongState(
            f"日历 {calendar} 已有 {year.year} 年", field="year", advice="如要改正，请加 --replace 替换该年。"
        )
    found["years"] = sorted([*others, json.loads(year.model_dump_json())], key=lambda one: one["year"])
    return _next(value, issued, "notice")


def with_limit(
    agreement: Agreement, rule: str, present: tuple[int, str], proposed: tuple[int, str], *, note: str, issued: datetime
) -> Agreement:
    """The next version with another limit for one *agreed* rule; ``note`` says by whose decision.

    Raises ``NotFound``, ``NotAllowed`` for a statutory rule (the law changes it, no agreement can), ``WrongState`` when
    the rule is no longer as the proposal found it, ``InvalidInput`` when the new limit contradicts the rest of it.
    """
    check_limit(agreement, rule, present, proposed)
    value = json.loads(agreement.model_dump_json())
    found = next(one for one in value["rules"] if one["id"] == rule)
    # Only natural days roll over a holiday at the end; a limit in working days ends on one by itself.
    roll = found["roll"] if proposed[1] == "natural_days" else "none"
    noted = "".join(part for part in (found["note"], note) if part)[-_NOTE:]
    found.update(amount=proposed[0], unit=proposed[1], roll=roll, note=noted or None)
    return _next(value, issued, "rule")


def check_limit(agreement: Agreement, rule: str, present: tuple[int, str], proposed: tuple[int, str]) -> Rule:
    """The rule whose limit may be proposed to change like this; raises as :func:`with_limit` does."""
    known = next((one for one in agreement.rules if one.id == rule), None)
    if known is None:
        raise NotFound(f"协作协议中没有时限规则 {rule}", field="rule", advice="请用 hub agreement rules 查看全部规则。")
    if known.label != "agreed":
        raise NotAllowed(
            f"“{known.title}”是法定时限（{known.basis}），不能由协议修改", field="rule", advice="只有协议时限可以修改。"
        )
    if (known.amount, known.unit) != present:
        raise WrongState(
            f"“{known.title}”现为 {known.amount} {known.unit}，与建议所针对的 {present[0]} {present[1]} 不同",
            field="rule",
            advice="协议在此期间已经修改，请重新提出建议。",
        )
    if present == proposed:
        raise InvalidInput("建议值与现行值相同", field="amount")
    return known


def _next(value: dict[str, Any], issued: datetime, field: str) -> Agreement:
    value.update(version=value["version"] + 1, issued=wire_time(issued))
    try:
        return Agreement.read(json.dumps(value, ensure_ascii=False).encode())
    except Unreadable as error:
        raise InvalidInput(f"修改后的协作协议不合格式：{error}", field=field) from error


class Tally(NamedTuple):
    """Who answered a proposal how: member ids, in the order of the roster."""

    consented: tuple[str, ...]
    objected: tuple[str, ...]
    silent: tuple[str, ...]

    @property
    def unanimous(self) -> bool:
        """Everybody who was asked consented."""
        return not self.objected and not self.silent


def tally(asked: Sequence[str], answers: Iterable[tuple[str, str]]) -> Tally:
    """Count answers (member, ``consent`` or ``object``) in their order: the last word of each member counts."""
    last = dict(answers)
    groups = {act: tuple(one for one in asked if last.get(one) == act) for act in ("consent", "object")}
    return Tally(groups["consent"], groups["object"], tuple(one for one in asked if one not in last))


def differences(old: Agreement, new: Agreement) -> list[Change]:
    """Every entry that differs, in the order of the agreement's parts; version and date of issue left out."""
    before, after = (_entries(json.loads(one.model_dump_json())) for one in (old, new))
    keys = list(dict.fromkeys([*before, *after]))
    return [change for key in keys for change in _compared(*key, before.get(key), after.get(key))]


def _compared(part: str, key: str, old: Any, new: Any) -> Iterator[Change]:
    if old is None or new is None:
        yield Change(part, key, ADDED if old is None else REMOVED)
    elif old != new:
        names = dict.fromkeys([*old, *new])
        differing = [Field(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)]
        yield Change(part, key, CHANGED, tuple(differing))


def _entries(value: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """(part, key) -> entry; a calendar is its years, each day of them an entry field."""
    found: dict[tuple[str, str], dict[str, Any]] = {("title", ""): {"title": value["title"]}}
    for part, names in _KEYS.items():
        for entry in value[part]:
            key = " ".join(str(entry[name]) for name in names if entry[name] not in ("any", ""))
            found[part, key] = entry
    for calendar in value["calendars"]:
        hours = "、".join(f"{one['opens']}–{one['closes']}" for one in calendar["hours"])
        plain = {"title": calendar["title"], "base": calendar["base"], "hours": hours or None}
        found["calendars", calendar["id"]] = plain
        for year in calendar["years"]:
            found["calendars", f"{calendar['id']} {year['year']}"] = _days(year)
    found.update({("stamped", kind): {} for kind in value["stamped"]})
    return found


def _days(year: dict[str, Any]) -> dict[str, Any]:
    off = {day: f"{group['name']}休" for group in year["off"] for day in group["dates"]}
    return {"source": year["source"], **off, **dict.fromkeys(year["work"], "班")}
