"""Signed → on the wire: hand pending envelopes to the pipe and note its word (DESIGN D1).

Collecting and noting are two transactions with the publishing between them: a crash in between publishes again, and
the addressee drops the duplicate. Only ``CONFIRMED`` becomes 'on the wire'; only a signed receipt ends a delivery.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice

from hub.core import envelope as wire
from hub.core.errors import Unopenable
from hub.core.ids import ALL
from hub.core.pieces import PIECE
from hub.core.trust import Trust
from hub.flows.ports import Keys, Outgoing, Sent, SentStatus, UnitOfWork
from hub.flows.ports.parts import Want
from hub.flows.rows import ToPublish
from hub.flows.steps.chunks import Cover, cover_of, framed
from hub.flows.steps.gathering import is_pushed
from hub.flows.steps.keyed import PresentKeys, keyed, lacking
from hub.flows.steps.pens import countersigned
from hub.flows.steps.withholding import withhold
from schemas.wire.header import Header

AT_ONCE = 32
"""Pieces handed to the pipe in one go: 8 MiB, after which whatever else waits has its turn."""
MOST_BYTES = 16 * 2**20
"""Envelopes read for one go; what does not fit waits for the next."""


@dataclass(frozen=True, slots=True)
class Load:
    """One thing to publish and the rows it stands for."""

    out: Outgoing
    ids: tuple[int, ...] = ()
    frame: str | None = None
    follow: tuple[Want, ...] = ()
    """Pieces that are to go after this message."""
    want: Want | None = None
    """For a piece: the want it answers, and how far that is answered then."""
    upto: int = 0


def collect(
    uow: UnitOfWork,
    *,
    keys: Keys,
    now: datetime,
    limit: int,
    resting: Collection[str] = (),
    only: str | None = None,
    most_bytes: int = MOST_BYTES,
) -> list[Load]:
    """What waits to be published, oldest first: control frames, then messages.

    ``resting``: members left alone for a while because the pipe returned them. ``only``: for the ferry, what waits
    for one member.
    """
    frames = collect_frames(uow, limit=limit, resting=resting, only=only)
    return frames + collect_messages(
        uow, keys=keys, now=now, limit=limit, resting=resting, only=only, most_bytes=most_bytes
    )


def collect_frames(
    uow: UnitOfWork, *, limit: int, resting: Collection[str] = (), only: str | None = None
) -> list[Load]:
    """Control frames alone, as :func:`collect` takes them: receipts go out right after what they answer."""
    trust = uow.trusts.current()
    gone, _ = _away(trust)
    far = gone | (trust.by_ferry(uow.member) | set(resting)) - ({only} if only else set())
    return [
        Load(Outgoing(f"f:{frame.id}", frame.audience, frame.raw), frame=frame.id)
        for frame in uow.frames.pending(limit, ferry=far, only=only)
        if only not in gone
    ]


def collect_messages(
    uow: UnitOfWork,
    *,
    keys: Keys,
    now: datetime,
    limit: int,
    resting: Collection[str] = (),
    only: str | None = None,
    most_bytes: int = MOST_BYTES,
) -> list[Load]:
    """Messages alone, as :func:`collect` takes them: what was just sealed goes out right after."""
    trust = uow.trusts.current()
    gone, idle = _away(trust)
    far = (trust.by_ferry(uow.member) | set(resting)) - ({only} if only else set())
    loads: list[Load] = []
    # Everybody's queue is everybody's: while somebody must not read along, each of the others gets its own.
    online = 0 if gone | idle else sum(1 for m in trust.active() if m != uow.member and m not in far)
    found = [] if only in idle else uow.deliveries.pending(limit, ferry=far | idle, only=only)
    waiting = withhold(uow, found, trust, signer=keys.signer, now=now)
    far = trust.by_ferry(uow.member)
    room, present = most_bytes, PresentKeys(trust, now)
    for _, group in groupby(waiting, key=lambda one: (one.message, one.form)):
        rows = list(group)
        full, whole = rows[0].form == "full", countersigned(rows[0].raw, uow.member, keys, trust)
        late = lacking(rows[0].raw, [row.member for row in rows], present) if full else {}
        for to, some in _routes(rows, 0 if late else online):
            raw = whole if full else wire.without_body(whole)
            if to in late:
                raw = keyed(raw, to, late[to], keys=keys, now=now)
            ids = tuple(one.id for one in some)
            loads.append(Load(Outgoing(f"m:{some[0].id}", to, raw), ids, follow=_followers(rows[0], some, far)))
            room -= len(raw)
        if room <= 0:
            break
    return loads


def _away(trust: Trust) -> tuple[set[str], set[str]]:
    """Members that get nothing any more, and those that get no messages for the time being."""
    gone, idle = (
        {member.id for member in trust.roster.members if member.status == status}
        for status in ("expelled", "suspended")
    )
    return gone, idle


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
    follow = [want for load in done for want in load.follow]
    if follow:
        uow.wants.add(follow)
    _shorten(uow, loads, confirmed)
    return len(ids)


def _shorten(uow: UnitOfWork, loads: Sequence[Load], confirmed: Collection[str]) -> None:
    """What of each want the pipe took without a hole; the rest goes again."""
    upto: dict[Want, int] = {}
    broken: set[Want] = set()
    for load in loads:
        if load.want is None:
            continue
        if load.out.key not in confirmed:
            broken.add(load.want)
        elif load.want not in broken:
            upto[load.want] = load.upto
    for want, first in upto.items():
        uow.wants.shorten(want, first)


def refused_by_pipe(loads: Sequence[Load], sent: Sequence[Sent]) -> set[str]:
    """Members whose items came back: the caller lets them rest, so that nobody waits behind them."""
    failed = {one.key for one in sent if one.status is not SentStatus.CONFIRMED}
    return {load.out.to for load in loads if load.out.key in failed} - {ALL}


def _routes(rows: list[ToPublish], online: int) -> list[tuple[str, list[ToPublish]]]:
    """One publish for a whole broadcast; after that, to each member that still lacks it."""
    if rows[0].audience == ALL and rows[0].form == "full" and len(rows) == online and online > 1:
        return [(ALL, rows)]
    return [(row.member, [row]) for row in rows]


def wanted(uow: UnitOfWork, *, keys: Keys, now: datetime, resting: Collection[str] = ()) -> list[Load]:
    """Pieces of attachments that peers are to get, a few of each peer: whoever wants much holds up nobody."""
    trust = uow.trusts.current()
    waiting = uow.wants.members()
    uow.wants.drop([member for member in waiting if member not in trust.active()])
    skip = trust.by_ferry(uow.member) | set(resting)
    members = [member for member in waiting if member in trust.active() and member not in skip]
    each = max(1, AT_ONCE // len(members)) if members else 0
    loads: list[Load] = []
    for member in members[:AT_ONCE]:
        room = each
        for want in uow.wants.of(member, each):
            found = pieces_of(uow, want, want.first, room, keys=keys, now=now)
            loads += found
            room -= len(found)
            if room <= 0:
                break
    return loads


def pieces_of(uow: UnitOfWork, want: Want, first: int, most: int, *, keys: Keys, now: datetime) -> list[Load]:
    """The next pieces of one want from ``first`` on; one whose attachment or message is gone here is given up."""
    meta, cover = uow.parts.about([want.part]).get(want.part), _cover(uow, want, keys)
    if meta is None or cover is None:
        uow.wants.shorten(want, want.last)
        return []
    loads = []
    for start in islice(range(first, min(want.last, meta.size), PIECE), most):
        piece = uow.parts.piece(want.part, start)
        if piece is None:
            uow.wants.shorten(want, want.last)
            break
        raw = framed(want, meta, start, piece, cover, sender=uow.member, signer=keys.signer, now=now)
        out = Outgoing(f"p:{want.id}:{start}", want.member, raw)
        loads.append(Load(out, want=want, upto=min(start + PIECE, want.last)))
    return loads


def _cover(uow: UnitOfWork, want: Want, keys: Keys) -> Cover | None:
    """How the attachments of its message travel; None where that is erased, or sealed to a key we have no longer."""
    for message in uow.messages.get([want.message]):
        one = wire.decode(message.raw)
        try:
            return cover_of(wire.parse(Header, one.payload), one.body, keys.sealer)
        except Unopenable:
            return None
    return None


def _followers(row: ToPublish, rows: list[ToPublish], far: Collection[str]) -> tuple[Want, ...]:
    """Small attachments follow their message unasked, and all do where nobody could ask in time."""
    if row.form != "full" or not row.parts:
        return ()
    small = is_pushed([part.size for part in row.parts])
    to = [one.member for one in rows if small or one.member in far]
    return tuple(Want(member, row.message, part.sha256, 0, part.size) for member in to for part in row.parts)
