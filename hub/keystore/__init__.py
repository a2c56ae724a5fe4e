"""Private keys, named by URI (``file:`` now, a hardware module is one more scheme); only workers open one (D2).

A key file is refused when other users of the machine can read it, and outside demo mode when its key is one of those
that anybody can compute (:data:`DEMO_SEED`; RELIABILITY A28).
"""

from __future__ import annotations

import json
import os
import stat
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hub.core.errors import Misconfigured
from hub.core.signing import check_key, key_id, possession
from hub.core.trust_files import ALGORITHMS

_MOST = 64 * 1024
"""Bytes of a key file."""
Entry = dict[str, object]
"""A key of the roster, as JSON."""
_SIZE = 32


@dataclass(frozen=True, slots=True)
class FileSigner:
    """An Ed25519 key from a file; the ``Signer`` port."""

    keyid: str
    public: bytes
    key: Ed25519PrivateKey

    def sign(self, data: bytes) -> bytes:
        """Signature over ``data`` (RFC 8032), 64 bytes."""
        return self.key.sign(data)


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

    def ids(self) -> dict[str, list[str]]:
        """Key ids by purpose."""
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
    uri, seals = f"file:{path}", purpose == "seal"
    if keep and path.exists():
        return open_seal_key(uri, demo=True) if seals else open_signer(uri, demo=True)
    secret = None if demo is None else demo_secret(demo())
    return create_seal_key(path, secret) if seals else create_signer(path, secret)


def open_keys(uris: Callable[[str], Iterable[str]], *, demo: bool) -> NodeKeys:
    """The node's keys, where ``uris`` says for each purpose; raises like :func:`open_signer`."""
    return NodeKeys(
        tuple(open_signer(uri, demo=demo) for uri in uris("sign")),
        tuple(open_seal_key(uri, demo=demo) for uri in uris("seal")),
        tuple(open_signer(uri, demo=demo) for uri in uris("witness")),
    )


DEMO_SEED = b"demo key, worth 0"[:16]
"""How the private bytes of every made-up key begin: simulations compute theirs from a public seed, so whoever has this
program has them too. The mark is part of the key and survives copying, renaming and rewriting of its file."""


def demo_secret(entropy: bytes) -> bytes:
    """Private bytes of a made-up key, worth nothing outside a demonstration."""
    return DEMO_SEED + entropy[:16]


def open_signer(uri: str, *, demo: bool) -> FileSigner:
    """Open the Ed25519 key named by ``uri``, for messages or for checkpoints; raises ``Misconfigured``, what to do.

    ``demo``: whether the node runs in demo mode, the only place where a made-up key is good enough.
    """
    return signer_of(Ed25519PrivateKey.from_private_bytes(_secret(uri, "ed25519")), demo=demo)


def create_signer(path: Path, secret: bytes | None = None) -> FileSigner:
    """Make a new Ed25519 key file, readable by its owner only; an existing one is never overwritten.

    ``secret``: private bytes of a made-up key (:func:`demo_secret`).
    """
    key = Ed25519PrivateKey.generate() if secret is None else Ed25519PrivateKey.from_private_bytes(secret)
    write_secret(path, {"algorithm": "ed25519", "private": key.private_bytes_raw().hex()})
    return signer_of(key, demo=True)


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
    """The 32 private bytes of a key for this algorithm (RFC 7748, RFC 8032)."""
    scheme, _, rest = uri.partition(":")
    if scheme != "file":
        raise Misconfigured(f"不支持的密钥位置 {uri}，目前只支持 file:路径", field="key")
    path = Path(rest)
    value = read_secret(path)
    if value.get("algorithm", algorithm) != algorithm:
        raise Misconfigured(f"密钥文件 {path} 不是 {algorithm} 密钥", field="key")
    try:
        secret = bytes.fromhex(value["private"])
    except (ValueError, KeyError, TypeError) as error:
        raise Misconfigured(f"无法读取密钥文件 {path}", field="key") from error
    if len(secret) != _SIZE:
        raise Misconfigured(f"无法读取密钥文件 {path}", field="key")
    return secret


def read_secret(path: Path) -> dict[str, Any]:
    """The JSON object of a key file; raises ``Misconfigured`` if it is no such file or others can read it."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            value = json.loads(file.read(_MOST))
    except (OSError, ValueError) as error:
        raise Misconfigured(f"无法读取密钥文件 {path}", field="key") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Misconfigured(f"密钥文件 {path} 的权限过宽，请执行 chmod 600", field="key")
    if not isinstance(value, dict):
        raise Misconfigured(f"无法读取密钥文件 {path}", field="key")
    return value


def write_secret(path: Path, value: dict[str, Any]) -> None:
    """Write a key file that must not exist yet, durably, for its owner's eyes only."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Misconfigured(f"无法新建密钥文件 {path}：{error.strerror}", field="key") from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(json.dumps(value))
        file.flush()
        os.fsync(file.fileno())


def enrolment(purpose: str, key: FileSigner | SealKey, vouching: FileSigner, member: str, nonce: str) -> Entry:
    """What the roster's holders need to enter a key: its public half and the proof of possession (RELIABILITY A1).

    A key that signs proves itself; for a seal key, which cannot, the member's signing key ``vouching`` does.
    """
    prover = key if isinstance(key, FileSigner) else vouching
    proof = prover.sign(possession(member, purpose, key.public, nonce))
    return {
        "id": key.keyid,
        "purpose": purpose,
        "algorithm": ALGORITHMS[purpose],
        "public": b64encode(key.public).decode(),
        "proof": {"nonce": nonce, "sig": b64encode(proof).decode()},
    }


def enrol_all(
    home: Path, names: Mapping[str, str], member: str, nonce: str, demo: Callable[[], bytes] | None = None
) -> list[Entry]:
    """Entries for the three keys of a new node; files that are missing under ``home`` are made (:func:`make_key`)."""
    keys = {purpose: make_key(purpose, home / name, demo=demo, keep=True) for purpose, name in names.items()}
    sign = keys["sign"]
    assert isinstance(sign, FileSigner)
    return [enrolment(purpose, key, sign, member, nonce) for purpose, key in keys.items()]


def signer_of(key: Ed25519PrivateKey, *, demo: bool) -> FileSigner:
    """A key that may sign; raises ``Misconfigured`` for a made-up one outside demo mode."""
    _check_made_up(key.private_bytes_raw(), demo=demo)
    public = key.public_key().public_bytes_raw()
    check_key(public)
    return FileSigner(key_id(public), public, key)


def _check_made_up(secret: bytes, *, demo: bool) -> None:
    if not demo and secret.startswith(DEMO_SEED):
        raise Misconfigured("这是演示密钥，人人都能算出，不能用于正式签名", field="key", advice="请重新生成密钥。")
