"""Lives of a whole federation under faults; every invariant after every step, and agreement at the end.

``HUB_SEEDS=2000`` runs more of them, ``HUB_STEPS=200`` longer ones, ``HUB_SEED=17`` replays one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulator import Broken, World, simulate
from tests.simulator.run import fingerprint

ROOT = Path(__file__).resolve().parents[2]
SEEDS = int(os.environ.get("HUB_SEEDS", "100"))  # noqa: TID251  an option of the test run
STEPS = int(os.environ.get("HUB_STEPS", "100"))  # noqa: TID251
REPLAYED = os.environ.get("HUB_SEED")  # noqa: TID251
SHARES = 10
REPEATED = (7, 11, 12)
FINGERPRINT = f"from tests.simulator.run import *; print(*[fingerprint(simulate(s, 60)) for s in {REPEATED}])"


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("share", range(SHARES))
def test_a_federation_survives_every_fault_and_agrees_in_the_end(share: int) -> None:
    for seed in range(share, SEEDS, SHARES):
        simulate(seed, STEPS)


if REPLAYED is not None:

    def test_the_named_seed_replayed() -> None:
        simulate(int(REPLAYED or 0), STEPS)


def test_a_seed_repeats_exactly_in_another_process_with_another_hash_seed() -> None:
    here = [fingerprint(simulate(seed, 60)) for seed in REPEATED]
    found = subprocess.run(
        [sys.executable, "-c", FINGERPRINT],
        cwd=ROOT,
        env={"PYTHONHASHSEED": "4711", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.split() == here


def test_a_broken_promise_names_the_seed_the_step_and_the_way_to_replay_it() -> None:
    def broken(world: World) -> None:
        raise AssertionError("I99: made up")

    with pytest.raises(Broken) as caught:
        simulate(3, 5, rest=broken)
    assert "seed 3, step 5 of 5" in str(caught.value)
    assert "I99: made up" in str(caught.value)
    assert "HUB_SEED=3 HUB_STEPS=5" in str(caught.value)
