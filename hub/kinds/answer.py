"""The addressee signs for, accepts or returns what it was sent; signing for starts legal clocks (DESIGN D4)."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.answer import Answer


def _letter(body: Answer, facts: LetterFacts) -> Letter:
    texts = {"sign-for": _signed, "accept": _accepted, "return": _returned, "dispute": _disputed}
    tables = say.table("不予办理的事项", body.declined, "no", "reason", "explanation", "competent_office")
    text = (say.received(body, facts), *texts[body.act](body))
    return say.draft(body, facts, text, tables)


def _signed(body: Answer) -> tuple[str, ...]:
    received = say.day(str(body.received_on))
    return (f"我单位已于{received}签收，收文号：{body.receipt_no}，签收岗位：{say.said(body, 'role')}。",)


def _accepted(body: Answer) -> tuple[str, ...]:
    partly = "下列事项不予办理，请另行致函有管辖权的机关；其余事项照办。" if body.declined else ""
    return (
        f"经研究，{say.by_law(body)}我单位予以受理，由{body.handling_unit}承办。{partly}",
        *say.noted(body, "expected_on"),
        "特此函复。",
    )


def _returned(body: Answer) -> tuple[str, ...]:
    return (
        f"经研究，{say.by_law(body)}现将来函退回。退回理由：{say.said(body, 'reason')}。",
        say.sentence(str(body.explanation)),
        *say.noted(body, "competent_office"),
        "特此函复。",
    )


def _disputed(body: Answer) -> tuple[str, ...]:
    return (
        f"经研究，{say.by_law(body, *(body.grounds or ()))}我单位对本案管辖提出异议。",
        say.sentence(str(body.explanation)),
        *say.noted(body, "competent_office"),
        "请与我单位协商；协商不成的，报请共同的上一级机关指定管辖。协商期间，已采取的紧急措施继续。",
        "特此函复。",
    )


KIND = Kind("answer", 1, Answer, opens=False, audience="one", letter=_letter)
