"""The inner limit of two working days 两个工作日 for handing something on, and what may not be transferred on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from hub.core.docket import due_on
from hub.core.errors import Misconfigured, NotAllowed
from hub.core.families import CANCELLED
from hub.core.ids import BEIJING
from hub.core.trust import Trust
from hub.flows.ports import UnitOfWork
from hub.flows.ports.office_rows import Lead
from hub.flows.rows import MatterRow
from hub.kinds.links import LEAD_NO, NUMBERS, links_of

RULE = "SEED_FORWARD_2WD"

TRANSFERS = {"lead_transfer": "线索", "case_transfer": "案件"}
CONTINUES = frozenset({"transferred_from", "follow_up", "split_from"})
"""Relations by which a document says that it goes on with what came in another matter."""
_WAY_OUT = "请在来函事项中办理“提出管辖异议”，协商或者报请共同的上一级机关指定管辖。"


def forward_by(uow: UnitOfWork, start: date) -> date:
    """Last day to hand on what came on ``start``, by this member's calendar; raises ``InvalidInput`` without rule."""
    trust = uow.trusts.current()
    calendar = trust.calendar_of(uow.member)
    if calendar is None:
        raise Misconfigured(f"协作协议中没有本单位 {uow.member} 的日历", field="calendar")
    return due_on(trust, RULE, start, calendar.id).due_effective


def check_transferable(uow: UnitOfWork, lead: Lead, office: str) -> None:
    """Raise ``NotAllowed`` for a lead that came by transfer, or that this office returned before.

    程序规定 art. 14 speaks of cases; for leads the members agreed the same (DOMAIN CM9).
    """
    if lead.came_by is not None:
        raise NotAllowed(
            f"线索 {lead.number} 由其他单位移送而来，不得再自行移送，请提出管辖异议",
            field="lead",
            advice="请在来函事项中办理“提出管辖异议”。",
        )
    before = [one.matter for one in uow.leads.transfers(_numbers(lead)) if one.office == office]
    _check_returned(uow, before, office, f"线索 {lead.number}")


def check_onward(uow: UnitOfWork, kind: str, body: Mapping[str, object], audiences: Sequence[str]) -> None:
    """Raise ``NotAllowed`` for a transfer of what was itself received by transfer, or was returned by that office.

    What it continues stands in ``related``; a lead or case is known by its number too, whatever documents it came and
    went in. Toward another system the way stays open: a suspected crime goes to the police wherever the case came from
    (程序规定 art. 17), though never back to the office it came from.
    """
    if kind not in TRANSFERS:
        return
    trust, links = uow.trusts.current(), list(links_of(kind, body))
    continued = [target for relation, target in links if relation in CONTINUES]
    for row in uow.matters.get(continued).values():
        if row.family == "transfer" and row.other == uow.member:
            _refuse_onward(trust, row, audiences, f"该{TRANSFERS[row.kind]}", "body.related")
    for relation, number in links:
        if relation in NUMBERS:
            _check_number(uow, kind, relation, number, audiences)


def _check_number(uow: UnitOfWork, kind: str, relation: str, number: str, audiences: Sequence[str]) -> None:
    what, field = f"{TRANSFERS[kind]} {number}", f"body.{relation}"
    lead = uow.leads.by_number(number) if relation == LEAD_NO else None
    for office in audiences if lead is not None else ():
        check_transferable(uow, lead, office)  # type: ignore[arg-type]
    rows = list(uow.matters.get({one.matter for one in uow.links.naming(relation, [number])}).values())
    # Our own register knows better than a number that two offices may have given: there it is a lead of our own.
    for row in rows if lead is None else ():
        if row.other == uow.member and row.state not in CANCELLED:
            _refuse_onward(uow.trusts.current(), row, audiences, what, field)
    for office in audiences:
        went = [row.id for row in rows if row.opener == uow.member and row.other == office]
        _check_returned(uow, went, office, what)


def _refuse_onward(trust: Trust, row: MatterRow, audiences: Sequence[str], what: str, field: str) -> None:
    sender = trust.name_of(row.opener)
    if row.opener in audiences:
        raise NotAllowed(
            f"{what}由{sender}移送而来，不能再移送回该单位",
            field=field,
            advice="不属本单位管辖的，请在来函事项中办理“退回”或者“提出管辖异议”。",
        )
    if any(_same_system(trust, row.other, office) for office in audiences):
        raise NotAllowed(f"{what}由{sender}移送而来，不得再自行移送（程序规定第十四条）", field=field, advice=_WAY_OUT)


def _same_system(trust: Trust, member: str, office: str) -> bool:
    """Whether both belong to one line of work; what is known of nobody outside counts as ours."""
    return office not in trust.members or trust.system(office) == trust.system(member)


def _check_returned(uow: UnitOfWork, matters: Collection[str], office: str, what: str) -> None:
    for entry in uow.messages.entries(matters) if matters else ():
        if entry.act in ("return", "record-return") and not entry.refused:
            on = entry.issued.astimezone(BEIJING).date()
            raise NotAllowed(
                f"{uow.trusts.current().name_of(office)}已于{on.year}年{on.month}月{on.day}日退回{what}，"
                "不得再次移送该单位",
                field="to",
                advice="请移送其他有管辖权的单位，或协商、报请指定管辖。",
            )


def _numbers(lead: Lead) -> list[str]:
    return [lead.number, *([lead.platform_no] if lead.platform_no else [])]
