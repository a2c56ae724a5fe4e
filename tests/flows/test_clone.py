"""X34: a copied machine, so that two nodes run with one office's keys; peers see it, and so does each of the two."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.core.envelope import RETURNED, decode
from hub.core.ids import ALL
from hub.flows.checkpoint import mark, offer
from hub.flows.growing import grow
from hub.flows.sync import exchange_heads
from hub.store.moving import copy_database
from tests.builders import BEIHAI, HAIKOU, YULIN
from tests.web.offices import Office, World, example, world_at

Twins = tuple[World, Office, Office]


@pytest.fixture(params=["sqlite", "postgresql"])
def twins(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Twins]:
    """玉林 sent something; its machine was copied then, and both copies run: the second on a database of its own."""
    away = tmp_path / "copy"
    away.mkdir()
    file = away / f"{YULIN}.db"
    url = f"sqlite:///{file}" if request.param == "sqlite" else request.getfixturevalue("pg_database")
    with world_at(tmp_path, (YULIN, BEIHAI, HAIKOU)) as world:
        publish(world[YULIN])
        world.exchange()
        copy_database(f"sqlite:///{tmp_path / YULIN}.db", url)
        file.touch()  # So that no new node is made there.
        second = Office(YULIN, world.fed, away, world.clock, 70, url)
        try:
            yield world, world[YULIN], second
        finally:
            second.store.close()


def publish(office: Office) -> str:
    return office.send("case_notice", example("case_notice"), to=(ALL,)).document


def pass_on(office: Office, *others: Office) -> None:
    """What one office has to say, heard by these."""
    loads = office.collect()
    office.confirm(loads)
    for load in loads:
        for other in others:
            if load.out.to in (other.member, ALL):
                other.take(load.out.raw)


def heads(world: World, peer: Office, twin: Office) -> None:
    """The peer says how far it has come; the twin asks for what is strange to it, and gets it."""
    world.clock.advance(seconds=20)
    with peer.store.begin() as uow:
        exchange_heads(uow, keys=peer.keys, now=world.clock(), salt=peer.salts, every=0)
    for _ in range(2):
        pass_on(peer, twin)
        pass_on(twin, peer)


def stands_still(office: Office) -> bool:
    """Whether it signs no message any more."""
    with office.store.begin() as uow:
        held = YULIN in uow.recovery.waits_for()
        before = uow.outbox.count()
    document = publish(office)
    office.seal()
    with office.store.begin() as uow:
        signed = bool(uow.messages.find_document(document))
        assert (uow.outbox.count() == before + 1) is not signed
    assert signed is not held
    return held


def alarms(office: Office, about: str = YULIN) -> list[str]:
    with office.store.begin() as uow:
        return [one.kind for one in uow.alarms.open(about)]


def test_x34_the_copy_that_hears_of_numbers_it_never_gave_signs_nothing(twins: Twins) -> None:
    world, first, second = twins
    publish(first)
    first.seal()
    pass_on(first, world[BEIHAI])
    heads(world, world[BEIHAI], second)
    assert stands_still(second)
    assert not stands_still(first)


def test_x34_two_that_gave_one_number_freeze_the_stream_at_the_peers_and_each_stops_when_it_is_shown(
    twins: Twins,
) -> None:
    world, first, second = twins
    for twin in (first, second):
        publish(twin)
        twin.seal()
    pass_on(first, world[BEIHAI])
    pass_on(second, world[HAIKOU])
    for peer, late in ((world[BEIHAI], second), (world[HAIKOU], first)):
        with late.store.begin() as uow:
            raws = [one.raw for one in uow.messages.of_sender(YULIN, 0, 10)]
        peer.take(raws[-1])
        with peer.store.begin() as uow:
            assert [head.frozen for head in uow.streams.in_heads(YULIN) if head.stream.audience == ALL] == [True]
        assert [row.code for row in peer.views.quarantine(None, 5).rows] == ["equivocation"], "both are kept"
        assert alarms(late) == []
        heads(world, peer, late)
        assert alarms(late) == ["cloned"]
        [proof] = late.views.quarantine(None, 5).rows
        assert decode(late.views.one_quarantined(proof.id).raw).type == RETURNED, "what was signed elsewhere is kept"
        assert "另有一份同样的节点" in proof.reason or "另一份同样的节点" in proof.reason
        assert stands_still(late)


def test_x34_a_peer_that_only_says_so_stops_nobody(twins: Twins) -> None:
    world, first, _ = twins
    publish(first)
    first.seal()
    pass_on(first, world[BEIHAI])
    with world[BEIHAI].store.begin() as uow:
        [head] = [one for one in uow.streams.in_heads(YULIN) if one.stream.audience == ALL]
        uow.streams.save_in([type(head)(head.stream, head.seq, "f" * 64, head.frozen)])
    heads(world, world[BEIHAI], first)
    assert not stands_still(first)
    assert alarms(first) == []


def test_x34_two_logs_under_one_name_are_a_fork_to_every_witness_and_the_second_stops(twins: Twins) -> None:
    world, first, second = twins
    for twin, acts in ((first, 3), (second, 5)):
        for _ in range(acts):
            publish(twin)
        world.clock.advance(seconds=90)
        logged(twin)
        for peer in (world[BEIHAI], world[HAIKOU]):
            heads(world, peer, twin) if twin is first else None
    for twin in (first, second):
        for peer in (world[BEIHAI], world[HAIKOU]):
            show(world, twin, peer)
    assert not alarms(first)
    for peer in (world[BEIHAI], world[HAIKOU]):
        assert alarms(peer), peer.member
    assert set(alarms(second)) & {"forked", "rewound"}
    assert stands_still(second)


def logged(office: Office) -> None:
    """Its log is signed up to now."""
    now = office.clock()
    with office.store.begin() as uow:
        grow(uow, now=now, salt=office.salts, limit=1000)
        assert mark(uow, witness=office.keys.witness, now=now, salt=office.salts, at_once=True)


def show(world: World, office: Office, witness: Office) -> None:
    """It shows its checkpoint to a witness, and hears what that holds."""
    for _ in range(2):
        world.clock.advance(seconds=5)
        with office.store.begin() as uow:
            offer(uow, keys=office.keys, now=world.clock(), salt=office.salts, only=witness.member)
        pass_on(office, witness)
        pass_on(witness, office)
