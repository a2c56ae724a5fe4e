"""Checkpoints 存证点 of an audit log as C2SP signed notes, and the cosignatures of witnesses (DESIGN D7).

A checkpoint is the text ``origin LF size LF base64(root) LF`` (C2SP tlog-checkpoint). A note is a text, an empty line
and signature lines ``— name base64(key hash ‖ signature)`` (C2SP signed-note); the key hash is made of the key's name,
its type and its bytes and only helps to find the key. The log signs the text; a witness signs
``cosignature/v1 LF time <seconds> LF`` and the text after it (C2SP tlog-cosignature).
"""

from __future__ import annotations

import binascii
import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from hub.core.errors import Malformed
from hub.core.merkle import EMPTY
from hub.core.signing import is_valid

ED25519, COSIGNATURE = 0x01, 0x04
"""Types of keys in notes: who signs the text itself, and who cosigns it with a time."""
MAX_NOTE = 8 * 1024
"""Characters of a note with the lines of all its witnesses."""
_DASH = "\N{EM DASH}"
_PREFIX = "antipyramid/"
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")
_NAME = re.compile(r"[a-z0-9/.-]{1,200}")
_MAX_LINES = 64


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Size and root of one log at one moment."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What the log signs."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class Line:
    """One signature line: the signer's name, its key hash (4 bytes) and what it says."""

    name: str
    key_hash: bytes
    signature: bytes

    def __str__(self) -> str:
        """The line, with its line feed."""
        return f"{_DASH} {self.name} {b64encode(self.key_hash + self.signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its signature lines; nothing is verified yet."""

    text: str
    lines: tuple[Line, ...]

    def __str__(self) -> str:
        """The note as it is sent and kept."""
        return f"{self.text}\n{''.join(map(str, self.lines))}"

    def joined(self, lines: Iterable[Line]) -> Note:
        """With further lines, each once."""
        return Note(self.text, tuple(dict.fromkeys([*self.lines, *lines])))


def origin_of(member: str, incarnation: str) -> str:
    """Name of a member's log, and of the key that signs its checkpoints; a restore begins a new one."""
    return f"{_PREFIX}{member}/{incarnation}"


def witness_name(member: str) -> str:
    """Name under which a member cosigns the logs of others."""
    return f"{_PREFIX}{member}"


def member_of(origin: str) -> str:
    """Whose log this is; raises ``Malformed`` for a name that is no log's."""
    member, _, incarnation = origin.removeprefix(_PREFIX).partition("/")
    if not origin.startswith(_PREFIX) or not incarnation or "/" in incarnation:
        raise Malformed("存证点不是成员单位的审计日志", field="note")
    return member


def key_hash(name: str, kind: int, public: bytes) -> bytes:
    """First 4 bytes of SHA-256(name ‖ LF ‖ type ‖ public key)."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def verifier_key(name: str, kind: int, public: bytes) -> str:
    """The key in the form that tools for signed notes read: ``name+hash+base64(type ‖ key)``."""
    encoded = b64encode(bytes([kind]) + public).decode()
    return f"{name}+{key_hash(name, kind, public).hex()}+{encoded}"


def to_sign(text: str) -> bytes:
    """The bytes a log's key signs."""
    return text.encode()


def to_cosign(text: str, at: datetime) -> bytes:
    """The bytes a witness signs; ``at`` counts in whole seconds."""
    return b"cosignature/v1\ntime %d\n%s" % (_seconds(at), text.encode())


def signed_line(name: str, public: bytes, signature: bytes) -> Line:
    """The log's own line."""
    return Line(name, key_hash(name, ED25519, public), signature)


def cosigned_line(name: str, public: bytes, signature: bytes, at: datetime) -> Line:
    """A witness' line: its time stands before its signature."""
    return Line(name, key_hash(name, COSIGNATURE, public), _seconds(at).to_bytes(8, "big") + signature)


def parse_note(text: str) -> Note:
    """Read a note; raises ``Malformed`` unless writing it again gives the same characters."""
    body, _, rest = text.rpartition("\n\n")
    rows = rest.split("\n")
    if len(text) > MAX_NOTE or not 1 <= len(rows) - 1 <= _MAX_LINES:
        raise Malformed("存证点的格式不正确", field="note")
    note = Note(body + "\n", tuple(_line(row) for row in rows[:-1]))
    if str(note) != text:
        raise Malformed("存证点的写法不规范", field="note")
    return note


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a note as a checkpoint; raises ``Malformed``."""
    rows = text.split("\n")
    if len(rows) != 4 or not _NAME.fullmatch(rows[0]) or not _SIZE.fullmatch(rows[1]):
        raise Malformed("存证点应为日志名称、条数、摘要三行", field="note")
    found = Checkpoint(rows[0], int(rows[1]), _bytes(rows[2]))
    if len(found.root) != 32 or found.text != text or (found.size == 0 and found.root != EMPTY):
        raise Malformed("存证点的摘要不规范", field="note")
    return found


def is_signed(note: Note, name: str, public: bytes) -> bool:
    """Tell whether the log ``name`` signed the text with this key."""
    return any(is_valid(public, line.signature, to_sign(note.text)) for line in _of(note, name, ED25519, public))


def cosigned_at(note: Note, name: str, public: bytes) -> datetime | None:
    """When the witness ``name`` cosigned the text with this key; None if it did not."""
    for line in _of(note, name, COSIGNATURE, public):
        try:
            at = datetime.fromtimestamp(int.from_bytes(line.signature[:8], "big"), UTC)
        except (ValueError, OverflowError, OSError):
            continue
        if is_valid(public, line.signature[8:], to_cosign(note.text, at)):
            return at
    return None


def _of(note: Note, name: str, kind: int, public: bytes) -> list[Line]:
    wanted = key_hash(name, kind, public)
    return [line for line in note.lines if line.name == name and line.key_hash == wanted]


def _line(row: str) -> Line:
    _, _, rest = row.partition(" ")
    name, _, encoded = rest.partition(" ")
    data = _bytes(encoded)
    if not _NAME.fullmatch(name) or not 4 < len(data) <= 4 + 8 + 4096:
        raise Malformed("存证点的签名行不正确", field="note")
    return Line(name, data[:4], data[4:])


def _bytes(encoded: str) -> bytes:
    try:
        return b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed("存证点中有不规范的 base64", field="note") from error


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
