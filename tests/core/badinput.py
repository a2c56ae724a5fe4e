"""The bad-input rows of RELIABILITY section 6 that concern envelope and JSON, as bytes made from one good message.

Each case: row, what it is, the bytes, and the codes with which it may be refused. The same cases go to the decoder and
to a whole node.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from hub.core.envelope import MAX_RAW, MESSAGE, RECEIPTS, ROSTER, Signature, decode, encode, pae
from hub.core.ids import wire_time
from tests.builders import BEIHAI, NOW, YULIN, KeyPair, incarnation, sealed_body, signed, signer_for, thread, uuid
from tests.simulator.bodies import body

GOOD_BODY = json.dumps(body("case_notice", "publish"), ensure_ascii=False).encode()
SENDER = signer_for(YULIN)


@dataclass(frozen=True)
class Case:
    row: str
    what: str
    raw: bytes
    codes: tuple[str, ...] = ("malformed",)

    def __str__(self) -> str:
        return f"{self.row}-{self.what}"


def header(**changes: Any) -> dict[str, Any]:
    """玉林's first message to 北海: a case notice, without fault."""
    text = changes.pop("text", GOOD_BODY)
    fields = {
        "document": uuid(1),
        "kind": "case_notice",
        "version": 1,
        "act": "publish",
        "sender": YULIN,
        "audience": BEIHAI,
        "incarnation": incarnation(),
        "seq": 1,
        "prev": None,
        "issued": wire_time(NOW),
        "sealed": wire_time(NOW),
        "matter": thread(2),
        "after": [],
        "replies_to": None,
        "replaces": None,
        "mark": "members-only",
        "urgency": "normal",
        "roster": 1,
        "agreement": 1,
        "deadline": None,
        "expires": None,
        "parts": [],
        **changes,
    }
    return {**fields, "body": changes.get("body") or sealed_body(text, fields)[1]}


def message(text: bytes = GOOD_BODY, signer: KeyPair = SENDER, **changes: Any) -> bytes:
    """The good message with other header fields, really sealed and signed."""
    fields = header(text=text, **changes)
    return signed(MESSAGE, fields, [signer], sealed_body(text, fields)[0])


def payload(data: bytes) -> bytes:
    """A really signed envelope around these exact header bytes."""
    signature = Signature(SENDER.keyid, SENDER.sign(pae(MESSAGE, data)))
    return encode(MESSAGE, data, (signature,), sealed_body(GOOD_BODY, header())[0])


def swapped(old: str, new: str) -> bytes:
    """The good header with one piece of its text replaced, really signed."""
    text = json.dumps(header(), ensure_ascii=False, separators=(",", ":"))
    assert text.count(old) == 1, (old, text.count(old))
    return payload(text.replace(old, new).encode("utf-8", "surrogatepass"))


GOOD = message()
TEXT = GOOD.decode()
_PAYLOAD = json.loads(TEXT)["payload"]
_BODY = json.loads(TEXT)["body"]


def rewritten(**fields: Any) -> bytes:
    """The good envelope's JSON with other fields."""
    return json.dumps({**json.loads(TEXT), **fields}, separators=(",", ":")).encode()


def _nested(depth: int) -> bytes:
    return TEXT.replace('"body":', '"deep":' + "[" * depth + "]" * depth + ',"body":').encode()


def _untidy(text: str) -> str:
    """The same bytes in base64 with other last bits, which lax readers ignore."""
    assert b64decode(text + "A===")[: len(b64decode(text))] == b64decode(text)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    bare = text.rstrip("=")
    return bare[:-1] + alphabet[alphabet.index(bare[-1]) + 1] + "=" * (len(text) - len(bare))


def _padded() -> str:
    """A payload whose base64 ends in padding, so that padding can be wrong."""
    data = json.dumps(header(), separators=(",", ":")).encode()
    while not b64encode(data).endswith(b"="):
        data += b" "
    return b64encode(data).decode()


