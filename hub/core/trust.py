"""Whom we believe: root file, roster and agreement, each signed, versioned and never going back (DESIGN D5).

* The root's fingerprint is pinned when the node is made; root, roster and agreement are signed by its threshold of
  *distinct* keys.
* A roster or agreement replaces the known one only with a higher version; the same version with other bytes is an
  attack and is refused.
* The roster pins the agreement by hash, so no mix of two federations' rules can be served.
* An expired roster warns (:meth:`Trust.expired`), it does not stop the exchange.
"""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NewType

from hub.core import signing
from hub.core.calendar import WorkingCalendar, working_calendars
from hub.core.envelope import AGREEMENT, ROOT, ROSTER, Envelope, decode, parse
from hub.core.errors import BadSignature, KeyRevoked, NotFound, StaleTrust, UnknownSender, WrongPurpose
from hub.core.ids import ALL, parse_time
from schemas.wire.agreement import Agreement, Rule
from schemas.wire.roster import Member, MemberKey, Root, Roster

MAX_VERSION_JUMP = 10_000
"""Fast-forward attack (TUF): nobody publishes ten thousand rosters between two exchanges."""

SignedBy = NewType("SignedBy", str)
"""Member whose key really signed; made only by :meth:`Trust.signer_of`."""


@dataclass(frozen=True, slots=True)
class KeyOwner:
    """A roster key with the member it belongs to."""

    member: str
    key: MemberKey
    public: bytes
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Trust:
    """The rules in force: root, roster and agreement with their signed bytes."""

    root: Root
    roster: Roster
    agreement: Agreement
    root_raw: bytes
    roster_raw: bytes
    agreement_raw: bytes
    members: dict[str, Member] = field(init=False)
    keys: dict[str, list[KeyOwner]] = field(init=False)
    rules: dict[str, Rule] = field(init=False)
    calendars: dict[str, WorkingCalendar] = field(init=False)
    granted: dict[tuple[str, str, str], list[str]] = field(init=False)
    """(kind, sender system, receiver system) -> for which regions it may be sent."""
    sights: dict[tuple[str, str, str], str] = field(init=False)
    """(kind, sender system, receiver system) -> what the joint-meeting office sees."""
    dues: dict[tuple[str, date, str], tuple[Any, datetime | None]] = field(
        init=False, default_factory=dict, compare=False
    )
    """Deadlines computed under this agreement, kept by ``hub.core.docket``."""

    def __post_init__(self) -> None:
        """Index members and keys once; a roster is read thousands of times between two changes."""
        object.__setattr__(self, "members", {member.id: member for member in self.roster.members})
        index: dict[str, list[KeyOwner]] = {}
        for member in self.roster.members:
            for key in member.keys:
                index.setdefault(key.id, []).append(_owner(member.id, key))
        object.__setattr__(self, "keys", index)
        object.__setattr__(self, "rules", {rule.id: rule for rule in self.agreement.rules})
        object.__setattr__(self, "calendars", working_calendars(self.agreement.calendars))
        granted: dict[tuple[str, str, str], list[str]] = {}
        for right in self.agreement.rights:
            granted.setdefault((right.kind, right.sender_system, right.receiver_system), []).append(right.same_region)
        object.__setattr__(self, "granted", granted)
        sights = {(v.kind, v.sender_system, v.receiver_system): v.see for v in self.agreement.visibility}
        object.__setattr__(self, "sights", sights)

    def member(self, member_id: str) -> Member:
        """Return the member or raise :class:`NotFound`."""
        found = self.members.get(member_id)
        if found is None:
            raise NotFound(f"成员名册中没有 {member_id}", field="member")
        return found

    def active(self) -> list[str]:
        """Ids of the members that may exchange now, in roster order."""
        return [member.id for member in self.roster.members if member.status == "active"]

    def by_ferry(self, member: str) -> set[str]:
        """Whom ``member`` reaches by ferry files only: everyone, if it stands behind the gap itself."""
        here = self.members.get(member)
        behind = here is not None and here.reach == "ferry"
        return {m.id for m in self.roster.members if m.id != member and (behind or m.reach == "ferry")}

    def addressees(self, audience: str, sender: str) -> list[str]:
        """Members one audience stands for, the sender excluded."""
        return [m for m in self.active() if m != sender] if audience == ALL else [audience]

    def joint_meeting(self, day: date) -> str | None:
        """Member holding the joint-meeting office on ``day``."""
        text = day.isoformat()
        return next((term.member for term in self.roster.joint_meeting if term.since <= text <= term.until), None)

    def visible(self, kind: str, sender: str, receiver: str) -> str:
        """What the joint-meeting office sees of such an exchange: ``header``, ``count`` or ``none`` (D16)."""
        pair = (self.system(sender), ALL if receiver == ALL else self.system(receiver))
        return self.sights.get((kind, *pair), "none")

    def may_send(self, kind: str, sender: str, receiver: str) -> bool:
        """Tell whether the agreement lets ``sender`` send ``kind`` to ``receiver``."""
        source, target = self.system(sender), ALL if receiver == ALL else self.system(receiver)
        same = receiver != ALL and sender[:6] == receiver[:6]
        granted = self.granted.get((kind, source, target), ())
        return any(where == "any" or (where == "same") == same for where in granted)

    def expired(self, now: datetime) -> bool:
        """True once the roster's validity is over: warn, ask peers for a newer one, go on."""
        return now > parse_time(self.roster.expires)

    def days_left(self, now: datetime) -> int:
        """Whole days until the roster expires; negative when it has."""
        return (parse_time(self.roster.expires) - now) // timedelta(days=1)

    def signer_of(self, envelope: Envelope, *, at: datetime, purpose: str = "sign") -> SignedBy:
        """Return the member one of whose ``purpose`` keys made one of the signatures.

        ``at`` is our own clock when the envelope arrived: a key counts from its ``since`` on; one past its ``until``
        still verifies what was under way. Raises ``UnknownSender``, ``WrongPurpose``, ``KeyRevoked``, ``BadSignature``.
        """
        error: BadSignature | KeyRevoked | UnknownSender | WrongPurpose = UnknownSender("没有名册内成员的签名")
        for signature in envelope.signatures:
            for owner in self.keys.get(signature.keyid, ()):
                if owner.key.purpose != purpose or owner.key.algorithm != "ed25519":
                    error = WrongPurpose("签名密钥的用途不是文书签名")
                elif owner.since > at + timedelta(minutes=5):
                    error = KeyRevoked("签名密钥尚未生效")
                elif owner.key.revoked is not None or self.members[owner.member].status == "expelled":
                    error = KeyRevoked("签名密钥已吊销，或单位已退出")
                elif signing.is_valid(owner.public, signature.sig, envelope.signed):
                    return SignedBy(owner.member)
                else:
                    error = BadSignature("签名与内容不符")
        raise error

    def system(self, member_id: str) -> str:
        """Line of work of a member; empty for a stranger."""
        member = self.members.get(member_id)
        return member.system if member else ""


