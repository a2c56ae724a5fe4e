"""Members come, go and come back: who gets what, and what is refused with which reason (DESIGN D3, D5)."""

from __future__ import annotations

import json
from typing import Any

from hub.core.envelope import decode
from hub.core.ids import ALL
from hub.flows.install import install
from hub.flows.rows import DeliveryStatus
from hub.flows.send import Request
from tests.builders import BEIHAI, YULIN, Federation, member_entry
from tests.simulator.bodies import body
from tests.simulator.world import Node, World

POLICE = "440800-ps"
HAIKOU = "460100-mr"


def renewed(fed: Federation, **changes: Any) -> Federation:
    """The next roster, with these fields of Beihai changed."""
    entries = json.loads(decode(fed.roster_raw).payload)["members"]
    return fed.renewed([{**one, **changes} if one["id"] == BEIHAI else one for one in entries])


def take(world: World, node: Node, fed: Federation) -> None:
    with node.store.begin() as uow:
        install(uow, [fed.roster_raw], actor="cli:test", now=world.now, salt=world.salt)


def ask(node: Node, to: str = BEIHAI) -> str:
    return node.send(Request("assistance_request", body("assistance_request", "request"), to=(to,))).matter


def announce(node: Node, title: str) -> str:
    text = {**body("case_notice", "publish"), "title": title}
    return node.send(Request("case_notice", text, to=(ALL,))).matter


def titles(node: Node) -> list[str]:
    found = node.store.rows.messages.rows.values()
    return sorted(message.title for message in found if message.kind == "case_notice" and message.sender == YULIN)


def statuses(node: Node, to: str = BEIHAI) -> list[tuple[str, str | None]]:
    rows = node.store.rows.deliveries.rows.values()
    return [(row.status.value, row.code) for row in rows if row.member == to]


def test_an_expelled_member_gets_nothing_more_anywhere_and_what_waited_for_it_is_withheld_with_the_reason() -> None:
    world = World(1, size=3)
    yulin = world.nodes[YULIN]
    before = ask(yulin)
    world.settle()
    ask(yulin)
    announce(yulin, "【演示】逐出之前")
    yulin.worker.seal_once()
    fed = renewed(world.federation, status="expelled")
    for member in (YULIN, POLICE):
        take(world, world.nodes[member], fed)
    for _ in range(20):
        for member in (YULIN, POLICE):
            world.nodes[member].worker.step()
        world.pass_time(16)
    assert world.network.waiting(BEIHAI) == 0
    assert statuses(yulin) == [("stored", None), ("withheld", "expelled"), ("withheld", "expelled")]
    assert titles(world.nodes[POLICE]) == ["【演示】逐出之前"], "the others go on"
    assert yulin.store.rows.matters.rows[before].state == "requested", "what was delivered stays"


def test_what_an_expelled_member_sends_is_refused_with_the_reason_and_what_it_sent_before_stays() -> None:
    world = World(1, size=3)
    yulin, beihai = world.nodes[YULIN], world.nodes[BEIHAI]
    kept = ask(beihai, YULIN)
    world.settle()
    take(world, yulin, renewed(world.federation, status="expelled"))
    ask(beihai, YULIN)
    beihai.worker.seal_once()
    beihai.worker.relay_once()
    yulin.worker.receive_once()
    codes = {row.code for row in yulin.store.rows.quarantine.rows.values()}
    assert codes == {"not-a-member"}
    assert all("已退出" in row.reason for row in yulin.store.rows.quarantine.rows.values())
    assert list(yulin.store.rows.matters.rows) == [kept]


def test_a_suspended_member_waits_and_gets_everything_once_it_is_reinstated() -> None:
    world = World(1, size=3)
    yulin, beihai = world.nodes[YULIN], world.nodes[BEIHAI]
    ask(yulin)
    yulin.worker.seal_once()
    ask(beihai, YULIN)
    away = renewed(world.federation, status="suspended")
    for node in world.nodes.values():
        take(world, node, away)
    for _ in range(8):
        world.round()
        world.pass_time(16)
    assert statuses(yulin) == [("pending", None)]
    assert [row.code for row in yulin.store.rows.quarantine.rows.values()] == ["not-a-member"]
    back = renewed(away, status="active")
    take(world, yulin, back)
    world.settle()
    assert statuses(yulin) == [("stored", None)]
    assert beihai.store.rows.trusts.current().roster.version == 3
    assert {len(node.store.rows.matters.rows) for node in (yulin, beihai)} == {2}


