"""Where a message stands in its stream, and which numbers are missing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.streams import WINDOW, Head, Place, StreamId, advance, freeze, holes, place
from tests.builders import BEIHAI, YULIN, incarnation

STREAM = StreamId(YULIN, BEIHAI, incarnation())
HEAD = Head(STREAM, 5, "h5")


@pytest.mark.parametrize(
    ("head", "seq", "prev", "expected"),
    [
        (Head(STREAM), 1, None, Place.NEXT),
        (Head(STREAM), 1, "x", Place.FORKED),
        (HEAD, 6, "h5", Place.NEXT),
        (HEAD, 6, "other", Place.FORKED),
        (HEAD, 6, None, Place.FORKED),
        (HEAD, 5, "h4", Place.PAST),
        (HEAD, 1, None, Place.PAST),
        (HEAD, 7, "h6", Place.AHEAD),
        (HEAD, 5 + WINDOW, "x", Place.AHEAD),
        (HEAD, 6 + WINDOW, "x", Place.BEYOND),
        (HEAD, 2**53 - 1, "x", Place.BEYOND),
        (freeze(HEAD), 6, "h5", Place.FROZEN),
        (freeze(HEAD), 5, "h4", Place.PAST),
    ],
)
def test_every_message_has_one_place(head: Head, seq: int, prev: str | None, expected: Place) -> None:
    assert place(head, seq, prev) is expected


def test_a_head_moves_on_and_stays_frozen() -> None:
    assert advance(HEAD, 6, "h6") == Head(STREAM, 6, "h6")
    assert advance(freeze(HEAD), 6, "h6").frozen


@given(st.integers(0, 40), st.sets(st.integers(1, 60)), st.integers(0, 70))
def test_holes_are_exactly_the_numbers_that_are_missing(seq: int, parked: set[int], upto: int) -> None:
    ahead = {number for number in parked if number > seq}
    found = holes(seq, ahead, upto=upto, limit=1000)
    missing = {number for first, last in found for number in range(first, last + 1)}
    top = max([upto, *ahead], default=0)
    assert missing == set(range(seq + 1, top + 1)) - ahead
    assert all(first <= last for first, last in found)
    assert found == sorted(found)


def test_a_huge_claim_makes_one_range_and_allocates_nothing() -> None:
    assert holes(0, [], upto=2**53 - 1) == [(1, 2**53 - 1)]
    assert len(holes(0, range(2, 4000, 2))) == 16
