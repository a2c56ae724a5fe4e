"""Notes about matters, and how far a recount has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select, update

from hub.core.recount import Note, Recount
from hub.store.bulk import Insert, Upsert
from hub.store.tables import matter_notes, recounts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.store.work import Work

_ADD = Insert(matter_notes, ["matter", "at", "text"])
NOTES = (
    select(matter_notes.c.matter, matter_notes.c.at, matter_notes.c.text)
    .where(matter_notes.c.matter == bindparam("matter"))
    .order_by(matter_notes.c.id)
)
# One recount at a time: the row has one name.
_BEGIN = Upsert(recounts, ["name", "was", "after"], ["name"], "after = excluded.after")
_LEFT = select(recounts.c.was, recounts.c.after).with_for_update(skip_locked=True)
_ON = update(recounts).values(after=bindparam("at"))
_DONE = delete(recounts)
_OPEN = "open"


class SqlNotes:
    """Port ``Notes``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, notes: Sequence[Note]) -> None:
        """Keep these sentences."""
        _ADD.run(self._work, [(note.matter, note.at, note.text) for note in notes])

    def of(self, matter: str) -> list[Note]:
        """Oldest first."""
        return [Note(*row) for row in self._work.tuples(NOTES, matter=matter)]

    def begin_recount(self, was: int) -> None:
        """From the first id on; the agreement an unfinished one began with stays."""
        _BEGIN.run(self._work, [(_OPEN, was, "")])

    def recount(self) -> Recount | None:
        """What is left, unless another worker holds it."""
        found = self._work.tuples(_LEFT)
        return Recount(*found[0]) if found else None

    def recounted(self, after: str | None) -> None:
        """So far, or finished."""
        if after is None:
            self._work.run(_DONE)
        else:
            self._work.run(_ON, at=after)
