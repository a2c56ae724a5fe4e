"""Attachments in pieces by digest, those on their way here, and what peers asked for.

Here alone a piece is written to the database and read from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, and_, bindparam, delete, select, update

from hub.core.pieces import cut
from hub.flows.ports.parts import Arrival, Want
from hub.flows.rows import PartMeta
from hub.store.bulk import Upsert, replacing
from hub.store.mapping import Mapping
from hub.store.tables import arrivals, parts, pieces, wants
from hub.store.work import among

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Connection

    from hub.flows.rows import Part
    from hub.store.work import Work

_ADOPT = Upsert(parts, ["sha256", "media_type", "size", "content"], ["sha256"])
_ABOUT = select(parts.c.sha256, parts.c.size, parts.c.media_type).where(among(parts.c.sha256, "digests"))
_HAVE = select(parts.c.sha256).where(among(parts.c.sha256, "digests"))
_CONTENTS = select(parts.c.content).where(among(parts.c.sha256, "digests"))
_DROP = delete(parts).where(among(parts.c.sha256, "digests"))
_PIECE = (
    select(pieces.c.piece)
    .select_from(parts.join(pieces, pieces.c.content == parts.c.content))
    .where(parts.c.sha256 == bindparam("sha256"), pieces.c.start == bindparam("start"))
)

_PIECE_KEY = ["content", "start"]
_PIECE_NAMES = [*_PIECE_KEY, "piece"]
_KEEP = Upsert(pieces, _PIECE_NAMES, _PIECE_KEY, replacing(_PIECE_NAMES, _PIECE_KEY))
_OF_CONTENT = pieces.c.content == bindparam("name")
_KEPT = select(pieces.c.piece).where(_OF_CONTENT, pieces.c.start == bindparam("start"))
_STARTS = select(pieces.c.start).where(_OF_CONTENT).order_by(pieces.c.start)
_FORGET = delete(pieces).where(_OF_CONTENT)


def part_about(connection: Connection, sha256: str) -> PartMeta | None:
    """A whole attachment, for read models."""
    found = connection.execute(_ABOUT, {"digests": [sha256]}).first()
    return None if found is None else PartMeta(*found)


def part_piece(connection: Connection, sha256: str, start: int) -> bytes | None:
    """One piece of it, for read models."""
    found = connection.execute(_PIECE, {"sha256": sha256, "start": start}).scalar()
    return None if found is None else bytes(found)


class SqlParts:
    """Port ``Parts``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def put(self, part: Part) -> None:
        """Keep a small attachment."""
        if part.sha256 not in self.have([part.sha256]):
            self.forget(part.sha256)
            self.keep(part.sha256, list(cut(part.content)))
            self.adopt(PartMeta(part.sha256, len(part.content), part.media_type), part.sha256)

    def adopt(self, meta: PartMeta, content: str) -> None:
        """The pieces are this attachment now."""
        if not _ADOPT.run(self._work, [(meta.sha256, meta.media_type, meta.size, content)]):
            self.forget(content)

    def about(self, digests: Collection[str]) -> dict[str, PartMeta]:
        """Those that are whole here."""
        found = self._work.tuples(_ABOUT, digests=digests) if digests else []
        return {row[0]: PartMeta(*row) for row in found}

    def have(self, digests: Collection[str]) -> set[str]:
        """Which of these are whole here."""
        return set(self._work.run(_HAVE, digests=digests).scalars()) if digests else set()

    def piece(self, sha256: str, start: int) -> bytes | None:
        """One piece."""
        return part_piece(self._work.connection, sha256, start)

    def keep(self, content: str, new: Sequence[tuple[int, bytes]]) -> None:
        """Keep pieces at their places."""
        _KEEP.run(self._work, [(content, start, piece) for start, piece in dict(new).items()])

    def kept(self, content: str, start: int) -> bytes | None:
        """One of them."""
        found = self._work.run(_KEPT, name=content, start=start).scalar()
        return None if found is None else bytes(found)

    def starts(self, content: str) -> list[int]:
        """Places that are filled."""
        return list(self._work.run(_STARTS, name=content).scalars())

    def forget(self, content: str) -> None:
        """Delete them."""
        self._work.run(_FORGET, name=content)

    def drop(self, digests: Collection[str]) -> None:
        """Delete whole attachments."""
        for content in list(self._work.run(_CONTENTS, digests=digests).scalars()) if digests else []:
            self.forget(content)
        if digests:
            self._work.run(_DROP, digests=digests)


