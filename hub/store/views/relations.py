"""Related matters: a body names other matters, and others' bodies name ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from hub.flows.ports.relations import Relation
from hub.kinds.links import NO_MATTER
from hub.store.tables import matter_links, messages

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

_LINKS: Select[Any] = (
    select(matter_links)
    .where(matter_links.c.relation.not_in(sorted(NO_MATTER)))
    .order_by(matter_links.c.document, matter_links.c.relation, matter_links.c.other, matter_links.c.matter)
)
_TITLES: Select[Any] = (
    select(messages.c.matter, messages.c.title).where(messages.c.status == "stored").order_by(messages.c.id.desc())
)


def relations(connection: Connection, matter: str) -> tuple[Relation, ...]:
    """Links of one matter both ways, as far as this node can read them."""
    outward = [(row, row.other) for row in connection.execute(_LINKS.where(matter_links.c.matter == matter))]
    inward = [(row, row.matter) for row in connection.execute(_LINKS.where(matter_links.c.other == matter))]
    titles = _titles(connection, {there for _, there in (*outward, *inward)})
    return tuple(
        Relation(row.relation, out, there, row.document, titles.get(there))
        for out, links in ((True, outward), (False, inward))
        for row, there in links
    )


def _titles(connection: Connection, wanted: set[str]) -> dict[str, str]:
    """Title of the first document of each matter that is here."""
    rows = connection.execute(_TITLES.where(messages.c.matter.in_(sorted(wanted)))) if wanted else ()
    return {row.matter: row.title for row in rows}
