"""The one explicit list of kinds: adding a kind is its schema module, its rule file, its examples and one line here."""

from __future__ import annotations

from dataclasses import replace

from hub.kinds import (
    agreed_item,
    agreement_consent,
    agreement_proposal,
    answer,
    assistance_feedback,
    assistance_request,
    blacklist_entry,
    blacklist_removal,
    case_notice,
    case_transfer,
    compliance,
    confirmation,
    contact_list,
    extension_notice,
    inquiry_bulletin,
    joint_operation,
    jurisdiction_designation,
    jurisdiction_dispute,
    jurisdiction_escalation,
    jurisdiction_handover,
    jurisdiction_opinion,
    lead_transfer,
    meeting_minutes,
    meeting_notice,
    operation_reply,
    opinion_notice,
    opinion_reply,
    progress_report,
    proxy_record,
    public_warning,
    reminder,
    risk_warning,
    statistic_report,
    supervision_letter,
    supplement_request,
    transfer_result,
    withdrawal,
)
from hub.kinds.kind import Kind, problems_of
from schemas.catalogue import BODIES

_FIRST: tuple[Kind, ...] = (
    case_notice.KIND,
    inquiry_bulletin.KIND,
    opinion_notice.KIND,
    opinion_reply.KIND,
    risk_warning.KIND,
    public_warning.KIND,
    assistance_request.KIND,
    answer.KIND,
    assistance_feedback.KIND,
    supplement_request.KIND,
    extension_notice.KIND,
    lead_transfer.KIND,
    case_transfer.KIND,
    transfer_result.KIND,
    confirmation.KIND,
    withdrawal.KIND,
    compliance.KIND,
    proxy_record.KIND,
    jurisdiction_dispute.KIND,
    jurisdiction_opinion.KIND,
    jurisdiction_escalation.KIND,
    jurisdiction_designation.KIND,
    jurisdiction_handover.KIND,
    supervision_letter.KIND,
    progress_report.KIND,
    joint_operation.KIND,
    operation_reply.KIND,
    meeting_notice.KIND,
    meeting_minutes.KIND,
    agreed_item.KIND,
    blacklist_entry.KIND,
    blacklist_removal.KIND,
    reminder.KIND,
    contact_list.KIND,
    agreement_proposal.KIND,
    agreement_consent.KIND,
    statistic_report.KIND,
)

_BY_NAME = {kind.name: kind for kind in _FIRST}

KINDS: dict[tuple[str, int], Kind] = {
    (name, version): replace(_BY_NAME[name], version=version, body=body)
    for (name, version), body in BODIES.items()
    if name in _BY_NAME
}
"""Name and version -> kind, all versions by one rule; a message of any other is held, not guessed at (DESIGN D4)."""

LATEST: dict[str, Kind] = {kind.name: kind for kind in sorted(KINDS.values(), key=lambda one: one.version)}
"""Name -> the version whose form people fill in."""


def written_as(kind: Kind, data: bytes) -> Kind:
    """The oldest version that takes a body checked against ``kind``; in it the message is signed.

    So a peer that was not upgraded reads all it can say, and holds only a letter that uses a field it does not know.
    """
    older = (KINDS[kind.name, version] for version in range(1, kind.version) if (kind.name, version) in KINDS)
    return next((one for one in older if not problems_of(one, data)), kind)
