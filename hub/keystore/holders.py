"""Key files of the roster's holders: encrypted under a passphrase, kept on media of their own, never on a node (D5).

Format, key id and holder are authenticated with the ciphertext (:mod:`hub.keystore.wrapping`), so that no file passes
for another holder's.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.core.errors import Misconfigured
from hub.core.signing import possession
from hub.keystore import FileSigner, signer_of
from hub.keystore.files import read_secret, write_secret
from hub.keystore.wrapping import unwrap, wrap

if TYPE_CHECKING:
    from pathlib import Path

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
    key = Ed25519PrivateKey.generate()
    signer = signer_of(key, demo=False)
    wrapped = wrap(key.private_bytes_raw(), passphrase, _bound(signer.keyid, holder))
    write_secret(path, {"format": _FORMAT, "id": signer.keyid, "holder": holder, **wrapped})
    return HolderKey(signer, holder)


def open_holder(path: Path, passphrase: str) -> HolderKey:
    """Open an encrypted key file; raises ``Misconfigured`` for a damaged or readable one, or a wrong passphrase."""
    value = read_secret(path)
    if value.get("format") != _FORMAT:
        raise Misconfigured(f"{path} 不是持钥人的密钥文件", field="key", advice="请用 hub roster key new 生成。")
    try:
        keyid, holder = str(value["id"]), str(value["holder"])
        secret = unwrap(value, passphrase, _bound(keyid, holder))
        signer = signer_of(Ed25519PrivateKey.from_private_bytes(secret), demo=False)
    except InvalidTag as error:
        raise Misconfigured(
            f"口令不对，或密钥文件 {path} 已损坏", field="passphrase", advice="请重新输入口令。"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise Misconfigured(f"无法读取密钥文件 {path}", field="key") from error
    return HolderKey(signer, holder)


def _bound(keyid: str, holder: str) -> bytes:
    return f"{_FORMAT}\n{keyid}\n{holder}".encode()
