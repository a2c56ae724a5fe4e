"""Private keys, named by URI (``file:`` now, a hardware module is one more scheme); only workers open one (D2).

A key file is refused when other users of the machine can read it, and outside demo mode when its key is one of those
that anybody can compute (:data:`DEMO_SEED`; RELIABILITY A28).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hub.core.errors import Misconfigured
from hub.core.signing import ALGORITHMS as SIGNATURES
from hub.core.signing import FIRST, SECOND, key_id, possession
from hub.core.trust_files import ALGORITHMS
from hub.keystore.files import read_secret, replace_secret, write_secret
from hub.keystore.wrapping import find_passphrase, unwrap, wrap

Entry = dict[str, object]
"""A key of the roster, as JSON."""
_SIZE = 32
_FORMAT = "antipyramid-node-key-1"


@dataclass(frozen=True, slots=True)
class FileSigner:
    """An Ed25519 or, for second signatures, an ML-DSA-65 key from a file; the ``Signer`` port."""

    keyid: str
    public: bytes
    key: Ed25519PrivateKey | MLDSA65PrivateKey

    def sign(self, data: bytes) -> bytes:
        """Signature over ``data``: RFC 8032, 64 bytes, or FIPS 204 with no context, 3309 bytes."""
        return self.key.sign(data)

    @property
    def algorithm(self) -> str:
        """As the roster names it."""
        return FIRST if isinstance(self.key, Ed25519PrivateKey) else SECOND


@dataclass(frozen=True, slots=True)
class SealKey:
    """The X25519 key from a file that opens what is sealed to this node."""

    keyid: str
    public: bytes
    key: X25519PrivateKey


@dataclass(frozen=True, slots=True)
class NodeKeys:
    """The keys of a node by purpose (DESIGN D5), the oldest first: several of one purpose while it is replaced."""

    signs: tuple[FileSigner, ...]
    seals: tuple[SealKey, ...]
    """What was sealed to any of them is opened: it may have been under way when the key was replaced."""
    witnesses: tuple[FileSigner, ...]
    seconds: tuple[FileSigner, ...] = ()
    """For second signatures; none unless the office made one."""

    def ids(self) -> dict[str, list[str]]:
        """Key ids by purpose; those for second signatures, which the roster lists to sign too, are not among them."""
        named: dict[str, tuple[FileSigner | SealKey, ...]] = {
            "sign": self.signs,
            "seal": self.seals,
            "witness": self.witnesses,
        }
        return {purpose: [key.keyid for key in keys] for purpose, keys in named.items()}


def make_key(
    purpose: str, path: Path, *, demo: Callable[[], bytes] | None = None, keep: bool = False
) -> FileSigner | SealKey:
    """A new key file for one purpose; ``keep``: one that is there already is opened instead.

    ``demo``: sixteen bytes for a made-up key. Whether the node may run with such a key is judged when it starts.
    """
    uri, algorithm = f"file:{path}", SECOND if purpose == "second" else FIRST
    if keep and path.exists():
        return open_seal_key(uri, demo=True) if purpose == "seal" else open_signer(uri, algorithm, demo=True)
    secret = None if demo is None else demo_secret(demo())
    return create_seal_key(path, secret) if purpose == "seal" else create_signer(path, secret, algorithm)


def open_keys(uris: Callable[[str], Iterable[str]], *, demo: bool) -> NodeKeys:
    """The node's keys, where ``uris`` says for each purpose; raises like :func:`open_signer`."""
    return NodeKeys(
        tuple(open_signer(uri, demo=demo) for uri in uris("sign")),
        tuple(open_seal_key(uri, demo=demo) for uri in uris("seal")),
        tuple(open_signer(uri, demo=demo) for uri in uris("witness")),
        tuple(open_signer(uri, SECOND, demo=demo) for uri in uris("second")),
    )


DEMO_SEED = b"demo key, worth 0"[:16]
"""How the private bytes of every made-up key begin: simulations compute theirs from a public seed, so whoever has this
program has them too. The mark is part of the key and survives copying, renaming and rewriting of its file."""


def demo_secret(entropy: bytes) -> bytes:
    """Private bytes of a made-up key, worth nothing outside a demonstration."""
    return DEMO_SEED + entropy[:16]


def open_signer(uri: str, algorithm: str = FIRST, *, demo: bool) -> FileSigner:
    """Open the key of this algorithm named by ``uri``, for messages or checkpoints; raises ``Misconfigured``.

    ``demo``: whether the node runs in demo mode, the only place where a made-up key is good enough.
    """
    return signer_of(_FROM_BYTES[algorithm](_secret(uri, algorithm)), demo=demo)


def create_signer(path: Path, secret: bytes | None = None, algorithm: str = FIRST) -> FileSigner:
    """Make a new key file of this algorithm, readable by its owner only; an existing one is never overwritten.

    ``secret``: private bytes of a made-up key (:func:`demo_secret`).
    """
    key = _GENERATE[algorithm]() if secret is None else _FROM_BYTES[algorithm](secret)
    write_secret(path, {"algorithm": algorithm, "private": key.private_bytes_raw().hex()})
    return signer_of(key, demo=True)


_FROM_BYTES: dict[str, Callable[[bytes], Ed25519PrivateKey | MLDSA65PrivateKey]] = {
    FIRST: Ed25519PrivateKey.from_private_bytes,
    SECOND: MLDSA65PrivateKey.from_seed_bytes,
}
_GENERATE: dict[str, Callable[[], Ed25519PrivateKey | MLDSA65PrivateKey]] = {
    FIRST: Ed25519PrivateKey.generate,
    SECOND: MLDSA65PrivateKey.generate,
}


