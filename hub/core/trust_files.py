"""Checks the signed files of the federation: root, roster and agreement, versioned and never going back (DESIGN D5).

* The root's fingerprint is pinned when the node is made; root, roster and agreement are signed by its threshold of
  *distinct* keys. The next root is signed by the threshold of the old keys and by that of the new ones.
* A roster or agreement replaces the known one only with a higher version; the same version with other bytes is an
  attack and is refused.
* The roster pins the agreement by hash, so no mix of two federations' rules can be served.

The attacks refused here have TUF's names (tuf-spec section 1.5.2; RELIABILITY B60): rollback, fast-forward, freeze,
mix-and-match, endless data (``envelope.MAX_RAW``).
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from hub.core import signing
from hub.core.envelope import AGREEMENT, ROOT, ROSTER, Envelope, decode, parse
from hub.core.errors import StaleTrust, WeakKey, WrongPurpose
from hub.core.ids import parse_time
from hub.core.trust import Trust
from schemas.wire.agreement import Agreement
from schemas.wire.roster import Member, MemberKey, Root, RootKey, Roster

ALGORITHMS = {"sign": "ed25519", "seal": "x25519", "witness": "ed25519"}
"""What a member's key is made for, by its purpose. Beside it, a key for second signatures may be listed to sign."""

_SIGNS = ("sign", signing.FIRST)
MAX_VERSION_JUMP = 10_000
"""Fast-forward attack (TUF): nobody publishes ten thousand rosters between two exchanges."""


def load_root(raw: bytes, fingerprint: str) -> Root:
    """Read a root file and check it against the pinned fingerprint (SHA-256 of the signed bytes)."""
    envelope = _of_type(raw, ROOT, "不是根文件")
    if envelope.hash != fingerprint:
        raise StaleTrust(f"根文件指纹不符：应为 {fingerprint}，实为 {envelope.hash}", field="root")
    root = parse(Root, envelope.payload)
    check_root(root)
    check_threshold([root], envelope)
    return root


def load(
    root_raw: bytes,
    roster_raw: bytes,
    agreement_raw: bytes,
    fingerprint: str,
    earlier: Sequence[bytes] = (),
    roots: Sequence[bytes] = (),
) -> Trust:
    """Build the trust in force from the three signed files; raises :class:`StaleTrust` or a decoding error.

    ``earlier``: agreement files once in force; ``roots``: earlier root files, oldest first. Both were checked when they
    were taken, and what was signed under an earlier root and taken then stays in force.
    """
    root = load_root(root_raw, fingerprint)
    believed = [root, *(parse(Root, decode(raw).payload) for raw in roots)]
    roster = read_roster(believed, roster_raw)
    agreement = read_agreement(believed, agreement_raw)
    if (roster.agreement.version, roster.agreement.sha256) != (agreement.version, decode(agreement_raw).hash):
        raise StaleTrust("名册所引用的协议不是这一份", field="agreement")
    past = {one.version: one for one in (parse(Agreement, decode(raw).payload) for raw in earlier)}
    return Trust(root, roster, agreement, root_raw, roster_raw, agreement_raw, past, tuple(earlier), tuple(roots))


def with_earlier(trust: Trust, raw: bytes) -> Trust | None:
    """The same trust knowing an earlier agreement it slept through; None for one that is known, or not earlier.

    Raises :class:`StaleTrust` for other content under a known version, or without the signatures of a root.
    """
    roots = [trust.root, *(parse(Root, decode(one).payload) for one in trust.roots)]
    found = read_agreement(roots, raw)
    if found.version >= trust.agreement.version:
        return None
    known = {parse(Agreement, decode(one).payload).version: decode(one).hash for one in trust.earlier}
    if found.version in known:
        if known[found.version] != decode(raw).hash:
            raise StaleTrust(f"协作协议第 {found.version} 版与本节点已有的不同", field="version")
        return None
    return replace(trust, past={**trust.past, found.version: found}, earlier=(*trust.earlier, raw))


def read_agreement(roots: Sequence[Root], raw: bytes) -> Agreement:
    """Check that the threshold of one of ``roots`` signed an agreement file; whether it is in force the roster says."""
    envelope = _of_type(raw, AGREEMENT, "不是协作协议文件")
    check_threshold(roots, envelope)
    return parse(Agreement, envelope.payload)


def read_roster(roots: Sequence[Root], raw: bytes) -> Roster:
    """Check threshold, key strength and proofs of possession of a roster file."""
    envelope = _of_type(raw, ROSTER, "不是成员名册文件")
    check_threshold(roots, envelope)
    roster = parse(Roster, envelope.payload)
    check_roster(roster)
    return roster


