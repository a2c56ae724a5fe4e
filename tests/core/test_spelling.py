"""Names in other spellings: traditional characters, pinyin as people type it, readings of surnames."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.spelling import FEW, MOST, simplified, sound, sounds
from hub.core.subjects import Subject, alike, grams, likeness, nearness, phrase, spelled

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
