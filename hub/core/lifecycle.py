"""State machines of the families of kinds, as tables: all that moves a matter stands in this file (DESIGN D9).

A step says: in this state, this act of this kind by this side leads there. What is not in the table does not happen:
in the fold of a matter such a message is kept and shown as 'out of order', and a user who asks for it is refused.
``picture`` draws the diagram of the documentation from the table. States follow DOMAIN section 3.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

OPENER, OTHER = "opener", "other"
VOID = "void"
"""State of a matter whose opening its addressee refused, or that was withheld: it exists for its author only."""
VOID_TITLE = "未成立（对方拒收或已失效）"


@dataclass(frozen=True, slots=True)
class Step:
    """One row: ``state`` None opens the matter; ``by`` is the side that may do it."""

    state: str | None
    kind: str
    act: str
    by: str
    to: str


@dataclass(frozen=True, slots=True)
class Family:
    """One state machine. ``clock_stops``: states in which the duty of the other side is done."""

    name: str
    title: str
    states: dict[str, str]
    closed: frozenset[str]
    clock_stops: frozenset[str]
    steps: tuple[Step, ...]

    def next(self, state: str | None, kind: str, act: str, by: str) -> str | None:
        """State after the act, or None if there is no such step."""
        for step in self.steps:
            if (step.state, step.kind, step.act, step.by) == (state, kind, act, by):
                return step.to
        return None

    def allowed(self, state: str | None, by: str) -> list[tuple[str, str]]:
        """(kind, act) pairs this side may do now, in table order."""
        return [(step.kind, step.act) for step in self.steps if step.state == state and step.by == by]


def _steps(table: str) -> tuple[Step, ...]:
    """Read rows ``state kind/act by to``; ``-`` opens; several states may be joined by ``|``."""
    rows = []
    for line in table.strip().splitlines():
        states, act, by, to = line.split()
        kind, verb = act.split("/")
        rows += [
            Step(None if state == "-" else state, kind, verb, by, state if to == "=" else to)
            for state in states.split("|")
        ]
    return tuple(rows)


ASSISTANCE = Family(
    "assistance",
    "协查",
    {
        "requested": "已发出待签收",
        "signed": "已签收",
        "accepted": "已受理",
        "partial": "阶段反馈",
        "fed_back": "已反馈待确认",
        "confirmed": "已确认办结",
        "returned": "已退回",
        "withdrawn": "已撤回",
        VOID: VOID_TITLE,
    },
    closed=frozenset({VOID, "confirmed", "returned", "withdrawn"}),
    clock_stops=frozenset({"fed_back", "confirmed", "returned", "withdrawn"}),
    steps=_steps("""
-                                  assistance_request/request           opener requested
requested                          answer/sign-for                      other  signed
requested|signed                   answer/accept                        other  accepted
requested|signed                   answer/return                        other  returned
accepted|partial                   assistance_feedback/feedback-interim other  partial
accepted|partial                   assistance_feedback/feedback-final   other  fed_back
fed_back                           confirmation/confirm                 opener confirmed
requested|signed|accepted|partial  withdrawal/withdraw                  opener withdrawn
requested|signed|accepted|partial  reminder/remind                      opener =
"""),
)

TRANSFER = Family(
    "transfer",
    "线索移送",
    {
        "transferred": "已移送待签收",
        "signed": "已签收",
        "accepted": "已受理核查中",
        "resulted": "已反馈结果待确认",
        "confirmed": "已确认办结",
        "returned": "已退回",
        "withdrawn": "已撤回",
        VOID: VOID_TITLE,
    },
    closed=frozenset({VOID, "confirmed", "returned", "withdrawn"}),
    clock_stops=frozenset({"resulted", "confirmed", "returned", "withdrawn"}),
    steps=_steps("""
-                            lead_transfer/transfer  opener transferred
transferred                  answer/sign-for         other  signed
transferred|signed           answer/accept           other  accepted
transferred|signed           answer/return           other  returned
accepted                     transfer_result/result  other  resulted
resulted                     confirmation/confirm    opener confirmed
transferred|signed           withdrawal/withdraw     opener withdrawn
transferred|signed|accepted  reminder/remind         opener =
"""),
)

NOTICE = Family(
    "notice",
    "案件通报",
    {"published": "已通报", "withdrawn": "已撤回", VOID: VOID_TITLE},
    closed=frozenset({VOID, "withdrawn"}),
    clock_stops=frozenset({"published", "withdrawn"}),
    steps=_steps("""
-          case_notice/publish  opener published
published  case_notice/publish  opener published
published  answer/sign-for      other  published
published  withdrawal/withdraw  opener withdrawn
"""),
)

BLACKLIST = Family(
    "blacklist",
    "黑名单",
    {"listed": "在册", "removed": "已移出", VOID: VOID_TITLE},
    closed=frozenset({VOID, "removed"}),
    clock_stops=frozenset({"listed", "removed"}),
    steps=_steps("""
-       blacklist_entry/list      opener listed
listed  blacklist_entry/list      opener listed
listed  blacklist_removal/remove  opener removed
"""),
)

FAMILIES: dict[str, Family] = {family.name: family for family in (ASSISTANCE, TRANSFER, NOTICE, BLACKLIST)}


@lru_cache(maxsize=1024)
def family_opened_by(kind: str, act: str) -> Family | None:
    """The family a document of this kind and act opens, if any."""
    return next((f for f in FAMILIES.values() if f.next(None, kind, act, OPENER)), None)


def picture(family: Family) -> str:
    """Mermaid state diagram of the table."""
    lines = ["stateDiagram-v2"]
    lines += [f"    {state}: {title}" for state, title in family.states.items() if state != VOID]
    for step in family.steps:
        lines.append(f"    {step.state or '[*]'} --> {step.to}: {step.by} {step.act}")
    lines += [f"    {state} --> [*]" for state in sorted(family.closed - {VOID})]
    return "\n".join(lines)
