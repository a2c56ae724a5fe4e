"""Letters that ask and answer: assistance requests, feedback, leads. Schemes are published facts, parties made up."""

from __future__ import annotations

from typing import Any

from deploy.demo.facts import Fact, fact
from schemas.synthetic import mobile, resident_id, uscc

Body = dict[str, Any]
DAY = "2026-04-13"
COMPANY = "某某生物科技有限公司"
PERSON = "李某某"
ADDRESS = "北海市海城区某路某小区1栋101房"


def source_of(one: Fact) -> str:
    """Where the fact was read, as a line of the letter."""
    return f"（手法、金额据公开报道 {one.id}：{one.source}；当事人为虚构。）"


def assistance_request(attachment: Body | None = None) -> Body:
    """湛江 asks 北海 for three things: a company, a person, an address."""
    known = fact("C042")
    body: Body = {
        "title": f"【演示】关于协助调查{COMPANY}涉嫌“{known.scheme}”传销案的函",
        "doc_no": "湛市监协〔2026〕12号",
        "classification": "internal",
        "basis": ["《市场监督管理行政处罚程序规定》第四十五条"],
        "handler": "某承办",
        "contact": {"name": "某联络员", "phone": "0759-2800003"},
        "signer": "某局长",
        "issue_date": DAY,
        "case_name": f"{COMPANY}涉嫌组织传销案",
        "case_no": "湛市监立〔2026〕21号",
        "filed_on": "2026-04-01",
        "parties": [
            {"role": "organizer", "type": "company", "name": COMPANY, "uscc": uscc("450500", 1)},
            {
                "role": "recruiter",
                "type": "person",
                "name": PERSON,
                "id_doc_type": "resident_id",
                "id_doc_no": resident_id("450502", 1),
                "phone": mobile(1),
            },
        ],
        "facts": f"{known.summary}。{source_of(known)}",
        "items": [
            _item(1, "company", COMPANY, "调取登记档案、变更记录及近三年年报。", "档案复印件加盖查询专用章"),
            _item(2, "person", PERSON, "询问其邀约、收取份额款的情况。", "询问笔录"),
            _item(3, "address", ADDRESS, "核实租住登记、房主身份和租金。", "租赁合同复印件"),
        ],
        "reply_to": "湛江市市场监督管理局某科",
    }
    return body | ({"attachments": [attachment]} if attachment else {})


def police_request() -> Body:
    """湛江市监 asks 北海公安 about a rented flat; the law sets no limit there, the agreement does."""
    known = fact("C076")
    return {
        "title": "【演示】关于协查涉传出租屋租住人员的函",
        "doc_no": "湛市监协〔2026〕13号",
        "classification": "internal",
        "basis": ["《行政处罚法》第二十六条"],
        "issue_date": DAY,
        "case_name": "某出租屋为传销提供场所案",
        "facts": f"{known.summary}。{source_of(known)}",
        "items": [
            _item(1, "address", ADDRESS, "核实登记的租住人员和起止日期。", "流动人口登记信息复印件"),
        ],
    }


def sign_for(doc_no: str, receipt_no: str) -> Body:
    """签收: a role and a register number, no name."""
    return {
        "title": "【演示】签收",
        "classification": "internal",
        "act": "sign-for",
        "original_doc_no": doc_no,
        "receipt_no": receipt_no,
        "received_on": DAY,
        "role": "registry_clerk",
    }


def accept(doc_no: str, unit: str) -> Body:
    """受理."""
    return {
        "title": "【演示】受理",
        "classification": "internal",
        "act": "accept",
        "original_doc_no": doc_no,
        "handling_unit": unit,
    }


def returned(doc_no: str, reason: str, explanation: str) -> Body:
    """退回, with the reason."""
    return {
        "title": "【演示】退回",
        "classification": "internal",
        "act": "return",
        "original_doc_no": doc_no,
        "reason": reason,
        "explanation": explanation,
    }


def interim_feedback(doc_no: str) -> Body:
    """What is known so far."""
    return {
        "title": "【演示】阶段反馈",
        "doc_no": "北市监函〔2026〕50号",
        "classification": "internal",
        "act": "feedback-interim",
        "original_doc_no": doc_no,
        "results": [
            {"no": 1, "outcome": "done", "finding": "登记档案已调取，实际经营地与登记住所不一致。"},
            {
                "no": 3,
                "outcome": "partial",
                "reason": "房主外出，待其返回。",
                "finding": "租住登记已核实，租期三个月。",
            },
        ],
    }


def final_feedback(doc_no: str, numbers: tuple[int, ...] = (1, 2, 3)) -> Body:
    """One finding for each thing asked, evidence and two officers."""
    findings = {
        1: {"no": 1, "outcome": "done", "finding": "登记档案已调取，实际经营地与登记住所不一致。"},
        2: {"no": 2, "outcome": "unable", "reason": "上门两次未见本人，电话停机。"},
        3: {"no": 3, "outcome": "done", "finding": "租期三个月，月租1100元，房主已作询问。"},
    }
    return {
        "title": "【演示】关于协助调查的复函",
        "doc_no": "北市监函〔2026〕51号",
        "classification": "internal",
        "act": "feedback-final",
        "original_doc_no": doc_no,
        "results": [findings[number] for number in numbers],
        "evidence": [{"name": "企业登记档案", "source": "某登记部门", "obtained_by": "调取", "pages": 37}],
        "officers": [
            {"name": "某甲某", "certificate_no": "桂45050000001"},
            {"name": "某乙某", "certificate_no": "桂45050000002"},
        ],
        "conclusion": "主体登记和租住情况已查明；人员下落不明。",
    }


def confirmation(doc_no: str) -> Body:
    """The asking office is satisfied."""
    return {
        "title": "【演示】确认反馈",
        "classification": "internal",
        "original_doc_no": doc_no,
        "satisfied": True,
    }


def lead_transfer(number: int, region: str, place: str) -> Body:
    """A lead on a virtual-currency platform; the reporter is never named."""
    known = fact("C135")
    return {
        "title": "【演示】关于移送某掌柜虚拟币平台涉嫌传销线索的函",
        "doc_no": f"玉市监移〔2026〕{number}号",
        "classification": "internal",
        "basis": ["《市场监督管理行政处罚程序规定》第十四条"],
        "source": "complaint_report",
        "subjects": [{"role": "undetermined", "type": "platform", "name": "某掌柜平台"}],
        "suspected_facts": f"以“{known.guise}”为名：{known.summary}。{source_of(known)}",
        "place": {"region": region, "text": place},
        "reporter_masked": True,
        "urgency": "normal",
        "first_receiver": True,
        "act_then_transfer": False,
    }


def transfer_result(doc_no: str) -> Body:
    """海口 has opened a case."""
    return {
        "title": "【演示】关于某掌柜虚拟币平台线索处理结果的复函",
        "doc_no": "海市监复〔2026〕15号",
        "classification": "internal",
        "original_doc_no": doc_no,
        "outcome": "filed",
        "case_no": "海市监立〔2026〕30号",
        "filed_on": DAY,
    }


def _item(number: int, kind: str, target: str, matter: str, form: str) -> Body:
    purposes = {"company": "确认经营主体", "person": "证明层级和返利关系", "address": "认定提供场所的事实"}
    return {
        "no": number,
        "target_type": kind,
        "target": target,
        "matter": matter,
        "evidence_form": form,
        "purpose": purposes[kind],
    }
