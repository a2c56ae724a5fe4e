"""The writes of the index and of saved views: name, what must be there first, change, and a read that tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hub.flows.ports import UnitOfWork
from hub.flows.ports.saved import SavedView
from hub.flows.ports.subjects import SubjectKey, Words
from tests.builders import NOW, chain

Step = Callable[[UnitOfWork], Any]
MESSAGE, SECOND = chain(2)
VIEW = SavedView("officer", "matters", "逾期的协查", "family=assistance&overdue=1", NOW)
KEY = SubjectKey(MESSAGE.hash, MESSAGE.matter, "name", "王小明", "王小明", "person", "organizer")


def views(uow: UnitOfWork) -> list[SavedView]:
    return uow.saved.of("officer", "matters")


FINDING_WRITES: tuple[tuple[str, Step, Step, Step], ...] = (
    (
        "subjects.take",
        lambda uow: uow.messages.add([MESSAGE, SECOND]),
        lambda uow: uow.subjects.take(1, 0),
        lambda uow: [row.hash for row in uow.subjects.take(9, 0)],
    ),
    (
        "subjects.add",
        lambda uow: uow.messages.add([MESSAGE]),
        lambda uow: uow.subjects.add([Words(MESSAGE.hash, MESSAGE.matter, "王小 小明")], [KEY]),
        lambda uow: [key.value for key in uow.subjects.of(MESSAGE.hash)],
    ),
    ("saved.put", lambda _: None, lambda uow: uow.saved.put(VIEW), views),
    ("saved.drop", lambda uow: uow.saved.put(VIEW), lambda uow: uow.saved.drop("officer", "matters", VIEW.name), views),
)
