"""Texts of asking and answering: assistance, notices, answers, feedback, withdrawal."""

from __future__ import annotations

from datetime import date, timedelta

from hub.cli.simulation.topics import address, company, person, told
from hub.cli.simulation.writing import Body, Scene, Writer, doc_no
from hub.flows.steps.following import is_demand
from schemas.synthetic import mobile

_ASKED = (
    ("company", "调取登记档案、变更记录及近三年年报。", "档案复印件加盖查询专用章", "确认经营主体"),
    ("person", "询问其邀约、收取份额款的情况。", "询问笔录", "证明层级和返利关系"),
    ("address", "核实租住登记、房主身份和租金。", "租赁合同复印件", "认定提供场所的事实"),
)
_FOUND = (
    {"outcome": "done", "finding": "登记档案已调取，实际经营地与登记住所不一致。"},
    {"outcome": "done", "finding": "已询问相关人员，租住和收款情况属实。"},
    {"outcome": "partial", "finding": "租住登记已核实，租期三个月。", "reason": "房主外出，待其返回。"},
    {"outcome": "unable", "reason": "上门两次未见本人，电话停机。"},
)
_RETURNS = {
    "not_competent": "所列事项不属本部门职权范围，请另行致函有管辖权的机关。",
    "incomplete": "来函未附当事人身份信息，请补充后重新发函。",
    "duplicate": "与此前来函事项相同，已在办理中，不再重复受理。",
    "unclear": "协查事项表述不具体，无法据以开展调查，请明确后重发。",
}
_WHY_LONGER = ("房主外出未归，待其返回后询问。", "需向登记机关调取异地档案，尚在路途。", "涉及人员较多，询问尚未结束。")


def assistance_request(scene: Scene) -> Body:
    """协助调查函: one to three things asked."""
    firm, suspect = company(scene.dice, scene.office.region), person(scene.dice, scene.office.region)
    targets = {"company": firm["name"], "person": suspect["name"], "address": address(scene.dice, scene.city)}
    chosen = _ASKED[: scene.dice.between(1, 3)]
    items = [
        {"no": no, "target_type": kind, "target": targets[kind], "matter": what, "evidence_form": form, "purpose": why}
        for no, (kind, what, form, why) in enumerate(chosen, 1)
    ]
    same = scene.trust.system(scene.to) == scene.office.system == "mr"
    law = "《市场监督管理行政处罚程序规定》第四十五条" if same else "《中华人民共和国行政处罚法》第二十六条"
    return {
        "title": f"【演示】关于协助调查{firm['name']}涉嫌“{scene.topic.scheme}”传销案的函",
        "doc_no": doc_no(scene, "协"),
        "basis": [law],
        "contact": {"phone": mobile(scene.number % 1000)},
        "case_name": f"{firm['name']}涉嫌组织传销案",
        "parties": [firm, suspect],
        "facts": told(scene.topic),
        "items": items,
    }


def answer(scene: Scene) -> Body:
    """签收、受理、退回、异议."""
    body: Body = {"act": scene.act}
    if scene.act == "sign-for":
        return body | {
            "receipt_no": f"收〔{scene.day.year}〕{scene.number}",
            "received_on": scene.today,
            "role": scene.dice.one_of(("registry_clerk", "duty_officer")),
        }
    if scene.act == "accept":
        return body | {"handling_unit": scene.dice.one_of(("反不正当竞争科", "执法稽查支队", "经济犯罪侦查支队"))}
    if scene.act == "return":
        reason = scene.dice.one_of(tuple(_RETURNS))
        return body | {"reason": reason, "explanation": _RETURNS[reason]}
    return body | {
        "explanation": "涉案平台住所地和实际经营地均不在本辖区。",
        "grounds": ["《市场监督管理行政处罚程序规定》第七条、第十条"],
    }


def assistance_feedback(scene: Scene) -> Body:
    """协查反馈: one result for each thing asked."""
    numbers = [int(item["no"]) for item in scene.opening().get("items", [{"no": 1}])]
    if scene.act == "feedback-interim":
        return {"act": scene.act, "results": [{"no": numbers[0], **_FOUND[2]}], "doc_no": doc_no(scene, "函")}
    return {
        "act": scene.act,
        "doc_no": doc_no(scene, "复"),
        "results": results(scene, numbers),
        "evidence": [{"name": "企业登记档案", "source": "登记机关", "obtained_by": "调取", "pages": 12}],
        "officers": [
            {"name": "某甲某", "certificate_no": f"{scene.office.region}00001"},
            {"name": "某乙某", "certificate_no": f"{scene.office.region}00002"},
        ],
        "conclusion": "所询事项已逐项核查，情况如上。",
    }


def results(scene: Scene, numbers: list[int]) -> list[Body]:
    """A result by chance for each number."""
    return [{"no": number, **scene.dice.one_of(_FOUND)} for number in numbers]


def supplement_request(scene: Scene) -> Body:
    """要求补充."""
    return {
        "doc_no": doc_no(scene, "补"),
        "items": [{"no": 1, "missing": "请补充档案中变更记录的复印件并加盖查询专用章。"}],
    }


