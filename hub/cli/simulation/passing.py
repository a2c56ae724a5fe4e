"""Texts of passing on and settling: transfers, disputes, supervision, figures, contacts, proposals."""

from __future__ import annotations

from datetime import timedelta

from hub.cli.simulation.acting import WRITERS as ACTING
from hub.cli.simulation.asking import WRITERS as ASKING
from hub.cli.simulation.topics import address, company, person, told
from hub.cli.simulation.writing import Body, Scene, Writer, doc_no
from hub.core.ids import BEIJING
from hub.flows.rows import MatterRow
from schemas.synthetic import mobile

_PROPOSED = (("ASSIST_CROSS", 10), ("ANSWER", 3), ("SUPPLEMENT", 7))


def lead_transfer(scene: Scene) -> Body:
    """线索移送函; one that came back goes on with its trail."""
    body: Body = {
        "title": f"【演示】关于移送“{scene.topic.scheme}”涉嫌传销线索的函",
        "doc_no": doc_no(scene, "移"),
        "source": scene.dice.one_of(("complaint_report", "inspection", "monitoring", "grid_worker")),
        "subjects": [{"role": "undetermined", "type": "platform", "name": f"某某{scene.number}平台"}],
        "suspected_facts": told(scene.topic),
        "place": {"region": (scene.to if scene.to in scene.trust.members else scene.office.id)[:6]},
        "reporter_masked": True,
        "urgency": scene.urgency,
        "first_receiver": True,
        "act_then_transfer": False,
    }
    if scene.about is not None:
        first = scene.about
        body["title"] = f"{first.title[:100]}（重新移送）"
        body["related"] = [{"matter": first.id, "relation": "follow_up"}]
        body["trail"] = [
            {"office": scene.name_of(first.opener), "action": "transferred", "on": _day(first)},
            {"office": scene.name_of(first.other), "action": "returned", "on": scene.today},
        ]
    return body


def case_transfer(scene: Scene) -> Body:
    """案件移送函 with file list."""
    firm = company(scene.dice, scene.office.region)
    police = scene.office.system == "ps"
    return {
        "title": f"【演示】关于移送{firm['name']}涉嫌传销案的函",
        "doc_no": doc_no(scene, "案移"),
        "case_name": f"{firm['name']}涉嫌组织传销案",
        "case_no": doc_no(scene, "立"),
        "filed_on": scene.ago(20),
        "parties": [firm, person(scene.dice, scene.office.region)],
        "facts": told(scene.topic),
        "transfer_basis": "police_175" if police else "art_14",
        "grounds": "主要违法行为发生地在贵单位辖区。",
        "files": [
            {"no": 1, "name": "立案审批表", "copies": 1, "pages": 2, "original": True},
            {"no": 2, "name": "询问笔录", "copies": 6, "pages": 31, "original": True},
        ],
        "requests": ["受理并反馈处理结果"],
        "receipt_wanted": True,
    }


def transfer_result(scene: Scene) -> Body:
    """移送处理结果."""
    outcome = scene.dice.one_of(("filed", "filed", "not_filed", "merged"))
    body: Body = {"doc_no": doc_no(scene, "复"), "outcome": outcome}
    if outcome == "not_filed":
        return body | {"explanation": "经核查，现有证据不足以证明存在传销行为。"}
    return body | {"case_no": doc_no(scene, "立"), "filed_on": scene.today}


def jurisdiction_dispute(scene: Scene) -> Body:
    """管辖争议函."""
    firm = company(scene.dice, scene.office.region)
    return {
        "title": f"【演示】关于{firm['name']}案管辖争议的函",
        "doc_no": doc_no(scene, "管"),
        "case_name": f"{firm['name']}涉嫌组织传销案",
        "parties": [firm],
        "arose_on": scene.today,
        "act_place": {"region": scene.office.region, "text": address(scene.dice, scene.city)},
        "facts": told(scene.topic),
        "competent": "other",
        "position": "本案主要违法行为发生地在贵单位辖区，建议由贵单位管辖。",
        "urgent_measures_continue": True,
    }


def jurisdiction_opinion(scene: Scene) -> Body:
    """管辖协商意见."""
    body: Body = {"act": scene.act, "doc_no": doc_no(scene, "商"), "competent": "other"}
    return body | ({} if scene.act == "agree" else {"position": "双方均有管辖依据，建议由最先立案的单位管辖。"})


def jurisdiction_escalation(scene: Scene) -> Body:
    """报请指定管辖."""
    opened = scene.opening()
    return {
        "doc_no": doc_no(scene, "报"),
        "superior": _superior(scene),
        "case_name": opened.get("case_name", "某某涉嫌组织传销案"),
        "parties": opened.get("parties") or [company(scene.dice, scene.office.region)],
        "charge": "组织策划传销",
        "facts": opened.get("facts", told(scene.topic)),
        "dispute": "双方均已立案，对主要违法行为发生地认识不一。",
        "negotiation": "经书面协商未达成一致。",
        "reasons": "报请共同的上一级机关指定管辖。",
        "submitted_on": scene.today,
    }


