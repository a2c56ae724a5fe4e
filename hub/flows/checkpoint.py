"""The log's own checkpoints 存证点: looked at, signed, offered to the witnesses, and scrubbed daily (DESIGN D7).

What the log's content is signed for has been read back from the database and hashed again: one flipped bit signed over
would make the log unprovable for ever (RELIABILITY P14). Nothing waits for a cosignature.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from hub.core import envelope as wire
from hub.core import merkle
from hub.core.audit import QUIET, leaf
from hub.core.checkpoint import Checkpoint, origin_of
from hub.core.witnessing import Signed, signed_note, unverified
from hub.flows.ports import Keys, Salt, Signer, UnitOfWork
from hub.flows.ports.log import CheckpointRow, Cosigner
from hub.flows.rows import Peer
from hub.flows.steps.framing import Work
from hub.flows.steps.logbook import look_at, look_at_signed, name, next_stretch, read_nodes
from hub.flows.steps.witnessing import payload

EVERY = timedelta(minutes=1)
MOST = 20_000
"""Leaves one checkpoint adds at most: they are hashed again in its transaction (about a third of a second)."""
RECENT = timedelta(minutes=5)
"""A peer that gave no sign of life for so long is offered nothing until it does."""
AGAIN = timedelta(minutes=10)
"""After this a checkpoint that was not answered is offered once more."""
SCRUB = "scrub"


def mark(uow: UnitOfWork, *, witness: Signer, now: datetime, salt: Salt, at_once: bool = False) -> bool:
    """Sign a checkpoint if there is news and the last one is a minute old (``at_once``: however old it is).

    A leaf whose stored bytes do not give its hash, or a tree that no longer has the root signed last, is named and
    nothing is signed until a person has looked at it.
    """
    origin = origin_of(uow.member, uow.incarnation)
    newest = uow.checkpoints.newest(origin)
    done, size = newest.size if newest else 0, uow.tree.size()
    if not (at_once or _is_due(newest, size, now)):
        return False
    if done <= size and not uow.tree.has_news(done, size, QUIET):
        return False
    end = min(size, done + MOST) if newest else size
    wrong = look_at_signed(uow, origin, newest)
    lost = bool(wrong)
    if not lost or name(uow, wrong, now, salt):
        wrong = look_at(uow, max(0 if lost else done, end - MOST), end)
        name(uow, wrong, now, salt)
    places = merkle.places([(0, end)])
    nodes = read_nodes(uow, places)
    if lost or uow.alarms.open(uow.member) or len(nodes) < len(places):
        return False
    point = Checkpoint(origin, end, merkle.root_of(end, nodes))
    note = signed_note(point, witness.public, witness.sign)
    uow.checkpoints.add(CheckpointRow(origin, end, point.root, str(note), now))
    uow.ledger.add([leaf("checkpoint", uow.member, "node", now, salt(), size=end, keyid=witness.keyid)])
    return True


def look_over(uow: UnitOfWork, *, now: datetime, salt: Salt) -> int:
    """At the start: is the log still the one that was signed last? Returns how much was found that was not known."""
    origin = origin_of(uow.member, uow.incarnation)
    return name(uow, look_at_signed(uow, origin, uow.checkpoints.newest(origin)), now, salt)


def scrub(uow: UnitOfWork, *, now: datetime, salt: Salt, limit: int) -> int:
    """Hash the next ``limit`` leaves of the whole log again, one round a day; returns how many were looked at."""
    last = next_stretch(uow, SCRUB, now)
    if last is None:
        return 0
    size = uow.tree.size()
    end = min(size, last.position + limit)
    name(uow, look_at(uow, last.position, end), now, salt)
    over = replace(last, position=0, ended=now)
    uow.tree.save_round(over if end == size else replace(last, position=end))
    return end - last.position


def offer(uow: UnitOfWork, *, keys: Keys, now: datetime, salt: Salt, only: str | None = None) -> int:
    """Show the newest checkpoint to the members that have not cosigned it; returns how many.

    ``only``: to this one, whatever its turn (for the ferry). Each gets the proof from what it cosigned last.
    """
    newest = uow.checkpoints.newest(origin_of(uow.member, uow.incarnation))
    if newest is None:
        return 0
    work = Work(uow, uow.trusts.current(), keys, now, salt)
    # Who was not heard since a restore is shown no new life of the log before it has told how far it saw the old one.
    skipped = {uow.member} | uow.recovery.waits_for() | (set() if only else work.trust.by_ferry(uow.member))
    wanted = [m for m in work.trust.active() if m not in skipped and only in (None, m)]
    states = uow.checkpoints.cosigners(wanted, newest.origin)
    peers = uow.peers.get(wanted)
    turn = [one for one in states.values() if _has_turn(one, peers[one.member], newest, now, only=bool(only))]
    for one, base, proof in _proved(work, turn, newest):
        work.send(wire.CHECKPOINT, one.member, payload(work, newest, base, proof))
    uow.checkpoints.save([replace(one, offered=newest.size, offered_at=now) for one in turn])
    work.finish()
    return len(turn)


def _is_due(newest: CheckpointRow | None, size: int, now: datetime) -> bool:
    """A clock that was set back makes nothing wait."""
    return newest is None or size - newest.size >= MOST or not timedelta(0) <= now - newest.at < EVERY


def _has_turn(one: Cosigner, peer: Peer, newest: CheckpointRow, now: datetime, *, only: bool) -> bool:
    if one.size == newest.size:
        return False  # One that cosigned more is shown that we have less: it has the note that proves it.
    if only:
        return True
    waits = one.offered == newest.size and one.offered_at is not None and timedelta(0) <= now - one.offered_at < AGAIN
    return not waits and peer.last_seen is not None and abs(now - peer.last_seen) < RECENT


def _proved(
    work: Work, turn: Iterable[Cosigner], newest: CheckpointRow
) -> Iterable[tuple[Cosigner, Signed | None, list[bytes]]]:
    """The proof from each member's last cosignature; one that our own tree does not bear out is never sent.

    Nor is one that a leaf is needed for which is gone, as a person knows.
    """
    ranges = {one.size: merkle.consistency(one.size, newest.size) if one.size < newest.size else [] for one in turn}
    nodes = read_nodes(work.uow, merkle.places([one for some in ranges.values() for one in some]))
    for one in turn:
        if any(place not in nodes for place in merkle.places(ranges[one.size])):
            continue
        proof = [merkle.hash_of(some, nodes) for some in ranges[one.size]]
        base = unverified(one.note) if one.note else None
        yield one, base, proof
