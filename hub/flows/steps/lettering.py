"""The official letter of a document as the read models know it: one way for page, command line and archive."""

from __future__ import annotations

import json

from hub.core.errors import NotFound
from hub.core.ids import ALL, is_outside
from hub.core.trust import Trust
from hub.flows.ports.views import CopyView
from hub.kinds.kind import check_body
from hub.kinds.letter import Letter, LetterFacts, letter_of
from hub.kinds.registry import KINDS


def letter_of_copy(copy: CopyView, thread: tuple[CopyView, ...], trust: Trust, *, demo: bool) -> Letter:
    """The letter one copy stands for; raises ``NotFound`` where its body cannot be read here."""
    row, kind = copy.row, KINDS.get((copy.row.kind, copy.version))
    if copy.body is None or kind is None:
        raise NotFound("此处没有这份文书的正文，不能打印", field="document")
    body = check_body(kind, json.dumps(copy.body, ensure_ascii=False).encode())
    answered = _answered(copy, thread)
    facts = LetterFacts(
        sender_name=_name(trust, row.sender),
        addressee_name=_name(trust, row.audience),
        urgency=row.urgency,
        mark=copy.mark,
        issued=row.issued,
        replies_to_doc_no=str(answered.body.get("doc_no") or "") or None if answered and answered.body else None,
        demo=demo,
        replies_to_title=answered.row.title if answered else None,
    )
    return letter_of(kind, body, facts)


def _answered(copy: CopyView, thread: tuple[CopyView, ...]) -> CopyView | None:
    """The other side's latest document before this one: a letter never acknowledges a letter of its own office."""
    place = next((n for n, one in enumerate(thread) if one.row.document == copy.row.document), len(thread))
    earlier = [one for one in thread[:place] if one.row.sender != copy.row.sender and one.row.act != "remind"]
    letters = [one for one in earlier if one.body is not None and one.row.kind != "answer"]
    return letters[-1] if letters else None


def _name(trust: Trust, party: str) -> str:
    if party == ALL:
        return "各成员单位"
    if is_outside(party):
        return f"系统外单位（{party}）"
    member = trust.members.get(party)
    return member.name if member else party