_ROWS = Mapping(Arrival, arrivals)
_ARRIVAL_KEY = ["sender", "sha256"]
_SAVE = Upsert(arrivals, _ROWS.names, _ARRIVAL_KEY, replacing(_ROWS.names, _ARRIVAL_KEY))
_BY_SENDER = arrivals.c.sender == bindparam("who")
_THESE = and_(_BY_SENDER, among(arrivals.c.sha256, "digests"))
_GET = select(*_ROWS.columns).where(_THESE)
_SENDERS = select(arrivals.c.sender).where(arrivals.c.fault.is_(None)).distinct().order_by(arrivals.c.sender)
_LIMIT = bindparam("limit", type_=BigInteger)
_OF = (
    select(*_ROWS.columns)
    .where(_BY_SENDER, arrivals.c.fault.is_(None))
    .order_by(arrivals.c.since, arrivals.c.sha256)
    .limit(_LIMIT)
)
_GONE = delete(arrivals).where(_THESE)


class SqlArrivals:
    """Port ``Arrivals``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def get(self, sender: str, digests: Collection[str]) -> dict[str, Arrival]:
        """Those of one sender."""
        found = self._work.tuples(_GET, who=sender, digests=digests) if digests else []
        return {row.sha256: row for row in _ROWS.build_all(found)}

    def senders(self) -> list[str]:
        """Who owes us attachments."""
        return list(self._work.run(_SENDERS).scalars())

    def of(self, sender: str, limit: int) -> list[Arrival]:
        """The oldest of one sender."""
        return _ROWS.build_all(self._work.tuples(_OF, who=sender, limit=limit))

    def save(self, new: Sequence[Arrival]) -> None:
        """Insert or replace."""
        _SAVE.run(self._work, _ROWS.all_values(new))

    def drop(self, sender: str, digests: Collection[str]) -> None:
        """Delete rows."""
        if digests:
            self._work.run(_GONE, who=sender, digests=digests)


_WANTS = Mapping(Want, wants)
_ADD_WANTS = Upsert(wants, _WANTS.names, ["member", "part", "first"])
_WAITING = select(wants.c.member).distinct().order_by(wants.c.member)
_WANTS_OF = select(*_WANTS.columns).where(wants.c.member == bindparam("who")).order_by(wants.c.id).limit(_LIMIT)
_THIS = wants.c.id == bindparam("number")
_TAKEN = delete(wants).where(_THIS)
_DROP_WANTS = delete(wants).where(among(wants.c.member, "members"))
_SHORTEN = update(wants).where(_THIS).values(first=bindparam("begin"))


class SqlWants:
    """Port ``Wants``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, new: Sequence[Want]) -> None:
        """Keep what is wanted; others have something to do after it."""
        if _ADD_WANTS.run(self._work, _WANTS.all_values(new)):
            self._work.wake = True

    def members(self) -> list[str]:
        """Who waits."""
        return list(self._work.run(_WAITING).scalars())

    def of(self, member: str, limit: int) -> list[Want]:
        """The oldest of one member."""
        return _WANTS.build_all(self._work.tuples(_WANTS_OF, who=member, limit=limit))

    def shorten(self, want: Want, first: int) -> None:
        """Taken by the pipe up to ``first``."""
        if first >= want.last:
            self._work.run(_TAKEN, number=want.id)
        else:
            self._work.run(_SHORTEN, number=want.id, begin=first)

    def drop(self, members: Collection[str]) -> None:
        """These get nothing more."""
        if members:
            self._work.run(_DROP_WANTS, members=members)
