"""Periods are data, the judgement is pure, and nobody's content is due a day early."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.errors import InvalidInput
from hub.core.families import FAMILIES
from hub.core.ids import BEIJING
from hub.core.retention import MOST, RULES, Facts, Rule, check, due, last_moved, last_term

MIDNIGHT = datetime(2026, 4, 12, 16, 0, tzinfo=UTC)
"""00:00 of 2026-04-13 in Beijing."""
SECOND = timedelta(seconds=1)
BY_ID = {rule.id: rule for rule in RULES}
ASSISTANCE = BY_ID["assistance"]


def facts(moved: datetime, **changes: object) -> Facts:
    return replace(Facts("m", "assistance", "confirmed", moved), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("amount", "unit", "moved", "day"),
    [
        (3, "years", date(2023, 4, 13), date(2026, 4, 13)),
        (1, "years", date(2024, 2, 29), date(2025, 2, 28)),
        (1, "months", date(2026, 1, 31), date(2026, 2, 28)),
        (18, "months", date(2024, 10, 13), date(2026, 4, 13)),
        (30, "days", date(2026, 3, 14), date(2026, 4, 13)),
        (0, "days", date(2026, 4, 13), date(2026, 4, 13)),
    ],
)
def test_a_period_ends_on_the_same_day_or_the_last_of_its_month(amount: int, unit: str, moved: date, day: date) -> None:
    rule = replace(ASSISTANCE, amount=amount, unit=unit)
    begun = facts(datetime.combine(moved, datetime.min.time(), BEIJING) + timedelta(hours=23, minutes=59))
    then = datetime.combine(day, datetime.min.time(), BEIJING)

    assert due(begun, [rule], then - SECOND) is None
    found = due(begun, [rule], then)
    assert found is not None
    assert found.day == day


def test_a_term_ends_with_its_last_day() -> None:
    entry = facts(MIDNIGHT, family="blacklist", state="listed", term=date(2026, 4, 12))

    assert due(entry, RULES, MIDNIGHT - SECOND) is None
    assert due(entry, RULES, MIDNIGHT) is not None
    assert due(replace(entry, term=None), RULES, MIDNIGHT) is None


def test_a_date_nobody_can_mean_is_no_term() -> None:
    entry = facts(MIDNIGHT, family="blacklist", state="listed", term=date(9999, 12, 31))

    assert due(entry, [replace(BY_ID["blacklist-ended"], amount=1, unit="years")], MIDNIGHT) is None


def test_an_open_matter_is_never_due() -> None:
    for family in FAMILIES.values():
        for state in set(family.states) - family.closed - {"published", "listed", "minuted"}:
            assert (
                due(facts(datetime(1990, 1, 1, tzinfo=UTC), family=family.name, state=state), RULES, MIDNIGHT) is None
            )


def test_a_rule_that_is_off_finds_nothing() -> None:
    assert due(facts(MIDNIGHT - timedelta(days=9999)), [replace(ASSISTANCE, active=False)], MIDNIGHT) is None


def test_every_rule_covers_states_that_exist_and_none_covers_what_another_does() -> None:
    covered = [(rule.family, state, rule.start) for rule in RULES for state in rule.states]

    assert {(family, state) for family, state, _ in covered} <= {
        (family.name, state) for family in FAMILIES.values() for state in family.states
    }
    assert len(set(covered)) == len(covered)
    assert len(BY_ID) == len(RULES)
    assert [check(rule) for rule in RULES] == list(RULES)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"unit": "weeks"}, "unit"), ({"amount": -1}, "amount"), ({"amount": 101}, "amount"), ({"label": "law"}, "label")],
)
def test_a_period_nobody_can_mean_is_refused(change: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check(replace(ASSISTANCE, **change))  # type: ignore[arg-type]
    assert refused.value.field == field


PERIODS = st.sampled_from(sorted(MOST)).flatmap(lambda unit: st.tuples(st.just(unit), st.integers(0, MOST[unit])))
DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@given(PERIODS, DAYS, DAYS)
def test_what_is_looked_at_is_always_due(length: tuple[str, int], today: date, day: date) -> None:
    """The store offers what lies before these bounds; if some of it were not due, it would come again for ever."""
    rule = replace(ASSISTANCE, amount=length[1], unit=length[0])
    ended: Rule = replace(BY_ID["blacklist-ended"], amount=length[1], unit=length[0])
    now = datetime.combine(today, datetime.min.time(), BEIJING)
    moved = datetime.combine(day, datetime.min.time(), BEIJING)

    if moved < last_moved(rule, now):
        assert due(facts(moved), [rule], now) is not None
    if day <= last_term(ended, now):
        assert due(facts(moved, family="blacklist", state="listed", term=day), [ended], now) is not None
