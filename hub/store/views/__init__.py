"""Read models for pages, API and command line: one statement per question, nothing here writes."""

from hub.store.views.reading import Reading
from hub.store.views.sql import SqlViews

__all__ = ["Reading", "SqlViews"]
