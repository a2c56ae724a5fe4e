"""Large attachments node → node over RabbitMQ: one document, from seal to the addressee's signed receipt recorded.

Beside it in the same run the floor: the same bytes in the same pieces, signed and published with pipelined confirms,
verified and inserted deduplicated into PostgreSQL. What ours does beyond it: base64 in a signed envelope, strict
I-JSON, requests by a window, the whole read again and checked against its digest, document, receipt and audit log.

python3 tests/run.py bench attachments [--json]   (last line with --json: mb_per_s, floor_mb_per_s, ratio by size)
"""

from __future__ import annotations

import argparse
import json
import os
import time
from dataclasses import replace
from typing import Any

from hub.core.ids import sha256
from hub.core.pieces import PIECE, digest_of
from hub.flows.rows import PartMeta
from hub.flows.send import send
from tests.bench.exchange import Pair, pair
from tests.bench.floor import run_floor
from tests.bench.letters import request
from tests.bench.machine import load, servers, surroundings, table
from tests.bench.nodes import clock, new_id, salt
from tests.builders import BEIHAI

_BATCH = 16
"""Pieces the floor commits together, about as many as ours."""


def keep(both: Pair, size: int) -> PartMeta:
    """A fresh attachment of ``size`` bytes at the sender, piece by piece."""
    name = sha256(os.urandom(16))
    with both.store.begin() as uow:
        for start in range(0, size, PIECE):
            uow.parts.keep(name, [(start, b"%PDF-" + os.urandom(min(PIECE, size - start) - 5))])
        digest = digest_of(uow.parts.kept(name, start) or b"" for start in range(0, size, PIECE))
        meta = PartMeta(digest, size, "application/pdf")
        uow.parts.adopt(meta, name)
    return meta


def carry(both: Pair, size: int) -> tuple[dict[str, float], list[dict[str, Any]]]:
    """Send one document with it: seconds until its receipt is recorded, peak memory so far; profiles, if any."""
    meta = keep(both, size)
    listed = [{"name": "证据.pdf", "part": meta.sha256, "size": size, "media_type": meta.media_type}]
    plain = request(BEIHAI)
    large = replace(plain, body={**plain.body, "attachments": listed}, parts=(meta,))
    with both.store.begin() as uow:
        send(uow, large, actor="bench", now=clock(), new_id=new_id, salt=salt)
    began = time.monotonic()
    both.receiver.go()
    both.sender.go(until_done=True)
    sent = both.sender.result()
    both.receiver.pause()
    received = both.receiver.result()
    seconds = sent["finished"] - began
    memory = {"sender_mib": sent["peak_mib"], "receiver_mib": received["peak_mib"]}
    profiles = [{"sender": sent["profile"], "receiver": received["profile"]}] if sent["profile"] else []
    return {"mib": size / 2**20, "seconds": seconds, "mb_per_s": size / 1e6 / seconds, **memory}, profiles


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Every size in turn, floor beside ours."""
    found: dict[str, Any] = surroundings()
    lines, profiles = [], []
    with servers() as running, pair(running, profile=options.profile) as both:
        found["servers"] = running.versions()
        carry(both, 2 * 2**20)
        for mib in (int(one) for one in options.sizes.split(",")):
            for _ in range(options.runs):
                count = mib * 2**20 // PIECE
                per_s, _ = run_floor(running.postgres.url, running.rabbit.url, count, size=PIECE, batch=_BATCH)
                ours, seen = carry(both, mib * 2**20)
                profiles += seen
                floor = per_s * PIECE / 1e6
                lines.append(ours | {"floor_mb_per_s": floor, "ratio": ours["mb_per_s"] / floor, "load": load()})
    return found | {"runs": lines} | ({"profiles": profiles} if profiles else {})


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one line of JSON at the end")
    parser.add_argument("--sizes", default="10,100", help="MiB per attachment, default 10,100")
    parser.add_argument("--runs", type=int, default=1, help="runs per size, default 1")
    parser.add_argument("--profile", action="store_true", help="where the time goes, in the JSON; costs some of it")
    options = parser.parse_args()
    found = measure(options)
    names = ("mib", "seconds", "mb_per_s", "floor_mb_per_s", "ratio", "sender_mib", "receiver_mib", "load")
    print(table([names, *([round(run[name], 2) for name in names] for run in found["runs"])]))
    if options.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
