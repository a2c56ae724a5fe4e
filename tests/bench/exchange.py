"""Node → node exchange beside the floor of the same run (DESIGN section 6).

``exchange_per_s``: N decisions of 1 KiB recorded beforehand, from the first seal until the last signed receipt is
recorded at the sender; two nodes, each a process, over real RabbitMQ (quorum queues) and one PostgreSQL (two databases,
stock settings, fsync on), no header copy. What was recorded beforehand stands in the signed log beforehand, as it would
where nodes are not paused meanwhile. What the worker does later (figures, index, a piece of the daily re-reading,
the checkpoint of each minute) is measured apart. Floor: see ``tests/bench/floor.py``. They take turns; medians. Each
size has databases of its own, so that no figure depends on what was measured before it.
The largest size is measured with unsealed bodies too, as an agreement may have it for a kind. ``--pairs N CHECKOUT``
takes turns with another checkout of the project, which runs by its own code: growth of processor time per message.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from hub.app import new_id, salt
from hub.flows.send import send
from hub.store.session import SqlStore, open_store
from tests.bench.floor import run_floor
from tests.bench.letters import record, request
from tests.bench.machine import Servers, busy_share, cpu_times, load, percentile, servers, surroundings, table
from tests.bench.nodes import NodeProcess, Spec, clock, make_node
from tests.bench.pairs import compare
from tests.builders import BEIHAI, YULIN, Federation, build_agreement, build_root, build_roster
from tests.builders_fields import FIELDS

RATE = 50
"""Messages a second in the phase that measures latency."""
ACCEPTED = 200
"""Decisions recorded one per transaction, to tell the rate of accepting."""


@dataclass
class Pair:
    """Two nodes and the sender's database."""

    sender: NodeProcess
    receiver: NodeProcess
    store: SqlStore


@contextmanager
def pair(running: Servers, name: str = "node", *, profile: bool = False, sealed: bool = True) -> Iterator[Pair]:
    """玉林 and 北海, paused, in new databases; the agreement lets requests for assistance travel ``sealed`` or not."""
    members = (YULIN, BEIHAI)
    specs = [Spec(m, running.database(f"{name}_{m[:6]}"), running.rabbit.url, members) for m in members]
    agreement = build_agreement(unsealed=[] if sealed else ["assistance_request"])
    for spec in specs:
        make_node(spec, Federation(build_root(), build_roster(members, agreement=agreement), agreement))
    store = open_store(specs[0].database, YULIN, FIELDS)
    nodes: list[NodeProcess] = []
    try:
        nodes += [NodeProcess(spec, profile=profile) for spec in specs]
        yield Pair(nodes[0], nodes[1], store)
    finally:
        for node in nodes:
            node.close()
        store.close()


def exchange(both: Pair, running: Servers, count: int) -> dict[str, Any]:
    """One flat-out run: rate, and core-microseconds per message by step."""
    accept = record(both.store, BEIHAI, min(ACCEPTED, count))
    if count > ACCEPTED:
        record(both.store, BEIHAI, count - ACCEPTED, at_once=100)
    for node in (both.sender, both.receiver):
        node.sign_log()
    servers_before, machine_before = running.processor_seconds(), cpu_times()
    began = time.monotonic()
    both.receiver.go()
    both.sender.go(until_done=True)
    sent = both.sender.result()
    both.receiver.pause()
    machine_after, servers_after = cpu_times(), running.processor_seconds()
    received = both.receiver.result()
    later = _later(both, running)
    spent: Counter[str] = Counter()
    working: Counter[str] = Counter()
    for role, found in (("sender", sent["spent"]), ("receiver", received["spent"])):
        for step, seconds in found.items():
            if not step.startswith("#"):
                spent[f"{role} {step}"] += seconds
                working[role] += seconds
    for name, seconds in servers_after.items():
        spent[name] += seconds - servers_before[name]
    return {
        "messages": count,
        "per_s": count / (sent["finished"] - began),
        "accept_per_s": accept,
        "core_us": {step: seconds / count * 1e6 for step, seconds in spent.items()},
        "later_core_us": {step: seconds / count * 1e6 for step, seconds in later.items()},
        "busy": busy_share(machine_before, machine_after),
        "working": {role: round(seconds / (sent["finished"] - began), 2) for role, seconds in working.items()},
        "counts": {role: _counts(found) for role, found in (("sender", sent), ("receiver", received))},
        "profiles": {"sender": sent["profile"], "receiver": received["profile"]},
    }


