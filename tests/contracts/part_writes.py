"""The writes of attachments: name, what must be there first, change, and a read that tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hub.flows.ports import UnitOfWork
from hub.flows.ports.parts import Arrival, Want
from hub.flows.rows import PartMeta
from tests.builders import BEIHAI, NOW, digest, part

Step = Callable[[UnitOfWork], Any]
PART = part(b"catalogue")
ADOPTED = PartMeta(digest("adopted"), 2, "text/plain")
ARRIVAL = Arrival(BEIHAI, digest("coming"), digest("message"), 9, "text/plain", "content", NOW, 0, NOW)
WANT = Want(BEIHAI, digest("message"), digest("part"), 0, 9)


def kept(uow: UnitOfWork) -> None:
    uow.parts.keep("content", [(0, b"ab")])


def wants(uow: UnitOfWork) -> Any:
    return uow.wants.members(), [(one.part, one.first, one.last) for one in uow.wants.of(BEIHAI, 9)]


def wanted(uow: UnitOfWork) -> None:
    uow.wants.add([WANT])


PART_WRITES: tuple[tuple[str, Step, Step, Step], ...] = (
    ("parts.put", lambda _: None, lambda uow: uow.parts.put(PART), lambda uow: uow.parts.have([PART.sha256])),
    ("parts.keep", lambda _: None, kept, lambda uow: uow.parts.starts("content")),
    ("parts.forget", kept, lambda uow: uow.parts.forget("content"), lambda uow: uow.parts.kept("content", 0)),
    (
        "parts.adopt",
        kept,
        lambda uow: uow.parts.adopt(ADOPTED, "content"),
        lambda uow: (uow.parts.about([ADOPTED.sha256]), uow.parts.piece(ADOPTED.sha256, 0)),
    ),
    (
        "parts.drop",
        lambda uow: uow.parts.put(PART),
        lambda uow: uow.parts.drop([PART.sha256]),
        lambda uow: (uow.parts.have([PART.sha256]), uow.parts.piece(PART.sha256, 0)),
    ),
    ("arrivals.save", lambda _: None, lambda uow: uow.arrivals.save([ARRIVAL]), lambda uow: uow.arrivals.of(BEIHAI, 9)),
    (
        "arrivals.drop",
        lambda uow: uow.arrivals.save([ARRIVAL]),
        lambda uow: uow.arrivals.drop(BEIHAI, [ARRIVAL.sha256]),
        lambda uow: (uow.arrivals.senders(), uow.arrivals.get(BEIHAI, [ARRIVAL.sha256])),
    ),
    ("wants.add", lambda _: None, wanted, wants),
    ("wants.shorten", wanted, lambda uow: uow.wants.shorten(uow.wants.of(BEIHAI, 1)[0], 4), wants),
    ("wants.drop", wanted, lambda uow: uow.wants.drop([BEIHAI]), wants),
)
