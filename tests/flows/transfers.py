"""Large attachments between the nodes of a simulation: what sends, watches and forges them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random  # noqa: TID251  seeded: contents and faults repeat

from hub.core import envelope as wire
from hub.core.ids import sha256, wire_time
from hub.core.pieces import PIECE, cut
from hub.flows.ports import Outgoing, Posted, Told
from hub.flows.rows import PartMeta
from hub.flows.send import Request
from schemas.wire.frames import Part as PartFrame
from schemas.wire.frames import Resend
from tests.simulator.bodies import body
from tests.simulator.world import Node, World

YULIN, BEIHAI, HAIKOU, ZHANJIANG = "450900-mr", "450500-mr", "460100-mr", "440800-ps"
PIECES = 12
LARGE = b"%PDF-" + Random(7).randbytes(PIECES * PIECE - 9)


def keep(node: Node, content: bytes, media_type: str = "application/pdf") -> PartMeta:
    """What an upload leaves behind."""
    meta = PartMeta(sha256(content), len(content), media_type)
    with node.store.begin() as uow:
        uow.parts.keep(f"test:{meta.sha256}", list(cut(content)))
        uow.parts.adopt(meta, f"test:{meta.sha256}")
    return meta


def send(node: Node, *metas: PartMeta, to: str = BEIHAI, kind: str = "case_notice") -> str:
    listed = [
        {"name": f"证据{n}.pdf", "part": m.sha256, "size": m.size, "media_type": m.media_type}
        for n, m in enumerate(metas)
    ]
    text = body(kind, "publish", attachments=listed) if listed else body(kind, "publish")
    return node.send(Request(kind, text, to=(to,), parts=metas)).document


def pieces_seen(world: World, done: Callable[[Outgoing], bool] = lambda _: False) -> list[int]:
    """Watch the pipe: offsets of all pieces handed to it. ``done`` may lose one (it answers True)."""
    seen: list[int] = []
    for node in world.nodes.values():
        publish = node.tap.inner.publish

        def watch(items: list[Outgoing], publish: Callable = publish) -> Told:  # type: ignore[type-arg]
            kept = []
            for item in items:
                envelope = wire.decode(item.raw)
                if envelope.type == wire.PART:
                    seen.append(wire.parse(PartFrame, envelope.payload).offset)
                    if done(item):
                        item = replace(item, to="999999-mr")  # noqa: PLW2901  goes nowhere, and is told as confirmed
                kept.append(item)
            told = publish([one for one in kept if one.to != "999999-mr"]).sent()
            by_key = {one.key: one for one in told}
            confirmed = told[0].status.CONFIRMED if told else None
            return Told([by_key.get(one.key) or _confirmed(one.key, confirmed) for one in kept])

        node.tap.inner.publish = watch  # type: ignore[method-assign]
    return seen


def _confirmed(key: str, _: object) -> object:
    from hub.flows.ports import Sent, SentStatus

    return Sent(key, SentStatus.CONFIRMED)


def content_at(node: Node, meta: PartMeta) -> bytes:
    with node.store.begin() as uow:
        found = [uow.parts.piece(meta.sha256, start) for start in range(0, meta.size, PIECE)]
    return b"".join(one or b"" for one in found)


def outcome(world: World, document: str, at: str = BEIHAI) -> tuple[str, str | None]:
    [row] = [one for one in world.nodes[at].store.rows.messages.rows.values() if one.document == document]
    return row.status, row.code


def arrived(world: World) -> dict[int, bytes]:
    """Pieces of the one attachment on its way."""
    return next(iter(world.nodes[BEIHAI].store.rows.parts.pieces.values()), {})


def requests(world: World) -> list[Resend]:
    found: list[Resend] = []
    for node in world.nodes.values():
        publish = node.tap.inner.publish

        def watch(items: list[Outgoing], publish: Callable = publish) -> Posted:  # type: ignore[type-arg]
            for item in items:
                envelope = wire.decode(item.raw)
                if envelope.type == wire.RESEND:
                    found.append(wire.parse(Resend, envelope.payload))
            return publish(items)  # type: ignore[no-any-return]

        node.tap.inner.publish = watch  # type: ignore[method-assign]
    return found


def frame(world: World, meta: PartMeta, start: int, changes: dict[str, object]) -> bytes:
    piece = LARGE[start : start + PIECE]
    if "size" in changes:
        piece = piece[: int(str(changes["size"]))]
    payload = {
        "sender": YULIN,
        "audience": BEIHAI,
        "issued": wire_time(world.now),
        "message": "a" * 64,
        "part": meta.sha256,
        "part_size": meta.size,
        "offset": start,
        "chunk": sha256(piece),
        "size": len(piece),
        **changes,
    }
    return signed(world, YULIN, wire.PART, payload, piece)


def signed(world: World, sender: str, kind: str, payload: dict[str, object], body: bytes | None) -> bytes:
    signer = world.federation.signer(sender)
    data = wire.dump(payload)
    return wire.encode(kind, data, (wire.Signature(signer.keyid, signer.sign(wire.pae(kind, data))),), body)


def hand(world: World, raw: bytes, at: str = BEIHAI) -> list[str | None]:
    from hub.flows.ports import Incoming

    return [one.code for one in world.nodes[at].worker.record([Incoming("t", raw, "amqp")])]
