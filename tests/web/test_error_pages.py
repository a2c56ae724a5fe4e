"""A page that says no still says where one is, who one is, and the way back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.store.session import open_store
from hub.store.views import SqlViews
from tests.builders import YULIN
from tests.web.offices import World

UNKNOWN = "/matters/019d86c2-9a40-7000-8000-00000000dead"
NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


def test_what_is_not_found_leaves_name_menu_and_person_on_the_page(world: World):
    browser = world[YULIN].browser()

    answer = browser.get(UNKNOWN)

    assert answer.status_code == 404
    assert "玉林市市场监督管理局" in answer.text
    assert 'aria-label="主导航"' in answer.text
    assert "经办人（" in answer.text


def test_what_one_may_not_do_leaves_the_menu_of_that_role(world: World):
    world[YULIN].add_user("guard", "auditor", "审计员")

    answer = world[YULIN].browser("guard").get("/subjects")

    assert answer.status_code == 403
    assert 'href="/audit"' in answer.text
    assert 'href="/matters"' not in answer.text


def test_the_page_that_led_here_is_one_click_away(world: World):
    browser, here = world[YULIN].browser(), "http://127.0.0.1:8701"

    answer = browser.get(UNKNOWN, headers={"Referer": f"{here}/matters?text=%E5%B8%81&order=due"})

    assert '<a class="btn btn-primary" href="/matters?text=%E5%B8%81&amp;order=due">返回上一页</a>' in answer.text
    assert 'href="/">回到工作台</a>' in answer.text


@pytest.mark.parametrize(
    "came", ["http://evil.example/matters", "http://127.0.0.1:8701//evil.example/", f"http://127.0.0.1:8701{UNKNOWN}"]
)
def test_nobody_is_led_to_a_stranger_or_round_in_a_circle(world: World, came: str):
    answer = world[YULIN].browser().get(UNKNOWN, headers={"Referer": came})

    assert "返回上一页" not in answer.text
    assert "evil.example" not in answer.text


def test_a_database_that_went_away_is_not_asked_for_the_page_that_says_so(world: World):
    office = world[YULIN]
    browser = office.browser()
    assert browser.get("/matters").status_code == 200
    away = open_store(NOWHERE, YULIN)
    office.app.state.node = replace(office.node, store=away, views=SqlViews(away))

    answer = browser.get("/matters")

    assert answer.status_code == 503
    assert "玉林市市场监督管理局" in answer.text
    assert "回到工作台" in answer.text
    assert "经办人（" not in answer.text
