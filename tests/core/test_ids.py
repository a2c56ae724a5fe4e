"""Identifiers and times: one spelling each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.ids import (
    is_document_id,
    is_member_id,
    milliseconds,
    parse_time,
    uuid7,
    wire_time,
)
from tests.builders import MEMBERS, NOW

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 10**15).map(lambda micros: EPOCH + timedelta(microseconds=micros))


@pytest.mark.parametrize("member", MEMBERS)
def test_every_members_id_has_the_form_of_one(member: str) -> None:
    assert is_member_id(member)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "450900",
        "450900-",
        "450900-MR",
        "450900-mr\n",
        " 450900-mr",
        "４５０９００-mr",
        "450900-мr",
        "all",
        "45090-mr",
    ],
)
def test_other_spellings_are_no_member_ids(text: str) -> None:
    assert not is_member_id(text)


@given(MOMENTS, st.binary(min_size=10, max_size=10))
def test_a_fresh_id_is_canonical_and_sorts_by_its_moment(moment: datetime, entropy: bytes) -> None:
    one = uuid7(moment, entropy)
    assert is_document_id(one)
    assert one < uuid7(moment + timedelta(milliseconds=2), bytes(10))


@pytest.mark.parametrize(
    "text",
    [
        "{019d845a-3e80-7000-8000-000000000001}",
        "urn:uuid:019d845a-3e80-7000-8000-000000000001",
        "019D845A-3E80-7000-8000-000000000001",
        "019d845a3e8070008000000000000001",
        "019d845a-3e80-4000-8000-000000000001",
        "019d845a-3e80-7000-c000-000000000001",
        "019d845a-3e80-7000-8000-000000000001\n",
    ],
)
def test_other_spellings_of_an_id_are_refused(text: str) -> None:
    assert not is_document_id(text)


@given(MOMENTS)
def test_a_moment_survives_the_wire_to_the_millisecond(moment: datetime) -> None:
    assert parse_time(wire_time(moment)) == milliseconds(moment)
    assert timedelta() <= moment - milliseconds(moment) < timedelta(milliseconds=1)


def test_the_wire_form_is_utc_whatever_the_zone() -> None:
    beijing = NOW.astimezone(timezone(timedelta(hours=8)))
    assert wire_time(beijing) == wire_time(NOW) == "2026-04-13T08:30:00.000Z"


@pytest.mark.parametrize(
    "text", ["2026-02-30T08:30:00.000Z", "2026-13-01T08:30:00.000Z", "2026-04-13T08:30:00Z", "2026-04-13"]
)
def test_a_moment_that_does_not_exist_or_is_spelt_otherwise_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_time(text)
