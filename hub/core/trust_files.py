"""Checks the signed files of the federation: root, roster and agreement, versioned and never going back (DESIGN D5).

* The root's fingerprint is pinned when the node is made; root, roster and agreement are signed by its threshold of
  *distinct* keys.
* A roster or agreement replaces the known one only with a higher version; the same version with other bytes is an
  attack and is refused.
* The roster pins the agreement by hash, so no mix of two federations' rules can be served.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Mapping

from hub.core import signing
from hub.core.envelope import AGREEMENT, ROOT, ROSTER, Envelope, decode, parse
from hub.core.errors import StaleTrust, WrongPurpose
from hub.core.trust import Trust
from schemas.wire.agreement import Agreement
from schemas.wire.roster import MemberKey, Root, Roster

MAX_VERSION_JUMP = 10_000
"""Fast-forward attack (TUF): nobody publishes ten thousand rosters between two exchanges."""


def load_root(raw: bytes, fingerprint: str) -> Root:
    """Read a root file and check it against the pinned fingerprint (SHA-256 of the signed bytes)."""
    envelope = decode(raw)
    if envelope.type != ROOT:
        raise WrongPurpose("不是根文件")
    if envelope.hash != fingerprint:
        raise StaleTrust(f"根文件指纹不符：应为 {fingerprint}，实为 {envelope.hash}", field="root")
    root = parse(Root, envelope.payload)
    check_threshold(root, envelope)
    return root


def load(
    root_raw: bytes,
    roster_raw: bytes,
    agreement_raw: bytes,
    fingerprint: str,
    past: Mapping[int, Agreement] | None = None,
) -> Trust:
    """Build the trust in force from the three signed files; raises :class:`StaleTrust` or a decoding error.

    ``past``: earlier agreements by version, checked when they were taken.
    """
    root = load_root(root_raw, fingerprint)
    agreement_envelope = decode(agreement_raw)
    if agreement_envelope.type != AGREEMENT:
        raise WrongPurpose("不是协作协议文件")
    check_threshold(root, agreement_envelope)
    roster = read_roster(root, roster_raw)
    agreement = parse(Agreement, agreement_envelope.payload)
    if (roster.agreement.version, roster.agreement.sha256) != (agreement.version, agreement_envelope.hash):
        raise StaleTrust("名册所引用的协议不是这一份", field="agreement")
    return Trust(root, roster, agreement, root_raw, roster_raw, agreement_raw, past or {})


def read_past(raws: Iterable[bytes]) -> dict[int, Agreement]:
    """Agreements once in force, by version."""
    return {one.version: one for one in (parse(Agreement, decode(raw).payload) for raw in raws)}


def read_roster(root: Root, raw: bytes) -> Roster:
    """Check threshold, key strength and proofs of possession of a roster file."""
    envelope = decode(raw)
    if envelope.type != ROSTER:
        raise WrongPurpose("不是成员名册文件")
    check_threshold(root, envelope)
    roster = parse(Roster, envelope.payload)
    if len({member.id for member in roster.members}) != len(roster.members):
        raise StaleTrust("名册中有重复的成员", field="members")
    owned: dict[str, str] = {}
    for member in roster.members:
        for key in member.keys:
            check_enrolment(member.id, key)
            if owned.setdefault(key.public, member.id) != member.id:
                raise StaleTrust("同一公钥登记在两个成员名下", field="members")
    return roster


def check_enrolment(member: str, key: MemberKey) -> None:
    """Refuse weak keys and keys whose owner never proved to hold them (RELIABILITY A1, B37)."""
    public = b64decode(key.public)
    if key.algorithm != "ed25519":
        return
    signing.check_key(public)
    proof = signing.possession(member, key.purpose, public, key.proof.nonce)
    if key.id != signing.key_id(public) or not signing.is_valid(public, b64decode(key.proof.sig), proof):
        raise StaleTrust(f"{member} 的密钥缺少有效的持有证明", field="members.keys.proof")


def check_threshold(root: Root, envelope: Envelope) -> None:
    """Count distinct root keys with a valid signature (a key listed twice counts once: RELIABILITY B36)."""
    good: set[str] = set()
    for key in root.keys:
        public = b64decode(key.public)
        signing.check_key(public)
        if any(signing.is_valid(public, s.sig, envelope.signed) for s in envelope.signatures if s.keyid == key.id):
            good.add(key.public)
    if len(good) < root.threshold:
        raise StaleTrust(f"有效的根签名 {len(good)} 个，门限 {root.threshold} 个", field="signatures")


def is_newer(known: Roster, known_raw: bytes, candidate: Roster, candidate_raw: bytes) -> bool:
    """Decide on a roster handed to us: True to take it, False if it is the one we have; raises for an attack."""
    if candidate.version == known.version:
        if decode(candidate_raw).hash != decode(known_raw).hash:
            raise StaleTrust("同一版本号出现两份不同的名册", field="version")
        return False
    if candidate.version < known.version:
        return False
    if candidate.version - known.version > MAX_VERSION_JUMP:
        raise StaleTrust("名册版本号跳跃过大", field="version")
    return True
