"""Parcels: nothing is lost, doubled or overtaken in them, and one that is damaged is one unreadable delivery."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pika import BasicProperties, BlockingConnection, URLParameters

from deploy.services import PrivateRabbit
from hub.core.errors import Malformed
from hub.core.ids import ALL
from hub.flows.ports import Outgoing
from hub.transport.limits import MAX_RECORD
from hub.transport.rabbitmq import RabbitTransport
from hub.transport.rabbitmq_loop import EXCHANGE, inbox_of
from hub.transport.rabbitmq_parcel import MOST, MOST_BYTES, PARCEL, packed, parcels, unpacked
from tests.contracts.mail import collect, publish

ME, PEER, THIRD = "450900-mr", "440800-ps", "450500-mr"
ADDRESSES = st.sampled_from([PEER, THIRD, ALL])


def outgoing(to: str, size: int, number: int) -> Outgoing:
    return Outgoing(f"k{number}", to, b"x" * size)


@given(st.lists(st.tuples(ADDRESSES, st.integers(0, MOST_BYTES + 10)), max_size=40), st.data())
def test_every_item_is_in_one_parcel_and_none_overtakes_another_at_any_addressee(
    wanted: list[tuple[str, int]], data: st.DataObject
) -> None:
    items = [outgoing(to, size, number) for number, (to, size) in enumerate(wanted)]
    places = [place for place in range(len(items)) if data.draw(st.booleans())]
    made = parcels(items, places)
    assert sorted(place for one in made for place in one.places) == places
    for one in made:
        assert {items[place].to for place in one.places} == {one.to}
        assert len(one.places) == 1 or sum(len(items[place].raw) for place in one.places) <= MOST_BYTES
    for member in (PEER, THIRD):
        arriving = [place for one in made if one.to in (member, ALL) for place in one.places]
        assert arriving == [place for place in places if items[place].to in (member, ALL)]


def test_a_flood_to_one_addressee_takes_as_few_parcels_as_fit() -> None:
    flood = [outgoing(PEER, 1, number) for number in range(2 * MOST + 1)]
    assert [len(one.places) for one in parcels(flood, range(len(flood)))] == [MOST, MOST, 1]
    half = [outgoing(to, MOST_BYTES // 2, n) for n, to in enumerate([PEER, THIRD] * 3)]
    assert [one.places for one in parcels(half, range(6))] == [[0, 2], [1, 3], [4], [5]]


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=20))
def test_what_is_packed_is_unpacked_byte_for_byte(raws: list[bytes]) -> None:
    assert unpacked(packed(raws)) == raws


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=5), st.data())
def test_a_parcel_cut_off_anywhere_is_malformed_or_shorter_by_whole_envelopes(
    raws: list[bytes], data: st.DataObject
) -> None:
    whole = packed(raws)
    cut = data.draw(st.integers(0, len(whole) - 1))
    ends = {len(packed(raws[:many])): raws[:many] for many in range(1, len(raws))}
    if cut in ends:
        assert unpacked(whole[:cut]) == ends[cut]
    else:
        with pytest.raises(Malformed):
            unpacked(whole[:cut])


@given(st.binary(max_size=200))
@example(b"")
@example(b"\x00")
@example(b"\xff\xff\xff\xff" + b"x" * 10)
@example(struct.pack(">I", MAX_RECORD) + b"x" * MAX_RECORD)
@example(struct.pack(">I", MAX_RECORD // 2) + b"x" * (MAX_RECORD // 2))
@example(b"\x00\x00\x00\x00" * (MOST + 1))
@example(b'{"payloadType":"x"}')
def test_any_bytes_are_a_parcel_or_malformed_and_never_anything_else(body: bytes) -> None:
    try:
        raws = unpacked(body)
    except Malformed:
        return
    assert packed(raws) == body
    assert 1 <= len(raws) <= MOST
    assert len(body) <= MAX_RECORD


@pytest.fixture
def ends(broker: PrivateRabbit) -> Iterator[tuple[RabbitTransport, RabbitTransport]]:
    """A sender, and a receiver whose inbox is empty and who is not connected."""
    sender, receiver = RabbitTransport(broker.url, ME, [PEER]), RabbitTransport(broker.url, PEER)
    while some := receiver.receive(500, 0.5):
        receiver.ack([one.tag for one in some])
    receiver.close()
    yield sender, receiver
    sender.close()
    receiver.close()


def test_the_broker_holds_a_flood_as_a_few_messages_in_the_published_layout(
    broker: PrivateRabbit, ends: tuple[RabbitTransport, RabbitTransport]
) -> None:
    sender, _ = ends
    raws = [b"%04d" % number + b"." * 4000 for number in range(100)]
    publish(sender, PEER, *raws)
    publish(sender, PEER, b"alone")
    found: list[bytes] = []
    with BlockingConnection(URLParameters(broker.url)) as connection:
        channel = connection.channel()
        forms = []
        while (got := channel.basic_get(inbox_of(PEER), auto_ack=True))[0] is not None:
            _, properties, body = got
            forms.append(properties.content_type)
            if properties.content_type is None:
                found.append(body)
            while properties.content_type and body:  # Read by the published layout, not by our own code.
                (size,) = struct.unpack(">I", body[:4])
                found.append(body[4 : 4 + size])
                body = body[4 + size :]
    assert found == [*raws, b"alone"]
    assert forms == [PARCEL] * 4 + [None]


def test_a_parcel_nobody_can_take_apart_is_handed_on_whole_and_stops_nothing(
    broker: PrivateRabbit, ends: tuple[RabbitTransport, RabbitTransport]
) -> None:
    _, receiver = ends
    broken = packed([b"one", b"two"])[:-1]
    with BlockingConnection(URLParameters(broker.url)) as connection:
        channel = connection.channel()
        for form, body in ((PARCEL, broken), ("text/plain", b"bare"), (PARCEL, packed([b"a", b""])), (PARCEL, b"")):
            channel.basic_publish(EXCHANGE, PEER, body, BasicProperties(content_type=form, delivery_mode=2))
    found = collect(receiver, 5)
    assert [one.raw for one in found] == [broken, b"bare", b"a", b"", b""]
    receiver.ack([one.tag for one in found])
    receiver.close()
    assert receiver.receive(1, 0.3) == []
