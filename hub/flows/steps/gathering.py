"""An attachment on its way here: declared by a signed message, gathered piece by piece, checked before it counts.

Nothing is kept that no parked message of the same sender names, so nobody fills our disk with what nobody declared, and
what one peer sends never touches what another peer sends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from hub.core.errors import BodyMismatch
from hub.core.ids import milliseconds, wire_time
from hub.core.inspection import Examined
from hub.core.pieces import digest_of, places
from hub.flows.ports import UnitOfWork
from hub.flows.ports.parts import Arrival
from hub.flows.rows import PartMeta
from hub.flows.steps.admission import metas_of
from hub.flows.steps.chunks import Chunk
from hub.flows.steps.files import begins_as, unfit
from schemas.wire.header import PartRef

PUSHED = 1024 * 1024
"""Attachments of one message that are together no larger follow it unasked: that spares a small one the question."""
_MOST_FAILURES = 3
"""So often a sender may deliver pieces that make another file than the one its message names."""


def is_pushed(sizes: Sequence[int]) -> bool:
    """Whether attachments of these sizes follow their message by themselves; both ends ask this."""
    return sum(sizes) <= PUSHED


def missing(uow: UnitOfWork, one: Examined) -> set[str]:
    """Attachments of a message that are not whole here."""
    digests = {part.sha256 for part in one.header.parts}
    return digests - uow.parts.have(digests) if digests else digests


def welcome(uow: UnitOfWork, one: Examined, now: datetime) -> None:
    """A message that waits names attachments: from now on their pieces are welcome, if they may be accepted at all."""
    lacking = missing(uow, one)
    if not lacking or unfit(metas_of(one)) is not None:
        return
    sender, known = one.header.sender, uow.arrivals.get(one.header.sender, lacking)
    pushed = is_pushed([part.size for part in one.header.parts])
    named = {part.sha256: part for part in one.header.parts}
    fresh = [_begun(sender, one.hash, named[digest], now, pushed=pushed) for digest in sorted(lacking - known.keys())]
    if fresh:
        uow.arrivals.save(fresh)


def _begun(sender: str, message: str, part: PartRef, now: datetime, *, pushed: bool) -> Arrival:
    name = f"{sender}:{part.sha256}:{wire_time(now)}"
    asked = part.size if pushed else 0
    return Arrival(sender, part.sha256, message, part.size, part.media_type, name, now, asked, now)


def fault_of(uow: UnitOfWork, sender: str, lacking: Collection[str]) -> str | None:
    """Why one of these will never be taken; None while all may still come."""
    return next((row.fault for row in uow.arrivals.get(sender, lacking).values() if row.fault), None)


def settled(uow: UnitOfWork, one: Examined) -> None:
    """Its message is recorded: nothing is on its way for it any more."""
    digests = {part.sha256 for part in one.header.parts}
    known = uow.arrivals.get(one.header.sender, digests) if digests else {}
    for row in known.values():
        uow.parts.forget(row.content)
    uow.arrivals.drop(one.header.sender, known)


def take(uow: UnitOfWork, opened: Sequence[object], now: datetime) -> dict[int, str]:
    """Keep the pieces among ``opened``; by place there what became of each.

    ``kept``, ``whole`` (with the last one), ``unwanted`` (no parked message names it), ``contradicts`` (its message
    names another size) or ``faulty`` (the whole is not what it should be).
    """
    told: dict[int, str] = {}
    by_part: dict[tuple[str, str], dict[int, Chunk]] = {}
    for number, one in enumerate(opened):
        if isinstance(one, Chunk):
            by_part.setdefault((one.sender, one.part), {})[number] = one
    for (sender, digest), chunks in by_part.items():
        row = uow.arrivals.get(sender, [digest]).get(digest)
        if row is None or row.fault:
            told.update(dict.fromkeys(chunks, "unwanted"))
            continue
        told.update(dict.fromkeys(chunks, "contradicts"))
        fitting = {number: one for number, one in chunks.items() if one.size == row.size}
        if fitting:
            told.update(dict.fromkeys(fitting, _gather(uow, row, list(fitting.values()), milliseconds(now))))
    return told


def contradiction() -> BodyMismatch:
    """What a piece is laid aside with."""
    return BodyMismatch("附件分块所称的大小与文书所载不符", field="part_size")


def _gather(uow: UnitOfWork, row: Arrival, chunks: Sequence[Chunk], now: datetime) -> str:
    """Keep these pieces of one attachment; with the last one, check the whole."""
    pieces = {chunk.start: chunk.piece for chunk in chunks}
    if 0 in pieces and not begins_as(row.media_type, pieces[0]):
        return _spoilt(uow, row, "附件内容与声明的文件类型不符", now)
    uow.parts.keep(row.content, sorted(pieces.items()))
    if len(uow.parts.starts(row.content)) < len(places(row.size)):
        uow.arrivals.save([replace(row, at=now)])
        return "kept"
    if digest_of(_read(uow, row)) == row.sha256:
        uow.parts.adopt(PartMeta(row.sha256, row.size, row.media_type), row.content)
        uow.arrivals.drop(row.sender, [row.sha256])
        return "whole"
    if row.failures + 1 >= _MOST_FAILURES:
        return _spoilt(uow, row, "附件内容与文书所载的摘要不符", now)
    uow.parts.forget(row.content)
    uow.arrivals.save([replace(row, failures=row.failures + 1, asked=0, at=now)])
    return "faulty"


def _spoilt(uow: UnitOfWork, row: Arrival, why: str, now: datetime) -> str:
    uow.parts.forget(row.content)
    uow.arrivals.save([replace(row, fault=why, at=now)])
    return "faulty"


def _read(uow: UnitOfWork, row: Arrival) -> Iterator[bytes]:
    for start in places(row.size):
        yield uow.parts.kept(row.content, start) or b""
