"""One poisoned peer beside a busy good one: how much slower does intake serve the good one?

Both runs take the same good messages in the same batches; in the second every batch also carries poison (well-formed,
badly signed) of another member, as many deliveries as good ones. The clock moves with the work, so the quota counts.
"""

from __future__ import annotations

import argparse
import gc
import json
import time
from dataclasses import replace
from datetime import timedelta

from hub.cli.loop import COLLECT_AFTER
from hub.core import envelope as wire
from tests.builders import HAIKOU, Clock, hash_of, signer_for, uuid
from tests.core.badinput import message
from tests.flows.desk import Desk

BATCH = 250


def good(count: int) -> list[bytes]:
    made: list[bytes] = []
    for seq in range(1, count + 1):
        prev = hash_of(made[-1]) if made else None
        made.append(message(seq=seq, prev=prev, document=uuid(10_000 + seq), matter=uuid(50_000 + seq)))
    return made


def poison(count: int) -> list[bytes]:
    one = wire.decode(message())
    bad = replace(one.signatures[0], keyid=signer_for(HAIKOU).keyid, sig=bytes(64))
    return [wire.encode(one.type, one.payload + b" " * (n % 200), (bad,), one.body) for n in range(count)]


def run(messages: list[bytes], bad: list[bytes]) -> float:
    """Processor seconds to take in ``messages``, with ``bad`` spread between them."""
    clock = Clock()
    desk = Desk(clock=clock)
    desk.hand(*bad[:250])  # the burst is used up before the measurement: a flood lasts
    gc.collect()  # what the run before left behind is not this one's work
    start = time.process_time()
    stored = 0
    for at in range(0, len(messages), BATCH):
        share = bad[at : at + BATCH]
        mixed = [raw for pair in zip(share, messages[at : at + BATCH], strict=False) for raw in pair]
        began = time.process_time()
        verdicts = desk.worker.record(desk.incoming(*(mixed or messages[at : at + BATCH])))
        clock.advance(timedelta(seconds=time.process_time() - began))
        stored += sum(one.outcome == "stored" for one in verdicts)
    assert stored == len(messages), "a good message was lost"
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=3000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    gc.set_threshold(COLLECT_AFTER)  # as a node's worker has it
    messages, bad = good(options.messages), poison(options.messages)
    run(messages[:500], [])
    rounds = [(run(messages, []), run(messages, bad)) for _ in range(5)]
    alone, beside = (min(times) for times in zip(*rounds, strict=True))
    found = {
        "good_per_s": round(len(messages) / alone),
        "good_per_s_beside_poison": round(len(messages) / beside),
        "slower_by_percent": round(100 * (beside / alone - 1), 1),
    }
    if options.json:
        print(json.dumps(found))
    else:
        print(
            "好件独行 {good_per_s}/s，与毒件同行 {good_per_s_beside_poison}/s，慢 {slower_by_percent}%".format(**found)
        )


if __name__ == "__main__":
    main()
