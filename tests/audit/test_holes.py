"""Rows that go before the tree grew over them, or before they were signed: named, while the node works on (X45, D7)."""

from __future__ import annotations

import pytest

from hub.core import merkle
from hub.flows.growing import grow
from tests.audit.logs import Office, World


@pytest.mark.parametrize(
    "deed",
    [
        "DELETE FROM leaves WHERE position = {0}",
        "UPDATE leaves SET position = 9999 WHERE position = {0}",
        "UPDATE leaves SET position = {0} + 3 WHERE position = {0}",
    ],
)
@pytest.mark.parametrize("back", [2, 1])
def test_x45_a_row_that_goes_before_the_tree_grew_over_it_is_named_and_nothing_grows_over_the_hole(
    world: World, victim: Office, deed: str, back: int
) -> None:
    world.pass_time(90)
    before, size = victim.newest(), size_of(victim)
    victim.act(3)
    hole = size + 3 - back
    victim.hands(deed.format(hole))
    world.pass_time(90)
    victim.act(2)
    world.pass_time(60)
    alarms = victim.alarms()
    assert ({one.kind for one in alarms}, alarms[0].place) == ({"missing"}, str(hole))
    assert (victim.newest(), size_of(victim)) == (before, size)
    settle(world, victim)
    assert (victim.newest(), victim.kinds(), size_of(victim)) == (before, [], size)
    with victim.store.begin() as uow:
        assert uow.ledger.size() > size + 5, "the node works on"


@pytest.mark.parametrize("over", [0, 2])
def test_x45_a_row_that_goes_before_it_was_signed_stops_no_worker_and_the_log_goes_on_where_the_tree_still_has_it(
    world: World, victim: Office, over: int
) -> None:
    """The tree keeps a node for sixteen leaves: what a group that is not whole yet has lost has no hash any more."""
    world.pass_time(90)
    before = victim.newest()
    with victim.store.begin() as uow:
        more = -uow.ledger.size() % merkle.WIDTH + over
    victim.act(more)
    with victim.store.begin() as uow:
        assert grow(uow, now=world.now, salt=victim.salts, limit=99) >= more
        size = uow.tree.size()
    victim.hands(f"DELETE FROM leaves WHERE position = {size - 1}")
    world.pass_time(60)
    assert victim.kinds() == ["missing"]
    settle(world, victim)
    assert (victim.kinds(), victim.newest() == before, size_of(victim) == size) == ([], bool(over), bool(over))


def settle(world: World, office: Office) -> None:
    """A person takes note of every alarm, and the node goes on."""
    with office.store.begin() as uow:
        assert all(uow.alarms.settle(one.id, world.now) for one in uow.alarms.open(office.member))
    world.pass_time(60)


def size_of(office: Office) -> int:
    with office.store.begin() as uow:
        return uow.tree.size()
