"""Large attachments between nodes: asked for piece by piece, whatever is lost on the way."""

from __future__ import annotations

from hub.core import envelope as wire
from hub.core.delivery import WINDOW
from hub.core.pieces import PIECE
from hub.flows.ports import Outgoing
from schemas.wire.frames import Part as PartFrame
from tests.flows.transfers import (
    BEIHAI,
    HAIKOU,
    LARGE,
    PIECES,
    YULIN,
    arrived,
    content_at,
    keep,
    outcome,
    pieces_seen,
    requests,
    send,
)
from tests.simulator.world import World


def test_a_large_attachment_is_asked_for_and_every_piece_goes_once() -> None:
    world = World(1, size=2)
    seen = pieces_seen(world)
    meta = keep(world.nodes[YULIN], LARGE)
    document = send(world.nodes[YULIN], meta)
    world.settle()
    assert outcome(world, document) == ("stored", None)
    assert content_at(world.nodes[BEIHAI], meta) == LARGE
    assert sorted(seen) == [n * PIECE for n in range(PIECES)]
    rows = world.nodes[BEIHAI].store.rows
    assert (rows.arrivals.rows, world.nodes[YULIN].store.rows.wants.rows) == ({}, {})


def test_small_attachments_follow_their_message_unasked() -> None:
    world = World(1, size=2)
    asked = requests(world)
    meta = keep(world.nodes[YULIN], LARGE[: 2 * PIECE])
    document = send(world.nodes[YULIN], meta)
    world.settle()
    assert (outcome(world, document), asked) == (("stored", None), [])


def test_no_more_is_under_way_than_the_window() -> None:
    world = World(1, size=2)
    metas = [keep(world.nodes[YULIN], LARGE + b"%d" % n) for n in range(5)]
    document = send(world.nodes[YULIN], *metas)
    most = 0
    for _ in range(200):
        for node in world.nodes.values():
            node.live(node.worker.step)
            waiting = sum(want.last - want.first for want in world.nodes[YULIN].store.rows.wants.rows.values())
            most = max(most, world.network.waiting(BEIHAI) + waiting // PIECE)
        world.pass_time(0.5)
    assert outcome(world, document) == ("stored", None)
    assert 0 < most <= WINDOW


def test_lost_pieces_alone_are_asked_for_again() -> None:
    world = World(1, size=2)
    lost = {3 * PIECE, 4 * PIECE, 9 * PIECE}

    def lose(item: Outgoing) -> bool:
        offset = wire.parse(PartFrame, wire.decode(item.raw).payload).offset
        if offset in lost:
            lost.discard(offset)
            return True
        return False

    seen = pieces_seen(world, lose)
    meta = keep(world.nodes[YULIN], LARGE)
    document = send(world.nodes[YULIN], meta)
    world.settle()
    assert outcome(world, document) == ("stored", None)
    assert content_at(world.nodes[BEIHAI], meta) == LARGE
    assert sorted(seen) == sorted([*(n * PIECE for n in range(PIECES)), 3 * PIECE, 4 * PIECE, 9 * PIECE])


def test_what_arrived_survives_a_wiped_broker_and_a_restart_of_both_ends() -> None:
    world = World(1, size=2)
    meta = keep(world.nodes[YULIN], LARGE + LARGE + LARGE)
    document = send(world.nodes[YULIN], meta)
    while len(arrived(world)) < PIECES:
        world.round()
    here = len(arrived(world))
    world.network.wipe()
    for node in world.nodes.values():
        node.restart()
    seen = pieces_seen(world)
    world.settle()
    assert outcome(world, document) == ("stored", None)
    assert len(seen) <= 3 * PIECES - here + 1, "what was here is not sent again"


def test_both_ends_may_die_at_any_write_of_a_transfer() -> None:
    world = World(3, size=2)
    meta = keep(world.nodes[YULIN], LARGE)
    document = send(world.nodes[YULIN], meta)
    for writes in range(1, 40):
        for node in world.nodes.values():
            node.die_after(writes)
            node.live(node.worker.step)
            node.store.fail_at = None
        world.pass_time(3)
    world.settle()
    assert sum(node.crashes for node in world.nodes.values()) > 10
    assert outcome(world, document) == ("stored", None)
    assert content_at(world.nodes[BEIHAI], meta) == LARGE


def test_a_large_attachment_holds_up_neither_another_stream_nor_another_peer() -> None:
    world = World(1, size=3, members=(YULIN, BEIHAI, HAIKOU))
    meta = keep(world.nodes[YULIN], LARGE * 8)
    large = send(world.nodes[YULIN], meta)
    while not arrived(world):
        world.round()
    small = [send(world.nodes[YULIN], to="all"), send(world.nodes[HAIKOU])]
    for _ in range(3):
        world.round()
    assert [outcome(world, one)[0] for one in small] == ["stored", "stored"]
    assert meta.sha256 not in world.nodes[BEIHAI].store.rows.parts.rows, "the large one is still under way"
    world.settle()
    assert outcome(world, large) == ("stored", None)


def test_one_file_to_several_offices_is_kept_once_and_reaches_each() -> None:
    world = World(1, size=4)
    meta = keep(world.nodes[YULIN], LARGE)
    send(world.nodes[YULIN], meta, to="all")
    send(world.nodes[YULIN], meta)
    world.settle()
    for node in world.nodes.values():
        assert content_at(node, meta) == LARGE
        assert len(node.store.rows.parts.pieces) == 1
