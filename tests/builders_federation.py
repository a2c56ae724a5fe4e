"""A whole test federation with real keys and real signatures, the same on every run: keys come from counted seeds."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hub.core import signing
from hub.core.envelope import AGREEMENT, ROOT, ROSTER, Signature, decode, dump, encode, pae
from hub.core.trust import Trust
from hub.core.trust_files import load
from hub.flows.ports import Keys
from hub.keystore import SealKey, demo_secret
from hub.keystore.files import write_secret
from tests.hpke import CountedSealer

MEMBERS = (
    "450900-mr",
    "450500-mr",
    "460100-mr",
    "440800-mr",
    "440900-mr",
    "440800-ps",
    "450500-ps",
    "450900-jm",
)
FERRY = frozenset({"450500-ps"})
CITIES = {"450900": "玉林市", "450500": "北海市", "460100": "海口市", "440800": "湛江市", "440900": "茂名市"}
SYSTEMS = {
    "mr": ("市场监督管理局", "市监"),
    "ps": ("公安局", "公安"),
    "jm": ("打击传销联席会议办公室", "打传办"),
}
DEMO_AGREEMENT = Path(__file__).parent.parent / "deploy" / "demo" / "agreement.json"
ISSUED = "2026-03-10T01:00:00.000Z"
EXPIRES = "2027-12-31T15:59:59.000Z"
ROOT_KEYS = 3
THRESHOLD = 2


@dataclass(frozen=True)
class KeyPair:
    """An Ed25519 key, or one for second signatures; it is a ``Signer`` as it stands."""

    private: Ed25519PrivateKey | MLDSA65PrivateKey

    @cached_property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    @cached_property
    def keyid(self) -> str:
        return signing.key_id(self.public)

    def sign(self, data: bytes) -> bytes:
        return self.private.sign(data)


@cache
def keypair(seed: int) -> KeyPair:
    """The same key for the same seed. Root keys have the seeds 1, 2, 3; members their own (:func:`signer_for`)."""
    # Anybody who reads this can compute them, so they are marked like those of a simulation.
    secret = demo_secret(hashlib.sha256(b"test key %d" % seed).digest())
    return KeyPair(Ed25519PrivateKey.from_private_bytes(secret))


def signer_for(member: str, generation: int = 0) -> KeyPair:
    """The signing key of ``member``; another ``generation`` is another key of the same member."""
    return keypair(int.from_bytes(hashlib.sha256(f"{member}/{generation}".encode()).digest()[:6], "big"))


def witness_for(member: str, generation: int = 0) -> KeyPair:
    """The witness key of ``member``."""
    return keypair(int.from_bytes(hashlib.sha256(f"{member}/witness/{generation}".encode()).digest()[:6], "big"))


@cache
def second_for(member: str, generation: int = 0) -> KeyPair:
    """The member's key for second signatures (ML-DSA-65)."""
    secret = demo_secret(hashlib.sha256(f"{member}/second/{generation}".encode()).digest())
    return KeyPair(MLDSA65PrivateKey.from_seed_bytes(secret))


@cache
def seal_key_for(member: str, generation: int = 0) -> SealKey:
    """The key that opens what is sealed to ``member``."""
    secret = demo_secret(hashlib.sha256(f"{member}/seal/{generation}".encode()).digest())
    key = X25519PrivateKey.from_private_bytes(secret)
    public = key.public_key().public_bytes_raw()
    return SealKey(signing.key_id(public), public, key)


def keys_for(member: str, generation: int = 0, *, second: bool = False) -> Keys:
    """What the member's worker holds; its sealer counts from the beginning."""
    sealer = CountedSealer(seal_key_for(member, generation).key)
    seconds = [second_for(member, generation)] if second else []
    return Keys(signer_for(member, generation), witness_for(member, generation), sealer, seconds=seconds)


def write_key_files(home: Path, member: str, generation: int = 0) -> None:
    """The member's three keys as key files of its node."""
    keys = {
        "node.key": ("ed25519", signer_for(member, generation).private),
        "seal.key": ("x25519", seal_key_for(member, generation).key),
        "witness.key": ("ed25519", witness_for(member, generation).private),
    }
    for name, (algorithm, key) in keys.items():
        (home / name).unlink(missing_ok=True)
        write_secret(home / name, {"algorithm": algorithm, "private": key.private_bytes_raw().hex()})


def root_keys() -> list[KeyPair]:
    return [keypair(seed) for seed in range(1, ROOT_KEYS + 1)]


def signed(
    payload_type: str, payload: Mapping[str, Any] | bytes, signers: Iterable[KeyPair], body: bytes | None
) -> bytes:
    """The envelope of ``payload`` signed by ``signers``, as it goes over the wire."""
    data = payload if isinstance(payload, bytes) else dump(dict(payload))
    covered = pae(payload_type, data)
    return encode(payload_type, data, tuple(Signature(key.keyid, key.sign(covered)) for key in signers), body)


def build_root(*, threshold: int = THRESHOLD, signers: Sequence[KeyPair] | None = None, **changes: Any) -> bytes:
    """A signed root file over the three root keys."""
    keys = [{"id": k.keyid, "algorithm": "ed25519", "public": b64encode(k.public).decode()} for k in root_keys()]
    payload = {
        "type": "root",
        "version": 1,
        "federation": "测试联盟",
        "issued": ISSUED,
        "threshold": threshold,
        "keys": keys,
        **changes,
    }
    return signed(ROOT, payload, root_keys() if signers is None else signers, None)


