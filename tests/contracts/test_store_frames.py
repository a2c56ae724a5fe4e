"""What every store promises about control frames and parked messages."""

from dataclasses import replace

from hub.core.streams import StreamId
from tests.builders import (
    BEIHAI,
    HAIKOU,
    JOINT,
    YULIN,
    digest,
    frame,
    incarnation,
    moment,
    parked,
)
from tests.contracts.stores import Backend


def test_frames_come_oldest_first_and_as_they_went_in(backend: Backend):
    frames = [frame(created=moment(n), audience=to) for n, to in enumerate((BEIHAI, HAIKOU, BEIHAI))]
    with backend.begin() as uow:
        uow.frames.add(frames)
        uow.frames.add([frame(pending=False, keep=True, sender=BEIHAI, audience=YULIN)])
    with backend.begin() as uow:
        assert uow.frames.pending(9, ferry=()) == frames
        assert uow.frames.pending(2, ferry=()) == frames[:2]


def test_a_frame_is_added_once(backend: Backend):
    one = frame(keep=True)
    with backend.begin() as uow:
        uow.frames.add([one, one])
        uow.frames.add([one])
        assert uow.frames.pending(9, ferry=()) == [one]
        uow.frames.sent([one.id])
    with backend.begin() as uow:
        uow.frames.add([one])
        assert uow.frames.pending(9, ferry=()) == []


def test_frames_for_the_ferry_are_left_out_unless_wanted(backend: Backend):
    frames = [frame(created=moment(n), audience=to) for n, to in enumerate((BEIHAI, HAIKOU, BEIHAI))]
    with backend.begin() as uow:
        uow.frames.add(frames)
        assert uow.frames.pending(9, ferry={BEIHAI}) == [frames[1]]
        assert uow.frames.pending(9, ferry={BEIHAI}, only=BEIHAI) == [frames[0], frames[2]]
        assert uow.frames.pending(9, ferry=(), only=JOINT) == []


def test_a_published_frame_is_gone_and_a_kept_one_can_go_again_byte_for_byte(backend: Backend):
    passing, kept = frame(), frame(type="receipts", keep=True, raw=bytes(range(256)))
    with backend.begin() as uow:
        uow.frames.add([passing, kept])
        uow.frames.sent([passing.id, kept.id])
        assert uow.frames.pending(9, ferry=()) == []
    with backend.begin() as uow:
        uow.frames.send_again({passing.id, kept.id, digest()})
        assert uow.frames.pending(9, ferry=()) == [kept]
        uow.frames.send_again([kept.id])
        assert uow.frames.pending(9, ferry=()) == [kept]
        uow.frames.sent([kept.id])
        uow.frames.sent([kept.id, digest()])
        assert uow.frames.pending(9, ferry=()) == []


def test_a_frame_that_was_published_and_dropped_may_be_added_anew(backend: Backend):
    heads = frame()
    with backend.begin() as uow:
        uow.frames.add([heads])
        uow.frames.sent([heads.id])
        uow.frames.add([heads])
        assert uow.frames.pending(9, ferry=()) == [heads]


def test_empty_batches_of_frames_are_nothing(backend: Backend):
    with backend.begin() as uow:
        uow.frames.add([])
        uow.frames.sent([])
        uow.frames.send_again([])
        assert uow.frames.pending(9, ferry=()) == []


def test_parked_messages_wait_once_and_come_by_number(backend: Backend):
    here, there = StreamId(BEIHAI, YULIN, incarnation()), StreamId(HAIKOU, YULIN, incarnation())
    rows = [parked(seq=seq) for seq in (30, 4, 7)]
    other = parked(sender=HAIKOU, waits_for="parts")
    with backend.begin() as uow:
        uow.waiting.add([*rows, other])
        uow.waiting.add([rows[0]])
        uow.waiting.add([replace(rows[1], since=moment(5)), rows[2]])
    with backend.begin() as uow:
        assert uow.waiting.of([here]) == [rows[1], rows[2], rows[0]]
        assert uow.waiting.of([there]) == [other]
        assert len(uow.waiting.of([here, there])) == 4
        assert uow.waiting.of([]) == []
        assert uow.waiting.get({rows[1].hash, other.hash, "f" * 64}) == sorted(
            [rows[1], other], key=lambda row: row.hash
        )
        assert uow.waiting.get([]) == []


def test_two_messages_parked_for_one_place_are_both_kept(backend: Backend):
    twins = [parked(seq=5), parked(seq=5)]
    with backend.begin() as uow:
        uow.waiting.add(twins)
        found = uow.waiting.of([StreamId(BEIHAI, YULIN, incarnation())])
    assert {row.hash for row in found} == {row.hash for row in twins}


def test_dropped_messages_no_longer_wait(backend: Backend):
    rows = [parked(seq=seq) for seq in (2, 3)]
    with backend.begin() as uow:
        uow.waiting.add(rows)
        uow.waiting.drop([rows[0].hash, digest()])
        uow.waiting.drop([])
        assert uow.waiting.of([StreamId(BEIHAI, YULIN, incarnation())]) == [rows[1]]
        uow.waiting.drop([rows[1].hash])
        assert uow.waiting.streams_waiting_for("gap") == []
        uow.waiting.add([rows[0]])
        assert uow.waiting.of([StreamId(BEIHAI, YULIN, incarnation())]) == [rows[0]]


def test_streams_are_named_once_by_what_they_wait_for(backend: Backend):
    here, there = StreamId(BEIHAI, YULIN, incarnation()), StreamId(HAIKOU, "all", incarnation(2))
    with backend.begin() as uow:
        uow.waiting.add([parked(seq=2), parked(seq=3), parked(seq=9, waits_for="parts")])
        uow.waiting.add([parked(sender=HAIKOU, audience="all", incarnation=incarnation(2), waits_for="parts")])
        assert uow.waiting.streams_waiting_for("gap") == [here]
        assert set(uow.waiting.streams_waiting_for("parts")) == {here, there}
        assert len(uow.waiting.streams_waiting_for("parts")) == 2
        assert uow.waiting.streams_waiting_for("roster") == []


def test_kept_frames_are_found_by_id_and_others_are_not(backend: Backend):
    kept, heads = frame(type="receipts", keep=True), frame()
    with backend.begin() as uow:
        uow.frames.add([kept, heads])
        uow.frames.sent([kept.id])
        assert uow.frames.get({kept.id, heads.id, "f" * 64}) == [replace(kept, pending=False)]
        assert uow.frames.get(set()) == []
