"""What people type into short fields: trimmed, bounded, without control characters."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime

from hub.core.errors import InvalidInput
from hub.core.ids import BEIJING, is_document_id


def said(text: str, field: str, label: str, most: int, *, needed: bool = True) -> str:
    """The text without outer spaces; raises ``InvalidInput`` if missing, too long, or with control characters."""
    found = text.strip()
    if needed and not found:
        raise InvalidInput(f"请填写{label}", field=field)
    if len(found) > most:
        raise InvalidInput(f"{label}不得超过 {most} 个字符", field=field)
    if any(unicodedata.category(each) in ("Cc", "Cs") and each not in "\n\t" for each in found):
        raise InvalidInput(f"{label}中有不可见的控制字符", field=field)
    return found


def identified(text: str, field: str, label: str) -> str:
    """An id as this node gives them; raises ``InvalidInput`` for anything else."""
    if not is_document_id(text):
        raise InvalidInput(f"{label}编号格式不正确", field=field)
    return text


def today(now: datetime) -> date:
    """The civil day of +08:00."""
    return now.astimezone(BEIJING).date()


def before_of(cursor: str | None) -> str | None:
    """Where a list goes on; raises ``InvalidInput`` for a cursor that is not ours."""
    if cursor is not None and not is_document_id(cursor):
        raise InvalidInput("翻页标记无效，请从第一页重新查起", field="cursor")
    return cursor
