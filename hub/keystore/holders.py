"""Key files of the roster's holders: encrypted under a passphrase, kept on media of their own, never on a node (D5).

scrypt (RFC 7914) makes the key of AES-256-GCM from the passphrase; algorithm, key id and holder are authenticated with
the ciphertext, so a file cannot be passed off as another holder's.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from hub.core.errors import InvalidInput, Misconfigured
from hub.core.signing import possession
from hub.keystore import FileSigner, read_secret, signer_of, write_secret

if TYPE_CHECKING:
    from pathlib import Path

SHORTEST = 12
"""Characters of a passphrase; with scrypt below, one guess costs 64 MiB and about 0.2 s."""
_N, _R, _P = 2**16, 8, 1
_FORMAT = "antipyramid-holder-key-1"


@dataclass(frozen=True, slots=True)
class HolderKey:
    """An opened key with the name of who keeps it."""

    signer: FileSigner
    holder: str

    def public(self, nonce: str) -> dict[str, object]:
        """What goes to whoever drafts the root file: public half, name, proof of possession."""
        one = self.signer
        proof = one.sign(possession(one.keyid, "root", one.public, nonce))
        return {
            "type": "holder",
            "holder": self.holder,
            "public": b64encode(one.public).decode(),
            "proof": {"nonce": nonce, "sig": b64encode(proof).decode()},
        }


def create_holder(path: Path, passphrase: str, holder: str) -> HolderKey:
    """Make a new encrypted key file; an existing one is never overwritten."""
    if len(passphrase) < SHORTEST:
        raise InvalidInput(f"口令至少 {SHORTEST} 个字符", field="passphrase", advice="请用容易记住的长句作口令。")
    key = Ed25519PrivateKey.generate()
    signer = signer_of(key, demo=False)
    salt, nonce = os.urandom(16), os.urandom(12)
    sealed = AESGCM(_derive(passphrase, salt)).encrypt(nonce, key.private_bytes_raw(), _bound(signer.keyid, holder))
    texts = {"salt": salt, "nonce": nonce, "sealed": sealed}
    head = {"format": _FORMAT, "id": signer.keyid, "holder": holder}
    write_secret(path, {**head, **{name: b64encode(value).decode() for name, value in texts.items()}})
    return HolderKey(signer, holder)


def open_holder(path: Path, passphrase: str) -> HolderKey:
    """Open an encrypted key file; raises ``Misconfigured`` for a damaged or readable one, or a wrong passphrase."""
    value = read_secret(path)
    if value.get("format") != _FORMAT:
        raise Misconfigured(f"{path} 不是持钥人的密钥文件", field="key", advice="请用 hub roster key new 生成。")
    try:
        salt, nonce, sealed = (b64decode(value[name], validate=True) for name in ("salt", "nonce", "sealed"))
        keyid, holder = str(value["id"]), str(value["holder"])
        secret = AESGCM(_derive(passphrase, salt)).decrypt(nonce, sealed, _bound(keyid, holder))
        signer = signer_of(Ed25519PrivateKey.from_private_bytes(secret), demo=False)
    except InvalidTag as error:
        raise Misconfigured(
            f"口令不对，或密钥文件 {path} 已损坏", field="passphrase", advice="请重新输入口令。"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise Misconfigured(f"无法读取密钥文件 {path}", field="key") from error
    return HolderKey(signer, holder)


def _derive(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=_N, r=_R, p=_P).derive(passphrase.encode())


def _bound(keyid: str, holder: str) -> bytes:
    return f"{_FORMAT}\n{keyid}\n{holder}".encode()
