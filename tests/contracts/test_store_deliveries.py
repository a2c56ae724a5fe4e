"""What every store promises about the progress of deliveries (RELIABILITY I2, I5)."""

from collections.abc import Sequence

from hub.core.delivery import Answered
from hub.core.streams import StreamId
from hub.flows.ports import UnitOfWork
from hub.flows.rows import DeliveryStatus, Message, MessageStatus, PartMeta
from tests.builders import (
    BEIHAI,
    HAIKOU,
    JOINT,
    MAOMING,
    NOW,
    YULIN,
    chain,
    delivery,
    digest,
    incarnation,
    message,
    moment,
)
from tests.contracts.stores import Backend

PENDING, ON_WIRE, STORED = DeliveryStatus.PENDING, DeliveryStatus.ON_WIRE, DeliveryStatus.STORED
REFUSED, HELD = DeliveryStatus.REFUSED, DeliveryStatus.HELD


def put(uow: UnitOfWork, rows: Sequence[Message], **fields: object) -> list[int]:
    """Record messages with one delivery each, and return the ids of the deliveries."""
    uow.messages.add(rows)
    uow.deliveries.add([delivery(row, **fields) for row in rows])
    hashes = {row.hash for row in rows}
    return [item.id for item in uow.deliveries.pending(1000, ferry=()) if item.message in hashes]


def waiting(uow: UnitOfWork) -> list[str]:
    return [item.message for item in uow.deliveries.pending(1000, ferry=())]


def counts(uow: UnitOfWork) -> dict[DeliveryStatus, int]:
    return {status: n for status in DeliveryStatus if (n := uow.deliveries.count(status))}


def test_pending_deliveries_come_oldest_first_with_what_the_pipe_needs(backend: Backend):
    parts = (PartMeta(digest("a"), 1, "image/png"), PartMeta(digest("b"), 2, "image/png"))
    rows = [*chain(2, parts=parts), message(audience="all", raw=b'{"body":null}')]
    with backend.begin() as uow:
        uow.messages.add(rows)
        uow.deliveries.add([delivery(rows[0]), delivery(rows[1]), delivery(rows[2], member=HAIKOU)])
    with backend.begin() as uow:
        found = uow.deliveries.pending(10, ferry=())
        assert [item.message for item in found] == [row.hash for row in rows]
        assert (found[0].member, found[0].audience, found[0].form, found[0].raw) == (
            BEIHAI,
            BEIHAI,
            "full",
            rows[0].raw,
        )
        assert found[0].parts == parts
        assert (found[2].member, found[2].audience, found[2].parts) == (HAIKOU, "all", ())
        assert len({item.id for item in found}) == 3
        assert waiting(uow)[:2] == [item.message for item in uow.deliveries.pending(2, ferry=())]


def test_members_reached_by_ferry_are_left_out_unless_one_is_wanted(backend: Backend):
    rows = [message(audience=to) for to in (BEIHAI, HAIKOU, MAOMING, BEIHAI)]
    rows[3] = message(audience=BEIHAI, seq=2)
    with backend.begin() as uow:
        put(uow, rows)
        ferry = {BEIHAI, MAOMING}
        assert [item.member for item in uow.deliveries.pending(9, ferry=ferry)] == [HAIKOU]
        assert [item.message for item in uow.deliveries.pending(9, ferry=ferry, only=BEIHAI)] == [
            rows[0].hash,
            rows[3].hash,
        ]
        assert [item.member for item in uow.deliveries.pending(9, ferry=(), only=HAIKOU)] == [HAIKOU]
        assert uow.deliveries.pending(9, ferry=(), only=JOINT) == []


def test_a_delivery_goes_from_pending_over_the_wire_to_its_answer(backend: Backend):
    (row,) = chain(1)
    with backend.begin() as uow:
        (number,) = put(uow, [row])
        assert counts(uow) == {PENDING: 1}
        uow.deliveries.on_wire([number], moment(1))
        assert (counts(uow), waiting(uow)) == ({ON_WIRE: 1}, [])
    with backend.begin() as uow:
        assert uow.deliveries.answered(BEIHAI, [(row.hash, STORED, None, moment(2))], digest()).news == 1
        assert counts(uow) == {STORED: 1}
        assert uow.deliveries.unanswered(BEIHAI, 9) == []


