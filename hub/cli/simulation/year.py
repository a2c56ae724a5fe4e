"""The days of a simulation: what happens when, and what each office sees and does about it.

Everything anybody does goes through the same ``send`` as a person's decision; an office knows of a matter only what its
own node shows it.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from hub.cli.simulation.correspondence import Correspondence, Diary
from hub.cli.simulation.deciding import Plan
from hub.cli.simulation.dice import Dice
from hub.cli.simulation.habits import MONTH, OPENINGS
from hub.cli.simulation.passing import WRITERS
from hub.core.calendar import ONE_DAY
from hub.core.ids import ALL, BEIJING
from hub.flows.ports.duties import DutyFilter
from hub.flows.ports.views import MatterFilter
from hub.kinds.registry import LATEST

if TYPE_CHECKING:
    from hub.cli.simulation.federation import Federation, Post
    from hub.core.calendar import WorkingCalendar
    from hub.flows.rows import MatterRow

Happening = Callable[[], None]
NINE, LOOKS, CARRIED = time(9), (time(9, 5), time(14)), time(16, 30)
FRIDAY, SUPERVISES = 4, frozenset({1, 3})
FORGOTTEN_CARRIAGE = 0.15
"""Share of the weeks in which nobody takes the ferry files."""


class Year:
    """Plays a federation from one moment to another."""

    def __init__(self, federation: Federation, seed: int, until: datetime, say: Callable[[str], None]) -> None:
        """``say`` gets a line per month."""
        self.federation = federation
        self.until = until
        self.say = say
        self.mail = Correspondence(federation, seed)
        self.diary = self.mail.diary
        self.trust = self.mail.trust
        self.clerks = self.mail.clerks
        self._dice = Dice(seed, "business")
        self._queue: list[tuple[datetime, int, Happening]] = []
        self._turn = itertools.count(1)

    def play(self) -> Diary:
        """Every day until the end, then a last exchange until nothing is under way."""
        day = self.federation.now.astimezone(BEIJING).date()
        for post in self.federation:
            self._begin(post, day)
        month = None
        while self._at(day, NINE) <= self.until:
            if (day.year, day.month) != month:
                month = (day.year, day.month)
                self.say(f"{day.year}年{day.month}月：已发文书 {self.diary.documents} 件")
            self._plan_day(day)
            day += ONE_DAY
            self._run_until(min(self._at(day, time(0)), self.until))
        self.federation.now = self.until
        self._rest()
        return self.diary

    def _rest(self) -> None:
        """Everything on its way arrives: files are carried twice, so that receipts come back too."""
        for _ in range(2):
            for post in self._ferried():
                self.federation.carry(post)
            self.federation.compare()
            self.federation.now += timedelta(seconds=2)
            self.federation.morning()

    def _plan_day(self, day: date) -> None:
        self._put(self._at(day, NINE), self.federation.morning)
        if day.weekday() == 0:
            self._put(self._at(day, NINE), self.federation.compare)
        for post in self.federation:
            if not self._calendar(post).is_working(day):
                continue
            for moment in LOOKS:
                self._put(self._at(day, moment), lambda post=post: self._look(post))  # type: ignore[misc]
            if post is self.federation.office and day.weekday() in SUPERVISES:
                self._put(self._at(day, time(10)), self._supervise)
        if day.weekday() == FRIDAY:
            for post in self._ferried():
                self._put(self._at(day, CARRIED), lambda post=post: self._carry(post))  # type: ignore[misc]

    def _run_until(self, moment: datetime) -> None:
        while self._queue and self._queue[0][0] < moment:
            at, _, happening = heapq.heappop(self._queue)
            self.federation.now = max(at, self.federation.now + timedelta(milliseconds=1))
            happening()

    def _put(self, at: datetime, happening: Happening) -> None:
        heapq.heappush(self._queue, (at, next(self._turn), happening))

    def _carry(self, post: Post) -> None:
        if self._dice.chance(FORGOTTEN_CARRIAGE):
            self.diary.missed.append((self._today(), post.member.short_name))
        else:
            self.federation.carry(post)

    # What begins by itself.

    def _begin(self, post: Post, day: date) -> None:
        system = post.member.system
        for opening in OPENINGS:
            if opening.kind in LATEST and opening.kind in WRITERS and opening.rates.get(system):
                self._next_case(post, opening.kind, MONTH / opening.rates[system])
        start = self._later(post, day, 0)
        self._put(start, lambda: self._regular(post, "contact_list", ALL))
        if self.federation.office is not None and system != "jm":
            self._put(self._later(post, _next_month(day), self._dice.between(1, 3)), lambda: self._report(post))

    def _next_case(self, post: Post, kind: str, mean: float) -> None:
        dice = self.clerks[post.id].dice
        at = self._later(post, self._day(), max(0, int(dice.gap(mean) + dice.fraction())))

        def happens() -> None:
            self._open(post, kind)
            self._next_case(post, kind, mean)

        self._put(at, happens)

    def _open(self, post: Post, kind: str, about: MatterRow | None = None) -> None:
        to = self.mail.addressee(post, kind, about)
        if to is None:
            return
        dice = self.clerks[post.id].dice
        urgency = "extra-urgent" if dice.chance(0.03) else "urgent" if dice.chance(0.12) else "normal"
        urgency = urgency if LATEST[kind].audience == "one" else "normal"
        self.mail.send(post, kind, LATEST[kind].acts[0], to, urgency=urgency, about=about)

    def _regular(self, post: Post, kind: str, to: str) -> None:
        if kind in LATEST and self.trust.may_send(kind, post.id, to):
            self.mail.send(post, kind, LATEST[kind].acts[0], to)

    def _report(self, post: Post) -> None:
        office = self.federation.office
        if office is not None:
            self._regular(post, "statistic_report", office.id)
        day = _next_month(self._day())
        self._put(self._later(post, day, self._dice.between(1, 3)), lambda: self._report(post))

    def _supervise(self) -> None:
        """A person of the joint-meeting office goes through what it may propose to supervise."""
        office = self.federation.office
        if office is None or "supervision_letter" not in LATEST:
            return
        found = office.views.duties(DutyFilter(proposed=True), None, 50, now=self.federation.now)
        for duty in found.rows:
            ripe = duty.days <= -3 and duty.row.family in ("assistance", "transfer")
            if not ripe or duty.row.id in self.diary.supervised or not self._dice.chance(0.5):
                continue
            if self.trust.may_send("supervision_letter", office.id, duty.holder):
                self.diary.supervised[duty.row.id] = self._today()
                self.mail.send(office, "supervision_letter", "supervise", duty.holder, about=duty.row)

    # What offices do about what they see.

    def _look(self, post: Post) -> None:
        """News since the last look; an office knows no more than its node shows."""
        seen, post.seen = post.seen, self.federation.now
        cursor: str | None = None
        while True:
            page = post.views.matters(MatterFilter(), cursor, 100, now=self.federation.now)
            for row in page.rows:
                if seen is not None and row.updated_at < seen:
                    return
                self._consider(post, row)
            cursor = page.next
            if cursor is None:
                return

    def _consider(self, post: Post, row: MatterRow) -> None:
        clerk = self.clerks[post.id]
        plan = clerk.consider(row, self.trust, self.federation.now)
        if plan is not None:
            self._put(plan.at, lambda: self._do(post, row.id, plan))
        if row.family == "supervision" and row.other == post.id and row.state == "supervised":
            self._stirred(post, row)
        if row.kind == "lead_transfer" and row.state == "returned" and clerk.sends_on(row):
            at = self._later(post, self._day(), clerk.dice.between(1, 4))
            self._put(at, lambda: self._open(post, "lead_transfer", row))

    def _stirred(self, post: Post, letter: MatterRow) -> None:
        """A supervision letter brings the matter it names back to mind."""
        body = next((copy.body for copy in post.views.matter(letter.id).thread if copy.body), {})
        plan = self.clerks[post.id].wake(str(body.get("subject_matter")), self.federation.now)
        if plan is not None:
            self._put(plan.at, lambda: self._do(post, plan.matter, plan))

    def _do(self, post: Post, matter: str, plan: Plan) -> None:
        clerk = self.clerks[post.id]
        if clerk.plans.get(matter) is not plan:
            return
        view = post.views.matter(matter)
        row = view.row
        if row is None or row.state != plan.state:
            return
        done = self.mail.send(post, plan.habit.kind, plan.habit.act, row.other, row=row)
        if not done:
            again = clerk.again(row, self.trust, self.federation.now)
            if again is not None:
                self._put(again.at, lambda: self._do(post, matter, again))

    # Days.

    def _ferried(self) -> list[Post]:
        return [post for post in self.federation if post.member.reach == "ferry"]

    def _calendar(self, post: Post) -> WorkingCalendar:
        return self.clerks[post.id].calendar

    def _later(self, post: Post, day: date, working_days: int) -> datetime:
        return self.clerks[post.id].moment(day, working_days, self.federation.now)

    def _day(self) -> date:
        return self.federation.now.astimezone(BEIJING).date()

    def _today(self) -> str:
        return self._day().isoformat()

    def _at(self, day: date, moment: time) -> datetime:
        return datetime.combine(day, moment, BEIJING)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
