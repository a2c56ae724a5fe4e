"""Which pieces of our attachments a peer gets: those of messages to it, each once however often it asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hub.core.ids import ALL
from hub.core.pieces import PIECE, places, runs
from hub.flows.ports import UnitOfWork
from hub.flows.ports.parts import Want
from hub.flows.rows import Message
from schemas.wire.frames import PartRange

_MOST_WAITING = 1000
"""Ranges one peer may be waiting for; what it asks beyond is asked again when these have been answered."""


def want(uow: UnitOfWork, member: str, asked: Sequence[PartRange], now: datetime) -> None:
    """Note what ``member`` asks for; what is not its to ask for, or on its way already, is passed over."""
    if not asked:
        return
    messages = {one.hash: one for one in uow.messages.get({one.message for one in asked})}
    waiting = uow.wants.of(member, _MOST_WAITING)
    found: list[Want] = []
    for one in asked:
        size = _size(messages.get(one.message), uow.member, member, one.part, now)
        if size is None or one.first % PIECE or len(waiting) + len(found) >= _MOST_WAITING:
            continue
        taken = {start for known in (*waiting, *found) if known.part == one.part for start in _starts(known)}
        free = [start for start in places(size, one.last) if start >= one.first and start not in taken]
        found += [Want(member, one.message, one.part, first, last) for first, last in runs(free, size)]
    if found:
        uow.wants.add(found)


def _starts(known: Want) -> range:
    return range(known.first, known.last, PIECE)


def _size(message: Message | None, own: str, member: str, part: str, now: datetime) -> int | None:
    """Bytes of an attachment that ``member`` may have: of a message of ours to it that may still be sent."""
    if message is None or message.sender != own or message.audience not in (member, ALL):
        return None
    if message.erased or (message.expires is not None and message.expires <= now):
        return None
    return next((one.size for one in message.parts if one.sha256 == part), None)
