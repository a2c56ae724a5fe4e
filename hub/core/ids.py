r"""Identifiers, parsed once and never trusted as bare text.

* member ids are ASCII ``450900-mr``: GB/T 2260 code, a hyphen, the line of work (``mr`` market regulation, ``ps``
  police, ``jm`` joint-meeting office);
* documents, matters and incarnations are UUIDv7 (RFC 9562) in canonical lower-case text;
* messages, bodies and parts are named by the lower-case hex SHA-256 of their bytes.

Patterns use ``\Z``: ``$`` would let a trailing newline through.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta, timezone

MEMBER_PATTERN = r"^[0-9]{6}-[a-z]{2,8}(-[0-9]{1,3})?\Z"
UUID_PATTERN = r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z"
HASH_PATTERN = r"^[0-9a-f]{64}\Z"
TIME_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z\Z"

ALL = "all"
"""The audience that means every active member of the roster version named in the header."""

OUTSIDE = "out"
"""The system of offices outside the federation 系统外, named ``out-<region>-<number>`` (DESIGN D15)."""

BEIJING = timezone(timedelta(hours=8), "+08:00")
"""The one civil time of the federation; China has no daylight saving time."""

_MEMBER = re.compile(MEMBER_PATTERN)
_OUTSIDE = re.compile(r"^out-[0-9]{6}-[0-9]{1,4}\Z")
_UUID = re.compile(UUID_PATTERN)


def is_member_id(text: str) -> bool:
    """Tell whether ``text`` has the form of a member id (not whether such a member exists)."""
    return _MEMBER.match(text) is not None


def is_outside(text: str) -> bool:
    """Tell whether ``text`` names an office outside the federation: no wire reaches it."""
    return _OUTSIDE.match(text) is not None


def is_document_id(text: str) -> bool:
    """Tell whether ``text`` is a canonical UUIDv7."""
    return _UUID.match(text) is not None


def sha256(data: bytes) -> str:
    """Lower-case hex SHA-256 of ``data``."""
    return hashlib.sha256(data).hexdigest()


def uuid7(now: datetime, entropy: bytes) -> str:
    """UUIDv7 (RFC 9562 section 5.7) of ``now`` and ten random bytes."""
    millis = int(now.timestamp() * 1000)
    raw = bytearray(millis.to_bytes(6, "big") + entropy[:10])
    raw[6] = 0x70 | (raw[6] & 0x0F)
    raw[8] = 0x80 | (raw[8] & 0x3F)
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def owned(identifier: str, member: str) -> str:
    """The same UUIDv7 with 32 of its random bits bound to ``member``: the id of a matter names who may open it."""
    head, variant, tail = identifier[:15], identifier[19], identifier[26:]
    tag = sha256(f"{member}\n{head}\n{variant}\n{tail}".encode())
    return f"{head}{tag[:3]}-{variant}{tag[3:6]}-{tag[6:8]}{tail}"


def is_owned(identifier: str, member: str) -> bool:
    """Tell whether ``member`` may open the matter ``identifier``; a stranger would have to try 2^32 ids."""
    return identifier == owned(identifier, member)


def milliseconds(moment: datetime) -> datetime:
    """What the wire keeps of a moment: both ends of an exchange must count with the very same time."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def wire_time(moment: datetime) -> str:
    """The one wire form of a moment: UTC, milliseconds, ``Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:23] + "Z"


def parse_time(text: str) -> datetime:
    """Read the wire form back (the caller has checked ``TIME_PATTERN``).

    Raises ``ValueError`` for a date that does not exist; callers turn it into their own error.
    """
    # The fast reader takes other forms too; those as long as ours differ in one of these four places.
    if len(text) == 24 and text[7] + text[10] + text[19] + text[23] == "-T.Z":
        return datetime.fromisoformat(text)
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
