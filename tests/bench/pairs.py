"""Two checkouts of the project in turn: what a message costs in processor time, each measured by its own code.

Processor time per message moves little with the load of the machine, a rate moves with it. Each pair gives a growth;
the median of them is told.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from tests.bench.machine import table

HERE = Path(__file__).resolve().parents[2]


def compare(pairs: int, other: str, messages: int, *, as_json: bool) -> str:
    """So many runs of each in turn; ``other`` is the folder the growth is counted from."""
    runs = [(cost(Path(other).resolve(), messages), cost(HERE, messages)) for _ in range(pairs)]
    growths = [ours / theirs - 1 for theirs, ours in runs]
    growth = statistics.median(growths)
    if as_json:
        return json.dumps(
            {
                "messages": messages,
                "other_us": [one for one, _ in runs],
                "ours_us": [one for _, one in runs],
                "growth": round(growth, 3),
            }
        )
    rows = [["other core-µs", "ours core-µs", "growth"]]
    rows += [[f"{theirs:.0f}", f"{ours:.0f}", f"{one:+.0%}"] for (theirs, ours), one in zip(runs, growths, strict=True)]
    return f"{table(rows)}\nmedian growth {growth:+.1%}"


def cost(checkout: Path, messages: int) -> float:
    """Processor microseconds per message of one run of that checkout's own benchmark."""
    command = [sys.executable, "-m", "tests.bench.exchange", "--json", "--runs", "1", "--latency-seconds", "0"]
    command += ["--messages", str(messages)]
    environment = os.environ | {"PYTHONPATH": str(checkout)}
    command += ["--sealed-only"] if "--sealed-only" in (checkout / "tests/bench/exchange.py").read_text("utf-8") else []
    done = subprocess.run(command, cwd=checkout, env=environment, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    later = found.get("later_core_us_per_message", {})  # a checkout from before 0020 has it among the rest
    return float(sum(found["core_us_per_message"].values()) + sum(later.values()))
