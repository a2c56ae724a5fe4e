"""What every store promises about outbox, streams and messages."""

from contextlib import suppress
from dataclasses import replace

from hub.core.ids import ALL
from hub.core.streams import Head, StreamId
from hub.flows.rows import DeliveryStatus, MessageStatus, OutHead, PartMeta
from tests.builders import (
    BEIHAI,
    HAIKOU,
    JOINT,
    NOW,
    YULIN,
    chain,
    delivery,
    digest,
    draft,
    incarnation,
    message,
    moment,
    uuid,
)
from tests.contracts.stores import Backend


def test_the_outbox_hands_out_drafts_in_the_order_they_were_recorded(backend: Backend):
    drafts = [draft(title=f"第{n}份") for n in range(5)]
    with backend.begin() as uow:
        uow.outbox.add(drafts[:3])
        uow.outbox.add(drafts[3:])
        assert uow.outbox.count() == 5
    with backend.begin() as uow:
        assert [row.title for row in uow.outbox.take(2)] == ["第0份", "第1份"]
        assert [row.title for row in uow.outbox.take(9)] == ["第2份", "第3份", "第4份"]
        assert uow.outbox.take(9) == []
        assert uow.outbox.count() == 0


def test_a_draft_to_all_counts_as_everybody_when_drafts_are_taken(backend: Backend):
    to = (BEIHAI, ALL, HAIKOU, ALL, ALL, BEIHAI)
    with backend.begin() as uow:
        uow.outbox.add([draft(audience=one) for one in to])
    taken = []
    while not taken or taken[-1]:
        with backend.begin() as uow:
            taken.append(tuple(row.audience for row in uow.outbox.take(10, everybody=9)))
    assert taken == [(BEIHAI, ALL), (HAIKOU, ALL), (ALL, BEIHAI), ()]


def test_one_draft_is_taken_however_many_it_is_for_and_held_ones_do_not_count(backend: Backend):
    with backend.begin() as uow:
        uow.outbox.add([draft(audience=one) for one in (HAIKOU, ALL, HAIKOU, BEIHAI)])
    with backend.begin() as uow:
        assert [row.audience for row in uow.outbox.take(3, everybody=400, held=[HAIKOU])] == [ALL]
    with backend.begin() as uow:
        assert [row.audience for row in uow.outbox.take(3, everybody=400, held=[HAIKOU])] == [BEIHAI]
        assert uow.outbox.count() == 2


def test_a_draft_comes_out_as_it_went_in(backend: Backend):
    full = draft(
        after=(digest(), digest()),
        replies_to=digest(),
        replaces=uuid(),
        urgency="urgent",
        rule="ASSIST_MR",
        requested="2026-05-01",
        expires=moment(60),
        body="正文🛂\x7f".encode(),
        parts=(PartMeta(digest(), 7, "application/pdf"), PartMeta(digest(), 8, "image/png")),
    )
    with backend.begin() as uow:
        uow.outbox.add([full])
    with backend.begin() as uow:
        (found,) = uow.outbox.take(1)
    assert found.id > 0
    assert replace(found, id=0) == full


def test_drafts_taken_in_a_transaction_that_fails_are_there_again_in_their_order(backend: Backend):
    with backend.begin() as uow:
        uow.outbox.add([draft(title=f"第{n}份") for n in range(4)])
    with suppress(ZeroDivisionError), backend.begin() as uow:
        assert len(uow.outbox.take(2)) == 2
        raise ZeroDivisionError
    with backend.begin() as uow:
        assert [row.title for row in uow.outbox.take(9)] == ["第0份", "第1份", "第2份", "第3份"]


def test_the_outbox_finds_the_drafts_of_one_matter(backend: Backend):
    matter = uuid()
    with backend.begin() as uow:
        uow.outbox.add([draft(matter=matter, title="甲"), draft(), draft(matter=matter, title="乙")])
        assert [row.title for row in uow.outbox.of_matter(matter)] == ["甲", "乙"]
        assert uow.outbox.of_matter(uuid()) == []


def test_a_stream_nobody_wrote_to_has_an_empty_head_in_our_incarnation(backend: Backend):
    with backend.begin() as uow:
        assert uow.streams.lock_out([BEIHAI, "all"]) == {
            BEIHAI: OutHead(BEIHAI, incarnation(), 0, None),
            "all": OutHead("all", incarnation(), 0, None),
        }
        assert uow.streams.out_heads([BEIHAI, "all"]) == []
        assert uow.streams.lock_out([]) == {}