def test_the_first_answer_counts_for_ever(backend: Backend):
    (row,) = chain(1)
    with backend.begin() as uow:
        put(uow, [row])
        assert uow.deliveries.answered(BEIHAI, [(row.hash, REFUSED, "broken-rules", moment(1))], digest()).news == 1
    with backend.begin() as uow:
        assert uow.deliveries.answered(BEIHAI, [(row.hash, HELD, "unknown-kind", moment(2))], digest()).news == 0
        assert uow.deliveries.answered(BEIHAI, [(row.hash, STORED, None, moment(3))], digest()).news == 0
        assert counts(uow) == {REFUSED: 1}
        (entry,) = uow.messages.entries([row.matter])
        assert (entry.delivered_at, entry.refused) == (None, True)


def test_of_two_answers_in_one_frame_the_first_counts(backend: Backend):
    (row,) = chain(1)
    with backend.begin() as uow:
        put(uow, [row])
        twice = [(row.hash, STORED, None, moment(1)), (row.hash, REFUSED, "broken-rules", moment(2))]
        assert uow.deliveries.answered(BEIHAI, twice, digest()).news == 1
        assert counts(uow) == {STORED: 1}
        strange = digest()
        twice = [(strange, REFUSED, "broken-rules", moment(1)), (strange, STORED, None, moment(2))]
        assert uow.deliveries.answered(BEIHAI, twice, digest()).news == 1
        assert counts(uow) == {STORED: 1, REFUSED: 1}


def test_an_answer_that_overtakes_the_confirm_is_not_undone_by_it(backend: Backend):
    (row,) = chain(1)
    with backend.begin() as uow:
        (number,) = put(uow, [row])
        uow.deliveries.answered(BEIHAI, [(row.hash, STORED, None, moment(1))], digest())
    with backend.begin() as uow:
        uow.deliveries.on_wire([number], moment(2))
        assert counts(uow) == {STORED: 1}


def test_an_answer_concerns_only_the_member_that_gave_it(backend: Backend):
    row = message(audience="all")
    with backend.begin() as uow:
        uow.messages.add([row])
        uow.deliveries.add([delivery(row, member=BEIHAI), delivery(row, member=HAIKOU)])
        uow.deliveries.answered(HAIKOU, [(row.hash, STORED, None, moment(1))], digest())
        assert [item.member for item in uow.deliveries.pending(9, ferry=())] == [BEIHAI]


def test_answers_of_many_messages_are_recorded_at_once(backend: Backend):
    rows = chain(40)
    with backend.begin() as uow:
        put(uow, rows)
        outcomes = [(row.hash, STORED if row.seq % 2 else REFUSED, None, moment(row.seq)) for row in rows]
        assert uow.deliveries.answered(BEIHAI, outcomes, digest()).news == 40
        assert uow.deliveries.answered(BEIHAI, outcomes, digest()).news == 0
        assert uow.deliveries.answered(BEIHAI, [], digest()).news == 0
        assert counts(uow) == {STORED: 20, REFUSED: 20}


def test_an_answer_tells_of_which_messages_more_is_new_than_the_day(backend: Backend):
    rows, strange = chain(4), digest()
    with backend.begin() as uow:
        *_, last = put(uow, rows)
        uow.deliveries.withhold([last], "expired")
        told = [*zip(rows, (STORED, HELD, REFUSED, STORED), strict=True), (message(hash=strange), REFUSED)]
        found = uow.deliveries.answered(BEIHAI, [(row.hash, status, None, NOW) for row, status in told], digest())
        assert found == Answered(5, frozenset({rows[2].hash, rows[3].hash, strange}))
        again = uow.deliveries.answered(BEIHAI, [(row.hash, REFUSED, None, moment(1)) for row in rows], digest())
        assert again == Answered(1, frozenset({rows[1].hash})), "held was not the last word"


