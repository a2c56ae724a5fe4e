"""联络员: the newest list each member published, for pages, API and command line alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from hub.flows.ports.views import DocumentFilter, Views
from hub.flows.steps.texts import today
from schemas.contact_list import ContactLine

ROLES: dict[str, str] = ContactLine.model_json_schema()["properties"]["role"]["x-labels"]
"""Role -> its name, as the form of the list itself has it."""
STALE = timedelta(days=183)
"""Half a year: a list older than this is marked, for people change posts."""
_MOST_PAGES = 100
"""Lists read at most, a hundred a page; a member's newest one is what counts."""


@dataclass(frozen=True, slots=True)
class Published:
    """The list of one member: which document says so, since when, and its body."""

    member: str
    document: str
    matter: str
    issued: datetime
    body: dict[str, Any]

    def serving(self, day: date) -> list[dict[str, Any]]:
        """Those whose term includes the day."""
        on = day.isoformat()
        return [
            one for one in self.body["contacts"] if one["valid_from"] <= on <= (one.get("valid_to") or "9999-12-31")
        ]

    def stale(self, now: datetime) -> bool:
        """Whether it is older than half a year, or names nobody who serves today."""
        return now - self.issued > STALE or not self.serving(today(now))


def latest(views: Views) -> dict[str, Published]:
    """The newest readable list of each member, by member."""
    found: dict[str, Published] = {}
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        page = views.documents(DocumentFilter(kind="contact_list"), cursor, 100)
        for row in page.rows:
            if row.sender in found or row.status != "stored":
                continue
            copy = next((one for one in views.document(row.document).copies if one.body is not None), None)
            if copy is not None and copy.body is not None:
                found[row.sender] = Published(row.sender, row.document, row.matter, row.issued, copy.body)
        cursor = page.next
        if cursor is None:
            break
    return found
