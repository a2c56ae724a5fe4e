"""What a signed note of a log is worth: who signed it, who cosigned it, and what two of them prove (DESIGN D7).

A note counts by the witness keys that the roster lists for its member, never by what it says of itself.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from hub.core import checkpoint
from hub.core.checkpoint import Checkpoint, Note
from hub.core.delivery import SKEW
from hub.core.errors import BadSignature, UnknownSender
from hub.core.ids import parse_time
from hub.core.trust import Trust

PURPOSE = "witness"


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint in the log of ``member``, with the note it came in."""

    member: str
    note: Note
    point: Checkpoint

    @property
    def text(self) -> str:
        """The note as it was given."""
        return str(self.note)


def unverified(text: str) -> Signed:
    """Read a note without asking who signed it: for one of our own records; raises ``Malformed``."""
    note = checkpoint.parse_note(text)
    point = checkpoint.parse_checkpoint(note.text)
    return Signed(checkpoint.member_of(point.origin), note, point)


def read_note(text: str, trust: Trust, at: datetime) -> Signed:
    """Read a note and check the log's own signature; raises ``Malformed``, ``UnknownSender`` or ``BadSignature``."""
    found = unverified(text)
    keys = publics(trust, found.member, at)
    if not keys:
        raise UnknownSender(f"{found.member} 没有登记存证密钥", field="note")
    if not any(checkpoint.is_signed(found.note, found.point.origin, public) for public in keys):
        raise BadSignature("存证点没有其日志的有效签名", field="note")
    return found


def cosigned(note: Note, trust: Trust, member: str, at: datetime) -> datetime | None:
    """When ``member`` cosigned this note; None if it did not."""
    name = checkpoint.witness_name(member)
    found = (checkpoint.cosigned_at(note, name, public) for public in publics(trust, member, at))
    return next((moment for moment in found if moment is not None), None)


def witnesses(note: Note, trust: Trust, at: datetime) -> list[str]:
    """Members that cosigned this note, in roster order."""
    return [member for member in trust.members if cosigned(note, trust, member, at) is not None]


def signed_note(point: Checkpoint, public: bytes, sign: Callable[[bytes], bytes]) -> Note:
    """A checkpoint of our own, signed."""
    signature = sign(checkpoint.to_sign(point.text))
    return Note(point.text, (checkpoint.signed_line(point.origin, public, signature),))


def cosign(note: Note, member: str, public: bytes, sign: Callable[[bytes], bytes], at: datetime) -> Note:
    """The same note with our line."""
    signature = sign(checkpoint.to_cosign(note.text, at))
    return note.joined([checkpoint.cosigned_line(checkpoint.witness_name(member), public, signature, at)])


def between(note: Note, origin: str, member: str) -> Note:
    """The same note with the lines of its log and of one witness only."""
    names = (origin, checkpoint.witness_name(member))
    return Note(note.text, tuple(line for line in note.lines if line.name in names))


def publics(trust: Trust, member: str, at: datetime) -> list[bytes]:
    """The member's witness keys that count at ``at``."""
    listed = trust.members.get(member)
    if listed is None or listed.status == "expelled":
        return []
    return [
        b64decode(key.public)
        for key in listed.keys
        if (key.purpose, key.algorithm) == (PURPOSE, "ed25519")
        and key.revoked is None
        and parse_time(key.since) <= at + SKEW
    ]