def jurisdiction_designation(scene: Scene) -> Body:
    """指定管辖登记: what the common superior wrote."""
    other = scene.row.other if scene.row else scene.to
    return {
        "designation_no": f"指定管辖〔{scene.day.year}〕{scene.number}号",
        "designated_on": scene.today,
        "authority": _superior(scene),
        "competent": "other",
        "designated_office": scene.name_of(other),
        "case_name": scene.opening().get("case_name", "某某涉嫌组织传销案"),
        "article": "police_22" if scene.office.system == "ps" else "art_16",
        "handover": "请提出争议的单位五日内移交案卷。",
    }


def jurisdiction_handover(scene: Scene) -> Body:
    """案卷移交书."""
    return {
        "doc_no": doc_no(scene, "交"),
        "case_name": scene.opening().get("case_name", "某某涉嫌组织传销案"),
        "handed_on": scene.today,
        "files": [{"no": 1, "name": "案卷正卷", "copies": 1, "pages": 86, "original": True}],
    }


def supervision_letter(scene: Scene) -> Body:
    """督办函, decided by a person of the joint-meeting office."""
    late = scene.about
    due = late.due_effective if late else None
    days = 0
    if due is not None:
        while scene.calendar.add_working_days(due, days + 1) <= scene.day:
            days += 1
    return {
        "title": f"【演示】督办函：{late.title.removeprefix('【演示】')[:80] if late else ''}",
        "doc_no": doc_no(scene, "督"),
        "form": "supervision",
        "subject_matter": late.id if late else "",
        "subject_title": late.title if late else "",
        "due_on": due.isoformat() if due else scene.today,
        "overdue_days": days,
        "situation": "该事项已逾期，系统已多次催办。",
        "asked": "请抓紧办理并向来函单位反馈。",
        "reply_by": scene.later(5),
        "signer": "某主任",
        "related": [{"matter": late.id, "relation": "supervises"}] if late else None,
    }


def progress_report(scene: Scene) -> Body:
    """督办事项进展（办结）报告."""
    body: Body = {"act": scene.act, "doc_no": doc_no(scene, "报"), "done": "已安排专人办理并与来函单位联系。"}
    return body | ({"expected_on": scene.later(4)} if scene.act == "progress" else {"completed_on": scene.today})


def contact_list(scene: Scene) -> Body:
    """联络员名单."""
    line: Body = {
        "role": "liaison",
        "name": "某联络员",
        "post": f"{scene.office.short_name}联络员",
        "phone": mobile(scene.number),
        "office_hours": "工作日 8:00–12:00、15:00–18:00",
        "valid_from": scene.today,
    }
    room = {name: value for name, value in line.items() if name != "name"}
    room |= {"role": "duty_room", "post": "值班室", "office_hours": "24 小时"}
    return {"title": f"【演示】{scene.office.short_name}联络员名单", "contacts": [line, room]}


def statistic_report(scene: Scene) -> Body:
    """统计报表 of the month before."""
    until = scene.day.replace(day=1) - timedelta(days=1)
    return {
        "title": f"【演示】{scene.office.short_name}{until.year}年{until.month}月统计报表",
        "doc_no": doc_no(scene, "统"),
        "since": until.replace(day=1).isoformat(),
        "until": until.isoformat(),
        "cut_off": f"{scene.today}T09:00:00+08:00",
        "figures": list(scene.figures),
    }


def agreement_proposal(scene: Scene) -> Body:
    """协议修改建议: an agreed limit only."""
    known = [(rule, amount) for rule, amount in _PROPOSED if rule in scene.trust.rules]
    rule, amount = scene.dice.one_of(known)
    present = scene.trust.rules[rule]
    return {
        "title": f"【演示】关于修改“{present.title}”时限的建议",
        "doc_no": doc_no(scene, "议"),
        "rule": rule,
        "present_amount": present.amount,
        "present_unit": present.unit,
        "proposed_amount": amount if amount != present.amount else amount + 1,
        "proposed_unit": present.unit,
        "reason": "据近期办理情况，现行时限与工作量不相适应。",
        "effective_from": scene.later(40),
        "reply_by": scene.later(15),
    }


def agreement_consent(scene: Scene) -> Body:
    """对协议修改建议的答复."""
    body: Body = {"act": scene.act, "rule": scene.opening().get("rule", "ASSIST_CROSS")}
    return body | ({"reason": "目前人手不足，难以按新时限办理。"} if scene.act == "object" else {})


def _superior(scene: Scene) -> str:
    row = scene.row
    found = scene.trust.common_superior(row.opener, row.other) if row else None
    return found or "国家市场监督管理总局"


def _day(row: MatterRow) -> str:
    return row.opened_at.astimezone(BEIJING).date().isoformat()


WRITERS: dict[str, Writer] = {
    **ASKING,
    **ACTING,
    "lead_transfer": lead_transfer,
    "case_transfer": case_transfer,
    "transfer_result": transfer_result,
    "jurisdiction_dispute": jurisdiction_dispute,
    "jurisdiction_opinion": jurisdiction_opinion,
    "jurisdiction_escalation": jurisdiction_escalation,
    "jurisdiction_designation": jurisdiction_designation,
    "jurisdiction_handover": jurisdiction_handover,
    "supervision_letter": supervision_letter,
    "progress_report": progress_report,
    "contact_list": contact_list,
    "statistic_report": statistic_report,
    "agreement_proposal": agreement_proposal,
    "agreement_consent": agreement_consent,
}
"""Kind -> its text; a kind without one is not used."""
