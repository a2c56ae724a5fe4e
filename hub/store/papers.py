"""Working papers, the office's templates, and the history of what was done with papers, assignments and leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select

from hub.flows.ports.office_rows import Event, Paper, Template
from hub.store.bulk import Insert, Upsert, replacing
from hub.store.mapping import Mapping
from hub.store.search import holding
from hub.store.tables import office_events, paper_templates, papers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.flows.ports.office_rows import PaperFilter
    from hub.store.work import Work

_ROWS = Mapping(Paper, papers)
_PUT = Upsert(papers, _ROWS.names, ["id"], replacing(_ROWS.names, ["id"]))
_ALL = select(*_ROWS.columns)
_GET = _ALL.where(papers.c.id == bindparam("wanted")).with_for_update()

_TEMPLATES = Mapping(Template, paper_templates)
_PUT_TEMPLATE = Upsert(paper_templates, _TEMPLATES.names, ["name"], replacing(_TEMPLATES.names, ["name"]))
_ALL_TEMPLATES = select(*_TEMPLATES.columns).order_by(paper_templates.c.name)
_DROP_TEMPLATE = delete(paper_templates).where(paper_templates.c.name == bindparam("wanted"))
_TEMPLATE = select(*_TEMPLATES.columns).where(paper_templates.c.name == bindparam("wanted"))

_EVENTS = Mapping(Event, office_events)
_ADD_EVENTS = Insert(office_events, _EVENTS.names)
_EVENTS_OF = select(*_EVENTS.columns).where(office_events.c.subject == bindparam("wanted")).order_by(office_events.c.id)


class SqlPapers:
    """Port ``Papers``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def get(self, paper: str) -> Paper | None:
        """One paper, locked until commit."""
        found = self._work.run(_GET, wanted=paper).first()
        return None if found is None else _ROWS.build(found)

    def put(self, paper: Paper) -> None:
        """Insert or replace by id."""
        _PUT.run(self._work, [_ROWS.values(paper)])

    def page(self, wanted: PaperFilter, before: str | None, limit: int) -> list[Paper]:
        """Newest first, going on below ``before``."""
        query = _ALL.order_by(papers.c.id.desc())
        for name in ("state", "kind", "matter", "author"):
            value = getattr(wanted, name)
            if value is not None:
                query = query.where(papers.c[name] == value)

        def fetch(below: str | None, size: int) -> list[Paper]:
            part = query if below is None else query.where(papers.c.id < below)
            return _ROWS.build_all(self._work.tuples(part.limit(size)))

        if wanted.text is None:
            return fetch(before, limit)
        return holding(fetch, lambda row: row.id, lambda row: (row.title,), wanted.text, before, limit)

    def template(self, name: str) -> Template | None:
        """One named starting body."""
        found = self._work.run(_TEMPLATE, wanted=name).first()
        return None if found is None else _TEMPLATES.build(found)

    def put_template(self, template: Template) -> None:
        """Insert or replace by name."""
        _PUT_TEMPLATE.run(self._work, [_TEMPLATES.values(template)])

    def drop_template(self, name: str) -> None:
        """Delete by name."""
        self._work.run(_DROP_TEMPLATE, wanted=name)

    def templates(self) -> list[Template]:
        """All, in one order on both databases."""
        return sorted(_TEMPLATES.build_all(self._work.tuples(_ALL_TEMPLATES)), key=lambda one: one.name)


class SqlEvents:
    """Port ``Events``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, events: Sequence[Event]) -> None:
        """Append."""
        _ADD_EVENTS.run(self._work, _EVENTS.all_values(events))

    def of(self, subject: str) -> list[Event]:
        """In the order of recording."""
        return _EVENTS.build_all(self._work.tuples(_EVENTS_OF, wanted=subject))
