"""The acts simple enough for a form of a few fields, as data. Lists of results and whole letters stay with the API."""

from __future__ import annotations

from dataclasses import dataclass

from hub.web.ui.boxes import Box

_LEVEL = Box("classification", hint="涉密文书不得经本系统传递", choices=(("internal", "内部"), ("public", "公开")))


def _may(name: str, fill: str = "", *, sort: str = "") -> Box:
    """A field that may stay empty."""
    return Box(name, needed=False, fill=fill, sort=sort)


@dataclass(frozen=True, slots=True)
class Plain:
    """An act with a form. ``fixed`` completes the body; its title is the flow's (``hub.flows.prefill``).

    ``per_item``: (list, field, what to write) asked once for every item of the request. ``carries``: fields taken over
    from the matter's earlier documents as they stand there.
    """

    name: str
    kind: str
    act: str
    title: str
    effect: str
    boxes: tuple[Box, ...]
    fixed: tuple[tuple[str, object], ...] = ()
    per_item: tuple[Box, ...] = ()
    carries: tuple[str, ...] = ()


_ANSWERS = (
    Plain(
        "sign-for",
        "answer",
        "sign-for",
        "签收",
        "签收后开始计算办理时限的，从签收之日起算；对方将看到签收时间。",
        (
            Box("receipt_no", hint="本单位收文登记编号"),
            Box("received_on", hint="实际收到之日", fill="today"),
            Box("role", hint="只填岗位，不填姓名"),
            _LEVEL,
        ),
        (("act", "sign-for"),),
    ),
    Plain(
        "accept",
        "answer",
        "accept",
        "受理",
        "受理后由本单位承办，对方将看到承办单位；部分退转的事项对方可另行致函。",
        (Box("handling_unit"), _may("expected_on"), _LEVEL),
        (("act", "accept"),),
        per_item=(Box("declined/reason", "不予办理的理由", "照办的事项不选", "choice", needed=False),),
    ),
    Plain(
        "return",
        "answer",
        "return",
        "退回",
        "退回后本事项办结，时限终止；对方可补充后重新来函。",
        (Box("reason"), Box("explanation"), _may("competent_office"), _LEVEL),
        (("act", "return"),),
    ),
    Plain(
        "dispute",
        "answer",
        "dispute",
        "提出管辖异议",
        "对移送有管辖异议的，不得退回或者再自行移送（程序规定第十四条）；双方协商，协商不成的报请共同的上一级机关。",
        (
            Box("explanation", "异议说明"),
            Box("grounds", hint="每行一条：法律、法规、规章的条款"),
            _may("competent_office"),
            _LEVEL,
        ),
        (("act", "dispute"),),
    ),
)
_ASSISTANCE = (
    Plain(
        "extend",
        "extension_notice",
        "extend",
        "告知延期",
        "须在办理期限届满前告知；届满后告知的不生效。延长以规则允许的幅度为限。",
        (
            Box("original_due", fill="due"),
            Box("planned_finish"),
            Box("reason"),
            _may("progress"),
            _may("approved_by"),
            _may("approved_on"),
            _LEVEL,
        ),
    ),
    Plain(
        "supplement",
        "supplement_request",
        "supplement",
        "要求补充",
        "对方收到后补充反馈，补充期限按协作协议另行计算。只在需要补充的事项下填写。",
        (_may("wish_by"), _may("note"), _LEVEL),
        per_item=(Box("items/missing", "需补充的内容", "不需要补充的留空", "lines", needed=False, longest=2000),),
    ),
    Plain(
        "confirm",
        "confirmation",
        "confirm",
        "确认办结",
        "确认后本事项办结。",
        (_may("note"), _LEVEL),
        (("satisfied", True),),
    ),
    Plain(
        "withdraw",
        "withdrawal",
        "withdraw",
        "撤回",
        "撤回后本事项终止；对方签收后撤回的为撤销，已收到的单位须停止使用并回告。",
        (Box("reason"), _LEVEL),
    ),
    Plain(
        "comply",
        "compliance",
        "comply",
        "回告已办理",
        "对方将看到本单位已按撤回、移出或更正的文书办理。",
        (
            Box("measures/stopped_using", "停止使用", sort="check", needed=False),
            Box("measures/returned", "退还", sort="check", needed=False),
            Box("measures/destroyed", "销毁", sort="check", needed=False),
            Box("measures/corrected", "已按更正件更正", sort="check", needed=False),
            Box("copies", fill="zero"),
            Box("done_on", fill="today"),
            _may("passed_down"),
            _may("note"),
            _LEVEL,
        ),
    ),
)
_DISPUTE = (
    Plain(
        "position",
        "jurisdiction_opinion",
        "position",
        "陈述管辖意见",
        "写明理由和依据；立案时间按案卷如实填写，双方都将看到。",
        (Box("position"), _may("filed_at"), _may("case_no"), _may("urgent_measures"), _LEVEL),
        (("act", "position"),),
    ),
    Plain(
        "propose",
        "jurisdiction_opinion",
        "propose",
        "提出协商方案",
        "对方同意后即为协商一致；对方也可以另提方案。",
        (
            Box("position"),
            Box("competent", "建议的管辖方"),
            _may("handover_by"),
            _may("minutes_no"),
            _may("minutes_on"),
            _LEVEL,
        ),
        (("act", "propose"),),
    ),
    Plain(
        "agree",
        "jurisdiction_opinion",
        "agree",
        "同意协商方案",
        "同意后协商一致，由不管辖的一方移交案卷。",
        (
            Box("competent", "商定的管辖方", fill="competent"),
            _may("handover_by", "handover_by"),
            _may("minutes_no"),
            _may("minutes_on"),
            _LEVEL,
        ),
        (("act", "agree"),),
    ),
    Plain(
        "escalate",
        "jurisdiction_escalation",
        "escalate",
        "报请指定管辖",
        "告知对方本单位已报请共同的上一级机关指定管辖；向上级报送的材料由本单位另行报送。",
        (
            Box("superior", fill="superior"),
            Box("case_name", fill="case_name"),
            Box("charge"),
            Box("facts", fill="facts"),
            Box("dispute"),
            Box("negotiation"),
            Box("reasons"),
            Box("submitted_on", fill="today"),
            _LEVEL,
        ),
        carries=("parties",),
    ),
    Plain(
        "hand-over",
        "jurisdiction_handover",
        "hand-over",
        "移交案卷",
        "对方确认收到后办结。查封、扣押的物品须列明期限届满日，请用业务系统接口登记涉案物品清单。",
        (
            Box("case_name", fill="case_name"),
            _may("case_no"),
            Box("handed_on", fill="today"),
            _may("place"),
            Box("files", hint="每行一件：材料名称，份数，页数，原件（或复印件）", sort="files"),
            _may("property_note"),
            _may("deliverer"),
            _may("receiver"),
            _may("note"),
            _LEVEL,
        ),
    ),
)
_REPORTS = (
    Plain(
        "progress",
        "progress_report",
        "progress",
        "报送进展",
        "发函单位将看到办理进展。",
        (Box("done"), _may("obstacles"), Box("expected_on"), _LEVEL),
        (("act", "progress"),),
    ),
    Plain(
        "complete",
        "progress_report",
        "complete",
        "报告办结",
        "发函单位确认后办结。",
        (Box("done"), Box("completed_on", fill="today"), _may("reply_doc_no"), _LEVEL),
        (("act", "complete"),),
    ),
)
_PAPER_BOXES = (
    Box("channel"),
    _may("tracking_no"),
    Box("paper_date", fill="today"),
    Box("recorder"),
    Box("checker"),
    _LEVEL,
)
_PAPER = tuple(
    Plain(
        f"record-{act}",
        "proxy_record",
        f"record-{act}",
        title,
        effect,
        _PAPER_BOXES,
        (("act", f"record-{act}"),),
    )
    for act, title, effect in (
        ("dispatch", "代录寄送", "登记文书已经寄出；寄出不等于送达，不起算期限。"),
        ("delivery", "代录送达", "办理期限按纸质送达日期起算；本记录是本单位的登记，不是对方的签收。"),
    )
)
PLAIN: tuple[Plain, ...] = (*_ANSWERS, *_ASSISTANCE, *_DISPUTE, *_REPORTS, *_PAPER)
SCANNED = frozenset(
    {
        ("jurisdiction_designation", "record"),
        *(("proxy_record", f"record-{act}") for act in ("sign-for", "accept", "return", "interim", "final", "result")),
    }
)
"""Acts that need the scan of a sealed sheet, which a form without script cannot carry through its confirmation."""
