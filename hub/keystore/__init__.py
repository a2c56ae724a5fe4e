"""Private keys, named by URI (``file:`` now, a hardware module is one more scheme); only workers open one (D2).

A key file is refused when other users of the machine can read it.
"""

from __future__ import annotations

import json
import os
import stat
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.core.errors import Misconfigured
from hub.core.signing import check_key, key_id, possession


@dataclass(frozen=True, slots=True)
class FileSigner:
    """An Ed25519 key from a file; the ``Signer`` port."""

    keyid: str
    public: bytes
    key: Ed25519PrivateKey

    def sign(self, data: bytes) -> bytes:
        """Signature over ``data`` (RFC 8032), 64 bytes."""
        return self.key.sign(data)


def open_signer(uri: str) -> FileSigner:
    """Open the signing key named by ``uri``; raises ``Misconfigured`` saying what to do."""
    scheme, _, rest = uri.partition(":")
    if scheme != "file":
        raise Misconfigured(f"不支持的密钥位置 {uri}，目前只支持 file:路径", field="key")
    path = Path(rest)
    try:
        mode = path.stat().st_mode
        value = json.loads(path.read_text("utf-8"))
        secret = bytes.fromhex(value["private"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Misconfigured(f"无法读取密钥文件 {path}", field="key") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Misconfigured(f"密钥文件 {path} 的权限过宽，请执行 chmod 600", field="key")
    return _signer(Ed25519PrivateKey.from_private_bytes(secret))


def create_signer(path: Path) -> FileSigner:
    """Make a new key file, readable by its owner only; an existing one is never overwritten."""
    signer = _signer(Ed25519PrivateKey.generate())
    text = json.dumps({"algorithm": "ed25519", "private": signer.key.private_bytes_raw().hex()})
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Misconfigured(f"无法新建密钥文件 {path}：{error.strerror}", field="key") from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return signer


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


def _signer(key: Ed25519PrivateKey) -> FileSigner:
    public = key.public_key().public_bytes_raw()
    check_key(public)
    return FileSigner(key_id(public), public, key)
