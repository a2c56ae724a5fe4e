"""The families of kinds as tables: all that moves a matter (DESIGN D9, DOMAIN sections 3.3, 3.4).

Families of cases stand here, what cities do together in :mod:`hub.core.mechanisms`, the index of all below. ``steps``
reads a row as: in these states, this kind and act, by this side, leads there (``=``: stays). What came on paper is
entered by the opener (``proxy_record``, 代录) and moves the matter like the other side's own document would.
"""

from __future__ import annotations

from functools import lru_cache

from hub.core.lifecycle import OPENER, VOID, VOID_TITLE, Family, steps
from hub.core.mechanisms import (
    AGREED,
    BLACKLIST,
    CONTACTS,
    MEETING,
    NOTICE,
    OPERATION,
    OPINION,
    PROPOSAL,
    REPORT,
    WARNING,
)

ASSISTANCE = Family(
    "assistance",
    "协查",
    {
        "requested": "已发出待签收",
        "signed": "已签收",
        "accepted": "已受理",
        "partial": "阶段反馈",
        "fed_back": "已反馈待确认",
        "supplement": "要求补充",
        "confirmed": "已确认办结",
        "returned": "已退回",
        "recalled": "已撤回（签收前）",
        "withdrawn": "已撤销（签收后）",
        VOID: VOID_TITLE,
    },
    closed=frozenset({VOID, "confirmed", "returned", "recalled", "withdrawn"}),
    clock_stops=frozenset({"fed_back", "confirmed", "returned", "recalled", "withdrawn"}),
    steps=steps("""
-                                  assistance_request/request           opener requested
requested                          answer/sign-for                      other  signed
requested|signed                   answer/accept                        other  accepted
requested|signed                   answer/return                        other  returned
requested|signed|accepted|partial  extension_notice/extend              other  =
accepted|partial                   assistance_feedback/feedback-interim other  partial
accepted|partial|supplement        assistance_feedback/feedback-final   other  fed_back
fed_back                           supplement_request/supplement        opener supplement
fed_back                           confirmation/confirm                 opener confirmed
requested                          withdrawal/withdraw                  opener recalled
signed|accepted|partial|supplement withdrawal/withdraw                  opener withdrawn
recalled|withdrawn                 compliance/comply                    other  =
requested|signed|accepted|partial  reminder/remind                      opener =
supplement                         reminder/remind                      opener =
requested                          proxy_record/record-dispatch         opener =
requested                          proxy_record/record-delivery         opener =
requested                          proxy_record/record-sign-for         opener signed
requested|signed                   proxy_record/record-accept           opener accepted
requested|signed                   proxy_record/record-return           opener returned
signed|accepted|partial            proxy_record/record-interim          opener partial
signed|accepted|partial|supplement proxy_record/record-final            opener fed_back
"""),
)

TRANSFER = Family(
    "transfer",
    "线索、案件移送",
    {
        "transferred": "已移送待签收",
        "signed": "已签收",
        "accepted": "已受理核查中",
        "disputed": "管辖有异议",
        "resulted": "已反馈结果待确认",
        "confirmed": "已确认办结",
        "returned": "已退回",
        "recalled": "已撤回（签收前）",
        "withdrawn": "已撤销（签收后）",
        VOID: VOID_TITLE,
    },
    closed=frozenset({VOID, "confirmed", "returned", "recalled", "withdrawn"}),
    clock_stops=frozenset({"resulted", "confirmed", "returned", "recalled", "withdrawn"}),
    steps=steps("""
-                                     lead_transfer/transfer          opener transferred
-                                     case_transfer/transfer          opener transferred
transferred                           answer/sign-for                 other  signed
transferred|signed|disputed           answer/accept                   other  accepted
transferred|signed|disputed           answer/return                   other  returned
transferred|signed|accepted           answer/dispute                  other  disputed
transferred|signed|accepted|disputed  extension_notice/extend         other  =
accepted                              transfer_result/result          other  resulted
resulted                              confirmation/confirm            opener confirmed
transferred                           withdrawal/withdraw             opener recalled
signed|disputed                       withdrawal/withdraw             opener withdrawn
recalled|withdrawn                    compliance/comply               other  =
transferred|signed|accepted|disputed  reminder/remind                 opener =
transferred                           proxy_record/record-dispatch    opener =
transferred                           proxy_record/record-delivery    opener =
transferred                           proxy_record/record-sign-for    opener signed
transferred|signed                    proxy_record/record-accept      opener accepted
transferred|signed                    proxy_record/record-return      opener returned
signed|accepted                       proxy_record/record-result      opener resulted
"""),
)

