"""Rows, clocks and ids with sensible defaults; see :mod:`tests.builders`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from hub.core.audit import Leaf, leaf
from hub.core.ids import owned, sha256, uuid7
from hub.flows.rows import (
    Delivery,
    DeliveryStatus,
    Draft,
    Frame,
    MatterRow,
    Message,
    MessageStatus,
    Parked,
    Part,
    PartMeta,
    Quarantined,
    User,
)
from tests.builders_federation import MEMBERS

YULIN, BEIHAI, HAIKOU, ZHANJIANG, MAOMING = MEMBERS[:5]
JOINT = "450900-jm"
NOW = datetime(2026, 4, 13, 8, 30, tzinfo=UTC)
"""A Monday, 16:30 in Beijing."""

_counter = count(1)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, step: timedelta | None = None, **units: float) -> datetime:
        """Move on by ``step`` or by ``timedelta(**units)`` and return the new time."""
        self.now += timedelta(**units) if step is None else step
        return self.now


def ids(start: int = 1) -> Callable[[datetime], str]:
    """A ``NewId`` that counts: the n-th id is the same on every run."""
    numbers = count(start)
    return lambda now: uuid7(now, next(numbers).to_bytes(10, "big"))


def salts(start: int = 1) -> Callable[[], bytes]:
    """A ``Salt`` that counts."""
    numbers = count(start)
    return lambda: next(numbers).to_bytes(16, "big")


def uuid(number: int | None = None) -> str:
    """A canonical UUIDv7: always the same for a ``number``, else a new one."""
    entropy = b"\x00" if number is None else b"\x01"
    return uuid7(NOW, entropy + (next(_counter) if number is None else number).to_bytes(9, "big"))


def thread(number: int | None = None, opener: str = YULIN) -> str:
    """Id of a matter that ``opener`` may open."""
    return owned(uuid(number), opener)


def incarnation(number: int = 1) -> str:
    """Incarnations of a test node, ascending."""
    return uuid7(NOW - timedelta(days=100 - number), number.to_bytes(10, "big"))


def digest(text: str | None = None) -> str:
    """A SHA-256 in hex: of ``text``, else a new one."""
    return sha256((text if text is not None else f"digest {next(_counter)}").encode())


def moment(minutes: float = 0) -> datetime:
    """``minutes`` after :data:`NOW`."""
    return NOW + timedelta(minutes=minutes)


def draft(**fields: Any) -> Draft:
    defaults = {
        "document": uuid(),
        "kind": "case_notice",
        "version": 1,
        "act": "notify",
        "audience": BEIHAI,
        "matter": thread(),
        "title": "案件通报",
        "issued": NOW,
        "decided_by": "yulin.officer",
        "after": (),
        "replies_to": None,
        "replaces": None,
        "mark": "members-only",
        "urgency": "normal",
        "rule": None,
        "requested": None,
        "expires": None,
        "body": '{"摘要":"测试"}'.encode(),
        "parts": (),
    }
    return Draft(**{**defaults, **fields})


def message(**fields: Any) -> Message:
    """A message of 玉林 to 北海, number 1 of its stream."""
    defaults = {
        "hash": digest(),
        "document": uuid(),
        "kind": "case_notice",
        "version": 1,
        "act": "notify",
        "sender": YULIN,
        "audience": BEIHAI,
        "incarnation": incarnation(),
        "seq": 1,
        "prev": None,
        "matter": thread(),
        "after": (),
        "replies_to": None,
        "replaces": None,
        "mark": "members-only",
        "urgency": "normal",
        "rule": None,
        "requested": None,
        "agreement": 1,
        "issued": NOW,
        "sealed": NOW,
        "expires": None,
        "title": "案件通报",
        "status": MessageStatus.STORED,
        "code": None,
        "stored_at": NOW,
        "decided_by": "yulin.officer",
        "receipt_frame": None,
        "raw": b"raw %d" % next(_counter),
    }
    return Message(**{**defaults, **fields})


def chain(length: int, *, first: int = 1, prev: str | None = None, **fields: Any) -> list[Message]:
    """``length`` messages of one stream, each chained to the one before."""
    rows: list[Message] = []
    for seq in range(first, first + length):
        rows.append(message(seq=seq, prev=prev, **fields))
        prev = rows[-1].hash
    return rows


def delivery(of: Message | str, **fields: Any) -> Delivery:
    """A pending delivery of the full message to its audience."""
    name, member = (of, BEIHAI) if isinstance(of, str) else (of.hash, of.audience)
    defaults = {"message": name, "member": member, "form": "full", "status": DeliveryStatus.PENDING}
    return Delivery(**{**defaults, **fields})


def frame(**fields: Any) -> Frame:
    """A pending heads frame of 玉林 to 北海; ``type="receipts", keep=True`` for one that stays."""
    raw = b"frame %d" % next(_counter)
    defaults = {
        "id": sha256(raw),
        "type": "heads",
        "sender": YULIN,
        "audience": BEIHAI,
        "raw": raw,
        "created": NOW,
        "pending": True,
        "keep": False,
    }
    return Frame(**{**defaults, **fields})


def parked(**fields: Any) -> Parked:
    defaults = {
        "sender": BEIHAI,
        "audience": YULIN,
        "incarnation": incarnation(),
        "seq": 2,
        "hash": digest(),
        "raw": b"parked %d" % next(_counter),
        "waits_for": "gap",
        "since": NOW,
    }
    return Parked(**{**defaults, **fields})


def quarantined(raw: bytes = b"not an envelope", **fields: Any) -> Quarantined:
    defaults = {
        "sha256": sha256(raw),
        "code": "malformed",
        "reason": "信封不是以 { 开头的 JSON",
        "field": None,
        "claimed": "?",
        "channel": "amqp",
        "received_at": NOW,
        "raw": raw,
        "size": len(raw),
    }
    return Quarantined(**{**defaults, **fields})


def matter_row(**fields: Any) -> MatterRow:
    """An open matter whose clock runs and is to be looked at a day from :data:`NOW`."""
    defaults = {
        "id": uuid(),
        "family": "assistance",
        "state": "requested",
        "title": "协助调查",
        "opener": YULIN,
        "other": BEIHAI,
        "document": uuid(),
        "kind": "assistance_request",
        "urgency": "normal",
        "opened_at": NOW,
        "updated_at": NOW,
        "last_act": "request",
        "messages": 1,
        "rule": "ASSIST_MR",
        "agreement": 1,
        "calendar": "CN-GX",
        "start": date(2026, 4, 14),
        "due_strict": date(2026, 5, 8),
        "due_effective": date(2026, 5, 8),
        "due_at": datetime(2026, 5, 8, 16, tzinfo=UTC),
        "provisional": False,
        "clock": "running",
        "met_at": None,
        "remind_at": NOW + timedelta(days=1),
        "extended": 0,
        "by_proxy": False,
        "ignored": 0,
    }
    return MatterRow(**{**defaults, **fields})


def part(content: bytes = b"attachment", media_type: str = "application/pdf") -> Part:
    return Part(sha256(content), media_type, content)


def part_meta(of: Part) -> PartMeta:
    return PartMeta(of.sha256, len(of.content), of.media_type)


def leaf_of(subject: str | None = None, **facts: Any) -> Leaf:
    return leaf("store", subject or digest(), "node", NOW, next(_counter).to_bytes(16, "big"), **facts)


def user(name: str = "officer", **fields: Any) -> User:
    defaults = {"name": name, "title": "经办人", "role": "officer", "token_hash": digest(f"token of {name}")}
    return User(**{**defaults, **fields})
