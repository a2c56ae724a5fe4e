"""An attachment on its way here: declared by a signed message, gathered piece by piece, checked before it counts.

Nothing is kept that no parked message of the same sender names, so nobody fills our disk with what nobody declared, and
what one peer sends never touches what another peer sends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from hub.core import envelope as wire
from hub.core.errors import BodyMismatch, Rejected
from hub.core.ids import milliseconds, wire_time
from hub.core.inspection import Examined
from hub.core.pieces import digest_of, places
from hub.flows.ports import UnitOfWork
from hub.flows.ports.parts import Arrival
from hub.flows.rows import PartMeta
from hub.flows.steps.admission import metas_of
from hub.flows.steps.batching import Batch
from hub.flows.steps.chunks import Chunk, Cover, cover_of
from hub.flows.steps.files import begins_as, unfit
from hub.flows.steps.keyed import examined
from hub.flows.steps.mending import damages
from schemas.wire.header import PartRef

PUSHED = 1024 * 1024
"""Attachments of one message that are together no larger follow it unasked: that spares a small one the question."""
_MOST_FAILURES = 3
"""So often a sender may deliver pieces that do not open, or make another file than the one its message names."""


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


def take(uow: UnitOfWork, opened: Sequence[object], batch: Batch) -> dict[int, str | Rejected]:
    """Keep the pieces among ``opened``; by place there what became of each.

    ``kept``, ``whole`` (with the last one), ``unwanted`` (no parked message names it), ``faulty`` (the whole is not
    what it should be), or why it is laid aside: its message names another size, or its content key does not open it.
    """
    told: dict[int, str | Rejected] = {}
    by_part: dict[tuple[str, str], dict[int, Chunk]] = {}
    for number, one in enumerate(opened):
        if isinstance(one, Chunk):
            by_part.setdefault((one.sender, one.part), {})[number] = one
    covers = _covers(uow, {one.message for some in by_part.values() for one in some.values()}, batch)
    for (sender, digest), chunks in by_part.items():
        row = uow.arrivals.get(sender, [digest]).get(digest)
        if row is None or row.fault:
            told.update(dict.fromkeys(chunks, "unwanted"))
            continue
        told.update(_taken(uow, row, chunks, covers, milliseconds(batch.now)))
    return told


def _covers(uow: UnitOfWork, hashes: set[str], batch: Batch) -> dict[tuple[str, str], Cover]:
    """(sender, hash) of those messages that are parked and for us -> how their attachments travel."""
    rows = {row.hash: row for row in uow.waiting.get(hashes)} | {
        name: batch.park[name] for name in hashes & batch.park.keys()
    }
    found = {}
    raws = {row.raw for row in rows.values()} | _damaged(uow, hashes - rows.keys())
    for raw in sorted(raws):
        try:
            one = examined(wire.decode(raw), batch.trust, member=batch.member, at=batch.now)
            found[one.header.sender, one.hash] = cover_of(one.header, one.envelope.body, batch.keys.sealer, one.entry)
        except Rejected:
            continue  # It will be refused with this very reason as soon as its turn comes.
    return found


def _damaged(uow: UnitOfWork, hashes: set[str]) -> set[bytes]:
    """Recorded messages among these that lack an attachment again."""
    lacking = hashes & {one.message for one in damages(uow) if one.part} if hashes else set()
    return {message.raw for message in uow.messages.get(lacking)} if lacking else set()


def _taken(
    uow: UnitOfWork,
    row: Arrival,
    chunks: Mapping[int, Chunk],
    covers: Mapping[tuple[str, str], Cover],
    now: datetime,
) -> dict[int, str | Rejected]:
    """Of one attachment: pieces that open are kept; one that does not counts against its sender, and is asked again."""
    pieces: dict[int, bytes] = {}
    told: dict[int, str | Rejected] = {}
    failed = False
    for number, chunk in chunks.items():
        cover = covers.get((row.sender, chunk.message))
        if chunk.size != row.size:
            told[number] = BodyMismatch("附件分块所称的大小与文书所载不符", field="part_size")
        elif cover is None:
            told[number] = "unwanted"
        else:
            try:
                pieces[chunk.start] = cover.open(chunk)
            except Rejected as error:
                told[number], failed = error, True
    became = _gather(uow, row, pieces, now) if pieces else "kept"
    if failed and became == "kept":
        _failed(uow, replace(row, at=now if pieces else row.at), now)
    return dict.fromkeys(chunks, became) | told


def _failed(uow: UnitOfWork, row: Arrival, now: datetime) -> None:
    if row.failures + 1 >= _MOST_FAILURES:
        _spoilt(uow, row, "附件分块解不开，或与文书所载不符", now)
    else:
        uow.arrivals.save([replace(row, failures=row.failures + 1)])


def _gather(uow: UnitOfWork, row: Arrival, pieces: Mapping[int, bytes], now: datetime) -> str:
    """Keep these pieces of one attachment; with the last one, check the whole."""
    if 0 in pieces and not begins_as(row.media_type, pieces[0]):
        return _spoilt(uow, row, "附件内容与声明的文件类型不符", now)
    uow.parts.keep(row.content, sorted(pieces.items()))
    if len(uow.parts.starts(row.content)) < len(places(row.size)):
        uow.arrivals.save([replace(row, at=now)])
        return "kept"
    if digest_of(_read(uow, row)) == row.sha256:
        if any(one.part == row.sha256 for one in damages(uow)):
            uow.parts.drop([row.sha256])  # It was whole once, and makes room for what came again.
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
