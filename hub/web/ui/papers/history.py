"""What was done with a paper, as lines at its side: savings in a row by one person are one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hub.flows.ports.office_rows import Event

ACTS = {
    "save": "保存",
    "number": "取号",
    "submit": "送审",
    "return": "退回修改",
    "approve": "审核通过",
    "issue": "签发",
    "discard": "作废",
    "restore": "撤销作废",
    "seal-request": "送印",
    "seal-return": "取回盖章件",
}
_FOR_MACHINES = frozenset({"seal-request", "seal-return"})
"""Acts whose comment is ids and digests, which say nothing to a person."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what, by whom, when last, how often, and what was said."""

    title: str
    who: str
    at: datetime
    comment: str
    times: int = 1


def lines_of(events: Sequence[Event]) -> list[Line]:
    """Newest first."""
    found: list[Line] = []
    for one in events:
        title = ACTS.get(one.act, one.act)
        last = found[-1] if found else None
        if last is not None and one.act == "save" and (last.title, last.who) == (title, one.who):
            found[-1] = replace(last, at=one.at, times=last.times + 1)
        else:
            found.append(Line(title, one.who, one.at, "" if one.act in _FOR_MACHINES else one.comment))
    return found[::-1]
