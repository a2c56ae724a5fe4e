"""A company or platform enters the internal reference list, on a concluded document only (DOMAIN section 8)."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.blacklist_entry import BlacklistEntry


def _letter(body: BlacklistEntry, facts: LetterFacts) -> Letter:
    text = (
        f"{say.by_law(body)}现将下列{say.said(body, 'subject_type')}列入内部执法参考名单。",
        *say.noted(body, "name", "uscc", "domains", "apps", "role", "concluded_document"),
        f"事实摘要：{say.sentence(body.facts)}",
        *say.noted(body, "share_scope", "effective_from", "effective_to", "review_on", "notice_status", "national_ref"),
        "本名单供内部执法参考，不得对外提供，不得作为限制权利的依据。",
        "特此通报。",
    )
    return say.draft(body, facts, text)


KIND = Kind("blacklist_entry", 1, BlacklistEntry, opens=True, audience="all", replaces=True, letter=_letter)
