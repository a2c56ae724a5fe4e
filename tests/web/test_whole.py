"""Personal data in full: for a purpose, on one page, noted; and the watermark that says who looked."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from hub.core.errors import Misconfigured
from hub.core.ids import BEIJING
from hub.flows.looking import tell
from hub.flows.rows import Peer
from hub.settings import Settings
from tests.builders import BEIHAI, ZHANJIANG
from tests.web import lives
from tests.web.offices import World, example, text_of

PHONE, MASKED = "13800000002", "138****0002"
OFFICER = "officer"
NAME = "湛江市市场监督管理局"


@pytest.fixture
def document(world: World) -> str:
    matter = lives.asked(world, parties=example("assistance_request")["parties"])
    return world[BEIHAI].views.matter(matter).thread[0].row.document


def leaves(world: World, type_: str) -> list[tuple]:
    with world[BEIHAI].store.read() as connection:
        return connection.exec_driver_sql("SELECT subject, actor FROM leaves WHERE type = ?", (type_,)).all()


def test_what_is_masked_is_shown_for_a_purpose_and_a_quarter_of_an_hour_and_masked_again_after(
    world: World, document: str
):
    world[BEIHAI].add_user("colleague", "officer", "同事")
    browser = world[BEIHAI].browser()
    assert MASKED in text_of(browser, f"/documents/{document}")

    answer = browser.post(f"/documents/{document}/whole", data={"purpose": "case", "why": "联系当事人核实"})

    assert answer.status_code == 200
    assert PHONE in answer.text
    until = (world.clock() + timedelta(minutes=15)).astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
    assert f"显示至 {until}（北京时间）" in answer.text
    assert f"告知{NAME}" in answer.text
    assert 0 < int(answer.headers["refresh"]) <= 15 * 60 + 1
    assert PHONE not in text_of(world[BEIHAI].browser("colleague"), f"/documents/{document}")
    world.clock.advance(minutes=14)
    assert PHONE in browser.get(f"/documents/{document}").text
    world.clock.advance(minutes=1)
    after = browser.get(f"/documents/{document}")
    assert PHONE not in after.text
    assert "refresh" not in after.headers
    assert [tuple(row) for row in leaves(world, "unmask")] == [(document, "officer")]


def test_the_office_whose_document_it_is_hears_who_looked_without_a_name(world: World, document: str):
    look(world, document)
    look(world, document, purpose="serve")
    before = text_of(world[ZHANJIANG].browser(), f"/documents/{document}")
    exchange_looks(world)

    page = text_of(world[ZHANJIANG].browser(), f"/documents/{document}")
    log = text_of(auditor(world), "/audit")

    assert "对方查阅记录" not in before
    for words in ("对方查阅记录", "2 次", "北海市市场监督管理局", "办案人员", "办理案件", "送达、联系当事人"):
        assert words in page, words
    assert OFFICER not in page.partition("对方查阅记录")[2].partition("送达与答复")[0]
    assert "对方查阅本单位文书" in log
    assert [facts["use"] for _, facts in world[ZHANJIANG].noted("peer-look")] == ["case", "serve"]
    assert "对方查阅记录" not in text_of(world[BEIHAI].browser(), f"/documents/{document}")
    with world[BEIHAI].store.begin() as uow:
        assert uow.looks.untold(9) == {}


def test_nobody_is_told_of_a_look_at_our_own_document(world: World, document: str):
    own = world[ZHANJIANG].browser()
    page = own.post(f"/documents/{document}/whole", data={"purpose": "case", "why": "核对"}).text
    assert PHONE in page
    assert "并告知" not in page
    with world[ZHANJIANG].store.begin() as uow:
        assert uow.looks.untold(9) == {}


def look(world: World, document: str, purpose: str = "case") -> None:
    form = {"purpose": purpose, "why": "联系当事人核实"}
    assert world[BEIHAI].browser().post(f"/documents/{document}/whole", data=form).status_code == 200


def exchange_looks(world: World) -> None:
    """What the worker of 北海 does each minute, after the owner gave a sign of life."""
    office = world[BEIHAI]
    with office.store.begin() as uow:
        uow.peers.save([Peer(ZHANJIANG, last_seen=world.clock())])
        assert tell(uow, keys=office.keys, now=world.clock(), salt=office.salts) == 1
    world.exchange()


def auditor(world: World) -> TestClient:
    world[ZHANJIANG].add_user("auditor", "auditor", "审计")
    return world[ZHANJIANG].browser("auditor")


@pytest.mark.parametrize("form", [{}, {"purpose": "case"}, {"purpose": "curiosity", "why": "看看"}])
def test_without_a_purpose_and_a_reason_nothing_is_shown_and_nothing_noted(world: World, document: str, form: dict):
    answer = world[BEIHAI].browser().post(f"/documents/{document}/whole", data=form)

    assert answer.status_code == 422
    assert PHONE not in answer.text
    assert not leaves(world, "unmask")


def test_a_clerk_may_read_the_letter_and_not_unmask_it(world: World, document: str):
    world[BEIHAI].add_user("clerk", "clerk", "收发员")
    browser = world[BEIHAI].browser("clerk")

    assert "查看完整信息" not in text_of(browser, f"/documents/{document}")
    answer = browser.post(f"/documents/{document}/whole", data={"purpose": "case", "why": "联系当事人核实"})
    assert answer.status_code == 403


def test_pages_with_personal_data_carry_who_looked_and_others_do_not(world: World, document: str):
    browser = world[ZHANJIANG].browser()

    assert '<body class="sensitive">' in browser.get(f"/documents/{document}").text
    assert '<body class="">' in browser.get("/members").text
    tile = browser.get("/watermark.svg")
    assert tile.headers["content-type"] == "image/svg+xml"
    assert "officer 2026-04-" in tile.text


@pytest.mark.parametrize(("minutes", "good"), [(0, False), (1, True), (120, True), (121, False)])
def test_a_leave_to_look_is_short(tmp_path: Path, minutes: int, good: bool):
    settings = Settings(tmp_path, BEIHAI, "sqlite:///x", "spool:x", "file:x", unmask_minutes=minutes)
    if good:
        assert settings.check().unmask_minutes == minutes
    else:
        with pytest.raises(Misconfigured, match="1 至 120 分钟"):
            settings.check()
