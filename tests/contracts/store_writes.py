"""Every way to change a store: what must be there first, the change, and a read that tells before from after."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from hub.core.recount import Note
from hub.core.streams import Head, StreamId
from hub.flows.ports import UnitOfWork
from hub.flows.rows import DeliveryStatus, OutHead, Peer
from tests.builders import (
    BEIHAI,
    NOW,
    YULIN,
    build_agreement,
    chain,
    delivery,
    digest,
    draft,
    federation,
    frame,
    incarnation,
    leaf_of,
    matter_row,
    moment,
    parked,
    quarantined,
    uuid,
)
from tests.contracts.finding_writes import FINDING_WRITES
from tests.contracts.kept_writes import KEPT_WRITES
from tests.contracts.log_writes import LOG_WRITES
from tests.contracts.look_writes import LOOK_WRITES
from tests.contracts.office_writes import OFFICE_WRITES
from tests.contracts.part_writes import PART_WRITES
from tests.contracts.people_writes import PEOPLE_WRITES
from tests.contracts.stores import Backend

Step = Callable[[UnitOfWork], Any]
STREAM = StreamId(BEIHAI, YULIN, incarnation())
MESSAGE, SECOND = chain(2)
KEPT, WAITING = frame(type="receipts", keep=True), parked(seq=3)
MATTER = matter_row(id=uuid(1))
LATER = moment(60)


@dataclass(frozen=True)
class Write:
    """``see`` may change things itself: it is always rolled back."""

    name: str
    act: Step
    see: Step
    given: Step = lambda uow: None

    def __str__(self) -> str:
        return self.name


class Undone(Exception):
    """Thrown by a test to end a transaction without effect."""


def peek(backend: Backend, read: Step) -> Any:
    """What ``read`` sees; whatever it changes is rolled back."""
    value = None
    with suppress(Undone), backend.begin() as uow:
        value = read(uow)
        raise Undone
    return value


def _pending(uow: UnitOfWork) -> list[int]:
    return [item.id for item in uow.deliveries.pending(9, ferry=())]


def _posted(uow: UnitOfWork) -> None:
    uow.messages.add([MESSAGE])
    uow.deliveries.add([delivery(MESSAGE)])


def _on_wire(uow: UnitOfWork) -> None:
    _posted(uow)
    uow.deliveries.on_wire(_pending(uow), NOW)


def _receipts_sent(uow: UnitOfWork) -> None:
    uow.frames.add([KEPT])
    uow.frames.sent([KEPT.id])


def _counted(uow: UnitOfWork) -> None:
    uow.matters.save([MATTER])
    uow.figures.count(federation().trust, 9)


def _counts(uow: UnitOfWork) -> list[int]:
    return [uow.deliveries.count(status) for status in DeliveryStatus]


def _frames(uow: UnitOfWork) -> Any:
    return uow.frames.pending(9, ferry=())


def _answer(uow: UnitOfWork) -> Any:
    return uow.deliveries.answered(BEIHAI, [(MESSAGE.hash, DeliveryStatus.STORED, None, NOW)], digest("receipts"))


WRITES = (
    Write(
        "trusts.replace",
        act=lambda uow: uow.trusts.replace(federation().renewed(agreement=build_agreement(version=2)).trust),
        see=lambda uow: uow.trusts.current().roster.version,
    ),
    Write(
        "trusts.propose",
        act=lambda uow: uow.trusts.propose(digest("agreement"), b"agreement"),
        see=lambda uow: uow.trusts.proposed(digest("agreement")),
    ),
    Write("outbox.add", act=lambda uow: uow.outbox.add([draft()]), see=lambda uow: uow.outbox.count()),
    Write(
        "outbox.take",
        given=lambda uow: uow.outbox.add([draft(), draft()]),
        act=lambda uow: uow.outbox.take(1),
        see=lambda uow: [row.document for row in uow.outbox.take(9)],
    ),
    Write(
        "outbox.drop",
        given=lambda uow: uow.outbox.add([draft(document=uuid(7)), draft()]),
        act=lambda uow: uow.outbox.drop(uuid(7), BEIHAI),
        see=lambda uow: [row.document == uuid(7) for row in uow.outbox.take(9)],
    ),
    Write(
        "messages.mend",
        given=_posted,
        act=lambda uow: uow.messages.mend(MESSAGE.hash, b"again", b"opened", "题"),
        see=lambda uow: [(row.raw, row.opened, row.title) for row in uow.messages.get([MESSAGE.hash])],
    ),
    Write("recovery.hold", act=lambda uow: uow.recovery.hold([BEIHAI]), see=lambda uow: uow.recovery.waits_for()),
    Write(
        "recovery.heard",
        given=lambda uow: uow.recovery.hold([BEIHAI, YULIN]),
        act=lambda uow: uow.recovery.heard(BEIHAI),
        see=lambda uow: uow.recovery.waits_for(),
    ),
    Write(
        "streams.save_out",
        act=lambda uow: uow.streams.save_out([OutHead(BEIHAI, incarnation(), 1, digest())]),
        see=lambda uow: uow.streams.lock_out([BEIHAI]),
    ),
    Write(
        "streams.save_in",
        act=lambda uow: uow.streams.save_in([Head(STREAM, 1, digest())]),
        see=lambda uow: uow.streams.in_heads(BEIHAI),
    ),
    Write(
        "messages.add",
        act=lambda uow: uow.messages.add([MESSAGE, SECOND]),
        see=lambda uow: (
            uow.messages.receipts_of([MESSAGE.hash]),
            len(uow.messages.entries([MESSAGE.matter, SECOND.matter])),
        ),
    ),
    Write(
        "deliveries.add",
        given=lambda uow: uow.messages.add([MESSAGE]),
        act=lambda uow: uow.deliveries.add([delivery(MESSAGE)]),
        see=_counts,
    ),
    Write(
        "deliveries.on_wire",
        given=_posted,
        act=lambda uow: uow.deliveries.on_wire(_pending(uow), NOW),
        see=lambda uow: (_counts(uow), _pending(uow)),
    ),
    Write(
        "deliveries.readmit",
        given=lambda uow: (_posted(uow), uow.deliveries.withhold(_pending(uow), "expelled")),
        act=lambda uow: uow.deliveries.readmit(BEIHAI, "expelled"),
        see=lambda uow: (_counts(uow), _pending(uow)),
    ),
    Write(
        "deliveries.withhold",
        given=_posted,
        act=lambda uow: uow.deliveries.withhold(_pending(uow), "expired"),
        see=lambda uow: (_counts(uow), _pending(uow)),
    ),
    Write("deliveries.answered", given=_on_wire, act=_answer, see=lambda uow: (_counts(uow), _answer(uow))),
    Write(
        "deliveries.renew",
        given=lambda uow: (_on_wire(uow), _answer(uow)),
        act=lambda uow: uow.deliveries.renew(BEIHAI, {MESSAGE.hash}, digest("again")),
        see=lambda uow: uow.deliveries.receipted(BEIHAI, {MESSAGE.hash}),
    ),
    Write(
        "deliveries.again",
        given=_on_wire,
        act=lambda uow: uow.deliveries.again(BEIHAI, {MESSAGE.hash}, before=LATER),
        see=_counts,
    ),
    Write("frames.add", act=lambda uow: uow.frames.add([KEPT]), see=_frames),
    Write(
        "frames.sent", given=lambda uow: uow.frames.add([KEPT]), act=lambda uow: uow.frames.sent([KEPT.id]), see=_frames
    ),
    Write("frames.send_again", given=_receipts_sent, act=lambda uow: uow.frames.send_again([KEPT.id]), see=_frames),
    Write("waiting.add", act=lambda uow: uow.waiting.add([WAITING]), see=lambda uow: uow.waiting.of([STREAM])),
    Write(
        "waiting.drop",
        given=lambda uow: uow.waiting.add([WAITING]),
        act=lambda uow: uow.waiting.drop([WAITING.hash]),
        see=lambda uow: (uow.waiting.of([STREAM]), uow.waiting.streams_waiting_for("gap")),
    ),
    Write(
        "matters.save",
        act=lambda uow: uow.matters.save([MATTER]),
        see=lambda uow: (uow.matters.get([MATTER.id]), uow.matters.to_remind(moment(9999), 9), uow.matters.open_ids(9)),
    ),
    Write(
        "matters.redate",
        given=lambda uow: uow.matters.save([MATTER]),
        act=lambda uow: uow.matters.redate([replace(MATTER, title="", clock="met", remind_at=None)]),
        see=lambda uow: (uow.matters.get([MATTER.id]), uow.matters.to_remind(moment(9999), 9), uow.matters.open_ids(9)),
    ),
    Write(
        "matters.claim_stages",
        given=lambda uow: uow.matters.save([MATTER]),
        act=lambda uow: uow.matters.claim_stages([(MATTER.id, "due")], NOW),
        see=lambda uow: uow.matters.claim_stages([(MATTER.id, "due")], NOW),
    ),
    Write(
        "matters.look_again",
        given=lambda uow: uow.matters.save([MATTER]),
        act=lambda uow: uow.matters.look_again([(MATTER.id, None)]),
        see=lambda uow: uow.matters.get([MATTER.id]),
    ),
    Write(
        "notes.add",
        act=lambda uow: uow.notes.add([Note(MATTER.id, NOW, "到期日已调整。")]),
        see=lambda uow: uow.notes.of(MATTER.id),
    ),
    Write(
        "figures.count",
        given=lambda uow: uow.matters.save([MATTER]),
        act=lambda uow: uow.figures.count(federation().trust, 9),
        see=lambda uow: uow.figures.count(federation().trust, 9),
    ),
    Write(
        "figures.count_again",
        given=_counted,
        act=lambda uow: uow.figures.count_again(MATTER.updated_at),
        see=lambda uow: uow.figures.count(federation().trust, 9),
    ),
    Write("notes.begin_recount", act=lambda uow: uow.notes.begin_recount(1), see=lambda uow: uow.notes.recount()),
    Write(
        "notes.recounted",
        given=lambda uow: uow.notes.begin_recount(1),
        act=lambda uow: uow.notes.recounted(MATTER.id),
        see=lambda uow: uow.notes.recount(),
    ),
    Write("ledger.add", act=lambda uow: uow.ledger.add([leaf_of()]), see=lambda uow: uow.ledger.size()),
    Write(
        "peers.save",
        act=lambda uow: uow.peers.save([Peer(BEIHAI, last_seen=NOW)]),
        see=lambda uow: uow.peers.get([BEIHAI]),
    ),
    Write(
        "requests.put",
        act=lambda uow: uow.requests.put("officer", "key", digest("request"), uuid(1), NOW),
        see=lambda uow: uow.requests.find("officer", "key"),
    ),
    *(Write(name, act, see, given) for name, given, act, see in PEOPLE_WRITES),
    *(Write(*entry) for entry in OFFICE_WRITES),
    *(Write(name, act, see, given) for name, given, act, see in FINDING_WRITES),
    *(Write(name, act, see, given) for name, given, act, see in KEPT_WRITES),
    *(Write(name, act, see, given) for name, given, act, see in LOG_WRITES),
    *(Write(name, act, see, given) for name, given, act, see in LOOK_WRITES),
    *(Write(name, act, see, given) for name, given, act, see in PART_WRITES),
)

REFUSED_BYTES = quarantined(b"catalogue")
QUARANTINE = Write("quarantine.add", act=lambda uow: uow.quarantine.add([REFUSED_BYTES]), see=lambda uow: None)
"""No port shows the quarantine: its effect is read from outside (:meth:`Backend.quarantined`)."""