def test_an_answer_about_a_message_of_others_is_seen_and_kept(backend: Backend):
    strange = digest()
    with backend.begin() as uow:
        assert uow.deliveries.answered(BEIHAI, [(strange, REFUSED, "broken-rules", moment(1))], digest()).news == 1
    with backend.begin() as uow:
        assert uow.deliveries.answered(BEIHAI, [(strange, STORED, None, moment(2))], digest()).news == 0
        assert counts(uow) == {REFUSED: 1}
        assert waiting(uow) == []


def test_a_seen_answer_is_joined_to_a_header_copy_that_comes_later(backend: Backend):
    copy = message(sender=BEIHAI, audience=HAIKOU, status=MessageStatus.COPY)
    with backend.begin() as uow:
        uow.deliveries.answered(HAIKOU, [(copy.hash, STORED, None, moment(4))], digest())
    with backend.begin() as uow:
        uow.messages.add([copy])
        (entry,) = uow.messages.entries([copy.matter])
        assert (entry.status, entry.delivered_at) == (MessageStatus.COPY, moment(4))


def test_only_what_went_out_before_the_moment_goes_out_again(backend: Backend):
    rows = chain(3)
    with backend.begin() as uow:
        numbers = put(uow, rows)
        uow.deliveries.on_wire(numbers[:1], moment(1))
        uow.deliveries.on_wire(numbers[1:2], moment(5))
    with backend.begin() as uow:
        hashes = {row.hash for row in rows}
        assert uow.deliveries.again(BEIHAI, hashes, before=moment(1)) == 0
        assert uow.deliveries.again(HAIKOU, hashes, before=moment(9)) == 0
        assert uow.deliveries.again(BEIHAI, {rows[1].hash, rows[2].hash}, before=moment(4)) == 0
        assert uow.deliveries.again(BEIHAI, hashes, before=moment(4)) == 1
        assert waiting(uow) == [rows[0].hash, rows[2].hash]
        assert uow.deliveries.again(BEIHAI, hashes, before=moment(4)) == 0
        assert uow.deliveries.again(BEIHAI, set(), before=moment(9)) == 0


def test_what_was_withheld_is_left_out_of_its_matter_unless_a_receipt_comes_all_the_same(backend: Backend):
    (row,) = chain(1)
    with backend.begin() as uow:
        uow.deliveries.withhold(put(uow, [row]), "expired")
        assert waiting(uow) == []
        assert counts(uow) == {DeliveryStatus.WITHHELD: 1}
        assert [entry.refused for entry in uow.messages.entries([row.matter])] == [True]
        assert uow.deliveries.answered(BEIHAI, [(row.hash, DeliveryStatus.STORED, None, moment(2))], digest()).news == 1
        assert [entry.refused for entry in uow.messages.entries([row.matter])] == [False]


def test_what_was_answered_never_goes_out_again(backend: Backend):
    (row,) = chain(1)
    with backend.begin() as uow:
        uow.deliveries.on_wire(put(uow, [row]), moment(1))
        uow.deliveries.answered(BEIHAI, [(row.hash, REFUSED, "broken-rules", moment(2))], digest())
        assert uow.deliveries.again(BEIHAI, {row.hash}, before=moment(9)) == 0
        assert counts(uow) == {REFUSED: 1}


def test_a_delivery_sent_again_can_go_on_the_wire_again(backend: Backend):
    (row,) = chain(1)
    with backend.begin() as uow:
        numbers = put(uow, [row])
        uow.deliveries.on_wire(numbers, moment(1))
        uow.deliveries.again(BEIHAI, {row.hash}, before=moment(2))
        uow.deliveries.on_wire(numbers, moment(3))
        assert counts(uow) == {ON_WIRE: 1}
        assert uow.deliveries.again(BEIHAI, {row.hash}, before=moment(2)) == 0
        assert uow.deliveries.again(BEIHAI, {row.hash}, before=moment(4)) == 1


