"""Values by which subjects are found, and Chinese text as pairs of characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.subjects import Subject, fold, grams, halves, nearness, phrase, readings, subjects_of

CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2, max_size=12)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("王小明", [("name", "王小明"), ("address", "王小明")]),
        ("４４０８０２１８９９０１０１００２０", [(sort, "440802189901010020") for sort in ("id", "code", "account")]),
        ("91440800000000035t", [("code", "91440800000000035T")]),
        ("+86 138-0000-0002", [("phone", "13800000002")]),
        ("(0775) 2800002", [("phone", "0775-2800002")]),
        ("6222020000000000000", [("account", "6222020000000000000")]),
        ("https://Shop.example.com/vip?x=1", [("domain", "shop.example.com")]),
        ("H12345678", [("id", "H12345678")]),
        ("王", []),
        ("  ", []),
    ],
)
def test_one_box_takes_a_text_for_what_it_can_be(text: str, found: list[tuple[str, str]]):
    assert readings(text) == found


def test_other_spellings_of_a_name_fold_into_one():
    assert fold("买买提•江") == fold("买买提 · 江") == fold("买买提·江")
    assert fold("ＡＢＣ 公司") == "abc公司"


@pytest.mark.parametrize(
    ("asked", "known", "why"),
    [
        ("王小明", "王小明", ""),
        ("某某生物", "某某生物科技有限公司", "包含“某某生物”"),
        ("某某生物科技有限公司", "某某生物", "是所查名称的一部分"),
        ("王小明", "王晓明", "相差一个字"),
        ("王小明", "王明明明", ""),
        ("某某商贸公司", "某某商贸有公司", "相差一个字"),
        ("王明", "王名", ""),
    ],
)
def test_near_is_explained_and_two_characters_are_never_near_by_one(asked: str, known: str, why: str):
    assert nearness(asked, known) == why


@given(CHINESE, CHINESE, CHINESE)
def test_the_pairs_of_a_part_stand_in_a_row_in_the_pairs_of_the_whole(before: str, part: str, after: str):
    assert f" {phrase(part)} " in f" {grams(before + part + after)} "


@given(CHINESE.filter(lambda text: len(text) > 3), st.integers(0, 11))
def test_whoever_differs_in_one_place_holds_one_half_unchanged(value: str, place: int):
    at = place % len(value)
    changed = value[:at] + "〇" + value[at + 1 :]
    assert any(half in changed for half in halves(value))


@pytest.mark.parametrize("text", ["号", "100%", "唯一_%", "abc", "2026", ""])
def test_what_pairs_cannot_answer_is_left_to_the_title(text: str):
    assert phrase(text) == ""


def test_a_number_of_a_letter_is_found_by_its_words_and_digits():
    assert phrase("桂市监协〔2026〕12号") in grams("关于桂市监协〔2026〕12号的函")


def test_parties_and_the_blacklist_give_their_keys_and_officers_do_not():
    body = {
        "contact": {"name": "某联络员", "phone": "0775-2800002"},
        "parties": [
            {
                "role": "organizer",
                "type": "person",
                "name": "王小明",
                "aliases": ["大明"],
                "id_doc_no": "440802189901010020",
                "phone": "138 0000 0002",
                "accounts": [{"number": "6222020000000000000"}],
                "address": {"region": "450902", "text": "某路 1 号"},
            },
            "nonsense",
        ],
    }
    found = {(one.sort, one.value) for one in subjects_of("assistance_request", body)}
    listed = {
        "name": "某平台",
        "subject_type": "platform",
        "role": "platform",
        "domains": ["a.example"],
        "apps": ["甲"],
    }

    assert found == {
        ("name", "王小明"),
        ("name", "大明"),
        ("id", "440802189901010020"),
        ("phone", "13800000002"),
        ("account", "6222020000000000000"),
        ("address", "某路1号"),
    }
    assert Subject("domain", "a.example", "某平台", "platform", "platform") in set(
        subjects_of("blacklist_entry", listed)
    )
    assert list(subjects_of("answer", {"parties": 7, "items": {"no": 1}})) == []
