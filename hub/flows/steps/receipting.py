"""Signed receipts for one intake batch: one frame per sender, kept for ever, byte-identical when repeated (DESIGN D4).

Receipts for messages the joint-meeting office may see go to it as well, so that its due dates rest on the same signed
times as everybody's; they stand in frames of their own, so that it learns nothing else (D16).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from hub.core import envelope as wire
from hub.core.ids import ALL, BEIJING, sha256, wire_time
from hub.core.trust import Trust
from hub.flows.ports import Signer
from hub.flows.rows import Frame, Message, MessageStatus
from schemas.wire.frames import MAX_RECEIPTS

OUTCOMES = {
    MessageStatus.STORED: "stored",
    MessageStatus.COPY: "stored",
    MessageStatus.REFUSED: "refused",
    MessageStatus.HELD: "held",
}


def receipts(
    messages: Sequence[Message], trust: Trust, *, signer: Signer, member: str, now: datetime
) -> tuple[list[Frame], list[Message]]:
    """Sign the receipts of ``messages``; returns the frames to send and the messages with their frame noted."""
    office = trust.joint_meeting(now.astimezone(BEIJING).date())
    groups: dict[tuple[str, bool], list[Message]] = defaultdict(list)
    for message in messages:
        seen = (
            office not in (None, member, message.sender)
            and message.status is not MessageStatus.COPY
            and message.audience != ALL
            and trust.visible(message.kind, message.sender, message.audience) == "header"
        )
        groups[message.sender, seen].append(message)
    frames: list[Frame] = []
    noted: list[Message] = []
    for (sender, seen), group in groups.items():
        for start in range(0, len(group), MAX_RECEIPTS):
            some = group[start : start + MAX_RECEIPTS]
            frame = _frame(some, sender, signer, member, now)
            frames.append(frame)
            if seen and office:
                frames.append(replace(frame, id=office_copy(frame.id), audience=office))
            noted += [replace(message, receipt_frame=frame.id) for message in some]
    return frames, noted


def office_copy(frame: str) -> str:
    """Row id of the joint-meeting office's copy of a receipts frame: same bytes, another way."""
    return f"{frame}:jm"


def _frame(messages: Sequence[Message], sender: str, signer: Signer, member: str, now: datetime) -> Frame:
    payload = wire.dump(
        {
            "sender": member,
            "audience": sender,
            "issued": wire_time(now),
            "receipts": [
                {
                    "message": message.hash,
                    "outcome": OUTCOMES[message.status],
                    "code": message.code,
                    "stored_at": wire_time(message.stored_at),
                }
                for message in messages
            ],
        }
    )
    signed = wire.pae(wire.RECEIPTS, payload)
    raw = wire.encode(wire.RECEIPTS, payload, (wire.Signature(signer.keyid, signer.sign(signed)),), None)
    return Frame(sha256(signed), wire.RECEIPTS, member, sender, raw, now, pending=True, keep=True)
