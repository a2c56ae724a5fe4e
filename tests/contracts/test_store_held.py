"""What every store promises about messages that were held until their kind was known."""

from dataclasses import replace
from datetime import datetime

import pytest

from hub.core.subjects import RULES
from hub.flows.ports.relations import Link
from hub.flows.rows import DeliveryStatus, Message, MessageStatus, PartMeta
from hub.kinds.links import PART
from tests.builders import BEIHAI, HAIKOU, YULIN, chain, delivery, digest, message, moment, uuid
from tests.contracts.stores import Backend

STORED, REFUSED, HELD = DeliveryStatus.STORED, DeliveryStatus.REFUSED, DeliveryStatus.HELD


def held(seq: int = 1, **fields: object) -> Message:
    """A message of 北海 to us, of a kind that was not known."""
    told = {"sender": BEIHAI, "audience": YULIN, "status": MessageStatus.HELD, "code": "unknown-kind"}
    return message(seq=seq, document=uuid(100 + seq), **(told | fields))


def judged(row: Message, status: MessageStatus = MessageStatus.STORED) -> Message:
    return replace(
        row, status=status, code=None, title="线索移送\0函", stored_at=moment(9), receipt_frame=digest("new")
    )


def test_the_walk_finds_what_is_held_in_stretches_and_ends_behind_the_newest_row(backend: Backend):
    rows = [held(1), message(), held(2), held(3, erased=uuid(1)), held(4)]
    with backend.begin() as uow:
        uow.messages.add(rows)
    found, after, looks = [], 0, 0
    with backend.begin() as uow:
        while after is not None:
            names, after = uow.held.walk(after, 2, 9)
            found += names
            looks += 1
        assert found == [rows[0].hash, rows[2].hash, rows[4].hash]
        assert looks == 3
        first, after = uow.held.walk(0, 99, 1)
        assert first == [rows[0].hash]
        assert after is not None
        assert uow.held.walk(after, 99, 9) == ([rows[2].hash, rows[4].hash], None)


def test_what_is_judged_says_so_from_then_on_and_nothing_else_of_it_changes(backend: Backend):
    row = held(title="未知", opened=b"opened")
    with backend.begin() as uow:
        uow.messages.add([row, held(2)])
        [before] = uow.messages.get([row.hash])
    with backend.begin() as uow:
        uow.held.judge([judged(row)])
    backend.reopen()
    with backend.begin() as uow:
        [after] = uow.messages.get([row.hash])
        expected = judged(before)
        assert replace(after, title="") == replace(expected, title="")
        assert after.title.startswith("线索移送")
        assert uow.messages.receipts_of([row.hash]) == {row.hash: digest("new")}
        [entry] = uow.messages.entries([row.matter])
        assert (entry.status, entry.delivered_at) == (MessageStatus.STORED, moment(9))


@pytest.mark.parametrize("waits", [True, False])
def test_what_is_judged_waits_for_the_index_once(backend: Backend, waits: bool):
    row = held()
    with backend.begin() as uow:
        uow.messages.add([row])
        if not waits:
            uow.subjects.take(9, RULES)
    with backend.begin() as uow:
        uow.held.judge([judged(row)])
    with backend.begin() as uow:
        assert [one.hash for one in uow.subjects.take(9, RULES)] == [row.hash]
        assert uow.subjects.take(9, RULES) == []


def test_what_is_stored_at_last_names_its_attachments_and_what_is_refused_names_nothing(backend: Backend):
    part = PartMeta(digest("file"), 1, "image/png")
    rows = [held(1, parts=(part,)), held(2, parts=(part,), matter=uuid(7))]
    with backend.begin() as uow:
        uow.messages.add(rows)
        assert uow.links.naming(PART, [part.sha256]) == []
        uow.held.judge([judged(rows[0]), judged(rows[1], MessageStatus.REFUSED)])
    with backend.begin() as uow:
        assert uow.links.naming(PART, [part.sha256]) == [Link(rows[0].matter, PART, part.sha256, rows[0].document)]


@pytest.mark.parametrize("form", ["full", "seen"])
@pytest.mark.parametrize(("then", "delivered", "refused"), [(STORED, moment(3), False), (REFUSED, None, True)])
def test_after_held_the_next_answer_counts_and_is_the_last(
    backend: Backend, form: str, then: DeliveryStatus, delivered: datetime | None, refused: bool
):
    (row,) = chain(1)
    held = [(row.hash, HELD, "unknown-kind", moment(1))]
    with backend.begin() as uow:
        uow.messages.add([row])
        if form == "full":
            uow.deliveries.add([delivery(row)])
        assert uow.deliveries.answered(BEIHAI, held, digest()).news == 1
        assert uow.held.answers(BEIHAI, 9) == [row.hash]
        assert uow.held.answers(HAIKOU, 9) == uow.held.answers(BEIHAI, 0) == []
        (entry,) = uow.messages.entries([row.matter])
        assert (entry.delivered_at, entry.refused) == (None, False)
    with backend.begin() as uow:
        assert uow.deliveries.answered(BEIHAI, held, digest()).news == 0
        assert uow.deliveries.answered(BEIHAI, [(row.hash, then, None, moment(3))], digest()).news == 1
        assert (uow.deliveries.count(then), uow.deliveries.count(HELD)) == (1, 0)
    with backend.begin() as uow:
        assert uow.deliveries.answered(BEIHAI, held, digest()).news == 0
        assert uow.deliveries.answered(BEIHAI, [(row.hash, STORED, None, moment(4))], digest()).news == 0
        assert uow.held.answers(BEIHAI, 9) == []
        (entry,) = uow.messages.entries([row.matter])
        assert (entry.delivered_at, entry.refused) == (delivered, refused)
