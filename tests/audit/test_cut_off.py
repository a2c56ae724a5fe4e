"""The end of a log cut off together with its own checkpoints: what others cosigned tells it (X45, DESIGN D7)."""

from __future__ import annotations

from hub.core import merkle
from hub.core.checkpoint import Checkpoint
from hub.core.witnessing import signed_note
from hub.store.views.sql import SqlViews
from tests.audit.logs import Office, World
from tests.audit.test_attacks import both_notes_speak, witnesses_of
from tests.builders import BEIHAI, YULIN, witness_for

CUT = (
    "DELETE FROM leaves WHERE position >= 50",
    "UPDATE log_sizes SET size = 50",
    "DELETE FROM checkpoints WHERE size > 50",
    'DELETE FROM tree_nodes WHERE ("index" + 1) << level > 50',
)


def test_x45_a_log_cut_off_together_with_its_checkpoints_is_named_by_what_others_cosigned(
    world: World, victim: Office
) -> None:
    victim.hands(*CUT)
    victim.worker.step()
    assert victim.kinds() == ["truncated"]
    wrong = SqlViews(victim.store).check_acts(0, 1_000).wrong
    assert [number for number, _ in wrong] == [victim.cosigner(BEIHAI).size]
    victim.act(5)
    world.pass_time(90)
    with victim.store.begin() as uow:
        assert uow.checkpoints.newest(victim.origin) is None


def test_x45_a_shorter_log_signed_again_is_shown_to_those_who_cosigned_a_longer_one(
    world: World, victim: Office
) -> None:
    victim.hands(*CUT)
    with victim.store.begin() as uow:
        root = merkle.root_of(50, uow.tree.read(merkle.places([(0, 50)])))
    note = signed_note(Checkpoint(victim.origin, 50, root), witness_for(YULIN).public, witness_for(YULIN).sign)
    victim.hands(f"INSERT INTO checkpoints VALUES ('{victim.origin}', 50, x'{root.hex()}', '{note}', 0)")
    world.pass_time(30)
    for other in witnesses_of(world, victim):
        [alarm] = other.alarms(YULIN)
        assert alarm.kind == "rewound"
        both_notes_speak(world, alarm)