NUMBERS = {
    "NaN": "NaN",
    "infinity": "Infinity",
    "minus-infinity": "-Infinity",
    "1e400": "1e400",
    "minus-zero": "-0",
    "1.0": "1.0",
    "2-to-53": str(2**53),
    "2-to-63": str(2**63),
    "5000-digits": "9" * 5000,
}
ENVELOPES = [
    Case("B1", "empty", b""),
    Case("B2", "one-byte", b"{"),
    Case("B4", "not-utf-8", GOOD.replace(b'"keyid":"', b'"keyid":"\xff\xfe')),
    Case("B5", "utf-16", TEXT.encode("utf-16")),
    Case("B5", "utf-16-without-mark", TEXT.encode("utf-16-le")),
    Case("B5", "utf-32", TEXT.encode("utf-32")),
    Case("B6", "byte-order-mark", b"\xef\xbb\xbf" + GOOD),
    Case("B7", "duplicate-key", TEXT.replace('"body":', '"payload":"","body":').encode()),
    Case("B8", "duplicate-key-in-signature", TEXT.replace('"sig":', '"keyid":"0","sig":').encode()),
    Case("B9", "duplicate-key-after-unescape", TEXT.replace('"body":', '"p\\u0061yload":"","body":').encode()),
    *[Case("B10", f"number-{n}", TEXT.replace('"body":', f'"n":{v},"body":').encode()) for n, v in NUMBERS.items()],
    *[Case("B11", f"depth-{depth}", _nested(depth), ("malformed", "oversized")) for depth in (33, 1000, 100_000)],
    Case("B12", "million-keys", b"{" + b",".join(b'"%d":0' % n for n in range(1_000_000)) + b"}", ("oversized",)),
    Case("B13", "giant-string", b'{"payload":"' + b"A" * (4 * MAX_RAW) + b'"}', ("oversized",)),
    Case("B14", "colliding-keys", b"{" + b",".join(b'"%d":0' % (n * 2**61) for n in range(5000)) + b"}"),
    Case("B15", "lone-surrogate", TEXT.replace('"keyid":"', '"keyid":"\\ud800').encode()),
    Case("B16", "lone-surrogate-in-key", TEXT.replace('"body":', '"\\udc00":0,"body":').encode()),
    Case("B17", "nul", TEXT.replace('"keyid":"', '"keyid":"\\u0000').encode()),
    Case("B20", "unknown-field", rewritten(relay="440800-mr")),
    Case("B21", "missing-field", json.dumps({k: v for k, v in json.loads(TEXT).items() if k != "body"}).encode()),
    Case("B22", "null-payload", rewritten(payload=None)),
    Case("B22", "null-signatures", rewritten(signatures=None)),
    Case("B23", "wrong-type", rewritten(payload=17)),
    Case("B24", "scalar-for-list", rewritten(signatures={"keyid": SENDER.keyid, "sig": "AA=="})),
    Case("B24", "list-for-scalar", rewritten(payload=[_PAYLOAD])),
    Case("B24", "list-at-the-top", b"[" + GOOD + b"]"),
    Case("B25", "unknown-type", rewritten(payloadType="application/vnd.example+json"), ("wrong-purpose",)),
    Case("B25", "type-of-version-2", rewritten(payloadType=MESSAGE.replace("v1", "v2")), ("wrong-purpose",)),
    Case("B25", "type-is-no-text", rewritten(payloadType=["x"]), ("wrong-purpose",)),
    Case("B28", "url-alphabet", rewritten(body=urlsafe_b64encode(b"\xfb\xff" * 30).decode())),
    Case("B28", "no-padding", rewritten(payload=_padded().rstrip("="))),
    Case("B28", "more-padding", rewritten(payload=_padded() + "==")),
    Case("B28", "whitespace", rewritten(payload=_PAYLOAD[:8] + "\n" + _PAYLOAD[8:])),
    Case("B28", "untidy-last-bits", rewritten(payload=_untidy(_padded()))),
    Case("B28", "padding-inside", rewritten(payload="QQ==" + _PAYLOAD)),
    Case("B29", "trailing-bytes", GOOD + b"x"),
    Case("B29", "two-documents", GOOD + GOOD),
    Case("B29", "leading-whitespace", b" " * MAX_RAW + GOOD, ("malformed", "oversized")),
    Case("B31", "signature-of-0-bytes", rewritten(signatures=[{"keyid": SENDER.keyid, "sig": ""}]), ("bad-signature",)),
]
"""Refused before or without belief in the signature."""

