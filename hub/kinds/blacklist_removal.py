"""An entry leaves the list; every copy follows."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.blacklist_removal import BlacklistRemoval


def _letter(body: BlacklistRemoval, facts: LetterFacts) -> Letter:
    text = (
        f"{say.by_law(body)}现将下列名单条目移出，请同步清除有关信息和复制件。",
        *say.noted(body, "entry", "reason", "effective_on", "supporting_document", "explanation"),
        "特此通报。",
    )
    return say.draft(body, facts, text)


KIND = Kind("blacklist_removal", 1, BlacklistRemoval, opens=False, audience="all", letter=_letter)
