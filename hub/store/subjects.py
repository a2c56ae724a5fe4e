"""The index by which matters, documents and subjects are found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Integer, bindparam, delete, select

from hub.flows.ports.subjects import SubjectKey, Words
from hub.flows.rows import Message
from hub.store.bulk import Insert, Upsert, replacing
from hub.store.mapping import Mapping
from hub.store.tables import messages, search_texts, subject_keys, to_index
from hub.store.work import among

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.store.work import Work

_MESSAGES = Mapping(Message, messages)
_KEYS = Mapping(SubjectKey, subject_keys)
_TEXTS = ("message", "matter", "words", "rules")
_ADD_WORDS = Upsert(search_texts, _TEXTS, ["message"], replacing((*_TEXTS, "tokens"), ["message"]))
_ADD_KEYS = Insert(subject_keys, _KEYS.names)
_QUEUE = Insert(to_index, ["message"])
_OLDEST = (
    select(to_index.c.id)
    .order_by(to_index.c.id)
    .limit(bindparam("limit", type_=BigInteger))
    .with_for_update(skip_locked=True)
)
_TAKE = delete(to_index).where(to_index.c.id.in_(_OLDEST.scalar_subquery())).returning(to_index.c.message)
_OLDER = (
    select(search_texts.c.message)
    .where(search_texts.c.rules < bindparam("rules", type_=Integer))
    .order_by(search_texts.c.rules, search_texts.c.id)
    .limit(bindparam("limit", type_=BigInteger))
    .with_for_update(skip_locked=True)
)
_KEPT = select(*_KEYS.columns).where(among(subject_keys.c.message, "hashes"))
_DROP = delete(subject_keys).where(among(subject_keys.c.id, "gone"))
_OF = select(*_KEYS.columns).where(subject_keys.c.message == bindparam("wanted")).order_by(subject_keys.c.id)
_GET = select(*_MESSAGES.columns).where(among(messages.c.hash, "hashes")).order_by(messages.c.id)


class SqlSubjects:
    """Port ``Subjects``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def take(self, limit: int, rules: int) -> list[Message]:
        """Oldest first; those another worker holds are skipped."""
        hashes = list(self._work.run(_TAKE, limit=limit).scalars())
        # Their texts stay locked, so whoever erases waits and then finds what is written for them here.
        hashes = hashes or list(self._work.run(_OLDER, rules=rules, limit=limit).scalars())
        return _MESSAGES.build_all(self._work.tuples(_GET, hashes=hashes)) if hashes else []

    def add(self, words: Sequence[Words], keys: Sequence[SubjectKey]) -> None:
        """One text per message; what is there already stays as it is."""
        _ADD_WORDS.run(self._work, [(one.message, one.matter, one.words, one.rules) for one in words])
        told, wanted = list({one.message for one in words} | {one.message for one in keys}), set(keys)
        known = {replace(one, id=0): one.id for one in _KEYS.build_all(self._work.tuples(_KEPT, hashes=told))}
        gone = [number for key, number in known.items() if key not in wanted]
        if gone:
            self._work.run(_DROP, gone=gone)
        _ADD_KEYS.run(self._work, _KEYS.all_values([one for one in keys if one not in known]))

    def of(self, message: str) -> list[SubjectKey]:
        """In the order they were added."""
        return _KEYS.build_all(self._work.tuples(_OF, wanted=message))


def queue(work: Work, added: Sequence[Message]) -> None:
    """Let these messages wait for the index."""
    _QUEUE.run(work, [(message.hash,) for message in added])
