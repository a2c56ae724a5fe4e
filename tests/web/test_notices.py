"""The bell and its page: numbers that are those of the lists they open, and no word of what is in them."""

from __future__ import annotations

import re

from tests.builders import BEIHAI, YULIN, ZHANJIANG
from tests.web import lives
from tests.web.offices import World, text_of


def test_a_letter_to_be_signed_for_rings_where_it_arrived_and_nowhere_else(world: World):
    lives.do(world, ZHANJIANG, "assistance_request", "request", to=(BEIHAI,))

    there = text_of(world[BEIHAI].browser(), "/notices")
    assert "1 件来文待签收" in there
    assert "协查" not in there.partition("提醒")[2]
    assert "没有需要您处理的事" in text_of(world[YULIN].browser(), "/notices")


def test_the_bell_is_a_fragment_that_says_its_number_in_words_too(world: World):
    lives.do(world, ZHANJIANG, "assistance_request", "request", to=(BEIHAI,))
    browser = world[BEIHAI].browser()

    assert 'hx-get="/notices/bell"' in browser.get("/").text
    fragment = browser.get("/notices/bell").text
    assert "<html" not in fragment
    assert "1 件待处理" in fragment
    assert world[YULIN].browser().get("/notices/bell").text == ""


def test_every_notice_opens_a_list_that_exists(world: World):
    lives.do(world, ZHANJIANG, "assistance_request", "request", to=(BEIHAI,))
    world.clock.advance(days=60)
    world.exchange()
    browser = world[BEIHAI].browser()

    links = re.findall(r'<li><a href="([^"]+)"', browser.get("/notices").text)
    assert len(links) >= 2
    assert [browser.get(link.replace("&amp;", "&")).status_code for link in links] == [200] * len(links)


def test_an_administrator_hears_of_the_node_and_of_no_matter(world: World):
    lives.do(world, ZHANJIANG, "assistance_request", "request", to=(BEIHAI,))
    world[BEIHAI].take(b"antipyramid.message. nonsense")
    world[BEIHAI].add_user("sys", "sysadmin", "系统管理员")

    text = text_of(world[BEIHAI].browser("sys"), "/notices")

    assert "1 件来件未予采信" in text
    assert "待签收" not in text
