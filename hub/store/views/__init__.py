"""Read models for pages, API and command line: one statement per question, nothing here writes."""

from hub.store.views.sql import Reading, SqlViews

__all__ = ["Reading", "SqlViews"]