DISPUTE = Family(
    "dispute",
    "管辖争议",
    {
        "raised": "已提出争议",
        "negotiating": "协商中",
        "offered_by_opener": "提出方已提协商方案",
        "offered_by_other": "收函方已提协商方案",
        "agreed": "协商一致",
        "escalated": "已报请指定管辖",
        "designated": "已指定管辖",
        "handed_by_opener": "提出方已移交案卷",
        "handed_by_other": "收函方已移交案卷",
        "closed": "移交完毕办结",
        "withdrawn": "已撤回争议",
        VOID: VOID_TITLE,
    },
    closed=frozenset({VOID, "closed", "withdrawn"}),
    clock_stops=frozenset(
        {"agreed", "escalated", "designated", "handed_by_opener", "handed_by_other", "closed", "withdrawn"}
    ),
    steps=steps("""
-                                   jurisdiction_dispute/raise         opener raised
raised                              answer/sign-for                    other  negotiating
raised|negotiating                  jurisdiction_opinion/position      other  negotiating
negotiating                         jurisdiction_opinion/position      opener negotiating
raised|negotiating|offered_by_other jurisdiction_opinion/propose       opener offered_by_opener
raised|negotiating                  jurisdiction_opinion/propose       other  offered_by_other
offered_by_opener                   jurisdiction_opinion/propose       other  offered_by_other
offered_by_opener                   jurisdiction_opinion/agree         other  agreed
offered_by_other                    jurisdiction_opinion/agree         opener agreed
raised|negotiating                  jurisdiction_escalation/escalate   opener escalated
raised|negotiating                  jurisdiction_escalation/escalate   other  escalated
offered_by_opener|offered_by_other  jurisdiction_escalation/escalate   opener escalated
offered_by_opener|offered_by_other  jurisdiction_escalation/escalate   other  escalated
escalated                           jurisdiction_designation/record    opener designated
escalated                           jurisdiction_designation/record    other  designated
agreed|designated                   jurisdiction_handover/hand-over    opener handed_by_opener
agreed|designated                   jurisdiction_handover/hand-over    other  handed_by_other
handed_by_opener                    confirmation/confirm               other  closed
handed_by_other                     confirmation/confirm               opener closed
raised|negotiating                  withdrawal/withdraw                opener withdrawn
offered_by_opener|offered_by_other  withdrawal/withdraw                opener withdrawn
raised|negotiating                  reminder/remind                    opener =
offered_by_opener|offered_by_other  reminder/remind                    opener =
"""),
)

SUPERVISION = Family(
    "supervision",
    "督办、提示",
    {
        "supervised": "已发督办（提示）函",
        "signed": "已签收",
        "progress": "已报进展",
        "completed": "已报办结待确认",
        "confirmed": "已确认办结",
        "withdrawn": "已撤回",
        VOID: VOID_TITLE,
    },
    closed=frozenset({VOID, "confirmed", "withdrawn"}),
    clock_stops=frozenset({"progress", "completed", "confirmed", "withdrawn"}),
    steps=steps("""
-                           supervision_letter/supervise  opener supervised
supervised                  answer/sign-for               other  signed
supervised|signed|progress  progress_report/progress      other  progress
supervised|signed|progress  progress_report/complete      other  completed
completed                   confirmation/confirm          opener confirmed
supervised|signed|progress  withdrawal/withdraw           opener withdrawn
supervised|signed           reminder/remind               opener =
"""),
)

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        ASSISTANCE,
        TRANSFER,
        DISPUTE,
        SUPERVISION,
        NOTICE,
        WARNING,
        OPINION,
        OPERATION,
        MEETING,
        AGREED,
        BLACKLIST,
        CONTACTS,
        PROPOSAL,
        REPORT,
    )
}
CANCELLED = frozenset({"returned", "recalled", "withdrawn"})
"""States in which the duty fell away: the clock is stopped, neither met nor late."""


@lru_cache(maxsize=1024)
def family_opened_by(kind: str, act: str) -> Family | None:
    """The family a document of this kind and act opens, if any."""
    return next((f for f in FAMILIES.values() if f.next(None, kind, act, OPENER)), None)