SIGNED = [
    Case("B5", "header-utf-16", payload(json.dumps(header()).encode("utf-16"))),
    Case("B6", "header-byte-order-mark", payload(b"\xef\xbb\xbf" + json.dumps(header()).encode())),
    Case("B7", "header-duplicate-key", swapped('"seq":1,', '"seq":1,"seq":2,')),
    Case("B8", "header-duplicate-nested-key", swapped('"sealed":true', '"sealed":true,"sealed":false')),
    Case("B9", "header-duplicate-after-unescape", swapped('"seq":1,', '"seq":1,"s\\u0065q":2,')),
    *[Case("B10", f"header-seq-{name}", swapped('"seq":1,', f'"seq":{n},')) for name, n in NUMBERS.items()],
    Case("B11", "header-depth", swapped('"after":[]', '"after":' + "[" * 33 + "]" * 33)),
    Case("B15", "header-lone-surrogate", swapped('"kind":"case_notice"', '"kind":"\\ud800"')),
    Case("B16", "header-lone-surrogate-in-key", swapped('"seq":1,', '"seq":1,"\\ud800":1,')),
    Case("B17", "header-nul", swapped('"kind":"case_notice"', '"kind":"case\\u0000notice"')),
    Case("B18", "fullwidth-office", swapped(f'"sender":"{YULIN}"', '"sender":"４５０９００-mr"')),
    Case("B18", "cyrillic-office", swapped(f'"audience":"{BEIHAI}"', '"audience":"аll"')),
    Case("B18", "office-with-newline", swapped(f'"audience":"{BEIHAI}"', f'"audience":"{BEIHAI}\\n"')),
    Case("B18", "upper-case-office", swapped(f'"audience":"{BEIHAI}"', f'"audience":"{BEIHAI.upper()}"')),
    Case("B18", "arabic-digits", swapped(f'"audience":"{BEIHAI}"', '"audience":"٤٥٠٥٠٠-mr"')),
    Case("B20", "header-unknown-field", swapped('"seq":1,', '"seq":1,"relay":"x",')),
    Case("B21", "header-missing-field", swapped('"expires":null,', "")),
    Case("B22", "header-null", swapped('"version":1', '"version":null')),
    Case("B23", "header-wrong-type", swapped('"urgency":"normal"', '"urgency":true')),
    Case("B24", "header-list-for-scalar", swapped(f'"sender":"{YULIN}"', f'"sender":["{YULIN}"]')),
    Case("B24", "header-scalar-for-list", swapped('"after":[]', '"after":""')),
    Case("B27", "version-0", swapped('"version":1', '"version":0')),
    Case("B27", "version-as-text", swapped('"version":1', '"version":"1"')),
    Case("B27", "version-1.0", swapped('"version":1', '"version":1.0')),
    Case("B29", "header-trailing-bytes", payload(json.dumps(header()).encode() + b"{}")),
    Case("B50", "seq-0", swapped('"seq":1,', '"seq":0,')),
    Case("B50", "seq-minus-1", swapped('"seq":1,', '"seq":-1,')),
    Case("B54", "leap-second", message(issued="2026-06-30T23:59:60.000Z")),
    Case("B54", "no-zone", message(issued="2026-04-13T08:30:00.000")),
    Case("B54", "local-time", message(issued="2026-04-13T16:30:00.000+08:00")),
    Case("B54", "no-such-day", message(issued="2026-02-30T08:30:00.000Z")),
    Case("B54", "year-0", message(sealed="0000-01-01T00:00:00.000Z")),
]
"""Signed by a member all the same: authentic nonsense."""

MISUSED = [
    Case("B26", "receipts-as-message", signed(RECEIPTS, header(), [SENDER], GOOD_BODY), ("malformed", "wrong-purpose")),
    Case("B26", "roster-as-message", signed(ROSTER, header(), [SENDER], GOOD_BODY), ("stale-trust", "wrong-purpose")),
    Case("B26", "type-changed-after-signing", rewritten(payloadType=RECEIPTS), ("bad-signature", "wrong-purpose")),
]
assert decode(GOOD).type == MESSAGE
