"""What a person chose above a list: read from the address, put into the filter of the read model and back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from hub.core.families import FAMILIES
from hub.core.trust import Trust
from hub.flows.ports.views import MatterFilter
from hub.web import words

LONGEST = 100
"""Characters of a text that is looked for."""
_NAMES = ("text", "family", "state", "clock", "waits_for", "role", "counterpart", "overdue", "provisional", "order")
_FLAGS = ("overdue", "provisional")
_FEW = ("text", "family", "waits_for", "counterpart")
"""What stands open in the form; the rest unfolds."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Filters of the register of matters as texts; empty: not chosen."""

    values: Mapping[str, str]

    @property
    def unfolded(self) -> bool:
        """Whether something is chosen that the folded part of the form holds."""
        return any(value for name, value in self.values.items() if name not in (*_FEW, "order"))

    def filter(self, unit: str | None) -> MatterFilter:
        """For the read model."""
        texts = {name: self.values[name] or None for name in _NAMES if name not in (*_FLAGS, "order")}
        flags = {name: True if self.values[name] else None for name in _FLAGS}
        return MatterFilter(**texts, **flags, unit=unit, order=self.values["order"] or "moved")  # type: ignore[arg-type]


def choice_of(given: Mapping[str, str]) -> Choice:
    """Strange values are dropped; a text that is too long is cut."""
    values = {name: given.get(name, "").strip()[:LONGEST] for name in _NAMES}
    allowed: Mapping[str, Collection[str]] = {
        "family": FAMILIES,
        "state": states_of(values["family"]),
        "waits_for": ("us", "them", "any"),
        "role": ("opener", "other"),
        "order": ("due",),
        "clock": words.CLOCKS,
    }
    for name, known in allowed.items():
        values[name] = values[name] if values[name] in known else ""
    for name in _FLAGS:
        values[name] = "1" if values[name] else ""
    return Choice({name: value.replace("\0", "") for name, value in values.items()})


def _chosen(request: Request) -> Choice:
    return choice_of(request.query_params)


Chosen = Annotated[Choice, Depends(_chosen)]
"""Parameter of a page: the filters in its address."""


def states_of(family: str) -> dict[str, str]:
    """States of a family of matters."""
    found = FAMILIES.get(family)
    return found.states if found else {}


def members_of(trust: Trust, own: str) -> list[tuple[str, str]]:
    """Everybody else, to choose from."""
    return [(one.id, one.name) for one in trust.roster.members if one.id != own]


def choices(trust: Trust, own: str, choice: Choice) -> dict[str, list[tuple[str, str]]]:
    """What the form above the list offers, by field."""
    everything = ("", "全部")
    return {
        "family": [everything, *((one.name, one.title) for one in FAMILIES.values())],
        "state": [everything, *states_of(choice.values["family"]).items()],
        "clock": [everything, *words.CLOCKS.items()],
        "waits_for": [everything, ("us", "待我方办理"), ("them", "等待对方办理"), ("any", "尚未办结（双方）")],
        "role": [("", "不限"), ("opener", "发起方"), ("other", "办理方")],
        "counterpart": [everything, *members_of(trust, own)],
        "order": [("", "最近办理"), ("due", "届满日（只列计时中的）")],
    }
