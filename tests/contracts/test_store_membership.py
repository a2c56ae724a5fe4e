"""What every store knows when members come, go and come back (DESIGN D3)."""

from hub.core.streams import StreamId
from tests.builders import BEIHAI, HAIKOU, YULIN, matter_row, message, moment
from tests.contracts.stores import Backend
from tests.contracts.test_store_deliveries import put, waiting


def test_who_is_readmitted_gets_what_its_expulsion_kept_back_and_nothing_else(backend: Backend):
    rows = [message(audience=BEIHAI, seq=1), message(audience=BEIHAI, seq=2), message(audience=HAIKOU)]
    with backend.begin() as uow:
        expired, kept_back, others = put(uow, rows)
        uow.deliveries.withhold([expired], "expired")
        uow.deliveries.withhold([kept_back, others], "expelled")
        assert uow.deliveries.readmit(BEIHAI, "expelled") == {rows[1].hash}
        assert (waiting(uow), uow.deliveries.readmit(BEIHAI, "expelled")) == ([rows[1].hash], set())


def test_the_streams_of_a_sender_are_known_as_they_stood_at_a_moment(backend: Backend):
    rows = [
        message(audience=BEIHAI, seq=1, sealed=moment(1)),
        message(audience=BEIHAI, seq=2, sealed=moment(2)),
        message(audience=BEIHAI, seq=3, sealed=moment(3)),
        message(audience=HAIKOU, seq=1, sealed=moment(3)),
        message(sender=BEIHAI, audience=YULIN, seq=7, sealed=moment(1)),
    ]
    with backend.begin() as uow:
        uow.messages.add(rows)
        found = uow.messages.tops(YULIN, moment(3))
        assert [(stream.audience, seq) for stream, seq in found.items()] == [(BEIHAI, 2)]
        first = uow.messages.of_sender(YULIN, 0, 3)
        assert [row.hash for row in first] == [row.hash for row in rows[:3]]
        assert [row.hash for row in uow.messages.of_sender(YULIN, first[-1].id, 9)] == [rows[3].hash]


def test_it_is_known_what_was_meant_for_a_member(backend: Backend):
    rows = [message(audience=BEIHAI, seq=1), message(audience=HAIKOU)]
    with backend.begin() as uow:
        put(uow, rows)
        assert uow.deliveries.known(BEIHAI, [row.hash for row in rows]) == {rows[0].hash}
        assert uow.deliveries.known(BEIHAI, []) == set()


def test_ones_own_broadcasts_are_found_while_their_matters_go_on(backend: Backend):
    open_, over, one, strange = (
        matter_row(opener=YULIN, other="all", family="notice", state="published"),
        matter_row(opener=YULIN, other="all", family="notice", state="withdrawn"),
        matter_row(opener=YULIN, other=BEIHAI),
        matter_row(opener=HAIKOU, other="all", family="notice", state="published"),
    )
    with backend.begin() as uow:
        uow.matters.save([open_, over, one, strange])
        assert uow.matters.broadcasts(YULIN) == [open_.id]


def test_where_messages_stand_is_told_in_the_order_they_were_recorded(backend: Backend):
    rows = [message(audience=BEIHAI, seq=1), message(audience=HAIKOU, seq=4), message(sender=BEIHAI, audience=YULIN)]
    with backend.begin() as uow:
        uow.messages.add(rows)
        found = uow.messages.walk(0, 2)
        assert [(name, stream, seq) for _, name, stream, seq in found] == [
            (row.hash, StreamId(row.sender, row.audience, row.incarnation), row.seq) for row in rows[:2]
        ]
        assert [name for _, name, *_ in uow.messages.walk(found[-1][0], 9)] == [rows[2].hash]
        assert uow.messages.walk(10**9, 9) == []
