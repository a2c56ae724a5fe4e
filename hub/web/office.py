"""What pages and API ask alike of an office's own work: who may touch what, read in the transaction of the act."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Literal

from hub.core.errors import InvalidInput, NotAllowed, NotFound
from hub.flows import leads, numbering, offices
from hub.flows.ports import UnitOfWork
from hub.flows.ports.office_rows import Assignment, AssignmentFilter, Event, Lead, LeadFilter, Unit
from hub.flows.rows import User
from hub.flows.steps.numbers import INCOMING, is_number
from hub.flows.steps.texts import today
from hub.web.deps import WebNode

Ending = Literal["urge", "finish", "hand-back"]
"""What is done with an assignment once it is made."""
_SOON = 1
"""Days before the last one from which a lamp turns amber: an inner limit is two working days long."""


def office_only(user: User) -> User:
    """The user; raises ``NotAllowed`` for one of a unit: handing over and registering are the office's own acts."""
    if user.unit is not None:
        raise NotAllowed(
            "承办单位人员只能办理交给本承办单位的事项", field="unit", advice="请由本局收发或办案人员办理。"
        )
    return user


def own_assignment(uow: UnitOfWork, user: User, assignment: str) -> tuple[Assignment, list[Event]]:
    """One assignment with its history; one of another unit is answered like one that does not exist."""
    given, events = offices.history(uow, assignment)
    if user.unit not in (None, given.unit):
        raise NotFound(f"没有交办 {assignment}", field="assignment")
    return given, events


def act_on(
    node: WebNode, user: User, assignment: str, act: Ending, note: str, on: date | None
) -> tuple[Assignment, list[Event]]:
    """催办、办结、退回, the last two also by the unit itself; ``on`` is the day a paper bears."""
    if act == "urge":
        office_only(user)
    now = node.now()

    def flow(uow: UnitOfWork) -> tuple[Assignment, list[Event]]:
        own_assignment(uow, user, assignment)
        if act == "urge":
            offices.urge(uow, assignment, note, who=user.name, now=now, salt=node.salt)
        else:
            ended = offices.finish if act == "finish" else offices.hand_back
            ended(uow, assignment, note, on, who=user.name, now=now, salt=node.salt)
        return offices.history(uow, assignment)

    return node.act(flow)


def own_lead(uow: UnitOfWork, user: User, lead: str) -> tuple[Lead, list[Event]]:
    """One lead with its history; one of another unit is answered like one that does not exist."""
    found, events = leads.history(uow, lead)
    if user.unit not in (None, found.unit):
        raise NotFound(f"线索台账中没有线索 {lead}", field="lead")
    return found, events


def assignment_filter(
    user: User, unit: str | None, state: str | None, *, overdue: bool, now: datetime
) -> AssignmentFilter:
    """What the list shows this user: a unit sees its own alone, whatever it asks for."""
    return AssignmentFilter(user.unit or unit, state, today(now) if overdue else None)


def lead_filter(
    user: User, text: str | None, *, forwarded: bool | None, settled: bool | None, overdue: bool, now: datetime
) -> LeadFilter:
    """What the register shows this user: a unit sees what was forwarded to it."""
    return LeadFilter(text, forwarded, settled, today(now) if overdue else None, user.unit)


def keep_unit(node: WebNode, user: User, unit: Unit, *, new: bool) -> Unit:
    """Register a unit, or change one; neither is done in place of the other."""

    def flow(uow: UnitOfWork) -> Unit:
        known = uow.units.get(unit.code)
        if new and known is not None:
            raise InvalidInput(f"代码 {unit.code} 已由{known.name}使用", field="code")
        if not new and known is None:
            raise NotFound(f"没有承办单位 {unit.code}", field="code", advice="请在承办单位页面查看。")
        return offices.keep_unit(uow, unit, who=user.name, now=node.now(), salt=node.salt)

    return node.act(flow)


def switched(node: WebNode, user: User, code: str, *, active: bool) -> Unit:
    """Put a unit into or out of use; what it has in hand stays with it."""

    def flow(uow: UnitOfWork) -> Unit:
        known = uow.units.get(code)
        if known is None:
            raise NotFound(f"没有承办单位 {code[:20]}", field="code", advice="请在承办单位页面查看。")
        return offices.keep_unit(uow, replace(known, active=active), who=user.name, now=node.now(), salt=node.salt)

    return node.act(flow)


def receipt_of(node: WebNode, document: str) -> str:
    """The 收文号 a received document has in the register; empty if none."""
    found = node.act(lambda uow: uow.numbers.of(document))
    return next((one.doc_no for one in found if one.code == INCOMING), "")


def keep_receipt(node: WebNode, user: User, document: str, typed: str) -> None:
    """Enter the 收文号 typed at 签收 into the register; raises a ``Refused`` if another document has it.

    What is no number, such as the words of an office that keeps none, stays in the letter alone.
    """
    now = node.now()

    def flow(uow: UnitOfWork) -> None:
        if is_number(typed):
            numbering.receive(uow, document, typed, who=user.name, now=now, salt=node.salt)

    node.act(flow)


def inner_lamp(last: date, ended: datetime | None, now: datetime) -> tuple[str, str]:
    """(colour name, word) of an inner limit; the word says all the colour says."""
    left = (last - today(ended or now)).days
    if ended is not None:
        return ("green", "按期") if left >= 0 else ("red", f"逾期 {-left} 天")
    if left < 0:
        return "red", f"已超 {-left} 天"
    if left <= _SOON:
        return "amber", "今日到期" if left == 0 else f"剩 {left} 天"
    return "green", f"剩 {left} 天"


def day_in(form: dict[str, str], name: str) -> date | None:
    """A day of a form, None if left empty; raises ``InvalidInput`` naming the field."""
    return day_of(form.get(name), name)


def day_of(text: str | None, name: str) -> date | None:
    """A day as people and programs write it, None if there is none; raises ``InvalidInput`` naming the field."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("日期应写作 2026-05-08 的形式", field=name) from error


def names_of(uow: UnitOfWork) -> dict[str, str]:
    """User name -> how the person is called on screen."""
    return {one.name: one.title for one in uow.users.all()}
