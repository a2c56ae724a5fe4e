"""Texts of acting together: public opinion, warnings, joint operations, the joint meeting and what it agreed."""

from __future__ import annotations

from datetime import date, timedelta

from hub.cli.simulation.topics import address, company, told
from hub.cli.simulation.writing import Body, Scene, Writer, doc_no
from schemas.synthetic import mobile

_OPERATION = "亮剑"
_AGREED = ("制定交界地区联防联治方案。", "核对并更新联络员名单。", "汇总本季度跨市协查难点。")


def opinion_notice(scene: Scene) -> Body:
    """舆情通报: one posting found."""
    return {
        "title": f"【演示】关于网民反映“{scene.topic.scheme}”的舆情通报",
        "doc_no": doc_no(scene, "舆"),
        "risk_level": scene.dice.one_of(("high", "medium", "low")),
        "summary": told(scene.topic),
        "postings": [
            {
                "platform": scene.dice.one_of(("某论坛", "某短视频应用", "某问答社区")),
                "first_seen_at": f"{scene.ago(1)}T20:10:00+08:00",
                "reads": scene.dice.between(100, 50_000),
            }
        ],
        "regions": [{"region": scene.office.region, "text": address(scene.dice, scene.city)}],
        "suggestion": "请核实所称地点和人员，依法处置并回复。",
    }


def opinion_reply(scene: Scene) -> Body:
    """舆情回复: the first word, or the end of it."""
    body: Body = {"act": scene.act, "doc_no": doc_no(scene, "舆复")}
    if scene.act == "reply-first":
        return body | {
            "finding": "checking",
            "situation": "已安排人员到所称地点核查。",
            "expected_on": scene.later(5),
        }
    return body | {
        "finding": scene.dice.one_of(("true", "partly", "untrue")),
        "situation": "已核查完毕，相关信息已与平台核对。",
        "measures": "已按规定处置。",
        "completed_on": scene.today,
    }


def risk_warning(scene: Scene) -> Body:
    """风险预警, for half a year."""
    firm = company(scene.dice, scene.office.region)
    return {
        "title": f"【演示】关于“{scene.topic.scheme}”类传销风险的预警",
        "doc_no": doc_no(scene, "预"),
        "level": scene.dice.one_of(("high", "medium", "low")),
        "summary": told(scene.topic),
        "indicators": [f"同一主体一个月内被投诉{scene.dice.between(4, 15)}次"],
        "organisations": [{"name": firm["name"], "uscc": firm["uscc"]}],
        "methods": [scene.topic.scheme],
        "advice": "请关注辖区内的线下推介活动，发现线索及时移送。",
        "valid_until": (scene.day + timedelta(days=180)).isoformat(),
    }


def public_warning(scene: Scene) -> Body:
    """警示提示: approved by the head."""
    return {
        "title": f"【演示】关于警惕“{scene.topic.scheme}”传销的提示",
        "doc_no": doc_no(scene, "示"),
        "basis": ["《禁止传销条例》第二十三条"],
        "text": f"“{scene.topic.scheme}”是传销，请勿参加；发现传销活动请拨打12315或者110。",
        "verified": "相关案件已由市场监督管理部门作出行政处罚决定。",
        "channels": ["本局网站", "社区公告栏"],
        "publish_on": scene.later(1),
        "approved_by": "某局长",
        "approved_on": scene.today,
    }


def joint_operation(scene: Scene) -> Body:
    """联合行动: plan, start or results."""
    opened = scene.opening()
    body: Body = {
        "act": scene.act,
        "name": opened.get("name", f"{_OPERATION}{scene.day.year}"),
        "starts_on": opened.get("starts_on", scene.later(8)),
        "doc_no": doc_no(scene, "联"),
        "details": "两市交界地区集中整治，统一时间、同步行动。",
    }
    if scene.act == "plan":
        offices = [scene.office.name, scene.name_of(scene.to)]
        return body | {
            "title": f"【演示】关于开展“{body['name']}”联合行动的函",
            "ends_on": body["starts_on"],
            "participants": offices,
            "tasks": [{"office": one, "task": "负责本市一侧"} for one in offices],
            "reply_by": scene.later(4),
        }
    if scene.act == "start":
        return body | {
            "starts_on": min(str(body["starts_on"]), scene.today),
            "started_at": f"{scene.today}T05:30:00+08:00",
            "targets": [
                {
                    "place": {"region": scene.office.region, "text": address(scene.dice, scene.city)},
                    "what": "疑似窝点",
                }
            ],
        }
    dens = scene.dice.between(0, 4)
    return body | {
        "outcome": {"officers": scene.dice.between(20, 90), "dens": dens, "persons": dens * 7, "dispersed": dens * 6}
    }


def operation_reply(scene: Scene) -> Body:
    """联合行动答复."""
    if scene.act == "join":
        return {
            "act": "join",
            "doc_no": doc_no(scene, "联"),
            "leader": "某副局长",
            "field_contact": {"phone": mobile(scene.number % 1000)},
            "persons": scene.dice.between(10, 40),
        }
    return {"act": "decline", "doc_no": doc_no(scene, "联"), "reason": "同期承担上级专项检查，人员不足。"}


def meeting_notice(scene: Scene) -> Body:
    """联席会议通知."""
    on = scene.later(8)
    return {
        "title": f"【演示】关于召开{_meeting(scene.day)}的通知",
        "doc_no": doc_no(scene, "会"),
        "meeting": _meeting(scene.day),
        "host": scene.office.name,
        "starts_at": f"{on}T09:00:00+08:00",
        "place": f"{scene.city}某会议室",
        "topics": [{"no": 1, "title": "通报协查办理情况"}, {"no": 2, "title": "讨论联合行动方案"}],
        "attendees": "各单位分管负责人、联络员",
        "reply_by": scene.later(5),
    }


def meeting_minutes(scene: Scene) -> Body:
    """联席会议纪要, on the day of the meeting."""
    return {
        "title": f"【演示】{_meeting(scene.day)}纪要",
        "doc_no": doc_no(scene, "纪"),
        "meeting": str(scene.opening().get("meeting", _meeting(scene.day))),
        "held_at": f"{scene.today}T09:00:00+08:00",
        "place": f"{scene.city}某会议室",
        "chair": "某主任",
        "present": sorted(one.name for one in scene.trust.members.values() if one.status == "active"),
        "summary": "会议听取了协查办理情况，研究了联合行动方案。",
        "agreed": [
            {"no": no, "item": item, "offices": ["各成员单位"], "due_on": scene.later(30)}
            for no, item in enumerate(_AGREED, 1)
        ],
    }


def agreed_item(scene: Scene) -> Body:
    """议定事项, told to one office."""
    no = scene.dice.between(1, len(_AGREED))
    return {
        "title": "【演示】关于办理联席会议议定事项的函",
        "doc_no": doc_no(scene, "议"),
        "meeting": _meeting(scene.day),
        "held_on": scene.ago(1),
        "no": no,
        "item": _AGREED[no - 1],
        "due_on": scene.later(20),
    }


def _meeting(on: date) -> str:
    return f"{on.year}年{on.month}月联席会议"


WRITERS: dict[str, Writer] = {
    "opinion_notice": opinion_notice,
    "opinion_reply": opinion_reply,
    "risk_warning": risk_warning,
    "public_warning": public_warning,
    "joint_operation": joint_operation,
    "operation_reply": operation_reply,
    "meeting_notice": meeting_notice,
    "meeting_minutes": meeting_minutes,
    "agreed_item": agreed_item,
}
