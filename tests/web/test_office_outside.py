"""Offices outside the federation: registered, changed, put out of use, and shown with their matters."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.builders import YULIN
from tests.web.offices import World, example, text_of
from tests.web.test_office_screens import post

FORM = {
    "region": "460200",
    "name": "三亚市市场监督管理局",
    "system": "mr",
    "address": "三亚市吉阳区某路1号",
    "contact": "",
    "phone": "0898-88000000",
    "channel": "secure_courier",
}


@pytest.fixture
def browser(world: World) -> TestClient:
    return world[YULIN].browser()


def test_an_office_outside_is_registered_changed_and_put_out_of_use(browser: TestClient):
    assert "还没有登记系统外单位" in text_of(browser, "/outside")
    assert "行政区划代码应为 6 位数字" in post(browser, "/outside/new", 422, **{**FORM, "region": "46"})
    assert "请填写单位名称" in post(browser, "/outside/new", 422, **{**FORM, "name": " "})
    place = post(browser, "/outside/new", **FORM).removesuffix("?done=new")
    assert place == "/outside/out-460200-1"
    shown = text_of(browser, place)
    for words in ("三亚市市场监督管理局", "机要", "市场监管部门", "还没有事项"):
        assert words in shown
    assert "不在可选范围" in post(browser, f"{place}/change", 422, **{**FORM, "channel": "pigeon"})
    post(browser, f"{place}/change", **{**FORM, "channel": "fax", "region": "450900"})
    assert "传真" in text_of(browser, "/outside")
    assert post(browser, f"{place}/active", active="0") == f"{place}?done=off"
    assert "已停用" in text_of(browser, place)
    assert browser.get("/outside/out-460200-2").status_code == 404
    assert browser.get("/outside/none").status_code == 422


def test_its_matters_stand_under_its_name(world: World, browser: TestClient):
    place = post(browser, "/outside/new", **FORM).removesuffix("?done=new")
    world[YULIN].send("assistance_request", example("assistance_request"), to=("out-460200-1",))
    world.exchange()
    assert "关于协助调查" in text_of(browser, place)


def test_who_may_not_keep_the_register_reads_it(world: World, browser: TestClient):
    place = post(browser, "/outside/new", **FORM).removesuffix("?done=new")
    world[YULIN].add_user("clerk", "clerk", "收发员")
    clerk = world[YULIN].browser("clerk")
    assert "三亚市" in text_of(clerk, "/outside")
    assert "登记单位" not in text_of(clerk, "/outside")
    assert clerk.get("/outside/new").status_code == 403
    post(clerk, f"{place}/active", 403, active="0")
