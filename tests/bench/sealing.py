"""What sealing a body costs by the number of addressees, beside bare HPKE and AES-GCM in the same run.

Sealed: the first body of a run as the worker does it, for so many addressees, and kept for the sender; next: another
body of that run. Opened: one addressee finds its entry among them all, unwraps, decrypts and checks the commitment, of
the first of a run and of the next. Floor: the same number of HPKE single-shot
seals of 32 bytes and one AES-GCM encryption of the body; one HPKE open and one decryption. Both take turns; medians of
processor time. The floor hides no length, commits to no text and binds no message.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from itertools import cycle

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from hub.core import sealing
from hub.core.ids import sha256
from hub.flows.steps.sealed import close_body, lock_for
from hub.keystore.sealer import KeySealer
from tests.bench.machine import load, surroundings, table

RUN = sealing.run(sender="450900-mr", audience="all", incarnation="0199e000-0000-7000-8000-000000000002")
ADDRESSEES = (1, 5, 40, 364)
"""Two offices, the five cities, a province, every prefecture-level city with its departments on one broker."""
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
BINDING = sealing.binding(
    document="0199e000-0000-7000-8000-000000000001",
    sender="450900-mr",
    audience="all",
    incarnation="0199e000-0000-7000-8000-000000000002",
    seq=1,
    kind="case_notice",
)


def processor_us(work: Callable[[], object], times: int) -> float:
    """Processor microseconds of one call, the mean of ``times``."""
    began = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - began) / times * 1e6


def measure(count: int, body: bytes, rounds: int) -> dict[str, float]:
    """Sealing and opening for ``count`` addressees."""
    private = [X25519PrivateKey.generate() for _ in range(count)]
    keys = [one.public_key() for one in private]
    publics = [key.public_bytes_raw() for key in keys]
    sender, last = KeySealer(X25519PrivateKey.generate()), KeySealer(private[-1])
    lock = lock_for(publics, RUN, sender)
    # More runs than the addressee remembers: whichever it opens is the first of its own.
    runs = cycle([close_body(body, lock_for(publics, RUN, sender), BINDING, sender) for _ in range(70)])
    sealed, opened = close_body(body, lock, BINDING, sender)
    secret, nonce = os.urandom(32), bytes(12)
    wrapped, text = SUITE.encrypt(secret, keys[-1], BINDING), AESGCM(secret).encrypt(nonce, body, None)

    def ours_open(sealed: bytes = sealed, opened: bytes = opened) -> None:
        framed = sealing.parse(sealed)
        found = framed.find(last.keyids)
        assert found is not None
        key = sealing.content_key(last.unwrap(*found, RUN), BINDING)
        sealing.unclose(key, framed.chunks, sha256(opened))

    def floor_seal() -> None:
        for key in keys:
            SUITE.encrypt(secret, key, BINDING)
        AESGCM(secret).encrypt(nonce, body, None)

    def floor_open() -> None:
        AESGCM(SUITE.decrypt(wrapped, private[-1], BINDING)).decrypt(nonce, text, None)

    work = {
        "seal": lambda: close_body(body, lock_for(publics, RUN, sender), BINDING, sender),
        "seal_next": lambda: close_body(body, lock, BINDING, sender),
        "seal_floor": floor_seal,
        "open": lambda: ours_open(*next(runs)),
        "open_next": ours_open,
        "open_floor": floor_open,
    }
    times = {name: max(2, 400 // (count + 1)) if name in ("seal", "seal_floor") else 200 for name in work}
    taken = [{name: processor_us(call, times[name]) for name, call in work.items()} for _ in range(rounds)]
    found = {name: round(statistics.median(one[name] for one in taken), 1) for name in work}
    return {**found, "bytes": float(len(sealed)), "seal_ratio": round(found["seal"] / found["seal_floor"], 2)}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one line of JSON at the end")
    parser.add_argument("--size", type=int, default=1024, help="bytes of the body, default 1,024")
    parser.add_argument("--rounds", type=int, default=7, help="turns of ours and floor, default 7")
    options = parser.parse_args()
    found = surroundings() | {"size": options.size}
    body = os.urandom(options.size)
    by_count = {count: measure(count, body, options.rounds) for count in ADDRESSEES}
    found |= {"addressees": {str(count): row for count, row in by_count.items()}, "load_after": load()}
    if options.json:
        print(json.dumps(found))
        return
    rows: list[list[object]] = [
        ["addressees", "bytes", "seal µs", "floor µs", "ratio", "next µs", "open µs", "floor µs", "next µs"]
    ]
    for count, row in by_count.items():
        shown = [
            row[name] for name in ("seal", "seal_floor", "seal_ratio", "seal_next", "open", "open_floor", "open_next")
        ]
        rows.append([count, int(row["bytes"]), *shown])
    print(table(rows))
    print(f"{found['cores']} cores, load {found['load_before']} before, {found['load_after']} after")


if __name__ == "__main__":
    main()
