"""Whom we believe and by which rules: root, roster and agreement in force, indexed for the questions asked of them.

How the three signed files are checked before they get here stands in :mod:`hub.core.trust_files` (DESIGN D5). An
expired roster warns (:meth:`Trust.expired`), it does not stop the exchange.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Collection, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NewType

from hub.core import signing
from hub.core.calendar import WorkingCalendar, working_calendars
from hub.core.envelope import Envelope
from hub.core.errors import BadSignature, KeyRevoked, NotFound, UnknownSender, WrongPurpose
from hub.core.ids import ALL, OUTSIDE, is_outside, parse_time
from hub.core.standing import check_member
from schemas.wire.agreement import Agreement, Right, Rule
from schemas.wire.roster import Member, MemberKey, Root, Roster

NATIONAL = "CN"
"""The national calendar."""

GRACE = timedelta(days=90)
"""How long an expired roster goes on as before, warning everybody: holders of three provinces may have to wait for the
next joint meeting of the quarter. After it nothing new is decided here: whoever kept newer rosters from us could
otherwise make us trust an expelled member for ever (freeze attack)."""

EARLY = timedelta(minutes=5)
"""A key counts so much before its ``since``: clocks of two offices differ."""

SignedBy = NewType("SignedBy", str)
"""Member whose key really signed, and may; made only by :meth:`Trust.signer_of`."""


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
    past: Mapping[int, Agreement] = field(default_factory=dict, compare=False)
    """Earlier versions of the agreement: a matter keeps the rule it started under."""
    earlier: tuple[bytes, ...] = field(default=(), compare=False)
    """Their files as they were signed, to be handed on: both ends must count an old matter by the same rules."""
    roots: tuple[bytes, ...] = field(default=(), compare=False)
    """Earlier root files, oldest first: each was signed by the one before it, and what they signed stays provable."""
    outside: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Names this office gave to offices outside the federation: its own register, part of no signed file."""
    members: dict[str, Member] = field(init=False)
    keys: dict[str, list[KeyOwner]] = field(init=False)
    rules: dict[str, Rule] = field(init=False)
    calendars: dict[str, WorkingCalendar] = field(init=False)
    rights: dict[int, dict[tuple[str, str, str], list[Right]]] = field(init=False)
    """Agreement version -> (kind, sender system, receiver system) -> the rows of the table."""
    sights: dict[tuple[str, str, str], str] = field(init=False)
    """(kind, sender system, receiver system) -> what the joint-meeting office sees."""
    behind_gap: frozenset[str] = field(init=False)
    dues: dict[tuple[Any, ...], tuple[Any, datetime | None]] = field(init=False, default_factory=dict, compare=False)
    """Deadlines computed under this agreement, kept by ``hub.core.docket``."""

    def __post_init__(self) -> None:
        """Index members and keys once; a roster is read thousands of times between two changes."""
        object.__setattr__(self, "members", {member.id: member for member in self.roster.members})
        object.__setattr__(self, "behind_gap", frozenset(one.id for one in self.roster.members if one.reach == "ferry"))
        index: dict[str, list[KeyOwner]] = {}
        for member in self.roster.members:
            for key in member.keys:
                index.setdefault(key.id, []).append(_owner(member.id, key))
        object.__setattr__(self, "keys", index)
        object.__setattr__(self, "rules", {rule.id: rule for rule in self.agreement.rules})
        object.__setattr__(self, "calendars", working_calendars(self.agreement.calendars))
        known = {**self.past, self.agreement.version: self.agreement}
        object.__setattr__(self, "rights", {version: _rights(one) for version, one in known.items()})
        object.__setattr__(self, "sights", _sights(self.agreement))

    def member(self, member_id: str) -> Member:
        """Return the member or raise :class:`NotFound`."""
        found = self.members.get(member_id)
        if found is None:
            raise NotFound(f"成员名册中没有 {member_id}", field="member")
        return found

    def naming(self, outside: Mapping[str, str]) -> Trust:
        """The same files, with these names for offices outside; all that was computed is shared."""
        found = copy(self)
        object.__setattr__(found, "outside", outside)
        return found

    def name_of(self, party: str, *, short: bool = False) -> str:
        """Name of a member or of a registered office outside; else its id."""
        member = self.members.get(party)
        if member is not None:
            return member.short_name if short else member.name
        return self.outside.get(party) or (f"系统外单位（{party[4:]}）" if is_outside(party) else party)

    def active(self) -> list[str]:
        """Ids of the members that may exchange now, in roster order."""
        return [member.id for member in self.roster.members if member.status == "active"]

    def connected(self) -> list[str]:
        """Ids of those we speak with at all, the suspended among them: they must hear how it goes on."""
        return [member.id for member in self.roster.members if member.status != "expelled"]

    def by_ferry(self, member: str) -> frozenset[str]:
        """Whom ``member`` reaches by ferry files only: everyone, if it stands behind the gap itself."""
        return (frozenset(self.members) if member in self.behind_gap else self.behind_gap) - {member}

    def addressees(self, audience: str, sender: str) -> list[str]:
        """Members one audience stands for, the sender excluded."""
        return [m for m in self.active() if m != sender] if audience == ALL else [audience]

    def joint_meeting(self, day: date) -> str | None:
        """Member holding the joint-meeting office on ``day``."""
        text = day.isoformat()
        return next((term.member for term in self.roster.joint_meeting if term.since <= text <= term.until), None)

    def visible(self, kind: str, sender: str, receiver: str, version: int | None = None) -> str:
        """What the joint-meeting office sees of such an exchange: ``header``, ``count`` or ``none`` (D16).

        ``version``: as it was agreed then, if that agreement is here.
        """
        pair = (self.system(sender), ALL if receiver == ALL else self.system(receiver))
        past = self.past.get(version or 0)
        return (self.sights if past is None else _sights(past)).get((kind, *pair), "none")

    def may_send(self, kind: str, sender: str, receiver: str) -> bool:
        """Tell whether the agreement lets ``sender`` send ``kind`` to ``receiver``."""
        return self._right(kind, sender, receiver, self.agreement.version) is not None

    def is_sealed(self, kind: str, version: int | None = None) -> bool:
        """Whether bodies of this kind travel sealed, as agreed in ``version``: all do but those the agreement lists.

        Every kind may hold personal data: each form has a contact with name and telephone number.
        """
        return kind not in self.past.get(version or 0, self.agreement).unsealed

    def seal_key(self, member_id: str, at: datetime) -> bytes | None:
        """The public key to seal to this member with: the newest that is valid; None: it has none."""
        member = self.members.get(member_id)
        owners = (_owner(member.id, key) for key in member.keys if key.purpose == "seal") if member else ()
        valid = [
            (one.since, one.public)
            for one in owners
            if one.since <= at and (one.until is None or at < one.until) and one.key.revoked is None
        ]
        return max(valid)[1] if valid else None

    def rule_for(self, kind: str, sender: str, receiver: str, urgency: str, version: int | None = None) -> str | None:
        """The deadline rule such a document starts, as agreed in ``version`` (statutory only where the law says so)."""
        right = self._right(kind, sender, receiver, version or self.agreement.version)
        if right is None or receiver == ALL:
            return None
        rules = {str(name): rule for name, rule in right.rules.items()}
        return rules.get(urgency, rules.get("normal"))

    def _right(self, kind: str, sender: str, receiver: str, version: int) -> Right | None:
        """The row of the table for this pair: system, region and level (DOMAIN CM5, CM7)."""
        table = self.rights.get(version) or self.rights[self.agreement.version]
        rows = table.get((kind, self.system(sender), ALL if receiver == ALL else self.system(receiver)), ())
        return next((row for row in rows if self._fits(row, sender, receiver)), None)

    def _fits(self, right: Right, sender: str, receiver: str) -> bool:
        if right.same_region != "any":
            near = receiver != ALL and sender[:6] == _region(receiver)
            if near != (right.same_region == "same"):
                return False
        if right.level == "any":
            return True
        same = receiver == ALL or self._level(sender) == self._level(receiver)
        return same == (right.level == "same")

    def _level(self, member_id: str) -> str:
        member = self.members.get(member_id)
        return member.level if member else ""

    def rule(self, rule_id: str | None, version: int) -> Rule | None:
        """A deadline rule as it stood in that version of the agreement; in the present one if that is not here."""
        past = self.past.get(version)
        if past is None:
            return self.rules.get(rule_id or "")
        return next((one for one in past.rules if one.id == rule_id), None)

    def stage_rule(self, stage: str, urgency: str) -> str | None:
        """The rule of a stage inside a matter (``sign-for``, ``answer``, ``supplement``); None: no limit agreed."""
        found = {str(one.urgency): one.rule for one in self.agreement.stages if one.stage == stage}
        return found.get(urgency, found.get("normal"))

    def calendar_of(self, party: str) -> WorkingCalendar | None:
        """The calendar of a duty-holder; an office outside the federation follows the members of its province."""
        member = self.members.get(party)
        if member is None and not is_outside(party):
            return None
        near = (one.calendar for one in self.roster.members if one.region[:2] == _region(party)[:2])
        return self.calendars.get(member.calendar if member else next(near, NATIONAL))

    def common_superior(self, one: str, other: str) -> str | None:
        """Name of the common superior of two offices of one system; None across systems (DOMAIN section 3.2)."""
        if self.system(one) != self.system(other):
            return None
        shared = [s for s in self.agreement.superiors if s.system == self.system(one)]
        both = [s for s in shared if _region(one).startswith(s.region) and _region(other).startswith(s.region)]
        return max(both, key=lambda s: len(s.region)).name if both else None

    def expired(self, now: datetime) -> bool:
        """True once the roster's validity is over: warn, ask peers for a newer one, go on."""
        return now > parse_time(self.roster.expires)

    def lapsed(self, now: datetime) -> bool:
        """True once the grace time is over as well: nothing new may be decided until a newer roster has come."""
        return now > parse_time(self.roster.expires) + GRACE

    def days_left(self, now: datetime) -> int:
        """Whole days until the roster expires; negative when it has."""
        return (parse_time(self.roster.expires) - now) // timedelta(days=1)

    def newest_key(self, member: str, purpose: str, among: Collection[str], at: datetime) -> str | None:
        """Which of the keys ``among`` its member should use now: the one last listed, unless it was revoked."""
        listed = [
            (parse_time(key.since), number, key.id)
            for number, key in enumerate(self.member(member).keys)
            if key.id in among and key.purpose == purpose and key.revoked is None
        ]
        usable = [one for one in listed if one[0] <= at]
        return max(usable)[2] if usable else None

    def signer_of(self, envelope: Envelope, *, at: datetime) -> SignedBy:
        """Return the member whose signing key, not revoked, made one of the signatures; raises like :meth:`key_of`.

        For control frames: a revoked key vouches for none of them. Raises ``NotAMember`` for an expelled one.
        """
        owner = self.key_of(envelope, at=at)
        check_member(self.members[owner.member], message=False)
        if owner.key.revoked is not None:
            raise KeyRevoked(f"签名密钥 {owner.key.id} 已吊销", field="signatures")
        return SignedBy(owner.member)

    def key_of(self, envelope: Envelope, *, at: datetime, purpose: str = "sign") -> KeyOwner:
        """Return the ``purpose`` key that made one of the signatures, even if it was revoked since.

        ``at`` is our own clock when the envelope arrived: a key counts from its ``since`` on. What it still vouches
        for says :mod:`hub.core.standing`. Raises ``UnknownSender``, ``WrongPurpose``, ``KeyRevoked``, ``BadSignature``.
        """
        error: BadSignature | KeyRevoked | UnknownSender | WrongPurpose = UnknownSender("没有名册内成员的签名")
        for signature in envelope.signatures:
            for owner in self.keys.get(signature.keyid, ()):
                if owner.key.purpose != purpose or owner.key.algorithm != signing.FIRST:
                    error = WrongPurpose("签名密钥的用途不是文书签名，或者只作第二签名")
                elif owner.since > at + EARLY:
                    error = KeyRevoked("签名密钥尚未生效")
                elif signing.is_valid(owner.public, signature.sig, envelope.signed):
                    return owner
                else:
                    error = BadSignature("签名与内容不符")
        raise error

    def system(self, member_id: str) -> str:
        """Line of work of a member; ``out`` outside the federation, empty for a stranger."""
        member = self.members.get(member_id)
        return member.system if member else OUTSIDE if is_outside(member_id) else ""


def _owner(member: str, key: MemberKey) -> KeyOwner:
    until = parse_time(key.until) if key.until else None
    return KeyOwner(member, key, b64decode(key.public), parse_time(key.since), until)


def _region(party: str) -> str:
    """Administrative division of a member or of an office outside."""
    return party[4:10] if is_outside(party) else party[:6]


def _rights(agreement: Agreement) -> dict[tuple[str, str, str], list[Right]]:
    table: dict[tuple[str, str, str], list[Right]] = {}
    for right in agreement.rights:
        table.setdefault((right.kind, right.sender_system, right.receiver_system), []).append(right)
    return table


def _sights(agreement: Agreement) -> dict[tuple[str, str, str], str]:
    return {(one.kind, one.sender_system, one.receiver_system): one.see for one in agreement.visibility}
