"""Recorded decisions that wait to be numbered and signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, BigInteger, any_, bindparam, case, cast, delete, func, literal_column, not_, select

from hub.core.ids import ALL
from hub.flows.rows import Draft
from hub.store.bulk import Insert
from hub.store.mapping import Mapping
from hub.store.tables import outbox
from hub.store.work import POSTGRESQL, among, per_dialect

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Select
    from sqlalchemy.sql.base import Executable

    from hub.store.work import Work

_ROWS = Mapping(Draft, outbox)
_INSERT = Insert(outbox, _ROWS.names)
_LIMIT, _EVERYBODY = (bindparam(name, type_=BigInteger) for name in ("limit", "everybody"))
_OLDEST = select(outbox.c.id, outbox.c.audience).order_by(outbox.c.id).limit(_LIMIT)
_OF_MATTER = select(*_ROWS.columns).where(outbox.c.matter == bindparam("matter")).order_by(outbox.c.id)
_DROP = delete(outbox).where(outbox.c.document == bindparam("document"), outbox.c.audience == bindparam("audience"))
_COUNT = select(func.count()).select_from(outbox)


def _take(dialect: str, oldest: Select[Any]) -> Executable:
    """Delete and return in one statement. The ids become an array first: a join could run the locking part twice."""
    locked = (oldest.with_for_update(skip_locked=True) if dialect == POSTGRESQL else oldest).subquery("locked")
    weight = case((locked.c.audience == literal_column(f"'{ALL}'"), _EVERYBODY), else_=literal_column("1"))
    before = func.sum(weight).over(order_by=locked.c.id) - weight
    weighed = select(locked.c.id, before.label("before")).subquery("weighed")
    fitting = select(weighed.c.id).where(weighed.c.before < _LIMIT)
    if dialect == POSTGRESQL:
        chosen = outbox.c.id == any_(cast(func.array(fitting.scalar_subquery()), ARRAY(BigInteger)))
        return delete(outbox).where(chosen).returning(*_ROWS.columns)
    return delete(outbox).where(outbox.c.id.in_(fitting)).returning(*_ROWS.columns)


_TAKE = per_dialect(lambda dialect: _take(dialect, _OLDEST))
_TAKE_OTHERS = per_dialect(lambda dialect: _take(dialect, _OLDEST.where(not_(among(outbox.c.audience, "held")))))


class SqlOutbox:
    """Port ``Outbox``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, drafts: Sequence[Draft]) -> None:
        """Append ``drafts``."""
        _INSERT.run(self._work, _ROWS.all_values(drafts))
        self._work.wake |= bool(drafts)

    def take(self, limit: int, *, held: Collection[str] = (), everybody: int = 1) -> list[Draft]:
        """Remove and return the oldest drafts that no other worker holds."""
        weights = {"limit": limit, "everybody": everybody}
        if held:
            rows = self._work.tuples(_TAKE_OTHERS[self._work.dialect], held=sorted(held), **weights)
        else:
            rows = self._work.tuples(_TAKE[self._work.dialect], **weights)
        found = _ROWS.build_all(rows)
        return sorted(found, key=lambda draft: draft.id)

    def drop(self, document: str, audience: str) -> int:
        """Remove the draft of a document to an audience."""
        return int(self._work.run(_DROP, document=document, audience=audience).rowcount)

    def of_matter(self, matter: str) -> list[Draft]:
        """Drafts of one matter, oldest first."""
        return _ROWS.build_all(self._work.tuples(_OF_MATTER, matter=matter))

    def count(self) -> int:
        """How many wait."""
        return int(self._work.run(_COUNT).scalar_one())