def test_header_copies_without_a_receipt_are_sent_again_all_together(backend: Backend):
    rows = chain(3, audience=HAIKOU)
    full = message(audience=JOINT)
    with backend.begin() as uow:
        numbers = put(uow, rows, member=JOINT, form="header")
        uow.deliveries.on_wire([*numbers[:2], *put(uow, [full])], moment(1))
        assert uow.deliveries.again(JOINT, None, before=moment(2)) == 2
        assert waiting(uow) == [row.hash for row in rows]
        uow.deliveries.on_wire(numbers, moment(3))


def test_unanswered_are_full_messages_on_the_wire_oldest_first(backend: Backend):
    rows = chain(3)
    broadcast = message(audience="all")
    copy = message(audience=HAIKOU)
    with backend.begin() as uow:
        uow.messages.add([*rows, broadcast, copy])
        uow.deliveries.add([delivery(row) for row in rows])
        uow.deliveries.add([delivery(broadcast, member=BEIHAI), delivery(copy, member=BEIHAI, form="header")])
        numbers = [item.id for item in uow.deliveries.pending(9, ferry=())]
        uow.deliveries.on_wire(numbers[2:], moment(1))
        uow.deliveries.on_wire(numbers[:1], moment(2))
        assert uow.deliveries.unanswered(BEIHAI, 9) == [
            (rows[0].hash, BEIHAI, incarnation(), 1),
            (rows[2].hash, BEIHAI, incarnation(), 3),
            (broadcast.hash, "all", incarnation(), 1),
        ]
        assert len(uow.deliveries.unanswered(BEIHAI, 2)) == 2
        assert uow.deliveries.unanswered(HAIKOU, 9) == []
        uow.deliveries.answered(BEIHAI, [(rows[0].hash, STORED, None, moment(3))], digest())
        assert [item[0] for item in uow.deliveries.unanswered(BEIHAI, 1)] == [rows[2].hash]


def test_header_copies_are_unseen_until_their_addressee_answered(backend: Backend):
    rows = chain(3, sender=BEIHAI, audience=HAIKOU, status=MessageStatus.COPY)
    ours = message(audience=HAIKOU)
    received = message(sender=MAOMING, audience=YULIN)
    with backend.begin() as uow:
        uow.deliveries.answered(HAIKOU, [(rows[1].hash, STORED, None, moment(1))], digest())
        uow.messages.add([*rows, ours, received])
        assert uow.deliveries.unseen(9) == [(rows[0].hash, HAIKOU), (rows[2].hash, HAIKOU)]
        assert uow.deliveries.unseen(1) == [(rows[0].hash, HAIKOU)]
    with backend.begin() as uow:
        uow.deliveries.answered(JOINT, [(rows[0].hash, STORED, None, moment(2))], digest())
        uow.deliveries.answered(HAIKOU, [(rows[0].hash, REFUSED, "broken-rules", moment(2))], digest())
        assert uow.deliveries.unseen(9) == [(rows[2].hash, HAIKOU)]


def test_a_withheld_slot_is_neither_pending_nor_unanswered(backend: Backend):
    (row,) = chain(1)
    with backend.begin() as uow:
        uow.messages.add([row])
        uow.deliveries.add([delivery(row, status=DeliveryStatus.WITHHELD)])
        assert counts(uow) == {DeliveryStatus.WITHHELD: 1}
        assert (waiting(uow), uow.deliveries.unanswered(BEIHAI, 9)) == ([], [])
        assert uow.deliveries.again(BEIHAI, {row.hash}, before=moment(9)) == 0
        assert uow.messages.hashes_at([(StreamId(YULIN, BEIHAI, incarnation()), 1)])


def test_marking_nothing_or_the_unknown_on_the_wire_changes_nothing(backend: Backend):
    with backend.begin() as uow:
        uow.deliveries.on_wire([], moment(1))
        uow.deliveries.on_wire([123456], moment(1))
        uow.deliveries.add([])
        assert counts(uow) == {}
