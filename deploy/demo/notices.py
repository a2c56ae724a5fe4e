"""Letters that tell: case notices, blacklist entries and removals; and two that must be refused."""

from __future__ import annotations

from typing import Any

from deploy.demo.facts import fact, warned
from deploy.demo.letters import DAY, source_of
from schemas.synthetic import uscc

Body = dict[str, Any]
LANDLORD = "某某商贸有限公司"


def case_notice(number: str, doc_no: str, region: str, *, method: str = "") -> Body:
    """A published case as one office would tell the others of it."""
    known = fact(number)
    scheme = known.scheme or "以租房为据点的聚集型传销"
    body: Body = {
        "title": f"【演示】关于“{scheme}”的案件通报",
        "doc_no": doc_no,
        "classification": "internal",
        "basis": ["《禁止传销条例》第七条"],
        "issue_date": DAY,
        "summary": f"{known.summary}。{source_of(known)}",
        "scheme_names": [scheme],
        "scheme_types": ["headcount", "entry_fee"],
        "method": method or f"以“{known.guise or known.scheme or '出租房屋'}”为名邀约，按发展人数返利。",
        "regions": [{"region": known.region}, {"region": region}],
    }
    if known.amount:
        body["amount_involved"] = known.amount
    if known.participants:
        body["participants"] = {"value": known.participants, "unit": "人", "precision": "at_least"}
    if known.levels:
        body["levels"] = known.levels
    return body


def place_notice() -> Body:
    """海口 tells all members of a watched building."""
    place = warned("海达路中大公寓")
    return {
        "title": f"【演示】关于重点监控场所“{place.what}”的案件通报",
        "doc_no": "海市监传〔2026〕8号",
        "classification": "internal",
        "issue_date": DAY,
        "summary": f"{place.reason}（{place.by}，{place.date} 公开提示；{place.source}）。近期线索显示有人员迁往邻市。",
        "scheme_names": ["1040阳光工程", "资本运作"],
        "scheme_types": ["headcount", "entry_fee"],
        "method": "以考察项目为名邀约亲友集中居住，按发展人数晋级。",
        "regions": [{"region": place.region, "text": place.what}],
        "attention": "请各成员单位留意人员流入和新窝点。",
    }


def blacklist_entry(*, corrected: bool = False) -> Body:
    """A company that let rooms to a pyramid scheme; the first text names the wrong fine."""
    known = fact("C078")
    fine = known.fine or ""
    wrong = f"{fine[:-4]}.00"
    return {
        "title": f"【演示】关于列入{LANDLORD}的通知{'（更正）' if corrected else ''}",
        "doc_no": f"海市监列〔2026〕{2 if corrected else 1}号",
        "classification": "internal",
        "basis": ["《禁止传销条例》第二十六条", "《市场监督管理严重违法失信名单管理办法》"],
        "subject_type": "company",
        "name": LANDLORD,
        "uscc": uscc("460100", 8),
        "role": "facilitator",
        "concluded_document": {
            "number": "海市监罚〔2026〕11号",
            "date": "2026-03-15",
            "authority": "海口市某监管局",
            "name": "行政处罚决定书",
        },
        "facts": f"为传销提供培训场所、住所，被处罚款{fine if corrected else wrong}元。{source_of(known)}",
        "share_scope": "members-only",
        "effective_from": DAY,
        "effective_to": "2029-04-12",
        "review_on": "2027-04-13",
        "notice_status": "told",
    }


def blacklist_removal(entry: str) -> Body:
    """The penalty was revoked: the entry goes, at every node."""
    return {
        "title": f"【演示】移出{LANDLORD}",
        "classification": "internal",
        "entry": entry,
        "reason": "basis_revoked",
        "effective_on": DAY,
        "supporting_document": {
            "number": "海市监撤〔2026〕1号",
            "date": DAY,
            "authority": "海口市某监管局",
            "name": "撤销行政处罚决定书",
        },
    }


def secret_notice() -> Body:
    """Must be refused: state secrets never travel here (保守国家秘密法 art. 29)."""
    return place_notice() | {"classification": "secret"}


def person_on_blacklist() -> Body:
    """Must be refused: no law lets a natural person be listed."""
    body = blacklist_entry() | {"subject_type": "person", "name": "张某某"}
    del body["uscc"]
    return body
