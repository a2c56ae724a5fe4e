"""Examples of an office's own work; a test reads each with its model."""

from __future__ import annotations

from typing import Any

from hub.web.addresses import DOCUMENT, MATTER
from hub.web.api.examples import AT

ASSIGNMENT_ID = "019d86c2-9a40-7000-8000-000000000003"
LEAD_ID = "019d86c2-9a40-7000-8000-000000000004"

UNIT: dict[str, Any] = {
    "code": "lianjiang",
    "name": "廉江市市场监督管理局",
    "kind": "county",
    "region": "440881",
    "accounts": False,
    "active": True,
}
UNIT_CHANGE: dict[str, Any] = {name: value for name, value in UNIT.items() if name != "code"}
ASSIGNMENT_IN: dict[str, Any] = {
    "matter": MATTER,
    "unit": "lianjiang",
    "manner": "assign",
    "note": "请核查当事人的实际经营地址",
    "due": None,
}
ASSIGNMENT_ACT: dict[str, Any] = {"act": "finish", "note": "经营地址属实", "on": "2026-04-14"}
ASSIGNMENT: dict[str, Any] = {
    "id": ASSIGNMENT_ID,
    "matter": MATTER,
    "unit": "lianjiang",
    "manner": "assign",
    "note": "请核查当事人的实际经营地址",
    "due_on": "2026-04-15",
    "rule": "SEED_FORWARD_2WD",
    "state": "open",
    "reason": "",
    "urged": 0,
    "who": "zhanjiang.officer",
    "at": AT,
    "ended_at": None,
}
ASSIGNMENT_OUT: dict[str, Any] = {
    **ASSIGNMENT,
    "history": [{"act": "assign", "who": "zhanjiang.officer", "at": AT, "comment": "请核查当事人的实际经营地址"}],
}
LEAD_IN: dict[str, Any] = {
    "number": "2026-0001",
    "source": "complaint_report",
    "received_on": "2026-04-13",
    "summary": "某平台以消费返利为名发展下线",
    "first_receiver": True,
    "platform_no": None,
    "came_by": None,
}
LEAD: dict[str, Any] = {
    "id": LEAD_ID,
    **LEAD_IN,
    "due_on": "2026-04-15",
    "clock": "running",
    "matter": None,
    "unit": None,
    "forwarded_at": None,
    "outcome": None,
    "outcome_on": None,
    "who": "zhanjiang.officer",
    "at": AT,
}
LEAD_OUT: dict[str, Any] = {
    **LEAD,
    "history": [{"act": "register", "who": "zhanjiang.officer", "at": AT, "comment": ""}],
}
LEAD_FORWARD: dict[str, Any] = {"unit": "lianjiang", "note": "请实地核查"}
LEAD_OUTCOME: dict[str, Any] = {"outcome": "filed", "on": "2026-04-14", "note": ""}
SERIES: dict[str, Any] = {"code": "湛市监协", "kinds": ["assistance_request"], "first": 1, "next": 13}
NUMBER: dict[str, Any] = {
    "doc_no": "湛市监协〔2026〕12号",
    "code": "湛市监协",
    "year": 2026,
    "seq": 12,
    "state": "taken",
    "subject": DOCUMENT,
    "reason": "",
    "who": "zhanjiang.officer",
    "at": AT,
}
NUMBER_IN: dict[str, Any] = {"doc_no": "湛市监协〔2026〕12号", "document": DOCUMENT}
NUMBER_NEXT: dict[str, Any] = {"code": "湛市监协"}
NUMBER_VOID: dict[str, Any] = {"doc_no": "湛市监协〔2026〕16号", "reason": "打印错误"}
NUMBER_RECEIVE: dict[str, Any] = {"document": DOCUMENT, "doc_no": None}
RECEIVED: dict[str, Any] = {**NUMBER, "doc_no": "收文〔2026〕12号", "code": "收文"}
CONTACTS: dict[str, Any] = {
    "member": "450500-mr",
    "document": DOCUMENT,
    "matter": MATTER,
    "issued": AT,
    "stale": False,
    "contacts": [
        {
            "role": "duty_room",
            "post": "局值班室",
            "phone": "0779-2800000",
            "office_hours": "24小时",
            "valid_from": "2026-01-05",
        }
    ],
}
