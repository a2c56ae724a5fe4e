"""Each member tells all others whom to call; a new list of the same matter replaces the old one."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.contact_list import ContactList


def _letter(body: ContactList, facts: LetterFacts) -> Letter:
    text = (
        f"{say.by_law(body)}现将我单位联络员名单印发，请据此联系。本名单替换我单位此前发布的名单，仅供成员单位工作使用。",
        *say.noted(body, "note"),
        "特此函告。",
    )
    fields = ("role", "name", "post", "phone", "office_hours", "address", "valid_from", "valid_to")
    return say.draft(body, facts, text, say.table("联络员", body.contacts, *fields))


KIND = Kind("contact_list", 1, ContactList, opens=True, audience="all", replaces=True, letter=_letter)
