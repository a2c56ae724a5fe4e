"""The writes of the index, saved views and what was held: name, what must be there first, change, a read that tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hub.flows.ports import UnitOfWork
from hub.flows.ports.saved import SavedView
from hub.flows.ports.subjects import SubjectKey, Words
from hub.flows.rows import MessageStatus
from tests.builders import NOW, chain

Step = Callable[[UnitOfWork], Any]
MESSAGE, SECOND = chain(2)
VIEW = SavedView("officer", "matters", "逾期的协查", "family=assistance&overdue=1", NOW)
KEY = SubjectKey(MESSAGE.hash, MESSAGE.matter, "name", "王小明", "王小明", "person", "organizer")


def views(uow: UnitOfWork) -> list[SavedView]:
    return uow.saved.of("officer", "matters")


HELD = replace(MESSAGE, status=MessageStatus.HELD, code="unknown-kind")

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
    (
        "held.judge",
        lambda uow: uow.messages.add([HELD]),
        lambda uow: uow.held.judge([replace(MESSAGE, title="函")]),
        lambda uow: [(one.title, one.status, one.code) for one in uow.messages.get([HELD.hash])],
    ),
    ("saved.put", lambda _: None, lambda uow: uow.saved.put(VIEW), views),
    ("saved.drop", lambda uow: uow.saved.put(VIEW), lambda uow: uow.saved.drop("officer", "matters", VIEW.name), views),
)
