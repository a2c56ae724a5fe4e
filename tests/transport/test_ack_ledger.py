"""Delivery tags: what is acknowledged, and that no tag is ever acknowledged twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hub.transport.rabbitmq_consume import AckLedger


class StrictBroker:
    """How a broker treats acknowledgements: an unknown tag closes the channel."""

    def __init__(self, delivered: int) -> None:
        self.outstanding = set(range(1, delivered + 1))

    def ack(self, tag: int, multiple: bool) -> None:
        assert tag in self.outstanding, "406 PRECONDITION_FAILED"
        self.outstanding -= {each for each in self.outstanding if each <= tag} if multiple else {tag}


@given(st.integers(0, 40), st.lists(st.lists(st.integers(-2, 45), max_size=20), max_size=10))
def test_the_ledger_settles_exactly_what_is_named_and_never_a_tag_twice(
    delivered: int, batches: list[list[int]]
) -> None:
    broker, ledger = StrictBroker(delivered), AckLedger()
    ledger.top = delivered
    named: set[int] = set()
    for batch in batches:
        for tag, multiple in ledger.settle(batch):
            broker.ack(tag, multiple)
        named |= set(batch)
        assert broker.outstanding == set(range(1, delivered + 1)) - named


def test_a_contiguous_batch_is_one_acknowledgement() -> None:
    ledger = AckLedger()
    ledger.top = 500
    assert ledger.settle(range(1, 401)) == [(400, True)]
    assert ledger.settle([403]) == [(403, False)]
    assert ledger.settle([401, 402]) == [(402, True)]
    assert ledger.settle([404]) == [(404, True)]
