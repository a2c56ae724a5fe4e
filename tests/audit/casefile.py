"""An evidence file made from keys alone, so that each part of it can be forged by whoever holds a key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from deploy.verify import Finding, examine
from hub.core import merkle
from hub.core.audit import Leaf, leaf
from hub.core.checkpoint import (
    Checkpoint,
    Line,
    Note,
    cosigned_line,
    origin_of,
    signed_line,
    to_cosign,
    to_sign,
    witness_name,
)
from hub.core.envelope import RECEIPTS, decode, dump
from hub.core.evidence import assemble, leaf_part
from hub.core.ids import wire_time
from tests.builders import (
    BEIHAI,
    NOW,
    YULIN,
    KeyPair,
    build_roster,
    close_for,
    federation,
    incarnation,
    keys_for,
    member_entry,
    member_key,
    seal_key_for,
    signed,
    signer_for,
    witness_for,
)
from tests.core.badinput import GOOD, GOOD_BODY, header

FED = federation([YULIN, BEIHAI])
ORIGIN = origin_of(YULIN, incarnation())
LETTER = f"message/{decode(GOOD).hash}"
"""The part of the letter."""
Parts = dict[str, bytes]


def roster_of(*keys: dict[str, Any], status: str = "active", **changes: Any) -> bytes:
    """The next roster, in which 玉林 has these keys."""
    rest = [member_key(YULIN, purpose=one) for one in ("seal", "witness")]
    entry = member_entry(YULIN, keys=[*keys, *rest], status=status)
    return build_roster([entry, BEIHAI], agreement=FED.agreement_raw, **{"version": 2, **changes})


def receipts(*of: bytes, by: str = BEIHAI, signer: KeyPair | None = None, **changes: Any) -> bytes:
    """A signed receipt for these messages."""
    one = {"outcome": "stored", "code": None, "stored_at": wire_time(NOW), **changes}
    listed = [{"message": decode(raw).hash, **one} for raw in of]
    payload = {"sender": by, "audience": YULIN, "issued": wire_time(NOW), "receipts": listed}
    return signed(RECEIPTS, payload, [signer or signer_for(by)], None)


def log(count: int = 5) -> list[Leaf]:
    """Leaves of a log; number 2 is of the letter."""
    subjects = [decode(GOOD).hash if number == 2 else f"thing {number}" for number in range(count)]
    return [leaf("seal", one, "officer", NOW, bytes([n]) * 16, n=n) for n, one in enumerate(subjects)]


def proved(number: int, leaves: Sequence[Leaf]) -> tuple[str, bytes]:
    """The part of one leaf, with its way to the root."""
    proof = [_hash(leaves[first:end]) for first, end in merkle.inclusion(number, len(leaves))]
    return leaf_part(number, leaves[number].data, proof, leaves[number])


def own_line(text: str, name: str = ORIGIN, key: KeyPair | None = None) -> Line:
    key = key or witness_for(YULIN)
    return signed_line(name, key.public, key.sign(to_sign(text)))


def cosignature(text: str, member: str = BEIHAI, key: KeyPair | None = None) -> Line:
    key = key or witness_for(member)
    return cosigned_line(witness_name(member), key.public, key.sign(to_cosign(text, NOW)), NOW)


def point(leaves: Sequence[Leaf] | None = None, **changes: Any) -> str:
    """The text of the checkpoint over these leaves."""
    leaves = log() if leaves is None else leaves
    return Checkpoint(**{"origin": ORIGIN, "size": len(leaves), "root": _hash(leaves), **changes}).text


def note(text: str | None = None, lines: Sequence[Line] | None = None) -> bytes:
    """The checkpoint as it stands in the file, signed by the log and cosigned by 北海."""
    text = point() if text is None else text
    return str(Note(text, tuple(lines or (own_line(text), cosignature(text))))).encode()


def opened() -> bytes:
    """What the good letter holds, as its addressee opened it."""
    return close_for(GOOD_BODY, [seal_key_for(BEIHAI).public], header(), keys_for(YULIN).sealer)[1]


@cache
def _good() -> tuple[tuple[str, bytes], ...]:
    return (
        ("about/file", dump({"about": "x", "made_by": YULIN, "made_at": wire_time(NOW)})),
        (f"root/{FED.fingerprint}", FED.root_raw),
        (f"agreement/{decode(FED.agreement_raw).hash}", FED.agreement_raw),
        (f"roster/{decode(FED.roster_raw).hash}", FED.roster_raw),
        (LETTER, GOOD),
        (f"opened/{decode(GOOD).hash}", opened()),
        ("receipts/1", receipts(GOOD)),
        ("checkpoint/newest", note()),
        proved(2, log()),
    )


def good() -> Parts:
    """A file in which everything is proved."""
    return dict(_good())


def without(*kinds: str) -> Parts:
    """The good file without the parts of these kinds."""
    return {name: data for name, data in _good() if name.split("/")[0] not in kinds}


def judged(parts: Mapping[str, bytes], fingerprint: str = FED.fingerprint) -> list[Finding]:
    return examine(assemble(parts.items()), fingerprint, [])


def blamed(parts: Mapping[str, bytes], fingerprint: str = FED.fingerprint) -> str | None:
    """The part that is named as wrong; None if nothing is."""
    last = judged(parts, fingerprint)[-1]
    return last.part if last.ok is False else None


def unproved(parts: Mapping[str, bytes]) -> str:
    """What is not proved although nothing is wrong."""
    findings = judged(parts)
    assert all(one.ok is not False for one in findings), findings[-1]
    return "\n".join(one.text for one in findings if one.ok is None)


def _hash(leaves: Sequence[Leaf]) -> bytes:
    """Root over leaves, by the definition (RFC 6962 section 2.1)."""
    if len(leaves) == 1:
        return bytes.fromhex(leaves[0].hash)
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return merkle.hash_children(_hash(leaves[:half]), _hash(leaves[half:]))
