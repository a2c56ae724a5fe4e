"""The official letter of a document as the read models know it: one way for page, command line and archive."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from hub.core.errors import NotFound
from hub.core.ids import ALL
from hub.core.trust import Trust
from hub.flows.ports.office_rows import Paper
from hub.flows.ports.views import CopyView
from hub.kinds.kind import check_body
from hub.kinds.letter import Letter, LetterFacts, letter_of
from hub.kinds.registry import KINDS, LATEST


def letter_of_copy(copy: CopyView, thread: tuple[CopyView, ...], trust: Trust, *, demo: bool) -> Letter:
    """The letter one copy stands for; raises ``NotFound`` where its body cannot be read here."""
    row, kind = copy.row, KINDS.get((copy.row.kind, copy.version))
    if copy.body is None or kind is None:
        raise NotFound("此处没有这份文书的正文，不能打印", field="document")
    body = check_body(kind, json.dumps(copy.body, ensure_ascii=False).encode())
    place = next((n for n, one in enumerate(thread) if one.row.document == row.document), len(thread))
    answered = _answered(row.sender, thread[:place], getattr(body, "document", None))
    facts = _facts(trust, row.sender, (row.audience,), row.urgency, copy.mark, row.issued, answered, demo=demo)
    return letter_of(kind, body, facts)


def letter_of_paper(
    paper: Paper, to: Sequence[str], thread: tuple[CopyView, ...], trust: Trust, own: str, now: datetime, *, demo: bool
) -> Letter:
    """The letter a working paper would be if it were issued ``now``; raises ``InvalidInput`` while it is not whole."""
    kind = LATEST[paper.kind]
    body = check_body(kind, paper.body)
    answered = _answered(own, thread, getattr(body, "document", None))
    facts = _facts(trust, own, to, paper.urgency, paper.mark, now, answered, demo=demo)
    return letter_of(kind, body, facts)


def _facts(
    trust: Trust,
    sender: str,
    to: Sequence[str],
    urgency: str,
    mark: str,
    issued: datetime,
    answered: CopyView | None,
    *,
    demo: bool,
) -> LetterFacts:
    return LetterFacts(
        sender_name=_name(trust, sender),
        addressee_name="、".join(_name(trust, one) for one in to),
        urgency=urgency,
        mark=mark,
        issued=issued,
        replies_to_doc_no=str(answered.body.get("doc_no") or "") or None if answered and answered.body else None,
        demo=demo,
        replies_to_title=answered.row.title if answered else None,
    )


def _answered(sender: str, before: Sequence[CopyView], named: str | None) -> CopyView | None:
    """The document named, else the other side's latest before this one: nobody acknowledges a letter of his own."""
    chosen = next((one for one in before if one.row.document == named), None)
    if chosen is not None:
        return chosen
    earlier = [one for one in before if one.row.sender != sender and one.row.act != "remind"]
    letters = [one for one in earlier if one.body is not None and one.row.kind != "answer"]
    return letters[-1] if letters else None


def _name(trust: Trust, party: str) -> str:
    return "各成员单位" if party == ALL else trust.name_of(party)