def succeeding_root(trust: Trust, raw: bytes) -> Trust | None:
    """The same trust under the next root file; None if the file is the one in force or an earlier one.

    Raises :class:`StaleTrust` for a version left out, other content under a known version, or too few signatures of
    the old or of the new keys.
    """
    envelope = _of_type(raw, ROOT, "不是根文件")
    root = parse(Root, envelope.payload)
    if root.version <= trust.root.version:
        ours = {
            parse(Root, decode(known).payload).version: decode(known).hash for known in (*trust.roots, trust.root_raw)
        }
        if ours.get(root.version, envelope.hash) != envelope.hash:
            raise StaleTrust(f"根文件第 {root.version} 版与本节点已有的不同", field="version")
        return None
    return replace(trust, root=next_root(trust.root, raw), root_raw=raw, roots=(*trust.roots, trust.root_raw))


def next_root(present: Root, raw: bytes) -> Root:
    """The root that follows ``present``: the very next version, signed by enough of its keys and of the new ones."""
    envelope = _of_type(raw, ROOT, "不是根文件")
    root = parse(Root, envelope.payload)
    if root.version != present.version + 1:
        raise StaleTrust(f"根文件须逐版更换：现为第 {present.version} 版，来件为第 {root.version} 版", field="version")
    if root.federation != present.federation:
        raise StaleTrust("根文件属于另一个协作体系", field="federation")
    check_root(root)
    check_threshold([present], envelope)
    check_threshold([root], envelope)
    return root


def succeeding_roster(trust: Trust, raw: bytes, kept: Callable[[str], bytes | None], now: datetime) -> Trust | None:
    """The trust that a newer roster and the agreement it pins make; None if it is not newer than the one in force.

    ``kept`` finds an agreement file by the hash of its signed bytes; the one in force need not be among them.
    Raises :class:`StaleTrust` for what a roster may not do, see the module's text. Signatures of earlier roots count
    for nothing here: a key that was taken out of the root signs no more rosters.
    """
    roster = read_roster([trust.root], raw)
    if not is_newer(trust.roster, trust.roster_raw, roster, raw):
        return None
    if now > parse_time(roster.expires) and roster.expires <= trust.roster.expires:
        raise StaleTrust("名册已过有效期", field="expires")
    pinned, known = roster.agreement, trust.roster.agreement
    if pinned.version < known.version:
        raise StaleTrust(f"名册引用旧版协议：第 {pinned.version} 版，现行第 {known.version} 版", field="agreement")
    if pinned.version == known.version and pinned.sha256 != known.sha256:
        raise StaleTrust("同一版本号出现两份不同的协作协议", field="agreement")
    agreement_raw = trust.agreement_raw if pinned.sha256 == known.sha256 else kept(pinned.sha256)
    if agreement_raw is None or decode(agreement_raw).hash != pinned.sha256:
        raise StaleTrust(f"缺少名册所引用的协作协议第 {pinned.version} 版", field="agreement")
    believed = [trust.root, *(parse(Root, decode(one).payload) for one in trust.roots)]
    agreement = read_agreement(believed, agreement_raw)
    if pinned.version != agreement.version:
        raise StaleTrust("名册所引用的协议版本与文件不符", field="agreement")
    past = {**trust.past, trust.agreement.version: trust.agreement}
    earlier = (*trust.earlier, trust.agreement_raw) if agreement.version != trust.agreement.version else trust.earlier
    return Trust(trust.root, roster, agreement, trust.root_raw, raw, agreement_raw, past, earlier, trust.roots)


def check_root(root: Root) -> None:
    """Refuse a root whose keys are weak, listed twice or too few, or in which only some holders have a second one."""
    for key in root.keys:
        for algorithm, public in keys_of(key).values():
            signing.ALGORITHMS[algorithm].check(public)
        if key.id != signing.key_id(_public(key.public)):
            raise StaleTrust("根文件中密钥的编号与公钥不符", field="keys.id")
    distinct, seconds = len({key.public for key in root.keys}), {key.second for key in root.keys}
    if distinct < len(root.keys):
        raise StaleTrust("根文件中有重复的密钥", field="keys")
    if seconds != {None} and len(seconds - {None}) < distinct:
        raise StaleTrust("根文件中第二签名密钥有重复，或者只有部分持钥人有", field="keys.second")
    if root.threshold > distinct:
        raise StaleTrust(f"根文件门限 {root.threshold} 大于密钥数 {distinct}", field="threshold")


