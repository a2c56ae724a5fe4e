"""What every store promises about the tree of the audit log, its checkpoints, witnesses and alarms."""

from dataclasses import replace
from datetime import timedelta

from hub.core import merkle
from hub.flows.growing import grow
from hub.flows.ports.log import Alarm, CheckpointRow, Cosigner, Round
from tests.builders import BEIHAI, HAIKOU, NOW, YULIN, incarnation, leaf_of, moment, salts
from tests.contracts.log_writes import ALARM, OWN, POINT, SEEN, THEIRS
from tests.contracts.stores import Backend


def test_the_tree_grows_over_what_was_written_and_holds_every_leaf(backend: Backend):
    leaves = [leaf_of(f"leaf {n}") for n in range(70)]
    with backend.begin() as uow:
        uow.ledger.add(leaves)
    for limit in (1, 14, 2, 40, 100):
        with backend.begin() as uow:
            grow(uow, now=NOW, salt=salts(), limit=limit)
    backend.reopen()
    with backend.begin() as uow:
        assert uow.tree.size() == 70
        hashes = [bytes.fromhex(one.hash) for one in leaves]
        level = {(4, n): hash_over(hashes[16 * n : 16 * n + 16]) for n in range(4)}
        assert uow.tree.read([(0, 3), (0, 69), (0, 70), *level, (4, 4), (8, 0)]) == {
            (0, 3): hashes[3],
            (0, 69): hashes[69],
            **level,
        }
        assert uow.tree.read([]) == {}
        ranges = merkle.inclusion(40, 70)
        nodes = uow.tree.read(merkle.places([(0, 70), *ranges]))
        proof = [merkle.hash_of(one, nodes) for one in ranges]
        assert merkle.verify_inclusion(40, 70, hashes[40], proof, merkle.root_of(70, nodes))


def hash_over(row: list[bytes]) -> bytes:
    return merkle.grow(0, row, {})[0][2]


def test_a_node_that_is_there_stays_as_it_is(backend: Backend):
    with backend.begin() as uow:
        uow.tree.add([(4, 0, bytes(32))])
        uow.tree.add([(4, 0, b"\x01" * 32), (4, 1, b"\x02" * 32)])
        uow.tree.add([])
    with backend.begin() as uow:
        assert uow.tree.read([(4, 0), (4, 1)]) == {(4, 0): bytes(32), (4, 1): b"\x02" * 32}


def test_leaves_are_read_as_they_are_stored(backend: Backend):
    leaves = [leaf_of(f"leaf {n}") for n in range(5)]
    with backend.begin() as uow:
        uow.ledger.add(leaves)
        assert uow.tree.leaves(0, 9) == []
    with backend.begin() as uow:
        found = uow.tree.leaves(1, 4)
        assert [(one.position, one.hash, one.leaf) for one in found] == [
            (n, leaves[n].hash, leaves[n]) for n in (1, 2, 3)
        ]
        assert all(one.leaf is not None and one.leaf.hash == one.hash for one in found)
        assert uow.tree.leaves(5, 9) == []
        assert uow.tree.hashes(3, 9) == {n: bytes.fromhex(leaves[n].hash) for n in (3, 4)}


def test_of_two_that_let_the_tree_grow_from_one_size_the_second_changes_nothing(backend: Backend):
    with backend.begin() as uow:
        assert uow.tree.grow(0, 20, [(4, 0, bytes(32))])
    with backend.begin() as uow:
        assert not uow.tree.grow(0, 16, [(4, 1, bytes(32))])
        assert uow.tree.size() == 20
        assert uow.tree.read([(4, 0), (4, 1)]) == {(4, 0): bytes(32)}
        assert uow.tree.grow(20, 21, [])


def test_what_is_not_quiet_is_news(backend: Backend):
    with backend.begin() as uow:
        uow.ledger.add([replace(leaf_of("a"), type="decide"), replace(leaf_of("b"), type="receipt")])
        assert not uow.tree.has_news(0, 9, {"receipt"})
    with backend.begin() as uow:
        assert uow.tree.has_news(0, 1, {"receipt"})
        assert not uow.tree.has_news(1, 2, {"receipt"})
        assert uow.tree.has_news(1, 2, {"seal"})
        assert not uow.tree.has_news(0, 0, set())
        assert not uow.tree.has_news(2, 9, set())


def test_a_round_is_kept_by_name(backend: Backend):
    with backend.begin() as uow:
        assert uow.tree.round("scrub") is None
        uow.tree.save_round(Round("scrub", 10, moment(1), None))
        uow.tree.save_round(Round("verify", 3, moment(2), moment(3)))
        uow.tree.save_round(Round("scrub", 20, moment(1), moment(5)))
    with backend.begin() as uow:
        assert uow.tree.round("scrub") == Round("scrub", 20, moment(1), moment(5))
        assert uow.tree.round("verify") == Round("verify", 3, moment(2), moment(3))


def test_the_newest_checkpoint_is_the_largest_of_this_log(backend: Backend):
    with backend.begin() as uow:
        assert uow.checkpoints.newest(OWN) is None
        uow.checkpoints.add(POINT)
        uow.checkpoints.add(CheckpointRow(OWN, 12, b"\x01" * 32, "later", moment(1)))
        uow.checkpoints.add(CheckpointRow(OWN + "x", 99, bytes(32), "another life", moment(2)))
    with backend.begin() as uow:
        assert uow.checkpoints.newest(OWN) == CheckpointRow(OWN, 12, b"\x01" * 32, "later", moment(1))


