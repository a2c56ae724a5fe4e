"""保存和删除 in words, alike on pages and on the command line."""

from __future__ import annotations

import json

from hub.core.retention import LABELS, Rule, period
from hub.flows.ports.retention import GOES, Erasure
from hub.web import words


def erased(one: Erasure) -> str:
    """What stands where a body was."""
    when = words.moment(one.done_at) if one.done_at else "稍后"
    who = f"由 {one.proposer} 提出、{one.decider or '—'} 批准，{when} 删除"
    return f"正文已依 {one.basis} 删除。理由：{one.reason}。{who}；文书头、签名、回执和存证编号仍在，可供核验。"


def told(rule: Rule) -> tuple[str, str]:
    """The period, and who set it."""
    return period(rule), LABELS[rule.label]


def went(one: Erasure) -> list[tuple[str, int]]:
    """What went, counted; nothing of what was not there."""
    counted = json.loads(one.gone)
    return [(title, counted[name]) for name, title in GOES.items() if counted.get(name)]
