"""What holds after every single step (RELIABILITY section 4). Each check names its invariant."""

from __future__ import annotations

from hub.core import envelope as wire
from hub.core.ids import ALL
from hub.flows.rows import DeliveryStatus, Message, MessageStatus
from schemas.wire.frames import Receipts
from schemas.wire.header import Header
from tests.simulator.world import Node, World

ANSWERED = {
    DeliveryStatus.STORED: (MessageStatus.STORED, MessageStatus.COPY),
    DeliveryStatus.REFUSED: (MessageStatus.REFUSED,),
    # Held is followed by the second answer as soon as the addressee knows the kind; it may be on its way.
    DeliveryStatus.HELD: (MessageStatus.HELD, MessageStatus.STORED, MessageStatus.REFUSED),
}
OUTCOMES = {"stored": DeliveryStatus.STORED, "refused": DeliveryStatus.REFUSED, "held": DeliveryStatus.HELD}


class Checks:
    """Carries what was seen before, so that a step costs what it changed."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.given: dict[tuple[str, str], bytes] = {}
        """(giver, message) -> the receipt's bytes, for ever."""
        self.read: dict[str, dict[str, DeliveryStatus]] = {}
        """Kept receipts frames by id: what they say, verified once."""
        self.cosigned: dict[tuple[str, str], int] = {}
        self.headers: set[tuple[str, str]] = set()
        self.leaves: dict[str, dict[str, set[str]]] = {member: {} for member in world.nodes}
        self.counted: dict[str, int] = dict.fromkeys(world.nodes, 0)

    def all(self) -> None:
        for node in self.world.nodes.values():
            self.node(node)

    def node(self, node: Node) -> None:
        node.store.check()  # I3, I6 and that the indexes tell the truth
        self._leaves_go_with_acts(node)
        self._progress_is_proved(node)
        self._receipts_stay(node)
        self._addressed_to_us(node)
        self._nothing_is_lost(node)
        self._honest_logs_raise_no_alarm(node)

    def _honest_logs_raise_no_alarm(self, node: Node) -> None:
        """Neither loss, delay, crash nor a wrong clock looks like fraud; and no witness goes back (P14)."""
        rows = node.store.rows
        assert not rows.alarms.rows, f"an honest log was named: {rows.alarms.rows}"
        for origin, held in rows.witness.rows.items():
            before = self.cosigned.get((node.member, origin), 0)
            assert before <= held[-1].size, f"{node.member} cosigned {origin} at {before} and then went back"
            self.cosigned[node.member, origin] = held[-1].size

    def _subjects(self, node: Node, *types: str) -> set[str]:
        found = self.leaves[node.member]
        leaves = node.store.rows.ledger.leaves
        for leaf in leaves[self.counted[node.member] :]:
            found.setdefault(leaf.type, set()).add(leaf.subject)
        self.counted[node.member] = len(leaves)
        return set().union(*(found.get(type_, set()) for type_ in types))

    def _leaves_go_with_acts(self, node: Node) -> None:
        rows = node.store.rows
        own = {m.hash: m for m in rows.messages.rows.values() if m.sender == node.member}
        decided = {draft.document for draft in rows.outbox.rows.values()} | {m.document for m in own.values()}
        assert self._subjects(node, "decide", "remind") == decided, "I1: decisions, drafts and leaves do not match"
        assert self._subjects(node, "seal") == own.keys(), "I1: a message without its leaf, or a leaf without message"
        received = rows.messages.rows.keys() - own.keys()
        assert self._subjects(node, "store") == received, "I3: effect and its leaf do not go together"
        assert self._subjects(node, "quarantine") >= rows.quarantine.rows.keys(), "I16: quarantined without a leaf"

    def _progress_is_proved(self, node: Node) -> None:
        rows = node.store.rows
        for row in rows.deliveries.rows.values():
            if row.status in ANSWERED:
                assert row.receipt_frame in rows.frames.rows, f"I2: the receipt of {row} is not kept"
                said = self._what_it_says(node, row.receipt_frame, row.member)
                assert said.get(row.message) is row.status, f"I2: the kept receipt says otherwise: {row}"
                there = self.world.nodes[row.member].store.rows.messages.rows.get(row.message)
                assert there is not None, f"F9: {row.member} gave a receipt for what it does not have"
                assert there.status in ANSWERED[row.status], f"F9: {row.member} has it as {there.status}: {row}"
            elif row.status is DeliveryStatus.ON_WIRE:
                message = rows.messages.rows[row.message]
                raw = message.raw if row.form == "full" else wire.without_body(message.raw)
                out = {(row.member, raw), (ALL, raw)} & node.tap.confirmed
                assert out, f"I2: on the wire without the pipe's word: {row}"

    def _what_it_says(self, node: Node, frame_id: str, giver: str) -> dict[str, DeliveryStatus]:
        if frame_id not in self.read:
            envelope = wire.decode(node.store.rows.frames.rows[frame_id].raw)
            signer = self.world.federation.trust.signer_of(envelope, at=node.clock().replace(year=2099))
            frame = wire.parse(Receipts, envelope.payload)
            assert (signer, frame.sender, envelope.hash) == (giver, giver, frame_id), "I2: a receipt by somebody else"
            self.read[frame_id] = {one.message: OUTCOMES[one.outcome] for one in frame.receipts}
        return self.read[frame_id]

    def _receipts_stay(self, node: Node) -> None:
        rows = node.store.rows
        for message in rows.messages.rows.values():
            if message.sender == node.member:
                continue
            frame = rows.frames.rows.get(message.receipt_frame or "")
            assert frame is not None, f"I4: stored without a receipt: {message.hash}"
            first = self.given.setdefault((node.member, message.hash), frame.raw)
            if first != frame.raw and _outcome(first, message.hash) == "held":
                first = self.given[node.member, message.hash] = frame.raw
            assert first == frame.raw, f"I5: {node.member} changed its receipt for {message.hash}"

    def _addressed_to_us(self, node: Node) -> None:
        for message in node.store.rows.messages.rows.values():
            key = (node.member, message.hash)
            if key in self.headers or message.sender == node.member:
                continue
            self.headers.add(key)
            self._entitled(node, message)

    def _entitled(self, node: Node, message: Message) -> None:
        envelope = wire.decode(message.raw)
        trust = self.world.federation.trust
        header = wire.parse(Header, envelope.payload)
        assert trust.signer_of(envelope, at=node.clock().replace(year=2099)) == header.sender == message.sender
        if message.status is MessageStatus.COPY:
            assert node.member == self.world.office, "I10: a header copy outside the joint-meeting office"
            assert envelope.body is None, "D16: the joint-meeting office has a body that was not its own"
            assert trust.visible(message.kind, message.sender, message.audience) == "header", "D16: not its business"
        else:
            assert header.audience in (node.member, ALL), f"I10: not for {node.member}: {header.audience}"

    def _nothing_is_lost(self, node: Node) -> None:
        """Sent = answered + pending + on the wire, for every addressee of every message (I23)."""
        rows, trust = node.store.rows, self.world.federation.trust
        for message in rows.messages.rows.values():
            if message.sender != node.member:
                continue
            wanted = {(member, "full") for member in trust.addressees(message.audience, node.member)}
            seen = trust.visible(message.kind, node.member, message.audience) == "header"
            if seen and self.world.office not in (node.member, message.audience):
                wanted.add((self.world.office, "header"))
            for member, form in wanted:
                row = rows.deliveries.find(message.hash, member)
                assert row is not None, f"I23: {message.hash} was never meant for {member}"
                assert row.form == form, f"I23: {member} gets {row.form} instead of {form}"


def _outcome(raw: bytes, message: str) -> str:
    """What a receipts frame says of a message."""
    frame = wire.parse(Receipts, wire.decode(raw).payload)
    return next(one.outcome for one in frame.receipts if one.message == message)
