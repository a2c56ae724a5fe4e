"""The starting body 拟稿底稿 of a paper: what the matter already says is copied, what a person must say stays open.

Pure functions over what the read models give; the result is a draft, checked like any other when it is handed in.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from hub.core.errors import InvalidInput
from hub.core.trust import Trust
from hub.flows.ports.office_rows import Lead
from hub.flows.ports.views import CopyView, MatterView
from hub.flows.steps.following import is_demand
from hub.flows.steps.marking import check_split
from hub.kinds.registry import LATEST

_HEADINGS = {
    "answer": "关于《{}》的回执",
    "assistance_feedback": "关于《{}》的复函",
    "supplement_request": "关于请补充《{}》复函有关事项的函",
    "extension_notice": "关于《{}》延期办理的告知函",
    "confirmation": "关于《{}》的确认函",
    "withdrawal": "关于撤回《{}》的函",
    "compliance": "关于已按要求办理《{}》的函",
    "reminder": "关于催办《{}》的函",
    "transfer_result": "关于《{}》处理结果的复函",
    "jurisdiction_dispute": "关于《{}》管辖争议的函",
    "progress_report/progress": "关于《{}》办理进展的报告",
    "progress_report/complete": "关于《{}》办结情况的报告",
    "jurisdiction_opinion/position": "关于《{}》的管辖意见",
    "jurisdiction_opinion/propose": "关于《{}》的管辖协商方案",
    "jurisdiction_opinion/agree": "关于同意《{}》管辖协商方案的函",
    "jurisdiction_escalation": "关于报请指定《{}》管辖的请示",
    "jurisdiction_handover": "关于移交《{}》案卷的函",
    "proxy_record/record-dispatch": "《{}》寄送登记",
    "proxy_record/record-delivery": "《{}》送达登记",
}
_ANSWERS_FEEDBACK = frozenset({"supplement_request", "confirmation"})
_FEEDBACKS = frozenset({"feedback-final", "result"})
_SPLIT_KEEPS = (
    "classification",
    "basis",
    "case_name",
    "case_no",
    "filed_on",
    "parties",
    "facts",
    "reply_to",
    "contact",
)
_LONGEST_TITLE = 150
_LONGEST_HEADING = 200

Body = dict[str, Any]


def starting_body(kind: str, act: str, view: MatterView, today: date) -> Body:
    """What a body of this kind and act begins with inside a matter."""
    opening = opening_of(view)
    answers = [one.body for one in view.thread if one.row.act in _FEEDBACKS and one.body]
    feedback: Body = dict(answers[-1]) if answers else {}
    title = view.row.title if view.row is not None else view.thread[0].row.title
    heading = _HEADINGS.get(f"{kind}/{act}") or _HEADINGS.get(kind, "关于《{}》的函")
    body: Body = {
        "title": heading.format(title[:_LONGEST_TITLE]),
        "classification": str(opening.get("classification", "internal")),
        "issue_date": today.isoformat(),
    }
    demand = _demand(view) if kind == "compliance" else None
    if demand is not None:
        body["document"] = demand.row.document
    answered = demand.body or {} if demand is not None else feedback if kind in _ANSWERS_FEEDBACK else opening
    if answered.get("doc_no") and "original_doc_no" in LATEST[kind].body.model_fields:
        body["original_doc_no"] = str(answered["doc_no"])
    if kind in ("answer", "assistance_feedback"):
        body["act"] = act
    if kind == "assistance_feedback":
        body["results"] = [{"no": item.get("no")} for item in _items(opening)]
    elif kind == "extension_notice" and view.row is not None and view.row.due_effective is not None:
        body["original_due"] = view.row.due_effective.isoformat()
    elif kind == "supplement_request":
        body["items"] = [_missing(one) for one in feedback.get("results", ()) if one.get("outcome") != "done"]
    return body


def split_body(view: MatterView, chosen: Collection[int], today: date, trust: Trust, member: str) -> Body:
    """A new request to another office with some items of this one, renumbered from 1 and related as split_from.

    Raises ``InvalidInput`` for numbers the request has not, ``AgainstMark`` if whoever asked keeps it to ``member``.
    """
    check_split(trust, member, view.thread, _opened_by(view))
    opening = opening_of(view)
    items = [item for item in _items(opening) if item.get("no") in chosen]
    missing = sorted(set(chosen) - {item.get("no") for item in items})
    if missing or not items:
        known = "、".join(str(item.get("no")) for item in _items(opening)) or "无"
        raise InvalidInput(f"原函没有第 {'、'.join(map(str, missing))} 项；可分出的事项：{known}", field="items")
    related: Body = {"matter": view.id, "relation": "split_from"}
    if opening.get("doc_no"):
        related["doc_no"] = opening["doc_no"]
    return {
        "title": f"关于协助调查{opening.get('case_name', '有关案件')}的函"[:_LONGEST_HEADING],
        **{name: opening[name] for name in _SPLIT_KEEPS if name in opening},
        "issue_date": today.isoformat(),
        "items": [{**item, "no": number} for number, item in enumerate(items, 1)],
        "related": [related],
    }


def lead_body(lead: Lead, office_name: str, today: date) -> Body:
    """A transfer of this lead; subjects, place and facts are for the handler to fill in and check."""
    return {
        "title": "关于移送涉嫌传销线索的函",
        "classification": "internal",
        "basis": ["《市场监督管理行政处罚程序规定》第十四条"],
        "issue_date": today.isoformat(),
        "source": lead.source,
        "lead_no": lead.platform_no or lead.number,
        "suspected_facts": lead.summary,
        "reporter_masked": True,
        "urgency": "normal",
        "first_receiver": lead.first_receiver,
        "act_then_transfer": False,
        "received_on": lead.received_on.isoformat(),
        "trail": [{"office": office_name, "action": "transferred", "on": today.isoformat()}],
    }


def _demand(view: MatterView) -> CopyView | None:
    """The oldest document to be followed of which no report speaks yet; the newest if all have one."""
    said = [one for one in view.thread if is_demand(one.row)]
    reported = {one.body.get("document") for one in view.thread if one.row.kind == "compliance" and one.body}
    waiting = [one for one in said if one.row.document not in reported]
    return waiting[0] if waiting else said[-1] if said else None


def opening_of(view: MatterView) -> Body:
    """The body of the document that opened the matter; empty where it cannot be read here."""
    document = _opened_by(view)
    return next((dict(one.body) for one in view.thread if one.row.document == document and one.body), {})


def _opened_by(view: MatterView) -> str:
    return view.row.document if view.row is not None else view.thread[0].row.document


def _items(opening: Body) -> Sequence[Body]:
    return [item for item in opening.get("items", ()) if isinstance(item, dict)]


def _missing(result: Body) -> Body:
    found: Body = {"no": result.get("no")}
    return {**found, "missing": result["reason"]} if result.get("reason") else found
