"""The envelope: DSSE over exact bytes (DESIGN D2, secure-systems-lab/dsse protocol.md).

* What is signed is the pre-authentication encoding (PAE) of payload type and payload; nothing signed is ever
  re-serialised.
* A message is identified by the SHA-256 of its PAE, never by the envelope JSON around it (whose key order or base64
  could vary).
* The body travels beside the payload; the signed header carries its digest. ``body`` null: a header copy for the
  joint-meeting office.
* Exactly one base64 form is accepted: standard alphabet, padded, canonical (RELIABILITY B28).
"""

from __future__ import annotations

import binascii
import re
from base64 import b64encode
from collections.abc import Collection, Sequence
from typing import Any, TypeVar

import orjson

from hub.core import ijson
from hub.core.errors import BodyMismatch, Malformed, WrongPurpose
from hub.core.ids import UUID_PATTERN, sha256
from hub.core.values import value
from schemas.wire.types import Unreadable, Wire

PREFIX = "application/vnd.antipyramid."
SUFFIX = ".v1+json"

MESSAGE = PREFIX + "message" + SUFFIX
RECEIPTS = PREFIX + "receipts" + SUFFIX
HEADS = PREFIX + "heads" + SUFFIX
RESEND = PREFIX + "resend" + SUFFIX
RETURNED = PREFIX + "returned" + SUFFIX
WITHHELD = PREFIX + "withheld" + SUFFIX
BASE = PREFIX + "base" + SUFFIX
PART = PREFIX + "part" + SUFFIX
KEYED = PREFIX + "keyed" + SUFFIX
CHECKPOINT = PREFIX + "checkpoint" + SUFFIX
COSIGNATURE = PREFIX + "cosignature" + SUFFIX
LOOKS = PREFIX + "looks" + SUFFIX
LOOKS_HEARD = PREFIX + "looks-heard" + SUFFIX
MANIFEST = PREFIX + "manifest" + SUFFIX
ROOT = PREFIX + "root" + SUFFIX
ROSTER = PREFIX + "roster" + SUFFIX
AGREEMENT = PREFIX + "agreement" + SUFFIX
ENROLMENT = PREFIX + "enrolment" + SUFFIX
"""Type of the text a new key signs to prove its possession; never sent."""

ERASURE = PREFIX + "erasure" + SUFFIX
"""Type of the note that says what was erased, why and by whom; kept, never sent."""

FRAMES = frozenset(
    {RECEIPTS, HEADS, RESEND, RETURNED, WITHHELD, BASE, PART, KEYED, CHECKPOINT, COSIGNATURE, LOOKS, LOOKS_HEARD}
) | {ROSTER, AGREEMENT, ROOT}
CONTROL = FRAMES - {PART, KEYED}
TYPES = FRAMES | {MESSAGE, MANIFEST, ERASURE}

MAX_RAW = 1024 * 1024
"""Envelope limit on the wire: below RabbitMQ 4's 16 MiB and enough for a 512 KiB chunk in base64."""
MAX_PAYLOAD = 600 * 1024
MAX_BODY = 512 * 1024
MAX_RETURNED = 740 * 1024
"""A whole envelope inside another: in base64 it still fits :data:`MAX_RAW`."""

W = TypeVar("W", bound=Wire)


@value
class Signature:
    """One signature; ``keyid`` is a hint to find the key and decides nothing."""

    keyid: str
    sig: bytes


@value
class Envelope:
    """Decoded envelope; ``raw`` is what arrived, byte for byte."""

    type: str
    payload: bytes
    signatures: tuple[Signature, ...]
    body: bytes | None
    raw: bytes

    @property
    def signed(self) -> bytes:
        """The bytes the signatures cover."""
        return pae(self.type, self.payload)

    @property
    def hash(self) -> str:
        """Identity of what was signed."""
        return sha256(self.signed)


