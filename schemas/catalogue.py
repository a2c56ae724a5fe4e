"""The one list of document bodies: models, Chinese titles, public acts. A new kind is a new module and a line here."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from stdnum import luhn

from schemas.answer import Answer
from schemas.assistance_feedback import AssistanceFeedback
from schemas.assistance_request import AssistanceRequest
from schemas.base import Part
from schemas.blacklist_entry import BlacklistEntry
from schemas.blacklist_removal import BlacklistRemoval
from schemas.case_notice import CaseNotice
from schemas.confirmation import Confirmation
from schemas.lead_transfer import LeadTransfer
from schemas.masks import MASKS, mask_card, mask_id_document, mask_mobile, mask_name, mask_resident_id
from schemas.party import Account
from schemas.problems import Problem, error_text, label_of
from schemas.reminder import Reminder
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
    ("assistance_request", 1, AssistanceRequest, "协助调查函", ("request",)),
    ("answer", 1, Answer, "签收、受理、退回", ("sign-for", "accept", "return")),
    ("assistance_feedback", 1, AssistanceFeedback, "协查反馈", ("feedback-interim", "feedback-final")),
    ("lead_transfer", 1, LeadTransfer, "线索移送函", ("transfer",)),
    ("transfer_result", 1, TransferResult, "移送处理结果", ("result",)),
    ("confirmation", 1, Confirmation, "请求方确认", ("confirm",)),
    ("withdrawal", 1, Withdrawal, "撤回", ("withdraw",)),
    ("blacklist_entry", 1, BlacklistEntry, "黑名单列入", ("list",)),
    ("blacklist_removal", 1, BlacklistRemoval, "黑名单移出", ("remove",)),
    ("reminder", 1, Reminder, "催办", ("remind",)),
)

BODIES: dict[tuple[str, int], type[BaseModel]] = {(kind, version): body for kind, version, body, _, _ in _KINDS}
"""Kind and version -> model of the body; read with ``model_validate_json(bytes)``."""

TITLES: dict[str, str] = {kind: title for kind, _, _, title, _ in _KINDS}
"""Kind -> its Chinese name."""

ACTS: dict[str, tuple[str, ...]] = {kind: acts for kind, _, _, _, acts in _KINDS}
"""Kind -> the public verbs a header may carry for it."""


def act_of(kind: str, body: BaseModel) -> str:
    """The verb this body stands for; the header must carry the same one."""
    return str(getattr(body, "act", ACTS[kind][0]))


def warnings_of(body: BaseModel) -> list[Problem]:
    """What is worth a second look but no reason to refuse: card numbers whose Luhn digit is wrong."""
    return [
        Problem(
            field=".".join(map(str, (*place, "number"))),
            reason_zh=f"{label_of(type(body), (*place, 'number'))}：卡号校验不符，请核对原件",
            code="luhn",
        )
        for place, part in _parts(body, ())
        if isinstance(part, Account) and not luhn.is_valid(part.number)
    ]


def _parts(value: Any, place: tuple[int | str, ...]) -> Iterator[tuple[tuple[int | str, ...], Part]]:
    """Every part inside a body, with its place."""
    if isinstance(value, Part):
        yield place, value
        for name, inner in value.__dict__.items():
            yield from _parts(inner, (*place, name))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _parts(inner, (*place, index))
