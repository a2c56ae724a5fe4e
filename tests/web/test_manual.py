"""帮助: every page opens for everybody, in words of the trade, with pictures; links lead somewhere; it is searched."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deploy.pictures import MOST, PICTURES, SHOTS, SIZE
from hub.web.ui.manual import PAGES
from tests.builders import YULIN
from tests.web.offices import World, text_of

ROOT = Path(__file__).parents[2]
NO_SCREEN = {"basis", "words"}
"""Chapters that explain no screen."""
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


def pictures_of(text: str) -> list[tuple[str, str]]:
    """(name, words instead of it) of the pictures of a page."""
    return re.findall(
        r'<img src="/static/help/([a-z-]+)\.webp\?v=[0-9a-f]+" width="1366" height="768" alt="([^"]+)"', text
    )


def test_every_chapter_of_a_screen_shows_it_with_words_instead_and_large_by_a_press(world: World):
    browser = world[YULIN].browser()
    shown = set[str]()
    for name in PAGES:
        text = browser.get(f"/help/{name}").text
        pictures = pictures_of(text)
        assert len(pictures) == text.count("<img") == text.count('<a href="/static/help/'), name
        assert bool(pictures) == (name not in NO_SCREEN), name
        assert all(len(words) > 10 for _, words in pictures), name
        shown |= {picture for picture, _ in pictures}

    assert shown == {shot.name for shot in SHOTS} == {path.stem for path in PICTURES.iterdir()}
    answer = browser.get(f"/static/help/{min(shown)}.webp")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")


@pytest.mark.parametrize("path", sorted(PICTURES.iterdir()), ids=lambda path: path.stem)
def test_a_picture_is_small_and_of_the_size_the_pages_name(path: Path):
    data = path.read_bytes()

    assert len(data) <= MOST
    # The head of the extended format names width and height less one, three bytes each, the low one first.
    assert (data[:4], data[8:16]) == (b"RIFF", b"WEBPVP8X")
    assert tuple(1 + int.from_bytes(data[at : at + 3], "little") for at in (24, 27)) == SIZE


def test_the_pictures_of_the_readme_are_there():
    named = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (ROOT / "README.md").read_text("utf-8"))

    assert len(named) >= 2
    assert [name for name in named if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize(("words", "chapter"), [("延期告知", "answer"), ("TOTP 六", None), ("输错 解锁", "first")])
def test_the_manual_is_searched_by_all_the_words(world: World, words: str, chapter: str | None):
    text = world[YULIN].browser().get("/help", params={"q": words}).text
    found = re.findall(
        r'<li><a href="/help/([a-z]+)(?:#[a-z-]+)?">[^<]*</a>(?:<p>|</li>)', text.partition("<article")[2]
    )

    assert (chapter in found) if chapter else ("没有找到" in text)
    if chapter:
        assert "<mark>" in text


def test_what_is_searched_for_is_shown_as_text(world: World):
    text = world[YULIN].browser().get("/help", params={"q": "<b>延期</b>"}).text

    assert "<b>延期" not in text


def test_the_whole_manual_is_one_page_to_print(world: World):
    text = world[YULIN].browser().get("/help/all").text

    assert [f'id="chapter-{name}"' in text for name in PAGES] == [True] * len(PAGES)
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_the_articles_are_those_of_the_agreement_in_force(world: World):
    text = text_of(world[YULIN].browser(), "/help/basis")

    for rule in world[YULIN].views.trust().agreement.rules:
        assert rule.basis in text
        assert rule.title in text


def test_a_page_that_does_not_exist_is_said_so(world: World):
    assert "帮助中没有这一页" in text_of(world[YULIN].browser(), "/help/nothing", 404)
