"""What holds once everything is mended and nothing is under way: everyone knows the same."""

from __future__ import annotations

from hub.core import envelope as wire
from hub.core import merkle
from hub.core.audit import QUIET
from hub.core.checkpoint import origin_of
from hub.core.delivery import HEADS_EVERY
from hub.core.ids import ALL
from hub.core.matter import fold
from hub.flows.rows import DeliveryStatus, Entry, MatterRow
from hub.flows.steps.refold import COUNTED
from tests.simulator.world import Node, World

SHARED = (
    "family",
    "state",
    "opener",
    "other",
    "document",
    "kind",
    "urgency",
    "opened_at",
    "last_act",
    "messages",
    "rule",
    "calendar",
    "start",
    "due_strict",
    "due_effective",
    "due_at",
    "provisional",
    "clock",
    "met_at",
    "ignored",
)
"""Every field of a matter that does not depend on who looks; the title is the body's, so a header copy lacks it."""
IDLE_MINUTES = 3


def check_rest(world: World) -> None:
    """Everything arrived, both ends agree, and an idle federation only sends heads."""
    for node in world.nodes.values():
        unanswered = [row for row in node.store.rows.deliveries.rows.values() if row.receipt_frame is None]
        assert not unanswered, f"not answered: {unanswered[:3]}"
        frozen = [head for head in node.store.rows.streams.received.values() if head.frozen]
        assert not frozen, f"an honest stream was frozen: {frozen}"
    _heads_meet(world)
    _matters_agree(world)
    _silence(world)


def counted(node: Node, matter: str) -> list[Entry]:
    return [e for e in node.store.rows.messages.entries([matter]) if e.status in COUNTED and not e.refused]


def history(node: Node, matter: str) -> list[tuple[str, str | None]]:
    return [(one.hash, one.state) for one in fold(counted(node, matter)).history]


def shared(row: MatterRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in SHARED}


def _heads_meet(world: World) -> None:
    """No gaps: each received stream ends where its sender's ends (I6)."""
    for sender in world.nodes.values():
        for (audience, incarnation), head in sender.store.rows.streams.out.items():
            for member in world.federation.trust.addressees(audience, sender.member):
                received = world.nodes[member].store.rows.streams.in_heads(sender.member)
                ends = [(h.seq, h.hash) for h in received if h.stream.audience == audience]
                assert ends == [(head.seq, head.hash)], f"{member} lacks some of {sender.member} to {audience}"
                assert received[0].stream.incarnation == incarnation


def _matters_agree(world: World) -> None:
    for node in world.nodes.values():
        for row in node.store.rows.matters.rows.values():
            if row.opener != node.member:
                continue
            if row.other == ALL:
                _everybody_has(world, row)
            else:
                _both_ends_have(world, node, world.nodes[row.other], row)


def _both_ends_have(world: World, opener: Node, other: Node, row: MatterRow) -> None:
    theirs = other.store.rows.matters.rows.get(row.id)
    refused = not history(opener, row.id)
    assert theirs is not None or refused, f"{other.member} knows nothing of {row.id}"
    if theirs is None:
        return
    assert shared(theirs) == shared(row), f"the two ends of {row.id} differ"
    assert theirs.title == row.title, f"the two ends of {row.id} have other titles"
    assert history(opener, row.id) == history(other, row.id), f"the history of {row.id} differs"
    office = world.nodes[world.office]
    if office in (opener, other):
        return
    copy = office.store.rows.matters.rows.get(row.id)
    trust = world.federation.trust
    assert (copy is not None) == (trust.visible(row.kind, row.opener, row.other) == "header"), "D16: seen or unseen"
    if copy is not None:
        held = opener.store.rows.messages.rows
        thread = [held[hash_] for hash_, _ in history(opener, row.id)]
        seen = [one for one in thread if trust.visible(one.kind, one.sender, one.audience) == "header"]
        if len(seen) < len(thread):  # Of a notice followed by a warning it is shown the notice alone.
            assert {one.hash for one in seen} == {hash_ for hash_, _ in history(office, row.id)}
            return
        assert shared(copy) == shared(row), f"the joint-meeting office sees {row.id} otherwise"
        assert history(office, row.id) == history(opener, row.id)


def _everybody_has(world: World, row: MatterRow) -> None:
    for node in world.nodes.values():
        theirs = node.store.rows.matters.rows.get(row.id)
        assert theirs is not None, f"{node.member} knows nothing of {row.id}, which is for all"
        mine = (theirs.state, theirs.title, theirs.document, theirs.opener, theirs.opened_at)
        assert mine == (row.state, row.title, row.document, row.opener, row.opened_at), f"{row.id} differs"


def _silence(world: World) -> None:
    """Idle minutes: heads on their timer and nothing else, and no more of them than the timer allows."""
    _past_reminders(world)
    _logs_are_witnessed(world)
    before = {member: node.tap.published.copy() for member, node in world.nodes.items()}
    for _ in range(IDLE_MINUTES * 60 // 5):
        world.round()
        world.pass_time(5)
    for member, node in world.nodes.items():
        sent = node.tap.published - before[member]
        assert set(sent) <= {wire.HEADS}, f"{member} was not silent: {dict(sent)}"
        most = (IDLE_MINUTES * 60 // HEADS_EVERY.total_seconds() + 1) * (len(world.nodes) - 1)
        assert sent[wire.HEADS] <= most, f"{member} sent {sent[wire.HEADS]} heads, at most {most} are due"
        assert sent[wire.HEADS] > 0, f"{member} sent no heads"
        assert node.store.rows.deliveries.count(DeliveryStatus.ON_WIRE) == 0


def _logs_are_witnessed(world: World) -> None:
    """A minute after the last news every log is signed to it, and everybody has cosigned that (D7)."""
    for _ in range(10):
        world.pass_time(16)
        world.settle()
    for node in world.nodes.values():
        rows = node.store.rows
        origin = origin_of(node.member, rows.incarnation)
        newest = rows.checkpoints.newest(origin)
        signed = newest.size if newest else 0
        assert not rows.tree.has_news(signed, rows.ledger.size(), QUIET), (
            f"{node.member} has news that no checkpoint signs"
        )
        if newest is None:
            continue
        leaves = [bytes.fromhex(leaf.hash) for leaf in rows.ledger.leaves[: newest.size]]
        assert plain_root(leaves) == newest.root, f"{node.member} signed another tree"
        for member, one in rows.checkpoints.cosigners(world.nodes.keys() - {node.member}, origin).items():
            assert one.size == newest.size, f"{member} has cosigned {node.member} up to {one.size}, not {newest.size}"
            held = world.nodes[member].store.rows.witness.held(origin)
            assert held is not None
            assert (held.size, held.root) == (newest.size, newest.root), f"{member} holds another log"


def plain_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, over all leaves."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return merkle.hash_children(plain_root(leaves[:half]), plain_root(leaves[half:]))


def _past_reminders(world: World) -> None:
    """A reminder that falls due is no noise: go on to a time without any."""
    for _ in range(20):
        moments = [at for node in world.nodes.values() for at, _ in node.store.rows.matters.reminders[:1]]
        if not moments or (min(moments) - world.now).total_seconds() > IDLE_MINUTES * 60 + 60:
            return
        world.pass_time(max(0.0, (min(moments) - world.now).total_seconds()) + 1)
        world.settle()
    raise AssertionError("reminders never end")
