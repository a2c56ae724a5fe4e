"""Approved → erased: the content goes, what proves the exchange stays, and a signed note says what, why and by whom.

Header, signatures, hash, receipts and the hashes of leaves are untouched: every chain, proof and figure holds as
before. The leaf ``erase`` names the leaves it emptied, so that ``hub audit verify`` finds a record that vanished
otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

import orjson

from hub.core import envelope as wire
from hub.core.audit import leaf
from hub.core.ids import sha256, wire_time
from hub.flows.ports import Salt, Signer, UnitOfWork
from hub.flows.ports.retention import Erasure, Gone, Scope
from hub.flows.rows import Message
from hub.flows.steps.keeping import held, unsigned
from hub.flows.steps.refold import folded
from hub.kinds.registry import LATEST

UNKNOWN = "文书"
"""Title of a message whose kind is not known here, once its own is gone."""


def carry_out(uow: UnitOfWork, *, signer: Signer, now: datetime, salt: Salt, limit: int) -> int:
    """Erase what was approved; returns how many proposals were ended.

    One whose matter was put on hold since is declined; one with a copy still waiting for its signature waits too.
    """
    return sum(_carry_out(uow, one, signer, now, salt) for one in uow.retention.approved(limit))


def _carry_out(uow: UnitOfWork, approved: Erasure, signer: Signer, now: datetime, salt: Salt) -> bool:
    scope = uow.erasing.scope(approved.matter, approved.document)
    if held(uow, scope) is not None:
        uow.retention.put_erasure(replace(approved, state="declined", comment="执行前事项已设保留，未删除"))
        uow.ledger.add([leaf("erase-decline", approved.matter, "node", now, salt(), erasure=approved.id)])
        return True
    if unsigned(uow, scope):
        return False
    messages = uow.messages.get(scope.hashes)
    gone = uow.erasing.wipe(scope, [_bare(one) for one in messages], approved.id)
    _retitle(uow, scope.matters, now)
    note = _note(uow.member, approved, scope, messages, gone, signer, now)
    facts = {
        "erasure": approved.id,
        "documents": sorted({one.document for one in messages}),
        "reason": approved.reason,
        "basis": approved.basis,
        "by": approved.proposer,
        "signed": sha256(note),
        "gone": gone.counts(),
        "leaves": gone.leaves,
    }
    uow.ledger.add([leaf("erase", approved.matter, approved.decider or "node", now, salt(), **facts)])
    counted = orjson.dumps(gone.counts()).decode()
    uow.retention.put_erasure(replace(approved, state="done", done_at=now, note=note, gone=counted))
    for matter in scope.matters:
        if not uow.erasing.scope(matter, None).hashes:
            uow.retention.undue(matter)
    return True


def _bare(message: Message) -> Message:
    """What stays of a message: the signed header under its signatures."""
    kind = LATEST.get(message.kind)
    return replace(message, raw=wire.bare(message.raw), opened=None, title=kind.title if kind else UNKNOWN)


def _retitle(uow: UnitOfWork, matters: Collection[str], now: datetime) -> None:
    """A matter bears the title of its document; nothing else of it changes, nor does the time of its last move."""
    found = {row.id: row.title for row in folded(uow, uow.trusts.current(), matters, now)}
    known = uow.matters.get(matters).values()
    changed = [replace(row, title=found[row.id]) for row in known if found.get(row.id, row.title) != row.title]
    if changed:
        uow.matters.save(changed)


def _note(
    member: str, done: Erasure, scope: Scope, messages: Sequence[Message], gone: Gone, signer: Signer, now: datetime
) -> bytes:
    """The signed note, kept with the proposal; it is never sent by itself."""
    payload = wire.dump(
        {
            "sender": member,
            "erasure": done.id,
            "issued": wire_time(now),
            "matter": done.matter,
            "whole": scope.whole,
            "messages": [{"document": one.document, "hash": one.hash} for one in messages],
            "parts": list(gone.parts),
            "leaves": list(gone.leaves),
            "rule": done.rule,
            "basis": done.basis,
            "reason": done.reason,
            "proposed": {"by": done.proposer, "at": wire_time(done.proposed_at)},
            "approved": {"by": done.decider, "at": wire_time(done.decided_at or now)},
        }
    )
    signature = wire.Signature(signer.keyid, signer.sign(wire.pae(wire.ERASURE, payload)))
    return wire.encode(wire.ERASURE, payload, (signature,), None)
