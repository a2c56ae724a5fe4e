"""帮助: every page opens for everybody, none uses a word of the machine, and every link leads somewhere."""

from __future__ import annotations

import re

import pytest

from hub.web.ui.manual import PAGES
from tests.builders import YULIN
from tests.web.offices import World, text_of

MACHINERY = ("stream", "envelope", "incarnation", "outbox", "信封", "节点签名流", "序列号流")


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_in_the_words_of_the_trade(world: World, name: str):
    text = text_of(world[YULIN].browser(), f"/help/{name}")

    assert PAGES[name] in text
    assert not [word for word in MACHINERY if word in text]


def test_every_link_of_the_manual_leads_to_a_page(world: World):
    browser = world[YULIN].browser()
    links = {
        link.partition("#")[0]
        for name in PAGES
        for link in re.findall(r"<article.*?</article>", browser.get(f"/help/{name}").text, re.DOTALL)
        for link in re.findall(r'href="(/[^"]*)"', link)
    }

    assert len(links) > 5
    assert {link: browser.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_the_articles_are_those_of_the_agreement_in_force(world: World):
    text = text_of(world[YULIN].browser(), "/help/basis")

    for rule in world[YULIN].views.trust().agreement.rules:
        assert rule.basis in text
        assert rule.title in text


def test_a_page_that_does_not_exist_is_said_so(world: World):
    assert "帮助中没有这一页" in text_of(world[YULIN].browser(), "/help/nothing", 404)