def test_our_heads_are_kept_and_overwritten(backend: Backend):
    heads = [OutHead(BEIHAI, incarnation(), 1, digest()), OutHead("all", incarnation(), 7, digest())]
    with backend.begin() as uow:
        uow.streams.lock_out([BEIHAI, "all"])
        uow.streams.save_out(heads)
    newer = OutHead(BEIHAI, incarnation(), 2, digest())
    with backend.begin() as uow:
        assert uow.streams.lock_out([BEIHAI])[BEIHAI] == heads[0]
        uow.streams.save_out([newer])
    with backend.begin() as uow:
        assert uow.streams.lock_out([BEIHAI, "all", HAIKOU]) == {
            BEIHAI: newer,
            "all": heads[1],
            HAIKOU: OutHead(HAIKOU, incarnation(), 0, None),
        }
        assert set(uow.streams.out_heads([BEIHAI, "all", HAIKOU])) == {newer, heads[1]}
        assert uow.streams.out_heads([HAIKOU]) == []


def test_a_head_of_an_earlier_incarnation_is_not_the_one_to_go_on_from(backend: Backend):
    earlier = OutHead(BEIHAI, incarnation(0), 9, digest())
    with backend.begin() as uow:
        uow.streams.save_out([earlier])
        assert uow.streams.lock_out([BEIHAI])[BEIHAI] == OutHead(BEIHAI, incarnation(), 0, None)


def test_received_heads_are_empty_until_saved_and_keep_their_frost(backend: Backend):
    known, fresh = StreamId(BEIHAI, YULIN, incarnation(3)), StreamId(BEIHAI, "all", incarnation(3))
    with backend.begin() as uow:
        assert uow.streams.lock_in([known]) == {known: Head(known)}
        uow.streams.save_in([Head(known, 4, digest("four"))])
    with backend.begin() as uow:
        assert uow.streams.lock_in([known, fresh]) == {known: Head(known, 4, digest("four")), fresh: Head(fresh)}
        uow.streams.save_in([Head(known, 5, digest("five"), frozen=True), Head(fresh, 1, digest("one"))])
    with backend.begin() as uow:
        assert uow.streams.lock_in([known])[known] == Head(known, 5, digest("five"), frozen=True)


def test_received_heads_of_a_sender_come_with_the_newest_incarnation_last(backend: Backend):
    heads = [Head(StreamId(BEIHAI, YULIN, incarnation(n)), n, digest()) for n in (7, 2, 5)]
    with backend.begin() as uow:
        uow.streams.save_in([*heads, Head(StreamId(HAIKOU, YULIN, incarnation(1)), 1, digest())])
        assert [head.seq for head in uow.streams.in_heads(BEIHAI)] == [2, 5, 7]
        assert uow.streams.in_heads(JOINT) == []


def test_a_message_comes_out_as_it_went_in(backend: Backend):
    full = message(
        prev=digest(),
        seq=2**53 - 1,
        after=(digest(), digest()),
        replies_to=digest(),
        replaces=uuid(),
        rule="ASSIST_MR",
        requested="2026-05-01",
        expires=moment(60),
        sealed=moment(1),
        title="协查函（加急）",
        status=MessageStatus.REFUSED,
        code="broken-rules",
        stored_at=moment(2),
        receipt_frame=digest(),
        raw=bytes(range(256)),
        parts=(PartMeta(digest(), 1 << 40, "application/pdf"),),
    )
    with backend.begin() as uow:
        uow.messages.add([full, message(seq=3)])
    with backend.begin() as uow:
        (found,) = uow.messages.get([full.hash, digest()])
    assert found.id > 0
    assert replace(found, id=0) == full


def test_recorded_hashes_name_the_frame_of_their_receipt(backend: Backend):
    receipt = digest()
    ours, theirs = message(), message(sender=BEIHAI, audience=YULIN, receipt_frame=receipt)
    with backend.begin() as uow:
        uow.messages.add([ours, theirs])
        assert uow.messages.receipts_of([ours.hash, theirs.hash, digest()]) == {ours.hash: None, theirs.hash: receipt}
        assert uow.messages.receipts_of([]) == {}


def test_a_place_in_a_stream_is_taken_by_a_message_and_not_by_a_header_copy(backend: Backend):
    first, second = chain(2, sender=BEIHAI, audience=YULIN)
    copy = message(sender=BEIHAI, audience=HAIKOU, status=MessageStatus.COPY)
    held = message(sender=HAIKOU, audience=YULIN, status=MessageStatus.HELD)
    with backend.begin() as uow:
        uow.messages.add([first, second, copy, held])
        here, there = StreamId(BEIHAI, YULIN, incarnation()), StreamId(BEIHAI, HAIKOU, incarnation())
        other = StreamId(HAIKOU, YULIN, incarnation())
        asked = [(here, 1), (here, 2), (here, 3), (there, 1), (other, 1)]
        assert uow.messages.hashes_at(asked) == {
            (here, 1): first.hash,
            (here, 2): second.hash,
            (other, 1): held.hash,
        }
        assert uow.messages.hashes_at([]) == {}


