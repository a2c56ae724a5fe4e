"""The writes of who looked at personal data, as in ``finding_writes``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hub.flows.ports import UnitOfWork
from hub.flows.ports.looks import PeerLook, Unmasking
from tests.builders import BEIHAI, NOW, uuid

Step = Callable[[UnitOfWork], Any]
LOOK = Unmasking(
    uuid(1), "officer", uuid(5), uuid(5), uuid(6), "officer", "case", NOW, NOW + timedelta(minutes=15), BEIHAI
)
TOLD = PeerLook(BEIHAI, uuid(1), uuid(5), "officer", "case", NOW, NOW)

LOOK_WRITES: tuple[tuple[str, Step, Step, Step], ...] = (
    (
        "looks.add",
        lambda _: None,
        lambda uow: uow.looks.add(LOOK),
        lambda uow: (uow.looks.until("officer", [uuid(5)]), uow.looks.untold(9)),
    ),
    (
        "looks.heard",
        lambda uow: uow.looks.add(LOOK),
        lambda uow: uow.looks.heard(BEIHAI, [LOOK.id], NOW),
        lambda uow: uow.looks.untold(9),
    ),
    (
        "looks.told",
        lambda _: None,
        lambda uow: uow.looks.told([TOLD]),
        lambda uow: uow.looks.of_document(uuid(5)),
    ),
)
