"""Across a network gap as files: what waits for one member, in one signed bundle (DESIGN D11, DOMAIN section 7.4).

Exporting marks messages as on the wire, never as delivered (RELIABILITY I25): a lost bundle is healed by the heads
that come back with the next one. Importing is intake as usual, record by record, so twice, out of order or at the
wrong node changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hub.core import envelope as wire
from hub.core.audit import leaf
from hub.core.envelope import Envelope
from hub.core.errors import Malformed
from hub.core.ids import wire_time
from hub.core.inspection import examine_frame
from hub.flows.ports import Salt, Signer, UnitOfWork
from schemas.wire.frames import Manifest


def manifest(
    uow: UnitOfWork, records: Sequence[dict[str, object]], *, to: str, bundle: str, signer: Signer, now: datetime
) -> bytes:
    """Sign the table of contents of a bundle for ``to``; ``records`` as described by the ferry format."""
    payload = wire.dump(
        {
            "sender": uow.member,
            "audience": to,
            "bundle": bundle,
            "issued": wire_time(now),
            "records": list(records),
        }
    )
    signature = wire.Signature(signer.keyid, signer.sign(wire.pae(wire.MANIFEST, payload)))
    return wire.encode(wire.MANIFEST, payload, (signature,), None)


def note(
    uow: UnitOfWork, act: str, bundle: str, *, actor: str, peer: str, count: int, now: datetime, salt: Salt
) -> None:
    """Leaf for an export or import: who carried what, when."""
    uow.ledger.add([leaf(act, bundle, actor, now, salt(), peer=peer, records=count)])


def check_manifest(uow: UnitOfWork, raw: bytes, *, now: datetime) -> Manifest:
    """Verify a bundle's manifest: signed by a member, for us. Raises ``Rejected``; nothing was imported then."""
    envelope: Envelope = wire.decode(raw)
    if envelope.type != wire.MANIFEST:
        raise Malformed("不是摆渡文件的清单")
    return examine_frame(Manifest, envelope, uow.trusts.current(), member=uow.member, at=now)
