"""线索台账: what came in, handed on within two working days, and what became of it. The reporter is not in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from hub.core.audit import leaf
from hub.core.errors import InvalidInput, NotFound, WrongState
from hub.core.ids import is_member_id, is_outside
from hub.flows.ports import NewId, Salt, UnitOfWork
from hub.flows.ports.office_rows import Event, Lead, LeadFilter, LeadTransfer
from hub.flows.ports.views import Page
from hub.flows.steps.forwarding import check_transferable, forward_by
from hub.flows.steps.marking import check_passed_down
from hub.flows.steps.texts import before_of, identified, said, today

SOURCES = {
    "complaint_report": "投诉举报",
    "inspection": "监督检查",
    "monitoring": "监测",
    "found_in_assistance": "协查中发现",
    "superior": "上级交办",
    "other_department": "其他部门移送",
    "grid_worker": "网格员",
}
OUTCOMES = {
    "filed": "立案",
    "not_filed": "不予立案",
    "penalised": "行政处罚",
    "transferred": "移送其他机关",
    "merged": "并案",
    "closed": "办结",
}
_NUMBER = re.compile(r"[0-9A-Za-z-]{4,40}")
_PERSONAL = re.compile(r"1[3-9][0-9]{9}|[0-9]{17}[0-9Xx]")
"""A mobile number or an identity number: a summary has room for neither."""


@dataclass(frozen=True, slots=True)
class NewLead:
    """What a handler enters."""

    number: str
    source: str
    received_on: date
    summary: str
    """Subjects and facts, without whoever reported them."""
    first_receiver: bool = True
    platform_no: str | None = None
    """12315 number."""
    came_by: str | None = None
    """Matter of the received transfer, if it came by one."""


def register(uow: UnitOfWork, new: NewLead, *, who: str, now: datetime, new_id: NewId, salt: Salt) -> Lead:
    """Enter a lead; raises ``InvalidInput`` naming the field."""
    for number, field in ((new.number, "number"), (new.platform_no, "platform_no")):
        if number is not None and _NUMBER.fullmatch(number) is None:
            raise InvalidInput("线索编号应为 4 至 40 个字母、数字或连字符", field=field)
    if uow.leads.by_number(new.number) is not None:
        raise InvalidInput(f"线索 {new.number} 已在台账中", field="number")
    if new.source not in SOURCES:
        raise InvalidInput(f"没有线索来源 {new.source[:40]}，可用：{'、'.join(SOURCES)}", field="source")
    if new.received_on > today(now):
        raise InvalidInput("接到日期不能晚于今天", field="received_on")
    summary = said(new.summary, "summary", "线索摘要", 1000)
    if _PERSONAL.search(summary):
        raise InvalidInput("线索摘要中不得写手机号、身份证号；举报人信息不入台账", field="summary")
    _check_came_by(uow, new.came_by)
    lead = Lead(
        id=new_id(now),
        number=new.number,
        platform_no=new.platform_no,
        source=new.source,
        first_receiver=new.first_receiver,
        received_on=new.received_on,
        due_on=forward_by(uow, new.received_on),
        summary=summary,
        came_by=new.came_by,
        who=who,
        at=now,
    )
    return _moved(uow, lead, "register", "", who=who, now=now, salt=salt)


def forward_to_unit(
    uow: UnitOfWork, lead_id: str, unit: str, note: str = "", *, who: str, now: datetime, salt: Salt
) -> Lead:
    """Hand a lead to a unit of our own 转办、交办; to a county bureau what was transferred to us only if it may go."""
    lead = _open(uow, lead_id)
    found = uow.units.get(unit)
    if found is None or not found.active:
        raise NotFound(f"没有承办单位 {unit[:20]}，或已停用", field="unit")
    if lead.came_by is not None:
        check_passed_down(uow, lead.came_by, found)
    note = said(note, "note", "转办要求", 1000, needed=False)
    moved = replace(lead, unit=unit, forwarded_at=lead.forwarded_at or now)
    return _moved(uow, moved, "forward", f"{found.name} {note}".strip(), who=who, now=now, salt=salt)


def transferable(uow: UnitOfWork, lead_id: str, office: str) -> Lead:
    """The lead, if it may be transferred to that office; raises ``NotAllowed`` with the way out."""
    if not (is_member_id(office) or is_outside(office)) or office == uow.member:
        raise InvalidInput("请填写移送到哪个单位", field="to")
    lead = _open(uow, lead_id)
    check_transferable(uow, lead, office)
    return lead


def transferred(uow: UnitOfWork, lead_id: str, matter: str, *, who: str, now: datetime, salt: Salt) -> Lead:
    """Note that a lead went to another office in this matter, which we opened by a lead transfer."""
    lead = _open(uow, lead_id)
    row = uow.matters.get([identified(matter, "matter", "事项")]).get(matter)
    waiting = uow.outbox.of_matter(matter)
    kind, office = (row.kind, row.other) if row else (waiting[0].kind, waiting[0].audience) if waiting else ("", "")
    if kind != "lead_transfer" or (row is not None and row.opener != uow.member):
        raise NotFound(f"事项 {matter} 不是本单位发出的线索移送", field="matter")
    if any(one.matter == matter for one in uow.leads.transfers([lead.number])):
        return lead
    check_transferable(uow, lead, office)
    uow.leads.add_transfer(LeadTransfer(matter, lead.number, office, now))
    moved = replace(lead, matter=matter, forwarded_at=lead.forwarded_at or now)
    return _moved(uow, moved, "transfer", office, who=who, now=now, salt=salt)


def settle(
    uow: UnitOfWork, lead_id: str, outcome: str, on: date, note: str = "", *, who: str, now: datetime, salt: Salt
) -> Lead:
    """Enter what became of it."""
    lead = _open(uow, lead_id)
    if outcome not in OUTCOMES:
        raise InvalidInput(f"没有处理结果 {outcome[:40]}，可用：{'、'.join(OUTCOMES)}", field="outcome")
    if not lead.received_on <= on <= today(now):
        raise InvalidInput("处理日期应在接到日期之后、不晚于今天", field="on")
    note = said(note, "note", "说明", 1000, needed=False)
    return _moved(uow, replace(lead, outcome=outcome, outcome_on=on), "settle", note, who=who, now=now, salt=salt)


def leads(uow: UnitOfWork, wanted: LeadFilter, cursor: str | None, limit: int) -> Page[Lead]:
    """Leads, newest first."""
    found = uow.leads.page(wanted, before_of(cursor), limit + 1)
    return Page(tuple(found[:limit]), found[limit - 1].id if len(found) > limit else None)


def history(uow: UnitOfWork, lead_id: str) -> tuple[Lead, list[Event]]:
    """One lead with all that was done; raises ``NotFound``."""
    return _found(uow, lead_id), uow.events.of(lead_id)


def clock(lead: Lead, now: datetime) -> str:
    """How its two working days stand: ``met``, ``late`` or ``running``."""
    on = today(lead.forwarded_at or now)
    if on > lead.due_on:
        return "late"
    return "met" if lead.forwarded_at else "running"


def _check_came_by(uow: UnitOfWork, matter: str | None) -> None:
    if matter is None:
        return
    row = uow.matters.get([identified(matter, "came_by", "事项")]).get(matter)
    if row is None or row.family != "transfer" or row.other != uow.member:
        raise InvalidInput(f"事项 {matter} 不是移送到本单位的事项", field="came_by")


def _found(uow: UnitOfWork, lead_id: str) -> Lead:
    lead = uow.leads.get(identified(lead_id, "lead", "线索"))
    if lead is None:
        raise NotFound(f"线索台账中没有线索 {lead_id}", field="lead")
    return lead


def _open(uow: UnitOfWork, lead_id: str) -> Lead:
    lead = _found(uow, lead_id)
    if lead.outcome is not None:
        raise WrongState(f"线索 {lead.number} 已登记处理结果“{OUTCOMES[lead.outcome]}”", field="lead")
    return lead


def _moved(uow: UnitOfWork, lead: Lead, act: str, comment: str, *, who: str, now: datetime, salt: Salt) -> Lead:
    uow.leads.put(lead)
    uow.events.add([Event(lead.id, act, who, now, comment)])
    facts = {"act": act, "number": lead.number, "unit": lead.unit, "matter": lead.matter, "outcome": lead.outcome}
    uow.ledger.add([leaf("lead", lead.id, who, now, salt(), **facts)])
    return lead
