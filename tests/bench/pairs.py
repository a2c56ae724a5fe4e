"""Two checkouts of the project in turn: what a message costs in processor time, each measured by its own code.

Processor time per message moves little with the load of the machine, a rate moves with it. Each pair gives a growth;
the median of them is told. What a checkout puts off (figures and index, decision 20) stands apart: one from before that
did what it came to within the measured span and left the rest uncounted.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.machine import table

HERE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Cost:
    """Processor microseconds a message, in the measured span; ``later`` is what was put off of a sealed one."""

    sealed: float
    unsealed: float
    later: float


def compare(pairs: int, other: str, messages: int, *, as_json: bool) -> str:
    """So many runs of each in turn; ``other`` is the folder the growth is counted from."""
    runs = [(cost(Path(other).resolve(), messages), cost(HERE, messages)) for _ in range(pairs)]
    growth = {
        "sealed": statistics.median(ours.sealed / theirs.sealed - 1 for theirs, ours in runs),
        "unsealed": statistics.median(ours.unsealed / theirs.unsealed - 1 for theirs, ours in runs),
    }
    if as_json:
        told = [[vars(theirs), vars(ours)] for theirs, ours in runs]
        return json.dumps({"messages": messages, "pairs": told, "growth": growth})
    rows: list[list[object]] = [["core-µs", "other", "unsealed", "ours", "unsealed", "put off"]]
    rows += [
        ["", *(f"{us:.0f}" for us in (theirs.sealed, theirs.unsealed, ours.sealed, ours.unsealed, ours.later))]
        for theirs, ours in runs
    ]
    return f"{table(rows)}\nmedian growth sealed {growth['sealed']:+.1%}, unsealed {growth['unsealed']:+.1%}"


def cost(checkout: Path, messages: int) -> Cost:
    """What one run of that checkout's own benchmark tells; one that knows no sealing has one cost for both."""
    command = [sys.executable, "-m", "tests.bench.exchange", "--json", "--runs", "1", "--latency-seconds", "0"]
    command += ["--messages", str(messages)]
    environment = os.environ | {"PYTHONPATH": str(checkout)}
    done = subprocess.run(command, cwd=checkout, env=environment, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    return Cost(_sum(found), _sum(found.get("unsealed", found)), _sum(found, "later_core_us_per_message"))


def _sum(found: dict[str, Any], name: str = "core_us_per_message") -> float:
    return float(sum(found.get(name, {}).values()))