def _later(both: Pair, running: Servers) -> dict[str, float]:
    """Processor seconds of what comes later: figures and index, which the rhythm puts off, and the next checkpoint."""
    before = running.processor_seconds()
    found = {role: node.rest()["seconds"] for role, node in (("sender", both.sender), ("receiver", both.receiver))}
    return found | {name: seconds - before[name] for name, seconds in running.processor_seconds().items()}


def latency(both: Pair, seconds: float) -> list[float]:
    """Milliseconds from accepted to signed receipt recorded, at ``RATE`` a second."""
    both.receiver.go()
    both.sender.go(watch=True)
    accepted: dict[str, float] = {}
    began = time.monotonic()
    for turn in range(int(seconds * RATE)):
        time.sleep(max(0.0, began + turn / RATE - time.monotonic()))
        with both.store.begin() as uow:
            made = send(uow, request(BEIHAI), actor="bench", now=clock(), new_id=new_id, salt=salt)
        accepted[made.document] = time.monotonic()
    time.sleep(2.0)
    both.sender.pause()
    both.receiver.pause()
    receipted = dict(both.sender.result()["receipted"])
    both.receiver.result()
    with both.store.read() as view:
        documents = {row.hash: row.document for row in view.execute(text("SELECT hash, document FROM messages"))}
    ends = {documents[message]: moment for message, moment in receipted.items()}
    missing = accepted.keys() - ends.keys()
    assert not missing, f"{len(missing)} of {len(accepted)} without receipt"
    return [(ends[document] - moment) * 1000 for document, moment in accepted.items()]


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Every size in turn, floor beside ours, then latency where the last of them was."""
    found = surroundings()
    sizes = [options.messages] if options.messages else [int(each) for each in options.sizes.split(",")]
    with servers(watched=options.profile) as running:
        found["servers"] = running.versions()
        runs: list[dict[str, Any]] = []
        for size in sizes:
            with pair(running, f"node{size}", profile=options.profile) as both:
                _warm(both, running, profile=options.profile)
                runs += [_beside_floor(both, running, size, options) for _ in range(options.runs)]
                times = latency(both, options.latency_seconds) if options.latency_seconds and size == sizes[-1] else []
                found["statements"] = running.statements() if options.profile else []
        found |= _summary(runs, times)
        if not options.sealed_only:
            with pair(running, "open", sealed=False) as both:
                _warm(both, running)
                bare = [_beside_floor(both, running, sizes[-1], options, "unsealed") for _ in range(options.runs)]
            found["unsealed"] = _median(bare)
    return found | {"load_after": load()}


def _warm(both: Pair, running: Servers, *, profile: bool = False) -> None:
    record(both.store, BEIHAI, 100)
    exchange(both, running, 100)
    if profile:
        running.forget_statements()


def _beside_floor(
    both: Pair, running: Servers, size: int, options: argparse.Namespace, what: str = "sealed"
) -> dict[str, Any]:
    """One run of the floor, then one of ours."""
    before = running.processor_seconds()
    floor, floor_spent = run_floor(running.postgres.url, running.rabbit.url, size)
    after = running.processor_seconds()
    floor_spent |= {name: after[name] - before[name] for name in after}
    ours = exchange(both, running, size)
    ours |= {"floor_per_s": floor, "ratio": ours["per_s"] / floor, "load": load()}
    ours["floor_core_us"] = {name: seconds / size * 1e6 for name, seconds in floor_spent.items()}
    if not options.json:
        print(f"{what:8}", _line(ours), flush=True)
    return ours


def _summary(runs: list[dict[str, Any]], times: list[float]) -> dict[str, Any]:
    sizes = sorted({run["messages"] for run in runs})
    by_size = [_median([run for run in runs if run["messages"] == size]) for size in sizes]
    largest = by_size[-1]
    return {
        "exchange_per_s": largest["exchange_per_s"],
        "floor_per_s": largest["floor_per_s"],
        "ratio_to_floor": largest["ratio_to_floor"],
        "p50_ms": round(percentile(times, 0.5), 1) if times else None,
        "p99_ms": round(percentile(times, 0.99), 1) if times else None,
        "latency_messages": len(times),
        "accept_per_s": round(statistics.median(run["accept_per_s"] for run in runs), 1),
        "core_us_per_message": largest["core_us_per_message"],
        "later_core_us_per_message": largest["later_core_us_per_message"],
        "sizes": by_size,
        "profiles": runs[-1]["profiles"],
    }


def _median(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "messages": runs[0]["messages"],
        "runs": len(runs),
        "exchange_per_s": round(statistics.median(run["per_s"] for run in runs), 1),
        "floor_per_s": round(statistics.median(run["floor_per_s"] for run in runs), 1),
        "ratio_to_floor": round(statistics.median(run["ratio"] for run in runs), 3),
        "load": [run["load"] for run in runs],
        "core_us_per_message": _medians([run["core_us"] for run in runs]),
        "later_core_us_per_message": _medians([run["later_core_us"] for run in runs]),
        "floor_core_us": runs[-1]["floor_core_us"],
    }


def _medians(runs: list[dict[str, float]]) -> dict[str, float]:
    steps = sorted({step for run in runs for step in run})
    return {step: round(statistics.median(run.get(step, 0) for run in runs), 1) for step in steps}


def core_us(found: dict[str, Any]) -> float:
    """Processor microseconds a message, of all steps and servers together."""
    return round(sum(found["core_us_per_message"].values()), 1)


def _counts(found: dict[str, Any]) -> dict[str, int]:
    return {name[1:]: int(number) for name, number in found["spent"].items() if name.startswith("#")}


def _line(run: dict[str, Any]) -> str:
    return (
        f"{run['messages']:6d} messages: {run['per_s']:7.0f}/s  floor {run['floor_per_s']:7.0f}/s"
        f"  ratio {run['ratio']:.2f}  load {run['load']}  machine busy {run['busy']:.0%}"
        f"  core-µs {sum(run['core_us'].values()):.0f}, floor {sum(run['floor_core_us'].values()):.0f}"
        f"  later {sum(run['later_core_us'].values()):.0f}  busy {run['working']}  {run['counts']['receiver']}"
    )


def _show(found: dict[str, Any]) -> None:
    print()
    rows: list[list[object]] = [["messages", "exchange/s", "floor/s", "ratio", "core-µs"]]
    rows += [
        [f"{s['messages']}{what}", s["exchange_per_s"], s["floor_per_s"], f"{s['ratio_to_floor']:.2f}", core_us(s)]
        for what, some in (("", found["sizes"]), (" unsealed", [found["unsealed"]] if "unsealed" in found else []))
        for s in some
    ]
    print(table(rows), "\n")
    parts = found["core_us_per_message"]
    total = sum(parts.values())
    rows = [["core-µs per message", "µs", "share"]]
    rows += [[step, micros, f"{micros / total:.0%}"] for step, micros in sorted(parts.items(), key=lambda one: -one[1])]
    print(table([*rows, ["sum", total, ""]]), "\n")
    later = found["later_core_us_per_message"]
    print(f"figures, index and checkpoint, made later: {sum(later.values()):.0f} core-µs per message, {later}")
    print(f"accepted one by one: {found['accept_per_s']}/s")
    print(f"accepted → receipt recorded at {RATE}/s: p50 {found['p50_ms']} ms, p99 {found['p99_ms']} ms")
    print(
        f"{found['cores']} cores, {found['servers']}, load {found['load_before']} before, {found['load_after']} after"
    )
    for role, profile in found["profiles"].items():
        if profile:
            print(f"\nprofile of the {role}, seconds")
            print(table([[name, seconds] for name, seconds in [*profile["areas"], ("", ""), *profile["functions"]]]))
    for line in found["statements"]:
        print(*line)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one line of JSON at the end")
    parser.add_argument("--messages", type=int, help="one size only")
    parser.add_argument("--sizes", default="2000,8000", help="messages per run, default 2000,8000")
    parser.add_argument("--runs", type=int, default=5, help="runs per size, default 5")
    parser.add_argument("--latency-seconds", type=float, default=15.0, help="length of the latency phase; 0: none")
    parser.add_argument("--sealed-only", action="store_true", help="leave out the unsealed bodies")
    parser.add_argument(
        "--pairs", nargs=2, metavar=("N", "CHECKOUT"), help="N runs of each size in turn with another checkout, no more"
    )
    parser.add_argument("--profile", action="store_true", help="profile both workers (slows them down)")
    options = parser.parse_args()
    if options.pairs:
        size = options.messages or int(options.sizes.split(",")[0])
        print(compare(int(options.pairs[0]), options.pairs[1], size, as_json=options.json))
        return
    found = measure(options)
    if options.json:
        print(json.dumps({name: value for name, value in found.items() if name not in ("profiles", "statements")}))
    else:
        _show(found)


if __name__ == "__main__":
    main()
