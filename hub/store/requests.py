"""Idempotency keys of API users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, select

from hub.store.tables import requests

if TYPE_CHECKING:
    from datetime import datetime

    from hub.store.work import Work

_FIND = select(requests.c.request, requests.c.document).where(
    requests.c.user == bindparam("name"), requests.c.key == bindparam("its_key")
)
_PUT = insert(requests)


class SqlRequests:
    """Port ``Requests``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def find(self, user: str, key: str) -> tuple[str, str] | None:
        """Request hash and document recorded for this key."""
        found = self._work.run(_FIND, name=user, its_key=key).first()
        return None if found is None else (found.request, found.document)

    def put(self, user: str, key: str, request: str, document: str, at: datetime) -> None:
        """Record it; a key another worker has just recorded rolls back, and the next try finds it."""
        self._work.run(_PUT, user=user, key=key, request=request, document=document, at=at)
