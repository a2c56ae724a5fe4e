"""The next root and the next roster as their holders draft them: unsigned content, checked as every node will (D5).

Nothing here is in force: that takes the signatures of the holders (:mod:`hub.core.cosigning`).
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal, TypeVar

from hub.core import signing
from hub.core.envelope import dump, parse
from hub.core.errors import InvalidInput, NotAllowed, NotFound, Rejected, WrongState
from hub.core.ids import BEIJING, parse_time, wire_time
from hub.core.trust_files import ALGORITHMS, check_root, check_roster
from schemas.wire.roster import HolderFile, Proof, Root, RootKey, Roster

SHORTEST = 30
"""Days a roster is valid at least (DESIGN D5): members must be able to work that long without any holder."""
LONGEST = 1200
"""Days a roster is valid at most: an expelled member could be shown an old one that long."""
OVERLAP = timedelta(days=30)
"""How long a replaced key goes on being listed as current, so that its node may change over on any day."""
MOST_HOLDERS, MOST_THRESHOLD = 8, 4
"""A file has at most eight signatures, and a change of root needs those of the old and of the new threshold."""

F = TypeVar("F", Root, Roster)
Status = Literal["active", "suspended", "expelled"]
_MOVES: dict[str, tuple[tuple[Status, ...], Status, str]] = {
    "suspend": (("active",), "suspended", "只有有效的成员可以暂停"),
    "expel": (("active", "suspended"), "expelled", "该成员已退出"),
    "reinstate": (("suspended", "expelled"), "active", "该成员本来就是有效成员"),
}
_WORDS = {"active": "有效", "suspended": "已暂停", "expelled": "已退出"}


def root_key(found: HolderFile) -> RootKey:
    """A holder's key or keys for the root file; raises ``WeakKey``, or ``InvalidInput`` without proof of possession."""
    public = _possessed(signing.FIRST, found.public, found.proof)
    second = None if found.second is None else _possessed(signing.SECOND, found.second, found.second_proof)
    return RootKey.model_validate(holder_entry(public, found.holder, second))


def _possessed(algorithm: str, text: str, proof: Proof | None) -> bytes:
    public, judge = b64decode(text), signing.ALGORITHMS[algorithm]
    judge.check(public)
    keyid = signing.key_id(public)
    told = signing.possession(keyid, "root", public, proof.nonce) if proof else b""
    if proof is None or not judge.verify(public, b64decode(proof.sig), told):
        raise InvalidInput(f"密钥 {keyid} 缺少有效的持有证明", field="proof")
    return public


def holder_entry(public: bytes, holder: str, second: bytes | None = None) -> dict[str, str]:
    """What the root file says of a holder."""
    entry = {"id": signing.key_id(public), "algorithm": signing.FIRST, "public": b64encode(public).decode()}
    return {**entry, "holder": holder, **({"second": b64encode(second).decode()} if second else {})}


def first_root(federation: str, threshold: int, keys: Sequence[RootKey], issued: datetime) -> Root:
    """Version 1 of the anchor."""
    return _root(1, federation, threshold, keys, issued)


def next_root(
    present: Root, *, add: Sequence[RootKey], remove: Sequence[str], threshold: int | None, issued: datetime
) -> Root:
    """The next version of the anchor: keys taken out by id, keys put in, perhaps another threshold."""
    known = {key.id for key in present.keys}
    for keyid in remove:
        if keyid not in known:
            raise NotFound(f"根文件中没有密钥 {keyid}", field="remove", advice="请用 hub roster show 查看密钥编号。")
    keys = [*(key for key in present.keys if key.id not in remove), *add]
    wanted = threshold or present.threshold
    if (keys, wanted) == (present.keys, present.threshold):
        raise InvalidInput("新的根文件与现行的没有不同", field="add")
    return _root(present.version + 1, present.federation, wanted, keys, issued)


def check_threshold(threshold: int, keys: int) -> None:
    """Raises ``InvalidInput`` for a root of so many keys that no such number of holders could sign."""
    if not 1 <= threshold <= min(keys, MOST_THRESHOLD) or keys > MOST_HOLDERS:
        raise InvalidInput(
            f"{keys} 把密钥、门限 {threshold} 不成立",
            field="threshold",
            advice=f"密钥至多 {MOST_HOLDERS} 把，门限为 1 至 {MOST_THRESHOLD} 且不超过密钥数。",
        )


def _root(version: int, federation: str, threshold: int, keys: Sequence[RootKey], issued: datetime) -> Root:
    check_threshold(threshold, len(keys))
    listed = [json.loads(key.model_dump_json()) for key in keys]
    value = {"type": "root", "version": version, "federation": federation, "issued": wire_time(issued)}
    root = _checked(Root, {**value, "threshold": threshold, "keys": listed})
    check_root(root)
    return root


