"""What both databases say of the log: how far it is proved, what contradicts itself, the proof of each entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import update

from hub.core import merkle
from hub.core.checkpoint import parse_checkpoint, parse_note
from hub.flows.checkpoint import mark
from hub.flows.growing import grow
from hub.flows.ports.log import Alarm
from hub.store.session import SqlStore
from hub.store.tables import leaves, log_sizes
from hub.store.views import SqlViews
from hub.store.views.log import proof_of, proved
from tests.builders import BEIHAI, NOW, YULIN, leaf_of, salts, witness_for


def logged(store: SqlStore, count: int) -> None:
    with store.begin() as uow:
        uow.ledger.add([replace(leaf_of(f"thing {n}"), type="seal") for n in range(count)])
    with store.begin() as uow:
        grow(uow, now=NOW, salt=salts(), limit=count)
        assert mark(uow, witness=witness_for(YULIN), now=NOW, salt=salts(), at_once=True)


def test_an_honest_log_is_proved_leaf_by_leaf_and_found_without_fault(store: SqlStore):
    logged(store, 100)
    views = SqlViews(store)
    found, seen, at = [], 0, 0
    while at is not None:
        one = views.check_acts(at, 32)
        found, seen, at = [*found, *one.wrong], seen + one.seen, one.next
    assert (found, seen) == ([], 101)
    standing = views.log_standing()
    assert (standing.size, standing.signed, standing.signed_at, standing.witnesses) == (100, 100, NOW, ())
    with store.read() as view:
        note, numbered, waiting = proved(view, {f"thing {n}" for n in (3, 77)})
        assert note is not None
        point = parse_checkpoint(parse_note(note.decode()).text)
        assert (point.size, waiting, len(numbered)) == (100, 0, 2)
        for one in numbered:
            leaf = merkle.hash_leaf(one.data)
            assert one.proof == proof_of(view, one.position, 100)
            assert merkle.verify_inclusion(one.position, 100, leaf, one.proof, point.root)


def test_an_edited_entry_a_gap_and_a_missing_tail_are_named(store: SqlStore):
    logged(store, 100)
    with store._engine.begin() as connection:
        connection.execute(update(leaves).where(leaves.c.position == 5).values(actor="nobody"))
        connection.execute(leaves.delete().where(leaves.c.position.in_([40, 41])))
        connection.execute(leaves.delete().where(leaves.c.position >= 98))
    wrong = dict(SqlViews(store).check_acts(0, 1000).wrong)
    assert "内容与登记时的摘要不一致" in wrong[6]
    assert wrong[41] == "第 41 至 42 条记录不在了"
    assert wrong[99] == "第 99 至 100 条记录不在了"
    assert "与已签存证点不符" in wrong[100]


def test_a_tail_cut_off_together_with_the_sizes_is_named_by_the_checkpoint(store: SqlStore):
    logged(store, 100)
    with store._engine.begin() as connection:
        connection.execute(leaves.delete().where(leaves.c.position >= 98))
        connection.execute(update(log_sizes).values(size=98))
    [(number, why)] = SqlViews(store).check_acts(0, 1000).wrong
    assert (number, "末尾的记录被删除" in why) == (100, True)


def test_what_the_tree_has_yet_to_grow_over_is_checked_and_holes_are_named(store: SqlStore):
    logged(store, 20)
    with store.begin() as uow:
        uow.ledger.add([leaf_of(f"thing {n}") for n in range(5)])
    assert SqlViews(store).check_acts(0, 1000).wrong == ()
    assert SqlViews(store).health().ungrown == 6
    with store._engine.begin() as connection:
        connection.execute(update(leaves).where(leaves.c.position == 22).values(actor="nobody"))
        connection.execute(leaves.delete().where(leaves.c.position == 24))
    for stretch in (1000, 22):
        wrong, at = [], 0
        while at is not None:
            found = SqlViews(store).check_acts(at, stretch)
            wrong, at = [*wrong, *found.wrong], found.next
        assert wrong == [(23, "第 23 条内容与登记时的摘要不一致"), (25, "第 25 条记录不在了")]


def test_alarms_stand_with_the_open_ones_first(store: SqlStore):
    with store.begin() as uow:
        uow.alarms.add([Alarm(BEIHAI, "forked", "a", "甲", NOW), Alarm(YULIN, "edited", "b", "乙", NOW)])
        uow.alarms.settle(uow.alarms.open(YULIN)[0].id, NOW + timedelta(hours=1))
    views = SqlViews(store)
    found = views.log_standing().alarms
    assert [(one.member, one.settled_at is None) for one in found] == [(BEIHAI, True), (YULIN, False)]
    assert views.alarm(found[0].id) == found[0]
