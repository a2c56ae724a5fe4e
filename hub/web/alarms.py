"""Alarms about audit logs as evidence: the signed notes themselves, and the keys to check them with."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.core import checkpoint
from hub.core.envelope import dump
from hub.core.errors import Rejected
from hub.core.ids import wire_time
from hub.core.witnessing import PURPOSE, unverified

if TYPE_CHECKING:
    from datetime import datetime

    from hub.core.trust import Trust
    from hub.flows.ports.log import Alarm
    from hub.web.deps import WebNode

KINDS = {
    "edited": "记录被改动",
    "missing": "记录缺失",
    "tree": "记录连同摘要被改动",
    "root": "与已签存证点不符",
    "truncated": "末尾记录被删除",
    "forked": "没有接续已会签的存证点",
    "rewound": "被恢复到较早状态",
    "split": "向不同单位出示不同内容",
    "double": "为两份不同内容会签",
    "damaged": "已存文书或附件损坏",
    "cloned": "另有一份同样的节点在签名",
}
"""Kind of an alarm -> what it is called."""


@dataclass(frozen=True, slots=True)
class Told:
    """Up to where the log is proved, in words and names."""

    size: int
    signed: int
    signed_at: datetime | None
    witnesses: tuple[tuple[str, int, datetime | None], ...]
    scrubbed: datetime | None
    alarms: tuple[tuple[Alarm, str, str], ...]
    """(alarm, name of the member it is about, what it is called)"""


def standing_of(node: WebNode) -> Told:
    """The standing of the log for a page."""
    found, trust = node.views.log_standing(), node.views.trust()
    return Told(
        found.size,
        found.signed,
        found.signed_at,
        tuple((trust.name_of(one.member), one.size, one.at) for one in found.witnesses),
        found.scrubbed,
        tuple((one, trust.name_of(one.member), KINDS.get(one.kind, one.kind)) for one in found.alarms),
    )


def evidence_of(alarm: Alarm, trust: Trust) -> bytes:
    """The evidence file of an alarm: JSON with both notes as they were signed and the keys of all who signed them.

    Every note is checked with ``name+hash+key`` lines by any tool for C2SP signed notes; nothing else need be believed.
    """
    notes = [text for text in (alarm.first, alarm.second) if text]
    keys = sorted({key for text in notes for key in _keys(text, trust)})
    return dump(
        {
            "type": "antipyramid-log-alarm 1",
            "about": alarm.member,
            "name": trust.name_of(alarm.member),
            "kind": alarm.kind,
            "title": KINDS.get(alarm.kind, alarm.kind),
            "why": alarm.why,
            "place": alarm.place,
            "found": wire_time(alarm.at),
            "notes": notes,
            "keys": keys,
        }
    )


def _keys(text: str, trust: Trust) -> list[str]:
    try:
        signed = unverified(text)
    except Rejected:
        return []
    found = []
    for member in trust.roster.members:
        for key in member.keys:
            if key.purpose != PURPOSE:
                continue
            for name, kind in (
                (signed.point.origin, checkpoint.ED25519),
                (checkpoint.witness_name(member.id), checkpoint.COSIGNATURE),
            ):
                line = checkpoint.verifier_key(name, kind, b64decode(key.public))
                wanted = checkpoint.key_hash(name, kind, b64decode(key.public))
                if any(one.name == name and one.key_hash == wanted for one in signed.note.lines):
                    found.append(line)
    return found
