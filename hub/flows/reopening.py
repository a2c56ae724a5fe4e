"""Held → judged: what came before this node knew its kind or version is opened after the upgrade (DESIGN D4).

A walk over our messages, begun when the node first knows another set of kinds, and once a day after that, for a message
may have been damaged, or its sender suspended, when its turn came. Each is examined again as it was when it came, by
what the roster says of its key today, and judged by the rules of its kind as if it came now: stored, or refused with
a code. Its matter is folded again, and a new receipt signed.

Both receipts are kept for ever; the new one is one more statement, and the one that a duplicate gets from now on. Its
``stored_at`` is the moment of the second judgement, at both ends: before that nobody here could read the document, so
no time limit runs from the day it came.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from hub.core import envelope as wire
from hub.core.audit import leaf
from hub.core.errors import FieldUnreadable, Rejected
from hub.core.ids import milliseconds, sha256
from hub.core.inspection import examine
from hub.core.trust import Trust
from hub.flows.ports import Keys, Salt, UnitOfWork
from hub.flows.rows import Message
from hub.flows.steps.admission import judge
from hub.flows.steps.logbook import next_stretch
from hub.flows.steps.mending import fault_in
from hub.flows.steps.receipting import receipts
from hub.flows.steps.refold import refold
from hub.kinds.registry import KINDS
from schemas.catalogue import TITLES

ROWS = 10_000
"""Messages passed by in one go: nothing of those that are not held is read but their status."""
EACH = 50
"""Messages judged in one go: their signatures are verified again, and the node has other work."""


def judge_again(uow: UnitOfWork, *, keys: Keys, now: datetime, salt: Salt) -> int | None:
    """Look at the next stretch; returns how many messages were judged, None once the walk is over for today."""
    walk = next_stretch(uow, walk_name(), now)
    if walk is None:
        return None
    hashes, position = uow.held.walk(walk.position, ROWS, EACH)
    trust, at = uow.trusts.current(), milliseconds(now)
    judged = [one for one in (_judged(uow, name, trust, at) for name in hashes) if one is not None]
    _record(uow, judged, trust, keys, at, salt)
    uow.tree.save_round(replace(walk, position=position or 0, ended=walk.ended if position else now))
    return len(judged)


def walk_name() -> str:
    """One for each set of kinds and versions, so that an upgrade begins a walk at once."""
    known = " ".join(f"{name}/{version}" for name, version in sorted(KINDS))
    return f"held:{sha256(known.encode())[:16]}"


def _judged(uow: UnitOfWork, name: str, trust: Trust, now: datetime) -> Message | None:
    """The message as it is now; None where it stays held.

    What is damaged here comes again first (``steps/mending.py``). What its sender might not sign any more stays as it
    is: it was taken, so it is no forgery, but nothing new follows from it (``flows/doubts.py`` names it to people).
    """
    try:
        [message] = uow.messages.get([name])
    except FieldUnreadable:
        return None
    if (message.kind, message.version) not in KINDS or fault_in(message, trust) is not None:
        return None
    try:
        one = examine(wire.decode(message.raw), trust, member=uow.member, at=message.stored_at)
    except Rejected:
        return None
    found = judge(one, message.opened, trust)
    title = found.title or TITLES.get(message.kind, message.kind)
    return replace(message, status=found.status, code=found.code, title=title, stored_at=now)


def _record(uow: UnitOfWork, judged: Sequence[Message], trust: Trust, keys: Keys, now: datetime, salt: Salt) -> None:
    if not judged:
        return
    frames, frame_of = receipts(judged, trust, keys=keys, member=uow.member, now=now)
    uow.held.judge([replace(message, receipt_frame=frame_of[message.hash]) for message in judged])
    uow.frames.add(frames)
    leaves = [leaf("judge", m.hash, m.sender, now, salt(), outcome=m.status, code=m.code) for m in judged]
    leaves += [leaf("receipt-given", frame.id, "node", now, salt(), to=frame.audience) for frame in frames]
    uow.ledger.add(leaves)
    refold(uow, trust, {message.matter for message in judged}, now)
