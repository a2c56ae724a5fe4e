"""An extension notice of a rule in tiers is asked for the approval of the tier it reaches, and for no later day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from hub.core.deadline import due
from hub.core.errors import Refused
from hub.flows.rows import MatterRow
from hub.flows.steps.lawful import check_lawful
from tests.builders_federation import federation
from tests.builders_rows import matter_row

TRUST = federation().trust
START = date(2026, 7, 1)
NOW = datetime(2026, 7, 2, 2, tzinfo=UTC)


def running(rule: str = "ECON_XFER") -> MatterRow:
    limit = due(TRUST.rules[rule], START, TRUST.calendars["CN"])
    return matter_row(
        rule=rule,
        calendar="CN",
        start=START,
        due_strict=limit.due_strict,
        due_effective=limit.due_effective,
        due_at=limit.due_at,
    )


def check(until: str, *, approved_by: str | None = None, told: tuple[tuple[datetime, date], ...] = ()) -> None:
    body = SimpleNamespace(planned_finish=until, approved_by=approved_by)
    check_lawful("extension_notice", body, running(), TRUST, NOW + timedelta(hours=1), told)


@pytest.mark.parametrize("until", ["2026-07-10", "2026-07-11", "2026-07-13"])
def test_up_to_ten_days_and_their_roll_over_no_approval_is_asked_for(until: str) -> None:
    check(until)


@pytest.mark.parametrize(
    ("until", "who"), [("2026-07-14", "县级以上公安机关负责人"), ("2026-08-01", "上一级公安机关负责人")]
)
def test_beyond_a_tier_the_notice_names_who_approved_the_next(until: str, who: str) -> None:
    with pytest.raises(Refused, match=who) as refused:
        check(until)
    assert refused.value.field == "body.approved_by"
    check(until, approved_by="某局长")


def test_a_second_notice_goes_on_where_the_first_one_ended() -> None:
    told = ((NOW, date(2026, 7, 31)),)
    with pytest.raises(Refused, match="上一级公安机关负责人"):
        check("2026-08-10", told=told)


def test_beyond_the_last_tier_no_approval_helps() -> None:
    check("2026-08-31", approved_by="某厅长")
    with pytest.raises(Refused, match="最迟可延至2026年8月31日") as refused:
        check("2026-09-01", approved_by="某厅长")
    assert refused.value.field == "body.planned_finish"
