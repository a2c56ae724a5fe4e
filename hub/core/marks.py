"""Handling marks 知悉范围: how far what another office sent may go on from here (DOMAIN section 4.5).

The mark is the sender's word about its own document, signed in the header. Where the content would go further than the
mark allows, the sender is asked: its consent is a signed document too, with a wider mark. One table says which way
needs which mark; where content goes on is found in :mod:`hub.flows.steps.marking`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Protocol

from hub.core.errors import AgainstMark
from hub.core.ids import ALL

MARKS: dict[str, str] = {
    "addressee-only": "仅收件单位",
    "members-only": "仅成员单位",
    "may-pass-down": "可转基层",
    "may-publish": "可公开",
}
"""From the narrowest to the widest; each allows what those before it allow."""

_RANK = {mark: rank for rank, mark in enumerate(MARKS)}


class Way(StrEnum):
    """Where content goes on to."""

    OWN = "own"
    """Inside the office that got it: read, printed, exported with its watermark, handed to a section, proved."""
    BACK = "back"
    """To the office it came from."""
    LAW = "law"
    """A suspected crime to the police: a duty that no mark lifts (行政执法机关移送涉嫌犯罪案件的规定 art. 3)."""
    MEMBER = "member"
    """To other members, one or all."""
    GRASS_ROOTS = "pass-down"
    """To a county bureau of the office, or to a grass-roots organisation outside the federation."""
    OUTSIDE = "outside"
    """On paper to any other office that is no member."""
    PUBLIC = "public"
    """Into a document that may be published."""


WAYS: Mapping[Way, str] = {
    Way.OWN: "在本单位内使用",
    Way.BACK: "发回来文单位",
    Way.LAW: "依法移送公安机关",
    Way.MEMBER: "发给其他成员单位",
    Way.GRASS_ROOTS: "转给县区局、基层组织",
    Way.OUTSIDE: "发给系统外单位",
    Way.PUBLIC: "写入可以公开的文书",
}


class Ruling(StrEnum):
    """What a mark says to a way."""

    ALLOWED = "allowed"
    CONSENT = "consent"
    """Once the sender has said so in the same matter, by any document with a mark that is wide enough."""
    REFUSED = "refused"
    """The sender alone sends it there, or corrects the very document."""


NEEDED: Mapping[Way, tuple[str, Ruling]] = {
    Way.OWN: ("addressee-only", Ruling.ALLOWED),
    Way.BACK: ("addressee-only", Ruling.ALLOWED),
    Way.LAW: ("addressee-only", Ruling.ALLOWED),
    Way.MEMBER: ("members-only", Ruling.CONSENT),
    Way.GRASS_ROOTS: ("may-pass-down", Ruling.CONSENT),
    Way.OUTSIDE: ("may-publish", Ruling.REFUSED),
    Way.PUBLIC: ("may-publish", Ruling.REFUSED),
}
"""The narrowest mark that allows a way, and the answer to any narrower one."""

CONSENT_REACHES = "may-pass-down"
"""How far a later document of the same matter widens the earlier ones; further only a correction of them does."""

AS_MARKED: Mapping[str, Way | None] = {
    "addressee-only": None,
    "members-only": Way.MEMBER,
    "may-pass-down": Way.GRASS_ROOTS,
    "may-publish": Way.PUBLIC,
}
"""Where a document of ours lets go whatever is in it: our mark is no way around another's."""


class Marked(Protocol):
    """What is asked of a document here."""

    @property
    def document(self) -> str:
        """Its id."""

    @property
    def title(self) -> str:
        """As its sender wrote it."""

    @property
    def sender(self) -> str:
        """Whose word the mark is."""

    @property
    def audience(self) -> str:
        """One member, or all."""

    @property
    def matter(self) -> str:
        """Where it stands."""

    @property
    def mark(self) -> str:
        """As signed."""

    @property
    def replaces(self) -> str | None:
        """The document it corrects."""


def ruling(mark: str, way: Way) -> Ruling:
    """What ``mark`` says to ``way``; a mark nobody here knows is the narrowest."""
    needed, otherwise = NEEDED[way]
    return Ruling.ALLOWED if _RANK.get(mark, 0) >= _RANK[needed] else otherwise


def mark_of(document: Marked, thread: Iterable[Marked]) -> str:
    """How far its sender has let a document go by all it sent in the matter, in the order of ``thread``.

    The last correction speaks for what it corrects; every other document widens it to 可转基层 at most; what was sent
    to all members is no secret among them.
    """
    own, consent = document.mark, "addressee-only"
    for one in thread:
        if (one.sender, one.matter) != (document.sender, document.matter) or one.document == document.document:
            continue
        if one.replaces == document.document:
            own = one.mark
        consent = _wider(consent, one.mark)
    if _RANK[consent] > _RANK[CONSENT_REACHES]:
        consent = CONSENT_REACHES
    everybody = "members-only" if document.audience == ALL else "addressee-only"
    return _wider(own, consent, everybody)


def _wider(*marks: str) -> str:
    return max(marks, key=lambda mark: _RANK.get(mark, 0))


def refusal(document: Marked, mark: str, way: Way, sender: str, field: str) -> AgainstMark:
    """Names document, sender, mark and next step; ``sender`` is the office's name, ``field`` what would go on."""
    needed, otherwise = NEEDED[way]
    title = document.title if len(document.title) <= _TITLE else document.title[: _TITLE - 1] + "…"
    if otherwise is Ruling.CONSENT:
        how = f"由该单位在原事项中以“{MARKS[needed]}”的知悉范围再发一份文书（催办、复函、更正均可），收到后即可办理。"
    else:
        how = f"由该单位自行发出，或者以“{MARKS[needed]}”更正这份文书。"
    return AgainstMark(
        f"{sender}发来的《{title}》（文书编号 {document.document}）"
        f"知悉范围为“{MARKS.get(mark, mark)}”，不能{WAYS[way]}",
        field=field,
        advice=f"请先征得发送单位同意：{how}",
    )


_TITLE = 60