def extension_notice(scene: Scene) -> Body:
    """延期告知函: five to ten working days more, approved where the rule wants it."""
    row = scene.row
    due = row.due_effective if row and row.due_effective else scene.day
    until = scene.calendar.add_working_days(due, scene.dice.between(5, 10))
    rule = scene.trust.rule(row.rule, row.agreement) if row else None
    body: Body = {
        "doc_no": doc_no(scene, "延"),
        "original_due": due.isoformat(),
        "planned_finish": until.isoformat(),
        "reason": scene.dice.one_of(_WHY_LONGER),
    }
    if scene.day > due:
        body["issue_date"] = None  # The node refuses it for being late, which is what is to be seen.
    if rule and any(tier.approver for tier in rule.extensions):
        body |= {"approved_by": "某局长", "approved_on": min(scene.day, due).isoformat()}
    return body


def confirmation(_scene: Scene) -> Body:
    """请求方确认."""
    return {"satisfied": True}


def withdrawal(scene: Scene) -> Body:
    """撤回."""
    return {
        "doc_no": doc_no(scene, "撤"),
        "reason": scene.dice.one_of(
            ("当事人已主动到案说明，无需继续协查。", "来函对象有误，另行致函。", "案件已并案处理。")
        ),
    }


def compliance(scene: Scene) -> Body:
    """已按撤回（更正）办理."""
    said = scene.view.thread if scene.view else ()
    demands = [one.row.document for one in said if is_demand(one.row) and one.row.sender != scene.office.id]
    return {
        "document": demands[-1] if demands else None,
        "measures": ["stopped_using", "destroyed"],
        "copies": 1,
        "done_on": scene.today,
    }


def proxy_record(scene: Scene) -> Body:
    """代录: what an office outside answered on paper, entered by two persons."""
    opened = scene.row.opened_at.date() if scene.row else scene.day
    on = max(opened, scene.day - timedelta(days=1))
    body: Body = {
        "act": scene.act,
        "channel": "post",
        "tracking_no": f"EX{scene.number:09}CN",
        "paper_date": on.isoformat(),
        "recorder": "某录入",
        "checker": "某核对",
    }
    if scene.act == "record-accept":
        return body | {"handling_unit": "某科"}
    if scene.act == "record-final":
        numbers = [int(item["no"]) for item in scene.opening().get("items", [{"no": 1}])]
        return body | {"results": results(scene, numbers), "conclusion": "来函所询事项已核查。"}
    return body


def case_notice(scene: Scene) -> Body:
    """案件通报, or its correction."""
    again = "（更正）" if scene.row else ""
    return {
        "title": f"【演示】关于“{scene.topic.scheme}”传销案件的通报{again}",
        "doc_no": doc_no(scene, "通"),
        "summary": told(scene.topic),
        "scheme_names": [scene.topic.scheme],
        "scheme_types": [scene.dice.one_of(("headcount", "entry_fee", "team_reward"))],
        "method": "以购买份额为加入条件，按发展人数和级别计酬。",
        "regions": [{"region": scene.office.region, "text": scene.city}],
        "attention": "请注意排查辖区内同类活动。",
    }


def inquiry_bulletin(scene: Scene) -> Body:
    """协查通报, police to police."""
    suspect = person(scene.dice, scene.office.region)
    return {
        "title": f"【演示】关于查找“{scene.topic.scheme}”案涉案人员的协查通报",
        "doc_no": doc_no(scene, "查"),
        "contact": {"phone": mobile(scene.number % 1000)},
        "case_name": "某某组织、领导传销活动案",
        "summary": told(scene.topic),
        "targets": [{"name": suspect["name"], "resident_id": suspect["id_doc_no"]}],
        "requirements": "发现后请核实身份并与我单位联系。",
        "valid_until": (scene.day + timedelta(days=90)).isoformat(),
    }


def blacklist_entry(scene: Scene) -> Body:
    """黑名单列入, on a decision that stands."""
    firm = company(scene.dice, scene.office.region)
    begun, until = scene.day, date(scene.day.year + 2, scene.day.month, min(scene.day.day, 28))
    return {
        "title": f"【演示】关于将{firm['name']}列入黑名单的通报",
        "doc_no": doc_no(scene, "黑"),
        "basis": ["《禁止传销条例》第二十四条"],
        "subject_type": "company",
        "name": firm["name"],
        "uscc": firm["uscc"],
        "role": "organizer",
        "concluded_document": {
            "number": f"{scene.office.short_name[0]}市监处罚〔{begun.year}〕{scene.number}号",
            "date": scene.ago(20),
            "authority": scene.office.name,
        },
        "facts": told(scene.topic),
        "share_scope": "members-only",
        "effective_from": scene.today,
        "effective_to": until.isoformat(),
        "review_on": (begun + timedelta(days=365)).isoformat(),
    }


def blacklist_removal(scene: Scene) -> Body:
    """黑名单移出."""
    return {
        "doc_no": doc_no(scene, "移"),
        "entry": scene.row.document if scene.row else "",
        "reason": "credit_repaired",
        "effective_on": scene.today,
        "explanation": "已履行处罚决定并完成整改，准予信用修复。",
    }


WRITERS: dict[str, Writer] = {
    "assistance_request": assistance_request,
    "answer": answer,
    "assistance_feedback": assistance_feedback,
    "supplement_request": supplement_request,
    "extension_notice": extension_notice,
    "confirmation": confirmation,
    "withdrawal": withdrawal,
    "compliance": compliance,
    "proxy_record": proxy_record,
    "case_notice": case_notice,
    "inquiry_bulletin": inquiry_bulletin,
    "blacklist_entry": blacklist_entry,
    "blacklist_removal": blacklist_removal,
}
