"""What is refused of attachments on their way, and that nothing is kept that nobody declared."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.core import envelope as wire
from hub.core.ids import sha256, wire_time
from hub.core.pieces import PIECE
from hub.flows.rows import PartMeta
from hub.flows.steps.files import MAX_PART, MAX_PARTS
from tests.builders import NOW
from tests.flows.transfers import (
    BEIHAI,
    LARGE,
    PIECES,
    YULIN,
    ZHANJIANG,
    frame,
    hand,
    keep,
    outcome,
    pieces_seen,
    send,
    signed,
)
from tests.simulator.world import World


def test_a_file_of_another_type_than_declared_is_refused_at_its_first_piece() -> None:
    world = World(1, size=2)
    meta = keep(world.nodes[YULIN], b"MZ" + LARGE)
    seen = pieces_seen(world)
    document = send(world.nodes[YULIN], meta)
    world.settle()
    assert outcome(world, document) == ("refused", "part-faulty")
    rows = world.nodes[BEIHAI].store.rows
    assert (rows.parts.pieces, rows.parts.rows, rows.arrivals.rows) == ({}, {}, {})
    assert len(seen) <= PIECES + 1


def test_pieces_that_make_another_file_are_refused_in_the_end_and_the_stream_goes_on() -> None:
    world = World(1, size=2)
    meta = keep(world.nodes[YULIN], LARGE)
    rows = world.nodes[YULIN].store.rows
    rows.parts.pieces[f"test:{meta.sha256}"][3 * PIECE] = b"\x00" * PIECE
    document, after = send(world.nodes[YULIN], meta), send(world.nodes[YULIN])
    world.settle()
    assert outcome(world, document) == ("refused", "part-faulty")
    assert outcome(world, after) == ("stored", None)
    assert world.nodes[BEIHAI].store.rows.parts.pieces == {}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"part_size": MAX_PART + 1}, "oversized"),
        ({"offset": 7}, "body-mismatch"),
        ({"offset": 40 * PIECE}, "body-mismatch"),
        ({"part_size": 2 * PIECE, "offset": PIECE, "size": PIECE - 1}, "body-mismatch"),
        ({"part_size": len(LARGE) + PIECE}, "body-mismatch"),
        ({"chunk": "0" * 64}, "body-mismatch"),
    ],
    ids=["oversized", "off the grid", "beyond the end", "length", "another size than the message says", "digest"],
)
def test_a_piece_that_contradicts_its_attachment_is_laid_aside_and_kept_nowhere(
    changes: dict[str, object], code: str
) -> None:
    world = World(1, size=2)
    meta = keep(world.nodes[YULIN], LARGE)
    send(world.nodes[YULIN], meta)
    world.nodes[YULIN].worker.step()
    world.nodes[BEIHAI].worker.receive_once()
    before = dict(world.nodes[BEIHAI].store.rows.parts.pieces)
    hand(world, frame(world, meta, 0, changes))
    [row] = world.nodes[BEIHAI].store.rows.quarantine.rows.values()
    assert row.code == code
    assert world.nodes[BEIHAI].store.rows.parts.pieces == before


def test_a_piece_no_parked_message_names_is_dropped() -> None:
    world = World(1, size=2)
    meta = PartMeta(sha256(LARGE), len(LARGE), "application/pdf")
    verdicts = hand(world, frame(world, meta, 0, {}))
    rows = world.nodes[BEIHAI].store.rows
    assert verdicts == ["unwanted-part"]
    assert (rows.parts.pieces, rows.quarantine.rows) == ({}, {})


@pytest.mark.parametrize("row", ["not to him", "not of it", "off the grid", "expired"])
def test_nobody_gets_pieces_of_what_was_not_sent_to_him(row: str) -> None:
    world = World(1, size=3)
    meta, other = keep(world.nodes[YULIN], LARGE), keep(world.nodes[YULIN], LARGE + b"x")
    document = send(world.nodes[YULIN], meta)
    world.nodes[YULIN].worker.seal_once()
    messages = world.nodes[YULIN].store.rows.messages.rows
    [message] = [one for one in messages.values() if one.document == document]
    if row == "expired":
        messages[message.hash] = replace(message, expires=NOW - timedelta(days=900))
    sender = ZHANJIANG if row == "not to him" else BEIHAI
    part = other.sha256 if row == "not of it" else meta.sha256
    first = 9 if row == "off the grid" else 0
    payload = {
        "sender": sender,
        "audience": YULIN,
        "issued": wire_time(world.now),
        "messages": [],
        "receipts": [],
        "roster": None,
        "parts": [{"message": message.hash, "part": part, "first": first, "last": PIECE}],
    }
    hand(world, signed(world, sender, wire.RESEND, payload, None), at=YULIN)
    assert world.nodes[YULIN].store.rows.wants.rows == {}


def test_attachments_over_the_limits_are_refused_before_anything_is_fetched() -> None:
    world = World(1, size=2)
    seen = pieces_seen(world)
    sender = world.nodes[YULIN]
    meta = keep(sender, LARGE)
    document = send(sender, meta)
    drafts = sender.store.rows.outbox.rows
    many = tuple(replace(meta, sha256=sha256(b"%d" % n), size=MAX_PART) for n in range(MAX_PARTS // MAX_PART + 1))
    drafts.update({number: replace(one, parts=many) for number, one in drafts.items()})
    world.settle()
    assert outcome(world, document) == ("refused", "broken-rules")
    assert (seen, world.nodes[BEIHAI].store.rows.arrivals.rows) == ([], {})
