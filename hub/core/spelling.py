"""Other spellings by which a name is found: its simplified characters, how it is read aloud, and its initials.

Pure tables of two libraries, read when they are first needed: OpenCC says which simplified character stands for a
traditional one, pypinyin how a character is read. Both are asked for single characters, never for words: a part of a
name then has the same spelling as in the whole. What they say is near at best; a person judges.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import islice, pairwise, product

MOST, FEW = 24, 2
"""Readings of one name that are kept: of a short one, which has hardly more, and of a long one."""
LONGEST = 40
"""Characters of a name that is spelled out; what is longer is no name."""
_FIRST, _OTHERS = 3, 2
"""Readings of a character that are tried: a surname is often read by its rarest one (单 shan, 解 xie)."""
_SHORT = 4
"""Characters up to which all readings are combined; of longer names, the usual one and what differs in one place.

Of longer ones a part is found as well, by two characters side by side; of a short one, that would be everybody.
"""
_SYLLABLE = re.compile(
    "(?:zh|ch|sh|[bpmfdtnlgkhjqxzcsryw])"
    "(?:iang|iong|uang|ang|eng|ian|iao|ing|ong|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|ve|[aeiouv])"
    "|ang|eng|ai|an|ao|ei|en|er|ou|[aeo]"
)
"""One syllable as typed; it lets some pass that no character has, by which nothing is found."""
_CUTS = 4
"""Ways of cutting what was typed into syllables that are tried, those with the longest in front first."""
_LEFT_OUT = {"黑": ("hei", "he"), "谌": ("chen", "shen"), "贠": ("yuan", "yun")}
"""Surnames whose reading as such the library has not."""
_CHINESE = (0x3400, 0x9FFF)
_TYPED = re.compile(r"[a-z][a-z '’-]{0,78}[a-z]")


def simplified(text: str) -> str:
    """Each traditional character by its simplified one: 陳偉 becomes 陈伟, and 乾 becomes 干 whatever was meant."""
    if text.isascii():
        return text
    traditional, simple = _simple()
    return traditional.sub(lambda one: simple[one[0]], text)


def sounds(name: str) -> tuple[str, ...]:
    """How a name may be typed in letters: 单伟 as danwei, chanwei, shanwei, dw, cw, sw; nothing where none is Chinese.

    Without tones and spaces, ü as u.
    """
    if len(name) > LONGEST or not any(map(_is_chinese, name)):
        return ()
    every = [_readings(one, _OTHERS if place else _FIRST) for place, one in enumerate(name) if one.isalnum()]
    spelled = [_plain("".join(one)) for one in _combined(every)]
    initials = ["".join(one[0] for one in syllables) for syllables in _combined(every)]
    return tuple(dict.fromkeys((*spelled, *(one for one in initials if len(one) > 1))))


def sound(typed: str) -> str:
    """What somebody typed as such a spelling: ``Chén Wěi``, ``chen'wei`` as chenwei; empty if it can be none."""
    bare = _bare(typed)
    return _plain(re.sub("[ '’-]", "", bare)) if _TYPED.fullmatch(bare) else ""


def pairs(name: str) -> tuple[str, ...]:
    """Each two characters of a long name as they sound: 北海海云商贸 as beihai, haihai, haiyun, yunshang, shangmao.

    In their usual readings, and with one of the two in its next one.
    """
    if len(name) > LONGEST or sum(map(str.isalnum, name)) <= _SHORT:
        return ()
    found: dict[str, None] = {}
    for one, other in pairwise(filter(str.isalnum, name)):
        if _is_chinese(one) and _is_chinese(other):
            (left, *lefts), (right, *rights) = _readings(one, _OTHERS), _readings(other, _OTHERS)
            every = (left + right, *(less + right for less in lefts), *(left + less for less in rights))
            found |= dict.fromkeys(map(_plain, every))
    return tuple(found)


def cut(typed: str) -> tuple[tuple[str, ...], ...]:
    """Ways to read what was typed as two characters or more: for each, the pairs that a name with this part has."""
    letters = re.sub("[ '’-]", "", _bare(typed)) if sound(typed) else ""
    ways: list[list[tuple[str, ...]]] = [[] for _ in letters] + [[()]]
    for at in reversed(range(len(letters))):
        ends = [end for end in range(min(at + 6, len(letters)), at, -1) if _SYLLABLE.fullmatch(letters, at, end)]
        ways[at] = [(letters[at:end], *rest) for end in ends for rest in ways[end]][:_CUTS]
    return tuple(dict.fromkeys(tuple(_plain(a + b) for a, b in pairwise(way)) for way in ways[0] if len(way) > 1))


def _bare(typed: str) -> str:
    """Small letters without tones."""
    bare = "".join(one for one in unicodedata.normalize("NFD", typed.strip()) if not unicodedata.combining(one))
    return unicodedata.normalize("NFKC", bare).casefold()


def _plain(letters: str) -> str:
    """ü is typed as u, v or yu; all are one, in what is kept and in what is asked."""
    return re.sub("(?<=[ln])yu", "u", letters.replace("v", "u"))


def _combined(every: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    if len(every) <= _SHORT:
        return list(islice(product(*every), MOST))
    usual = tuple(one[0] for one in every)
    other = ((*usual[:place], reading, *usual[place + 1 :]) for place, one in enumerate(every) for reading in one[1:])
    return [usual, *islice(other, FEW - 1)]


def _is_chinese(character: str) -> bool:
    return _CHINESE[0] <= ord(character) <= _CHINESE[1]


@cache
def _simple() -> tuple[re.Pattern[str], dict[str, str]]:
    """Any traditional character; each -> its simplified one."""
    from opencc import OpenCC

    every = [chr(code) for code in range(_CHINESE[0], _CHINESE[1] + 1)]
    plain = OpenCC("t2s").convert("\n".join(every)).split("\n")
    found = {one: other for one, other in zip(every, plain, strict=True) if len(other) == 1 and _is_chinese(other)}
    # One of three thousand (薴) is turned into one that is traditional itself.
    simple = {one: found.get(other, other) for one, other in found.items() if one != other}
    return re.compile(f"[{''.join(simple)}]"), simple


@cache
def _readings(character: str, most: int) -> tuple[str, ...]:
    """Without tones, the usual one first; what is not Chinese stands for itself."""
    if not _is_chinese(character):
        return (character,)
    if character in _LEFT_OUT:
        return _LEFT_OUT[character][:most]
    from pypinyin import Style, pinyin

    (found,) = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore") or [[]]
    return tuple(dict.fromkeys(found))[:most] or (character,)
