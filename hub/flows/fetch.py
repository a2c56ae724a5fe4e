"""Attachments on their way here → requests for what is missing: a few pieces at a time, the next when those are here.

The addressee asks, so it alone decides how much is under way: neither broker nor memory ever holds more than the
window, whatever a peer would send, and what has arrived is never sent again. Nothing is remembered but the rows.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hub.core import envelope as wire
from hub.core.delivery import STALL, WINDOW
from hub.core.pieces import places, runs
from hub.flows.ports import Keys, Salt, UnitOfWork
from hub.flows.ports.parts import Arrival
from hub.flows.steps.framing import Work
from hub.flows.steps.mending import damages
from schemas.wire.frames import MAX_RANGES

_LEAST, _MOST = 2, 32
"""Pieces one sender may have under way, however many others send."""
_ROWS = 64
"""Attachments of one sender looked at in one go."""


def fetch(uow: UnitOfWork, *, keys: Keys, now: datetime, salt: Salt, only: str | None = None) -> int:
    """Ask every sender for the next pieces it owes us; returns how many were asked.

    ``only``: for the ferry, ask this one for everything that is missing, for its answer will take days.
    """
    senders = uow.arrivals.senders()
    if not senders:
        return 0
    work = Work(uow, uow.trusts.current(), keys, now, salt)
    far = work.trust.by_ferry(uow.member)
    wanted = [one for one in senders if (one == only if only else one not in far and one in work.trust.active())]
    room = max(_LEAST, min(_MOST, WINDOW // max(1, len(wanted))))
    asked = sum(1 for sender in wanted if _ask(work, sender, 1 << 40 if only else room, whole=only is not None))
    work.finish()
    return asked


def _ask(work: Work, sender: str, room: int, *, whole: bool) -> bool:
    """One request to one sender, if it is time for one."""
    rows = work.uow.arrivals.of(sender, _ROWS)
    silent = whole or _silent(work, rows)
    if silent:
        rows = [replace(row, asked=0) for row in _still_wanted(work.uow, sender, rows)]
    here = {row.sha256: set(work.uow.parts.starts(row.content)) for row in rows}
    under_way = sum(1 for row in rows for start in places(row.size, row.asked) if start not in here[row.sha256])
    if under_way > room // 2:
        return False
    ranges: list[dict[str, object]] = []
    changed = []
    for row in rows:
        starts = [start for start in places(row.size) if start >= row.asked and start not in here[row.sha256]]
        starts = starts[: max(0, room - under_way)]
        found = runs(starts, row.size)[: MAX_RANGES - len(ranges)]
        if not found:
            continue
        under_way += len(starts)
        ranges += [{"message": row.message, "part": row.sha256, "first": a, "last": b} for a, b in found]
        changed.append(replace(row, asked=found[-1][1], at=work.now))
    if ranges:
        work.uow.arrivals.save(changed)
        work.send(wire.RESEND, sender, {"messages": [], "receipts": [], "roster": None, "parts": ranges})
    return bool(ranges)


def _silent(work: Work, rows: list[Arrival]) -> bool:
    """What was asked for is lost: nothing came for a while, though its sender was heard of since."""
    moved = max(row.at for row in rows)
    peer = work.uow.peers.get([rows[0].sender])[rows[0].sender]
    return work.now - moved >= STALL and peer.last_seen is not None and peer.last_seen > moved


def _still_wanted(uow: UnitOfWork, sender: str, rows: list[Arrival]) -> list[Arrival]:
    """Without those whose message waits no longer, or that came from another sender meanwhile."""
    damaged = {one.part: one.message for one in damages(uow) if one.part}
    parked = uow.waiting.have({row.message for row in rows}) | {*damaged.values()}
    whole = uow.parts.have({row.sha256 for row in rows}) - damaged.keys()
    gone = [row for row in rows if row.message not in parked or row.sha256 in whole]
    for row in gone:
        uow.parts.forget(row.content)
    uow.arrivals.drop(sender, [row.sha256 for row in gone])
    return [row for row in rows if row not in gone]
