"""Bad bytes through every real pipe into a whole node: kept with a reason, and what follows still arrives."""

from __future__ import annotations

import re

from hub.flows.ports import Outgoing
from hub.worker import Worker
from tests.builders import BEIHAI, YULIN, Clock, federation, ids, incarnation, keys_for, salts
from tests.contracts.pipes import Pipe, eventually
from tests.core.badinput import ENVELOPES, GOOD
from tests.fakes_store import MemoryStore

WANTED = {"B4-not-utf-8", "B7-duplicate-key", "B10-number-NaN", "B11-depth-33", "B29-trailing-bytes"}
BAD = [case for case in ENVELOPES if str(case) in WANTED]


def test_five_rows_of_bad_input_are_kept_with_a_reason_and_hold_nothing_up(pipe: Pipe) -> None:
    assert {str(case) for case in BAD} == WANTED
    store = MemoryStore(BEIHAI, incarnation(9), federation().trust)
    receiver, sender = pipe.open(BEIHAI), pipe.open(YULIN)
    worker = Worker(store, receiver, keys_for(BEIHAI), Clock(), ids(), salts())
    sent = sender.publish([Outgoing(str(n), BEIHAI, raw) for n, raw in enumerate([*(c.raw for c in BAD), GOOD])]).sent()
    assert {one.status for one in sent} == {"confirmed"}

    def arrived() -> bool:
        worker.receive_once(0.2)
        return len(store.rows.messages.rows) == 1

    eventually(arrived)
    kept = list(store.rows.quarantine.rows.values())
    assert sorted(row.code for row in kept) == sorted(case.codes[0] for case in BAD)
    assert all(re.search("[\u4e00-\u9fff]", row.reason) for row in kept)
    assert [row.status for row in store.rows.messages.rows.values()] == ["stored"]
    store.check()
