"""The audit log: searched by object, person, act and time."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Boolean, ColumnElement, literal_column, select

from hub.flows.ports.journal import Act, ActFilter
from hub.flows.ports.views import Page
from hub.store.fields import examined
from hub.store.tables import leaves
from hub.store.views.paging import pack, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

_COLUMNS = (
    leaves.c.position,
    leaves.c.hash,
    leaves.c.type,
    leaves.c.subject,
    leaves.c.actor,
    leaves.c.at,
    leaves.c.record,
)

_BY_PEOPLE: ColumnElement[bool] = literal_column("actor <> 'node'", Boolean())
"""Written out: an index over a part of the table serves only a condition the planner can read."""
_EXAMINED = select(*examined(leaves))
_ERASE = _EXAMINED.where(leaves.c.type == "erase", _BY_PEOPLE, leaves.c.record.is_not(None))
_BY_NODE = frozenset(
    {
        "agreement",
        "alarm",
        "checkpoint",
        "cosign",
        "due-changed",
        "judge",
        "key-use",
        "base",
        "quarantine",
        "receipt",
        "receipt-given",
        "remind",
        "root",
        "roster",
        "seal",
        "sign-in-failed",
        "store",
        "withheld",
    }
)
"""Types the machine itself writes: mostly many, so the newest are found by looking from the end."""


def acts(connection: Connection, wanted: ActFilter, cursor: str | None, limit: int) -> Page[Act]:
    """Newest first; every condition has an index that ends in the position."""
    start = unpack(cursor, int)
    found = select(*_COLUMNS).where(*_conditions(wanted)).order_by(leaves.c.position.desc()).limit(limit + 1)
    if start is not None:
        found = found.where(leaves.c.position < start[0])
    rows = [_act(row) for row in connection.execute(found)]
    return Page(tuple(rows[:limit]), pack(rows[limit - 1].position) if len(rows) > limit else None)


def types(connection: Connection) -> list[str]:
    """What the machine may write, and what people did, each found by one step through the index."""
    found: list[str] = []
    step = select(leaves.c.type).where(_BY_PEOPLE).order_by(leaves.c.type).limit(1)
    while (row := connection.execute(step.where(leaves.c.type > (found[-1] if found else ""))).first()) is not None:
        found.append(row.type)
    return sorted({*found, *_BY_NODE})


def lawful(connection: Connection) -> set[str]:
    """Records vanish by an erasure alone, and its own leaf names those it emptied."""
    found: set[str] = set()
    for row in connection.execute(_ERASE):
        with suppress(orjson.JSONDecodeError):  # An edited one names nothing, and is named itself.
            found.update(orjson.loads(row.record).get("leaves", ()))
    return found


def _conditions(wanted: ActFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.type is not None:
        yield leaves.c.type == wanted.type
    if wanted.actor is not None:
        yield leaves.c.actor == wanted.actor
    if wanted.actor not in (None, "node") or (wanted.type is not None and wanted.type not in _BY_NODE):
        yield _BY_PEOPLE
    if wanted.subjects:
        yield leaves.c.subject.in_(sorted(wanted.subjects))
    if wanted.since is not None:
        yield leaves.c.at >= wanted.since
    if wanted.until is not None:
        yield leaves.c.at < wanted.until


def _act(row: Any) -> Act:
    facts = orjson.loads(row.record) if row.record is not None else None
    return Act(row.position, row.hash, row.type, row.subject, row.actor, row.at, facts)
