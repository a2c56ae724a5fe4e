"""Attachments of sealed messages: who carries them sees ciphertext, who gets them has the file (DESIGN D6)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from hub.core import envelope as wire
from hub.core import sealing
from hub.core.envelope import decode
from hub.core.errors import Unopenable
from hub.core.ids import ALL, sha256
from hub.core.pieces import PIECE, cut
from hub.flows.ports.parts import Want
from hub.flows.relay import pieces_of
from hub.flows.rows import Message, PartMeta
from hub.flows.steps.chunks import Cover, cover_of, framed
from schemas.wire.frames import Part as PartFrame
from schemas.wire.header import Header
from tests.builders import build_agreement, keys_for, member_entry
from tests.flows.test_membership import take
from tests.flows.transfers import (
    BEIHAI,
    HAIKOU,
    LARGE,
    PIECES,
    YULIN,
    ZHANJIANG,
    content_at,
    hand,
    keep,
    outcome,
    pieces_seen,
    send,
)
from tests.simulator.world import Node, World

SMALL = b"%PDF-1.7 " + b"the name that must not get out " * 2000


def frames_of(node: Node) -> list[tuple[PartFrame, bytes]]:
    """Pieces it handed to the pipe: what is signed, and what travels."""
    found = [decode(raw) for _, raw in node.tap.confirmed]
    return [(wire.parse(PartFrame, one.payload), one.body or b"") for one in found if one.type == wire.PART]


def sent(node: Node, document: str) -> Message:
    return next(one for one in node.store.rows.messages.rows.values() if one.document == document)


def cover(message: Message, reader: str) -> Cover:
    one = decode(message.raw)
    return cover_of(wire.parse(Header, one.payload), one.body, keys_for(reader).sealer)


def forged(world: World, document: str, meta: PartMeta, start: int, made: Cover) -> bytes:
    """A piece as its sender would sign it, closed under any cover."""
    node = world.nodes[YULIN]
    want = Want(BEIHAI, sent(node, document).hash, meta.sha256, start, start + PIECE)
    piece = LARGE[start : start + PIECE]
    return framed(want, meta, start, piece, made, sender=YULIN, signer=node.keys.signer, now=world.now)


def begun() -> tuple[World, PartMeta, str]:
    """A large attachment of which the first pieces are asked for, and none has come."""
    world = World(1, size=2)
    meta = keep(world.nodes[YULIN], LARGE)
    document = send(world.nodes[YULIN], meta)
    world.nodes[YULIN].worker.step()
    world.nodes[BEIHAI].worker.receive_once()
    return world, meta, document


def test_who_carries_an_attachment_sees_ciphertext_only_and_both_addressees_have_the_file() -> None:
    world = World(1, size=3)
    metas = [keep(world.nodes[YULIN], LARGE), keep(world.nodes[YULIN], SMALL)]
    send(world.nodes[YULIN], *metas, to=ALL)
    world.settle()
    for member in (BEIHAI, ZHANJIANG):
        assert [content_at(world.nodes[member], meta) for meta in metas] == [LARGE, SMALL]
    carried = frames_of(world.nodes[YULIN])
    assert len(carried) == 2 * (PIECES + 1)
    for frame, data in carried:
        plain = (LARGE if frame.part == metas[0].sha256 else SMALL)[frame.offset :]
        assert all(plain[at : at + 16] not in data for at in range(0, PIECE, 1024) if plain[at : at + 16])
    assert all(b"the name" not in data for _, data in carried)


def test_the_pieces_one_after_another_are_the_attachment_under_the_content_key_as_published() -> None:
    world = World(1, size=2)
    metas = [keep(world.nodes[YULIN], SMALL), keep(world.nodes[YULIN], LARGE)]
    document = send(world.nodes[YULIN], *metas)
    world.settle()
    pieces = {frame.offset: data for frame, data in frames_of(world.nodes[YULIN]) if frame.part == metas[1].sha256}
    whole = b"".join(pieces[start] for start in sorted(pieces))
    for reader in (YULIN, BEIHAI):
        key = cover(sent(world.nodes[YULIN], document), reader).key
        assert key is not None
        assert sealing.decrypt(key, whole, part=2) == LARGE


def test_attachments_of_a_kind_that_the_agreement_leaves_open_travel_open() -> None:
    world = World(1, size=2)
    fed = world.federation.renewed(agreement=build_agreement(version=2, unsealed=["case_notice"]))
    for node in world.nodes.values():
        with node.store.begin() as uow:
            uow.trusts.replace(fed.trust)
    meta = keep(world.nodes[YULIN], LARGE)
    document = send(world.nodes[YULIN], meta)
    world.settle()
    assert outcome(world, document) == ("stored", None)
    assert dict(cut(LARGE)) == {frame.offset: data for frame, data in frames_of(world.nodes[YULIN])}


@pytest.mark.parametrize("content", [LARGE, SMALL], ids=["asked for", "unasked"])
def test_a_joiner_gets_the_attachments_of_what_was_sealed_before_it_came(content: bytes) -> None:
    world = World(1, size=3)
    meta = keep(world.nodes[YULIN], content)
    document = send(world.nodes[YULIN], meta, to=ALL)
    world.settle()
    entries = json.loads(decode(world.federation.roster_raw).payload)["members"]
    world.federation = world.federation.renewed([*entries, member_entry(HAIKOU)])
    joiner = world.nodes[HAIKOU] = Node(world, 7, HAIKOU)
    take(world, world.nodes[YULIN], world.federation)
    world.settle()
    with pytest.raises(Unopenable):
        cover(sent(world.nodes[YULIN], document), HAIKOU)
    assert outcome(world, document, HAIKOU) == ("stored", None)
    assert content_at(joiner, meta) == content


def test_one_file_in_two_messages_is_opened_by_the_message_each_piece_names() -> None:
    world = World(1, size=3)
    meta = keep(world.nodes[YULIN], SMALL)
    both = [send(world.nodes[YULIN], meta), send(world.nodes[YULIN], meta, to=ALL)]
    world.settle()
    assert [outcome(world, document) for document in both] == [("stored", None)] * 2
    assert content_at(world.nodes[BEIHAI], meta) == content_at(world.nodes[ZHANJIANG], meta) == SMALL


def test_what_waits_for_an_earlier_message_takes_its_pieces_already() -> None:
    world = World(1, size=2)
    yulin, beihai = world.nodes[YULIN], world.nodes[BEIHAI]
    first = send(yulin)
    yulin.worker.step()
    world.network.wipe()
    meta = keep(yulin, SMALL)
    document = send(yulin, meta)
    yulin.worker.step()
    yulin.worker.step()
    beihai.worker.receive_once()
    assert [row.waits_for for row in beihai.store.rows.waiting.rows.values()] == ["gap"]
    assert content_at(beihai, meta) == SMALL
    world.settle()
    assert [outcome(world, one) for one in (first, document)] == [("stored", None)] * 2


@pytest.mark.parametrize(
    "change",
    [{"key": bytes(32)}, {"key": None}, {"numbers": {sha256(LARGE): 2}}],
    ids=["wrong key", "open", "for another part"],
)
def test_a_piece_that_does_not_open_is_laid_aside_and_asked_for_again(change: dict[str, Any]) -> None:
    world, meta, document = begun()
    good = cover(sent(world.nodes[YULIN], document), YULIN)
    assert hand(world, forged(world, document, meta, 0, replace(good, **change))) == ["unopenable"]
    beihai = world.nodes[BEIHAI].store.rows
    assert [row.code for row in beihai.quarantine.rows.values()] == ["unopenable"]
    assert not any(0 in pieces for pieces in beihai.parts.pieces.values())
    other = send(world.nodes[YULIN], to=ALL)
    world.settle()
    assert [outcome(world, one) for one in (document, other)] == [("stored", None)] * 2
    assert content_at(world.nodes[BEIHAI], meta) == LARGE


def test_a_piece_that_was_altered_on_its_way_is_laid_aside_and_asked_for_again() -> None:
    world, meta, document = begun()
    one = decode(forged(world, document, meta, 0, cover(sent(world.nodes[YULIN], document), YULIN)))
    body = bytearray(one.body or b"")
    body[100] ^= 1
    assert hand(world, wire.encode(one.type, one.payload, one.signatures, bytes(body))) == ["body-mismatch"]
    world.settle()
    assert outcome(world, document) == ("stored", None)


def test_a_piece_that_opens_but_is_too_short_is_laid_aside() -> None:
    world, meta, document = begun()
    node, message = world.nodes[YULIN], sent(world.nodes[YULIN], document)
    want, short = Want(BEIHAI, message.hash, meta.sha256, 0, PIECE), LARGE[: PIECE - 4 * sealing.TAG]
    made = cover(message, YULIN)
    raw = framed(want, meta, 0, short, made, sender=YULIN, signer=node.keys.signer, now=world.now)
    assert len(decode(raw).body or b"") == PIECE, "as long as an open piece would be"
    assert hand(world, raw) == ["body-mismatch"]
    world.settle()
    assert outcome(world, document) == ("stored", None)


def test_a_piece_under_a_message_that_has_no_such_attachment_is_laid_aside() -> None:
    world, meta, document = begun()
    node = world.nodes[YULIN]
    bare = send(node)
    node.worker.seal_once()
    assert hand(world, sent(node, bare).raw) == ["gap"]
    assert hand(world, forged(world, bare, meta, 0, cover(sent(node, document), YULIN))) == ["body-mismatch"]
    world.settle()
    assert [outcome(world, one) for one in (document, bare)] == [("stored", None)] * 2


def test_a_piece_of_a_message_that_does_not_wait_is_dropped_and_counts_against_nobody() -> None:
    world, meta, document = begun()
    node = world.nodes[YULIN]
    later = send(node, meta)
    node.worker.seal_once()
    raw = forged(world, later, meta, 0, cover(sent(node, later), YULIN))
    assert [hand(world, raw) for _ in range(4)] == [["unwanted-part"]] * 4
    world.settle()
    assert [outcome(world, one) for one in (document, later)] == [("stored", None)] * 2


def test_a_sender_whose_pieces_never_open_has_its_message_refused_and_the_stream_goes_on() -> None:
    world, meta, document = begun()
    wrong = replace(cover(sent(world.nodes[YULIN], document), YULIN), key=bytes(32))
    for start in (0, PIECE, 2 * PIECE):
        hand(world, forged(world, document, meta, start, wrong))
    after = send(world.nodes[YULIN])
    world.settle()
    assert outcome(world, document) == ("refused", "part-faulty")
    assert outcome(world, after) == ("stored", None)
    rows = world.nodes[BEIHAI].store.rows
    assert (rows.parts.pieces, rows.arrivals.rows) == ({}, {})


def test_what_was_erased_or_is_sealed_to_a_key_we_lost_is_given_up() -> None:
    world, meta, document = begun()
    yulin = world.nodes[YULIN]
    message = sent(yulin, document)
    want = Want(BEIHAI, message.hash, meta.sha256, 0, PIECE)
    lost = replace(yulin.keys, sealer=keys_for(YULIN, 1).sealer)
    with yulin.store.begin() as uow:
        assert len(pieces_of(uow, want, 0, 1, keys=yulin.keys, now=world.now)) == 1
        assert pieces_of(uow, want, 0, 1, keys=lost, now=world.now) == []
    yulin.store.rows.messages.rows[message.hash] = replace(message, raw=wire.bare(message.raw))
    with yulin.store.begin() as uow:
        assert pieces_of(uow, want, 0, 1, keys=yulin.keys, now=world.now) == []


def test_an_attachment_of_a_hundred_pieces_arrives_whole_and_each_piece_goes_once() -> None:
    world = World(1, size=2)
    content = (LARGE * 9)[: 100 * PIECE - 1]
    seen = pieces_seen(world)
    meta = keep(world.nodes[YULIN], content)
    document = send(world.nodes[YULIN], meta)
    world.settle()
    assert outcome(world, document) == ("stored", None)
    assert content_at(world.nodes[BEIHAI], meta) == content
    assert sorted(seen) == [number * PIECE for number in range(100)]
