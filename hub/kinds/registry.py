"""The one explicit list of kinds: adding a kind is its schema module, its rule file, its examples and one line here."""

from __future__ import annotations

from hub.kinds import (
    answer,
    assistance_feedback,
    assistance_request,
    blacklist_entry,
    blacklist_removal,
    case_notice,
    confirmation,
    lead_transfer,
    reminder,
    transfer_result,
    withdrawal,
)
from hub.kinds.kind import Kind

_ALL: tuple[Kind, ...] = (
    case_notice.KIND,
    assistance_request.KIND,
    answer.KIND,
    assistance_feedback.KIND,
    lead_transfer.KIND,
    transfer_result.KIND,
    confirmation.KIND,
    withdrawal.KIND,
    blacklist_entry.KIND,
    blacklist_removal.KIND,
    reminder.KIND,
)

KINDS: dict[tuple[str, int], Kind] = {(kind.name, kind.version): kind for kind in _ALL}
"""Name and version -> kind; a message of any other is held, not guessed at (DESIGN D4)."""

LATEST: dict[str, Kind] = {kind.name: kind for kind in sorted(_ALL, key=lambda one: one.version)}
"""Name -> the version new documents are written in."""
