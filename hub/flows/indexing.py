"""Recorded message → found: its title, names and numbers go into the index by which people search.

Apart from recording, so that taking messages in costs nothing more; what is not indexed yet waits in a queue.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from hub.core.sealing import fields_of
from hub.core.subjects import RULES, spelled, subjects_of, words_of
from hub.flows.ports import UnitOfWork
from hub.flows.ports.subjects import SubjectKey, Words


def index(uow: UnitOfWork, *, limit: int) -> int:
    """Index so many waiting messages at most, or so many that older rules indexed; returns how many."""
    taken = uow.subjects.take(limit, RULES)
    words, keys = [], []
    for message in taken:
        body = fields_of(message.raw, message.opened) or {}
        subjects = list(dict.fromkeys(subjects_of(message.kind, body)))
        subjects += dict.fromkeys(other for one in subjects for other in spelled(one))
        found = [
            SubjectKey(message.hash, message.matter, one.sort, clean(one.value), clean(one.owner), one.type, one.role)
            for one in subjects
        ]
        names = dict.fromkeys(one.owner for one in found)
        told = (str(body.get(field, "")) for field in ("doc_no", "case_no", "case_name"))
        words.append(Words(message.hash, message.matter, words_of((message.title, *told), names), RULES))
        keys += found
        until = term_of(message.kind, body)
        if until is not None:
            uow.retention.set_term(message.matter, until)
    uow.subjects.add(words, keys)
    return len(taken)


def term_of(kind: str, body: Mapping[str, Any]) -> date | None:
    """Last day on which a document says that it counts; only entries of the blacklist name one that ends them."""
    try:
        return date.fromisoformat(str(body["effective_to"])) if kind == "blacklist_entry" else None
    except (KeyError, ValueError):
        return None


def clean(text: str) -> str:
    """Without NUL, which no database keeps; what a form allows has none."""
    return text.replace("\0", "")
