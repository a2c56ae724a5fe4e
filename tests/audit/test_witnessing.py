"""Honest logs: signed each minute when there is news, cosigned by everybody, and nobody waits for it."""

from __future__ import annotations

from itertools import pairwise

from hub.core import witnessing
from hub.core.audit import QUIET
from hub.flows.checkpoint import MOST
from tests.audit.logs import World
from tests.builders import BEIHAI, HAIKOU, YULIN


def test_every_member_cosigns_every_log_and_keeps_what_it_cosigned(world: World) -> None:
    for office in world.offices.values():
        office.act(40)
    world.pass_time(150)
    for office in world.offices.values():
        newest = office.newest()
        for other in world.offices.values():
            if other is office:
                continue
            state, held = office.cosigner(other.member), other.held(office)
            assert held is not None
            assert (state.size, held.size, held.root) == (newest.size, newest.size, newest.root)
            signed = witnessing.read_note(state.note or "", world.federation.trust, world.now)
            assert witnessing.witnesses(signed.note, world.federation.trust, world.now) == [other.member]


def test_what_each_witness_was_shown_goes_round_with_its_cosignature(world: World) -> None:
    for _ in range(3):
        for office in world.offices.values():
            office.act(3)
        world.pass_time(70)
    held = world[BEIHAI].held(world[YULIN])
    assert held is not None
    with world[BEIHAI].store.begin() as uow:
        notes = [uow.witness.at(held.origin, size) for size in range(1, held.size + 1)]
    trust = world.federation.trust
    known = [
        witnessing.witnesses(witnessing.unverified(row.note).note, trust, world.now) for row in notes if row is not None
    ]
    assert [BEIHAI, HAIKOU] in [sorted(one) for one in known]


def test_a_checkpoint_comes_each_minute_when_there_is_news_and_never_without(world: World) -> None:
    office = world[YULIN]
    office.act(1)
    world.pass_time(10)
    first = office.newest()
    office.act(1)
    world.pass_time(40)
    assert office.newest() == first
    world.pass_time(40)
    second = office.newest()
    assert second.size > first.size
    world.pass_time(600)
    assert office.newest() == second
    with office.store.begin() as uow:
        assert uow.tree.size() > second.size
        assert not uow.tree.has_news(second.size, uow.ledger.size(), QUIET)


def test_at_the_stop_the_log_is_signed_to_its_end(world: World) -> None:
    office = world[YULIN]
    office.act(5)
    office.worker.finish()
    signed = office.newest().size
    with office.store.begin() as uow:
        assert not uow.tree.has_news(signed, uow.ledger.size(), QUIET)
    office.worker.finish()
    assert office.newest().size == signed


def test_a_peer_that_is_away_stops_nothing_and_cosigns_when_it_is_back(world: World) -> None:
    for _ in range(4):
        world[YULIN].act(5)
        world.pass_time(70, only=(YULIN, HAIKOU))
    newest = world[YULIN].newest()
    assert world[YULIN].cosigner(HAIKOU).size == newest.size
    assert world[YULIN].cosigner(BEIHAI).size < newest.size
    world.pass_time(60)
    assert world[YULIN].cosigner(BEIHAI).size == newest.size


def test_many_leaves_at_once_are_signed_in_steps(world: World) -> None:
    office = world[YULIN]
    office.act(1)
    world.pass_time(60)
    first = office.newest().size
    office.act(45_000)
    world.pass_time(90, only=(YULIN,))
    with office.store.read() as view:
        sizes = [row.size for row in view.exec_driver_sql("SELECT size FROM checkpoints ORDER BY size")]
    steps = [size for size in sizes if size > first]
    assert max(after - before for before, after in pairwise([first, *steps])) == MOST
    assert steps[-1] >= first + 45_000
