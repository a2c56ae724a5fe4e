"""The bench, the lists and the boards: every number opens its own list, and every act on several says what became."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from hub.flows.indexing import index
from hub.flows.ports.office_rows import Unit
from hub.web.app import create_app
from hub.web.deps import Limits
from tests.builders import BEIHAI, JOINT, ZHANJIANG
from tests.web.lives import do
from tests.web.offices import Office, World, example, text_of

FOUR = ("/matters?waits_for=us", "/matters?waits_for=any", "/due?slot=near&form=table", "/due?slot=overdue&form=table")


def ask(world: World, number: int = 1, **changes: object) -> list[str]:
    """So many requests of 湛江 to 北海; their matters."""
    made = []
    for place in range(number):
        body = example("assistance_request", title=f"【演示】协查之{place}", **changes)
        made.append(world[ZHANJIANG].send("assistance_request", body, to=(BEIHAI,)).matter)
    world.exchange()
    for office in world.values():
        with office.store.begin() as uow:
            index(uow, limit=500)
    return made


def counters(browser: TestClient) -> dict[str, int]:
    """Address -> number, as the bench shows them."""
    page = browser.get("/").text
    found = re.findall(r'<a class="counter \w+" href="([^"]+)"><span class="counter-number">(\d+)', page)
    return {unescape(path): int(number) for path, number in found}


def leaves(office: Office, kind: str) -> list[str]:
    return [json.dumps(facts, ensure_ascii=False, separators=(",", ":")) for _, facts in office.noted(kind)]


def lines(browser: TestClient, path: str) -> int:
    body = browser.get(path).text.partition("<tbody>")[2].partition("</tbody>")[0]
    return body.count("<tr>")


def unit(world: World) -> None:
    with world[BEIHAI].store.begin() as uow:
        uow.units.put(Unit("fz", "反传销科", "section", None, accounts=True))


@pytest.mark.parametrize("days", [0, 24, 40])
def test_every_counter_of_the_bench_opens_a_list_with_as_many_lines(world: World, days: int):
    done = ask(world, 3)[0]
    do(world, BEIHAI, "answer", "return", done)
    world.clock.advance(days=days)
    browser = world[BEIHAI].browser()

    found = counters(browser)

    assert {path: lines(browser, path) for path in FOUR} == {path: found[path] for path in FOUR}
    assert found["/documents?tab=unsigned"] == lines(browser, "/documents?tab=unsigned") == 2
    assert found["/matters?waits_for=us"] == 2


def test_what_ends_first_stands_first_on_the_bench_with_the_days_that_the_board_tells(world: World):
    late = ask(world)[0]
    world.clock.advance(days=30)
    ask(world, 2)
    browser = world[BEIHAI].browser()

    bench = browser.get("/").text
    mine = bench.partition("待我方办理的事项")[2]
    told = re.search(r"已超 \d+ 个工作日", mine)

    assert re.search(r'href="/matters/([^"]+)"', mine)[1] == late  # type: ignore[index]
    assert told is not None
    assert told[0] in browser.get("/due?slot=overdue&form=table").text


def test_the_strip_shows_ten_working_days_with_days_off_between_and_opens_each_day(world: World):
    ask(world, 2)
    world.clock.advance(days=14)
    browser = world[BEIHAI].browser()

    page = browser.get("/").text
    strip = page.partition('<ol class="strip"')[2].partition("</ol>")[0]

    assert strip.count("件到期") == 10
    assert "节假日" in strip, "1 May lies in between"
    day = re.search(r"/due\?day=([0-9-]+)&amp;form=table\"><span[^>]*>[^<]*</span><span[^>]*>2</span>", strip)
    assert day is not None
    assert lines(browser, f"/due?day={day[1]}&form=table") == 2


def test_an_administrator_sees_how_the_node_is_and_no_case(world: World):
    ask(world)
    world[BEIHAI].take(b"antipyramid.message. secret words")
    world[BEIHAI].add_user("sys", "sysadmin")
    browser = world[BEIHAI].browser("sys")

    assert "未予采信" in text_of(browser, "/")
    for path in ("/", "/quarantine", "/quarantine/1"):
        page = text_of(browser, path)
        assert "协查之" not in page
        assert "secret words" not in page
    for path in ("/matters", "/documents", "/due", "/supervision", "/subjects", "/matters/export"):
        assert browser.get(path).status_code == 403
    assert "secret words" in text_of(world[BEIHAI].browser(), "/quarantine/1")


def test_the_clerk_asks_the_sender_again_for_what_came_damaged(world: World):
    ask(world)
    world[ZHANJIANG].send("assistance_request", example("assistance_request"), to=(BEIHAI,))
    world[ZHANJIANG].seal()
    raw = world[ZHANJIANG].collect()[0].out.raw
    at = raw.rindex(b'"body":"') + len(b'"body":"') + 40
    world[BEIHAI].take(raw[:at] + (b"A" if raw[at : at + 1] != b"A" else b"B") + raw[at + 1 :])
    world[BEIHAI].add_user("clerk", "clerk")
    browser = world[BEIHAI].browser("clerk")

    answer = browser.post("/quarantine/1/ask-again")

    assert "已安排与发件单位核对" in answer.text
    assert len(leaves(world[BEIHAI], "ask-again")) == 1
    with world[BEIHAI].store.begin() as uow:
        assert uow.peers.get([ZHANJIANG])[ZHANJIANG].heads_sent_at is None


def test_pages_turn_forward_and_back_to_the_very_same_lines(world: World):
    ask(world, 45)
    browser = world[BEIHAI].browser()

    def at(path: str) -> tuple[list[str], dict[str, str]]:
        page = browser.get(path).text
        links = dict(re.findall(r'rel="(prev|next)" href="([^"]+)"', page))
        return re.findall(r'href="/matters/([0-9a-f-]{36})"', page), {k: unescape(v) for k, v in links.items()}

    first, onward = at("/matters?family=assistance")
    second, both = at(onward["next"])
    third, back = at(both["next"])

    assert (len(first), len(second), len(third)) == (20, 20, 5)
    assert "next" not in back
    assert at(back["prev"])[0] == second
    assert at(at(back["prev"])[1]["prev"])[0] == first
    assert "共 45 条" in text_of(browser, "/matters?family=assistance")


def test_a_view_is_kept_opened_and_forgotten_by_its_owner_alone(world: World):
    world[BEIHAI].add_user("other", "officer")
    browser, other = world[BEIHAI].browser(), world[BEIHAI].browser("other")

    kept = browser.post("/matters/views", data={"name": "逾期协查", "query": "family=assistance&overdue=1&x=y"})

    assert kept.url.query == b"family=assistance&overdue=1"
    assert "逾期协查" in browser.get("/matters").text
    assert "逾期协查" not in other.get("/matters").text
    other.post("/matters/views/drop", data={"name": "逾期协查"})
    assert "逾期协查" in browser.get("/matters").text
    browser.post("/matters/views/drop", data={"name": "逾期协查"})
    assert "逾期协查" not in browser.get("/matters").text


def test_the_filtered_list_is_taken_away_and_noted(world: World):
    ask(world, 2)
    browser = world[BEIHAI].browser()

    answer = browser.get("/matters/export?family=assistance&form=csv")

    rows = answer.content.decode("utf-8-sig").splitlines()
    assert (len(rows), rows[0].startswith("事项编号,标题")) == (3, True)
    assert browser.get("/matters/export").content[:2] == b"PK"
    assert '"rows":2' in leaves(world[BEIHAI], "export")[0]


def test_what_came_and_went_is_taken_away_under_its_filters_and_noted(world: World):
    ask(world, 2)
    browser = world[BEIHAI].browser()

    rows = browser.get("/documents?tab=in&kind=assistance_request&form=csv").content.decode("utf-8-sig").splitlines()

    assert (len(rows), rows[0].startswith("文书编号,标题")) == (3, True)
    assert "协助调查函" in rows[1]
    assert "已送达" in rows[1]
    assert ",北海市监," in rows[1]
    assert len(browser.get("/documents?tab=out&form=csv").content.decode("utf-8-sig").splitlines()) == 1
    assert '"rows":2' in leaves(world[BEIHAI], "export")[0]
    assert 'href="/documents?' in browser.get("/documents").text


def test_an_export_that_is_cut_says_so(world: World):
    ask(world, 3)
    world[BEIHAI].app = create_app(replace(world[BEIHAI].node, limits=Limits(export=2)))

    rows = world[BEIHAI].browser().get("/matters/export?form=csv").content.decode("utf-8-sig").splitlines()

    assert len(rows) == 4
    assert "仅导出前 2 条" in rows[-1]


def test_several_are_handed_to_a_unit_each_with_its_own_result(world: World):
    unit(world)
    first, second = ask(world, 2)
    browser = world[BEIHAI].browser()
    wanted = {"do": "assign", "unit": "fz", "manner": "assign", "note": "请核查", "query": "waits_for=us"}

    browser.post("/matters/several", data={**wanted, f"pick-{first}": "1"})
    page = browser.post("/matters/several", data={**wanted, f"pick-{first}": "1", f"pick-{second}": "1"}).text

    assert page.count("bi-check-circle") == 1
    assert "成功 1 件，未办成 1 件" in page
    assert "/matters?waits_for=us" in unescape(page)
    taken = browser.post("/matters/several", data={"do": "csv", f"pick-{second}": "1"})
    assert len(taken.content.decode("utf-8-sig").splitlines()) == 2
    assert browser.post("/matters/several", data={"do": "csv"}).status_code == 422
    assert browser.post("/matters/several", data={"do": "csv", "pick-x": "1"}).status_code == 422


def test_the_board_and_its_table_show_the_same_numbers(world: World):
    ask(world, 3)
    world.clock.advance(days=40)
    browser = world[BEIHAI].browser()

    assert browser.get("/due").text.count('class="card-line"') == lines(browser, "/due?form=table") == 3
    assert lines(browser, "/due?form=table&kind=lead_transfer") == 0
    assert lines(world[ZHANJIANG].browser(), "/due?side=theirs&slot=overdue") == 3
    assert "不可再延" in text_of(browser, "/due")


def test_the_office_proposes_and_a_person_begins_the_letter(world: World):
    (matter,) = ask(world)
    world.clock.advance(days=40)

    proposed = world[JOINT].browser().get("/supervision?tab=proposed").text
    own = text_of(world[BEIHAI].browser(), "/supervision?tab=proposed")

    query = urlencode({"kind": "supervision_letter", "to": BEIHAI, "about": matter})
    assert f"/papers/new?{query}" in unescape(proposed)
    assert "拟督办" not in own
    begun = world[JOINT].browser().get(f"/papers/new?{query}").text
    assert f'value="协助调查函（{matter}）"' in begun, "the office has the header alone, not the title"
    assert 'value="2026-05-' in begun, "the day it was due"
    assert "协查之0" in own


@pytest.mark.parametrize(
    "path",
    [
        "/matters?family=x&state=y&order=z&waits_for=q&text=%27&trail=a.b",
        "/matters?trail=%3Cscript%3E",
        "/matters?cursor=x&trail=-",
        "/documents?tab=x&kind=y&step=z&text=%25&counterpart=%27",
        "/due?side=x&slot=y&day=2026-13-01",
        "/due?day=2026-05-01&unit=nobody&kind=zz",
        "/supervision?tab=zz&cursor=zz",
        "/matters/export?form=pdf",
        "/quarantine?cursor=%F0",
    ],
)
def test_a_strange_address_of_a_list_is_answered_and_never_breaks(world: World, path: str):
    assert world[BEIHAI].browser().get(path).status_code in (200, 422)
