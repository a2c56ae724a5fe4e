"""Who and what a document is about, as keys to look up, and Chinese text as overlapping pairs of characters.

A key is a normalised value (:mod:`schemas.normalise`) with its sort. Near means here: one name holds the other, or they
differ by one character; each reason is said beside the hit, and a person judges. Text is cut into pairs because words
of Chinese have no borders and a name may have two characters only; it is never used to decide anything.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from hub.core.spelling import pairs, simplified, sound, sounds
from schemas.normalise import (
    normalise_bank_card,
    normalise_mobile,
    normalise_name,
    normalise_phone,
    normalise_resident_id,
    normalise_uscc,
)

SORTS = {
    "name": "名称或姓名",
    "id": "证件号码",
    "code": "统一社会信用代码",
    "phone": "电话",
    "account": "账号",
    "domain": "域名",
    "address": "地址",
    "spelling": "其他写法",
}
RULES = 2
"""Version of what this file and :mod:`hub.core.spelling` make of a message; raise it when they make something else.

What older rules made is found as it is until the worker, when nothing else waits, has made it again.
"""
SHORTEST = 2
"""Characters a name or an address must have to be looked up."""
_RUNS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[0-9a-z]+")
_CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_DOMAIN = re.compile(r"(?:[a-z]+://)?((?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63})(?:[/:?#].*)?")
_BETWEEN = " \t〔〕[]()·"
"""What may stand between runs without being looked for."""
_LONGEST = 2000
"""Characters of one text that are cut: a title and the names beside it are far below."""


_HEARD = "0"
"""Before a pair of syllables among the words of a message; no run of a text that anybody writes begins so."""
PART = "一部分拼音相近"


@dataclass(frozen=True, slots=True)
class Subject:
    """One value by which a subject is found; ``owner`` is the name it belongs to, ``type`` that of the form."""

    sort: str
    value: str
    owner: str
    type: str
    role: str


def fold(text: str) -> str:
    """One writing of a text: half-width, small letters, the dots of minority names and all spaces left out."""
    return re.sub(r"[·\s]+", "", unicodedata.normalize("NFKC", normalise_name(text)).casefold())


def plain(text: str) -> str:
    """A text as it is searched: half-width, small letters, simplified characters."""
    return simplified(unicodedata.normalize("NFKC", text).casefold())


def grams(text: str) -> str:
    """``王小明 12号`` becomes ``王小 小明 12 号``: runs of Chinese as pairs, others whole."""
    found: list[str] = []
    for run in _RUNS.findall(plain(text[:_LONGEST])):
        if _CHINESE.match(run) and len(run) > 1:
            found += [run[at : at + 2] for at in range(len(run) - 1)]
        else:
            found.append(run)
    return " ".join(found)


def words_of(texts: Iterable[str], names: Iterable[str]) -> str:
    """All by which a message is found: its texts and names as pairs of characters, and how long names sound."""
    names = list(names)
    sounding = dict.fromkeys(one for name in names for one in pairs(simplified(fold(name))))
    return " ".join((grams(" ".join((*texts, *names))), heard(sounding))).strip()


def heard(syllables: Iterable[str]) -> str:
    """Pairs of syllables as they stand among the words of a message."""
    return " ".join(f"{_HEARD}{one}" for one in syllables)


def sounds_within(ways: Iterable[Iterable[str]], known: str) -> bool:
    """Whether part of this name sounds as one of the ways to read what was typed."""
    heard_here = set(pairs(simplified(known)))
    return any(heard_here.issuperset(way) for way in ways)


def phrase(text: str) -> str:
    """The pairs that any text holding this one has in a row; empty where they cannot tell.

    A single Chinese character is part of pairs and none itself, so one at either end is left open.
    """
    folded = plain(text)
    runs = _RUNS.findall(folded)
    while runs and _is_single(runs[0]):
        runs.pop(0)
    while runs and _is_single(runs[-1]):
        runs.pop()
    bare = not _RUNS.sub("", folded).strip(_BETWEEN)
    return grams(" ".join(runs)) if bare and any(_CHINESE.match(run) for run in runs) else ""


def _is_single(run: str) -> bool:
    return len(run) == 1 and _CHINESE.match(run) is not None


def subjects_of(kind: str, body: Mapping[str, Any]) -> Iterator[Subject]:
    """Every key of one body; what the form does not know is passed over."""
    for field in ("parties", "subjects", "suspects"):
        for one in _entries(body, field):
            yield from _party(one)
    if kind == "blacklist_entry":
        yield from _party({**body, "type": body.get("subject_type", "")})
    for one in _entries(body, "items"):
        target, sort = _text(one, "target"), _text(one, "target_type")
        if target:
            yield from (Subject(*key, target, sort, "") for key in readings(target, sort))


def spelled(one: Subject) -> Iterator[Subject]:
    """Other spellings by which a name is found: simplified characters, pinyin, initials."""
    if one.sort == "name":
        simple = simplified(one.value)
        values = (simple, *sounds(simple)) if simple != one.value else sounds(simple)
        yield from (replace(one, sort="spelling", value=value) for value in values)


def _entries(body: Mapping[str, Any], field: str) -> Iterator[Mapping[str, Any]]:
    value = body.get(field)
    for one in value if isinstance(value, list | tuple) else ():
        if isinstance(one, Mapping):
            yield one


def _text(entry: Mapping[str, Any], field: str) -> str:
    value = entry.get(field)
    return value if isinstance(value, str) else ""


def _party(one: Mapping[str, Any]) -> Iterator[Subject]:
    owner, sort, role = (_text(one, name) for name in ("name", "type", "role"))
    values: list[tuple[str, str]] = [("name", owner), *(("name", text) for text in _texts(one, "aliases"))]
    values += [("name", text) for text in _texts(one, "apps")]
    values += [("id", _text(one, "id_doc_no")), ("code", _text(one, "uscc")), ("phone", _text(one, "phone"))]
    values += [("domain", text) for text in _texts(one, "domains")]
    values += [("account", _text(account, "number")) for account in _entries(one, "accounts")]
    place = one.get("address")
    values.append(("address", _text(place, "text") if isinstance(place, Mapping) else _text(one, "address")))
    for name, text in values:
        if text:
            yield Subject(name, normal(name, text), owner, sort, role)


def _texts(entry: Mapping[str, Any], field: str) -> list[str]:
    value = entry.get(field)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list | tuple) else []


def normal(sort: str, text: str) -> str:
    """The one form of a value of this sort."""
    return _NORMAL[sort](text)


def _domain(text: str) -> str:
    found = _DOMAIN.fullmatch(fold(text))
    return found[1] if found else fold(text)


_NORMAL = {
    "name": fold,
    "id": normalise_resident_id,
    "code": normalise_uscc,
    "phone": normalise_phone,
    "account": normalise_bank_card,
    "domain": _domain,
    "address": fold,
}
_TARGETS = {"company": ("name", "code"), "person": ("name", "id"), "address": ("address",), "account": ("account",)}


def readings(text: str, target: str = "") -> list[tuple[str, str]]:
    """(sort, normal value) of everything this text may be; ``target`` narrows it to what a form says it is."""
    found: list[tuple[str, str]] = []
    resident, code, card = normalise_resident_id(text), normalise_uscc(text), normalise_bank_card(text)
    phone = normalise_phone(text)
    if re.fullmatch(r"[0-9]{17}[0-9X]", resident):
        found.append(("id", resident))
    if re.fullmatch(r"[0-9A-HJ-NP-RTUWXY]{18}", code):
        found.append(("code", code))
    if re.fullmatch(r"1[3-9][0-9]{9}", normalise_mobile(text)) or re.fullmatch(r"0[0-9]{2,3}-[0-9]{7,8}.*", phone):
        found.append(("phone", phone))
    if re.fullmatch(r"[0-9]{13,19}", card):
        found.append(("account", card))
    if _DOMAIN.fullmatch(fold(text)) and not _CHINESE.search(text):
        found.append(("domain", _domain(text)))
    if re.fullmatch(r"[0-9A-Z()-]{4,30}", text.strip().upper()) and not found:
        found.append(("id", text.strip().upper()))
    if not found and len(fold(text)) >= SHORTEST:
        found += [("name", fold(text)), ("address", fold(text))]
    wanted = _TARGETS.get(target)
    return [one for one in found if wanted is None or one[0] in wanted]


def alike(text: str) -> list[tuple[str, str]]:
    """(sort, value) of what is no exact hit but the same name in another spelling."""
    known = fold(text)
    if len(known) < SHORTEST:
        return []
    simple, typed = simplified(known), sound(text)
    if typed:
        return [("spelling", typed)]
    if not _CHINESE.search(known):
        return []
    return [("spelling", simple), ("name", simple)] if simple != known else [("spelling", simple)]


def likeness(value: str) -> str:
    """Why a hit by such a value is near, in Chinese."""
    return "拼音相近" if value.isascii() else "繁简对应"


def halves(value: str) -> tuple[str, str]:
    """Two parts, each of two characters at least: a text that differs in one place holds one of them unchanged."""
    middle = max(len(value) // 2, SHORTEST)
    return value[:middle], value[-max(len(value) - middle, SHORTEST) :]


def nearness(asked: str, known: str) -> str:
    """Why ``known`` is near to ``asked``, in Chinese; empty when it is not, or the same."""
    asked, known = simplified(asked), simplified(known)
    if asked == known:
        return ""
    if asked in known:
        return f"包含“{asked}”"
    if len(known) > SHORTEST and known in asked:
        return "是所查名称的一部分"
    return "相差一个字" if min(len(asked), len(known)) > SHORTEST and _one_apart(asked, known) else ""


def _one_apart(left: str, right: str) -> bool:
    """One character put in, left out or exchanged."""
    short, long = sorted((left, right), key=len)
    if len(long) - len(short) > 1:
        return False
    at = next((place for place, (one, other) in enumerate(zip(short, long, strict=False)) if one != other), len(short))
    return short[at + (len(short) == len(long)) :] == long[at + 1 :]
