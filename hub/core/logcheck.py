"""The audit log against itself: stored content, hashes, tree and signed checkpoints must all say the same (DESIGN D7).

What an administrator of the database changes breaks one of four bonds: content to its hash, hash to the tree, tree to
the signed root, signed root to what the witnesses hold. The first three are looked at here, and of the fourth what
the witnesses' answers left with us.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from hub.core import merkle
from hub.core.audit import Logged
from hub.core.checkpoint import Checkpoint

EDITED, MISSING, TREE, ROOT, TRUNCATED = "edited", "missing", "tree", "root", "truncated"


@dataclass(frozen=True, slots=True)
class Wrong:
    """One contradiction. ``place``: what it is about, the same whenever it is found again; ``why``: for people."""

    kind: str
    place: str
    why: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Leaves [first, end) as they are stored, by position, and the kept nodes that touch them."""

    first: int
    end: int
    rows: Sequence[Logged]
    nodes: merkle.Nodes


def needed(first: int, end: int) -> list[merkle.Place]:
    """The kept nodes above level 0 that :func:`wrong_in` compares the leaves [first, end) with."""
    found = merkle.tails(first, end - first)
    level = merkle.STRIDE
    while end >> level:
        found += [(level, index) for index in range(first >> level, end >> level)]
        level += merkle.STRIDE
    return list(dict.fromkeys(found))


def wrong_in(stretch: Stretch) -> list[Wrong]:
    """What is wrong with a stretch, in the order of the log; each row is named by its number."""
    return wrong_rows(stretch.first, stretch.end, stretch.rows) + _wrong_nodes(stretch)


def wrong_rows(first: int, end: int, rows: Sequence[Logged]) -> list[Wrong]:
    """What is wrong with the leaves [first, end) by themselves, whether or not the tree has grown over them."""
    found = gone(first, end, {row.position for row in rows})
    for row in rows:
        if row.leaf is not None and row.leaf.hash != row.hash:
            found.append(Wrong(EDITED, f"{row.position}", f"第 {row.position + 1} 条内容与登记时的摘要不一致"))
    return found


def gone(first: int, end: int, there: Container[int]) -> list[Wrong]:
    """The holes in [first, end), neighbours named together."""
    return [_missing(*run) for run in _runs([position for position in range(first, end) if position not in there])]


def wrong_root(size: int, root: bytes, nodes: merkle.Nodes, origin: str) -> Wrong | None:
    """Whether the tree still has the root that a checkpoint of ``size`` leaves signed."""
    try:
        same = merkle.root_of(size, nodes) == root
    except KeyError:
        same = False
    why = f"前 {size:,} 条与已签存证点不符：记录或其摘要在签名之后被改动"
    return None if same else Wrong(ROOT, f"{origin} {size}", why)


def wrong_size(size: int, signed: int, origin: str) -> Wrong | None:
    """Whether the log still has all that its newest checkpoint signed."""
    why = f"已签存证点有 {signed:,} 条，现只有 {size:,} 条：末尾的记录被删除"
    return Wrong(TRUNCATED, f"{origin} {signed}", why) if size < signed else None


def wrong_cosigned(size: int, point: Checkpoint, nodes: merkle.Nodes) -> Wrong | None:
    """Whether the log still has what another member cosigned: who cut it and its own checkpoints forgot this one."""
    if size < point.size:
        why = f"其他单位会签过的存证点有 {point.size:,} 条，现只有 {size:,} 条：末尾的记录连同本单位的存证点被删除"
        return Wrong(TRUNCATED, f"{point.origin} {point.size}", why)
    bent = wrong_root(point.size, point.root, nodes, point.origin)
    why = f"前 {point.size:,} 条与其他单位会签过的存证点不符：会签之后有记录被改动或删除"
    return bent and replace(bent, why=why)


def _wrong_nodes(stretch: Stretch) -> list[Wrong]:
    """Nodes that are not what the leaves under them give; leaves that are gone have been named already."""
    if len(stretch.rows) < stretch.end - stretch.first:
        return []
    hashes = [bytes.fromhex(row.hash) for row in stretch.rows]
    try:
        made = merkle.grow(stretch.first, hashes, stretch.nodes)
    except KeyError as error:
        level, index = error.args[0]
        return [_node(level, index)]
    return [_node(level, index) for level, index, one in made if stretch.nodes.get((level, index)) != one]


def _runs(positions: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbours taken together, as (first, last)."""
    found: list[tuple[int, int]] = []
    for position in positions:
        if found and found[-1][1] == position - 1:
            found[-1] = (found[-1][0], position)
        else:
            found.append((position, position))
    return found


def _missing(first: int, last: int) -> Wrong:
    span = f"第 {first + 1:,} 条" if first == last else f"第 {first + 1:,} 至 {last + 1:,} 条"
    return Wrong(MISSING, f"{first}", f"{span}记录不在了")


def _node(level: int, index: int) -> Wrong:
    first, end = index << level, (index + 1) << level
    span = f"第 {first + 1:,} 条" if level == 0 else f"第 {first + 1:,} 至 {end:,} 条"
    return Wrong(TREE, f"{level}/{index}", f"{span}的摘要与编入日志时的不一致：其中有记录连同摘要一起被改动")
