"""Stored messages and attachments read again, a few at a time, all of them once a day (RELIABILITY X32).

No document waits for it: it goes on when nothing else does (decision 20).

What does not open, or is no longer what was signed, becomes an alarm, and is fetched from a peer that has it
(:mod:`hub.flows.steps.mending`). The leaves of the log are looked at by ``flows/checkpoint.py``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hub.core.audit import leaf
from hub.core.errors import FieldUnreadable
from hub.core.ids import wire_time
from hub.core.streams import StreamId
from hub.core.trust import Trust
from hub.flows.ports import Salt, UnitOfWork
from hub.flows.ports.log import Alarm
from hub.flows.ports.parts import Arrival
from hub.flows.rows import Message, MessageStatus, PartMeta
from hub.flows.steps.logbook import next_stretch
from hub.flows.steps.mending import DAMAGED, Damage, damages, fault_in, fault_in_part

WALK = "messages"
EACH = 50
"""Messages of one go: their signatures are verified again, and the node has other work."""
MOST_BYTES = 8 * 2**20
"""Bytes of attachments after which a go ends; one alone may be larger."""

Place = tuple[int, str, StreamId, int]
"""Row, hash, stream and number of a message: what the database knows of it without opening anything."""


def reread(uow: UnitOfWork, *, now: datetime, salt: Salt, limit: int = EACH) -> int:
    """Look at the next messages with their attachments; returns how many, 0 once a day's walk is over."""
    _settle(uow, now, salt)
    walk = next_stretch(uow, WALK, now)
    if walk is None:
        return 0
    trust, room = uow.trusts.current(), MOST_BYTES
    places = uow.messages.walk(walk.position, limit)
    seen = 0
    for place in places:
        found, parts = _looked_at(uow, place, trust)
        for damage, _ in found:
            if damage.part:
                _welcome(uow, place, parts[damage.part], now)
        _name(uow, found, now, salt)
        seen += 1
        room -= sum(part.size for part in parts.values())
        if room <= 0:
            break
    over = len(places) < limit and seen == len(places)
    position = 0 if over else places[seen - 1][0]
    uow.tree.save_round(replace(walk, position=position, ended=now if over else walk.ended))
    return seen


def faults(uow: UnitOfWork, behind: int, *, limit: int = EACH) -> tuple[list[str], int | None]:
    """What is wrong with the messages of the next rows and their attachments, in words; the row to go on behind.

    None: there is nothing behind these. Nothing is written; for a database that is about to be gone on from.
    """
    trust = uow.trusts.current()
    places = uow.messages.walk(behind, limit)
    told = [
        f"文书 {damage.message[:12]}（{place[2].sender} 第 {damage.seq} 号）：{why}"
        for place in places
        for damage, why in _looked_at(uow, place, trust)[0]
    ]
    return told, places[-1][0] if len(places) == limit else None


def _looked_at(uow: UnitOfWork, place: Place, trust: Trust) -> tuple[list[tuple[Damage, str]], dict[str, PartMeta]]:
    """What is wrong with a message and its attachments, and which attachments it has here by their digests."""
    message, why = _read(uow, place, trust)
    found = [(Damage(place[2], place[3], place[1]), why)] if why else []
    parts = {part.sha256: part for part in message.parts} if message is not None and _is_whole(message) else {}
    bad = [digest for digest, part in parts.items() if fault_in_part(uow, part)]
    found += [(Damage(place[2], place[3], place[1], digest), "附件与签名时的摘要不符") for digest in bad]
    return found, parts


def _settle(uow: UnitOfWork, now: datetime, salt: Salt) -> None:
    """Attachments that came again are whole again."""
    for one in damages(uow):
        metas = uow.parts.about([one.part]) if one.part else {}
        if metas and not uow.arrivals.get(one.stream.sender, [one.part]) and not fault_in_part(uow, metas[one.part]):
            uow.alarms.settle(one.alarm, now)
            uow.ledger.add([leaf("mended", one.message, one.stream.sender, now, salt(), part=one.part)])


def _read(uow: UnitOfWork, place: Place, trust: Trust) -> tuple[Message | None, str | None]:
    try:
        [message] = uow.messages.get([place[1]])
    except FieldUnreadable:
        return None, "存储的内容解不开"
    return message, fault_in(message, trust)


def _is_whole(message: Message) -> bool:
    return message.status is MessageStatus.STORED and message.erased is None


def _name(uow: UnitOfWork, found: list[tuple[Damage, str]], now: datetime, salt: Salt) -> None:
    for damage, why in found:
        ours = damage.stream.sender == uow.member
        whence = "收件单位" if ours else damage.stream.sender
        way = "请用原件核对后从备份恢复" if ours and damage.part else f"正向{whence}索取原件"
        told = f"已存文书（{damage.message[:12]}，序号 {damage.seq}）损坏：{why}；{way}，补齐前不签存证点"
        if uow.alarms.add([Alarm(uow.member, DAMAGED, damage.place, told, now)]):
            facts = {"alarm": DAMAGED, "place": damage.place}
            uow.ledger.add([leaf("alarm", uow.member, "node", now, salt(), **facts)])


def _welcome(uow: UnitOfWork, place: Place, part: PartMeta, now: datetime) -> None:
    """The sender is asked for it as for any attachment on its way here; the damaged one stays until it has come."""
    _, message, stream, _ = place
    if stream.sender == uow.member or uow.arrivals.get(stream.sender, [part.sha256]):
        return
    name = f"{stream.sender}:{part.sha256}:{wire_time(now)}"
    row = Arrival(stream.sender, part.sha256, message, part.size, part.media_type, name, now, 0, now)
    uow.arrivals.save([row])
