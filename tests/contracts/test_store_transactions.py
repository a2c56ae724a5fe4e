"""All or nothing: a failed write leaves no trace, and what was committed is there after a restart (RELIABILITY I1)."""

from contextlib import suppress

import pytest

from hub.core.errors import Unavailable
from tests.builders import digest, draft, frame, leaf_of, message
from tests.contracts.store_writes import QUARANTINE, REFUSED_BYTES, WRITES, Undone, Write, peek
from tests.contracts.stores import Backend


class Killed(BaseException):
    """Like an interrupt: not an ``Exception``."""


@pytest.mark.parametrize("write", WRITES, ids=str)
def test_a_write_is_undone_by_an_exception_and_durable_once_committed(backend: Backend, write: Write):
    with backend.begin() as uow:
        write.given(uow)
    before = peek(backend, write.see)
    with suppress(Undone), backend.begin() as uow:
        write.act(uow)
        raise Undone
    assert peek(backend, write.see) == before
    with backend.begin() as uow:
        write.act(uow)
    after = peek(backend, write.see)
    assert after != before
    backend.reopen()
    assert peek(backend, write.see) == after


def test_a_quarantined_item_is_undone_by_an_exception_and_durable_once_committed(backend: Backend):
    with suppress(Undone), backend.begin() as uow:
        QUARANTINE.act(uow)
        raise Undone
    assert backend.quarantined() == {}
    with backend.begin() as uow:
        QUARANTINE.act(uow)
    backend.reopen()
    assert backend.quarantined() == {REFUSED_BYTES.sha256: 1}


@pytest.mark.parametrize("error", [Killed, Unavailable, ZeroDivisionError])
def test_whatever_is_raised_leaves_the_block_unchanged_and_takes_all_of_it_back(
    backend: Backend, error: type[BaseException]
):
    row, kept = message(), frame()
    with pytest.raises(error), backend.begin() as uow:
        _everything(uow, row, kept, error)
    seen = peek(backend, lambda uow: (uow.outbox.count(), uow.messages.get([row.hash]), uow.ledger.size()))
    assert seen == (0, [], 0)
    assert peek(backend, lambda uow: uow.frames.pending(9, ferry=())) == []


def test_a_transaction_sees_its_own_writes(backend: Backend):
    with backend.begin() as uow:
        uow.outbox.add([draft()])
        assert uow.outbox.count() == 1
        (taken,) = uow.outbox.take(1)
        row = message(document=taken.document)
        uow.messages.add([row])
        assert [found.hash for found in uow.messages.find_document(taken.document)] == [row.hash]
        assert uow.outbox.count() == 0


def test_one_failed_transaction_does_not_spoil_the_next(backend: Backend):
    for _ in range(3):
        with suppress(Undone), backend.begin() as uow:
            uow.outbox.add([draft()])
            raise Undone
    with backend.begin() as uow:
        uow.outbox.add([draft()])
    assert peek(backend, lambda uow: uow.outbox.count()) == 1


def test_unknown_hashes_are_simply_not_found(backend: Backend):
    with backend.begin() as uow:
        assert uow.messages.get([digest()]) == []
        assert uow.messages.get([]) == []
        assert uow.messages.matters_of([]) == set()
        assert uow.messages.find_document(digest()) == []


def _everything(uow, row, kept, error):
    uow.outbox.add([draft()])
    uow.messages.add([row])
    uow.frames.add([kept])
    uow.ledger.add([leaf_of()])
    raise error
