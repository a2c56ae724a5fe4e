"""Attacks on the log by those who hold the machine, each by name (RELIABILITY A13-A15, X33, X45; DESIGN D7).

What a thief of all keys or an administrator of the database does is done to a real database file. It must be named by
the node's own check, by every witness that was shown something else, or by both; and both signed notes must be kept.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.core import merkle, witnessing
from hub.core.checkpoint import Checkpoint
from hub.core.witnessing import cosign, signed_note, unverified
from hub.flows.ports.log import Alarm, Witnessed
from tests.audit.logs import START, Office, World
from tests.builders import BEIHAI, HAIKOU, YULIN, signer_for, witness_for


def hash_of(office: Office, position: int) -> str:
    with office.store.begin() as uow:
        return uow.tree.leaves(position, position + 1)[0].hash


def witnesses_of(world: World, office: Office) -> list[Office]:
    return [other for other in world.offices.values() if other is not office]


def both_notes_speak(world: World, alarm: Alarm) -> None:
    """Both notes of an alarm are signed by the log's own key and say different things."""
    first, second = (
        witnessing.read_note(text or "", world.federation.trust, world.now) for text in (alarm.first, alarm.second)
    )
    assert first.point.origin == second.point.origin
    assert first.point.root != second.point.root


def test_x45_an_edited_row_is_named_by_its_number_and_the_log_is_not_signed_over_it(
    world: World, victim: Office
) -> None:
    before = victim.newest().size
    victim.act(10)
    edited = "position = (SELECT max(position) - 3 FROM leaves)"
    victim.hands(f"""UPDATE leaves SET record = CAST('{{"n":1}}' AS BLOB) WHERE {edited}""")
    world.pass_time(120)
    assert victim.newest().size == before
    [alarm] = victim.alarms()
    assert (alarm.kind, "内容与登记时的摘要不一致" in alarm.why) == ("edited", True)
    assert f"第 {int(alarm.place) + 1} 条" in alarm.why
    with victim.store.begin() as uow:
        assert uow.alarms.settle(alarm.id, world.now)
    world.pass_time(60)
    assert victim.newest().size > before


def test_x45_a_row_edited_after_it_was_signed_is_found_by_the_daily_scrub(world: World, victim: Office) -> None:
    victim.hands("UPDATE leaves SET actor = 'nobody' WHERE position = 17")
    world.pass_time(60)
    assert victim.kinds() == []
    world.now = world.now.replace(day=world.now.day + 2)
    world.pass_time(30)
    assert [(one.kind, one.place) for one in victim.alarms()] == [("edited", "17")]


def test_x45_a_row_rewritten_together_with_its_hash_is_found_by_the_scrub(world: World, victim: Office) -> None:
    other = hash_of(victim, 18)
    victim.hands(f"UPDATE leaves SET hash = '{other}' WHERE position = 17")
    world.now = world.now.replace(day=world.now.day + 2)
    world.pass_time(30)
    assert [(one.kind, one.place) for one in victim.alarms()] == [("edited", "17"), ("tree", "4/1")]


def test_x45_rewriting_the_tree_as_well_breaks_the_signed_root_and_nothing_more_is_signed(
    world: World, victim: Office
) -> None:
    before = victim.newest()
    rewrite(victim, 17)
    victim.act(5)
    world.pass_time(120)
    assert victim.kinds() == ["root"]
    assert victim.newest() == before


def test_x45_a_deleted_row_is_named(world: World, victim: Office) -> None:
    before = victim.newest()
    victim.hands("DELETE FROM leaves WHERE position = 58")
    victim.act(5)
    world.pass_time(120)
    assert [(one.kind, one.place) for one in victim.alarms() if one.kind == "missing"] == [("missing", "58")]
    assert victim.newest() == before


def test_x45_a_truncated_log_is_named_when_the_node_starts(world: World, victim: Office) -> None:
    victim.hands("DELETE FROM leaves WHERE position >= 50", "UPDATE log_sizes SET size = 50")
    victim.worker.step()
    assert victim.kinds() == ["truncated"]