def member_key(
    member: str, key: KeyPair | SealKey | None = None, *, vouching: KeyPair | None = None, **changes: Any
) -> dict[str, Any]:
    """A key entry of the roster with its proof of possession; a seal key is vouched for by the signing key."""
    purpose = changes.get("purpose", "sign")
    usual = {"sign": signer_for, "seal": seal_key_for, "witness": witness_for}
    key = key or usual[purpose](member)
    prover = vouching or (key if isinstance(key, KeyPair) else signer_for(member))
    nonce = hashlib.sha256(member.encode()).hexdigest()[:32]
    proof = prover.sign(signing.possession(member, purpose, key.public, nonce))
    lattice = isinstance(key, KeyPair) and isinstance(key.private, MLDSA65PrivateKey)
    algorithm = "x25519" if purpose == "seal" else "ml-dsa-65" if lattice else "ed25519"
    return {
        "id": key.keyid,
        "purpose": purpose,
        "algorithm": algorithm,
        "public": b64encode(key.public).decode(),
        "since": "2026-01-01T00:00:00.000Z",
        "until": None,
        "revoked": None,
        "proof": {"nonce": nonce, "sig": b64encode(proof).decode()},
        **changes,
    }


def member_entry(member: str, **changes: Any) -> dict[str, Any]:
    """A member of the roster; what is known of the five cities is filled in, anything may be overridden."""
    region, system = member.split("-")[:2]
    city = CITIES.get(region, f"{region}市")
    office, short = SYSTEMS.get(system, (f"{system}机关", system))
    return {
        "id": member,
        "name": city + office,
        "short_name": city[:-1] + short,
        "region": region,
        "system": system,
        "level": "city",
        "superior": None,
        "credit_code": None,
        "calendar": "CN-GX" if region.startswith("45") else "CN",
        "reach": "ferry" if member in FERRY else "online",
        "status": "active",
        "keys": [member_key(member, purpose=purpose) for purpose in ("sign", "seal", "witness")],
        **changes,
    }


def build_roster(
    members: Iterable[str | Mapping[str, Any]],
    *,
    agreement: bytes | None = None,
    signers: Sequence[KeyPair] | None = None,
    **changes: Any,
) -> bytes:
    """A signed roster of these members (ids, or whole entries); the first joint-meeting office holds the term."""
    entries = [member_entry(one) if isinstance(one, str) else dict(one) for one in members]
    offices = [entry["id"] for entry in entries if entry["system"] == "jm"]
    raw = build_agreement() if agreement is None else agreement
    pinned = decode(raw)
    payload = {
        "type": "roster",
        "version": 1,
        "issued": ISSUED,
        "expires": EXPIRES,
        "agreement": {"version": json.loads(pinned.payload)["version"], "sha256": pinned.hash},
        "joint_meeting": [{"member": office, "since": "2026-01-01", "until": "2027-12-31"} for office in offices[:1]],
        "members": entries,
        **changes,
    }
    return signed(ROSTER, payload, root_keys()[:THRESHOLD] if signers is None else signers, None)


@cache
def _demo_agreement() -> dict[str, Any]:
    return json.loads(DEMO_AGREEMENT.read_bytes())  # type: ignore[no-any-return]


def build_agreement(*, signers: Sequence[KeyPair] | None = None, **changes: Any) -> bytes:
    """The demo's agreement, signed by the test root; ``changes`` replace whole fields (``version``, ``rights`` …)."""
    payload = {**_demo_agreement(), **changes}
    return signed(AGREEMENT, payload, root_keys()[:THRESHOLD] if signers is None else signers, None)


def asking_second(fed: Federation, **changes: Any) -> Federation:
    """The next roster: every member has a key for second signatures, and from this version on they are asked for."""
    entries = json.loads(decode(fed.roster_raw).payload)["members"]
    for entry in entries:
        entry["keys"].append(member_key(entry["id"], second_for(entry["id"])))
    policy = {"algorithm": "ml-dsa-65", "roster": 2, "grace": "2026-05-01T00:00:00.000Z", **changes}
    return fed.renewed(entries, second_signature=policy)


@dataclass(frozen=True)
class Federation:
    """The three signed files, checked as a node checks them."""

    root_raw: bytes
    roster_raw: bytes
    agreement_raw: bytes

    @property
    def fingerprint(self) -> str:
        return decode(self.root_raw).hash

    @cached_property
    def trust(self) -> Trust:
        return load(self.root_raw, self.roster_raw, self.agreement_raw, self.fingerprint)

    @property
    def members(self) -> list[str]:
        return [member.id for member in self.trust.roster.members]

    def signer(self, member: str) -> KeyPair:
        return signer_for(member)

    def renewed(
        self,
        members: Iterable[str | Mapping[str, Any]] | None = None,
        *,
        agreement: bytes | None = None,
        **changes: Any,
    ) -> Federation:
        """The next roster version, by default with the same members; another ``agreement`` comes with it."""
        known = json.loads(decode(self.roster_raw).payload)
        entries = known["members"] if members is None else members
        rules = agreement or self.agreement_raw
        raw = build_roster(entries, agreement=rules, **{"version": known["version"] + 1, **changes})
        return Federation(self.root_raw, raw, rules)


def federation(who: int | Sequence[str] | None = None) -> Federation:
    """The default federation, its first ``n`` members (invented ones beyond the eighth), or one of these ids."""
    if who is None:
        who = MEMBERS
    if isinstance(who, int):
        more = (f"{451000 + number}-mr" for number in range(who))
        who = [*MEMBERS, *more][:who]
    return _federation(tuple(who))


@cache
def _federation(members: tuple[str, ...]) -> Federation:
    agreement = build_agreement()
    return Federation(build_root(), build_roster(members, agreement=agreement), agreement)
