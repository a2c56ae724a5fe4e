"""The writes of the log's tree, its checkpoints and their witnesses, as in ``finding_writes``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hub.flows.ports import UnitOfWork
from hub.flows.ports.log import Alarm, CheckpointRow, Cosigner, Round, Witnessed
from tests.builders import BEIHAI, NOW, YULIN, incarnation, leaf_of

Step = Callable[[UnitOfWork], Any]
OWN = f"antipyramid/{YULIN}/{incarnation()}"
THEIRS = f"antipyramid/{BEIHAI}/{incarnation()}"
POINT = CheckpointRow(OWN, 5, bytes(32), "note", NOW)
SEEN = Witnessed(THEIRS, 5, bytes(32), BEIHAI, "note", NOW)
ALARM = Alarm(BEIHAI, "forked", f"{THEIRS} 5", "两份存证点相互矛盾", NOW, "first", "second")


def _settled(uow: UnitOfWork) -> None:
    uow.alarms.settle(uow.alarms.open(BEIHAI)[0].id, NOW)


LOG_WRITES: tuple[tuple[str, Step, Step, Step], ...] = (
    (
        "tree.add",
        lambda _: None,
        lambda uow: uow.tree.add([(4, 0, bytes(32)), (8, 3, bytes(32))]),
        lambda uow: uow.tree.read([(4, 0), (4, 1), (8, 3)]),
    ),
    (
        "tree.grow",
        lambda uow: uow.ledger.add([leaf_of() for _ in range(16)]),
        lambda uow: uow.tree.grow(0, 16, [(4, 0, bytes(32))]),
        lambda uow: (uow.tree.size(), uow.tree.read([(4, 0)])),
    ),
    (
        "tree.save_round",
        lambda _: None,
        lambda uow: uow.tree.save_round(Round("scrub", 7, NOW, None)),
        lambda uow: uow.tree.round("scrub"),
    ),
    (
        "checkpoints.add",
        lambda _: None,
        lambda uow: uow.checkpoints.add(POINT),
        lambda uow: uow.checkpoints.newest(OWN),
    ),
    (
        "checkpoints.save",
        lambda _: None,
        lambda uow: uow.checkpoints.save([Cosigner(BEIHAI, OWN, 5, "note", NOW, 6, NOW)]),
        lambda uow: uow.checkpoints.cosigners([BEIHAI], OWN),
    ),
    (
        "witness.advance",
        lambda _: None,
        lambda uow: uow.witness.advance(0, SEEN),
        lambda uow: (uow.witness.held(THEIRS), uow.witness.at(THEIRS, 5)),
    ),
    (
        "witness.join",
        lambda uow: uow.witness.advance(0, SEEN),
        lambda uow: uow.witness.join(replace(SEEN, note="note with lines")),
        lambda uow: uow.witness.latest(9),
    ),
    ("alarms.add", lambda _: None, lambda uow: uow.alarms.add([ALARM]), lambda uow: len(uow.alarms.open(BEIHAI))),
    ("alarms.settle", lambda uow: uow.alarms.add([ALARM]), _settled, lambda uow: uow.alarms.open(BEIHAI)),
)
