"""Names in other spellings: traditional characters, pinyin as people type it, readings of surnames."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.spelling import FEW, MOST, cut, pairs, simplified, sound, sounds
from hub.core.subjects import Subject, alike, grams, likeness, nearness, phrase, sounds_within, spelled, words_of

CHINESE = st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("陳偉", "陈伟"),
        ("深龍府辦〔2008〕61號", "深龙府办〔2008〕61号"),
        ("陈伟", "陈伟"),
        ("abc", "abc"),
        ("後藤", "后藤"),
    ],
)
def test_traditional_characters_become_simplified_ones(text: str, plain: str) -> None:
    assert simplified(text) == plain


@given(CHINESE, CHINESE)
def test_a_part_is_folded_as_in_the_whole_and_folding_twice_changes_nothing(left: str, right: str) -> None:
    assert simplified(left + right) == simplified(left) + simplified(right)
    assert len(simplified(left)) == len(left)
    assert simplified(simplified(left)) == simplified(left)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("陈伟", "chen wei"),
        ("陈伟", "Chén Wěi"),
        ("陈伟", "cw"),
        ("单雄信", "shan xiongxin"),
        ("单雄信", "sxx"),
        ("仇和", "qiuhe"),
        ("解晓东", "xie xiaodong"),
        ("曾乐", "zeng yue"),
        ("曾乐", "zengle"),
        ("尉迟恭", "yuchigong"),
        ("万俟卨", "moqixie"),
        ("区长青", "ou changqing"),
        ("查良镛", "zha-liang-yong"),
        ("朴某", "piaomou"),
        ("黑某", "hemou"),
        ("吕布", "lǚ bù"),
        ("吕布", "lvbu"),
        ("吕布", "lyu bu"),
        ("林宇", "lin yu"),
        ("西安某公司", "xi'an mou gongsi"),
        ("买买提江", "maimaitijiang"),
        ("重庆某某商贸有限公司", "chongqingmoumoushangmaoyouxiangongsi"),
        ("重庆某某商贸有限公司", "cqmmsmyxgs"),
        ("abc公司", "abcgongsi"),
    ],
)
def test_a_name_is_typed_by_any_of_its_readings(name: str, typed: str) -> None:
    assert sound(typed) in sounds(name)


@pytest.mark.parametrize("typed", ["", "c", "h12345678", "陈wei", "a.b", "138", "abc ltd.", "x" * 200])
def test_what_is_no_pinyin_is_not_taken_for_any(typed: str) -> None:
    assert sound(typed) == ""


@pytest.mark.parametrize("name", ["abc ltd", "", "陈" * 41])
def test_what_has_no_reading_gets_none(name: str) -> None:
    assert sounds(name) == ()


@given(CHINESE)
def test_the_spellings_of_a_name_are_few_and_of_letters(name: str) -> None:
    found = sounds(name)
    assert len(found) <= 2 * (MOST if len(name) <= 4 else FEW)
    assert len(set(found)) == len(found)


def test_a_name_has_its_simplified_form_pinyin_and_initials_as_keys_of_their_own_and_a_number_has_none() -> None:
    known = Subject("name", "陳偉", "陳偉", "person", "organizer")
    assert [(one.sort, one.value, one.owner) for one in spelled(known)] == [
        ("spelling", value, "陳偉") for value in ("陈伟", "chenwei", "cw")
    ]
    assert list(spelled(Subject("phone", "13800000002", "陳偉", "person", ""))) == []


@pytest.mark.parametrize(
    ("asked", "pairs"),
    [
        ("陳偉", [("spelling", "陈伟"), ("name", "陈伟")]),
        ("陈伟", [("spelling", "陈伟")]),
        ("Chen Wei", [("spelling", "chenwei")]),
        ("cw", [("spelling", "cw")]),
        ("13800000002", []),
        ("陈", []),
    ],
)
def test_what_was_asked_is_looked_for_in_its_other_spelling_too(asked: str, pairs: list[tuple[str, str]]) -> None:
    assert alike(asked) == pairs


def test_a_likeness_is_explained_and_near_names_may_differ_in_their_characters_besides() -> None:
    assert (likeness("chenwei"), likeness("陈伟")) == ("拼音相近", "繁简对应")
    assert nearness("陳偉東", "陈卫东") == "相差一个字"
    assert nearness("某某實業", "某某实业有限公司") == "包含“某某实业”"


def test_pairs_of_characters_are_those_of_the_simplified_text() -> None:
    assert phrase("龍華") in grams("关于龙华某公司的函")
    assert phrase("龙华") in grams("關於龍華某公司的函")


COMPANY = "北海海云商贸有限公司"


@pytest.mark.parametrize(
    "typed", ["haiyun", "Hǎi yún", "hai'yun", "haiyunshangmao", "beihaihaiyun", "HAIYUN SHANG MAO YOU XIAN GONG SI"]
)
def test_a_part_of_a_long_name_is_heard_however_it_is_typed(typed: str) -> None:
    assert sounds_within(cut(typed), COMPANY)


@pytest.mark.parametrize("typed", ["yunhai", "hai", "hy", "haishang", "maohaiyun", "0haiyun", "海云", ""])
def test_what_does_not_stand_side_by_side_in_the_name_is_not_heard(typed: str) -> None:
    assert not sounds_within(cut(typed), COMPANY)


def test_a_character_read_in_two_ways_is_heard_in_both() -> None:
    for typed in ("chongqing", "zhongqing", "xiamen", "yinhang"):
        assert sounds_within(cut(typed), "廈門重慶銀行"), typed


def test_what_may_be_cut_in_several_ways_is_read_in_each() -> None:
    assert ("xianjiang",) in cut("xianjiang"), "仙江"
    assert ("xian", "anjiang") in cut("xianjiang"), "西安江"


def test_names_of_people_are_not_heard_by_parts_and_what_has_no_syllables_asks_for_nothing() -> None:
    assert pairs("欧阳小明") == ()
    assert pairs("Acme Holdings 2026") == ()
    assert cut("zzz") == cut("a" * 79)[4:] == ()


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=5, max_size=20))
def test_each_pair_that_is_kept_is_found_again_by_typing_it(name: str) -> None:
    heard = pairs(simplified(name))
    assert len(heard) <= 3 * (len(name) - 1)
    assert all(sounds_within([(one,)], name) for one in heard)


def test_the_words_of_a_message_hold_no_pair_that_a_search_for_text_could_ask_for() -> None:
    words = words_of(("关于某案的函",), (COMPANY,)).split()
    assert "0haiyun" in words
    assert {"某案", "海云"} <= set(words)
    assert phrase("haiyun海云") == "haiyun 海云"
