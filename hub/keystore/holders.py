"""Key files of the roster's holders: encrypted under a passphrase, kept on media of their own, never on a node (D5).

A holder has one key or, where the federation asks for second signatures of its files too, two; both stand in one file.
Format, key id and holder are authenticated with the ciphertext (:mod:`hub.keystore.wrapping`), so that no file passes
for another holder's.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey

from hub.core.errors import Misconfigured
from hub.core.signing import possession
from hub.keystore import FileSigner, signer_of
from hub.keystore.files import read_secret, write_secret
from hub.keystore.wrapping import unwrap, wrap

if TYPE_CHECKING:
    from pathlib import Path

_FORMAT = "antipyramid-holder-key-1"
_SIZE = 32
"""Private bytes of a key of either algorithm."""


@dataclass(frozen=True, slots=True)
class HolderKey:
    """An opened key with the name of who keeps it."""

    signer: FileSigner
    holder: str
    second: FileSigner | None = None

    @property
    def pens(self) -> tuple[FileSigner, ...]:
        """All that this holder signs by."""
        return (self.signer, self.second) if self.second else (self.signer,)

    def public(self, nonce: str) -> dict[str, object]:
        """What goes to whoever drafts the root file: public half, name, proof of possession."""
        told: dict[str, object] = {"type": "holder", "holder": self.holder}
        for one, name in zip(self.pens, ("", "second_"), strict=False):
            proof = one.sign(possession(one.keyid, "root", one.public, nonce))
            told[name.removesuffix("_") or "public"] = b64encode(one.public).decode()
            told[f"{name}proof"] = {"nonce": nonce, "sig": b64encode(proof).decode()}
        return told


def create_holder(path: Path, passphrase: str, holder: str, *, second: bool = False) -> HolderKey:
    """Make a new encrypted key file, with a ``second`` key or without; an existing one is never overwritten."""
    secret = Ed25519PrivateKey.generate().private_bytes_raw()
    secret += MLDSA65PrivateKey.generate().private_bytes_raw() if second else b""
    made = _holder(secret, holder)
    wrapped = wrap(secret, passphrase, _bound(made.signer.keyid, holder))
    write_secret(path, {"format": _FORMAT, "id": made.signer.keyid, "holder": holder, **wrapped})
    return made


def open_holder(path: Path, passphrase: str) -> HolderKey:
    """Open an encrypted key file; raises ``Misconfigured`` for a damaged or readable one, or a wrong passphrase."""
    value = read_secret(path)
    if value.get("format") != _FORMAT:
        raise Misconfigured(f"{path} 不是持钥人的密钥文件", field="key", advice="请用 hub roster key new 生成。")
    try:
        keyid, holder = str(value["id"]), str(value["holder"])
        secret = unwrap(value, passphrase, _bound(keyid, holder))
        return _holder(secret, holder)
    except InvalidTag as error:
        raise Misconfigured(
            f"口令不对，或密钥文件 {path} 已损坏", field="passphrase", advice="请重新输入口令。"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise Misconfigured(f"无法读取密钥文件 {path}", field="key") from error


def _holder(secret: bytes, holder: str) -> HolderKey:
    first, rest = secret[:_SIZE], secret[_SIZE:]
    second = signer_of(MLDSA65PrivateKey.from_seed_bytes(rest), demo=False) if rest else None
    return HolderKey(signer_of(Ed25519PrivateKey.from_private_bytes(first), demo=False), holder, second)


def _bound(keyid: str, holder: str) -> bytes:
    return f"{_FORMAT}\n{keyid}\n{holder}".encode()
