"""Progress of each message to each member."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    and_,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.sql import insert

from hub.core.delivery import Answered
from hub.flows.rows import Delivery, DeliveryStatus, ToPublish
from hub.store.bulk import Insert
from hub.store.mapping import Mapping
from hub.store.tables import deliveries, messages, unseen
from hub.store.types import load_parts
from hub.store.work import among, per_dialect, row_set

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.sql.base import Executable

    from hub.store.work import About, Work

    _Outcome = tuple[DeliveryStatus, str | None, datetime]

_ROWS = Mapping(Delivery, deliveries)
_INSERT = Insert(deliveries, _ROWS.names)

# Written out: an index over a part of the table serves only a condition the planner can read.
_IS_PENDING = deliveries.c.status == literal_column("'pending'")
_IS_ON_WIRE = deliveries.c.status == literal_column("'on-wire'")
_IS_HEADER = deliveries.c.form == literal_column("'header'")
_IS_FULL = deliveries.c.form == literal_column("'full'")
_TO_MEMBER = deliveries.c.member == bindparam("peer")
_LIMIT = bindparam("limit", type_=BigInteger)

_PENDING = (
    select(deliveries.c.id, deliveries.c.message, deliveries.c.member, deliveries.c.form)
    .where(_IS_PENDING)
    .order_by(deliveries.c.id)
    .limit(_LIMIT)
)
_PENDING_ONLY = _PENDING.where(_TO_MEMBER)
_PENDING_ONLINE = _PENDING.where(not_(among(deliveries.c.member, "ferry")))
_THESE = among(messages.c.hash, "hashes")
_ABOUT = select(messages.c.hash, messages.c.audience, messages.c.parts, messages.c.expires, messages.c.erased).where(
    _THESE
)
_ENVELOPES = select(messages.c.hash, messages.c.raw).where(_THESE)
_ON_WIRE = (
    update(deliveries)
    .where(among(deliveries.c.id, "ids"), _IS_PENDING)
    .values(
        status=DeliveryStatus.ON_WIRE.value,
        on_wire_at=bindparam("at"),
        attempts=deliveries.c.attempts + literal_column("1"),
    )
)
_WITHHOLD = (
    update(deliveries)
    .where(among(deliveries.c.id, "ids"), _IS_PENDING)
    .values(status=DeliveryStatus.WITHHELD.value, code=bindparam("why"))
)
_AGAIN = (
    update(deliveries)
    .where(_TO_MEMBER, _IS_ON_WIRE, deliveries.c.on_wire_at < bindparam("before"))
    .values(status=DeliveryStatus.PENDING.value)
)
_AGAIN_THESE = _AGAIN.where(among(deliveries.c.message, "messages"))
_AGAIN_COPIES = _AGAIN.where(_IS_HEADER)
_KNOWN = select(deliveries.c.message).where(_TO_MEMBER, among(deliveries.c.message, "messages"))
_READMIT = (
    update(deliveries)
    .where(_TO_MEMBER, deliveries.c.status == literal_column("'withheld'"))
    .where(deliveries.c.code == bindparam("why"))
    .values(status=DeliveryStatus.PENDING.value, code=None)
    .returning(deliveries.c.message)
)
_UNANSWERED = (
    select(messages.c.hash, messages.c.audience, messages.c.incarnation, messages.c.seq)
    .join(deliveries, deliveries.c.message == messages.c.hash)
    .where(_TO_MEMBER, _IS_ON_WIRE, _IS_FULL)
    .order_by(deliveries.c.id)
    .limit(_LIMIT)
)
_RENEW = (
    update(deliveries)
    .where(_TO_MEMBER, among(deliveries.c.message, "messages"), deliveries.c.receipt_frame.is_not(None))
    .values(receipt_frame=bindparam("frame"))
)
_RECEIPTED = select(deliveries.c.message, deliveries.c.receipt_frame).where(
    _TO_MEMBER, among(deliveries.c.message, "messages"), deliveries.c.receipt_frame.is_not(None)
)
_UNSEEN = select(unseen.c.message, unseen.c.addressee).order_by(unseen.c.id).limit(_LIMIT)
_COUNTS = {
    status: select(func.count()).where(deliveries.c.status == literal_column(f"'{status}'"))
    for status in DeliveryStatus
}
_OUTCOME = (deliveries.c.message, deliveries.c.status, deliveries.c.code, deliveries.c.stored_at)


_IS_WITHHELD = deliveries.c.status == literal_column("'withheld'")
# Held is an answer, but not the last one: after an upgrade the peer says what became of the message.
_IS_OPEN = or_(
    deliveries.c.receipt_frame.is_(None),
    and_(
        deliveries.c.status == literal_column("'held'"),
        bindparam("its_status", type_=deliveries.c.status.type) != literal_column("'held'"),
    ),
)
# One statement for all receipts that say the same, and those of one batch do: joined with a list of (message, answer),
# PostgreSQL was seen to compare each delivery of the table with each receipt.
_ANSWER = (
    update(deliveries)
    .where(_TO_MEMBER, among(deliveries.c.message, "messages"), _IS_OPEN)
    .values(
        status=bindparam("its_status"),
        code=bindparam("its_code"),
        stored_at=bindparam("its_time"),
        receipt_frame=bindparam("its_frame"),
    )
)
_DATE = _ANSWER.where(not_(_IS_WITHHELD))
_MOVE = _ANSWER.returning(deliveries.c.message)


def _learn(dialect: str) -> Executable:
    told = row_set(dialect, *_OUTCOME)
    known = exists().where(_TO_MEMBER, deliveries.c.message == told.c.message)
    columns = [told.c[column.name] for column in _OUTCOME]
    member = bindparam("peer", type_=deliveries.c.member.type)
    frame = bindparam("its_frame", type_=deliveries.c.receipt_frame.type)
    seen = select(*columns, member, literal_column("'seen'"), frame, literal_column("0")).where(not_(known))
    learnt = insert(deliveries).from_select(
        ["message", "status", "code", "stored_at", "member", "form", "receipt_frame", "attempts"], seen
    )
    return learnt.returning(deliveries.c.message)


_LEARN = per_dialect(_learn)
_SEE = delete(unseen).where(unseen.c.addressee == bindparam("peer"), among(unseen.c.message, "messages"))


class SqlDeliveries:
    """Port ``Deliveries``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, new: Sequence[Delivery]) -> None:
        """Start deliveries."""
        _INSERT.run(self._work, map(_ROWS.values, new))
        self._work.wake |= any(delivery.status is DeliveryStatus.PENDING for delivery in new)

    def pending(self, limit: int, *, ferry: Collection[str], only: str | None = None) -> list[ToPublish]:
        """Oldest pending deliveries; a broadcast's envelope is read once for all its addressees."""
        if only is not None:
            found = self._work.tuples(_PENDING_ONLY, limit=limit, peer=only)
        elif ferry:
            found = self._work.tuples(_PENDING_ONLINE, limit=limit, ferry=ferry)
        else:
            found = self._work.tuples(_PENDING, limit=limit)
        if not found:
            return []
        about = self._about({row[1] for row in found})
        raws = self._envelopes({name for name, (*_, erased) in about.items() if not erased}, about)
        items = []
        for number, message, member, form in found:
            audience, parts, expires, erased = about[message]
            items.append(ToPublish(number, message, member, audience, form, raws[message], parts, expires, erased))
        return items

    def _about(self, wanted: set[str]) -> dict[str, About]:
        """Asks for what this transaction has not written itself."""
        found = {name: self._work.about[name] for name in wanted & self._work.about.keys()}
        rest = wanted - found.keys()
        asked = self._work.tuples(_ABOUT, hashes=rest) if rest else ()
        for name, audience, parts, expires, erased in asked:
            found[name] = (audience, load_parts(parts), expires, erased is not None)
        return found

    def _envelopes(self, whole: set[str], wanted: Collection[str]) -> dict[str, bytes]:
        """Those this process has just sealed it still has; the others, and what was erased, are read."""
        recent = self._work.recent
        found = {name: recent.pop(name) for name in whole & recent.keys()}
        rest = [name for name in wanted if name not in found]
        return found | dict(self._work.tuples(_ENVELOPES, hashes=rest)) if rest else found

    def on_wire(self, ids: Sequence[int], at: datetime) -> None:
        """Confirmed by the pipe."""
        if ids:
            self._work.run(_ON_WIRE, ids=ids, at=at)

    def receipted(self, member: str, messages: Collection[str]) -> dict[str, str]:
        """Those that the member gave its receipt for."""
        return dict(self._work.tuples(_RECEIPTED, peer=member, messages=messages))

    def renew(self, member: str, messages: Collection[str], frame: str) -> None:
        """Its receipt stands in another frame."""
        if messages:
            self._work.run(_RENEW, peer=member, messages=messages, frame=frame)

    def withhold(self, ids: Sequence[int], code: str) -> None:
        """May no longer be sent."""
        if ids:
            self._work.run(_WITHHOLD, ids=ids, why=code)

    def known(self, member: str, wanted: Collection[str]) -> set[str]:
        """Those that have a delivery to this member."""
        return set(self._work.run(_KNOWN, peer=member, messages=wanted).scalars()) if wanted else set()

    def readmit(self, member: str, code: str) -> set[str]:
        """What was kept back for this reason goes out after all."""
        freed = set(self._work.run(_READMIT, peer=member, why=code).scalars())
        self._work.wake |= bool(freed)
        return freed

    def answered(
        self, member: str, outcomes: Sequence[tuple[str, DeliveryStatus, str | None, datetime]], frame: str
    ) -> Answered:
        """Record a peer's receipts; the first answer counts, but for one that followed ``held``."""
        first: dict[str, _Outcome] = {}
        for message, status, code, at in outcomes:
            first.setdefault(message, (status, code, at))
        alike: dict[_Outcome, list[str]] = {}
        for message, outcome in first.items():
            alike.setdefault(outcome, []).append(message)
        answers = [
            (told, {"its_status": str(status), "its_code": code, "its_time": at, "its_frame": frame})
            for (status, code, at), told in alike.items()
        ]
        news, moving = 0, list[str]()
        for told, values in answers:
            if values["its_status"] != DeliveryStatus.REFUSED:
                news += int(self._work.run(_DATE, peer=member, messages=told, **values).rowcount)
        if news < len(first):  # The others refuse, or answer what was withheld, or are no news.
            for told, values in answers:
                moving += self._work.run(_MOVE, peer=member, messages=told, **values).scalars()
            news += len(moving)
        if news < len(first):
            learnt = self._learn(member, first, frame)
            news += len(learnt)
            moving += [message for message in learnt if first[message][0] is DeliveryStatus.REFUSED]
        return Answered(news, frozenset(moving))

    def _learn(self, member: str, told: dict[str, _Outcome], frame: str) -> list[str]:
        """Keep receipts of messages that have no delivery here."""
        rows = [
            {"message": message, "status": str(status), "code": code, "stored_at": at}
            for message, (status, code, at) in told.items()
        ]
        learnt = list(self._work.run(_LEARN[self._work.dialect], rows=rows, peer=member, its_frame=frame).scalars())
        if learnt:
            self._work.run(_SEE, peer=member, messages=list(told))
        return learnt

    def again(self, member: str, wanted: Collection[str] | None, *, before: datetime) -> int:
        """Back to pending."""
        if wanted is None:
            found = self._work.run(_AGAIN_COPIES, peer=member, before=before)
        else:
            found = self._work.run(_AGAIN_THESE, peer=member, before=before, messages=wanted)
        self._work.wake |= found.rowcount > 0
        return int(found.rowcount)

    def unanswered(self, member: str, limit: int) -> list[tuple[str, str, str, int]]:
        """Full messages on the wire to ``member`` without receipt."""
        return list(self._work.tuples(_UNANSWERED, peer=member, limit=limit))

    def unseen(self, limit: int) -> list[tuple[str, str]]:
        """Header copies whose addressee's receipt is not known here."""
        return list(self._work.tuples(_UNSEEN, limit=limit))

    def count(self, status: DeliveryStatus) -> int:
        """How many stand at ``status``."""
        return int(self._work.run(_COUNTS[status]).scalar_one())
