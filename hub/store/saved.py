"""What lies on one person's desk: saved views of lists, and working papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select, type_coerce

from hub.flows.ports.office_rows import Paper, Unit
from hub.flows.ports.saved import SavedView
from hub.store.bulk import Insert
from hub.store.mapping import Mapping
from hub.store.tables import papers, saved_views, units
from hub.store.types import Words

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from hub.store.work import Work

_ROWS = Mapping(SavedView, saved_views)
_ADD = Insert(saved_views, _ROWS.names)
_MINE = (saved_views.c.user == bindparam("person"), saved_views.c.screen == bindparam("list"))
_OF = select(*_ROWS.columns).where(*_MINE)
_PAPERS = Mapping(Paper, papers)
_UNITS = Mapping(Unit, units)
_KEPT = type_coerce(saved_views.c.name, Words)
"""The name as it is kept, which is another one each time it is sealed: it is compared when it has been opened."""
_NAMES = select(saved_views.c.name, _KEPT).where(*_MINE)
_DROP = delete(saved_views).where(*_MINE, _KEPT.in_([bindparam("kept")]))


class SqlSavedViews:
    """Port ``SavedViews``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def of(self, user: str, screen: str) -> list[SavedView]:
        """By name."""
        return read(self._work.connection, user, screen)

    def put(self, view: SavedView) -> None:
        """Insert or replace."""
        self.drop(view.user, view.screen, view.name)
        _ADD.run(self._work, [_ROWS.values(view)])

    def drop(self, user: str, screen: str, name: str) -> None:
        """Delete by name."""
        for known, kept in self._work.tuples(_NAMES, person=user, list=screen):
            if known == name:
                self._work.run(_DROP, person=user, list=screen, kept=kept)


def read(connection: Connection, user: str, screen: str) -> list[SavedView]:
    """By name, in one order on both databases."""
    rows = _ROWS.build_all(connection.execute(_OF, {"person": user, "list": screen}))
    return sorted(rows, key=lambda one: one.name)


def papers_in(connection: Connection, states: Collection[str], author: str | None, limit: int) -> list[Paper]:
    """The last changed first."""
    query = select(*_PAPERS.columns).where(papers.c.state.in_(sorted(states)))
    query = query if author is None else query.where(papers.c.author == author)
    newest = query.order_by(papers.c.updated_at.desc(), papers.c.id.desc()).limit(limit)
    return _PAPERS.build_all(connection.execute(newest))


def all_units(connection: Connection) -> list[Unit]:
    """By code."""
    return _UNITS.build_all(connection.execute(select(*_UNITS.columns).order_by(units.c.code)))
