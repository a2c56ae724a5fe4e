"""Keys replaced while much is under way: nothing is lost, nothing counts as forged (RELIABILITY X36)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from hub.core.envelope import decode
from hub.core.ids import parse_time
from hub.flows.install import install
from hub.flows.send import Request
from tests.builders import BEIHAI, YULIN, Federation, member_key, signer_for
from tests.simulator.bodies import body
from tests.simulator.world import Node, World

MANY = 1000
END = "2026-05-13T01:00:00.000Z"


def with_new_keys(fed: Federation, members: Iterable[str], **old: Any) -> Federation:
    """The next roster: these members have a second signing key, and the first one an end."""
    entries = []
    for entry in json.loads(decode(fed.roster_raw).payload)["members"]:
        if entry["id"] in members:
            entry["keys"][0].update({"until": END, **old})
            entry["keys"].append(member_key(entry["id"], signer_for(entry["id"], 1), since="2026-04-10T00:00:00.000Z"))
        entries.append(entry)
    return fed.renewed(entries)


def take(world: World, node: Node, fed: Federation) -> None:
    with node.store.begin() as uow:
        install(uow, [fed.roster_raw], actor="cli:test", now=world.now, salt=world.salt)


def keys_used(node: Node) -> set[str]:
    raws = [message.raw for message in node.store.rows.messages.rows.values() if message.sender == node.member]
    return {one.keyid for raw in raws for one in decode(raw).signatures}


def test_x36_a_thousand_messages_are_under_way_while_both_ends_replace_their_keys() -> None:
    world = World(1, size=2)
    asker, other = world.nodes[YULIN], world.nodes[BEIHAI]
    for node in (asker, other):
        node.worker.keys = replace(node.worker.keys, spare=[signer_for(node.member, 1)])
        node.worker.batch = 200
    text = body("assistance_request", "request")
    for _ in range(MANY):
        asker.send(Request("assistance_request", text, to=(BEIHAI,)))
    for arrow in ("seal_once", "relay_once", "seal_once", "relay_once"):
        getattr(asker.worker, arrow)()
    other.worker.receive_once()
    assert keys_used(asker) == {signer_for(YULIN).keyid}, "the first four hundred, half of them not yet received"
    take(world, asker, with_new_keys(world.federation, (YULIN, BEIHAI)))
    world.settle()
    assert keys_used(asker) == {signer_for(YULIN).keyid, signer_for(YULIN, 1).keyid}
    assert {row.status.value for row in asker.store.rows.deliveries.rows.values()} == {"stored"}
    assert len(asker.store.rows.deliveries.rows) == len(other.store.rows.messages.rows) == MANY
    assert asker.store.rows.quarantine.rows == other.store.rows.quarantine.rows == {}
    given = [frame for frame in other.store.rows.frames.rows.values() if frame.keep]
    assert {decode(frame.raw).signatures[0].keyid for frame in given} == {
        signer_for(BEIHAI).keyid,
        signer_for(BEIHAI, 1).keyid,
    }


def test_what_a_new_key_signed_before_its_roster_came_is_left_out_and_comes_again() -> None:
    world = World(1, size=2)
    asker, other = world.nodes[YULIN], world.nodes[BEIHAI]
    asker.worker.keys = replace(asker.worker.keys, spare=[signer_for(YULIN, 1)])
    take(world, asker, with_new_keys(world.federation, (YULIN,)))
    asker.store.rows.frames.waiting.clear()  # The roster got lost on its way.
    asker.send(Request("assistance_request", body("assistance_request", "request"), to=(BEIHAI,)))
    asker.worker.seal_once()
    asker.worker.relay_once()
    [verdict] = other.worker.record(other.tap.receive(10, 0.0))
    assert (verdict.outcome, verdict.code) == ("dropped", "newer-roster")
    assert other.store.rows.quarantine.rows == {}


def test_a_replaced_key_signs_nothing_new_after_its_end() -> None:
    world = World(1, size=2)
    asker, other = world.nodes[YULIN], world.nodes[BEIHAI]
    fed = with_new_keys(world.federation, (YULIN,))
    for node in (asker, other):
        take(world, node, fed)
    world.now = parse_time("2026-06-01T01:00:00.000Z")
    asker.send(Request("assistance_request", body("assistance_request", "request"), to=(BEIHAI,)))
    asker.worker.seal_once()
    asker.worker.relay_once()
    other.worker.receive_once()
    [row] = other.store.rows.quarantine.rows.values()
    assert (row.code, "已于" in row.reason) == ("key-revoked", True)
