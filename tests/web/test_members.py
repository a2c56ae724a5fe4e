"""成员和节点: whom there is, how the node is, and the signed files all work by, each on a tab of its own."""

from __future__ import annotations

import re

import pytest

from hub.flows.install import install
from tests.builders import BEIHAI, YULIN, ZHANJIANG, federation
from tests.flows.test_rotation import with_new_keys
from tests.web.offices import World, text_of


def words_of(world: World, member: str, path: str) -> str:
    return re.sub(r"\s+", " ", text_of(world[member].browser(), path))


def test_an_office_is_found_by_a_part_of_its_name_and_nobody_is_said_so(world: World):
    assert "湛江市公安局" in words_of(world, BEIHAI, "/members?text=湛江市公安")
    assert "海口市市场监督管理局" not in words_of(world, BEIHAI, "/members?text=湛江市公安")
    assert "没有符合条件的成员单位" in words_of(world, BEIHAI, "/members?text=火星")


def test_the_calendar_of_guangxi_shows_its_own_festival_and_that_of_guangdong_does_not(world: World):
    guangxi = words_of(world, BEIHAI, "/members?tab=calendars&year=2026")
    assert "2026-04-20（周一） 放假 广西三月三放假" in guangxi
    assert "本单位" in guangxi
    assert "三月三放假" not in words_of(world, ZHANJIANG, "/members?tab=calendars&year=2026")


def test_a_year_without_notice_is_said_to_be_provisional(world: World):
    text = words_of(world, YULIN, "/members?tab=calendars&year=2031")

    assert "2031 年的放假安排尚未公布" in text


@pytest.mark.parametrize(
    ("tab", "said"),
    [
        ("rules", "《市场监督管理行政处罚程序规定》第四十五条"),
        ("rights", "协助调查函"),
        ("trust", "把密钥中须有"),
        ("node", "审计日志|本节点运行正常|在办数量"),
        ("nonsense", "最近联系"),
    ],
)
def test_every_tab_says_what_it_is_for(world: World, tab: str, said: str):
    assert re.search(said, words_of(world, YULIN, f"/members?tab={tab}"))


def test_an_administrator_sees_the_members_and_no_matter(world: World):
    world[YULIN].add_user("sys", "sysadmin", "系统管理员")
    browser = world[YULIN].browser("sys")

    assert "北海市市场监督管理局" in text_of(browser, "/members")
    assert browser.get("/matters").status_code == 403


def test_whose_receipts_have_to_be_signed_again_is_told_until_they_are(world: World):
    told = "北海市市场监督管理局有签名密钥被吊销，其出具的系统回执须重新签署，已请求 0 份"
    assert told not in words_of(world, YULIN, "/members?tab=node")
    revoked = with_new_keys(federation(), (BEIHAI,), revoked=[], until="2026-04-13T01:30:00.000Z")
    node = world[YULIN].node
    node.act(lambda uow: install(uow, [revoked.roster_raw], actor="admin", now=node.now(), salt=node.salt))
    assert told in words_of(world, YULIN, "/members?tab=node")
