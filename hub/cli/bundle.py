"""Ferry bundles over a node: what waits for one member into a file, and a file into the node (DESIGN D11).

Written first, marked after: a crash between the two exports the same messages again; the addressee drops doubles.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from hub.core import envelope as wire
from hub.core.errors import InvalidInput
from hub.core.ids import sha256
from hub.flows import ferry
from hub.flows.checkpoint import offer
from hub.flows.fetch import fetch
from hub.flows.looking import tell
from hub.flows.ports import Incoming, Sent, SentStatus
from hub.flows.relay import collect, pieces_of, settle
from hub.flows.rows import Verdict
from hub.flows.sync import exchange_heads
from hub.transport.ferry import bundle_draft, read_bundle
from schemas.wire.header import Header

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from hub.app import Node
    from hub.flows.relay import Load
    from hub.transport.ferry_read import Record
    from hub.worker import Worker
    from schemas.wire.frames import Manifest

MOST = 4000
"""Records of one bundle: their signed table of contents must fit into one envelope."""
_BATCH = 50
_PIECES = 16
"""Pieces of attachments read in one transaction."""
_MOST_BYTES = 64 * 2**20
"""Messages of one bundle, held in memory while it is written."""


@dataclass(frozen=True, slots=True)
class Carried:
    """One record of a bundle on its way out."""

    record: int
    type: str
    kind: str | None
    document: str | None
    seq: int | None
    size: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one record of a bundle read in."""

    record: int
    outcome: str
    code: str | None
    reason: str
    subject: str | None


def export(node: Node, worker: Worker, to: str, path: Path, *, actor: str) -> tuple[str, list[Carried], bool]:
    """Write what waits for ``to``; returns bundle id, what it holds, and whether more is waiting."""
    if path.exists():
        raise InvalidInput(f"文件 {path} 已存在", field="file", advice="请换一个文件名，以免覆盖尚未送出的摆渡文件。")
    _check_peer(node, to)
    while worker.seal_once():
        pass
    now, bundle = node.clock(), node.new_id(node.clock())
    carried: list[Carried] = []
    taken: list[Load] = []
    with bundle_draft(path) as draft:
        for load in _waiting(node, worker, to, now):
            if len(carried) == MOST or not draft.add(load.out.raw):
                break
            carried.append(_carried(len(carried) + 1, load))
            # Its bytes are on the medium: only what is to be noted of it stays in memory.
            taken.append(replace(load, out=replace(load.out, raw=b"")))
        with node.store.begin() as uow:
            listed = [dict(one) for one in draft.listed]
            contents = ferry.manifest(uow, listed, to=to, bundle=bundle, signer=worker.signing(uow), now=now)
        draft.finish(contents)
    with node.store.begin() as uow:
        settle(uow, taken, [Sent(load.out.key, SentStatus.CONFIRMED) for load in taken], node.clock())
        ferry.note(
            uow, "ferry-export", bundle, actor=actor, peer=to, count=len(taken), now=node.clock(), salt=node.salt
        )
        rest = (uow.frames.pending(1, ferry=(), only=to), uow.deliveries.pending(1, ferry=(), only=to))
        more = any(rest) or bool(uow.wants.of(to, 1))
    return bundle, carried, more


def _waiting(node: Node, worker: Worker, to: str, now: datetime) -> Iterator[Load]:
    """Everything for ``to``: control frames and messages, then their attachments a few pieces at a time."""
    with node.store.begin() as uow:
        exchange_heads(uow, keys=worker.using(uow), now=now, salt=node.salt, every=0.0, only=to)
        offer(uow, keys=worker.using(uow), now=now, salt=node.salt, only=to)
        tell(uow, keys=worker.using(uow), now=now, salt=node.salt, only=to)
        fetch(uow, keys=worker.using(uow), now=now, salt=node.salt, only=to)
        loads = collect(uow, keys=worker.using(uow), now=now, limit=MOST, only=to, most_bytes=_MOST_BYTES)
        # A message that has no room yet is exported again with the next bundle, and its attachments wait till then.
        uow.wants.add([want for load in loads for want in load.follow])
        wants = uow.wants.of(to, MOST)
    yield from loads
    for want in wants:
        first = want.first
        while first < want.last:
            with node.store.begin() as uow:
                some = pieces_of(uow, want, first, _PIECES, keys=worker.using(uow), now=now)
            if not some:
                break
            yield from some
            first = some[-1].upto


def take(node: Node, worker: Worker, path: Path, *, actor: str) -> tuple[Manifest, list[Taken]]:
    """Read a bundle in; raises ``Rejected`` when its manifest is not a member's and for us: nothing is read then."""
    done: list[Taken] = []
    with read_bundle(path) as reading:
        with node.store.begin() as uow:
            contents = ferry.check_manifest(uow, reading.manifest, now=node.clock())
        batch: list[Incoming] = []
        for one in _compared(reading.records, contents):
            if isinstance(one, Taken):
                done.append(one)
                continue
            batch.append(one)
            if len(batch) == _BATCH:
                done += _recorded(worker, batch)
                batch = []
        done += _recorded(worker, batch)
    with node.store.begin() as uow:
        ferry.note(
            uow,
            "ferry-import",
            contents.bundle,
            actor=actor,
            peer=contents.sender,
            count=len(done),
            now=node.clock(),
            salt=node.salt,
        )
    return contents, sorted(done, key=lambda one: one.record)


def _compared(records: Iterable[Record], contents: Manifest) -> Iterator[Incoming | Taken]:
    """Each place of the bundle against the signed contents; what is missing at the end is told as well."""
    met = 0
    for record in records:
        place = record.index
        met = max(met, place + 1)
        if record.raw is None:
            yield Taken(place + 1, "damaged", None, record.problem, None)
        elif place >= len(contents.records) or contents.records[place].sha256 != sha256(record.raw):
            yield Taken(place + 1, "unlisted", None, "内容与发件单位签名的清单不符", sha256(record.raw))
        else:
            yield Incoming(str(place + 1), record.raw, "ferry")
    for place in range(met, len(contents.records)):
        yield Taken(place + 1, "damaged", None, "清单所列，文件中没有", None)


def _recorded(worker: Worker, batch: list[Incoming]) -> list[Taken]:
    verdicts: list[Verdict] = worker.record(batch) if batch else []
    return [
        Taken(int(one.tag), verdict.outcome, verdict.code, verdict.reason, verdict.subject)
        for one, verdict in zip(batch, verdicts, strict=True)
    ]


def _check_peer(node: Node, to: str) -> None:
    with node.store.begin() as uow:
        found = uow.trusts.current().member(to)
    if to == node.settings.member or found.status != "active":
        raise InvalidInput(f"{found.name}不是可以摆渡的对方", field="to")


def _carried(number: int, load: Load) -> Carried:
    envelope = wire.decode(load.out.raw)
    kind = envelope.type.removeprefix(wire.PREFIX).removesuffix(wire.SUFFIX)
    if envelope.type != wire.MESSAGE:
        return Carried(number, kind, None, None, None, len(load.out.raw))
    header = wire.parse(Header, envelope.payload)
    return Carried(number, kind, header.kind, header.document, header.seq, len(load.out.raw))
