"""Indicators by hand from their definitions (DOMAIN section 10.2), and what must hold for any matters."""

from __future__ import annotations

from datetime import date, datetime
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from hub.core.ids import BEIJING
from hub.core.indicators import Case, Deed, Key, Period, Sum, facts, tally
from tests.builders import BEIHAI, HAIKOU, MAOMING, YULIN, ZHANJIANG, federation

TRUST = federation().trust
OUTSIDE = "out-460200-1"
_numbers = count(1)


def at(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=BEIJING)


def period(since: date = date(2026, 4, 1), until: date = date(2026, 7, 1), now: datetime | None = None) -> Period:
    return Period(since, until, now or at(7, 1))


def case(**fields: object) -> Case:
    number = next(_numbers)
    defaults: dict[str, object] = {
        "id": f"matter {number}",
        "document": f"document {number}",
        "family": "assistance",
        "kind": "assistance_request",
        "state": "accepted",
        "opener": ZHANJIANG,
        "other": BEIHAI,
        "clock": "running",
        "opened_at": at(4, 13),
    }
    return Case(**{**defaults, **fields})  # type: ignore[arg-type]


def total(
    cases: list[Case], measure: str, member: str, scope: str = "inside", when: Period | None = None
) -> Sum | None:
    when = when or period()
    return sums(cases, when).get((measure, member, scope, ""))


def sums(cases: list[Case], when: Period) -> dict[Key, Sum]:
    found = (fact for one in cases for fact in facts(one, TRUST))
    return tally((fact for fact in found if when.holds(fact.day)), when.now)


def due(clock: str, **fields: object) -> Case:
    return case(clock=clock, due_effective=date(2026, 5, 8), due_at=at(5, 9, 0), **fields)


def test_i01_a_notice_to_several_counts_once_in_total_and_not_when_withdrawn() -> None:
    notice = {"family": "notice", "kind": "case_notice", "state": "published", "opener": YULIN, "clock": "none"}
    several = [case(**notice, document="one", other=other) for other in (BEIHAI, ZHANJIANG)]
    withdrawn = case(**{**notice, "state": "withdrawn"})
    assert total([*several, withdrawn], "I01.issued", YULIN) == Sum(1)


def test_i04_returned_matters_bind_nobody_and_a_day_that_has_not_come_judges_nobody() -> None:
    cases = [due("met"), due("met"), due("late"), due("running"), due("stopped", state="returned")]
    assert total(cases, "I04.on_time", BEIHAI) == Sum(2, 4, 0)
    early = period(now=at(5, 8))
    assert total(cases, "I04.on_time", BEIHAI, when=early) == Sum(2, 3, 1)


def test_i05_counts_the_working_days_after_delivery_on_the_duty_holders_calendar() -> None:
    # Thursday 04-16 to Wednesday 04-22: 17, 20, 21, 22 on the national calendar; 04-17 and 04-20 are 三月三 in Guangxi.
    spent = {"clock": "met", "delivered_at": at(4, 16), "met_at": at(4, 22), "due_effective": date(2026, 5, 8)}
    there = TRUST.calendar_of(BEIHAI)
    assert there is not None
    days = sum(there.is_working(date(2026, 4, day)) for day in range(17, 23))
    assert total([case(**spent)], "I05.mean", BEIHAI) == Sum(days, 1)
    assert total([case(**spent, other=HAIKOU)], "I05.mean", HAIKOU) == Sum(4, 1)
    assert days < 4
    unproved = case(**{**spent, "delivered_at": None})
    assert total([unproved], "I05.mean", BEIHAI) == Sum(0, 0, 1)


def test_i06_extensions_stand_over_what_was_due_and_returns_over_what_was_received() -> None:
    cases = [due("met", extended=1), due("late"), due("stopped", state="returned", deeds=(told("incomplete"),))]
    hidden = due("stopped", state="returned", deeds=(told(None),))
    assert total([*cases, hidden], "I06.extended", BEIHAI) == Sum(1, 2)
    assert total([*cases, hidden], "I06.returned", BEIHAI) == Sum(2, 4)
    assert total([*cases, hidden], "I06.returned_incomplete", BEIHAI) == Sum(1)
    assert total([*cases, hidden], "I06.returned_unknown", BEIHAI) == Sum(1)


def told(reason: str | None) -> Deed:
    return Deed("return", BEIHAI, at(4, 14), reason)


