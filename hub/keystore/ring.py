"""The key ring of a node's database: AES-256-GCM keys for single fields, an HMAC-SHA-256 key for blind indexes (D6).

Every process of the node that reads or writes the database holds it; it opens no message of anybody and signs nothing.
A sealed field is ``key id (6) ‖ nonce (12) ‖ ciphertext ‖ tag (16)``; the additional data names table, column and row,
so that a field moved elsewhere does not open (NIST SP 800-38D). Nonces are random: a key may seal 2³² fields (ibid.
section 8.3), at ten fields a message more than an office ever sends; ``hub keys rotate-fields`` begins a new one.
What is searched by is blinded by the newest HMAC key; while ``hub keys rotate-index`` is under way, both are asked for.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.core.errors import FieldUnreadable, Misconfigured
from hub.keystore.files import read_secret, replace_secret, write_secret
from hub.keystore.wrapping import find_passphrase, unwrap, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ID, _NONCE, _KEY = 6, 12, 32
_FORMAT = "antipyramid-field-ring-1"
_REMEMBERED = 65_536
"""Blinded values kept in memory: pairs of characters come again and again."""


@dataclass(frozen=True, slots=True)
class FieldKey:
    """One AES-256 key with the time it sealed from and until; None: it still seals."""

    secret: bytes
    since: datetime
    until: datetime | None = None

    @property
    def id(self) -> bytes:
        """First bytes of the key's SHA-256: of two rings that were mixed up, neither opens the other's fields."""
        return hashlib.sha256(b"field key\n" + self.secret).digest()[:_ID]


@dataclass(frozen=True, slots=True)
class Ring:
    """What a ring file holds. ``keys``: the oldest first, the last one seals."""

    keys: tuple[FieldKey, ...]
    blind: bytes
    strict: bool
    """False until the rows from before the ring are sealed."""
    former: bytes | None = None
    """HMAC key of rows that are not blinded by the new one yet; None: there are none."""
    blind_since: datetime | None = None
    """Since when the HMAC key blinds what is written; None: from the beginning."""

    def renewed(self, now: datetime) -> Ring:
        """With a new key that seals from now on; the ones before go on opening."""
        *older, last = self.keys
        return replace(self, keys=(*older, replace(last, until=now), FieldKey(os.urandom(_KEY), now)))

    def reblinding(self, now: datetime) -> Ring:
        """With a new HMAC key that blinds from now on; what the one before blinded is found by it."""
        return replace(self, blind=os.urandom(_KEY), former=self.blind, blind_since=now)

    def reblinded(self) -> Ring:
        """Without the HMAC key before, now that nothing is blinded by it."""
        return replace(self, former=None)

    @property
    def blind_id(self) -> bytes:
        """Names the HMAC key where people look, as the id of a field key does."""
        return hashlib.sha256(b"index key\n" + self.blind).digest()[:_ID]

    def shortened(self, unused: set[bytes]) -> Ring:
        """Without these keys, now that nothing is sealed by them or plain; the one that seals stays."""
        kept = tuple(key for key in self.keys if key.until is None or key.id not in unused)
        return replace(self, keys=kept, strict=True)


def new_ring(now: datetime, *, strict: bool = True) -> Ring:
    """Fresh random keys."""
    return Ring((FieldKey(os.urandom(_KEY), now),), os.urandom(_KEY), strict)


class RingCipher:
    """``FieldCipher`` over a ring in memory."""

    def __init__(self, ring: Ring) -> None:
        self._take(ring)

    def _take(self, ring: Ring) -> None:
        self.ring = ring
        self._opening = {key.id: AESGCM(key.secret) for key in ring.keys}
        self._current = ring.keys[-1].id
        self._sealing = self._opening[self._current].encrypt
        self._blind = lru_cache(_REMEMBERED)(lambda text: hmac.digest(ring.blind, text.encode(), "sha256"))
        former = ring.former
        self._before = None if former is None else lambda text: hmac.digest(former, text.encode(), "sha256")

    @property
    def current(self) -> bytes:
        """Id of the key that seals now."""
        return self._current

    @property
    def ids(self) -> tuple[bytes, ...]:
        """All keys."""
        return tuple(key.id for key in self.ring.keys)

    @property
    def strict(self) -> bool:
        """Is nothing plain any more?"""
        return self.ring.strict

    def seal(self, place: str, row: str, data: bytes) -> bytes:
        """Sealed for this place and row."""
        return self.seal_all(place, ((row, data),))[0]

    def seal_all(self, place: str, items: Sequence[tuple[str, bytes]]) -> list[bytes]:
        """The same for many, whose nonces are asked of the system together.

        None is kept for later: a process that was forked would use it twice.
        """
        current, encrypt, start = self._current, self._sealing, f"{place}\n"
        dice = os.urandom(_NONCE * len(items))
        nonces = (dice[at : at + _NONCE] for at in range(0, len(dice), _NONCE))
        return [
            current + nonce + encrypt(nonce, data, (start + row).encode())
            for nonce, (row, data) in zip(nonces, items, strict=True)
        ]

    def open(self, place: str, row: str, sealed: bytes) -> bytes:
        """Opened again."""
        key = self._opening.get(sealed[:_ID]) or self._unknown(sealed[:_ID], place)
        try:
            return key.decrypt(sealed[_ID : _ID + _NONCE], sealed[_ID + _NONCE :], f"{place}\n{row}".encode())
        except InvalidTag as error:
            raise FieldUnreadable(f"{place} 的一条记录（{row[:64]}）被改动或移位，无法解密", field=place) from error

    def blind(self, place: str, value: str) -> bytes:
        """HMAC-SHA-256 over place and value."""
        return self._blind(f"{place}\n{value}")

    def blinds(self, place: str, values: Iterable[str]) -> list[list[bytes]]:
        """The same for many by the newest key, then by the one before it, if rows may be blinded by that."""
        texts = [f"{place}\n{value}" for value in values]
        keys = (self._blind,) if self._before is None else (self._blind, self._before)
        return [list(map(blind, texts)) for blind in keys]

    def refresh(self) -> None:
        """A ring in memory does not change by itself."""

    def _unknown(self, key: bytes, place: str) -> AESGCM:
        raise FieldUnreadable(f"{place} 由密钥 {key.hex()} 加密，字段密钥环中没有它", field=place)


class FileRing(RingCipher):
    """``FieldCipher`` over a ring file that another process may renew at any time."""

    def __init__(self, path: Path) -> None:
        """Raises ``Misconfigured`` when there is no such file, or others can read it."""
        self.path = path
        self._stamp = self._stamped()
        super().__init__(load_ring(path))

    def refresh(self) -> None:
        """One look at the file's date."""
        stamp = self._stamped()
        if stamp != self._stamp:
            self._take(load_ring(self.path))
            self._stamp = stamp

    def write(self, ring: Ring) -> None:
        """Replace the file in one step, then use it; a reader has the old ring or the new one, never half of one."""
        save_ring(self.path, ring)
        self.refresh()

    def _stamped(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino

    def _unknown(self, key: bytes, place: str) -> AESGCM:
        """Perhaps it has been added since: the file is written before the first row."""
        self._take(load_ring(self.path))
        return self._opening.get(key) or super()._unknown(key, place)


def create_ring(path: Path, now: datetime, *, strict: bool = True) -> FileRing:
    """Make a ring file, readable by its owner only; an existing one is never overwritten."""
    write_secret(path, _dumped(new_ring(now, strict=strict)))
    return FileRing(path)


def load_ring(path: Path) -> Ring:
    """Read a ring file; raises ``Misconfigured``."""
    if not path.exists():
        raise Misconfigured(
            f"没有字段密钥环 {path}",
            field="fields",
            advice="从备份中恢复这个文件，没有它已加密的内容无法读出；"
            "旧版本升级上来、从未加密过的数据库，执行 hub keys rotate-fields 建立。",
        )
    try:
        value = read_secret(path)
        return _loaded(_opened(path, value) if "sealed" in value else value)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise Misconfigured(f"无法读取字段密钥环 {path}", field="fields") from error


def save_ring(path: Path, ring: Ring, source: str | None = None) -> None:
    """Put the ring into its file in one step, under the passphrase at ``source`` or the one it is under already."""
    source = source or (read_secret(path).get("passphrase") if path.exists() else None)
    value = _dumped(ring)
    if source is not None:
        wrapped = wrap(json.dumps(value).encode(), find_passphrase(source), _bound(source))
        value = {"format": _FORMAT, "passphrase": source, **wrapped}
    replace_secret(path, value)


def protect_ring(path: Path, source: str) -> bool:
    """Encrypt the ring file under the passphrase found at ``source``; False if it is encrypted already."""
    if "sealed" in read_secret(path):
        return False
    save_ring(path, load_ring(path), source)
    return True


def _opened(path: Path, value: dict[str, Any]) -> dict[str, Any]:
    source = str(value["passphrase"])
    try:
        opened: dict[str, Any] = json.loads(unwrap(value, find_passphrase(source), _bound(source)))
    except InvalidTag as error:
        raise Misconfigured(f"口令不对，或密钥环 {path} 已损坏（口令取自 {source}）", field="passphrase") from error
    return opened


def _bound(source: str) -> bytes:
    return f"{_FORMAT}\n{source}".encode()


def _dumped(ring: Ring) -> dict[str, Any]:
    keys = [
        {"key": key.secret.hex(), "since": key.since.isoformat(), "until": key.until and key.until.isoformat()}
        for key in ring.keys
    ]
    index = {
        "blind": ring.blind.hex(),
        "former": ring.former and ring.former.hex(),
        "blind_since": ring.blind_since and ring.blind_since.isoformat(),
    }
    return {"algorithm": "aes-256-gcm", "keys": keys, **index, "strict": ring.strict}


def _loaded(value: dict[str, Any]) -> Ring:
    def moment(text: str | None) -> datetime | None:
        return None if text is None else datetime.fromisoformat(text)

    keys = tuple(
        FieldKey(bytes.fromhex(one["key"]), datetime.fromisoformat(one["since"]), moment(one["until"]))
        for one in value["keys"]
    )
    blind = bytes.fromhex(value["blind"])
    # Rings from before the HMAC key could be changed have no more than that.
    former = bytes.fromhex(value["former"]) if value.get("former") else None
    lengths = {len(one) for one in (*(key.secret for key in keys), blind, former or blind)}
    if lengths != {_KEY} or keys[-1].until is not None:
        raise Misconfigured("字段密钥环的内容不完整", field="fields")
    return Ring(keys, blind, bool(value["strict"]), former, moment(value.get("blind_since")))