def claimed_member(trust: Trust, raw: bytes) -> str:
    """Whom the first key hint names, before anything is parsed: whose quota an unverified delivery is charged to."""
    start = raw.find(b'"keyid":"') + 9
    hint = raw[start : raw.find(b'"', start, start + 80)] if start >= 9 else b""
    owners = trust.keys.get(hint.decode("ascii", "replace"))
    return owners[0].member if owners else "?"


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


def load(root_raw: bytes, roster_raw: bytes, agreement_raw: bytes, fingerprint: str) -> Trust:
    """Build the trust in force from the three signed files; raises :class:`StaleTrust` or a decoding error."""
    root = load_root(root_raw, fingerprint)
    agreement_envelope = decode(agreement_raw)
    if agreement_envelope.type != AGREEMENT:
        raise WrongPurpose("不是协作协议文件")
    check_threshold(root, agreement_envelope)
    roster = read_roster(root, roster_raw)
    agreement = parse(Agreement, agreement_envelope.payload)
    if (roster.agreement.version, roster.agreement.sha256) != (agreement.version, agreement_envelope.hash):
        raise StaleTrust("名册所引用的协议不是这一份", field="agreement")
    return Trust(root, roster, agreement, root_raw, roster_raw, agreement_raw)


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


def _owner(member: str, key: MemberKey) -> KeyOwner:
    until = parse_time(key.until) if key.until else None
    return KeyOwner(member, key, b64decode(key.public), parse_time(key.since), until)
