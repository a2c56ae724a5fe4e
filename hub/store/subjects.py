"""The index by which matters, documents and subjects are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, bindparam, delete, select

from hub.flows.ports.subjects import SubjectKey, Words
from hub.flows.rows import Message
from hub.store.bulk import Insert, Upsert
from hub.store.mapping import Mapping
from hub.store.tables import messages, search_texts, subject_keys, to_index
from hub.store.work import among

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.store.work import Work

_MESSAGES = Mapping(Message, messages)
_KEYS = Mapping(SubjectKey, subject_keys)
_TEXTS = ("message", "matter", "words")
_ADD_WORDS = Upsert(search_texts, _TEXTS, ["message"])
_ADD_KEYS = Insert(subject_keys, _KEYS.names)
_QUEUE = Insert(to_index, ["message"])
_OLDEST = (
    select(to_index.c.id)
    .order_by(to_index.c.id)
    .limit(bindparam("limit", type_=BigInteger))
    .with_for_update(skip_locked=True)
)
_TAKE = delete(to_index).where(to_index.c.id.in_(_OLDEST.scalar_subquery())).returning(to_index.c.message)
_OF = select(*_KEYS.columns).where(subject_keys.c.message == bindparam("wanted")).order_by(subject_keys.c.id)
_GET = select(*_MESSAGES.columns).where(among(messages.c.hash, "hashes")).order_by(messages.c.id)


class SqlSubjects:
    """Port ``Subjects``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def take(self, limit: int) -> list[Message]:
        """Oldest first; those another worker holds are skipped."""
        hashes = list(self._work.run(_TAKE, limit=limit).scalars())
        return _MESSAGES.build_all(self._work.tuples(_GET, hashes=hashes)) if hashes else []

    def add(self, words: Sequence[Words], keys: Sequence[SubjectKey]) -> None:
        """Append; one text per message."""
        _ADD_WORDS.run(self._work, [(one.message, one.matter, one.words) for one in words])
        _ADD_KEYS.run(self._work, _KEYS.all_values(keys))

    def of(self, message: str) -> list[SubjectKey]:
        """In the order they were added."""
        return _KEYS.build_all(self._work.tuples(_OF, wanted=message))


def queue(work: Work, added: Sequence[Message]) -> None:
    """Let these messages wait for the index."""
    _QUEUE.run(work, [(message.hash,) for message in added])
