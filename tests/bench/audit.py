"""The audit log's tree: append in batches, sign, prove at 100 k and at 10 M leaves, hash a million again.

The tree is filled as the worker lets it grow; the large one by bulk insert of leaf hashes and of the kept nodes over
them. Floors, in the same run on the same database: the bare insert of the very rows that appending wrote, with as many
commits; and the bare look-up of the nodes a proof needs. pymerkle 7 (test-only, GPL) does the same beside it with
fewer leaves: it keeps no inner nodes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from hub.app import salt
from hub.core import merkle
from hub.core.audit import Leaf, leaf
from hub.flows.checkpoint import MOST, mark
from hub.flows.growing import grow
from hub.flows.ports import UnitOfWork
from hub.store.bulk import Insert
from hub.store.session import SqlStore, open_store
from hub.store.tables import leaves
from hub.store.tree import nodes_at
from hub.store.views import SqlViews
from hub.store.views.log import proof_of
from tests.bench.machine import load, percentile, servers, surroundings, table
from tests.bench.nodes import Spec, make_node
from tests.builders import NOW, YULIN, federation, witness_for
from tests.builders_fields import FIELDS

BATCH = 500
PROOFS = 2000
SEED = 20260413
CHUNK = 160_000
_HASHES = Insert(leaves, ["position", "hash", "type", "subject", "actor", "at"])
_BARE = Insert(leaves, ["position", "hash", "type", "subject", "actor", "at", "salt", "record"])


def made(count: int) -> list[Leaf]:
    """Leaves as a seal writes them."""
    return [leaf("seal", hashlib.sha256(b"%d" % n).hexdigest(), "node", NOW, salt(), seq=n) for n in range(count)]


def append(store: SqlStore, count: int) -> dict[str, float]:
    """Record leaves and let the tree grow over them in batches, then sign what was appended."""
    batches = [made(BATCH) for _ in range(count // BATCH)]
    began = time.perf_counter()
    for batch in batches:
        with store.begin() as uow:
            uow.ledger.add(batch)
        with store.begin() as uow:
            grow(uow, now=NOW, salt=salt, limit=BATCH)
    spent = time.perf_counter() - began
    began = time.perf_counter()
    now, signed = NOW, 0
    while _signs(store, now):
        now, signed = now + timedelta(minutes=2), signed + 1
    return {
        "append_per_s": len(batches) * BATCH / spent,
        "sign_per_s": count / (time.perf_counter() - began),
        "checkpoints": signed,
    }


def _signs(store: SqlStore, now: Any) -> bool:
    with store.begin() as uow:
        return mark(uow, witness=witness_for(YULIN), now=now, salt=salt, at_once=True)


def bare_append(store: SqlStore, count: int) -> float:
    """The same rows written with their positions known: no hashing of nodes, no look at what is there."""
    with store.begin() as uow:
        first = uow.ledger.size()
    rows = [(0, one.hash, one.type, one.subject, one.actor, one.at, one.salt, one.record) for one in made(BATCH)]
    began = time.perf_counter()
    for batch in range(count // BATCH):
        start = first + batch * BATCH
        with store.begin() as uow:
            _BARE.run(_work(uow), [(start + n, *row[1:]) for n, row in enumerate(rows)])
        with store.begin() as uow:
            uow.tree.size()
    spent = time.perf_counter() - began
    with store.begin() as uow:
        _work(uow).connection.execute(leaves.delete().where(leaves.c.position >= first))
    return count // BATCH * BATCH / spent


def _work(uow: UnitOfWork) -> Any:
    return uow.tree._work  # type: ignore[attr-defined]


def fill(store: SqlStore, size: int) -> float:
    """Bulk insert up to ``size`` leaves; returns the seconds it took."""
    began = time.perf_counter()
    with store.begin() as uow:
        grow(uow, now=NOW, salt=salt, limit=size)
        at = uow.tree.size()
    while at < size:
        count = min(CHUNK, size - at)
        hashes = [merkle.hash_leaf(b"%d" % (at + n)) for n in range(count)]
        rows = [(at + n, one.hex(), "filler", "", "node", NOW) for n, one in enumerate(hashes)]
        with store.begin() as uow:
            tail = uow.tree.read(merkle.tails(at, count))
            _HASHES.run(_work(uow), rows)
            uow.tree.grow(at, at + count, merkle.grow(at, hashes, tail))
        at += count
    with store._engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
    return time.perf_counter() - began


def prove(store: SqlStore, size: int) -> dict[str, float]:
    """Inclusion proofs at random positions, each checked; and the bare reading of their nodes."""
    dice = Random(SEED)
    with store.read() as view:
        root = merkle.root_of(size, nodes_at(view, merkle.places([(0, size)])))
    spent, bare = [], []
    for _ in range(PROOFS):
        position = dice.randrange(size)
        places = merkle.places(merkle.inclusion(position, size))
        with store.read() as view:
            began = time.perf_counter()
            proof = proof_of(view, position, size)
            spent.append((time.perf_counter() - began) * 1000)
            own = nodes_at(view, [(0, position)])[0, position]
            began = time.perf_counter()
            nodes_at(view, places)
            bare.append((time.perf_counter() - began) * 1000)
        assert merkle.verify_inclusion(position, size, own, proof, root)
    return {
        "leaves": size,
        "proof_p50_ms": percentile(spent, 0.5),
        "proof_p99_ms": percentile(spent, 0.99),
        "read_p50_ms": percentile(bare, 0.5),
        "read_p99_ms": percentile(bare, 0.99),
    }


def verify(store: SqlStore, count: int) -> float:
    """Leaves a second that ``hub audit verify`` hashes again, over the first ``count``."""
    views = SqlViews(store)
    began, at, seen = time.perf_counter(), 0, 0
    while at < count:
        found = views.check_acts(at, min(20_000, count - at))
        assert found.wrong == (), found.wrong[:3]
        seen, at = seen + found.seen, at + found.seen
    return seen / (time.perf_counter() - began)


def beside(folder: Path, count: int) -> dict[str, float]:
    """pymerkle on SQLite: appended one by one, and proved."""
    from pymerkle import SqliteTree

    dice = Random(SEED)
    with SqliteTree(str(folder / "pymerkle.sqlite")) as tree:
        one_by_one = min(count, 2000)
        began = time.perf_counter()
        for number in range(one_by_one):
            tree.append_entry(b"%d" % number)
        single = one_by_one / (time.perf_counter() - began)
        began = time.perf_counter()
        tree.append_entries([b"%d" % number for number in range(one_by_one, count)])
        bulk = (count - one_by_one) / (time.perf_counter() - began)
        spent = []
        for _ in range(min(PROOFS, 200)):
            began = time.perf_counter()
            tree.prove_inclusion(dice.randrange(1, count + 1))
            spent.append((time.perf_counter() - began) * 1000)
    return {
        "leaves": count,
        "append_per_s": single,
        "bulk_per_s": bulk,
        "proof_p50_ms": percentile(spent, 0.5),
        "proof_p99_ms": percentile(spent, 0.99),
    }


def measure(database: str, asked: argparse.Namespace) -> dict[str, Any]:
    """One database from empty to the largest tree."""
    make_node(Spec(YULIN, database, "", ()), federation())
    store = open_store(database, YULIN, FIELDS)
    try:
        figures: dict[str, Any] = append(store, asked.append)
        figures["floor_append_per_s"] = bare_append(store, asked.append)
        figures["ratio_append"] = figures["append_per_s"] / figures["floor_append_per_s"]
        signed = asked.append // MOST * MOST or asked.append
        if asked.verify > asked.append:
            for _ in range((asked.verify - asked.append) // 5000):
                with store.begin() as uow:
                    uow.ledger.add(made(5000))
                with store.begin() as uow:
                    grow(uow, now=NOW, salt=salt, limit=10_000)
        figures["verify_per_s"] = verify(store, max(asked.verify, signed))
        figures["proofs"] = []
        for size in asked.sizes:
            seconds = fill(store, size)
            figures["proofs"].append({**prove(store, size), "fill_s": seconds})
    finally:
        store.close()
    return figures


def run(asked: argparse.Namespace) -> dict[str, Any]:
    """All databases, and pymerkle."""
    found: dict[str, Any] = {"surroundings": surroundings()}
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        if "sqlite" in asked.on:
            found["sqlite"] = measure(f"sqlite:///{folder}/audit.sqlite", asked)
        if "postgresql" in asked.on:
            with servers(broker=False) as running:
                found["postgresql"] = measure(running.database("audit"), asked)
        found["pymerkle"] = beside(Path(folder), min(100_000, asked.sizes[0]))
    found["surroundings"]["load_after"] = load()
    return found


def lines(found: dict[str, Any]) -> Iterator[str]:
    """For people."""
    rows: list[tuple[object, ...]] = [("", "append/s", "bare insert/s", "signed/s", "verified/s")]
    proofs: list[tuple[object, ...]] = [("proof", "leaves", "p50 ms", "p99 ms", "reading p50", "reading p99")]
    for name in ("sqlite", "postgresql"):
        if name not in found:
            continue
        one = found[name]
        rows.append((name, *(one[key] for key in ("append_per_s", "floor_append_per_s", "sign_per_s", "verify_per_s"))))
        for proof in one["proofs"]:
            keys = ("proof_p50_ms", "proof_p99_ms", "read_p50_ms", "read_p99_ms")
            proofs.append((name, f"{proof['leaves']:,}", *(f"{proof[key]:.2f}" for key in keys)))
    other = found["pymerkle"]
    rows.append(("pymerkle", other["append_per_s"], "-", "-", "-"))
    proofs.append(
        ("pymerkle", f"{other['leaves']:,}", f"{other['proof_p50_ms']:.2f}", f"{other['proof_p99_ms']:.2f}", "-", "-")
    )
    yield table(rows)
    yield table(proofs)


def main() -> None:
    """Print the figures; the last line is for programs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 10_000_000], help="leaves to prove in")
    parser.add_argument("--append", type=int, default=50_000, help="leaves to append in batches")
    parser.add_argument("--verify", type=int, default=1_000_000, help="leaves to hash again")
    parser.add_argument("--on", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"])
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    asked.sizes = [max(size, asked.verify) if number else size for number, size in enumerate(sorted(asked.sizes))]
    found = run(asked)
    if not asked.json:
        print("\n".join(lines(found)))
    main_one = found.get("postgresql") or found["sqlite"]
    largest = main_one["proofs"][-1]
    last = {
        "append_per_s": round(main_one["append_per_s"], 1),
        "proof_p99_ms": round(largest["proof_p99_ms"], 3),
        "leaves": largest["leaves"],
    }
    print(json.dumps({**found, **last} if asked.json else last))


if __name__ == "__main__":
    main()
