"""The inner limit of two working days 两个工作日 for handing something on, and who a transferred lead may not go to."""

from __future__ import annotations

from datetime import date

from hub.core.docket import due_on
from hub.core.errors import Misconfigured, NotAllowed
from hub.core.ids import BEIJING
from hub.flows.ports import UnitOfWork
from hub.flows.ports.office_rows import Lead

RULE = "SEED_FORWARD_2WD"


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
    before = [one for one in uow.leads.transfers(_numbers(lead)) if one.office == office]
    for entry in uow.messages.entries([one.matter for one in before]):
        if entry.act in ("return", "record-return") and not entry.refused:
            on = entry.issued.astimezone(BEIJING).date()
            name = uow.trusts.current().members[office].name if office in uow.trusts.current().members else office
            raise NotAllowed(
                f"{name}已于{on.year}年{on.month}月{on.day}日退回线索 {lead.number}，不得再次移送该单位",
                field="to",
                advice="请移送其他有管辖权的单位，或协商、报请指定管辖。",
            )


def _numbers(lead: Lead) -> list[str]:
    return [lead.number, *([lead.platform_no] if lead.platform_no else [])]