def check_roster(roster: Roster) -> None:
    """Refuse a member listed twice, a key of two members, keys that fail :func:`check_enrolment`, unknown policies."""
    if len({member.id for member in roster.members}) != len(roster.members):
        raise StaleTrust("名册中有重复的成员", field="members")
    check_policy(roster)
    owned: dict[str, str] = {}
    for member in roster.members:
        for key in member.keys:
            check_enrolment(member, key)
            if owned.setdefault(key.public, member.id) != member.id:
                raise StaleTrust("同一公钥登记在两个成员名下", field="members")


def check_policy(roster: Roster) -> None:
    """Refuse a second signature that this version cannot verify, by name, or that is asked for in advance."""
    policy = roster.second_signature
    if policy is None:
        return
    if policy.algorithm != signing.SECOND:
        raise StaleTrust(
            f"名册要求第二签名算法 {policy.algorithm}，{_UNKNOWN}", field="second_signature.algorithm", advice=_TODO
        )
    if policy.roster > roster.version:
        raise StaleTrust("第二签名自以后版本的名册起要求，应写本版或更早", field="second_signature.roster")


_UNKNOWN = f"本程序未实现，只支持 {signing.SECOND}"
_TODO = "使用 SM2 的单位须自备经认证的密码模块并接入签名接口，见 hub/decisions/0017。"


def check_enrolment(member: Member, key: MemberKey) -> None:
    """Refuse weak keys and keys whose owner never proved to hold them (RELIABILITY A1, B37).

    A key that signs proves itself; one that seals cannot, so one of the member's own signing keys vouches for it.
    """
    public, second = _public(key.public), key.purpose == "sign" and key.algorithm == signing.SECOND
    if key.algorithm not in (*signing.ALGORITHMS, "x25519"):
        raise WeakKey(f"{member.id} 的密钥 {key.id} 使用 {key.algorithm}，{_UNKNOWN}", advice=_TODO)
    if key.algorithm != ALGORITHMS[key.purpose] and not second:
        raise WeakKey(f"{member.id} 的密钥 {key.id} 的算法与用途不符")
    proof = signing.possession(member.id, key.purpose, public, key.proof.nonce)
    if key.purpose == "seal":
        signing.check_seal_key(public)
        vouching = [_public(one.public) for one in member.keys if (one.purpose, one.algorithm) == _SIGNS]
    else:
        signing.ALGORITHMS[key.algorithm].check(public)
        vouching = [public]
    verify = signing.ALGORITHMS[signing.SECOND if second else signing.FIRST].verify
    proved = any(verify(one, b64decode(key.proof.sig), proof) for one in vouching)
    if key.id != signing.key_id(public) or not proved:
        raise StaleTrust(f"{member.id} 的密钥缺少有效的持有证明", field="members.keys.proof")


def keys_of(holder: RootKey) -> dict[str, tuple[str, bytes]]:
    """A holder's one or two keys, by id: algorithm and public key."""
    found = [(signing.FIRST, _public(holder.public))]
    found += [(signing.SECOND, _public(holder.second))] if holder.second is not None else []
    return {signing.key_id(public): (algorithm, public) for algorithm, public in found}


def good_keys(root: Root, envelope: Envelope) -> set[str]:
    """Ids of the keys of the root with a valid signature, each by the algorithm the root lists it with."""
    listed = {keyid: key for holder in root.keys for keyid, key in keys_of(holder).items()}
    return {
        one.keyid
        for one in envelope.signatures
        if one.keyid in listed
        and signing.ALGORITHMS[listed[one.keyid][0]].verify(listed[one.keyid][1], one.sig, envelope.signed)
    }


def signers(root: Root, envelope: Envelope) -> list[str]:
    """Ids of the distinct holders that signed by every key they have (RELIABILITY B36)."""
    good = good_keys(root, envelope)
    return list({key.public: key.id for key in root.keys if keys_of(key).keys() <= good}.values())


def check_threshold(roots: Sequence[Root], envelope: Envelope) -> None:
    """Raise unless the threshold of one of ``roots`` signed; signatures under different roots are not added up."""
    counts = [(len(signers(root, envelope)), root.threshold) for root in roots]
    if all(good < threshold for good, threshold in counts):
        good, threshold = counts[0]
        raise StaleTrust(f"有效的根签名 {good} 个，门限 {threshold} 个", field="signatures")


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


def _public(text: str) -> bytes:
    """A key in the one spelling base64 has for it: under another one key would pass for two."""
    public = b64decode(text)
    if b64encode(public).decode() != text:
        raise WeakKey("公钥的 base64 写法不规范")
    return public


def _of_type(raw: bytes, kind: str, wrong: str) -> Envelope:
    envelope = decode(raw)
    if envelope.type != kind:
        raise WrongPurpose(wrong)
    return envelope