def test_messages_are_found_by_matter_document_and_range(backend: Backend):
    rows = chain(4, matter=uuid(1))
    other = message(audience=HAIKOU, document=rows[0].document, matter=uuid(2))
    foreign = message(sender=BEIHAI, audience=BEIHAI, seq=9)
    with backend.begin() as uow:
        uow.messages.add([rows[2], rows[3], rows[0], rows[1], other, foreign])
        assert uow.messages.matters_of([rows[0].hash, other.hash, digest()]) == {uuid(1), uuid(2)}
        assert {row.hash for row in uow.messages.find_document(other.document)} == {rows[0].hash, other.hash}
        stream = StreamId(YULIN, BEIHAI, incarnation())
        found = uow.messages.range_of(stream, 2, 3)
        assert [row.seq for row in found] == [2, 3]
        assert [row.seq for row in uow.messages.range_of(stream, 3, 2**53 - 1)] == [
            3,
            4,
        ]
        assert uow.messages.range_of(StreamId(YULIN, BEIHAI, incarnation(2)), 1, 9) == []


def test_entries_carry_what_folding_needs(backend: Backend):
    row = message(after=(digest(),), replaces=uuid(), rule="ASSIST_MR", urgency="urgent")
    with backend.begin() as uow:
        uow.messages.add([row, message(seq=2)])
        (entry,) = uow.messages.entries([row.matter])
        assert uow.messages.entries([]) == []
    for name in ("hash", "document", "kind", "version", "act", "sender", "audience", "incarnation", "seq", "matter"):
        assert getattr(entry, name) == getattr(row, name)
    for name in ("after", "replaces", "rule", "urgency", "issued", "title", "status"):
        assert getattr(entry, name) == getattr(row, name)
    assert (entry.delivered_at, entry.refused) == (None, False)


def test_an_entry_is_delivered_when_its_named_addressee_says_so_and_by_nobody_else(backend: Backend):
    row = message()
    with backend.begin() as uow:
        uow.messages.add([row])
        uow.deliveries.add([delivery(row), delivery(row, member=JOINT, form="header")])
        uow.deliveries.answered(JOINT, [(row.hash, DeliveryStatus.REFUSED, "rejected", moment(1))], digest())
        (entry,) = uow.messages.entries([row.matter])
        assert (entry.delivered_at, entry.refused) == (None, False)
        uow.deliveries.answered(BEIHAI, [(row.hash, DeliveryStatus.STORED, None, moment(2))], digest())
        (entry,) = uow.messages.entries([row.matter])
        assert (entry.delivered_at, entry.refused) == (moment(2), False)


def test_an_entry_its_addressee_refused_is_marked_so(backend: Backend):
    row = message()
    with backend.begin() as uow:
        uow.messages.add([row])
        uow.deliveries.add([delivery(row)])
        uow.deliveries.answered(BEIHAI, [(row.hash, DeliveryStatus.REFUSED, "broken-rules", moment(2))], digest())
        assert uow.messages.entries([row.matter])[0].refused


def test_what_we_received_ourselves_was_delivered_when_we_stored_it(backend: Backend):
    row = message(sender=BEIHAI, audience=YULIN, stored_at=moment(3))
    with backend.begin() as uow:
        uow.messages.add([row])
        (entry,) = uow.messages.entries([row.matter])
    assert (entry.delivered_at, entry.refused) == (moment(3), False)


def test_what_is_held_or_refused_was_not_delivered(backend: Backend):
    ours, theirs = message(matter=uuid(6)), message(sender=BEIHAI, audience=YULIN, matter=uuid(6))
    with backend.begin() as uow:
        uow.messages.add([ours, replace(theirs, status=MessageStatus.HELD, code="unknown-kind")])
        uow.deliveries.add([delivery(ours)])
        uow.deliveries.answered(BEIHAI, [(ours.hash, DeliveryStatus.REFUSED, "broken-rules", moment(2))], digest())
        assert [entry.delivered_at for entry in uow.messages.entries([uuid(6)])] == [None, None]


def test_a_broadcast_is_never_delivered_as_a_whole(backend: Backend):
    ours, theirs = message(audience="all", matter=uuid(5)), message(sender=BEIHAI, audience="all", matter=uuid(5))
    with backend.begin() as uow:
        uow.messages.add([ours, theirs])
        uow.deliveries.add([delivery(ours, member=BEIHAI), delivery(ours, member=HAIKOU)])
        for member in (BEIHAI, HAIKOU):
            uow.deliveries.answered(member, [(ours.hash, DeliveryStatus.REFUSED, "rejected", NOW)], digest())
        entries = uow.messages.entries([uuid(5)])
    assert len(entries) == 2
    assert [(entry.delivered_at, entry.refused) for entry in entries] == [(None, False)] * 2
