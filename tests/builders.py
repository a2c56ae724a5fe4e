"""Everything a test builds, under one name: rows, clocks, ids, signed messages, a federation.

Name only what the test is about. Row builders take the row's fields as keywords. Hashes, ids and bytes are counted, so
no two rows collide and a run repeats exactly.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from hub.core import sealing
from hub.core.envelope import MESSAGE, decode
from hub.core.ids import ALL, sha256, wire_time
from hub.flows.ports import Sealer
from hub.flows.steps.sealed import close_body, lock_for
from tests.builders_federation import (
    FERRY,
    MEMBERS,
    Federation,
    KeyPair,
    asking_second,
    build_agreement,
    build_root,
    build_roster,
    federation,
    keypair,
    keys_for,
    member_entry,
    member_key,
    root_keys,
    seal_key_for,
    second_for,
    signed,
    signer_for,
    witness_for,
    write_key_files,
)
from tests.builders_rows import (
    BEIHAI,
    HAIKOU,
    JOINT,
    MAOMING,
    NOW,
    YULIN,
    ZHANJIANG,
    Clock,
    chain,
    delivery,
    digest,
    draft,
    frame,
    ids,
    incarnation,
    leaf_of,
    matter_row,
    message,
    moment,
    parked,
    part,
    part_meta,
    quarantined,
    salts,
    thread,
    user,
    uuid,
)

__all__ = [
    "BEIHAI",
    "FERRY",
    "HAIKOU",
    "JOINT",
    "MAOMING",
    "MEMBERS",
    "NOW",
    "YULIN",
    "ZHANJIANG",
    "Clock",
    "Federation",
    "KeyPair",
    "asking_second",
    "binding",
    "build_agreement",
    "build_root",
    "build_roster",
    "chain",
    "close_for",
    "delivery",
    "digest",
    "draft",
    "federation",
    "frame",
    "hash_of",
    "ids",
    "incarnation",
    "keypair",
    "keys_for",
    "leaf_of",
    "matter_row",
    "member_entry",
    "member_key",
    "message",
    "moment",
    "parked",
    "part",
    "part_meta",
    "quarantined",
    "root_keys",
    "run_of",
    "salts",
    "seal_key_for",
    "sealed_body",
    "second_for",
    "signed",
    "signed_message",
    "signer_for",
    "thread",
    "user",
    "uuid",
    "witness_for",
    "write_key_files",
]


def signed_message(signer: KeyPair | None = None, *, body: bytes = b"{}", **header: Any) -> bytes:
    """A really signed message on the wire: 玉林 to 北海, number 1, unless ``header`` says otherwise."""
    fields = {
        "document": uuid(),
        "kind": "case_notice",
        "version": 1,
        "act": "notify",
        "sender": YULIN,
        "audience": BEIHAI,
        "incarnation": incarnation(),
        "seq": 1,
        "prev": None,
        "issued": wire_time(NOW),
        "sealed": wire_time(NOW),
        "matter": thread(),
        "after": [],
        "replies_to": None,
        "replaces": None,
        "mark": "members-only",
        "urgency": "normal",
        "roster": 1,
        "agreement": 1,
        "deadline": None,
        "expires": None,
        "body": {"sha256": sha256(body), "size": len(body), "sealed": False, "commit": None},
        "parts": [],
        **header,
    }
    return signed(MESSAGE, fields, [signer or signer_for(fields["sender"])], body)


def binding(header: Mapping[str, Any], **changes: Any) -> bytes:
    """What the content key of the message with this header belongs to."""
    names = ("document", "sender", "audience", "incarnation", "seq", "kind")
    return sealing.binding(**{name: header[name] for name in names} | changes)


def run_of(header: Mapping[str, Any]) -> bytes:
    """What the secret of its run is wrapped with."""
    return sealing.run(**{name: header[name] for name in ("sender", "audience", "incarnation")})


def close_for(
    text: bytes, publics: Collection[bytes], header: Mapping[str, Any], sealer: Sealer
) -> tuple[bytes, bytes]:
    """``text`` sealed in a run of its own: the bytes that travel, and those kept as opened."""
    return close_body(text, lock_for(publics, run_of(header), sealer), binding(header), sealer)


def sealed_body(text: bytes, header: Mapping[str, Any]) -> tuple[bytes, dict[str, Any]]:
    """``text`` as its sender seals it to whom the header names, the same for the same: bytes, and their reference."""
    sender, audience = header["sender"], header["audience"]
    keys = [seal_key_for(one).public for one in (MEMBERS if audience == ALL else [audience])]
    data, opened = close_for(text, keys, header, keys_for(sender).sealer)
    return data, {"sha256": sha256(data), "size": len(data), "sealed": True, "commit": sha256(opened)}


def hash_of(raw: bytes) -> str:
    """Identity of a signed envelope."""
    return decode(raw).hash
