"""The one list of document bodies: models, Chinese titles, public acts. A new kind is a new module and a line here."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import BaseModel, create_model
from stdnum import luhn

from schemas.agreed_item import AgreedItem
from schemas.agreement_consent import AgreementConsent
from schemas.agreement_proposal import AgreementProposal
from schemas.answer import Answer
from schemas.assistance_feedback import AssistanceFeedback
from schemas.assistance_request import AssistanceRequest
from schemas.base import Part
from schemas.blacklist_entry import BlacklistEntry
from schemas.blacklist_removal import BlacklistRemoval
from schemas.case_notice import CaseNotice
from schemas.case_transfer import CaseTransfer
from schemas.casefile import SEIZURE_WARNING_DAYS, SeizedItem
from schemas.compliance import Compliance
from schemas.confirmation import Confirmation
from schemas.contact_list import ContactList
from schemas.document import Copied
from schemas.extension_notice import ExtensionNotice
from schemas.inquiry_bulletin import InquiryBulletin
from schemas.joint_operation import JointOperation
from schemas.jurisdiction_designation import JurisdictionDesignation
from schemas.jurisdiction_dispute import JurisdictionDispute
from schemas.jurisdiction_escalation import JurisdictionEscalation
from schemas.jurisdiction_handover import JurisdictionHandover
from schemas.jurisdiction_opinion import JurisdictionOpinion
from schemas.lead_transfer import LeadTransfer
from schemas.masks import MASKS, mask_card, mask_id_document, mask_mobile, mask_name, mask_resident_id
from schemas.meeting_minutes import MeetingMinutes
from schemas.meeting_notice import MeetingNotice
from schemas.operation_reply import OperationReply
from schemas.opinion_notice import OpinionNotice
from schemas.opinion_reply import OpinionReply
from schemas.party import Account
from schemas.problems import Problem, error_text, label_of
from schemas.progress_report import ProgressReport
from schemas.proxy_record import ProxyRecord
from schemas.public_warning import PublicWarning
from schemas.reminder import Reminder
from schemas.risk_warning import RiskWarning
from schemas.statistic_report import StatisticReport
from schemas.supervision_letter import SupervisionLetter
from schemas.supplement_request import SupplementRequest
from schemas.transfer_result import TransferResult
from schemas.withdrawal import Withdrawal

__all__ = [
    "ACTS",
    "BODIES",
    "MASKS",
    "TITLES",
    "Problem",
    "act_of",
    "error_text",
    "label_of",
    "mask_card",
    "mask_id_document",
    "mask_mobile",
    "mask_name",
    "mask_resident_id",
    "warnings_of",
]

_KINDS: tuple[tuple[str, int, type[Part], str, tuple[str, ...]], ...] = (
    ("case_notice", 1, CaseNotice, "案件通报", ("publish",)),
    ("inquiry_bulletin", 1, InquiryBulletin, "协查通报", ("publish",)),
    ("opinion_notice", 1, OpinionNotice, "舆情通报", ("notify",)),
    ("opinion_reply", 1, OpinionReply, "舆情回复", ("reply-first", "reply-final")),
    ("risk_warning", 1, RiskWarning, "风险预警", ("publish",)),
    ("public_warning", 1, PublicWarning, "警示提示", ("publish",)),
    ("assistance_request", 1, AssistanceRequest, "协助调查函", ("request",)),
    ("answer", 1, Answer, "签收、受理、退回、异议", ("sign-for", "accept", "return", "dispute")),
    ("assistance_feedback", 1, AssistanceFeedback, "协查反馈", ("feedback-interim", "feedback-final")),
    ("supplement_request", 1, SupplementRequest, "要求补充", ("supplement",)),
    ("extension_notice", 1, ExtensionNotice, "延期告知函", ("extend",)),
    ("lead_transfer", 1, LeadTransfer, "线索移送函", ("transfer",)),
    ("case_transfer", 1, CaseTransfer, "案件移送函", ("transfer",)),
    ("transfer_result", 1, TransferResult, "移送处理结果", ("result",)),
    ("confirmation", 1, Confirmation, "请求方确认", ("confirm",)),
    ("withdrawal", 1, Withdrawal, "撤回", ("withdraw",)),
    ("compliance", 1, Compliance, "已按撤回（更正）办理", ("comply",)),
    (
        "proxy_record",
        1,
        ProxyRecord,
        "代录",
        (
            "record-dispatch",
            "record-delivery",
            "record-sign-for",
            "record-accept",
            "record-return",
            "record-interim",
            "record-final",
            "record-result",
        ),
    ),
    ("jurisdiction_dispute", 1, JurisdictionDispute, "管辖争议函", ("raise",)),
    ("jurisdiction_opinion", 1, JurisdictionOpinion, "管辖协商意见", ("position", "propose", "agree")),
    ("jurisdiction_escalation", 1, JurisdictionEscalation, "报请指定管辖", ("escalate",)),
    ("jurisdiction_designation", 1, JurisdictionDesignation, "指定管辖登记", ("record",)),
    ("jurisdiction_handover", 1, JurisdictionHandover, "案卷移交书", ("hand-over",)),
    ("supervision_letter", 1, SupervisionLetter, "督办函、提示函", ("supervise",)),
    ("progress_report", 1, ProgressReport, "督办事项进展（办结）报告", ("progress", "complete")),
    ("joint_operation", 1, JointOperation, "联合行动", ("plan", "start", "report")),
    ("operation_reply", 1, OperationReply, "联合行动答复", ("join", "decline")),
    ("meeting_notice", 1, MeetingNotice, "联席会议通知", ("convene",)),
    ("meeting_minutes", 1, MeetingMinutes, "联席会议纪要", ("minute",)),
    ("agreed_item", 1, AgreedItem, "议定事项", ("inform",)),
    ("blacklist_entry", 1, BlacklistEntry, "黑名单列入", ("list",)),
    ("blacklist_removal", 1, BlacklistRemoval, "黑名单移出", ("remove",)),
    ("reminder", 1, Reminder, "催办", ("remind",)),
    ("contact_list", 1, ContactList, "联络员名单", ("publish",)),
    ("agreement_proposal", 1, AgreementProposal, "协议修改建议", ("propose",)),
    ("agreement_consent", 1, AgreementConsent, "对协议修改建议的答复", ("consent", "object")),
    ("statistic_report", 1, StatisticReport, "统计报表", ("report",)),
)

_COPIED = (
    "case_notice",
    "inquiry_bulletin",
    "assistance_request",
    "answer",
    "assistance_feedback",
    "supplement_request",
    "extension_notice",
    "lead_transfer",
    "case_transfer",
    "transfer_result",
    "withdrawal",
    "jurisdiction_dispute",
    "jurisdiction_opinion",
    "jurisdiction_escalation",
    "jurisdiction_handover",
    "supervision_letter",
    "progress_report",
)
"""Letters to other offices; their version 2 is version 1 and 抄送机关."""


def _with_copies(body: type[Part]) -> type[Part]:
    return create_model(
        f"{body.__name__}2",
        __base__=(Copied, body),
        __module__=body.__module__,
        __doc__=f"{body.__doc__} With 抄送机关.",
    )


BODIES: dict[tuple[str, int], type[BaseModel]] = {
    **{(kind, version): body for kind, version, body, _, _ in _KINDS},
    **{(kind, 2): _with_copies(body) for kind, _, body, _, _ in _KINDS if kind in _COPIED},
}
"""Kind and version -> model of the body; read with ``model_validate_json(bytes)``."""

TITLES: dict[str, str] = {kind: title for kind, _, _, title, _ in _KINDS}
"""Kind -> its Chinese name."""

ACTS: dict[str, tuple[str, ...]] = {kind: acts for kind, _, _, _, acts in _KINDS}
"""Kind -> the public verbs a header may carry for it."""


def act_of(kind: str, body: BaseModel) -> str:
    """The verb this body stands for; the header must carry the same one."""
    return str(getattr(body, "act", ACTS[kind][0]))


def warnings_of(body: BaseModel) -> list[Problem]:
    """What is worth a second look but no reason to refuse.

    Card numbers whose Luhn digit is wrong; seizures that lapse within seven days of the letter or had lapsed before.
    """
    written = getattr(body, "issue_date", None)
    return [problem for place, part in _parts(body, ()) for problem in _doubts(type(body), place, part, written)]


def _doubts(model: type[BaseModel], place: tuple[int | str, ...], part: Part, written: str | None) -> Iterator[Problem]:
    if isinstance(part, Account) and not luhn.is_valid(part.number):
        yield _doubt(model, (*place, "number"), "卡号校验不符，请核对原件", "luhn")
    if isinstance(part, SeizedItem) and written is not None and part.expires_on is not None:
        left = (date.fromisoformat(part.expires_on) - date.fromisoformat(written)).days
        if left < 0:
            yield _doubt(model, (*place, "expires_on"), "成文之日措施期限已届满，请先依法处理", "seizure_lapsed")
        elif left <= SEIZURE_WARNING_DAYS:
            yield _doubt(model, (*place, "expires_on"), f"措施期限距成文之日仅剩 {left} 日，请提醒对方", "seizure_ends")


def _doubt(model: type[BaseModel], place: tuple[int | str, ...], reason: str, code: str) -> Problem:
    return Problem(field=".".join(map(str, place)), reason_zh=f"{label_of(model, place)}：{reason}", code=code)


def _parts(value: Any, place: tuple[int | str, ...]) -> Iterator[tuple[tuple[int | str, ...], Part]]:
    """Every part inside a body, with its place."""
    if isinstance(value, Part):
        yield place, value
        for name, inner in value.__dict__.items():
            yield from _parts(inner, (*place, name))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _parts(inner, (*place, index))
