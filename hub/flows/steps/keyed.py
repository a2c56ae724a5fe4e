"""A sealed message for somebody who came later, or changed its key: the same signed bytes, with the content key for it.

Its signature holds for the body as it was sealed, so nobody can be added to that. The sender wraps the content key once
more, for the one it sends the message to, and signs a frame around message and key; who does not know the content key
cannot make one that opens. What is opened must fit the commitment as ever (DESIGN D3, D6).
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from hub.core import envelope as wire
from hub.core import sealing
from hub.core.envelope import Envelope
from hub.core.errors import BodyMismatch, Unopenable
from hub.core.ids import wire_time
from hub.core.inspection import Examined, examine, examine_frame
from hub.core.signing import key_id
from hub.core.trust import Trust
from hub.flows.ports import Keys
from hub.flows.steps.sealed import binding_of, content_key
from schemas.wire.frames import Keyed
from schemas.wire.header import Header


def lacking(raw: bytes, members: Iterable[str], trust: Trust, now: datetime) -> dict[str, bytes]:
    """Those of ``members`` whose present key a message of our own is not sealed to, with that key."""
    names = sealing.names_in(raw)
    found = {member: trust.seal_key(member, now) for member in members} if names is not None else {}
    return {member: key for member, key in found.items() if key is not None and key_id(key) not in (names or ())}


def keyed(raw: bytes, member: str, public: bytes, *, keys: Keys, now: datetime) -> bytes:
    """One of our own messages with the content key for ``member``; as it is where we cannot open it ourselves."""
    one = wire.decode(raw)
    header = wire.parse(Header, one.payload)
    if len(raw) > wire.MAX_RETURNED:
        return raw
    try:
        key = content_key(header, one.body, keys.sealer)
    except Unopenable:
        return raw
    payload = wire.dump(
        {
            "sender": header.sender,
            "audience": member,
            "issued": wire_time(now),
            "message": one.hash,
            "key": key_id(public),
            "wrapped": b64encode(keys.sealer.wrap(key, public, binding_of(header))).decode(),
        }
    )
    signature = wire.Signature(keys.signer.keyid, keys.signer.sign(wire.pae(wire.KEYED, payload)))
    return wire.encode(wire.KEYED, payload, (signature,), raw)


def examined(envelope: Envelope, trust: Trust, *, member: str, at: datetime) -> Examined:
    """A message as it came, or out of the frame that brings its content key; raises a ``Rejected`` like ``examine``."""
    if envelope.type != wire.KEYED:
        return examine(envelope, trust, member=member, at=at)
    frame = examine_frame(Keyed, envelope, trust, member=member, at=at)
    one = examine(wire.decode(envelope.body or b""), trust, member=member, at=at)
    if (one.hash, one.header.sender) != (frame.message, frame.sender):
        raise BodyMismatch("所附文书不是所称的那一份", field="message")
    return replace(one, entry=(frame.key, b64decode(frame.wrapped)), carrier=envelope.raw)
