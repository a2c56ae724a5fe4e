"""The token bucket that keeps one peer from using up another's share."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.core.delivery import INTAKE_BURST, INTAKE_RATE, POISON_COST, Bucket, fresh_bucket
from tests.builders import NOW


def test_a_full_bucket_pays_its_burst_and_then_its_rate() -> None:
    bucket = Bucket(10, 3, 3, NOW)
    for _ in range(3):
        paid = bucket.take(1, NOW)
        assert paid is not None
        bucket = paid
    assert bucket.take(1, NOW) is None
    assert bucket.take(1, NOW + timedelta(seconds=0.1)) is not None


@given(st.lists(st.tuples(st.floats(0, 5), st.booleans()), max_size=60))
def test_a_bucket_never_pays_more_than_burst_plus_rate(steps: list[tuple[float, bool]]) -> None:
    bucket, now, paid = Bucket(10, 20, 20, NOW), NOW, 0
    for seconds, fined in steps:
        now += timedelta(seconds=seconds)
        after = bucket.take(1, now)
        paid += after is not None
        bucket = after or bucket
        if fined:
            bucket = bucket.fine(5, now)
        assert -20 <= bucket.level(now) <= 20
    assert paid <= 20 + 10 * (now - NOW).total_seconds() + 1e-6


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    bucket = Bucket(10, 20, 5, NOW)
    assert bucket.level(NOW - timedelta(hours=1)) == 5


def test_poison_is_examined_about_forty_times_a_second() -> None:
    assert INTAKE_RATE / POISON_COST == 40
    assert fresh_bucket(NOW).level(NOW) == INTAKE_BURST
