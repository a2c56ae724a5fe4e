"""The audit log as it can be proved: hashed again, its checkpoints, its witnesses, its proofs and its alarms."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from hub.core import checkpoint, logcheck, merkle
from hub.core.errors import NotFound, Rejected
from hub.core.logcheck import Stretch
from hub.core.witnessing import PURPOSE, Signed, unverified
from hub.flows.ports.journal import Checked, Standing, Witnessing
from hub.flows.ports.log import Alarm, CheckpointRow, Round
from hub.flows.ports.proving import Numbered
from hub.store.checkpoints import NEWEST
from hub.store.ledger import written
from hub.store.mapping import Mapping
from hub.store.tables import alarms, checkpoints, cosigners, leaves, node, tree_rounds
from hub.store.tree import leaves_at, logged, nodes_at, size_of
from hub.store.views.journal import lawful

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import Connection

    from hub.core.checkpoint import Note
    from hub.core.trust import Trust

PROVED = ("decide", "seal", "store", "judge", "receipt", "receipt-given", "remind", "withheld", "erase")
"""Types of leaves that belong to an exchange itself, not to who looked at it."""
_POINTS = Mapping(CheckpointRow, checkpoints)
_ALARMS = Mapping(Alarm, alarms)
_ROUNDS = Mapping(Round, tree_rounds)
_MOST = 100
"""Alarms shown at once."""


def check(connection: Connection, trust: Trust, member: str, first: int, limit: int) -> Checked:
    """Hash the leaves from position ``first`` on again, against tree and checkpoints as far as the tree has grown."""
    size, end = size_of(connection), max(first, min(written(connection), first + limit))
    rows, grown = leaves_at(connection, first, end), max(first, min(size, end))
    inside = [row for row in rows if row.position < grown]
    nodes = nodes_at(connection, logcheck.needed(first, grown)) if inside else {}
    found = logcheck.wrong_in(Stretch(first, grown, inside, nodes))
    found += logcheck.wrong_rows(grown, end, rows[len(inside) :])
    wrong = [(_number(one), one.why) for one in found]
    if first <= size:
        wrong += _wrong_points(connection, trust, member, first, end if end < size else None)
    emptied = [row for row in rows if row.leaf is None]
    named = lawful(connection) if emptied else set()
    why = "内容已不在，但没有删除记录说明由来"
    wrong += [(row.position + 1, why) for row in emptied if row.hash not in named]
    return Checked(len(rows), len(emptied), tuple(sorted(wrong)), end if end == first + limit else None)


def standing(connection: Connection) -> Standing:
    """Up to where the log is proved, and by whom."""
    origin = _origin(connection)
    newest = _newest(connection, origin)
    seen = select(cosigners).where(cosigners.c.origin == origin, cosigners.c.note.is_not(None))
    found = connection.execute(seen.order_by(cosigners.c.member)).all()
    rounds = {row.name: row for row in _ROUNDS.build_all(connection.execute(select(*_ROUNDS.columns)))}
    listed = select(*_ALARMS.columns).order_by(alarms.c.settled_at.is_not(None), alarms.c.id.desc()).limit(_MOST)
    return Standing(
        size=size_of(connection),
        signed=newest.size if newest else 0,
        signed_at=newest.at if newest else None,
        begun=connection.scalar(select(func.min(checkpoints.c.at)).where(checkpoints.c.origin == origin)),
        witnesses=tuple(Witnessing(row.member, row.size, row.at) for row in found),
        alarms=tuple(_ALARMS.build_all(connection.execute(listed))),
        scrubbed=rounds["scrub"].ended if "scrub" in rounds else None,
        verified=rounds["verify"].position if "verify" in rounds else 0,
    )


def alarm(connection: Connection, number: int) -> Alarm:
    """One alarm with its notes; raises ``NotFound``."""
    found = _ALARMS.build_all(connection.execute(select(*_ALARMS.columns).where(alarms.c.id == number)))
    if not found:
        raise NotFound(f"没有编号为 {number} 的告警", field="number")
    return found[0]


def proof_of(connection: Connection, position: int, size: int) -> tuple[bytes, ...]:
    """Inclusion proof of the leaf at ``position`` in the tree of ``size`` leaves; raises ``NotFound``."""
    ranges = merkle.inclusion(position, size)
    nodes = nodes_at(connection, merkle.places(ranges))
    try:
        return tuple(merkle.hash_of(one, nodes) for one in ranges)
    except KeyError as error:
        raise NotFound("审计日志的摘要有缺失，请执行 hub audit verify", field="position") from error


def proved(connection: Connection, subjects: Collection[str]) -> tuple[bytes | None, tuple[Numbered, ...], int]:
    """The checkpoint that proves what the log says of these subjects, the leaves with their proofs, and how many wait.

    Of the checkpoints that hold all of them, the one with most cosignatures.
    """
    wanted = select(leaves).where(leaves.c.subject.in_(sorted(subjects)), leaves.c.type.in_(PROVED))
    rows = connection.execute(wanted.order_by(leaves.c.position)).all()
    note = _best(connection, max((row.position for row in rows), default=-1) + 1)
    if note is None:
        return None, (), len(rows)
    size = checkpoint.parse_checkpoint(note.text).size
    inside = [row for row in rows if row.position < size]
    # Of what was erased only the hash is kept: it proves that the log was not changed, and nothing more.
    told = [(row.position, content) for row in inside if (content := logged(*row).leaf) is not None]
    found = (Numbered(at, content.data, proof_of(connection, at, size), content) for at, content in told)
    return str(note).encode(), tuple(found), len(rows) - len(inside)


def _best(connection: Connection, end: int) -> Note | None:
    """Our own newest checkpoint, or one before it that more members cosigned and that has ``end`` leaves too."""
    origin = _origin(connection)
    newest = _newest(connection, origin)
    if newest is None:
        return None
    best = unverified(newest.note).note
    notes: dict[int, Note] = {newest.size: best}
    for signed in _cosigned(connection):
        size = signed.point.size
        if size > newest.size or not _has_root(connection, size, signed.point.root):
            continue
        notes[size] = notes[size].joined(signed.note.lines) if size in notes else signed.note
    return notes[max(notes, key=lambda size: (size >= end, len(notes[size].lines), size))]


def _cosigned(connection: Connection) -> Iterator[Signed]:
    """What other members sent back cosigned of our log."""
    theirs = (cosigners.c.origin == _origin(connection), cosigners.c.note.is_not(None))
    for (text,) in connection.execute(select(cosigners.c.note).where(*theirs)).all():
        yield unverified(text)


def _has_root(connection: Connection, size: int, root: bytes) -> bool:
    nodes = nodes_at(connection, merkle.places([(0, size)]))
    return logcheck.wrong_root(size, root, nodes, "") is None


def _wrong_points(
    connection: Connection, trust: Trust, member: str, first: int, end: int | None
) -> Iterator[tuple[int, str]]:
    """Checkpoints of ours that end in this stretch (``end`` None: or anywhere beyond) and do not fit the tree.

    At the end also what other members cosigned: whoever cuts off the log and its own checkpoints has forgotten these.
    """
    wanted = select(*_POINTS.columns).where(checkpoints.c.size > first).order_by(checkpoints.c.size)
    if end is not None:
        wanted = wanted.where(checkpoints.c.size <= end)
    size = size_of(connection)
    keys = [b64decode(key.public) for key in trust.member(member).keys if key.purpose == PURPOSE]
    rows = _POINTS.build_all(connection.execute(wanted))
    for row in rows:
        short = logcheck.wrong_size(size, row.size, row.origin)
        nodes = nodes_at(connection, merkle.places([(0, row.size)])) if short is None else {}
        bent = short or logcheck.wrong_root(row.size, row.root, nodes, row.origin)
        if bent is not None:
            yield row.size, bent.why
        elif not _is_signed(row, keys):
            yield row.size, f"前 {row.size:,} 条的存证点不是本单位签名的，或签名之后被改动"
    if end is None:
        known = {(row.size, row.root) for row in rows}
        for point in {one.point for one in _cosigned(connection) if (one.point.size, one.point.root) not in known}:
            nodes = nodes_at(connection, merkle.places([(0, point.size)])) if point.size <= size else {}
            bent = logcheck.wrong_cosigned(size, point, nodes)
            if bent is not None:
                yield point.size, bent.why


def _is_signed(row: CheckpointRow, keys: Collection[bytes]) -> bool:
    try:
        signed = unverified(row.note)
    except Rejected:
        return False
    same = (signed.point.origin, signed.point.size, signed.point.root) == (row.origin, row.size, row.root)
    return same and any(checkpoint.is_signed(signed.note, row.origin, public) for public in keys)


def _number(one: logcheck.Wrong) -> int:
    """The first entry a contradiction is about, counted from 1."""
    level, slash, index = one.place.partition("/")
    return (int(index) << int(level)) + 1 if slash else int(one.place) + 1


def _origin(connection: Connection) -> str:
    row = connection.execute(select(node.c.member, node.c.incarnation)).one()
    return checkpoint.origin_of(row.member, row.incarnation)


def _newest(connection: Connection, origin: str) -> CheckpointRow | None:
    found = _POINTS.build_all(connection.execute(NEWEST, {"origin": origin}))
    return found[0] if found else None
