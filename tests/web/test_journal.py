"""The audit log on screen: found by object, person, act and time, hashed again, without case content for auditors."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import update

from hub.core.audit import leaf
from hub.core.checkpoint import origin_of
from hub.flows.checkpoint import mark
from hub.flows.growing import grow
from hub.flows.ports.log import Alarm
from hub.store.tables import leaves
from hub.web.condition import condition
from hub.web.ui import journal
from tests.builders import BEIHAI, NOW, ZHANJIANG, salts, witness_for
from tests.web import lives
from tests.web.offices import Office, World, text_of


@pytest.fixture
def office(world: World) -> Office:
    lives.asked(world)
    found = world[BEIHAI]
    found.add_user("auditor", "auditor", "审计管理员")
    found.browser().get("/matters?text=某某生物")
    with found.store.begin() as uow:
        grow(uow, now=NOW, salt=salts(), limit=10_000)
    return found


def test_the_auditor_finds_who_looked_for_what_and_not_the_words(office: Office):
    page = text_of(office.browser("auditor"), "/audit?type=look-up&actor=officer")

    assert "查阅" in page
    assert "（内容不显示）" in page
    assert "某某生物" not in page


def test_the_auditor_takes_the_log_away_without_the_words_and_that_is_noted(office: Office):
    browser = office.browser("auditor")

    table = browser.get("/audit?type=look-up&actor=officer&form=csv").content.decode("utf-8-sig")

    assert table.startswith("序号,时间（北京时间）,行为,人员")
    assert "（内容不显示）" in table
    assert "某某生物" not in table
    noted = " ".join(text_of(browser, "/audit?type=export&actor=auditor").split())
    assert "审计日志" in noted
    assert "人员 officer" in noted
    assert office.browser().get("/audit?form=csv").status_code == 403


def test_nobody_else_reads_the_log_and_the_auditor_reads_no_matter(office: Office):
    assert office.browser().get("/audit").status_code == 403
    assert office.browser("auditor").get("/matters").status_code == 403


def test_every_search_of_the_log_is_itself_in_the_log(office: Office):
    browser = office.browser("auditor")
    browser.get("/audit?actor=officer")

    page = " ".join(text_of(browser, "/audit?type=look-up&subject=audit").split())

    assert "人员 officer" in page


def add_leaves(office: Office, number: int) -> None:
    with office.store.begin() as uow:
        uow.ledger.add([leaf("look-up", "audit", "officer", office.clock(), bytes(16)) for _ in range(number)])


def test_a_search_goes_on_page_by_page(office: Office):
    add_leaves(office, journal.ROWS)
    browser = office.browser("auditor")

    assert "下一页" in text_of(browser, "/audit")
    assert browser.get("/audit?cursor=nonsense").status_code == 422


def test_an_untouched_log_passes_and_one_changed_letter_is_named(office: Office):
    browser = office.browser("auditor")
    assert "与登记时的摘要一致" in text_of(browser, "/audit/check")

    with office.store._engine.begin() as connection:
        connection.execute(update(leaves).where(leaves.c.position == 5).values(actor="somebody"))
        connection.execute(update(leaves).where(leaves.c.position == 3).values(position=9999))

    page = text_of(browser, "/audit/check")
    assert "内容与登记时的摘要不一致" in page
    assert "记录不在了" in page


def test_a_long_log_is_checked_stretch_by_stretch(office: Office):
    add_leaves(office, journal.STRETCH)
    browser = office.browser("auditor")

    on = re.search(r'href="(/audit/check\?[^"]+)" data-go-on', browser.get("/audit/check").text)[1]
    text = text_of(browser, unescape(on))

    assert "与登记时的摘要一致" in text
    assert re.search(r"全部 20,\d{3} 条", text)


def test_a_matter_shows_its_own_log_to_its_own_office(world: World):
    matter = lives.asked(world)
    browser = world[ZHANJIANG].browser()
    browser.get(f"/matters/{matter}")

    page = text_of(browser, f"/matters/{matter}?tab=log")

    assert "登记发文决定" in page
    assert "签名发出" in page
    assert page.count("查阅") >= 1


def test_a_line_names_offices_roles_kinds_and_screens_in_words_and_hides_why_somebody_was_looked_up(office: Office):
    with office.store.begin() as uow:
        facts = {"kind": "assistance_request", "to": [ZHANJIANG], "act": "request", "body": "ab" * 32}
        why = {"why": "某某的事由", "sorts": ["name", "phone"], "asked": "cd" * 32}
        uow.ledger.add(
            [
                leaf("decide", "019d86c2-9a40-7000-8000-000000000001", "officer", office.clock(), bytes(16), **facts),
                leaf("look-up", "subjects", ZHANJIANG, office.clock(), bytes(16), **why),
                leaf("sign-in", "officer", "cli:root", office.clock(), bytes(16), role="officer", by="password+code"),
            ]
        )

    page = " ".join(text_of(office.browser("auditor"), "/audit").split())

    for said in (
        *(
            "办理 请求协查",
            "文书种类 协助调查函",
            "对象 湛江市监",
            f"正文摘要 {'ab' * 6} ",
            "查询种类 名称或姓名、电话",
        ),
        *("事由 （内容不显示）", "主体查询", "命令行（root）", "角色 办案人员", "方式 口令和验证码"),
    ):
        assert said in page, said
    assert "某某的事由" not in page


def test_the_page_says_up_to_where_the_log_is_proved_and_hands_out_the_evidence_of_an_alarm(office: Office):
    browser = office.browser("auditor")
    assert "还没有存证点" in text_of(browser, "/audit")
    with office.store.begin() as uow:
        assert mark(uow, witness=witness_for(BEIHAI), now=NOW, salt=salts())
        origin = origin_of(uow.member, uow.incarnation)
        newest = uow.checkpoints.newest(origin)
        uow.alarms.add([Alarm(ZHANJIANG, "forked", "x 5", "没有接续", NOW, newest.note, newest.note)])
    page = text_of(browser, "/audit")
    assert f"已存证到第 {newest.size} 条" in " ".join(page.split())
    assert "湛江市市场监督管理局" in page
    number = office.views.log_standing().alarms[0].id
    evidence = browser.get(f"/audit/alarms/{number}").json()
    assert evidence["notes"] == [newest.note, newest.note]
    assert evidence["keys"][0].startswith(f"{origin}+")
    assert office.browser().get(f"/audit/alarms/{number}").status_code == 403
    assert any("审计日志前后矛盾" in one.what for one in condition(office.node))
