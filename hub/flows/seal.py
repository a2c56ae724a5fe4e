"""Recorded decision → numbered, signed message: one batch, one transaction (DESIGN D2, D3).

(1) take the oldest drafts · (2) lock the heads of their streams · (3) number, chain, seal the body, sign · (4) record
message, deliveries, leaf · (5) fold the matters: our own messages go through the same code as everybody's. Publishing
comes later, from the stored bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from hub.core import envelope as wire
from hub.core import sealing
from hub.core.audit import leaf
from hub.core.ids import ALL, milliseconds, sha256, wire_time
from hub.core.trust import Trust
from hub.flows.ports import Keys, Salt, UnitOfWork
from hub.flows.rows import Delivery, Draft, Message, MessageStatus, OutHead
from hub.flows.steps.addressing import Route, deliveries_of, routes_of
from hub.flows.steps.pens import signed
from hub.flows.steps.refold import refold
from hub.flows.steps.sealed import Lock, close_body, lock_for


def seal(uow: UnitOfWork, *, keys: Keys, now: datetime, salt: Salt, limit: int) -> int:
    """Seal drafts for up to ``limit`` addressees; returns how many drafts.

    Each addressee has a delivery of its own: what goes to hundreds of members comes in transactions of a few
    documents, and other work has its turn in between. A crash before commit leaves every draft in the outbox, no
    number used.
    """
    now = milliseconds(now)
    waits_for = uow.recovery.waits_for()
    if uow.member in waits_for:
        return 0
    trust = uow.trusts.current()
    if trust.roster.second_signature is not None and keys.second is None:
        return 0  # Nobody would take it; what is wrong says ``hub doctor``.
    drafts = uow.outbox.take(limit, held=waits_for, everybody=max(1, len(trust.addressees(ALL, uow.member))))
    if not drafts:
        return 0
    heads = uow.streams.lock_out(sorted({draft.audience for draft in drafts}))
    messages: list[Message] = []
    deliveries: list[Delivery] = []
    leaves = [leaf("key-use", keys.signer.keyid, "node", now, salt(), batch=len(drafts))]
    routes: dict[tuple[str, str], list[Route]] = {}
    run = Run(uow.member, trust, keys, now, wire_time(now))
    for draft in drafts:
        head = heads[draft.audience]
        message = _sign(draft, head, run, _body(draft, head, run))
        heads[draft.audience] = OutHead(head.audience, head.incarnation, message.seq, message.hash)
        messages.append(message)
        way = (draft.kind, draft.audience)
        if way not in routes:
            routes[way] = routes_of(draft.kind, uow.member, draft.audience, trust, now)
        deliveries += deliveries_of(message, routes[way])
        leaves.append(leaf("seal", message.hash, "node", now, salt(), document=draft.document, seq=message.seq))
    refold(uow, trust, {message.matter for message in messages}, now, fresh=messages)
    uow.messages.add(messages)
    uow.deliveries.add(deliveries)
    uow.streams.save_out(list(heads.values()))
    uow.ledger.add(leaves)
    return len(messages)


@dataclass(frozen=True, slots=True)
class Body:
    """The bytes that travel; ``opened`` where they are sealed: 32 random bytes and the text."""

    data: bytes
    opened: bytes | None


@dataclass(frozen=True, slots=True)
class Run:
    """What is the same for all that one call seals."""

    member: str
    trust: Trust
    keys: Keys
    now: datetime
    sealed: str
    """``now`` as headers write it."""
    locks: dict[str, Lock] = field(default_factory=dict)
    """Audience -> what bodies for it are sealed under."""


def _lock(head: OutHead, run: Run) -> Lock:
    """For those this batch is for. Who lost its key since the decision is not among them, and will refuse it."""
    keys = [run.trust.seal_key(one, run.now) for one in run.trust.addressees(head.audience, run.member)]
    about = sealing.run(sender=run.member, audience=head.audience, incarnation=head.incarnation)
    return lock_for([key for key in keys if key is not None], about, run.keys.sealer)


def _body(draft: Draft, head: OutHead, run: Run) -> Body:
    """As it travels."""
    if not run.trust.is_sealed(draft.kind):
        return Body(draft.body, None)
    if draft.audience not in run.locks:
        run.locks[draft.audience] = _lock(head, run)
    binding = sealing.binding(
        document=draft.document,
        sender=run.member,
        audience=draft.audience,
        incarnation=head.incarnation,
        seq=head.seq + 1,
        kind=draft.kind,
    )
    return Body(*close_body(draft.body, run.locks[draft.audience], binding, run.keys.sealer))


def _header(draft: Draft, head: OutHead, run: Run, body: Body) -> bytes:
    """The header's bytes, in the field order of the published format."""
    return wire.dump(
        {
            "document": draft.document,
            "kind": draft.kind,
            "version": draft.version,
            "act": draft.act,
            "sender": run.member,
            "audience": draft.audience,
            "incarnation": head.incarnation,
            "seq": head.seq + 1,
            "prev": head.hash,
            "issued": wire_time(draft.issued),
            "sealed": run.sealed,
            "matter": draft.matter,
            "after": list(draft.after),
            "replies_to": draft.replies_to,
            "replaces": draft.replaces,
            "mark": draft.mark,
            "urgency": draft.urgency,
            "roster": run.trust.roster.version,
            "agreement": run.trust.agreement.version,
            "deadline": {"rule": draft.rule, "requested": draft.requested} if draft.rule else None,
            "expires": wire_time(draft.expires) if draft.expires else None,
            "body": {
                "sha256": sha256(body.data),
                "size": len(body.data),
                "sealed": body.opened is not None,
                "commit": sha256(body.opened) if body.opened is not None else None,
            },
            "parts": [{"sha256": p.sha256, "size": p.size, "media_type": p.media_type} for p in draft.parts],
        }
    )


def _sign(draft: Draft, head: OutHead, run: Run, body: Body) -> Message:
    """Number and sign one draft; the row keeps the very bytes that will be published."""
    payload = _header(draft, head, run, body)
    return Message(
        hash=sha256(wire.pae(wire.MESSAGE, payload)),
        document=draft.document,
        kind=draft.kind,
        version=draft.version,
        act=draft.act,
        sender=run.member,
        audience=draft.audience,
        incarnation=head.incarnation,
        seq=head.seq + 1,
        prev=head.hash,
        matter=draft.matter,
        after=draft.after,
        replies_to=draft.replies_to,
        replaces=draft.replaces,
        mark=draft.mark,
        urgency=draft.urgency,
        rule=draft.rule,
        requested=draft.requested,
        agreement=run.trust.agreement.version,
        issued=draft.issued,
        sealed=run.now,
        expires=draft.expires,
        title=draft.title,
        status=MessageStatus.STORED,
        code=None,
        stored_at=run.now,
        decided_by=draft.decided_by,
        receipt_frame=None,
        raw=signed(wire.MESSAGE, payload, body.data, run.keys),
        opened=body.opened,
        parts=draft.parts,
    )