def test_a_member_that_never_cosigned_comes_back_as_new(backend: Backend):
    known = Cosigner(BEIHAI, OWN, 5, "note", NOW, 6, moment(1))
    with backend.begin() as uow:
        assert uow.checkpoints.cosigners([BEIHAI], OWN) == {BEIHAI: Cosigner(BEIHAI, OWN)}
        uow.checkpoints.save([known])
        uow.checkpoints.save([])
    with backend.begin() as uow:
        assert uow.checkpoints.cosigners([BEIHAI, HAIKOU], OWN) == {BEIHAI: known, HAIKOU: Cosigner(HAIKOU, OWN)}
        assert uow.checkpoints.cosigners([BEIHAI], "another") == {BEIHAI: Cosigner(BEIHAI, "another")}


def test_a_witness_compares_before_it_sets(backend: Backend):
    larger = replace(SEEN, size=9, root=b"\x01" * 32, at=moment(1))
    with backend.begin() as uow:
        assert uow.witness.held(THEIRS) is None
        assert not uow.witness.advance(5, larger)
        assert uow.witness.advance(0, SEEN)
        assert not uow.witness.advance(0, larger)
        assert not uow.witness.advance(5, replace(SEEN, root=b"\x02" * 32))
    with backend.begin() as uow:
        assert uow.witness.held(THEIRS) == SEEN
        assert uow.witness.advance(5, larger)
    with backend.begin() as uow:
        assert uow.witness.held(THEIRS) == larger
        assert uow.witness.at(THEIRS, 5) == SEEN
        assert uow.witness.at(THEIRS, 6) is None
        assert uow.witness.at(OWN, 5) is None


def test_old_checkpoints_of_a_peer_are_forgotten_the_largest_never(backend: Backend):
    with backend.begin() as uow:
        uow.witness.advance(0, SEEN)
        uow.witness.advance(5, replace(SEEN, size=6, at=NOW + timedelta(days=6)))
        uow.witness.advance(6, replace(SEEN, size=7, at=NOW + timedelta(days=8)))
    with backend.begin() as uow:
        assert [uow.witness.at(THEIRS, size) is not None for size in (5, 6, 7)] == [False, True, True]


def test_the_largest_of_each_log_comes_with_those_cosigned_last_first(backend: Backend):
    other = replace(SEEN, origin=f"antipyramid/{HAIKOU}/x", member=HAIKOU, at=moment(9))
    with backend.begin() as uow:
        uow.witness.advance(0, SEEN)
        uow.witness.advance(0, other)
        uow.witness.advance(5, replace(SEEN, size=8, at=moment(1)))
        assert [(row.member, row.size) for row in uow.witness.latest(9)] == [(HAIKOU, 5), (BEIHAI, 8)]
        assert [row.member for row in uow.witness.latest(1)] == [HAIKOU]
        uow.witness.join(replace(SEEN, note="with a line"))
    with backend.begin() as uow:
        assert (uow.witness.at(THEIRS, 5), uow.witness.at(THEIRS, 8)) == (
            replace(SEEN, note="with a line"),
            replace(SEEN, size=8, at=moment(1)),
        )


def test_the_same_contradiction_is_one_alarm_until_somebody_settles_it(backend: Backend):
    own = Alarm(YULIN, "edited", "17", "第 18 条内容与登记时的摘要不一致", moment(1))
    with backend.begin() as uow:
        assert uow.alarms.add([ALARM, own, replace(ALARM, why="again")]) == 2
        assert uow.alarms.add([replace(ALARM, at=moment(9))]) == 0
        assert uow.alarms.add([]) == 0
    with backend.begin() as uow:
        assert [(one.kind, one.why, one.first) for one in uow.alarms.open(BEIHAI)] == [("forked", ALARM.why, "first")]
        mine = uow.alarms.open(YULIN)
        assert [replace(one, id=0) for one in mine] == [own]
        assert uow.alarms.settle(mine[0].id, moment(5))
        assert not uow.alarms.settle(mine[0].id, moment(6))
        assert not uow.alarms.settle(999, moment(6))
        assert uow.alarms.open(YULIN) == []
        assert uow.alarms.add([own]) == 0


def test_the_last_of_a_member_is_the_largest_of_its_youngest_life(backend: Backend):
    young = f"antipyramid/{BEIHAI}/{incarnation(9)}"
    newest = replace(SEEN, origin=young, size=3, at=moment(1))
    with backend.begin() as uow:
        assert uow.witness.last_of(BEIHAI) is None
        uow.witness.advance(0, SEEN)
        uow.witness.advance(0, replace(newest, size=2))
        uow.witness.advance(2, newest)
        uow.witness.advance(0, replace(SEEN, origin=f"antipyramid/{BEIHAI}-2/{incarnation(10)}", member=f"{BEIHAI}-2"))
    with backend.begin() as uow:
        assert uow.witness.last_of(BEIHAI) == newest
        assert uow.witness.last_of(YULIN) is None
