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


class PresentKeys(dict[str, tuple[str, bytes] | None]):
    """Member -> id and bytes of the key to seal to now, None if it has none; each is looked up once."""

    def __init__(self, trust: Trust, now: datetime) -> None:
        super().__init__()
        self._trust, self._now = trust, now

    def __missing__(self, member: str) -> tuple[str, bytes] | None:
        public = self._trust.seal_key(member, self._now)
        found = self[member] = None if public is None else (key_id(public), public)
        return found


def lacking(raw: bytes, members: Iterable[str], keys: PresentKeys) -> dict[str, bytes]:
    """Those of ``members`` whose present key a message of our own is not sealed to, with that key."""
    names = sealing.names_in(raw)
    if names is None:
        return {}
    found = [(member, keys[member]) for member in members]
    return {member: key[1] for member, key in found if key is not None and key[0] not in names}


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
