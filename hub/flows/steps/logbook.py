"""Our own log looked at: what is stored, hashed again and compared with the tree and with what was signed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from hub.core import logcheck, merkle
from hub.core.audit import leaf
from hub.core.checkpoint import Checkpoint
from hub.core.logcheck import Stretch, Wrong
from hub.core.merkle import Place
from hub.core.witnessing import unverified
from hub.flows.ports import Salt, UnitOfWork
from hub.flows.ports.log import Alarm, CheckpointRow, Round

DAY = timedelta(days=1)


def next_stretch(uow: UnitOfWork, name: str, now: datetime) -> Round | None:
    """Where a walk that begins once a day goes on; None: it is over for today."""
    last = uow.tree.round(name)
    if last is None or (last.position == 0 and not timedelta(0) <= now - last.started < DAY):
        return Round(name, 0, now, last.ended if last else None)
    return None if last.position == 0 else last


def read_nodes(uow: UnitOfWork, places: Iterable[Place]) -> dict[Place, bytes]:
    """These kept nodes; one that got lost is made again of those under it, and only a leaf that is gone is missing.

    Whether what was made is what was signed, the root of the next checkpoint shows.
    """
    wanted = list(places)
    found = uow.tree.read(wanted)
    for level, index in wanted:
        if level and (level, index) not in found:
            below = (level - merkle.STRIDE, index * merkle.WIDTH)
            row = read_nodes(uow, [(below[0], below[1] + n) for n in range(merkle.WIDTH)])
            if len(row) == merkle.WIDTH:
                [(_, _, made)] = merkle.grow(0, [row[place] for place in sorted(row)], {})
                uow.tree.add([(level, index, made)])
                found[level, index] = made
    return found


def has_root(uow: UnitOfWork, point: Checkpoint) -> bool:
    """Whether our tree still has this root."""
    if point.size > uow.tree.size():
        return False
    try:
        return merkle.root_of(point.size, uow.tree.read(merkle.places([(0, point.size)]))) == point.root
    except KeyError:
        return False


def look_at(uow: UnitOfWork, first: int, end: int) -> list[Wrong]:
    """What is wrong with the leaves [first, end) as they are stored now."""
    nodes = read_nodes(uow, logcheck.needed(first, end))
    return logcheck.wrong_in(Stretch(first, end, uow.tree.leaves(first, end), nodes))


def look_at_signed(uow: UnitOfWork, origin: str, newest: CheckpointRow | None) -> list[Wrong]:
    """Whether the log still has what was signed and cosigned of it last; a few rows, whatever the log's length."""
    size, wrong = uow.tree.size(), list[Wrong | None]()
    if newest is not None and (short := logcheck.wrong_size(size, newest.size, origin)):
        wrong.append(short)
    elif newest is not None:
        nodes = read_nodes(uow, merkle.places([(0, newest.size)]))
        wrong.append(logcheck.wrong_root(newest.size, newest.root, nodes, origin))
    point = _cosigned(uow, origin)
    if point is not None and (newest is None or point.root != newest.root):
        nodes = read_nodes(uow, merkle.places([(0, point.size)])) if point.size <= size else {}
        wrong.append(logcheck.wrong_cosigned(size, point, nodes))
    return [one for one in wrong if one]


def _cosigned(uow: UnitOfWork, origin: str) -> Checkpoint | None:
    """The largest checkpoint of this log that a member sent back cosigned."""
    states = uow.checkpoints.cosigners(sorted(uow.trusts.current().active()), origin).values()
    points = [unverified(one.note).point for one in states if one.note is not None]
    return max(points, key=lambda point: point.size, default=None)


def name(uow: UnitOfWork, wrong: Sequence[Wrong], now: datetime, salt: Salt) -> int:
    """Keep what was found, for people; returns how much of it is new."""
    alarms = [Alarm(uow.member, one.kind, one.place, one.why, now) for one in wrong]
    new = uow.alarms.add(alarms) if alarms else 0
    if new:
        uow.ledger.add([leaf("alarm", uow.member, "node", now, salt(), place=[one.place for one in wrong][:20])])
    return new