def test_x45_a_deleted_end_is_a_hole_where_the_log_says_how_long_it_was(world: World, victim: Office) -> None:
    victim.hands("DELETE FROM leaves WHERE position >= 50")
    victim.worker.step()
    assert victim.kinds() == ["missing", "root"]


def test_x45_tree_nodes_that_got_lost_are_made_again_and_hurt_nobody(world: World, victim: Office) -> None:
    before = victim.newest().size
    victim.hands("DELETE FROM tree_nodes")
    victim.act(5)
    world.pass_time(120)
    assert victim.newest().size > before
    assert victim.kinds() == []


def test_a14_a_database_set_back_in_silence_is_named_by_itself_and_by_every_witness(
    world: World, victim: Office
) -> None:
    old = victim.copy()
    victim.act(30)
    world.pass_time(90)
    held = victim.newest().size
    victim.put_back(old)
    victim.act(1)
    world.pass_time(150)
    assert victim.newest().size < held
    assert "rewound" in victim.kinds()
    for other in witnesses_of(world, victim):
        [alarm] = other.alarms(YULIN)
        assert alarm.kind == "rewound"
        both_notes_speak(world, alarm)


def test_x33_a_log_set_back_that_grew_beyond_what_was_cosigned_is_a_fork(world: World, victim: Office) -> None:
    old = victim.copy()
    victim.act(30)
    world.pass_time(90)
    victim.put_back(old)
    victim.act(80)
    world.pass_time(150)
    assert victim.kinds() == ["forked"]
    for other in witnesses_of(world, victim):
        [alarm] = other.alarms(YULIN)
        assert alarm.kind == "forked"
        both_notes_speak(world, alarm)


def test_a14_after_a_forked_log_was_named_it_gets_no_cosignature_more(world: World, victim: Office) -> None:
    old = victim.copy()
    victim.act(30)
    world.pass_time(90)
    cosigned = world[BEIHAI].held(victim)
    victim.put_back(old)
    victim.act(80)
    world.pass_time(600)
    assert world[BEIHAI].held(victim) == cosigned


def test_x45_a_log_rewritten_with_its_own_key_is_named_by_every_witness(world: World, victim: Office) -> None:
    """The administrator has the witness key too: he rewrites rows, tree and checkpoints, so that all agree."""
    rewrite(victim, 17)
    size = victim.newest().size
    with victim.store.begin() as uow:
        root = merkle.root_of(size, uow.tree.read(merkle.places([(0, size)])))
    forged = signed_note(Checkpoint(victim.origin, size, root), witness_for(YULIN).public, witness_for(YULIN).sign)
    victim.hands(
        f"UPDATE checkpoints SET root = x'{root.hex()}', note = '{forged}' WHERE size = {size}",
        "DELETE FROM cosigners",
    )
    victim.act(5)
    world.pass_time(150)
    for other in witnesses_of(world, victim):
        [alarm] = other.alarms(YULIN)
        assert alarm.kind == "forked"
        both_notes_speak(world, alarm)
    assert "forked" in victim.kinds()


def test_a13_x43_a_log_that_shows_two_histories_is_named_when_its_witnesses_talk(world: World, victim: Office) -> None:
    size = victim.newest().size
    mine, theirs = two_histories(victim.origin, size + 1)
    plant(world[BEIHAI], mine)
    plant(world[HAIKOU], theirs)
    for other in witnesses_of(world, victim):
        other.act(1)
    world.pass_time(120, only=(BEIHAI, HAIKOU))
    for other in witnesses_of(world, victim):
        [alarm] = other.alarms(YULIN)
        assert alarm.kind == "split"
        both_notes_speak(world, alarm)


