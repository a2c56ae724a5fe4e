"""What the figures read of the matters of a period: few columns of many matters, acts and bodies of few."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, or_, select

from hub.core.ids import BEIJING
from hub.core.indicators import Case, Deed
from hub.core.lifecycle import VOID
from hub.core.punctuality import Report
from hub.store.tables import deliveries, matters, messages
from hub.store.views.copies import body_of
from hub.store.work import among

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection, Row

    from hub.core.indicators import Period

_TOLD = ("return", "record-return", "result", "record-result")
"""Acts whose reason or outcome stands in the body."""
_DEEDS = (*_TOLD, "dispute", "agree", "escalate", "record-delivery")
_SKEW = timedelta(days=1)
"""A peer's clock may run ahead of ours by minutes; a day is ample."""
_REFUSED = ("refused", "withheld")

_CASES = select(
    *(
        matters.c[name]
        for name in (
            *("id", "document", "family", "kind", "state", "opener", "other", "clock"),
            *("opened_at", "due_effective", "due_at", "met_at", "extended", "updated_at", "by_proxy"),
        )
    )
).where(matters.c.family.in_(["notice", "assistance", "transfer", "dispute"]), matters.c.state != VOID)
_TO_ADDRESSEE = and_(deliveries.c.message == messages.c.hash, deliveries.c.member == messages.c.audience)
_ACTS = (
    select(
        *(messages.c[name] for name in ("matter", "act", "sender", "issued", "requested")),
        case((messages.c.act.in_(_TOLD), messages.c.raw)).label("raw"),
    )
    .outerjoin(deliveries, _TO_ADDRESSEE)
    .where(
        among(messages.c.matter, "matters"),
        messages.c.act.in_(_DEEDS),
        messages.c.status.in_(["stored", "copy"]),
        or_(deliveries.c.status.is_(None), deliveries.c.status.not_in(_REFUSED)),
    )
    .order_by(messages.c.issued, messages.c.id)
)
_ARRIVALS = (
    select(messages.c.matter, messages.c.status, messages.c.audience, messages.c.stored_at, deliveries.c.stored_at)
    .join(matters, and_(messages.c.matter == matters.c.id, messages.c.document == matters.c.document))
    .outerjoin(deliveries, and_(_TO_ADDRESSEE, deliveries.c.status == "stored"))
)
_REPORTS = select(messages.c.matter, messages.c.sender, messages.c.issued, messages.c.raw).where(
    messages.c.kind == "statistic_report", messages.c.status == "stored"
)


def cases(connection: Connection, member: str, period: Period) -> Iterator[Case]:
    """Every matter that may add to a figure of the period, as this node has it."""
    first, last = period.first, period.last
    touched = or_(
        and_(matters.c.opened_at >= first, matters.c.opened_at < last),
        and_(matters.c.due_effective >= period.since, matters.c.due_effective < period.until),
        and_(matters.c.met_at >= first, matters.c.met_at < last),
        and_(
            matters.c.family.in_(["transfer", "dispute"]),
            matters.c.opened_at < last,
            matters.c.updated_at >= first - _SKEW,
        ),
    )
    rows = connection.execute(_CASES.where(touched)).all()
    arrivals = _arrivals(connection, member, period)
    wanted = [row.id for row in rows if _acts_count(row)]
    read = {row.id for row in rows if row.state == "returned" or _is_lead_due(row, period)}
    deeds = _deeds(connection, wanted, read)
    for row in rows:
        found = deeds.get(row.id, ())
        delivered = arrivals.get(row.id)
        if delivered is None and row.by_proxy:
            delivered = next((deed.at for deed in found if deed.act == "record-delivery"), None)
        yield Case(*(*row[:13], delivered, tuple(found)))


def _acts_count(row: Row[Any]) -> bool:
    if row.family == "assistance":
        return bool(row.state == "returned" or row.by_proxy)
    return bool(row.family in ("transfer", "dispute"))


def _is_lead_due(row: Row[Any], period: Period) -> bool:
    due = row.due_effective
    # Reading a body costs as much as twenty rows: only where the outcome is asked for.
    return bool(row.kind == "lead_transfer" and due is not None and period.since <= due < period.until)


def _arrivals(connection: Connection, member: str, period: Period) -> dict[str, datetime]:
    """When each assistance request answered in the period had been delivered, by the addressee's signed receipt."""
    ended = and_(matters.c.family == "assistance", matters.c.met_at >= period.first, matters.c.met_at < period.last)
    found: dict[str, datetime] = {}
    for matter, status, audience, here, there in connection.execute(_ARRIVALS.where(ended)):
        at = here if status == "stored" and audience == member else there
        if at is not None:
            found[matter] = at
    return found


def _deeds(connection: Connection, wanted: Sequence[str], read: set[str]) -> dict[str, list[Deed]]:
    found: dict[str, list[Deed]] = defaultdict(list)
    for row in connection.execute(_ACTS, {"matters": wanted}) if wanted else ():
        body = body_of(row.raw) if row.raw is not None and row.matter in read else None
        detail = (body.get("reason") or body.get("outcome") or "unknown") if body is not None else None
        at = _paper(row.requested) or row.issued if row.act.startswith("record-") else row.issued
        found[row.matter].append(Deed(row.act, row.sender, at, None if detail is None else str(detail)))
    return found


def _paper(day: str | None) -> datetime | None:
    """The middle of the civil day on paper."""
    try:
        return datetime.combine(date.fromisoformat(day), time(12), BEIJING) if day else None
    except ValueError:
        return None  # A peer may have signed a day that does not exist.


def reports(connection: Connection) -> list[tuple[Report, dict[str, object]]]:
    """Reports whose body is ours to read, with it; a later copy of one matter comes after the earlier ones."""
    found = []
    for row in connection.execute(_REPORTS.order_by(messages.c.id)):
        body = body_of(row.raw)
        if body is None:
            continue
        try:
            since, until = (date.fromisoformat(str(body.get(name))) for name in ("since", "until"))
        except ValueError:
            continue  # The form was checked on arrival; what is not a day counts for no month.
        found.append((Report(row.matter, row.sender, row.issued, since, until), body))
    return found
