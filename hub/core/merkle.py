"""The Merkle tree of the audit log (DESIGN D7, RFC 6962 section 2, RFC 9162 section 2.1): growing, proving, checking.

A node (level, index) is the root of the perfect subtree over the leaves [index * 2**level, (index + 1) * 2**level).
Only every fourth level is kept: one kept node per 15 leaves instead of one per leaf, and a proof reads at most 16
hashes for four levels. Nothing here knows where nodes are kept: who asks brings what :func:`places` names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from hub.core.errors import NotFound

Place = tuple[int, int]
"""(level, index) of a perfect subtree."""
Range = tuple[int, int]
"""The leaves [first, end)."""
Nodes = Mapping[Place, bytes]
"""Kept nodes by place; those of level 0 are the leaves' own hashes."""

STRIDE = 4
"""Levels from one kept level to the next."""
WIDTH = 1 << STRIDE
EMPTY = hashlib.sha256(b"").digest()
"""Root of the tree without leaves."""
MAX_PROOF = 63
"""Most hashes of a consistency proof (C2SP tlog-witness)."""


def hash_leaf(data: bytes) -> bytes:
    """Leaf hash: SHA-256(0x00 ‖ data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def hash_children(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def inclusion(index: int, size: int) -> list[Range]:
    """The ranges whose hashes prove leaf ``index`` in a tree of ``size``, nearest first; raises ``NotFound``."""
    if not 0 <= index < size:
        raise NotFound(f"审计日志的前 {size} 条中没有第 {index + 1} 条", field="index")
    return _path(0, size, index)


def consistency(old: int, new: int) -> list[Range]:
    """The ranges whose hashes prove that the tree of ``new`` leaves goes on from that of ``old``."""
    if not 0 <= old <= new:
        raise NotFound(f"共 {new} 条的审计日志不可能接续共 {old} 条的", field="size")
    return [] if old in (0, new) else _extension(0, new, old, whole=True)


def places(ranges: Iterable[Range]) -> list[Place]:
    """The kept nodes that the hashes of ``ranges`` are made of."""
    wanted: dict[Place, None] = {}
    for first, end in ranges:
        for level, index in subtrees(first, end):
            below = level % STRIDE
            for number in range(index << below, (index + 1) << below):
                wanted[level - below, number] = None
    return list(wanted)


def hash_of(leaves: Range, nodes: Nodes) -> bytes:
    """Hash of a range that a proof names; raises ``KeyError`` with the place of a node that is missing."""
    found = [_node(nodes, level, index) for level, index in subtrees(*leaves)]
    return _folded(found)


def root_of(size: int, nodes: Nodes) -> bytes:
    """Root of the tree over the first ``size`` leaves."""
    return hash_of((0, size), nodes) if size else EMPTY


def subtrees(first: int, end: int) -> list[Place]:
    """The perfect subtrees side by side over [first, end), from left to right."""
    found = []
    while first < end:
        level = (end - first).bit_length() - 1
        if first:
            level = min(level, (first & -first).bit_length() - 1)
        found.append((level, first >> level))
        first += 1 << level
    return found


def tails(size: int, count: int) -> list[Place]:
    """The kept nodes that :func:`grow` needs of a tree of ``size`` leaves: of each level its unfinished group."""
    found: list[Place] = []
    level = 0
    while (size + count) >> level:
        top = size >> level
        found += [(level, index) for index in range(top - top % WIDTH, top)]
        level += STRIDE
    return found


def grow(size: int, leaves: Sequence[bytes], nodes: Nodes) -> list[tuple[int, int, bytes]]:
    """The kept nodes above the leaves that ``leaves`` finish, as (level, index, hash), when appended to ``size``."""
    made: list[tuple[int, int, bytes]] = []
    level, top, fresh = 0, size, list(leaves)
    while fresh:
        start = top - top % WIDTH
        row = [nodes[level, index] for index in range(start, top)] + fresh
        full = len(row) // WIDTH
        level, top = level + STRIDE, start // WIDTH
        fresh = [_perfect(row[n * WIDTH : (n + 1) * WIDTH]) for n in range(full)]
        made += [(level, top + n, one) for n, one in enumerate(fresh)]
    return made


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Tell whether ``proof`` shows the leaf hash ``leaf`` at ``index`` of the tree with this root (RFC 9162 2.1.3.2).

    Every hash, the index and the size are bound: changing one of them makes it false.
    """
    if not 0 <= index < size or not _are_hashes([leaf, *proof]):
        return False
    place, last, found = index, size - 1, leaf
    for one in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = hash_children(one, found)
            place, last = _up_the_edge(place, last)
        else:
            found = hash_children(found, one)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether ``proof`` shows that the tree of ``new`` leaves begins with that of ``old`` (RFC 9162 2.1.4.2).

    Every tree begins with the empty one: there is nothing to prove, and such a question is false.
    """
    if not 0 < old <= new or not _are_hashes(proof):
        return False
    if old == new:
        return old_root == new_root and not proof
    if not proof:
        return False
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = path[0]
    for one in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = hash_children(one, before), hash_children(one, after)
            place, last = _up_the_edge(place, last)
        else:
            after = hash_children(after, one)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _are_hashes(found: Sequence[bytes]) -> bool:
    return all(len(one) == len(EMPTY) for one in found)


def _up_the_edge(place: int, last: int) -> Place:
    """Along the tree's right edge a node without sibling is its own parent."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _path(first: int, end: int, index: int) -> list[Range]:
    if end - first == 1:
        return []
    middle = first + _half(end - first)
    if index < middle:
        return [*_path(first, middle, index), (middle, end)]
    return [*_path(middle, end, index), (first, middle)]


def _extension(first: int, end: int, old: int, *, whole: bool) -> list[Range]:
    """``whole``: the old tree's root over [first, old) is known, so it need not be proved."""
    if old == end:
        return [] if whole else [(first, end)]
    middle = first + _half(end - first)
    if old <= middle:
        return [*_extension(first, middle, old, whole=whole), (middle, end)]
    return [*_extension(middle, end, old, whole=False), (first, middle)]


def _half(count: int) -> int:
    """The largest power of two below ``count``."""
    return 1 << (count - 1).bit_length() - 1


def _node(nodes: Nodes, level: int, index: int) -> bytes:
    below = level % STRIDE
    return _perfect([nodes[level - below, n] for n in range(index << below, (index + 1) << below)])


def _perfect(row: Sequence[bytes]) -> bytes:
    """Root over a row of hashes whose number is a power of two."""
    while len(row) > 1:
        row = [hash_children(row[n], row[n + 1]) for n in range(0, len(row), 2)]
    return row[0]


def _folded(found: Sequence[bytes]) -> bytes:
    """Perfect subtrees side by side, joined from the right."""
    result = found[-1]
    for one in reversed(found[:-1]):
        result = hash_children(one, result)
    return result
