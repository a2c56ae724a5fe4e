"""Who a node in demo mode offers to sign in as: one person for each role and level, every title marked 演示.

They have no password; a press on the sign-in page of the machine itself is their door, and outside demo mode they are
neither made nor let in. A real account never bears one of these names by accident: each begins with ``demo-``.
"""

from __future__ import annotations

from dataclasses import dataclass

from hub.core.policy import ADMINISTRATORS, LEVELS, ROLES

UNIT = "demo"
"""Code of the unit whose member one of them is."""
UNIT_NAME = "演示承办科室"
_HANDLING = {"mr": "officer", "ps": "liaison", "jm": "secretariat"}
_OF_HANDLING = {"mr": "", "ps": "公安联络员·", "jm": "联席办·"}


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One account of the demonstration."""

    name: str
    title: str
    role: str
    level: str = "handler"
    unit: str | None = None


def demo_people(system: str) -> tuple[DemoPerson, ...]:
    """The people of an office of this line of work (``mr``, ``ps``, ``jm``), in the order in which a day needs them."""
    role, line = _HANDLING[system], _OF_HANDLING[system]
    levels = {level: title for level, title in LEVELS.items() if level != "oa"}
    people = [DemoPerson("demo-clerk", "演示·收发员", "clerk")]
    people += [DemoPerson(f"demo-{_short(one)}", f"演示·{line}{levels[one]}", role, one) for one in levels]
    if system != "jm":
        people.append(DemoPerson("demo-unit", f"演示·{line}承办科室人员", role, unit=UNIT))
    return (*people, *(DemoPerson(f"demo-{one}", f"演示·{ROLES[one]}", one) for one in ADMINISTRATORS))


def is_demo_person(name: str) -> bool:
    """Whether the account is one of them in any office."""
    return name in _NAMES


def _short(level: str) -> str:
    return level.replace("_", "-")


_NAMES = frozenset(one.name for system in _HANDLING for one in demo_people(system))
