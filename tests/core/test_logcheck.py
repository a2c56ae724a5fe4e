"""What an administrator of the database can do to a log, and that each of it is named by its place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.core import logcheck, merkle
from hub.core.audit import Logged, leaf
from hub.core.logcheck import EDITED, MISSING, ROOT, TREE, TRUNCATED, Stretch, wrong_in, wrong_root, wrong_size
from tests.builders import NOW

SIZE = 40
LEAVES = [leaf("look-up", f"document {number}", "officer", NOW, bytes([number]) * 16) for number in range(SIZE)]
ROWS = [Logged(number, one.hash, one) for number, one in enumerate(LEAVES)]
HASHES = [bytes.fromhex(one.hash) for one in ROWS]
NODES = {(0, number): one for number, one in enumerate(HASHES)}
NODES |= {(level, index): one for level, index, one in merkle.grow(0, HASHES, {})}


def found(rows: list[Logged], nodes: merkle.Nodes = NODES, first: int = 0, end: int = SIZE) -> list[tuple[str, str]]:
    kept = {place: nodes[place] for place in logcheck.needed(first, end) if place in nodes}
    return [(one.kind, one.place) for one in wrong_in(Stretch(first, end, rows[first:end], kept))]


def why(rows: list[Logged], nodes: merkle.Nodes = NODES) -> list[str]:
    return [one.why for one in wrong_in(Stretch(0, SIZE, rows, nodes))]


def without(*gone: int) -> list[Logged]:
    return [one for one in ROWS if one.position not in gone]


@pytest.mark.parametrize(("first", "end"), [(0, SIZE), (0, 16), (17, 33), (20, SIZE), (39, SIZE)])
def test_an_honest_log_has_nothing_wrong_wherever_one_looks(first: int, end: int) -> None:
    assert found(ROWS, first=first, end=end) == []


def test_x45_an_edited_record_is_named_and_an_erased_one_is_none() -> None:
    bent = replace(LEAVES[7], actor="somebody else")
    rows = [*ROWS[:7], replace(ROWS[7], leaf=bent), replace(ROWS[8], leaf=None), *ROWS[9:]]
    assert found(rows) == [(EDITED, "7")]
    assert "第 8 条内容" in why(rows)[0]


def test_x45_records_that_are_gone_are_named_neighbours_together_and_the_tree_is_not_blamed() -> None:
    assert [(one.kind, one.place) for one in wrong_in(Stretch(0, SIZE, without(3, 5, 6), NODES))] == [
        (MISSING, "3"),
        (MISSING, "5"),
    ]
    assert why(without(3, 5, 6)) == ["第 4 条记录不在了", "第 6 至 7 条记录不在了"]


def test_x45_a_record_rewritten_with_its_hash_is_found_by_the_node_above_it() -> None:
    bent = replace(LEAVES[20], actor="somebody else")
    rows = [*ROWS[:20], Logged(20, bent.hash, bent), *ROWS[21:]]
    assert found(rows) == [(TREE, "4/1")]
    assert "第 17 至 32 条的摘要与编入日志时的不一致" in why(rows)[0]


@pytest.mark.parametrize(
    ("place", "first", "said"), [((0, 17), 18, "第 18 条的摘要"), ((4, 1), 0, "第 17 至 32 条的摘要")]
)
def test_a_node_beside_or_above_that_is_gone_is_named(place: merkle.Place, first: int, said: str) -> None:
    kept = {one: value for one, value in NODES.items() if one != place}
    [wrong] = wrong_in(Stretch(first, SIZE, ROWS[first:], kept))
    assert (wrong.kind, wrong.place, said in wrong.why) == (TREE, f"{place[0]}/{place[1]}", True)


def test_x45_a_tree_that_has_not_the_signed_root_is_named() -> None:
    root = merkle.root_of(SIZE, NODES)
    assert wrong_root(SIZE, root, NODES, "log") is None
    for wrong in (wrong_root(SIZE, b"x" * 32, NODES, "log"), wrong_root(SIZE, root, {}, "log")):
        assert wrong is not None
        assert (wrong.kind, wrong.place) == (ROOT, f"log {SIZE}")


def test_x45_a_log_that_is_shorter_than_it_was_signed_is_named() -> None:
    assert [wrong_size(size, SIZE, "log") for size in (SIZE, SIZE + 1)] == [None, None]
    wrong = wrong_size(SIZE - 1, SIZE, "log")
    assert wrong is not None
    assert (wrong.kind, wrong.place) == (TRUNCATED, f"log {SIZE}")
