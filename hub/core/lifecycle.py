"""What a state machine of a family of kinds is; the machines themselves are tables in ``families`` (DESIGN D9).

A step says: in this state, this act of this kind by this side leads there. What is not in the table does not happen:
in the fold of a matter such a message is kept and shown as 'out of order', and a user who asks for it is refused.
``picture`` draws the diagram of the documentation from the table.
"""

from __future__ import annotations

from dataclasses import dataclass, field

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
    _moves: dict[tuple[str | None, str, str, str], str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the table: a matter is folded again with each of its messages."""
        moves = {(step.state, step.kind, step.act, step.by): step.to for step in reversed(self.steps)}
        object.__setattr__(self, "_moves", moves)

    def next(self, state: str | None, kind: str, act: str, by: str) -> str | None:
        """State after the act, or None if there is no such step."""
        return self._moves.get((state, kind, act, by))

    def waits_for(self, state: str) -> str | None:
        """The side whose move it is; None: nobody's.

        Who was offered something is to agree to it; else the other side owes an answer while the clock runs, and
        after that whoever received the result is to confirm it.
        """
        if state in self.closed or state == VOID:
            return None
        movers = {one.act: one.by for one in self.steps if one.state == state}
        if "agree" in movers:
            return movers["agree"]
        return movers.get("confirm") if state in self.clock_stops else OTHER

    def allowed(self, state: str | None, by: str) -> list[tuple[str, str]]:
        """(kind, act) pairs this side may do now, in table order."""
        return [(step.kind, step.act) for step in self.steps if step.state == state and step.by == by]


def steps(table: str) -> tuple[Step, ...]:
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


def picture(family: Family) -> str:
    """Mermaid state diagram of the table."""
    lines = ["stateDiagram-v2"]
    lines += [f"    {state}: {title}" for state, title in family.states.items() if state != VOID]
    for step in family.steps:
        lines.append(f"    {step.state or '[*]'} --> {step.to}: {step.by} {step.act}")
    lines += [f"    {state} --> [*]" for state in sorted(family.closed - {VOID})]
    return "\n".join(lines)
