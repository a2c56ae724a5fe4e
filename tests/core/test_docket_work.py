"""The clock through the work itself: extensions, supplements, paper answers, and rules that changed meanwhile."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.docket import line
from hub.core.stages import case_clock, stages_of
from hub.core.trust import Trust
from hub.core.trust_files import load
from hub.flows.rows import Entry, MatterRow
from tests.builders import BEIHAI, NOW, YULIN, build_agreement, federation
from tests.builders_federation import DEMO_AGREEMENT
from tests.core.test_docket import after, entry, opening

AGREED = json.loads(DEMO_AGREEMENT.read_bytes())
SUPPLEMENT = next(
    ({**rule, "id": "SUPPLEMENT"} for rule in AGREED["rules"] if rule["id"] == "SUPPLEMENT"),
    {**next(rule for rule in AGREED["rules"] if rule["id"] == "ANSWER"), "id": "SUPPLEMENT", "amount": 5},
)
RULES = [*(rule for rule in AGREED["rules"] if rule["id"] != "SUPPLEMENT"), SUPPLEMENT]
STAGES = [
    {"stage": "sign-for", "urgency": "normal", "rule": "SIGN_FOR"},
    {"stage": "answer", "urgency": "normal", "rule": "ANSWER"},
    {"stage": "supplement", "urgency": "normal", "rule": "SUPPLEMENT"},
]
MADE = federation().renewed(agreement=build_agreement(rules=RULES, stages=STAGES))
TRUST = MADE.trust
ACCEPTED = (entry(2, "answer", "sign-for"), entry(3, "answer", "accept"))
DAY = datetime(2026, 5, 9, 15, 59, tzinfo=UTC)
"""The last minute of the due date of the example, 2026-05-09 23:59 +08:00."""


def row_of(entries: list[Entry], trust: Trust = TRUST, member: str = YULIN) -> MatterRow:
    row = line(entries, trust, member=member, now=NOW)
    assert row is not None
    return row


def extension(until: str, issued: datetime, number: int = 4) -> Entry:
    return entry(number, "extension_notice", "extend", rule="ASSIST_MR", requested=until, issued=issued)


def test_an_extension_told_in_the_last_minute_counts_and_one_told_a_minute_later_does_not() -> None:
    told = row_of(after(opening(), *ACCEPTED, extension("2026-05-20", DAY)))
    late = row_of(after(opening(), *ACCEPTED, extension("2026-05-20", DAY + timedelta(minutes=1))))
    assert (told.due_effective, told.extended, told.ignored) == (date(2026, 5, 20), 1, 0)
    assert (late.due_effective, late.extended, late.ignored) == (date(2026, 5, 9), 0, 0)


def test_a_second_extension_goes_on_from_the_first() -> None:
    both = (extension("2026-05-20", DAY), extension("2026-06-03", DAY + timedelta(days=2), 5))
    assert row_of(after(opening(), *ACCEPTED, *both)).due_effective == date(2026, 6, 3)


def test_an_extension_to_a_day_that_is_no_working_day_ends_on_the_working_day_before() -> None:
    assert row_of(after(opening(), *ACCEPTED, extension("2026-05-24", DAY))).due_effective == date(2026, 5, 22)


@pytest.mark.parametrize("until", ["2026-05-09", "2026-02-31", "not a day", "9999-12-31"])
def test_an_extension_that_asks_for_nothing_or_nonsense_breaks_nothing(until: str) -> None:
    row = row_of(after(opening(), *ACCEPTED, extension(until, DAY)))
    assert row.clock == "running"
    assert row.due_effective is not None
    assert row.due_effective >= date(2026, 5, 9)


def test_only_the_duty_holder_extends() -> None:
    mine = replace(extension("2026-05-20", DAY), sender=YULIN, audience=BEIHAI)
    assert row_of(after(opening(), *ACCEPTED, mine)).due_effective == date(2026, 5, 9)


def test_a_supplement_has_its_own_limit_and_the_first_feedback_keeps_its_judgement() -> None:
    asked = datetime(2026, 5, 6, 2, tzinfo=UTC)
    thread = after(
        opening(),
        *ACCEPTED,
        entry(4, "assistance_feedback", "feedback-final", issued=asked - timedelta(days=1)),
        entry(5, "supplement_request", "supplement", YULIN, issued=asked, delivered_at=asked),
    )
    row = row_of(thread)
    assert (row.state, row.rule, row.clock, row.start) == ("supplement", "SUPPLEMENT", "running", date(2026, 5, 7))
    assert row.remind_at is not None
    again = entry(6, "assistance_feedback", "feedback-final", issued=asked + timedelta(days=20))
    done = row_of(after(*thread[:1], *thread[1:], again))
    assert (done.state, done.rule, done.clock) == ("fed_back", "ASSIST_MR", "met")


def paper(number: int, act: str, day: str | None) -> Entry:
    return entry(number, "proxy_record", act, YULIN, rule="ASSIST_CROSS", requested=day, delivered_at=None)


def to_outside() -> Entry:
    return opening(audience="out-450000-1", rule="ASSIST_CROSS", delivered_at=None)


def outside(*more: Entry) -> list[Entry]:
    return [replace(one, audience="out-450000-1") for one in after(to_outside(), *more)]


def test_outside_the_clock_is_estimated_until_the_returned_receipt_says_when_it_began() -> None:
    sent = row_of(outside())
    assert (sent.clock, sent.provisional, sent.calendar) == ("waiting", True, "CN-GX")
    row = row_of(outside(paper(2, "record-delivery", "2026-04-21"), paper(3, "record-sign-for", "2026-04-21")))
    assert (row.state, row.clock, row.provisional, row.start) == ("signed", "running", False, date(2026, 4, 21))
    assert row.by_proxy


def test_a_paper_answer_is_judged_by_the_day_on_the_paper() -> None:
    signed = paper(2, "record-sign-for", "2026-04-14")
    assert row_of(outside(signed, paper(3, "record-final", "2026-05-08"))).clock == "met"
    assert row_of(outside(signed, paper(3, "record-final", "2026-05-29"))).clock == "late"


def test_a_matter_keeps_the_rule_of_the_agreement_it_was_opened_under() -> None:
    shorter = [{**rule, "amount": 5} if rule["id"] == "ASSIST_MR" else rule for rule in RULES]
    newer = build_agreement(version=2, rules=shorter, stages=STAGES)
    next_one = MADE.renewed(agreement=newer, version=3)
    trust = load(next_one.root_raw, next_one.roster_raw, newer, next_one.fingerprint, [TRUST.agreement_raw])
    old = row_of(after(opening(), *ACCEPTED), trust)
    new = row_of(after(opening(agreement=2), *(replace(one, agreement=2) for one in ACCEPTED)), trust)
    assert (old.due_effective, old.agreement) == (date(2026, 5, 9), 1)
    assert (new.due_effective, new.agreement) == (date(2026, 4, 22), 2)


@given(st.permutations(range(5)))
def test_both_ends_compute_one_line_whatever_the_order_of_arrival(order: list[int]) -> None:
    thread = after(opening(), *ACCEPTED, extension("2026-05-20", DAY), extension("2026-06-03", DAY, 5))
    shuffled = [thread[place] for place in order]
    ours, theirs = row_of(shuffled), row_of(thread, member=BEIHAI)
    assert replace(ours, remind_at=None) == replace(theirs, remind_at=None)


def test_signing_for_and_accepting_have_limits_of_their_own() -> None:
    delivered = datetime(2026, 4, 13, 8, tzinfo=UTC)
    open_ones = stages_of(
        TRUST, BEIHAI, "urgent", delivered_at=delivered, signed_at=None, answered_at=None, now=delivered
    )
    assert [(one.stage, one.limit.due_effective, one.status) for one in open_ones] == [
        ("sign-for", date(2026, 4, 14), "running"),
        ("answer", date(2026, 4, 16), "running"),
    ]
    late = delivered + timedelta(days=4)
    done = stages_of(TRUST, BEIHAI, "normal", delivered_at=delivered, signed_at=late, answered_at=late, now=late)
    assert [one.status for one in done] == ["late", "late"]
    assert not stages_of(TRUST, BEIHAI, "normal", delivered_at=None, signed_at=None, answered_at=None, now=late)


def test_the_requesters_ninety_days_run_on_while_it_waits() -> None:
    clock = case_clock(TRUST, YULIN, date(2026, 7, 3), datetime(2026, 10, 8, 15, 59, tzinfo=UTC))
    assert clock is not None
    assert (clock.limit.due_strict, clock.limit.due_effective) == (date(2026, 10, 1), date(2026, 10, 8))
    assert clock.status == "running"
    assert case_clock(TRUST, "440800-ps", date(2026, 7, 3), NOW) is None
