"""A city tells others of a case: scheme, method, flow of persons."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.case_notice import CaseNotice


def _letter(body: CaseNotice, facts: LetterFacts) -> Letter:
    text = (
        f"{say.by_law(body)}现将有关案件情况通报如下。",
        say.sentence(body.summary),
        *say.noted(body, "scheme_names", "scheme_types", "method", "regions", "case_no", "filed_on"),
        *say.noted(body, "participants", "levels", "amount_involved", "measures", "attention"),
        "以上情况供工作参考，请注意保密。",
        "特此通报。",
    )
    tables = (
        *say.table("涉案组织", body.organisations, *say.ORGANISATION),
        *say.table("涉案人员和单位", body.parties, *say.PARTY),
        *say.table("人员流向", body.flows, "origin", "destination", "persons", "seen_on", "note"),
    )
    return say.draft(body, facts, text, tables)


KIND = Kind("case_notice", 1, CaseNotice, opens=True, audience="any", replaces=True, letter=_letter)
