"""The whole table of handling marks: which way each leaves open, and what widens it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.ids import ALL
from hub.core.marks import AS_MARKED, MARKS, NEEDED, WAYS, Marked, Ruling, Way, mark_of, refusal, ruling
from schemas.wire.types import Mark
from tests.builders import BEIHAI, YULIN, ZHANJIANG, uuid

ORDER = list(MARKS)
TABLE = """
               own  back law  member pass-down outside public
addressee-only yes  yes  yes  ask    ask       no      no
members-only   yes  yes  yes  yes    ask       no      no
may-pass-down  yes  yes  yes  yes    yes       no      no
may-publish    yes  yes  yes  yes    yes       yes     yes
"""
"""As it is told in the manual; the code must say the same."""
SAID = {"yes": Ruling.ALLOWED, "ask": Ruling.CONSENT, "no": Ruling.REFUSED}


@dataclass(frozen=True)
class Document:
    document: str = uuid(1)
    title: str = "关于协助调查的函"
    sender: str = BEIHAI
    audience: str = YULIN
    matter: str = uuid(9)
    mark: str = "addressee-only"
    replaces: str | None = None


DOCUMENT: Marked = Document()
marks = st.sampled_from(ORDER)


def cells() -> list[tuple[str, Way, Ruling]]:
    head, *lines = TABLE.strip().splitlines()
    rows = [(line.split()[0], dict(zip(head.split(), line.split()[1:], strict=True))) for line in lines]
    return [(mark, Way(way), SAID[word]) for mark, row in rows for way, word in row.items()]


def test_every_mark_of_the_wire_and_every_way_has_its_ruling():
    assert set(ORDER) == set(Mark.__args__)
    assert {(mark, way) for mark, way, _ in cells()} == set(product(ORDER, Way))
    assert NEEDED.keys() == WAYS.keys() == set(Way)
    assert AS_MARKED.keys() == MARKS.keys()


@pytest.mark.parametrize(("mark", "way", "said"), cells())
def test_the_ruling_is_that_of_the_table(mark: str, way: Way, said: Ruling):
    assert ruling(mark, way) is said


@pytest.mark.parametrize("way", list(Way))
def test_a_wider_mark_never_closes_a_way(way: Way):
    for narrow, wide in pairwise(ORDER):
        assert ruling(wide, way) is Ruling.ALLOWED or ruling(narrow, way) is ruling(wide, way)
    assert ruling("of a later agreement", way) is ruling("addressee-only", way)


@given(marks, st.lists(st.tuples(marks, st.sampled_from([BEIHAI, ZHANJIANG]), st.booleans(), st.integers(1, 5))))
def test_only_the_sender_in_the_same_matter_widens_and_only_a_correction_beyond_passing_down(own, said):
    document = Document(mark=own)
    others = [
        Document(uuid(10 + at), sender=sender, mark=mark, replaces=uuid(1) if corrects else None, matter=uuid(8 + here))
        for at, (mark, sender, corrects, here) in enumerate(said)
    ]
    found = mark_of(document, [document, *others])
    of_sender = [one for one in others if one.sender == BEIHAI and one.matter == document.matter]
    assert found == mark_of(document, of_sender)
    corrections = [one.mark for one in of_sender if one.replaces]
    base = corrections[-1] if corrections else own
    assert ORDER.index(found) >= ORDER.index(base)
    if found != base:
        assert ORDER.index(found) <= ORDER.index("may-pass-down")
        assert any(ORDER.index(one.mark) >= ORDER.index(found) for one in (document, *of_sender))


def test_what_was_sent_to_all_members_is_no_secret_among_them():
    assert mark_of(replace(Document(), audience=ALL), []) == "members-only"


def test_a_document_that_was_corrected_to_a_narrower_mark_is_no_consent_to_itself():
    wide = replace(Document(), mark="may-pass-down")
    narrow = Document(uuid(2), replaces=wide.document)
    assert mark_of(wide, [wide, narrow]) == "addressee-only"


def test_a_refusal_gives_a_short_title_whole_and_the_beginning_of_a_long_one():
    for title, told in (("函" * 60, "函" * 60), ("函" * 61, "函" * 59 + "…")):
        error = refusal(replace(Document(), title=title), "members-only", Way.PUBLIC, "北海市市场监督管理局", "unit")
        assert f"《{told}》" in error.detail


@pytest.mark.parametrize(("way", "step"), [(Way.GRASS_ROOTS, "再发一份文书"), (Way.PUBLIC, "更正这份文书")])
def test_the_refusal_names_document_sender_mark_and_next_step(way: Way, step: str):
    error = refusal(DOCUMENT, "members-only", way, "北海市市场监督管理局", "unit")
    for words in ("北海市市场监督管理局", DOCUMENT.title, DOCUMENT.document, "仅成员单位", WAYS[way]):
        assert words in error.detail
    assert error.field == "unit"
    assert "请先征得发送单位同意" in error.next_step
    assert step in error.next_step
