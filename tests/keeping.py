"""Carrying an erasure through, and looking for what must be gone in everything a database holds."""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select

from hub.flows.erasing import carry_out
from hub.flows.ports.retention import Erasure
from hub.flows.retention import By, Wish, approve, propose
from hub.flows.steps.approval import Policy
from hub.store.session import SqlStore
from hub.store.tables.metadata import metadata
from tests.builders import Federation, user

PROPOSER = user(name="clerk", role="clerk", level="handler")
APPROVER = user(name="leader", role="officer", level="bureau_leader")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{16,}={0,2}")


def erase(
    store: SqlStore,
    fed: Federation,
    now: datetime,
    new_id: Callable[[datetime], str],
    salt: Callable[[], bytes],
    **wish: Any,
) -> Erasure:
    """Propose, approve, carry out; the erasure as it ended."""
    wanted = Wish(**{"reason": "保存期限届满", "basis": "个人信息保护法第四十七条", **wish})
    with store.begin() as uow:
        made = propose(uow, wanted, By(PROPOSER, now, salt), new_id)
    with store.begin() as uow:
        approve(uow, made.id, By(APPROVER, now, salt), Policy())
    with store.begin() as uow:
        carry_out(uow, signer=fed.signer(store.member), now=now, salt=salt, limit=9)
        found = uow.retention.erasure(made.id)
    assert found is not None
    return found


def everything(store: SqlStore) -> Iterator[tuple[str, bytes]]:
    """Every value of every table as bytes, with the place it stands in."""
    with store.read() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                for name, value in row.items():
                    held = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    yield f"{table.name}.{name}", held


def places_of(store: SqlStore, text: str) -> set[str]:
    """Where the text stands, plainly or inside base64."""
    wanted = text.encode()
    return {place for place, held in everything(store) if wanted in held or wanted in _unpacked(held)}


def _unpacked(held: bytes) -> bytes:
    found = []
    for run in _BASE64.findall(held):
        try:
            found.append(binascii.a2b_base64(run))
        except binascii.Error:
            continue
    return b"\n".join(found)
