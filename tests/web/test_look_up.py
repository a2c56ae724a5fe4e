"""Looking subjects up: with a purpose, exact or near by a reason that is told, masked, and noted."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from hub.flows.indexing import index
from tests.builders import BEIHAI, ZHANJIANG
from tests.web.offices import Office, World, example


def ask(world: World, **changes: object) -> str:
    """A request of 湛江 to 北海 that is indexed there; its matter."""
    sent = world[ZHANJIANG].send("assistance_request", example("assistance_request", **changes), to=(BEIHAI,))
    world.exchange()
    with world[BEIHAI].store.begin() as uow:
        index(uow, limit=9)
    return sent.matter


def leaves(office: Office, kind: str) -> list[str]:
    return [json.dumps(facts, ensure_ascii=False, separators=(",", ":")) for _, facts in office.noted(kind)]


def look_up(browser: TestClient, **given: str) -> str:
    return unescape(browser.post("/subjects", data={"text": "李某某", "purpose": "case", "why": "办案", **given}).text)


def test_a_look_up_needs_a_purpose_and_finds_masked_hits_with_a_leaf(world: World):
    ask(world)
    browser = world[BEIHAI].browser()

    refused = browser.post("/subjects", data={"text": "李某某"})
    found = look_up(browser)
    number = look_up(browser, text="440802189901010020")
    near = look_up(browser, text="李某人")

    assert refused.status_code == 422
    assert "请选择查询目的" in refused.text
    assert "李**" in found
    assert "一致" in found
    assert "440802********0020" in number
    assert "相差一个字" in near
    for page in (found, number):
        body = page.partition("<tbody>")[2]
        assert "李某某" not in body
        assert "440802189901010020" not in body
    notes = leaves(world[BEIHAI], "look-up")
    assert sum('"purpose":"case"' in note for note in notes) == 3
    assert not any("440802189901010020" in note for note in notes)


def test_a_name_is_looked_up_in_traditional_characters_or_pinyin_and_the_hit_says_so(world: World):
    people = [{"role": "organizer", "type": "person", "name": name} for name in ("陳偉", "单雄信")]
    matter = ask(world, parties=people)
    browser = world[BEIHAI].browser()

    for typed, why in (
        ("陈伟", "繁简对应"),
        ("chen wei", "拼音相近"),
        ("CW", "拼音相近"),
        ("shanxiongxin", "拼音相近"),
    ):
        found = look_up(browser, text=typed)
        assert "相近" in found
        assert why in found
        assert "一致</span>" not in found
        assert not any(name in found.partition("<tbody>")[2] for name in ("陳偉", "陈伟", "单雄信"))
    exact = look_up(browser, text="陳偉")
    assert "一致" in exact
    assert "相近</span>" not in exact
    key = re.search(r'name="key" value="(\d+)"', look_up(browser, text="chenwei"))
    assert key is not None
    asked = {"key": key[1], "purpose": "case", "matter": matter}
    assert "陳偉" in browser.post("/subjects/unmask", data=asked).text
    assert '"spelling"' in leaves(world[BEIHAI], "look-up")[0]


def test_a_number_is_shown_whole_for_a_matter_alone_and_noted(world: World):
    matter = ask(world)
    browser = world[BEIHAI].browser()
    key = re.search(r'name="key" value="(\d+)"', look_up(browser, text="440802189901010020"))
    assert key is not None

    without = browser.post("/subjects/unmask", data={"key": key[1], "purpose": "case"})
    shown = browser.post("/subjects/unmask", data={"key": key[1], "purpose": "case", "matter": matter})
    strange = browser.post("/subjects/unmask", data={"key": "99999", "purpose": "case", "matter": matter})

    assert without.status_code == 422
    assert "440802189901010020" in shown.text
    assert shown.headers["refresh"] == "901; url=/subjects"
    assert strange.status_code == 404
    (note,) = leaves(world[BEIHAI], "unmask")
    assert matter in note
    assert "440802189901010020" in look_up(browser, text="440802189901010020").partition("<tbody>")[2]
    world.clock.advance(minutes=16)
    assert "440802189901010020" not in look_up(browser, text="440802189901010020").partition("<tbody>")[2]


def test_the_distinctive_part_of_a_company_is_looked_up_in_letters_and_the_hit_says_why(world: World):
    ask(world, parties=[{"role": "organizer", "type": "company", "name": "北海海云商贸有限公司"}])

    found = look_up(world[BEIHAI].browser(), text="haiyun")

    assert "北海海云商贸有限公司" in found
    assert "一部分拼音相近" in found
    assert "一致</span>" not in found


def test_a_program_looks_up_with_a_purpose_and_gets_masked_hits_and_a_leaf(world: World):
    matter = ask(world)
    client = world[BEIHAI].client()

    def posted(**given: object) -> Response:
        return client.post("/api/v1/subjects", json={"text": "李某某", "purpose": "case", "matter": matter, **given})

    exact, near = posted(), posted(text="李某人", matter=None, why="核对名单")
    number = posted(text="440802189901010020")

    (hit,) = exact.json()["items"]
    assert (hit["owner"], hit["value"], hit["why"], hit["matter"]) == ("李**", "李**", "", matter)
    assert exact.json()["read"] == ["name", "address", "spelling"]
    assert [one["why"] for one in near.json()["items"]] == ["相差一个字"]
    assert number.json()["items"][0]["value"] == "440802********0020"
    assert not any(one in answer.text for answer in (exact, near, number) for one in ("李某某", "440802189901010020"))
    notes = [facts for subject, facts in world[BEIHAI].noted("look-up") if subject == "subjects"]
    assert [(one["purpose"], one.get("matter"), one.get("why")) for one in notes] == [
        ("case", matter, None),
        ("case", None, "核对名单"),
        ("case", matter, None),
    ]
    assert "李某某" not in json.dumps(notes, ensure_ascii=False)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"purpose": "curiosity"}, "purpose"),
        ({"matter": None, "why": " "}, "why"),
        ({"text": "李"}, "text"),
        ({"matter": "019d86c2-9a40-7000-8000-00000000dead"}, "matter"),
    ],
)
def test_a_program_that_does_not_say_what_for_or_whom_finds_nothing(world: World, given: dict[str, object], field: str):
    whole = {"text": "李某某", "purpose": "case", "matter": ask(world), **given}

    answer = world[BEIHAI].client().post("/api/v1/subjects", json=whole)

    assert answer.status_code in (404, 422)
    assert answer.json()["field"] == field
    assert not [facts for subject, facts in world[BEIHAI].noted("look-up") if subject == "subjects"]


def test_a_program_of_an_administrator_looks_nobody_up(world: World):
    token = world[BEIHAI].add_user("guard", "auditor", "审计员")
    asked = {"text": "李某某", "purpose": "case", "why": "核对"}

    answer = world[BEIHAI].client(token.removeprefix("token-of-")).post("/api/v1/subjects", json=asked)

    assert answer.status_code == 403
