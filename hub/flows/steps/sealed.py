"""Closing a body for its addressees and opening one that came: framing from core, keys from the ``Sealer`` (D6)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from hub.core import sealing
from hub.core.errors import Unopenable
from hub.core.inspection import Examined
from hub.core.signing import key_id
from hub.flows.ports import Sealer
from schemas.wire.header import Header

Entry = tuple[str, bytes] | None
"""Key id and wrapped content key that came beside a message, for a key of ours that it was not sealed to."""


@dataclass(frozen=True, slots=True)
class Lock:
    """What the bodies of one run are sealed under; who may open one of them may open all."""

    secret: bytes
    head: bytes
    """The secret wrapped for each of them: every body begins with it."""


def lock_for(publics: Collection[bytes], about: bytes, sealer: Sealer) -> Lock:
    """A fresh one for the owners of ``publics`` and for ourselves; ``about``: :func:`hub.core.sealing.run`."""
    secret = sealer.random(sealing.KEY)
    others = dict.fromkeys(one for one in publics if one != sealer.public)
    wrapped = [(key_id(one), sealer.wrap(secret, one, about)) for one in others]
    wrapped.append((key_id(sealer.public), sealer.keep(secret, about)))
    return Lock(secret, sealing.head(wrapped))


def close_body(body: bytes, lock: Lock, binding: bytes, sealer: Sealer) -> tuple[bytes, bytes]:
    """``body`` as its addressees can open it: the bytes that travel, and those kept as opened."""
    opened = sealer.random(sealing.KEY) + body
    return lock.head + sealing.close(sealing.content_key(lock.secret, binding), opened), opened


def open_body(one: Examined, sealer: Sealer) -> bytes | None:
    """What a verified message holds for us; None for a body that travelled unsealed.

    Raises ``Unopenable``: sealed to others, damaged before it was signed, or another text than its header commits to.
    """
    header, commit = one.header, one.header.body.commit
    if header.body.sealed != (commit is not None):
        raise Unopenable("加密的正文须有承诺值，未加密的不得有", field="body.commit")
    if commit is None:
        return None
    framed = sealing.parse(one.envelope.body or b"")
    return sealing.unclose(_unwrapped(header, framed, sealer, one.entry), framed.chunks, commit)


def content_key(header: Header, body: bytes | None, sealer: Sealer, entry: Entry = None) -> bytes:
    """What a sealed message of our own, or one for us, is sealed under; raises ``Unopenable`` if it is not for us."""
    return _unwrapped(header, sealing.parse(body or b""), sealer, entry)


def _unwrapped(header: Header, framed: sealing.Framed, sealer: Sealer, entry: Entry) -> bytes:
    ours = framed.find(sealer.keyids)
    if ours is not None and not framed.former:
        about = sealing.run(sender=header.sender, audience=header.audience, incarnation=header.incarnation)
        return sealing.content_key(sealer.unwrap(*ours, about), binding_of(header))
    ours = ours or entry
    if ours is None or ours[0] not in sealer.keyids:
        raise Unopenable("正文没有加密给本单位的密钥", field="body")
    return sealer.unwrap(*ours, binding_of(header))


def binding_of(header: Header) -> bytes:
    """What a content key of this message is bound to."""
    return sealing.binding(
        document=header.document,
        sender=header.sender,
        audience=header.audience,
        incarnation=header.incarnation,
        seq=header.seq,
        kind=header.kind,
    )
