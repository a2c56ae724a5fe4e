"""The pages people look at."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.builders import BEIHAI, JOINT, YULIN, ZHANJIANG
from tests.web.offices import World, example, text_of
from tests.web.test_api_reading import ACCEPT, SIGN_FOR, asked

SCRIPT = "<script>alert(1)</script>"


@pytest.mark.parametrize("member", [ZHANJIANG, BEIHAI, JOINT])
def test_every_page_renders_in_chinese_without_words_of_the_machine(world: World, member: str):
    document, matter = asked(world, SIGN_FOR, ACCEPT)
    world[member].take(b"antipyramid.message. nonsense")
    browser = world[member].browser()

    for path in (
        "/",
        "/matters",
        f"/matters/{matter}",
        "/documents",
        f"/documents/{document}",
        "/members",
        "/statistics",
    ):
        text = text_of(browser, path)
        assert "演示·非真实公文" in text
        assert not re.search(r"envelope|stream|incarnation|witness|\bseq\b|\bNone\b", text), path
    assert "来件格式损坏" in text_of(browser, "/quarantine")
    assert "来件格式损坏" in text_of(browser, "/quarantine/1")
    assert "listMatters" not in text_of(browser, "/help/api")


def test_empty_lists_say_what_to_do(world: World):
    browser = world[YULIN].browser()

    assert "请放宽条件" in text_of(browser, "/matters?text=nothing")
    assert "请放宽条件" in text_of(browser, "/documents?direction=in")
    assert "没有异常文书" in text_of(browser, "/quarantine")
    assert "没有等待本单位办理的事项" in text_of(browser, "/")


def test_filters_stand_in_the_address_and_survive_the_next_page(world: World):
    for _ in range(25):
        world[YULIN].send("case_notice", example("case_notice"), to=(BEIHAI,))
    world[YULIN].seal()
    browser = world[YULIN].browser()

    page = browser.get("/documents?kind=case_notice&direction=out").text
    more = unescape(re.search(r'href="(/documents\?[^"]*cursor[^"]*)"', page)[1])  # type: ignore[index]

    assert "kind=case_notice" in more
    assert "tab=out" in more
    assert browser.get(more).text.count("/documents/019d") == 5


@pytest.mark.parametrize(
    "path",
    [
        "/matters?family=x&state=y&clock=z&role=q&overdue=1&provisional=1&counterpart=nobody&text=%27&waits_for=x",
        "/documents?kind=x&step=y&direction=z&counterpart=q&text=%25",
        "/documents?since=",
        "/matters?cursor=x",
        "/statistics?since=2026-05-01&until=2026-04-01",
        "/quarantine?cursor=%F0",
        "/matters/1",
        "/quarantine/0",
        "/statistics?since=x",
    ],
)
def test_a_strange_address_is_answered_with_a_page_and_never_with_a_server_error(world: World, path: str):
    answer = world[YULIN].browser().get(path)

    assert answer.status_code in (200, 404, 422)
    assert answer.headers["content-type"].startswith("text/html")


def test_the_matter_page_shows_both_dates_label_article_and_the_count(world: World):
    _, matter = asked(world, SIGN_FOR)

    text = text_of(world[BEIHAI].browser(), f"/matters/{matter}?tab=letters")

    assert re.search(r"严格届满日\s+2026-05-09（周六）", text)
    assert re.search(r"顺延届满日\s+2026-05-09（周六）", text)
    reasons = ("第 15 日", "广西三月三放假", "调休上班")
    for words in ("法定时限", "第四十五条", "广西", "2026-05-07（周四）", *reasons, "下载签名原件"):
        assert words in text


def test_personal_data_is_masked_on_every_page(world: World):
    document, matter = asked(world)
    browser = world[BEIHAI].browser()

    for path in (f"/matters/{matter}", f"/documents/{document}"):
        text = text_of(browser, path)
        assert "440802********0020" in text
        assert "138****0002" in text
        assert "440802199" not in text
        assert "某某生物科技有限公司" in text


def test_what_people_write_is_text_and_never_markup(world: World):
    body = example("assistance_request", title=SCRIPT, case_name=SCRIPT, facts=SCRIPT)
    recorded = world[ZHANJIANG].send("assistance_request", body, to=(BEIHAI,))
    world.exchange()
    world[BEIHAI].take(b"antipyramid.message. " + SCRIPT.encode())
    browser = world[BEIHAI].browser()

    paths = (
        "/",
        "/matters",
        f"/matters?text={SCRIPT}",
        f"/matters/{recorded.matter}",
        f"/matters/{recorded.matter}?tab=letters",
        "/documents",
    )
    for path in (
        *paths,
        f"/documents/{recorded.document}",
        "/quarantine/1",
        f"/{SCRIPT}",
        f"/statistics?since={SCRIPT}",
    ):
        assert SCRIPT not in browser.get(path).text, path
    assert SCRIPT in unescape(browser.get("/matters").text)


def test_a_document_that_says_the_same_as_an_earlier_one_is_marked(world: World):
    same = example("case_notice")
    del same["doc_no"]
    first = world[YULIN].send("case_notice", same, to=(BEIHAI,))
    world[YULIN].send("case_notice", example("case_notice", 2), matter=first.matter)
    world.exchange()
    page = text_of(world[BEIHAI].browser(), f"/matters/{first.matter}?tab=letters")
    assert "与前一份内容相同" not in page

    world[YULIN].send("case_notice", same, matter=first.matter)
    world.exchange()
    assert text_of(world[BEIHAI].browser(), f"/matters/{first.matter}?tab=letters").count("与前一份内容相同") == 1