def open_seal_key(uri: str, *, demo: bool) -> SealKey:
    """Open the X25519 key named by ``uri``; raises like :func:`open_signer`."""
    secret = _secret(uri, "x25519")
    _check_made_up(secret, demo=demo)
    return _seal_key(X25519PrivateKey.from_private_bytes(secret))


def create_seal_key(path: Path, secret: bytes | None = None) -> SealKey:
    """Make a new X25519 key file, like :func:`create_signer`."""
    key = X25519PrivateKey.generate() if secret is None else X25519PrivateKey.from_private_bytes(secret)
    write_secret(path, {"algorithm": "x25519", "private": key.private_bytes_raw().hex()})
    return _seal_key(key)


def _seal_key(key: X25519PrivateKey) -> SealKey:
    public = key.public_key().public_bytes_raw()
    return SealKey(key_id(public), public, key)


def _secret(uri: str, algorithm: str) -> bytes:
    """The 32 private bytes of a key for this algorithm (RFC 7748, RFC 8032, the seed of FIPS 204)."""
    path = file_of(uri)
    value = read_secret(path)
    if value.get("algorithm", algorithm) != algorithm:
        raise Misconfigured(f"密钥文件 {path} 不是 {algorithm} 密钥", field="key")
    try:
        secret = _opened(path, value, algorithm) if "sealed" in value else bytes.fromhex(value["private"])
    except (ValueError, KeyError, TypeError) as error:
        raise Misconfigured(f"无法读取密钥文件 {path}", field="key") from error
    if len(secret) != _SIZE:
        raise Misconfigured(f"无法读取密钥文件 {path}", field="key")
    return secret


def file_of(uri: str) -> Path:
    """The file of a key; raises ``Misconfigured`` for a place this program cannot reach yet."""
    scheme, _, rest = uri.partition(":")
    if scheme == "pkcs11":
        raise Misconfigured(
            f"密钥位置 {uri}：本版本尚未接入密码卡、密码机（PKCS#11）",
            field="key",
            advice="请用 file:路径，并以 hub keys protect 加密密钥文件。",
        )
    if scheme != "file":
        raise Misconfigured(f"不支持的密钥位置 {uri}，目前只支持 file:路径", field="key")
    return Path(rest)


def protect(uri: str, source: str) -> bool:
    """Encrypt a key file under the passphrase found at ``source``; False if it is encrypted already.

    Raises ``Misconfigured`` without the passphrase, ``InvalidInput`` for a short one.
    """
    path = file_of(uri)
    value = read_secret(path)
    if "sealed" in value:
        return False
    algorithm = str(value["algorithm"])
    secret = _secret(uri, algorithm)
    wrapped = wrap(secret, find_passphrase(source), _bound(algorithm, source))
    replace_secret(path, {"format": _FORMAT, "algorithm": algorithm, "passphrase": source, **wrapped})
    return True


def protection_of(uri: str) -> str | None:
    """Where the passphrase of a key file is; None for a file that is not encrypted."""
    value = read_secret(file_of(uri))
    return str(value.get("passphrase")) if "sealed" in value else None


def _opened(path: Path, value: dict[str, Any], algorithm: str) -> bytes:
    source = str(value["passphrase"])
    try:
        return unwrap(value, find_passphrase(source), _bound(algorithm, source))
    except InvalidTag as error:
        raise Misconfigured(f"口令不对，或密钥文件 {path} 已损坏（口令取自 {source}）", field="passphrase") from error


def _bound(algorithm: str, source: str) -> bytes:
    return f"{_FORMAT}\n{algorithm}\n{source}".encode()


def enrolment(purpose: str, key: FileSigner | SealKey, vouching: FileSigner, member: str, nonce: str) -> Entry:
    """What the roster's holders need to enter a key: its public half and the proof of possession (RELIABILITY A1).

    ``purpose`` ``second``: listed to sign, with the algorithm of its own. A key that signs proves itself; for a seal
    key, which cannot, the member's signing key ``vouching`` does.
    """
    purpose = "sign" if purpose == "second" else purpose
    prover = key if isinstance(key, FileSigner) else vouching
    proof = prover.sign(possession(member, purpose, key.public, nonce))
    return {
        "id": key.keyid,
        "purpose": purpose,
        "algorithm": key.algorithm if isinstance(key, FileSigner) else ALGORITHMS[purpose],
        "public": b64encode(key.public).decode(),
        "proof": {"nonce": nonce, "sig": b64encode(proof).decode()},
    }


def enrol_all(
    home: Path, names: Mapping[str, str], member: str, nonce: str, demo: Callable[[], bytes] | None = None
) -> list[Entry]:
    """Entries for the keys of a new node, the one that signs among them; files missing under ``home`` are made."""
    keys = {purpose: make_key(purpose, home / name, demo=demo, keep=True) for purpose, name in names.items()}
    sign = keys["sign"]
    assert isinstance(sign, FileSigner)
    return [enrolment(purpose, key, sign, member, nonce) for purpose, key in keys.items()]


def signer_of(key: Ed25519PrivateKey | MLDSA65PrivateKey, *, demo: bool) -> FileSigner:
    """A key that may sign; raises ``Misconfigured`` for a made-up one outside demo mode."""
    _check_made_up(key.private_bytes_raw(), demo=demo)
    public = key.public_key().public_bytes_raw()
    made = FileSigner(key_id(public), public, key)
    SIGNATURES[made.algorithm].check(public)
    return made


def _check_made_up(secret: bytes, *, demo: bool) -> None:
    if not demo and secret.startswith(DEMO_SEED):
        raise Misconfigured("这是演示密钥，人人都能算出，不能用于正式签名", field="key", advice="请重新生成密钥。")
