"""The next version of an agreement: a calendar year put into it, and what differs between two versions (DESIGN D8).

What is made here is unsigned content; it comes into force only when the root has signed it and a roster refers to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from hub.core.errors import InvalidInput, WrongState
from hub.core.ids import wire_time
from schemas.wire.agreement import Agreement, Year
from schemas.wire.types import Unreadable

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
    value.update(version=agreement.version + 1, issued=wire_time(issued))
    try:
        return Agreement.read(json.dumps(value, ensure_ascii=False).encode())
    except Unreadable as error:
        raise InvalidInput(f"导入后的协作协议不合格式：{error}", field="notice") from error


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
