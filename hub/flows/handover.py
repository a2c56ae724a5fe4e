"""A new joint-meeting office 轮值交接: every member hands it what it takes to count the year before (DESIGN D16).

Of its own messages each sends the headers that the agreement opens to that office, and its signed reports once more;
receipts follow, because the new host asks for them. It happens from the term's first day on, in batches, each begun
when the pipe has taken the last: nothing else waits behind a year. A restart goes on where the last commit stood.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hub.core.audit import leaf
from hub.core.ids import ALL, BEIJING, milliseconds, owned, sha256, uuid7
from hub.core.lifecycle import VOID
from hub.core.sealing import text_of
from hub.core.terms import counted_from, term_at
from hub.core.trust import Trust
from hub.flows.ports import Salt, UnitOfWork
from hub.flows.ports.log import Round
from hub.flows.rows import Delivery, DeliveryStatus, Draft, MatterRow, Message
from schemas.wire.roster import JointMeeting

REPORT = "statistic_report"
"""What stands for the exchange that the office may only count."""
PAUSE = timedelta(minutes=1)
"""Whatever was being signed when the term began, for the host before, is recorded by then."""


def hand_over(uow: UnitOfWork, *, now: datetime, salt: Salt, limit: int) -> int:
    """Look through the next ``limit`` of our messages for the present host; returns how many there were.

    0 costs one look at how far the walk of this term has come.
    """
    now, trust = milliseconds(now), uow.trusts.current()
    term = term_at(trust, now)
    if term is None or term.member == uow.member or not {uow.member, term.member} <= {*trust.active()}:
        return 0
    walk = uow.tree.round(f"handover:{term.member}:{term.since}")
    if walk is None:
        uow.deliveries.readmit(term.member, "handed-over")
        uow.tree.save_round(Round(f"handover:{term.member}:{term.since}", 0, now, None))
        return 0
    if walk.ended is not None or timedelta(0) <= now - walk.started < PAUSE or _is_busy(uow, trust, term.member):
        return 0
    rows = uow.messages.of_sender(uow.member, walk.position, limit)
    headers, reports = _owed(uow, rows, trust, term)
    uow.deliveries.add([Delivery(one.hash, term.member, "header", DeliveryStatus.PENDING) for one in headers])
    uow.outbox.add([_again(one, trust, uow.member, term.member) for one in reports])
    position = rows[-1].id if rows else walk.position
    uow.tree.save_round(replace(walk, position=position, ended=now if len(rows) < limit else None))
    if headers or reports:
        facts = {"headers": len(headers), "reports": len(reports)}
        uow.ledger.add([leaf("hand-over", term.member, "node", now, salt(), since=term.since, **facts)])
    return len(rows)


def _is_busy(uow: UnitOfWork, trust: Trust, office: str) -> bool:
    """Whether something waits for it still; what goes by ferry waits for a carrier, however little it is."""
    return office not in trust.by_ferry(uow.member) and bool(uow.deliveries.pending(1, ferry=(), only=office))


def _owed(
    uow: UnitOfWork, rows: Sequence[Message], trust: Trust, term: JointMeeting
) -> tuple[list[Message], list[Message]]:
    """Of these messages, what the new host lacks: headers it may see, and reports that went to hosts before it.

    What its addressee refused, or never got, is no exchange. Reading the entries locks their matters: of two workers
    at the same batch the second finds that all is there.
    """
    first = counted_from(term)
    shown = [one for one in rows if _is_shown(one, trust, term.member) or _is_report(one, trust, term.member)]
    known = uow.matters.get({one.matter for one in shown}).values()
    matters = {row.id for row in known if row.state != VOID and _counts(row, first)}
    refused = {one.hash for one in uow.messages.entries(matters) if one.refused} if matters else set()
    wanted = [one for one in shown if one.matter in matters and one.hash not in refused]
    there = uow.deliveries.known(term.member, {one.hash for one in wanted})
    may = trust.may_send(REPORT, uow.member, term.member)
    reports = [one for one in wanted if may and one.kind == REPORT and one.erased is None]
    return (
        [one for one in wanted if one.kind != REPORT and one.hash not in there],
        [one for one in reports if not _is_sent(uow, one, term.member)],
    )


def _counts(row: MatterRow, first: date) -> bool:
    """Whether a matter is open, or adds anything to figures of ``first`` and later: it moved or ends since."""
    begin = datetime.combine(first, time(), BEIJING)
    ends = row.due_effective is not None and row.due_effective >= first
    return ends or row.updated_at >= begin or row.clock in ("waiting", "running")


def _is_shown(one: Message, trust: Trust, office: str) -> bool:
    """Seen now and when it was signed: no later agreement opens what was closed then, nor the other way round."""
    pair = (one.kind, one.sender, one.audience)
    versions = (None, one.agreement)
    return one.audience not in (ALL, office) and all(trust.visible(*pair, version) == "header" for version in versions)


def _is_report(one: Message, trust: Trust, office: str) -> bool:
    return one.kind == REPORT and one.audience != office and trust.system(one.audience) == trust.system(office)


def _is_sent(uow: UnitOfWork, one: Message, office: str) -> bool:
    copies = {copy.audience for copy in uow.messages.find_document(one.document)}
    return office in copies | {draft.audience for draft in uow.outbox.of_matter(_matter(one, uow.member, office))}


def _again(one: Message, trust: Trust, member: str, office: str) -> Draft:
    """The same document, with the day it was issued, to the present holder of the office it was written to."""
    return Draft(
        document=one.document,
        kind=one.kind,
        version=one.version,
        act=one.act,
        audience=office,
        matter=_matter(one, member, office),
        title=one.title,
        issued=one.issued,
        decided_by=one.decided_by,
        after=(),
        replies_to=None,
        replaces=one.replaces,
        mark=one.mark,
        urgency=one.urgency,
        rule=trust.rule_for(one.kind, member, office, one.urgency),
        requested=None,
        expires=None,
        body=text_of(one.raw, one.opened) or b"",
        parts=one.parts,
    )


def _matter(one: Message, member: str, office: str) -> str:
    """Of a report and its corrections one matter with the new host, the same however often it is asked."""
    begun = datetime.fromtimestamp(int(one.matter.replace("-", "")[:12], 16) / 1000, UTC)
    return owned(uuid7(begun, bytes.fromhex(sha256(f"{one.matter}:{office}".encode()))[:10]), member)
