"""What the figures read of matters: few columns of many, acts and bodies of few."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time
from itertools import chain
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select

from hub.core.ids import BEIJING
from hub.core.indicators import TOLD, Case, Deed, Fact, detail_of, facts
from hub.core.lifecycle import VOID
from hub.core.punctuality import Report, report_fact
from hub.core.sealing import fields_of
from hub.store.tables import deliveries, figure_facts, kept_details, matters, messages
from hub.store.work import among

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection, Row

    from hub.core.trust import Trust

COLUMNS = [*Fact._fields]
FACTS = select(*(figure_facts.c[name] for name in COLUMNS)).where(among(figure_facts.c.matter, "matters"))
"""What was counted of these matters."""
_DEEDS = (*TOLD, "dispute", "agree", "escalate", "record-delivery")
_REFUSED = ("refused", "withheld")
REPORT = "statistic_report"

_CASES = select(
    *(
        matters.c[name]
        for name in (
            *("id", "document", "family", "kind", "state", "opener", "other", "clock"),
            *("opened_at", "due_effective", "due_at", "met_at", "extended", "by_proxy"),
        )
    )
).where(
    among(matters.c.id, "matters"),
    or_(matters.c.family.in_(["notice", "opinion", "assistance", "transfer", "dispute"]), matters.c.kind == REPORT),
    matters.c.state != VOID,
)
_TO_ADDRESSEE = and_(deliveries.c.message == messages.c.hash, deliveries.c.member == messages.c.audience)
_ACTS = (
    select(
        *(messages.c[name] for name in ("hash", "matter", "act", "sender", "issued", "requested")),
        kept_details.c.detail,
    )
    .outerjoin(deliveries, _TO_ADDRESSEE)
    .outerjoin(kept_details, kept_details.c.message == messages.c.hash)
    .where(
        among(messages.c.matter, "matters"),
        messages.c.act.in_(_DEEDS),
        messages.c.status.in_(["stored", "copy"]),
        or_(deliveries.c.status.is_(None), deliveries.c.status.not_in(_REFUSED)),
    )
    .order_by(messages.c.issued, messages.c.id)
)
_BODIES = select(messages.c.hash, messages.c.raw, messages.c.opened).where(among(messages.c.hash, "hashes"))
_ARRIVALS = (
    select(messages.c.matter, messages.c.status, messages.c.audience, messages.c.stored_at, deliveries.c.stored_at)
    .join(matters, and_(messages.c.matter == matters.c.id, messages.c.document == matters.c.document))
    .outerjoin(deliveries, and_(_TO_ADDRESSEE, deliveries.c.status == "stored"))
    .where(among(messages.c.matter, "matters"))
)
_REPORTS = (
    select(messages.c.matter, messages.c.sender, messages.c.issued, messages.c.raw, messages.c.opened)
    .where(among(messages.c.matter, "matters"), messages.c.kind == REPORT, messages.c.status == "stored")
    .order_by(messages.c.id)
)


def facts_of(connection: Connection, member: str, ids: Sequence[str], trust: Trust) -> list[Fact]:
    """Everything these matters add to the figures, as this node has them."""
    rows = connection.execute(_CASES, {"matters": ids}).all()
    sent = [row.id for row in rows if row.kind == REPORT]
    found = chain.from_iterable(facts(one, trust) for one in _cases(connection, member, rows))
    told = {(one.matter, one.until): report_fact(one) for one, _ in reversed(reports(connection, sent))}
    return [*found, *told.values()]


def reports(connection: Connection, ids: Sequence[str]) -> list[tuple[Report, dict[str, object]]]:
    """Reports of these matters whose body is ours to read, with it; later copies after earlier ones."""
    found = []
    for row in connection.execute(_REPORTS, {"matters": ids}) if ids else ():
        body = fields_of(row.raw, row.opened)
        if body is None:
            continue
        try:
            since, until = (date.fromisoformat(str(body.get(name))) for name in ("since", "until"))
        except ValueError:
            continue  # The form was checked on arrival; what is not a day counts for no month.
        found.append((Report(row.matter, row.sender, row.issued, since, until), body))
    return found


def _cases(connection: Connection, member: str, rows: Sequence[Row[Any]]) -> Iterator[Case]:
    arrivals = _arrivals(connection, member, [row.id for row in rows if row.family == "assistance" and row.met_at])
    deeds = _deeds(connection, [row.id for row in rows if _acts_count(row)], {row.id for row in rows if _is_told(row)})
    for row in rows:
        found = deeds.get(row.id, ())
        delivered = arrivals.get(row.id)
        if delivered is None and row.by_proxy:
            delivered = next((deed.at for deed in found if deed.act == "record-delivery"), None)
        values: list[Any] = [*row[:13], delivered, tuple(found)]
        yield Case(*values)


def _acts_count(row: Row[Any]) -> bool:
    if row.family == "assistance":
        return bool(row.state == "returned" or row.by_proxy)
    return bool(row.family in ("transfer", "dispute"))


def _is_told(row: Row[Any]) -> bool:
    # Reading a body costs as much as twenty rows: only where its reason or outcome is asked for.
    return bool(row.state == "returned" or row.kind == "lead_transfer")


def _arrivals(connection: Connection, member: str, wanted: Sequence[str]) -> dict[str, datetime]:
    """When each of these requests had been delivered, by the addressee's signed receipt."""
    found: dict[str, datetime] = {}
    for matter, status, audience, here, there in connection.execute(_ARRIVALS, {"matters": wanted}) if wanted else ():
        at = here if status == "stored" and audience == member else there
        if at is not None:
            found[matter] = at
    return found


def _deeds(connection: Connection, wanted: Sequence[str], read: set[str]) -> dict[str, list[Deed]]:
    found: dict[str, list[Deed]] = defaultdict(list)
    rows = connection.execute(_ACTS, {"matters": wanted}).all() if wanted else []
    told = [row.hash for row in rows if row.act in TOLD and row.matter in read]
    kept = {row.hash: row for row in connection.execute(_BODIES, {"hashes": told})} if told else {}
    for row in rows:
        body = fields_of(kept[row.hash].raw, kept[row.hash].opened) if row.hash in kept else None
        detail = detail_of(body) if body is not None else row.detail
        at = _paper(row.requested) or row.issued if row.act.startswith("record-") else row.issued
        found[row.matter].append(Deed(row.act, row.sender, at, detail))
    return found


def _paper(day: str | None) -> datetime | None:
    """The middle of the civil day on paper."""
    try:
        return datetime.combine(date.fromisoformat(day), time(12), BEIJING) if day else None
    except ValueError:
        return None  # A peer may have signed a day that does not exist.
