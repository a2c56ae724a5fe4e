"""One life of a federation: random acts and faults, everything checked after each, then rest."""

from __future__ import annotations

from collections.abc import Callable

from hub.core.ids import sha256
from tests.simulator.acts import erring, mend, people, relief, trouble, work
from tests.simulator.checks import Checks
from tests.simulator.rest import check_rest
from tests.simulator.world import World


class Broken(AssertionError):
    """An invariant does not hold; the message says where and how to see it again."""


def simulate(seed: int, steps: int = 100, rest: Callable[[World], None] = check_rest) -> World:
    """Run one seed to its end; the world it leaves can be looked at. Raises :class:`Broken`."""
    world = World(seed, size=5 if seed % 5 == 0 else 4)
    checks = Checks(world)
    number = 0
    try:
        while number < steps:
            number += 1
            _step(world)
            checks.all()
        mend(world)
        world.settle()
        checks.all()
        rest(world)
        checks.all()
    except Exception as problem:
        last = "\n    ".join(world.diary[-25:])
        raise Broken(
            f"seed {seed}, step {number} of {steps}: {type(problem).__name__}: {problem}\n"
            f"replay: HUB_SEED={seed} HUB_STEPS={steps} "
            "python -m pytest tests/federation/test_simulation.py -k replayed"
            f"\n    {last}"
        ) from problem
    return world


def fingerprint(world: World) -> str:
    """Everything that happened and everything stored, in one hash: equal for equal seeds, in every process."""
    lines = list(world.diary)
    for member, node in world.nodes.items():
        rows = node.store.rows
        lines += [f"{member} message {h}" for h in rows.messages.rows]
        lines += [f"{member} leaf {one.hash}" for one in rows.ledger.leaves]
        lines += [f"{member} frame {one}" for one in rows.frames.rows]
        lines += [f"{member} published {sorted(node.tap.published.items())}"]
    return sha256("\n".join(lines).encode())


def _step(world: World) -> None:
    dice = world.rng.random()
    world.pass_time(world.rng.choice((0, 0, 0.3, 1, 5, 16)))
    if dice < 0.46:
        people(world)
    elif dice < 0.5:
        erring(world)
    elif dice < 0.65:
        trouble(world)
    elif dice < 0.75:
        relief(world)
    work(world)
