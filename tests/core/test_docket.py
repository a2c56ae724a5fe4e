"""The register line of a matter: state and clock from signed inputs only, alike for whoever computes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hub.core.docket import due_on, line
from hub.core.errors import InvalidInput
from hub.core.reminders import moment_of, next_reminder
from hub.flows.rows import Entry, MessageStatus
from tests.builders import BEIHAI, NOW, YULIN, digest, federation, incarnation, thread, uuid

TRUST = federation().trust


def entry(number: int, kind: str, act: str, sender: str = BEIHAI, **fields: object) -> Entry:
    audience = YULIN if sender == BEIHAI else BEIHAI
    made = Entry(
        hash=digest(f"docket {number}"),
        document=uuid(number),
        kind=kind,
        version=1,
        act=act,
        sender=sender,
        audience=audience,
        incarnation=incarnation(),
        seq=number,
        matter=thread(0),
        after=(),
        replaces=None,
        rule=None,
        requested=None,
        agreement=1,
        urgency="normal",
        issued=NOW + timedelta(minutes=number),
        mark="addressee-only",
        title=f"第{number}件",
        status=MessageStatus.STORED,
        delivered_at=NOW,
        refused=False,
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def opening(**fields: object) -> Entry:
    return entry(1, "assistance_request", "request", YULIN, **{"rule": "ASSIST_MR", **fields})


def after(one: Entry, *more: Entry) -> list[Entry]:
    chain = [one]
    for each in more:
        chain.append(replace(each, after=(chain[-1].hash,)))
    return chain


def test_signed_for_on_the_day_of_delivery_the_due_date_at_beihai_is_the_saturday_of_the_example() -> None:
    row = line(after(opening(), entry(2, "answer", "sign-for")), TRUST, member=YULIN, now=NOW)
    assert row is not None
    assert (row.state, row.calendar, row.start, row.due_effective) == (
        "signed",
        "CN-GX",
        date(2026, 4, 13),
        date(2026, 5, 9),
    )
    assert row.clock == "running"


def test_the_clock_reminds_at_the_openers_node_only() -> None:
    entries = [opening()]
    mine = line(entries, TRUST, member=YULIN, now=NOW)
    theirs = line(entries, TRUST, member=BEIHAI, now=NOW)
    assert mine is not None
    assert theirs is not None
    assert mine.remind_at is not None
    assert theirs.remind_at is None
    assert replace(mine, remind_at=None) == theirs


@pytest.mark.parametrize(
    ("fields", "clock"),
    [
        ({"delivered_at": None}, "waiting"),
        ({"rule": None}, "none"),
        ({"rule": "NO_SUCH_RULE"}, "none"),
        ({}, "running"),
    ],
)
def test_no_clock_runs_before_its_start_is_proved(fields: dict[str, object], clock: str) -> None:
    row = line([opening(**fields)], TRUST, member=YULIN, now=NOW)
    assert row is not None
    assert row.clock == clock
    assert (row.due_effective is None) == (clock != "running")


@pytest.mark.parametrize(
    ("done", "clock"),
    [(datetime(2026, 5, 11, 15, 59, tzinfo=UTC), "met"), (datetime(2026, 5, 11, 16, 0, tzinfo=UTC), "late")],
)
def test_a_duty_done_before_midnight_of_the_last_day_is_met_and_a_minute_later_late(done: datetime, clock: str) -> None:
    answers = (
        entry(2, "answer", "accept"),
        entry(3, "assistance_feedback", "feedback-final", issued=done),
    )
    row = line(after(opening(), *answers), TRUST, member=YULIN, now=NOW)
    assert row is not None
    assert row.due_at == datetime(2026, 5, 11, 16, 0, tzinfo=UTC)
    assert (row.clock, row.met_at) == (clock, done)


@pytest.mark.parametrize(("kind", "act", "sender"), [("answer", "return", BEIHAI), ("withdrawal", "withdraw", YULIN)])
def test_returned_or_withdrawn_the_clock_is_stopped(kind: str, act: str, sender: str) -> None:
    row = line(after(opening(), entry(2, kind, act, sender)), TRUST, member=YULIN, now=NOW)
    assert row is not None
    assert (row.clock, row.remind_at, row.met_at) == ("stopped", None, None)


def test_without_its_opening_there_is_no_matter() -> None:
    assert line([entry(2, "answer", "accept")], TRUST, member=YULIN, now=NOW) is None
    assert line([], TRUST, member=YULIN, now=NOW) is None


def test_a_rule_or_calendar_nobody_agreed_on_is_named() -> None:
    with pytest.raises(InvalidInput, match="NO_RULE"):
        due_on(TRUST, "NO_RULE", NOW, "CN")
    with pytest.raises(InvalidInput, match="CN-HI"):
        due_on(TRUST, "ASSIST_MR", NOW, "CN-HI")


def test_reminders_come_at_nine_in_beijing_and_the_next_one_is_known() -> None:
    limit = due_on(TRUST, "ASSIST_MR", date(2026, 4, 13), "CN-GX")
    come, later = next_reminder(limit, TRUST.agreement.reminders, NOW)
    assert come == []
    assert later is not None
    come, _ = next_reminder(limit, TRUST.agreement.reminders, later)
    assert [moment_of(one) for one in come] == [later]
    assert later.astimezone(UTC).hour == 1
