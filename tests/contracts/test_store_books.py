"""What every store promises about matters, audit log, quarantine, peers, requests and users."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from hub.core.recount import Note, Recount
from hub.flows.rows import Peer
from tests.builders import (
    BEIHAI,
    HAIKOU,
    NOW,
    digest,
    leaf_of,
    matter_row,
    moment,
    quarantined,
    uuid,
)
from tests.contracts.stores import Backend

LATER = NOW + timedelta(hours=1)


def test_a_matter_is_replaced_as_a_whole(backend: Backend):
    row = matter_row()
    bare = {"rule": None, "calendar": None, "start": None, "due_strict": None, "due_effective": None, "due_at": None}
    done = matter_row(id=row.id, clock="met", met_at=moment(9), remind_at=None, provisional=True, messages=4, **bare)
    with backend.begin() as uow:
        assert uow.matters.get([row.id]) == {}
        uow.matters.save([row, matter_row()])
        assert uow.matters.get([row.id]) == {row.id: row}
    with backend.begin() as uow:
        uow.matters.save([done])
    with backend.begin() as uow:
        assert uow.matters.get([row.id, uuid()]) == {row.id: done}
        assert uow.matters.get([]) == {}


def test_reminders_come_when_their_moment_has_come_oldest_first(backend: Backend):
    rows = [matter_row(remind_at=at) for at in (moment(5), moment(1), moment(3), moment(9), None)]
    with backend.begin() as uow:
        uow.matters.save(rows)
        assert uow.matters.to_remind(moment(0), 9) == []
        assert [row.remind_at for row in uow.matters.to_remind(moment(5), 9)] == [moment(1), moment(3), moment(5)]
        assert [row.id for row in uow.matters.to_remind(moment(60), 2)] == [rows[1].id, rows[2].id]
        uow.matters.save([matter_row(id=rows[1].id, remind_at=None)])
        uow.matters.save([matter_row(id=rows[2].id, remind_at=moment(60))])
        assert [row.id for row in uow.matters.to_remind(moment(5), 9)] == [rows[0].id]


def test_open_matters_are_listed_page_by_page(backend: Backend):
    clocks = ("running", "none", "waiting", "met", "running", "stopped", "late")
    rows = [matter_row(id=uuid(n), clock=clock, remind_at=None) for n, clock in enumerate(clocks)]
    with backend.begin() as uow:
        uow.matters.save(rows)
        assert uow.matters.open_ids(9) == [uuid(0), uuid(2), uuid(4)]
        assert uow.matters.open_ids(2) == [uuid(0), uuid(2)]
        assert uow.matters.open_ids(2, after=uuid(2)) == [uuid(4)]
        uow.matters.save([matter_row(id=uuid(2), clock="met")])
        assert uow.matters.open_ids(9) == [uuid(0), uuid(4)]


def test_a_reminder_stage_is_claimed_exactly_once(backend: Backend):
    row, other = matter_row(), matter_row()
    with backend.begin() as uow:
        uow.matters.save([row, other])
        assert uow.matters.claim_stages([(row.id, "due")], moment(1)) == {(row.id, "due")}
        assert uow.matters.claim_stages([(row.id, "due")], moment(2)) == set()
    with backend.begin() as uow:
        wanted = [(row.id, "due"), (row.id, "overdue"), (other.id, "due"), (other.id, "due")]
        assert uow.matters.claim_stages(wanted, moment(1)) == {(row.id, "overdue"), (other.id, "due")}
        assert uow.matters.claim_stages([], moment(1)) == set()


def test_the_moment_of_the_next_look_moves_alone(backend: Backend):
    row, never = matter_row(remind_at=moment(1)), matter_row(remind_at=moment(2))
    with backend.begin() as uow:
        uow.matters.save([row, never])
        uow.matters.look_again([(row.id, moment(30)), (never.id, None), (uuid(), moment(3))])
        uow.matters.look_again([])
    with backend.begin() as uow:
        expected = {row.id: replace(row, remind_at=moment(30)), never.id: replace(never, remind_at=None)}
        assert uow.matters.get([row.id, never.id]) == expected
        assert [one.id for one in uow.matters.to_remind(moment(60), 9)] == [row.id]


def test_notes_of_a_matter_stay_in_the_order_they_were_made(backend: Backend):
    first, second = Note(uuid(1), moment(5), "到期日已调整。"), Note(uuid(1), moment(1), "到期日再次调整。")
    with backend.begin() as uow:
        uow.notes.add([first, Note(uuid(2), moment(3), "另一事项。")])
        uow.notes.add([second])
        uow.notes.add([])
    with backend.begin() as uow:
        assert uow.notes.of(uuid(1)) == [first, second]
        assert uow.notes.of(uuid(3)) == []


def test_a_recount_goes_on_where_it_stood_and_begins_anew_from_the_agreement_it_began_with(backend: Backend):
    with backend.begin() as uow:
        assert uow.notes.recount() is None
        uow.notes.begin_recount(3)
        uow.notes.recounted(uuid(5))
    backend.reopen()
    with backend.begin() as uow:
        assert uow.notes.recount() == Recount(3, uuid(5))
        uow.notes.begin_recount(4)
        assert uow.notes.recount() == Recount(3, "")
        uow.notes.recounted(None)
        assert uow.notes.recount() is None
    with backend.begin() as uow:
        uow.notes.begin_recount(4)
        assert uow.notes.recount() == Recount(4, "")


def test_leaves_stand_at_contiguous_positions_in_the_order_they_were_added(backend: Backend):
    with backend.begin() as uow:
        uow.ledger.add([leaf_of(f"leaf {n}") for n in range(5)])
        assert uow.ledger.size() == 0, "leaves are written at the end of their transaction"
    with backend.begin() as uow:
        assert uow.ledger.size() == 5
        uow.ledger.add([leaf_of("leaf 5")])
        uow.ledger.add([leaf_of("leaf 6")])
        uow.ledger.add([])
    with backend.begin() as uow:
        assert uow.ledger.size() == 7
    assert backend.positions() == [(n, f"leaf {n}") for n in range(7)]


def test_a_position_given_in_a_transaction_that_failed_is_given_again(backend: Backend):
    with backend.begin() as uow:
        uow.ledger.add([leaf_of("first"), leaf_of("second")])
    with suppress(ZeroDivisionError), backend.begin() as uow:
        uow.ledger.add([leaf_of("never")])
        raise ZeroDivisionError
    with backend.begin() as uow:
        uow.ledger.add([leaf_of("third")])
    assert backend.positions() == [(0, "first"), (1, "second"), (2, "third")]


def test_the_same_refused_bytes_are_kept_once_and_counted(backend: Backend):
    one, two = quarantined(b"one"), quarantined(b"two", field="payload", document=uuid(), claimed=BEIHAI)
    with backend.begin() as uow:
        uow.quarantine.add([one])
        uow.quarantine.add([one, two, one])
        uow.quarantine.add([])
    with backend.begin() as uow:
        uow.quarantine.add([two])
    assert backend.quarantined() == {one.sha256: 3, two.sha256: 2}


def test_a_peer_never_heard_of_comes_back_as_new(backend: Backend):
    known = Peer(BEIHAI, moment(1), moment(2), moment(3), moment(6))
    with backend.begin() as uow:
        assert uow.peers.get([BEIHAI]) == {BEIHAI: Peer(BEIHAI)}
        uow.peers.save([known, Peer(HAIKOU)])
    with backend.begin() as uow:
        assert uow.peers.get([BEIHAI, HAIKOU]) == {BEIHAI: known, HAIKOU: Peer(HAIKOU)}
        newer = Peer(BEIHAI, last_seen=moment(9))
        uow.peers.save([newer])
        assert uow.peers.get([BEIHAI]) == {BEIHAI: newer}
        assert uow.peers.get([]) == {}


def test_a_request_is_found_under_its_user_and_key(backend: Backend):
    document = uuid()
    with backend.begin() as uow:
        assert uow.requests.find("officer", "key-1") is None
        uow.requests.put("officer", "key-1", digest("request"), document, NOW)
    with backend.begin() as uow:
        assert uow.requests.find("officer", "key-1") == (digest("request"), document)
        assert uow.requests.find("other", "key-1") is None
        assert uow.requests.find("officer", "key-2") is None