def pae(payload_type: str, payload: bytes) -> bytes:
    """DSSE v1 pre-authentication encoding: ``DSSEv1 <len> <type> <len> <payload>``."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def encode(payload_type: str, payload: bytes, signatures: tuple[Signature, ...], body: bytes | None) -> bytes:
    """Write the one wire form of an envelope."""
    listed = b",".join([b'{"keyid":"%s","sig":"%s"}' % (s.keyid.encode(), b64encode(s.sig)) for s in signatures])
    text = b'"%s"' % b64encode(body) if body is not None else b"null"
    return b'{"payloadType":"%s","payload":"%s","signatures":[%s],"body":%s}' % (
        payload_type.encode(),
        b64encode(payload),
        listed,
        text,
    )


def decode(raw: bytes) -> Envelope:
    """Read an envelope strictly; raises :class:`Malformed`, ``Oversized`` or :class:`WrongPurpose`."""
    kind, payload, signatures, body = _taken_apart(raw) or _read(raw)
    return Envelope(
        type=kind,
        payload=_bytes(payload, "payload", MAX_PAYLOAD),
        signatures=tuple(Signature(keyid, _bytes(sig, "signatures.sig", 8192)) for keyid, sig in signatures),
        body=None if body is None else _bytes(body, "body", MAX_RETURNED if kind in (RETURNED, KEYED) else MAX_BODY),
        raw=raw,
    )


def _taken_apart(raw: bytes) -> _Texts | None:
    """The texts of an envelope in the very form :func:`encode` writes; None: in any other, if it is one at all.

    Where nothing is escaped, each second piece between quotation marks is a text; the others, and the names, are the
    form.
    """
    pieces = raw.split(b'"', _MOST_PIECES) if len(raw) <= MAX_RAW and b"\\" not in raw else []
    form = _FORMS.get(len(pieces))
    if form is None:
        return None
    kind, payload, others = _NAMED.get(pieces[3]), pieces[7], pieces[13::4]
    pieces[3] = pieces[7] = b""
    pieces[13::4] = [b""] * len(others)
    body = others.pop() if len(others) % 2 else None
    if kind is None or pieces != form or not all(keyid.isalnum() and len(keyid) <= 64 for keyid in others[::2]):
        return None
    return kind, payload, [(keyid.decode(), sig) for keyid, sig in zip(others[::2], others[1::2], strict=True)], body


def _read(raw: bytes) -> _Texts:
    """The same of an envelope in any spelling; raises what :func:`decode` raises."""
    if raw[:1] != b"{":
        raise Malformed("信封不是以 { 开头的 JSON")
    value = ijson.loads(raw, limit=MAX_RAW)
    if value.keys() != {"payloadType", "payload", "signatures", "body"}:
        raise Malformed("信封字段不全或有多余字段", field="payloadType")
    kind = value["payloadType"]
    if not isinstance(kind, str) or kind not in TYPES:
        raise WrongPurpose(f"未知的信封类型：{str(kind)[:80]!r}", field="payloadType")
    return kind, value["payload"], _signatures(value["signatures"]), value["body"]


def without_body(raw: bytes) -> bytes:
    """The header copy of one of our own envelopes: same signature, no body (DESIGN D2, D16)."""
    start = raw.rindex(b',"body":')
    return raw[:start] + b',"body":null}'


def bare(raw: bytes) -> bytes:
    """The same for anybody's envelope, whatever its spelling: signed bytes and signatures as they are, no body."""
    found = decode(raw)
    return encode(found.type, found.payload, found.signatures, None)


def parse(model: type[W], payload: bytes) -> W:
    """Scan ``payload`` as strict I-JSON, then read the same bytes with the wire model."""
    ijson.check(payload, limit=MAX_PAYLOAD)
    try:
        return model.read(payload)
    except Unreadable as error:
        raise Malformed(str(error), field=error.field) from error


def dump(value: dict[str, Any]) -> bytes:
    """Write a payload of our own: compact UTF-8 JSON in field order."""
    return orjson.dumps(value)


def check_body(body: bytes, digest: str, size: int) -> None:
    """Refuse a body that is not the signed one."""
    if len(body) != size or sha256(body) != digest:
        raise BodyMismatch("正文摘要与签名的信封不一致", field="body")


def _bytes(text: object, field: str, limit: int) -> bytes:
    if not isinstance(text, (str, bytes)) or len(text) > limit * 4 // 3 + 4:
        raise Malformed(f"{field} 不是 base64 文本或过长", field=field)
    try:
        letters = text.encode() if isinstance(text, str) else text
        data = binascii.a2b_base64(letters, strict_mode=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed(f"{field} 不是规范的 base64", field=field) from error
    # What strict mode lets through are bits behind the last byte: only the last four letters can have any.
    if b64encode(data[-(len(data) % 3 or 3) :]) != letters[-4:]:
        raise Malformed(f"{field} 不是规范的 base64", field=field)
    return data


def _signatures(value: object) -> list[tuple[str, object]]:
    if not isinstance(value, list) or not 1 <= len(value) <= 8:
        raise Malformed("签名应为 1 至 8 个", field="signatures")
    found = []
    for item in value:
        if not isinstance(item, dict) or item.keys() != {"keyid", "sig"} or not isinstance(item["keyid"], str):
            raise Malformed("签名字段不全或有多余字段", field="signatures")
        if len(item["keyid"]) > 64:
            raise Malformed("keyid 过长", field="signatures.keyid")
        found.append((item["keyid"], item["sig"]))
    return found


_Texts = tuple[str, object, Sequence[tuple[str, object]], object]
"""Type, payload, signatures by key id, and body; all but the type and the ids not looked at yet."""
_NAMED = {name.encode(): name for name in TYPES}
_FORMS = {
    len(form): form
    for count in range(1, 9)
    for body in (b"", None)
    for form in [encode("", b"", (Signature("", b""),) * count, body).split(b'"')]
}
"""Number of pieces -> all of them, with nothing in the places of the texts."""
_MOST_PIECES = max(_FORMS)


def claimed_document(raw: bytes) -> str | None:
    """The document an envelope says it is a copy of, without believing it; also of one cut off behind its payload."""
    found = _CLAIMED.search(raw)
    try:
        payload = binascii.a2b_base64(found[1]) if found else b""
    except binascii.Error:
        return None
    named = _DOCUMENT.search(payload)
    return named[1].decode() if named else None


_CLAIMED = re.compile(rb'"payload"\s*:\s*"([A-Za-z0-9+/=]*)"')
_DOCUMENT = re.compile(rb'"document"\s*:\s*"(' + UUID_PATTERN[1:-2].encode() + rb')"')


def is_frame(raw: bytes, kinds: Collection[str] = CONTROL) -> bool:
    """Tell control frames from messages without believing anything: the claimed type only picks the desk.

    Attachment chunks, and messages that bring a key, belong to the messages' desk. Damaged bytes go there too and end
    in quarantine.
    """
    start = raw.find(b'"payloadType":"', 0, 64)
    if start < 0:
        return False
    end = raw.find(b'"', start + 15, start + 15 + 80)
    kind = raw[start + 15 : end].decode("ascii", "replace")
    return kind in kinds