def test_i07_a_fine_presupposes_a_case_and_a_result_nobody_here_can_read_is_open() -> None:
    lead = {"family": "transfer", "kind": "lead_transfer", "other": MAOMING, "opener": YULIN}
    outcomes = ("filed", "penalised", "not_filed", None)
    cases = [due("met", **lead, deeds=(Deed("result", MAOMING, at(5, 1), one),)) for one in outcomes]
    assert total(cases, "I07.filed", MAOMING) == Sum(2, 4, 1)


def test_i08_a_dispute_is_counted_where_and_when_the_receiver_raised_it() -> None:
    file = {"family": "transfer", "kind": "case_transfer", "state": "disputed", "opener": YULIN, "other": MAOMING}
    cases = [case(**file, deeds=(Deed("dispute", MAOMING, at(4, 20)), Deed("dispute", MAOMING, at(5, 20))))]
    assert total(cases, "I08.sent", YULIN) == Sum(1)
    assert total(cases, "I08.disputed", MAOMING) == Sum(1)
    assert total(cases, "I08.disputed", MAOMING, when=period(since=date(2026, 5, 1))) is None


def test_i11_what_was_handed_to_the_superior_was_not_agreed_and_what_still_runs_is_neither() -> None:
    dispute = {"family": "dispute", "kind": "jurisdiction_dispute", "opener": YULIN, "other": HAIKOU, "clock": "none"}
    agreed = case(**dispute, state="handed_by_other", deeds=(Deed("agree", HAIKOU, at(4, 16)),))
    up = case(**dispute, state="closed", deeds=(Deed("escalate", YULIN, at(4, 14)),))
    runs = case(**dispute, state="negotiating")
    assert total([agreed, up, runs], "I11.agreed", YULIN) == Sum(1, 2)
    assert total([agreed, up, runs], "I11.mean", YULIN) == Sum(3 + 1, 2)
    assert total([agreed, up, runs], "I08.raised", YULIN) == Sum(3)


def test_offices_outside_the_federation_are_counted_apart() -> None:
    cases = [case(), case(other=OUTSIDE)]
    assert total(cases, "I03.sent", ZHANJIANG) == Sum(1)
    assert total(cases, "I03.sent", ZHANJIANG, "outside") == Sum(1)


def test_nothing_over_nothing_is_no_figure() -> None:
    assert Sum(0, 0).value is None
    assert Sum(0, 2).value == 0


DAYS = st.integers(1, 30)
PARTIES = st.sampled_from([YULIN, BEIHAI, ZHANJIANG, OUTSIDE])
CASES = st.builds(
    lambda opener, other, clock, day, last, extended, state: case(
        opener=opener,
        other=other,
        clock=clock,
        extended=extended,
        state=state,
        opened_at=at(4, day),
        due_effective=date(2026, 5, last),
        due_at=at(6, 1),
        met_at=at(4, last),
        delivered_at=at(4, day),
    ),
    *(PARTIES, PARTIES, st.sampled_from(["met", "late", "running", "stopped", "waiting"])),
    *(DAYS, DAYS, st.integers(0, 2), st.sampled_from(["accepted", "returned", "void", "confirmed"])),
)


@given(st.lists(CASES, max_size=12), DAYS, st.randoms())
def test_figures_add_up_over_disjoint_periods_whatever_the_order(cases: list[Case], day: int, dice: object) -> None:
    whole, cut = period(), date(2026, 4, day)
    parts = [period(until=cut), period(since=cut)] if cut > whole.since else [whole]
    expected = sums(cases, whole)
    dice.shuffle(cases)  # type: ignore[attr-defined]
    found: dict[tuple[str, str, str, str], Sum] = {}
    for part in parts:
        for key, value in sums(cases, part).items():
            found[key] = found[key] + value if key in found else value
    assert found == expected


@given(st.lists(CASES, max_size=12))
def test_what_all_members_sent_is_what_all_members_received_and_pairs_make_the_totals(cases: list[Case]) -> None:
    found = sums(cases, period())
    sent, received = (
        sum(value.numerator for key, value in found.items() if key[0] == name and not key[3])
        for name in ("I03.sent", "I03.received")
    )
    assert sent == received
    for (measure, member, scope, peer), value in found.items():
        if not peer:
            pairs = [one for key, one in found.items() if key[:3] == (measure, member, scope) and key[3]]
            assert sum(one.numerator for one in pairs) == value.numerator
