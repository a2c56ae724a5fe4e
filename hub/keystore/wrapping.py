"""Secrets under a passphrase: scrypt (RFC 7914) makes the key of AES-256-GCM, what the file says is authenticated.

A holder types his passphrase; a node has nobody to ask, so its key files name where the passphrase is: a credential
of the service manager, a variable of the process, or a file on another medium.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from hub.core.errors import InvalidInput, Misconfigured
from hub.keystore.files import is_open_to_others

if TYPE_CHECKING:
    from collections.abc import Mapping

SHORTEST = 12
"""Characters of a passphrase; with scrypt below, one guess costs 64 MiB and about 0.2 s."""
_N, _R, _P = 2**16, 8, 1
_MOST = 4096


def wrap(secret: bytes, passphrase: str, bound: bytes) -> dict[str, str]:
    """Salt, nonce and ciphertext as base64; ``bound`` is authenticated with it."""
    if len(passphrase) < SHORTEST:
        raise InvalidInput(f"口令至少 {SHORTEST} 个字符", field="passphrase", advice="请用容易记住的长句作口令。")
    salt, nonce = os.urandom(16), os.urandom(12)
    texts = {"salt": salt, "nonce": nonce, "sealed": AESGCM(_derive(passphrase, salt)).encrypt(nonce, secret, bound)}
    return {name: b64encode(value).decode() for name, value in texts.items()}


def unwrap(value: Mapping[str, str], passphrase: str, bound: bytes) -> bytes:
    """The secret; raises ``InvalidTag`` for a wrong passphrase or a changed file."""
    salt, nonce, sealed = (b64decode(value[name], validate=True) for name in ("salt", "nonce", "sealed"))
    return AESGCM(_derive(passphrase, salt)).decrypt(nonce, sealed, bound)


def find_passphrase(source: str) -> str:
    """The passphrase from ``credential:NAME`` (systemd), ``env:NAME`` or ``file:PATH``; its first line.

    Raises ``Misconfigured`` if it is not there, or in a file that others can read.
    """
    scheme, _, name = source.partition(":")
    if scheme == "env" and name:
        return _said(os.environ.get(name), source)
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if scheme == "credential" and name and name == Path(name).name:
        return _said(_line(Path(folder) / name) if folder else None, source)
    if scheme == "file" and name:
        return _said(_line(Path(name)), source)
    raise Misconfigured(
        f"不支持的口令位置 {source}",
        field="passphrase",
        advice="请写 credential:名称（systemd 凭据）、env:变量名 或 file:路径。",
    )


def _line(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            if is_open_to_others(file.fileno()):
                raise Misconfigured(f"口令文件 {path} 的权限过宽，请执行 chmod 600", field="passphrase")
            return next(iter(file.read(_MOST).decode("utf-8", "replace").splitlines()), None)
    except OSError:
        return None


def _said(found: str | None, source: str) -> str:
    if not found:
        raise Misconfigured(
            f"取不到密钥口令（{source}）",
            field="passphrase",
            advice="请检查服务单元的 LoadCredential= 或口令所在的文件、环境变量。",
        )
    return found


def _derive(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=_N, r=_R, p=_P).derive(passphrase.encode())
