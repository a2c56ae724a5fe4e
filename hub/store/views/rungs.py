"""How far each copy has come towards each member: rungs from deliveries, receipts and answers (DESIGN D4)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from hub.core.ids import BEIJING, is_outside
from hub.flows.ports.views import Progress, Rung, Step
from hub.store.tables import deliveries, messages
from hub.store.work import among

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection, Row

ANSWERS = {
    "sign-for": Step.SIGNED,
    "accept": Step.ACCEPTED,
    "return": Step.RETURNED,
    "feedback-final": Step.FED_BACK,
    "result": Step.FED_BACK,
    "record-dispatch": Step.SENT,
    "record-delivery": Step.DELIVERED,
    "record-sign-for": Step.SIGNED,
    "record-accept": Step.ACCEPTED,
    "record-return": Step.RETURNED,
    "record-final": Step.FED_BACK,
    "record-result": Step.FED_BACK,
}
"""Acts that lift the document they answer to a rung."""
ORDER = {step: place for place, step in enumerate(Step)}
_ENDS = {"stored": Step.DELIVERED, "refused": Step.REFUSED, "held": Step.HELD, "withheld": Step.WITHHELD}

_DELIVERIES = select(deliveries).where(among(deliveries.c.message, "hashes")).order_by(deliveries.c.id)
_ANSWERS = (
    select(
        messages.c.hash,
        messages.c.replies_to,
        messages.c.sender,
        messages.c.audience,
        messages.c.kind,
        messages.c.act,
        messages.c.issued,
        messages.c.requested,
    )
    .where(among(messages.c.matter, "matters"))
    .where(messages.c.act.in_(sorted(ANSWERS)), messages.c.status.in_(["stored", "copy"]))
    .order_by(messages.c.id)
)


def progress_of(connection: Connection, member: str, rows: Sequence[Row[Any]]) -> dict[str, tuple[Progress, ...]]:
    """Progress of each message by hash; ``rows`` carry the columns of :data:`hub.store.views.copies.LIGHT`."""
    if not rows:
        return {}
    sent: dict[str, list[Row[Any]]] = defaultdict(list)
    for one in connection.execute(_DELIVERIES, {"hashes": [row.hash for row in rows]}):
        sent[one.message].append(one)
    answers: dict[tuple[str, str], list[Rung]] = defaultdict(list)
    for one in connection.execute(_ANSWERS, {"matters": list({row.matter for row in rows})}):
        if one.replies_to is not None:
            # What was entered from paper (代录) speaks of the side that wrote the paper.
            party, at = (one.audience, _on_paper(one)) if one.kind == "proxy_record" else (one.sender, one.issued)
            answers[one.replies_to, party].append(Rung(ANSWERS[one.act], at, one.hash))
    found: dict[str, tuple[Progress, ...]] = {}
    for row in rows:
        ways = [_sent(row, one) for one in sent[row.hash]]
        if is_outside(row.audience):
            ways = [Progress(row.audience, "paper", (Rung(Step.RECORDED, row.issued, None),))]
        if row.sender != member:
            ways = [_received(row, member)] if row.status != "copy" else [w for w in ways if w.form == "seen"]
            ways = ways or [Progress(row.audience, "seen", _start(row))]
        found[row.hash] = tuple(_answered(way, answers.get((row.hash, way.member), ())) for way in ways)
    return found


def _on_paper(record: Row[Any]) -> datetime:
    """When it happened, as the sheet says: the middle of that day, as the clocks count it."""
    try:
        return datetime.combine(date.fromisoformat(record.requested or ""), time(12), BEIJING)
    except ValueError:
        return record.issued  # type: ignore[no-any-return]


def step_of(progress: Iterable[Progress]) -> Step:
    """The rung of a copy as a whole: that of its slowest full delivery."""
    full = [one.step for one in progress if one.form != "header"]
    return min(full, key=ORDER.__getitem__, default=Step.RECORDED)


def _start(row: Row[Any]) -> tuple[Rung, ...]:
    return (Rung(Step.RECORDED, row.issued, None), Rung(Step.SENT, row.sealed, None))


def _sent(row: Row[Any], delivery: Row[Any]) -> Progress:
    rungs = [Rung(Step.RECORDED, row.issued, None)]
    if delivery.status != "pending":
        rungs.append(Rung(Step.SENT, delivery.on_wire_at or row.sealed, None))
    if delivery.status in _ENDS:
        rungs.append(Rung(_ENDS[delivery.status], delivery.stored_at, delivery.receipt_frame, delivery.code))
    return Progress(delivery.member, delivery.form, tuple(rungs))


def _received(row: Row[Any], member: str) -> Progress:
    end = Rung(_ENDS[row.status], row.stored_at, row.receipt_frame, row.code)
    return Progress(member, "full", (*_start(row), end))


def _answered(way: Progress, answers: Sequence[Rung]) -> Progress:
    # The first answer of each sort is the one that counts.
    first: dict[Step, Rung] = {}
    for rung in answers:
        first.setdefault(rung.step, rung)
    later = sorted(first.values(), key=lambda rung: ORDER[rung.step])
    return Progress(way.member, way.form, (*way.rungs, *later))
