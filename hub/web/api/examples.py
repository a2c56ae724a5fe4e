"""One example of every answer; a test reads each with its model."""

from __future__ import annotations

from typing import Any

from hub.web.addresses import DOCUMENT, HASH, MATTER

FRAME = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
AT = "2026-04-13T08:30:00.000Z"

BODY: dict[str, Any] = {
    "title": "【演示】关于协助调查某公司的函",
    "doc_no": "湛市监协〔2026〕12号",
    "classification": "internal",
    "case_name": "涉嫌组织传销案",
    "facts": "2026年3月以来，当事人以“消费返利”为名发展下线。",
    "items": [
        {
            "no": 1,
            "target_type": "company",
            "target": "某商贸有限公司",
            "matter": "登记档案、年报和实际经营情况",
            "evidence_form": "登记档案复印件加盖公章",
            "purpose": "核实主体资格",
        }
    ],
    "basis": ["《市场监督管理行政处罚程序规定》第四十五条"],
}
DOCUMENT_IN: dict[str, Any] = {
    "kind": "assistance_request",
    "to": ["450500-mr"],
    "body": BODY,
    "urgency": "normal",
    "mark": "addressee-only",
    "attachments": [{"name": "线索材料.txt", "media_type": "text/plain", "content": "5ryU56S6"}],
}
RECORDED: dict[str, Any] = {
    "document": DOCUMENT,
    "kind": "assistance_request",
    "act": "request",
    "copies": [{"to": "450500-mr", "matter": MATTER}],
}
LINE: dict[str, Any] = {
    "document": DOCUMENT,
    "matter": MATTER,
    "kind": "assistance_request",
    "act": "request",
    "title": BODY["title"],
    "sender": "440800-mr",
    "audience": "450500-mr",
    "issued": AT,
    "stored_at": AT,
    "urgency": "normal",
    "status": "stored",
    "step": "delivered",
    "hash": HASH,
    "replaces": None,
}
COPY: dict[str, Any] = {
    **LINE,
    "version": 1,
    "mark": "addressee-only",
    "rule": "ASSIST_MR",
    "requested": None,
    "sealed": AT,
    "expires": None,
    "code": None,
    "decided_by": "zhanjiang.officer",
    "body": BODY,
    "parts": [{"sha256": HASH, "size": 6, "media_type": "text/plain"}],
    "progress": [
        {
            "member": "450500-mr",
            "form": "full",
            "step": "delivered",
            "rungs": [
                {"step": "recorded", "title": "已登记", "at": AT, "proof": None, "code": None},
                {"step": "sent", "title": "已发出", "at": AT, "proof": None, "code": None},
                {"step": "delivered", "title": "已送达", "at": AT, "proof": FRAME, "code": None},
            ],
        }
    ],
    "state": "requested",
    "counted": True,
    "receipt": None,
    "erased": None,
}
MATTER_LINE: dict[str, Any] = {
    "id": MATTER,
    "family": "assistance",
    "state": "requested",
    "state_title": "已发出待签收",
    "title": BODY["title"],
    "opener": "440800-mr",
    "other": "450500-mr",
    "document": DOCUMENT,
    "kind": "assistance_request",
    "urgency": "normal",
    "opened_at": AT,
    "updated_at": AT,
    "last_act": "request",
    "messages": 1,
    "rule": "ASSIST_MR",
    "calendar": "CN-GX",
    "start": "2026-04-14",
    "due_strict": "2026-05-09",
    "due_effective": "2026-05-09",
    "due_at": "2026-05-09T16:00:00.000Z",
    "provisional": False,
    "clock": "running",
    "met_at": None,
    "overdue": False,
    "extended": 0,
    "by_proxy": False,
}
DEADLINE: dict[str, Any] = {
    "rule": "ASSIST_MR",
    "start": "2026-04-14",
    "calendar": "CN-GX",
    "due_strict": "2026-05-09",
    "due_effective": "2026-05-09",
    "label": "statutory",
    "article": "《市场监督管理行政处罚程序规定》第四十五条",
    "provisional": False,
    "days": [
        {"date": "2026-04-14", "counted": None, "why": "起算日，不计入"},
        {"date": "2026-04-15", "counted": 1, "why": "工作日"},
    ],
}
DUTY: dict[str, Any] = {
    "slot": "overdue",
    "holder": "450500-mr",
    "days": -2,
    "label": "statutory",
    "rule_title": "协助调查",
    "article": "《市场监督管理行政处罚程序规定》第四十五条",
    "matter": {**MATTER_LINE, "overdue": True},
}
SLOTS: dict[str, Any] = {"overdue": 1, "today": 0, "soon": 2, "week": 0, "later": 5}
DUE: dict[str, Any] = {
    "today": "2026-05-12",
    "at": "2026-05-12T01:00:00.000Z",
    "ours": SLOTS,
    "theirs": {**SLOTS, "overdue": 0},
    "provisional": 0,
    "items": [DUTY],
    "next": None,
}
SUPERVISION: dict[str, Any] = {"office": False, "items": [DUTY], "next": None}
CLOCK: dict[str, Any] = {
    **{name: value for name, value in DEADLINE.items() if name not in ("calendar", "days")},
    "name": "main",
    "title": "首次反馈（协助调查）",
    "holder": "450500-mr",
    "due_at": "2026-05-09T16:00:00.000Z",
    "met_at": AT,
    "status": "met",
}
EXTENSION: dict[str, Any] = {
    "document": DOCUMENT,
    "told_at": "2026-05-11T02:00:00.000Z",
    "until": "2026-05-20",
    "counts": False,
    "granted": None,
    "why": "届满后才告知，不生效",
}
FOLLOWING: dict[str, Any] = {
    "document": DOCUMENT,
    "act": "withdraw",
    "title": "撤回",
    "sender": "440800-mr",
    "issued": AT,
    "corrects": False,
    "followers": [{"member": "450500-mr", "delivered_at": AT, "complied_at": None, "report": None}],
}
RELATION: dict[str, Any] = {
    "relation": "split_from",
    "title": "拆分自",
    "outward": True,
    "matter": MATTER,
    "document": DOCUMENT,
    "matter_title": BODY["title"],
}
MATTER_OUT: dict[str, Any] = {
    "id": MATTER,
    "side": "opener",
    "matter": MATTER_LINE,
    "agreement": 1,
    "deadline": DEADLINE,
    "estimated": False,
    "clocks": [CLOCK],
    "extensions": [EXTENSION],
    "by_proxy": False,
    "compliance": [FOLLOWING],
    "related": [RELATION],
    "allowed": [{"kind": "withdrawal", "act": "withdraw", "title": "撤回（撤销）"}],
    "thread": [COPY],
    "notes": [{"at": AT, "text": "因协议第2版公布2027年日历，到期日由2027年1月20日（暂定）调整为2027年1月22日。"}],
}
MEMBER: dict[str, Any] = {
    "id": "450500-mr",
    "name": "北海市市场监督管理局",
    "short_name": "北海市监",
    "region": "450500",
    "system": "mr",
    "level": "city",
    "calendar": "CN-GX",
    "reach": "online",
    "status": "active",
    "joint_meeting": False,
    "own": False,
    "last_seen": AT,
    "waiting": 1,
    "oldest_waiting": AT,
    "copies": 0,
}
QUARANTINE_LINE: dict[str, Any] = {
    "id": 7,
    "sha256": HASH,
    "code": "bad-signature",
    "reason": "签名与内容不符",
    "field": None,
    "claimed": "450500-mr",
    "channel": "amqp",
    "received_at": AT,
    "size": 2048,
    "times": 1,
    "document": None,
}
QUARANTINE_OUT: dict[str, Any] = {**QUARANTINE_LINE, "raw": "eyJwYXlsb2FkVHlwZSI6"}
KIND: dict[str, Any] = {
    "kind": "assistance_request",
    "version": 1,
    "title": "协助调查函",
    "acts": ["request"],
    "opens": True,
    "audience": "one",
    "replaces": False,
    "schema_url": "/api/v1/schemas/assistance_request/1",
}
HEALTH: dict[str, Any] = {
    "status": "ready",
    "outbox": 0,
    "pending": 2,
    "oldest_pending": AT,
    "quarantined": 1,
    "gaps": 0,
    "parked": 0,
    "frozen": 0,
    "ungrown": 3,
}
ME: dict[str, Any] = {
    "name": "zhanjiang.officer",
    "title": "经办人",
    "role": "officer",
    "member": "440800-mr",
    "member_name": "湛江市市场监督管理局",
    "may_send": True,
    "demo": True,
}
ENVELOPE: dict[str, Any] = {
    "payloadType": "application/vnd.antipyramid.message.v1+json",
    "payload": "eyJkb2N1bWVudCI6Ii4uLiJ9",
    "signatures": [{"keyid": "0123456789abcdef", "sig": "AAAA"}],
    "body": "eyJ0aXRsZSI6Ii4uLiJ9",
}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:antipyramid:schema:assistance_request:1",
    "title": "协助调查函",
    "type": "object",
}
LIVE: dict[str, Any] = {"status": "live"}
CURSOR = "WyJtIiwxNzc2MDY5MDAwMDAwMDAwLDQyXQ"


def page(item: dict[str, Any]) -> dict[str, Any]:
    """A page with one line."""
    return {"items": [item], "next": CURSOR}