def test_who_is_readmitted_gets_what_was_kept_back_and_what_still_counts_of_the_time_between() -> None:
    world = World(1, size=3)
    yulin, beihai = world.nodes[YULIN], world.nodes[BEIHAI]
    announce(yulin, "【演示】一")
    world.settle()
    ask(yulin)
    yulin.worker.seal_once()
    out = renewed(world.federation, status="expelled")
    for member in (YULIN, POLICE):
        take(world, world.nodes[member], out)
    gone = announce(yulin, "【演示】二")
    announce(yulin, "【演示】三")
    yulin.worker.step()
    yulin.send(Request("withdrawal", body("withdrawal", "withdraw"), matter=gone))
    for _ in range(4):
        for member in (YULIN, POLICE):
            world.nodes[member].worker.step()
        world.pass_time(16)
    assert titles(beihai) == ["【演示】一"]
    back = renewed(out, status="active")
    for node in world.nodes.values():
        take(world, node, back)
    announce(yulin, "【演示】四")
    world.settle()
    assert titles(beihai) == ["【演示】一", "【演示】三", "【演示】四"], (
        "what was withdrawn meanwhile is not told again"
    )
    assert {row.status for row in yulin.store.rows.deliveries.rows.values()} == {DeliveryStatus.STORED}
    assert "base" in [leaf.type for leaf in beihai.store.rows.ledger.leaves], "what was skipped is on record"
    ours = {m: row.state for m, row in yulin.store.rows.matters.rows.items() if m != gone}
    assert ours == {m: row.state for m, row in beihai.store.rows.matters.rows.items()}


def test_a_joiner_begins_at_each_senders_base_and_gets_what_is_live() -> None:
    world = World(1, size=3)
    yulin = world.nodes[YULIN]
    for number in range(6):
        announce(yulin, f"【演示】{number}")
    gone = announce(yulin, "【演示】作废")
    world.settle()
    yulin.send(Request("withdrawal", body("withdrawal", "withdraw"), matter=gone))
    world.settle()
    entries = json.loads(decode(world.federation.roster_raw).payload)["members"]
    world.federation = world.federation.renewed([*entries, member_entry(HAIKOU)])
    world.nodes[HAIKOU] = Node(world, 7, HAIKOU)
    take(world, yulin, world.federation)
    announce(yulin, "【演示】加入之后")
    world.settle()
    joiner = world.nodes[HAIKOU]
    assert titles(joiner) == [*(f"【演示】{number}" for number in range(6)), "【演示】加入之后"]
    [head] = joiner.store.rows.streams.in_heads(YULIN)
    [top] = yulin.store.rows.streams.out_heads([ALL])
    assert (head.seq, head.hash, head.frozen) == (top.seq, top.hash, False)
    assert joiner.store.rows.quarantine.rows == {}
    assert {row.status for row in yulin.store.rows.deliveries.rows.values()} == {DeliveryStatus.STORED}


def test_a_base_may_come_after_what_it_passes_by() -> None:
    world = World(1, size=3)
    yulin = world.nodes[YULIN]
    for number in range(3):
        announce(yulin, f"【演示】{number}")
    gone = announce(yulin, "【演示】作废")
    world.settle()
    yulin.send(Request("withdrawal", body("withdrawal", "withdraw"), matter=gone))
    announce(yulin, "【演示】最后")
    world.settle()
    entries = json.loads(decode(world.federation.roster_raw).payload)["members"]
    world.federation = world.federation.renewed([*entries, member_entry(HAIKOU)])
    joiner = world.nodes[HAIKOU] = Node(world, 7, HAIKOU)
    take(world, yulin, world.federation)
    yulin.worker.relay_once()
    joiner.worker.receive_once()
    assert titles(joiner) == ["【演示】0", "【演示】1", "【演示】2"], "these stand at the beginning of the stream"
    assert [row.waits_for for row in joiner.store.rows.waiting.rows.values()] == ["gap"]
    world.settle()
    assert titles(joiner) == ["【演示】0", "【演示】1", "【演示】2", "【演示】最后"]
