"""Attachments by digest, and the chunks of those that are still arriving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, func, select

from hub.flows.rows import Part
from hub.store.bulk import Upsert
from hub.store.mapping import Mapping
from hub.store.tables import part_chunks, parts
from hub.store.work import among

if TYPE_CHECKING:
    from collections.abc import Collection

    from hub.store.work import Work

_ROWS = Mapping(Part, parts)
_INSERT = Upsert(parts, _ROWS.names, ["sha256"])
_GET = select(*_ROWS.columns).where(parts.c.sha256 == bindparam("sha256"))
_HAVE = select(parts.c.sha256).where(among(parts.c.sha256, "digests"))

_ADD_CHUNK = Upsert(part_chunks, ["sha256", "start", "size", "chunk"], ["sha256", "start"])
_OF_PART = part_chunks.c.sha256 == bindparam("sha256")
_LENGTH = func.length(part_chunks.c.chunk)
_ARRIVED = select(func.coalesce(func.sum(_LENGTH), 0)).where(_OF_PART)
_CHUNKS = select(part_chunks.c.start, part_chunks.c.chunk).where(_OF_PART).order_by(part_chunks.c.start)
_FORGET = delete(part_chunks).where(_OF_PART)


class SqlParts:
    """Port ``Parts``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def put(self, part: Part) -> None:
        """Keep an attachment."""
        _INSERT.run(self._work, [_ROWS.values(part)])

    def get(self, sha256: str) -> Part | None:
        """The attachment, if it is complete here."""
        found = self._work.run(_GET, sha256=sha256).first()
        return None if found is None else _ROWS.build(found)

    def have(self, digests: Collection[str]) -> set[str]:
        """Which of these are complete here."""
        return set(self._work.run(_HAVE, digests=digests).scalars()) if digests else set()

    def add_chunk(self, sha256: str, size: int, offset: int, chunk: bytes) -> bytes | None:
        """Keep one chunk; the whole content once nothing is missing."""
        _ADD_CHUNK.run(self._work, [(sha256, offset, size, chunk)])
        if self._work.run(_ARRIVED, sha256=sha256).scalar_one() < size:
            return None
        chunks = self._work.tuples(_CHUNKS, sha256=sha256)
        self._work.run(_FORGET, sha256=sha256)
        return b"".join(chunk for _, chunk in chunks)
