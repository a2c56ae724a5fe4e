"""Private keys, named by URI (``file:`` now, a hardware module is one more scheme); only workers open one (D2).

A key file is refused when other users of the machine can read it, and outside demo mode when its key is one of those
that anybody can compute (:data:`DEMO_SEED`; RELIABILITY A28).
"""

from __future__ import annotations

import json
import os
import stat
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.core.errors import Misconfigured
from hub.core.signing import check_key, key_id, possession

_MOST = 64 * 1024
"""Bytes of a key file."""


@dataclass(frozen=True, slots=True)
class FileSigner:
    """An Ed25519 key from a file; the ``Signer`` port."""

    keyid: str
    public: bytes
    key: Ed25519PrivateKey

    def sign(self, data: bytes) -> bytes:
        """Signature over ``data`` (RFC 8032), 64 bytes."""
        return self.key.sign(data)


DEMO_SEED = b"demo key, worth 0"[:16]
"""How the private bytes of every made-up key begin: simulations compute theirs from a public seed, so whoever has this
program has them too. The mark is part of the key and survives copying, renaming and rewriting of its file."""


def demo_secret(entropy: bytes) -> bytes:
    """Private bytes of a made-up key, worth nothing outside a demonstration."""
    return DEMO_SEED + entropy[:16]


def open_signer(uri: str, *, demo: bool) -> FileSigner:
    """Open the signing key named by ``uri``; raises ``Misconfigured`` saying what to do.

    ``demo``: whether the node runs in demo mode, the only place where a made-up key is good enough.
    """
    scheme, _, rest = uri.partition(":")
    if scheme != "file":
        raise Misconfigured(f"不支持的密钥位置 {uri}，目前只支持 file:路径", field="key")
    path = Path(rest)
    try:
        secret = bytes.fromhex(read_secret(path)["private"])
        key = Ed25519PrivateKey.from_private_bytes(secret)
    except (ValueError, KeyError, TypeError) as error:
        raise Misconfigured(f"无法读取密钥文件 {path}", field="key") from error
    return signer_of(key, demo=demo)


def create_signer(path: Path, secret: bytes | None = None) -> FileSigner:
    """Make a new key file, readable by its owner only; an existing one is never overwritten.

    ``secret``: private bytes of a made-up key (:func:`demo_secret`).
    """
    key = Ed25519PrivateKey.generate() if secret is None else Ed25519PrivateKey.from_private_bytes(secret)
    write_secret(path, {"algorithm": "ed25519", "private": key.private_bytes_raw().hex()})
    return signer_of(key, demo=True)


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


def enrolment(signer: FileSigner, member: str, nonce: str) -> dict[str, object]:
    """What the roster's holders need to enter this key: public key and proof of possession (RELIABILITY A1)."""
    proof = signer.sign(possession(member, "sign", signer.public, nonce))
    return {
        "id": signer.keyid,
        "purpose": "sign",
        "algorithm": "ed25519",
        "public": b64encode(signer.public).decode(),
        "proof": {"nonce": nonce, "sig": b64encode(proof).decode()},
    }


def signer_of(key: Ed25519PrivateKey, *, demo: bool) -> FileSigner:
    """A key that may sign; raises ``Misconfigured`` for a made-up one outside demo mode."""
    if not demo and key.private_bytes_raw().startswith(DEMO_SEED):
        raise Misconfigured("这是演示密钥，人人都能算出，不能用于正式签名", field="key", advice="请重新生成密钥。")
    public = key.public_key().public_bytes_raw()
    check_key(public)
    return FileSigner(key_id(public), public, key)
