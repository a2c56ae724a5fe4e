"""Signed → on the wire: hand pending envelopes to the pipe and note its word (DESIGN D1).

Collecting and noting are two transactions with the publishing between them: a crash in between publishes again, and
the addressee drops the duplicate. Only ``CONFIRMED`` becomes 'on the wire'; only a signed receipt ends a delivery.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from hub.core import envelope as wire
from hub.core.ids import ALL, sha256, wire_time
from hub.flows.ports import Outgoing, Sent, SentStatus, Signer, UnitOfWork
from hub.flows.rows import ToPublish
from hub.flows.steps.withholding import withhold

CHUNK = 512 * 1024
"""Attachment bytes per frame (DESIGN D6)."""


@dataclass(frozen=True, slots=True)
class Load:
    """One thing to publish and the rows it stands for. ``ids`` empty: a chunk that goes ahead of its message."""

    out: Outgoing
    ids: tuple[int, ...] = ()
    frame: str | None = None


def collect(
    uow: UnitOfWork,
    *,
    signer: Signer,
    now: datetime,
    limit: int,
    resting: Collection[str] = (),
    only: str | None = None,
) -> list[Load]:
    """What waits to be published, oldest first: control frames, then messages with their attachments before them.

    ``resting``: members left alone for a while because the pipe returned them. ``only``: for the ferry, what waits
    for one member.
    """
    trust = uow.trusts.current()
    skip = (trust.by_ferry(uow.member) | set(resting)) - ({only} if only else set())
    loads = [
        Load(Outgoing(f"f:{frame.id}", frame.audience, frame.raw), frame=frame.id)
        for frame in uow.frames.pending(limit, ferry=skip, only=only)
    ]
    online = sum(1 for m in trust.active() if m != uow.member and m not in skip)
    found = uow.deliveries.pending(limit, ferry=skip, only=only)
    waiting = withhold(uow, found, trust, signer=signer, now=now)
    for _, group in groupby(waiting, key=lambda one: (one.message, one.form)):
        rows = list(group)
        for to, some in _routes(rows, online):
            loads += _chunks(uow, rows[0], to, signer, now)
            raw = wire.without_body(rows[0].raw) if rows[0].form == "header" else rows[0].raw
            loads.append(Load(Outgoing(f"m:{some[0].id}", to, raw), ids=tuple(one.id for one in some)))
    return loads


def settle(uow: UnitOfWork, loads: Sequence[Load], sent: Sequence[Sent], now: datetime) -> int:
    """Note what the pipe confirmed; returns how many messages went on the wire."""
    confirmed = {one.key for one in sent if one.status is SentStatus.CONFIRMED}
    done = [load for load in loads if load.out.key in confirmed]
    ids = [number for load in done for number in load.ids]
    if ids:
        uow.deliveries.on_wire(ids, now)
    frames = [load.frame for load in done if load.frame]
    if frames:
        uow.frames.sent(frames)
    return len(ids)


def refused_by_pipe(loads: Sequence[Load], sent: Sequence[Sent]) -> set[str]:
    """Members whose items came back: the caller lets them rest, so that nobody waits behind them."""
    failed = {one.key for one in sent if one.status is not SentStatus.CONFIRMED}
    return {load.out.to for load in loads if load.out.key in failed} - {ALL}


def _routes(rows: list[ToPublish], online: int) -> list[tuple[str, list[ToPublish]]]:
    """One publish for a whole broadcast; after that, to each member that still lacks it."""
    if rows[0].audience == ALL and rows[0].form == "full" and len(rows) == online and online > 1:
        return [(ALL, rows)]
    return [(row.member, [row]) for row in rows]


def _chunks(uow: UnitOfWork, row: ToPublish, to: str, signer: Signer, now: datetime) -> list[Load]:
    """Attachments of a full message as signed chunk frames."""
    loads: list[Load] = []
    if row.form != "full":
        return loads
    for digest in row.parts:
        part = uow.parts.get(digest)
        if part is None:
            continue
        for offset in range(0, len(part.content), CHUNK):
            chunk = part.content[offset : offset + CHUNK]
            payload = wire.dump(
                {
                    "sender": uow.member,
                    "audience": to,
                    "issued": wire_time(now),
                    "part": digest,
                    "part_size": len(part.content),
                    "offset": offset,
                    "chunk": sha256(chunk),
                    "size": len(chunk),
                    "media_type": part.media_type,
                }
            )
            signature = wire.Signature(signer.keyid, signer.sign(wire.pae(wire.PART, payload)))
            raw = wire.encode(wire.PART, payload, (signature,), chunk)
            loads.append(Load(Outgoing(f"p:{row.id}:{digest[:8]}:{offset}", to, raw)))
    return loads