@dataclass
class Draft:
    """A roster being changed; every method refuses what would not make sense, naming the member."""

    now: datetime
    present: Roster | None = None
    members: list[dict[str, Any]] = field(init=False)
    terms: list[dict[str, str]] = field(init=False)
    agreement: dict[str, Any] | None = field(init=False)
    second: dict[str, Any] | None = field(init=False)

    def __post_init__(self) -> None:
        """Begin with what is in force, or with nothing."""
        value = json.loads(self.present.model_dump_json()) if self.present else {}
        self.members = value.get("members", [])
        self.terms = value.get("joint_meeting", [])
        self.agreement = value.get("agreement")
        self.second = value.get("second_signature")

    def add(self, office: Mapping[str, Any], keys: Sequence[Mapping[str, Any]]) -> None:
        """A new member with its three enrolled keys, active from now on."""
        if any(one["id"] == office.get("id") for one in self.members):
            raise WrongState(
                f"成员 {office.get('id')} 已在名册中", field="add", advice="换密钥用 --rotate，恢复资格用 --reinstate。"
            )
        if not {(key.get("purpose"), key.get("algorithm")) for key in keys} >= ALGORITHMS.items():
            raise InvalidInput(
                f"{office.get('id')} 的登记申请须含签名、加密、存证三把密钥",
                field="add",
                advice="请该单位用 hub node enrol 重新生成。",
            )
        self.members.append({**office, "status": "active", "keys": [self._key(key) for key in keys]})

    def rotate(self, member: str, keys: Iterable[Mapping[str, Any]]) -> None:
        """New keys of a member; those of the same purpose before them stay listed, with an end."""
        found = self._member(member, "rotate")
        listed = {one["id"] for one in found["keys"]}
        fresh = [key for key in keys if key.get("id") not in listed]
        if not fresh:
            raise WrongState(f"{found['name']}已登记这把密钥", field="rotate", advice="请用新的密钥重新生成登记申请。")
        end = wire_time(self.now + OVERLAP)
        changed = {(key.get("purpose"), key.get("algorithm")) for key in fresh}
        for one in found["keys"]:
            if (one["purpose"], one["algorithm"]) in changed and one["until"] is None:
                one["until"] = end
        found["keys"] += [self._key(key) for key in fresh]

    def revoke(self, keyid: str, last_good: Sequence[Mapping[str, Any]] = ()) -> None:
        """A key that vouches no further than the last good message of each stream; for nothing in the others."""
        found = next((one for member in self.members for one in member["keys"] if one["id"] == keyid), None)
        if found is None:
            raise NotFound(f"成员名册中没有密钥 {keyid}", field="revoke", advice="请用 hub roster show 查看密钥编号。")
        if found["revoked"] is not None:
            raise WrongState(f"密钥 {keyid} 已经吊销", field="revoke")
        found.update(until=min(found["until"] or wire_time(self.now), wire_time(self.now)), revoked=list(last_good))

    def move(self, member: str, how: str) -> None:
        """``suspend``, ``expel`` or ``reinstate`` a member."""
        found = self._member(member, how)
        allowed, status, why = _MOVES[how]
        if found["status"] not in allowed:
            raise WrongState(f"{found['name']}现为“{_WORDS[found['status']]}”，{why}", field=how)
        found["status"] = status

    def pin(self, version: int, digest: str) -> None:
        """Refer to another agreement, by the hash of what was signed."""
        if self.agreement is not None and digest != self.agreement["sha256"] and version <= self.agreement["version"]:
            raise WrongState(
                f"协作协议第 {version} 版不高于现行第 {self.agreement['version']} 版，不能引用",
                field="agreement",
                advice="要恢复旧的约定，请以更高的版本号重新签发。",
            )
        self.agreement = {"version": version, "sha256": digest}

    def ask_second(self, algorithm: str | None, grace: int) -> None:
        """Messages need a second signature from the next version on, older ones after ``grace`` days; None: no more."""
        if algorithm is None:
            self.second = None
            return
        version = self.present.version + 1 if self.present else 1
        if self.second is None or self.second["algorithm"] != algorithm:
            until = wire_time(self.now + timedelta(days=grace))
            self.second = {"algorithm": algorithm, "roster": version, "grace": until}

    def host(self, member: str, since: date, until: date) -> None:
        """A term of the joint-meeting office; terms before it end the day before, later ones that overlap go."""
        found = self._member(member, "joint-meeting")
        if found["status"] != "active":
            raise WrongState(f"{found['name']}不是有效成员，不能承担轮值", field="joint-meeting")
        if since > until:
            raise InvalidInput("轮值的开始日期晚于结束日期", field="from")
        first, last, kept = since.isoformat(), until.isoformat(), []
        for term in self.terms:
            if term["until"] < first or term["since"] > last:
                kept.append(term)
            elif term["since"] < first:
                kept.append({**term, "until": (since - timedelta(days=1)).isoformat()})
        self.terms = sorted([*kept, {"member": member, "since": first, "until": last}], key=lambda one: one["since"])

    def hand_over(self, member: str, since: date, until: date) -> str | None:
        """The next term, of a joint-meeting office, from a day to come on; returns whose term it ends, if any.

        Raises ``InvalidInput`` for a day that has gone by, ``NotAllowed`` for another kind of office, ``WrongState``
        for terms agreed already that it would overlap. A running term of another host ends the day before.
        """
        found = self._member(member, "to")
        if found["system"] != "jm":
            raise NotAllowed(
                f"{found['name']}不是联席会议办公室（系统代码 jm），不能承担轮值",
                field="to",
                advice="轮值由联席会议办公室的节点承担；请先用 --add 吸收该市的联席会议办公室。",
            )
        today, first = self.now.astimezone(BEIJING).date(), since.isoformat()
        if since < today:
            raise InvalidInput(f"轮值不能从已经过去的 {first} 开始", field="from", advice=f"最早可写 {today}。")
        running = next((one for one in self.terms if one["since"] < first <= one["until"]), None)
        planned = next((one for one in self.terms if first <= one["since"] <= until.isoformat()), None)
        overlaps = running if running is not None and running["member"] == member else planned
        if overlaps is not None:
            host = self._member(overlaps["member"], "to")["name"]
            raise WrongState(
                f"{overlaps['since']} 至 {overlaps['until']} 已定由{host}轮值，与所写任期重叠",
                field="from" if overlaps is running else "until",
                advice="请改写起止日期；确要改动已定的任期，用 hub roster draft --joint-meeting。",
            )
        self.host(member, since, until)
        return running["member"] if running is not None else None

    def finish(self, days: int) -> Roster:
        """The next version, valid for ``days`` from now."""
        if not SHORTEST <= days <= LONGEST:
            raise InvalidInput(f"名册有效期应为 {SHORTEST} 至 {LONGEST} 天", field="expires")
        self._check_second()
        if self.agreement is None:
            raise InvalidInput("第一份名册须引用协作协议", field="agreement", advice="请用 --agreement 指明协议文件。")
        expires = self.now + timedelta(days=days)
        if self.present is not None and expires < parse_time(self.present.expires):
            raise InvalidInput(
                f"有效期不能早于现行名册的 {self.present.expires[:10]}",
                field="expires",
                advice="请用更大的 --expires。",
            )
        roster = _checked(
            Roster,
            {
                "type": "roster",
                "version": self.present.version + 1 if self.present else 1,
                "issued": wire_time(self.now),
                "expires": wire_time(expires),
                "agreement": self.agreement,
                "joint_meeting": self.terms,
                "members": self.members,
                **({"second_signature": self.second} if self.second else {}),
            },
        )
        check_roster(roster)
        return roster

    def _check_second(self) -> None:
        """Nobody is shut out by a rule it cannot keep: who speaks here has a key for second signatures first."""
        wanted = self.second["algorithm"] if self.second else ""
        lacking = [
            one["name"]
            for one in self.members
            if one["status"] == "active" and not any(key["algorithm"] == wanted for key in one["keys"])
        ]
        if wanted and lacking:
            raise InvalidInput(
                f"要求第二签名（{wanted}），但名册中尚无其密钥：{'、'.join(lacking[:10])}",
                field="second-signature",
                advice="请这些单位执行 hub keys rotate --purpose second，先登记密钥，再作要求。",
            )

    def _member(self, member: str, option: str) -> dict[str, Any]:
        found = next((one for one in self.members if one["id"] == member), None)
        if found is None:
            raise NotFound(f"成员名册中没有 {member}", field=option, advice="请用 hub roster show 查看成员编号。")
        return found

    def _key(self, key: Mapping[str, Any]) -> dict[str, Any]:
        return {**key, "since": wire_time(self.now), "until": None, "revoked": None}


def _checked(model: type[F], value: dict[str, Any]) -> F:
    try:
        return parse(model, dump(value))
    except Rejected as error:
        raise InvalidInput(error.detail, field=error.field) from error
