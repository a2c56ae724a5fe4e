"""Files on their way into a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select

from hub.flows.ports.uploads import Upload
from hub.store.bulk import Upsert, replacing
from hub.store.mapping import Mapping
from hub.store.tables import uploads

if TYPE_CHECKING:
    from datetime import datetime

    from hub.store.work import Work

_KEY = ["paper", "digest"]
_ROWS = Mapping(Upload, uploads)
_PUT = Upsert(uploads, _ROWS.names, _KEY, replacing(_ROWS.names, _KEY))
_OF = select(*_ROWS.columns).where(uploads.c.paper == bindparam("wanted")).order_by(uploads.c.digest)
_ONE = (uploads.c.paper == bindparam("wanted")) & (uploads.c.digest == bindparam("digest"))
_GET = select(*_ROWS.columns).where(_ONE).with_for_update()
_DROP = delete(uploads).where(_ONE)
_BEFORE = select(*_ROWS.columns).where(uploads.c.at < bindparam("limit")).order_by(uploads.c.at)


class SqlUploads:
    """Port ``Uploads``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def get(self, paper: str, digest: str) -> Upload | None:
        """One upload, locked until commit."""
        found = self._work.run(_GET, wanted=paper, digest=digest).first()
        return None if found is None else _ROWS.build(found)

    def of(self, paper: str) -> list[Upload]:
        """Those of one paper."""
        return _ROWS.build_all(self._work.tuples(_OF, wanted=paper))

    def put(self, upload: Upload) -> None:
        """Insert or replace."""
        _PUT.run(self._work, [_ROWS.values(upload)])

    def drop(self, paper: str, digest: str) -> None:
        """Delete one."""
        self._work.run(_DROP, wanted=paper, digest=digest)

    def before(self, at: datetime) -> list[Upload]:
        """What lies about since before ``at``."""
        return _ROWS.build_all(self._work.tuples(_BEFORE, limit=at))
