"""The office's registers as tables to take away: what stands in a list, whole, under its own heads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from starlette.responses import Response

from hub.core.policy import Permit
from hub.core.retention import Rule
from hub.flows import leads, numbering, offices
from hub.flows.ports import UnitOfWork
from hub.flows.ports.journal import ActFilter
from hub.flows.ports.office_rows import AssignmentFilter, LeadFilter, Number
from hub.flows.ports.retention import ERASURES
from hub.flows.ports.views import DocumentFilter, Page
from hub.flows.rows import User
from hub.web import journal, words
from hub.web.auth import permitted
from hub.web.deps import WebNode
from hub.web.keeping import went
from hub.web.sheets import MOST, Cell, Form, answer

R = TypeVar("R")
Rows = list[tuple[Cell, ...]]

_STEP = 1000
"""Rows read at once."""


def leads_table(node: WebNode, user: User, wanted: LeadFilter, form: Form) -> Response:
    """线索台账."""
    heads = (
        "线索编号",
        "12315编号",
        "来源",
        "首接",
        "接到日期",
        "转办期限",
        "摘要",
        "承办单位",
        "转办时间",
        "处理结果",
        "处理日期",
    )

    def read(uow: UnitOfWork) -> Rows:
        units = {one.code: one.name for one in uow.units.all()}
        return [
            (
                *(one.number, one.platform_no, leads.SOURCES[one.source], "是" if one.first_receiver else "否"),
                *(one.received_on.isoformat(), one.due_on.isoformat(), one.summary),
                *(units.get(one.unit or "", one.unit), words.moment(one.forwarded_at)),
                leads.OUTCOMES[one.outcome] if one.outcome else None,
                one.outcome_on.isoformat() if one.outcome_on else None,
            )
            for one in _whole(lambda cursor: leads.leads(uow, wanted, cursor, _STEP))
        ]

    return _table(node, user, read, heads, "线索台账", form)


def assignments_table(node: WebNode, user: User, wanted: AssignmentFilter, form: Form) -> Response:
    """交办转办."""
    heads = (
        "事项",
        "承办单位",
        "方式",
        "内部期限",
        "状态",
        "催办次数",
        "要求",
        "办理情况",
        "交办时间",
        "办结、退回时间",
    )

    def read(uow: UnitOfWork) -> Rows:
        units = {one.code: one.name for one in uow.units.all()}
        rows = _whole(lambda cursor: offices.assignments(uow, wanted, cursor, _STEP))
        matters = uow.matters.get({one.matter for one in rows})
        return [
            (
                matters[one.matter].title if one.matter in matters else one.matter,
                *(units.get(one.unit, one.unit), offices.MANNERS[one.manner], one.due_on.isoformat()),
                *(offices.STATES[one.state], one.urged, one.note, one.reason),
                *(words.moment(one.at), words.moment(one.ended_at)),
            )
            for one in rows
        ]

    return _table(node, user, read, heads, "交办转办", form)


def numbers_table(node: WebNode, user: User, code: str, year: int, form: Form) -> Response:
    """文号登记簿 of one code word and year."""
    heads = ("文号", "状态", "作废原因", "文书编号", "登记人", "登记时间")

    def line(one: Number) -> tuple[Cell, ...]:
        state = "已作废" if one.state == "void" else "已用"
        return one.doc_no, state, one.reason, one.subject, one.who, words.moment(one.at)

    def read(uow: UnitOfWork) -> Rows:
        return [line(one) for one in _whole(lambda cursor: numbering.register(uow, code, year, cursor, _STEP))]

    return _table(node, user, read, heads, f"文号登记簿{code}{year}", form)


def received_table(node: WebNode, user: User, year: int, form: Form) -> Response:
    """收文登记簿 of one year."""
    heads = ("收文号", "收到时间", "来文单位", "标题", "种类", "登记人", "登记时间")
    trust = node.views.trust()

    def line(one: numbering.Received) -> tuple[Cell, ...]:
        came, number = one.message, one.number
        told = (
            (words.moment(came.stored_at), words.member(trust, came.sender), came.title, words.kind(came.kind))
            if came
            else (None,) * 4
        )
        return number.doc_no, *told, number.who, words.moment(number.at)

    def read(uow: UnitOfWork) -> Rows:
        return [line(one) for one in _whole(lambda cursor: numbering.received(uow, year, cursor, _STEP))]

    return _table(node, user, read, heads, f"收文登记簿{year}", form)


def due_table(node: WebNode, user: User, rules: Mapping[str, Rule], rule: str | None, form: Form) -> Response:
    """到期审查."""
    heads = ("届满日", "规则", "依据", "事项编号", "标题", "类别", "环节", "最后变动", "保留")

    def read(_uow: UnitOfWork) -> Rows:
        return [
            (
                *(one.due.day.isoformat(), rules[one.due.rule].title, rules[one.due.rule].basis, one.row.id),
                *(one.row.title, words.family(one.row.family), words.state(one.row.family, one.row.state)),
                *(words.moment(one.row.updated_at), "是" if one.held else "否"),
            )
            for one in _whole(lambda cursor: node.views.due_for_review(rule, cursor, _STEP))
        ]

    return _table(node, user, read, heads, "到期审查", form)


def erasures_table(node: WebNode, user: User, states: Collection[str], form: Form) -> Response:
    """删除申请: a record of what was erased that outlives a restored backup."""
    heads = (
        *("申请编号", "状态", "事项编号", "文书编号", "规则", "理由", "依据", "提出人", "提出时间"),
        *("批准人", "批准时间", "不批准理由", "执行时间", "删除内容"),
    )

    def read(_uow: UnitOfWork) -> Rows:
        return [
            (
                *(one.id, ERASURES[one.state], one.matter, one.document or "整个事项", one.rule, one.reason, one.basis),
                *(one.proposer, words.moment(one.proposed_at), one.decider, words.moment(one.decided_at)),
                *(one.comment, words.moment(one.done_at)),
                "；".join(f"{title} {number}" for title, number in went(one)),
            )
            for one in _whole(lambda cursor: node.views.erasures(states, cursor, _STEP))
        ]

    return _table(node, user, read, heads, "删除申请", form)


def documents_table(node: WebNode, user: User, wanted: DocumentFilter, form: Form) -> Response:
    """收件和发件: one line for each copy, its rung and since when it is known."""
    heads = (
        "文书编号",
        "标题",
        "种类",
        "办理",
        "发件单位",
        "收件单位",
        "签发时间",
        "登记时间",
        "紧急程度",
        "送达进度",
        "事项编号",
    )
    trust = node.views.trust()

    def read(_uow: UnitOfWork) -> Rows:
        return [
            (
                *(one.document, one.title, words.kind(one.kind), words.act(one.act, one.kind)),
                *(words.member(trust, each, short=True) for each in (one.sender, one.audience)),
                *(words.moment(one.issued), words.moment(one.stored_at)),
                *(words.URGENCIES.get(one.urgency, one.urgency), words.STEPS[one.step], one.matter),
            )
            for one in _whole(lambda cursor: node.views.documents(wanted, cursor, _STEP))
        ]

    return _table(node, user, read, heads, "收件和发件", form)


def acts_table(node: WebNode, user: User, wanted: ActFilter, form: Form, asked: Mapping[str, str]) -> Response:
    """审计日志: the leaves in words, free words in them hidden as on the screen; ``asked``: what was searched for."""
    heads = ("序号", "时间（北京时间）", "行为", "人员", "对象", "事实", "内容已删除")

    def read(_uow: UnitOfWork) -> Rows:
        found = Page(tuple(_whole(lambda cursor: node.views.acts(wanted, cursor, _STEP))), None)
        return [
            (
                *(one.act.position, words.moment(one.act.at), one.title, one.actor, one.subject),
                *("；".join(f"{title}：{fact}" for title, fact in one.facts), "是" if one.erased else "否"),
            )
            for one in journal.lines(node.views.trust(), found, content=False)
        ]

    return _table(node, user, read, heads, "审计日志", form, Permit.AUDIT, asked)


def _whole(page_of: Callable[[str | None], Page[R]]) -> list[R]:
    """Every page of a list, up to what one export may hold."""
    page = page_of(None)
    found = list(page.rows)
    while page.next and len(found) < MOST:
        page = page_of(page.next)
        found += page.rows
    return found[:MOST]


def _table(
    node: WebNode,
    user: User,
    read: Callable[[UnitOfWork], Rows],
    heads: tuple[str, ...],
    name: str,
    form: Form,
    permit: Permit = Permit.EXPORT,
    asked: Mapping[str, str] | None = None,
) -> Response:
    permitted(user, permit)
    rows = node.act(read)
    node.note("export", name, user.name, form=form, rows=len(rows), **(asked or {}))
    return answer(rows, heads, name, form)
