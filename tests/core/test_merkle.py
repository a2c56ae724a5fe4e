"""The tree of the audit log: it is RFC 6962's, whatever the batches it grew in, and no element of a proof is idle."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core import merkle
from hub.core.errors import NotFound
from hub.core.merkle import STRIDE, hash_children, hash_leaf

SIZES = st.integers(1, 600)
LEAVES = [hash_leaf(b"leaf %d" % number) for number in range(600)]


def plain_root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hash_children(plain_root(leaves[:half]), plain_root(leaves[half:]))


def grown(leaves: Sequence[bytes], cuts: Sequence[int] = ()) -> dict[merkle.Place, bytes]:
    """The kept nodes, grown in batches that end at ``cuts``."""
    nodes: dict[merkle.Place, bytes] = {}
    start = 0
    for end in [*sorted({cut % (len(leaves) + 1) for cut in cuts}), len(leaves)]:
        batch = leaves[start:end]
        tail = {place: nodes[place] for place in merkle.tails(start, len(batch))}
        made = merkle.grow(start, batch, tail)
        assert not {(level, index) for level, index, _ in made} & nodes.keys(), "a finished node was made twice"
        nodes.update({(level, index): one for level, index, one in made})
        nodes.update({(0, start + n): one for n, one in enumerate(batch)})
        start = end
    return nodes


def read(nodes: dict[merkle.Place, bytes], ranges: Sequence[merkle.Range]) -> dict[merkle.Place, bytes]:
    """Only what :func:`merkle.places` asks for."""
    return {place: nodes[place] for place in merkle.places(ranges)}


def proof_of(nodes: dict[merkle.Place, bytes], ranges: Sequence[merkle.Range]) -> list[bytes]:
    there = read(nodes, ranges)
    return [merkle.hash_of(one, there) for one in ranges]


ALL = grown(LEAVES)


@given(size=SIZES, cuts=st.lists(st.integers(0, 600), max_size=8))
def test_whatever_the_batches_the_root_is_that_of_the_rfc(size: int, cuts: list[int]) -> None:
    nodes = grown(LEAVES[:size], cuts)
    assert merkle.root_of(size, read(nodes, [(0, size)])) == plain_root(LEAVES[:size])
    assert nodes == grown(LEAVES[:size])


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert merkle.root_of(0, {}) == plain_root([])


@given(size=SIZES)
def test_one_node_is_kept_for_about_fifteen_leaves(size: int) -> None:
    above = [place for place in grown(LEAVES[:size]) if place[0]]
    assert len(above) <= size / 15
    assert {level % STRIDE for level, _ in above} <= {0}


@given(size=SIZES, index=st.integers(0, 599))
def test_every_leaf_is_proved_in_every_tree_that_holds_it(size: int, index: int) -> None:
    index %= size
    proof = proof_of(ALL, merkle.inclusion(index, size))
    root = plain_root(LEAVES[:size])
    assert merkle.verify_inclusion(index, size, LEAVES[index], proof, root)
    assert len(proof) <= size.bit_length()


@given(old=SIZES, new=SIZES)
def test_every_tree_is_proved_to_begin_with_every_smaller_one(old: int, new: int) -> None:
    old, new = sorted((old, new))
    proof = proof_of(ALL, merkle.consistency(old, new))
    roots = plain_root(LEAVES[:old]), plain_root(LEAVES[:new])
    assert merkle.verify_consistency(old, new, *roots, proof)
    assert len(proof) <= merkle.MAX_PROOF


@given(size=st.integers(2, 600), index=st.integers(0, 599), other=st.integers(0, 700), bit=st.integers(0, 255))
def test_no_element_of_an_inclusion_proof_is_idle(size: int, index: int, other: int, bit: int) -> None:
    index %= size
    proof = proof_of(ALL, merkle.inclusion(index, size))
    root, leaf = plain_root(LEAVES[:size]), LEAVES[index]
    for number in range(len(proof)):
        bent = [*proof[:number], flipped(proof[number], bit), *proof[number + 1 :]]
        assert not merkle.verify_inclusion(index, size, leaf, bent, root)
        assert not merkle.verify_inclusion(index, size, leaf, proof[:number] + proof[number + 1 :], root)
        assert not merkle.verify_inclusion(index, size, leaf, [*proof[:number], bytes(32), *proof[number:]], root)
        if number + 1 < len(proof):
            swapped = [*proof[:number], proof[number + 1], proof[number], *proof[number + 2 :]]
            assert not merkle.verify_inclusion(index, size, leaf, swapped, root)
    assert not merkle.verify_inclusion(index, size, leaf, [*proof, proof[-1]], root)
    assert not merkle.verify_inclusion(index, size, flipped(leaf, bit), proof, root)
    assert not merkle.verify_inclusion(index, size, leaf, proof, flipped(root, bit))
    assert not merkle.verify_inclusion(index - size, size, leaf, proof, root)
    if other != index:
        assert not merkle.verify_inclusion(other, size, leaf, proof, root)


@given(old=st.integers(1, 599), new=st.integers(2, 600), other=st.integers(1, 700), bit=st.integers(0, 255))
def test_no_element_of_a_consistency_proof_is_idle(old: int, new: int, other: int, bit: int) -> None:
    old, new = (old, new) if old < new else (new - 1, new)
    proof = proof_of(ALL, merkle.consistency(old, new))
    before, after = plain_root(LEAVES[:old]), plain_root(LEAVES[:new])
    for number in range(len(proof)):
        bent = [*proof[:number], flipped(proof[number], bit), *proof[number + 1 :]]
        assert not merkle.verify_consistency(old, new, before, after, bent)
        assert not merkle.verify_consistency(old, new, before, after, proof[:number] + proof[number + 1 :])
    assert not merkle.verify_consistency(old, new, before, after, [*proof, proof[-1]])
    assert not merkle.verify_consistency(old, new, flipped(before, bit), after, proof)
    assert not merkle.verify_consistency(old, new, before, flipped(after, bit), proof)
    assert not merkle.verify_consistency(new, old, after, before, proof)
    assert not merkle.verify_consistency(-old, new, before, after, proof)
    if other != old:
        assert not merkle.verify_consistency(other, new, before, after, proof)


@pytest.mark.parametrize(("size", "larger"), [(4, 5), (6, 7), (100, 101), (1 << 20, (1 << 20) + 1)])
def test_a_proof_for_one_size_does_not_serve_for_another(size: int, larger: int) -> None:
    """Where the shape of the path differs; a size with the same path is told apart by the signed checkpoint alone."""
    leaf, other = hash_leaf(b"a"), hash_leaf(b"b")
    ranges = merkle.inclusion(size - 1, size)
    root = leaf
    for first, _ in ranges:
        root = hash_children(other, root) if first < size - 1 else hash_children(root, other)
    proof = [other] * len(ranges)
    assert merkle.verify_inclusion(size - 1, size, leaf, proof, root)
    assert not merkle.verify_inclusion(size - 1, larger, leaf, proof, root)


def test_a_changed_size_is_refused_or_gives_no_other_position() -> None:
    for size in range(2, 65):
        for index in range(size):
            proof = proof_of(ALL, merkle.inclusion(index, size))
            root = plain_root(LEAVES[:size])
            for other in (0, index, size - 1, size + 1, 2 * size):
                same_path = other > index and len(merkle.inclusion(index, other)) == len(proof)
                assert same_path or not merkle.verify_inclusion(index, other, LEAVES[index], proof, root)


def test_what_is_no_tree_has_no_proof() -> None:
    for index, size in ((0, 0), (5, 5), (-1, 5)):
        with pytest.raises(NotFound, match="中没有第"):
            merkle.inclusion(index, size)
    with pytest.raises(NotFound, match="不可能接续"):
        merkle.consistency(3, 2)
    assert merkle.consistency(0, 5) == []
    assert not merkle.verify_consistency(0, 5, merkle.EMPTY, plain_root(LEAVES[:5]), [])


def flipped(data: bytes, bit: int) -> bytes:
    """``data`` with one bit turned over."""
    return (int.from_bytes(data, "big") ^ (1 << bit % (8 * len(data)))).to_bytes(len(data), "big")


def test_b59_bytes_do_not_move_from_one_hash_to_the_next() -> None:
    """Both cuts of the same 64 bytes hash alike; only hashes of 32 bytes are hashes."""
    root, other = merkle.hash_children(LEAVES[0], LEAVES[1]), LEAVES[1]
    assert merkle.verify_inclusion(0, 2, LEAVES[0], [other], root)
    assert not merkle.verify_inclusion(0, 2, LEAVES[0] + other[:1], [other[1:]], root)
    whole, longer = plain_root(LEAVES[:2]), plain_root(LEAVES[:3])
    assert merkle.verify_consistency(2, 3, whole, longer, [LEAVES[2]])
    assert not merkle.verify_consistency(2, 3, whole + LEAVES[2][:1], longer, [LEAVES[2][1:]])
    third = merkle.hash_children(LEAVES[2], LEAVES[3])
    assert not merkle.verify_consistency(1, 4, LEAVES[0], plain_root(LEAVES[:4]), [LEAVES[1] + third[:1], third[1:]])


def test_b59_a_proof_longer_than_its_tree_is_high_proves_nothing_whatever_the_root() -> None:
    more = hash_leaf(b"more")
    root, proof = plain_root(LEAVES[:5]), proof_of(ALL, merkle.inclusion(2, 5))
    assert not merkle.verify_inclusion(2, 5, LEAVES[2], [*proof, more], merkle.hash_children(more, root))
    assert not merkle.verify_inclusion(0, 1, LEAVES[0], [more], merkle.hash_children(more, LEAVES[0]))
    roots = [merkle.hash_children(more, plain_root(LEAVES[:size])) for size in (3, 5)]
    assert not merkle.verify_consistency(3, 5, *roots, [*proof_of(ALL, merkle.consistency(3, 5)), more])


def test_b59_a_smaller_tree_an_equal_one_with_another_root_and_no_proof_at_all_are_refused() -> None:
    root = plain_root(LEAVES[:3])
    assert not merkle.verify_consistency(3, 1, root, root, [root]), "old > new"
    assert not merkle.verify_consistency(3, 3, root, plain_root(LEAVES[1:4]), [])
    assert not merkle.verify_consistency(3, 3, root, root, [root])
    assert merkle.verify_consistency(3, 3, root, root, [])
    for old in (2, 3):
        assert not merkle.verify_consistency(old, 5, plain_root(LEAVES[:old]), plain_root(LEAVES[:5]), [])


def test_b59_a_proof_that_stops_early_does_not_pass_a_smaller_root_for_a_larger_size() -> None:
    roots = [plain_root(LEAVES[:size]) for size in (3, 4, 5)]
    proof = proof_of(ALL, merkle.consistency(3, 5))
    assert merkle.verify_consistency(3, 5, roots[0], roots[2], proof)
    assert not merkle.verify_consistency(3, 5, roots[0], roots[1], proof[:-1])
