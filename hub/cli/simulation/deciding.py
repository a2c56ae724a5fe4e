"""One office's mind: its temper, what it means to do in which matter and when, what has slipped it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from hub.cli.simulation.dice import Dice
from hub.cli.simulation.habits import FERRIED, HABITS, ONCE, SLOW, TEMPERS, Habit, Temper
from hub.cli.simulation.passing import WRITERS
from hub.core.calendar import WorkingCalendar
from hub.core.families import FAMILIES
from hub.core.ids import BEIJING, is_outside
from hub.core.lifecycle import OTHER
from hub.core.matter import side
from hub.kinds.registry import LATEST

if TYPE_CHECKING:
    from hub.cli.simulation.federation import Post
    from hub.core.trust import Trust
    from hub.flows.rows import MatterRow

_OPENS, _MINUTES = time(9, 10), 460
DUTIES = frozenset({"assistance", "transfer", "dispute", "supervision", "opinion"})
"""Families in which a duty can be forgotten."""
WAKES = 0.35
"""Share of reminders after the last day that bring a forgotten duty back to mind."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an office means to do in a matter next."""

    matter: str
    state: str
    messages: int
    habit: Habit
    at: datetime
    forgot: bool


class Clerk:
    """Decides for one office; what it does not see it does not decide about."""

    def __init__(self, post: Post, place: int, seed: int) -> None:
        """``place`` in the roster gives the temper."""
        self.post = post
        self.dice = Dice(seed, "clerk", post.id)
        ferried = post.member.reach == "ferry"
        self.temper: Temper = FERRIED if ferried else TEMPERS[place % len(TEMPERS)]
        self.plans: dict[str, Plan | None] = {}
        self.forgotten: dict[str, str] = {}
        """Matter -> the act that slipped its mind."""
        self.woken: dict[str, str] = {}
        """Matter -> what brought it back: a reminder 催办 or a supervision letter 督办."""
        calendar = post.views.trust().calendar_of(post.id)
        assert calendar is not None
        self.calendar: WorkingCalendar = calendar
        self._done: set[tuple[str, str]] = set()
        self._states: dict[str, tuple[str, int]] = {}
        self._count = 0

    def count(self) -> int:
        """The next number of the office's own letters."""
        self._count += 1
        return self._count

    def moment(self, day: date, working_days: int, now: datetime) -> datetime:
        """A moment in office hours, so many working days after ``day``; never before ``now``."""
        there = self.calendar.add_working_days(day, working_days)
        if working_days == 0 and not self.calendar.is_working(there):
            there = self.calendar.next_working(there)
        at = datetime.combine(there, _OPENS, BEIJING) + timedelta(minutes=self.dice.between(0, _MINUTES))
        return at if at > now else now + timedelta(minutes=self.dice.between(5, 50))

    def consider(self, row: MatterRow, trust: Trust, now: datetime) -> Plan | None:
        """What to do about a matter that moved; None: nothing new."""
        before, here = self._states.get(row.id), (row.state, row.extended)
        self._states[row.id] = here
        if before == here:
            overdue = row.due_at is not None and row.due_at <= now
            if row.last_act == "remind" and row.id in self.forgotten and overdue and self.dice.chance(WAKES):
                return self.wake(row.id, now, "催办")
            return None
        return self._plan(row, trust, now)

    def again(self, row: MatterRow, trust: Trust, now: datetime) -> Plan | None:
        """What else to do after the node refused."""
        return self._plan(row, trust, now)

    def wake(self, matter: str, now: datetime, why: str = "督办") -> Plan | None:
        """A duty comes back to mind."""
        plan = self.plans.get(matter)
        if plan is None:
            return None
        self.woken[matter] = why
        at = self.moment(now.astimezone(BEIJING).date(), self.dice.between(1, 3), now)
        if at >= plan.at:
            return None
        fresh = Plan(plan.matter, plan.state, plan.messages, plan.habit, at, plan.forgot)
        self.plans[matter] = fresh
        return fresh

    def sends_on(self, row: MatterRow) -> bool:
        """Whether a lead that came back goes to another office; asked once."""
        first = row.opener == self.post.id and (row.id, "send-on") not in self._done
        self._done.add((row.id, "send-on"))
        return first and self.dice.chance(0.6)

    def _plan(self, row: MatterRow, trust: Trust, now: datetime) -> Plan | None:
        by = side(self.post.id, row.opener, row.other)
        if by is None:
            return None
        duty = by == OTHER and row.family in DUTIES
        habit = self._choose(row, by, trust)
        # A duty nobody here meant to do is one that was forgotten, and may come back to mind.
        slipped = duty and habit is None and row.due_at is not None
        if slipped:
            habit = self._first(row, by, trust)
        if habit is None:
            self.plans[row.id] = None
            return None
        if habit.act in ONCE:
            self._done.add((row.id, habit.act))
        forgot = slipped or (duty and self.dice.chance(self.temper.forgets))
        if forgot:
            self.forgotten[row.id] = habit.act
        plan = Plan(row.id, row.state, row.messages, habit, self._when(row, habit, now, forgot=forgot), forgot)
        self.plans[row.id] = plan
        return plan

    def _choose(self, row: MatterRow, by: str, trust: Trust) -> Habit | None:
        roll = self.dice.between(0, 99)
        for habit in HABITS.get((row.family, row.state, by), ()):
            if not self._fits(row, by, habit, trust):
                continue
            roll -= habit.share
            if roll < 0:
                return habit
        return None

    def _first(self, row: MatterRow, by: str, trust: Trust) -> Habit | None:
        known = HABITS.get((row.family, row.state, by), ())
        return next((habit for habit in known if self._fits(row, by, habit, trust)), None)

    def _fits(self, row: MatterRow, by: str, habit: Habit, trust: Trust) -> bool:
        """Registered, in the family's table, allowed by the agreement, and sensible here."""
        to = row.opener if by == OTHER else row.other
        if habit.kind not in LATEST or habit.kind not in WRITERS or (row.id, habit.act) in self._done:
            return False
        if FAMILIES[row.family].next(row.state, habit.kind, habit.act, by) is None:
            return False
        return trust.may_send(habit.kind, self.post.id, to) and self._sensible(row, habit, trust)

    @staticmethod
    def _sensible(row: MatterRow, habit: Habit, trust: Trust) -> bool:
        if habit.kind == "proxy_record":
            return is_outside(row.other)
        if habit.act in ("publish", "list"):
            return habit.kind == row.kind
        if habit.act == "extend":
            rule = trust.rule(row.rule, row.agreement)
            return row.due_at is not None and row.extended == 0 and bool(rule and rule.extensions)
        return True

    def _when(self, row: MatterRow, habit: Habit, now: datetime, *, forgot: bool) -> datetime:
        today = now.astimezone(BEIJING).date()
        if habit.act == "extend" and row.due_effective is not None:
            # A slow office tells too late in one case of three: its node refuses that.
            late = self.temper is SLOW and self.dice.chance(0.34)
            ahead = self.dice.between(1, 2) if late else -self.dice.between(1, 3)
            return self.moment(max(today, self.calendar.add_working_days(row.due_effective, ahead)), 0, now)
        if forgot:
            return self.moment(today, self.dice.between(25, 60), now)
        days = round(self.dice.between(habit.first, habit.last) * self.temper.pace)
        return self.moment(today, days // 3 if row.urgency != "normal" else days, now)
