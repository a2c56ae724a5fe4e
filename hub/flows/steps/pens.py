"""Signing what evidence rests on, messages and receipts: by one key, or by two where the roster asks for it (D2)."""

from __future__ import annotations

from hub.core import envelope as wire
from hub.core.second import vouched
from hub.core.trust import Trust
from hub.flows.ports import Keys


def signed(kind: str, payload: bytes, body: bytes | None, keys: Keys) -> bytes:
    """The envelope of ``payload`` with the signatures that are asked for now."""
    covered = wire.pae(kind, payload)
    return wire.encode(kind, payload, tuple(wire.Signature(one.keyid, one.sign(covered)) for one in keys.pens), body)


def countersigned(raw: bytes, member: str, keys: Keys, trust: Trust) -> bytes:
    """One of our own messages as it goes out now: with the second signature it lacks, having been signed before.

    Identity, number and first signature stay; the stored copy stays as it was made.
    """
    if keys.second is None or b'"keyid":"%s"' % keys.second.keyid.encode() in raw:
        return raw
    one = wire.decode(raw)
    if vouched(trust, member, {signature.keyid for signature in one.signatures}):
        return raw
    own = wire.Signature(keys.second.keyid, keys.second.sign(one.signed))
    return wire.encode(one.type, one.payload, (*one.signatures[:1], own), one.body)