def test_x43_a_witness_that_cosigned_two_histories_is_named_with_both(world: World, victim: Office) -> None:
    size = victim.newest().size
    mine, theirs = two_histories(victim.origin, size + 1)
    liar = witness_for(HAIKOU)
    both = replace(mine, note=str(cosign(unverified(mine.note).note, HAIKOU, liar.public, liar.sign, world.now)))
    plant(world[BEIHAI], both)
    plant(world[HAIKOU], theirs)
    world[HAIKOU].act(1)
    world.pass_time(120, only=(BEIHAI, HAIKOU))
    assert world[BEIHAI].kinds(YULIN) == ["split"]
    [alarm] = world[BEIHAI].alarms(HAIKOU)
    assert alarm.kind == "double"
    trust = world.federation.trust
    for text in (alarm.first, alarm.second):
        assert HAIKOU in witnessing.witnesses(unverified(text or "").note, trust, world.now)


def test_a15_a_witness_set_back_by_a_restored_backup_does_not_cosign_the_past_again(
    world: World, victim: Office
) -> None:
    old = world[BEIHAI].copy()
    victim.act(30)
    world.pass_time(90)
    held = world[BEIHAI].held(victim)
    world[BEIHAI].put_back(old)
    assert world[BEIHAI].held(victim) != held
    victim.act(1)
    world.pass_time(120)
    now_held = world[BEIHAI].held(victim)
    assert held is not None
    assert now_held is not None
    assert now_held.size == victim.newest().size > held.size
    assert world[BEIHAI].alarms(YULIN) == []


def test_a15_a_witness_set_back_still_knows_a_log_set_back_by_its_own_cosignature(world: World, victim: Office) -> None:
    """Witness and log are both set back; the log still has the witness' later cosignature and cannot use it."""
    witness_old = world[BEIHAI].copy()
    log_old = victim.copy()
    victim.act(30)
    world.pass_time(90)
    later = victim.cosigner(BEIHAI)
    world[BEIHAI].put_back(witness_old)
    victim.put_back(log_old)
    with victim.store.begin() as uow:
        uow.checkpoints.save([replace(later, offered=0, offered_at=None)])
    victim.act(80)
    world.pass_time(120)
    assert world[BEIHAI].kinds(YULIN) == ["rewound"]


def test_a_stranger_cannot_cosign_nor_offer_in_anothers_name(world: World, victim: Office) -> None:
    """A note counts by the witness key of its own member: the signing key, or another member's key, is nothing."""
    point = Checkpoint(victim.origin, 5, bytes(32))
    for key in (signer_for(YULIN), witness_for(BEIHAI)):
        with pytest.raises(Exception, match="没有其日志的有效签名"):
            witnessing.read_note(str(signed_note(point, key.public, key.sign)), world.federation.trust, world.now)


def rewrite(office: Office, position: int) -> None:
    """Replace one leaf by another and make all nodes over it again."""
    other = hash_of(office, position + 1)
    office.hands(f"UPDATE leaves SET hash = '{other}' WHERE position = {position}", "DELETE FROM tree_nodes")
    with office.store.begin() as uow:
        hashes = [bytes.fromhex(one.hash) for one in uow.tree.leaves(0, uow.tree.size())]
        uow.tree.add(merkle.grow(0, hashes, {}))


def two_histories(origin: str, size: int) -> tuple[Witnessed, Witnessed]:
    """Two checkpoints of one size, both signed by the log's own key."""
    found = []
    for root in (b"\x01" * 32, b"\x02" * 32):
        key = witness_for(YULIN)
        note = signed_note(Checkpoint(origin, size, root), key.public, key.sign)
        found.append((root, note))
    (one, first), (two, second) = found
    return (
        Witnessed(origin, size, one, YULIN, str(first), START),
        Witnessed(origin, size, two, YULIN, str(second), START),
    )


def plant(office: Office, row: Witnessed) -> None:
    """The office cosigned this checkpoint."""
    key = witness_for(office.member)
    note = cosign(unverified(row.note).note, office.member, key.public, key.sign, office.world.now)
    with office.store.begin() as uow:
        held = uow.witness.held(row.origin)
        assert uow.witness.advance(held.size if held else 0, replace(row, note=str(note), at=office.world.now))
