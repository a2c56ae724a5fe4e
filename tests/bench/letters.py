"""Decisions for the benchmarks: a valid request for assistance whose body is 1 KiB."""

from __future__ import annotations

import time
from functools import cache

from hub.app import new_id, salt
from hub.core import envelope as wire
from hub.flows.send import Request, send
from hub.store.session import SqlStore
from tests.bench.nodes import clock

BODY = 1024


@cache
def body() -> dict[str, object]:
    """A body of exactly ``BODY`` bytes as it is signed."""
    fields: dict[str, object] = {
        "title": "关于协助调查某某生物科技有限公司涉嫌组织传销案的函",
        "classification": "internal",
        "case_name": "某某生物科技有限公司涉嫌组织传销案",
        "facts": "",
        "items": [
            {
                "no": 1,
                "target_type": "company",
                "target": "某某生物科技有限公司",
                "matter": "调取登记档案、变更记录及近三年年报。",
                "evidence_form": "档案复印件加盖查询专用章",
                "purpose": "确认经营主体和实际控制人",
            }
        ],
        "basis": ["《市场监督管理行政处罚程序规定》第四十五条"],
    }
    missing = BODY - len(wire.dump(fields))
    fields["facts"] = "已查明的事实" * (missing // 18) + "。" * (missing % 18 // 3) + "." * (missing % 3)
    assert len(wire.dump(fields)) == BODY
    return fields


def request(to: str) -> Request:
    """One request for assistance to ``to``."""
    return Request("assistance_request", body(), (to,))


def record(store: SqlStore, to: str, count: int, *, at_once: int = 1) -> float:
    """Record ``count`` decisions, ``at_once`` in a transaction; returns how many a second."""
    began = time.monotonic()
    for start in range(0, count, at_once):
        with store.begin() as uow:
            for _ in range(min(at_once, count - start)):
                send(uow, request(to), actor="bench", now=clock(), new_id=new_id, salt=salt)
    return count / (time.monotonic() - began)
