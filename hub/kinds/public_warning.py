"""The text an office puts before the public, told to the other members."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.public_warning import PublicWarning


def _letter(body: PublicWarning, facts: LetterFacts) -> Letter:
    text = (
        f"{say.by_law(body, '《禁止传销条例》第二十三条')}我单位向社会发布警示提示，现将全文告知如下。",
        say.sentence(body.text),
        *say.noted(body, "verified", "channels", "publish_on"),
        f"本警示提示已于{say.day(body.approved_on)}经主要负责人{body.approved_by}批准。",
        "特此函告。",
    )
    return say.draft(body, facts, text, say.table("涉及主体", body.organisations, *say.ORGANISATION))


KIND = Kind("public_warning", 1, PublicWarning, opens=True, audience="any", replaces=True, letter=_letter)
