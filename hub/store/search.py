"""Looking for a part of a text in some columns, whatever its case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_

if TYPE_CHECKING:
    from sqlalchemy import Column, ColumnElement


def has(text: str, *columns: Column[Any]) -> ColumnElement[bool]:
    """Condition: one of the columns contains ``text``."""
    return or_(*(func.lower(col).contains(text.lower(), autoescape=True) for col in columns))
