"""Figures over the API and on the screen: who sees what, the way to the matters, what is taken away."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from zipfile import ZipFile

import pytest
from starlette.testclient import TestClient

from hub.flows.ports.office_rows import Unit
from hub.web.sheets import answer
from tests.builders import BEIHAI, JOINT, YULIN, ZHANJIANG
from tests.web.offices import World, example, text_of
from tests.web.test_api_reading import ACCEPT, SIGN_FOR, asked

APRIL = "since=2026-04-01&until=2026-04-30"


def figures(browser: TestClient, query: str = APRIL) -> dict[tuple[str, ...], float | None]:
    found = browser.get(f"/api/v1/statistics?{query}")
    assert found.status_code == 200, found.text
    lines = found.json()["figures"]
    return {
        (f"{one['indicator']}.{one['measure']}", one["member"], one["peer"] or "", one["scope"]): one["value"]
        for one in lines
    }


def leaves(world: World, member: str, kind: str) -> list[dict[str, object]]:
    return [facts for _, facts in world[member].noted(kind)]


def test_the_office_gets_every_line_and_a_member_its_own_and_what_others_did_with_it(world: World):
    asked(world, SIGN_FOR, ACCEPT)
    office, asking, other = (figures(world[one].client()) for one in (JOINT, ZHANJIANG, YULIN))
    sent = ("I03.sent", ZHANJIANG, "", "inside")
    assert office[sent] == asking[sent] == 1
    assert office["I03.received", BEIHAI, "", "inside"] == 1
    assert ("I03.received", BEIHAI, "", "inside") not in asking
    assert asking["I03.received", BEIHAI, ZHANJIANG, "inside"] == 1
    assert not [key for key in other if key[0].startswith("I03")]


def test_what_cannot_be_counted_is_said_and_never_zero(world: World):
    asked(world)
    found = world[JOINT].client().get(f"/api/v1/statistics?{APRIL}").json()
    assert "I12" in found["not_counted"]
    assert not [one for one in found["figures"] if one["indicator"] == "I12"]
    assert {"kind", "see"} <= found["blind"][0].keys()
    assert world[YULIN].client().get(f"/api/v1/statistics?{APRIL}").json()["blind"] == []
    assert "I12" in text_of(world[ZHANJIANG].browser(), f"/statistics?{APRIL}")


def test_the_matters_behind_a_figure_are_those_that_make_it(world: World):
    _, matter = asked(world, SIGN_FOR, ACCEPT)
    client = world[BEIHAI].client()
    page = client.get(f"/api/v1/statistics/matters?measure=I03.received&{APRIL}").json()
    assert [(one["matter"], one["peer"], one["numerator"]) for one in page["items"]] == [(matter, ZHANJIANG, 1)]
    assert page["items"][0]["title"]
    nobody = client.get(f"/api/v1/statistics/matters?measure=I03.received&peer={YULIN}&{APRIL}").json()
    assert (nobody["items"], nobody["next"]) == ([], None)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?month=2026-13", "month"),
        ("?month=2026-04&year=2026", "month"),
        ("?since=2026-05-01&until=2026-04-01", "since"),
        ("?indicator=I12", "indicator"),
        ("?indicator=I99", "indicator"),
        ("/matters?measure=I99.x", "measure"),
        ("/matters?measure=I03.sent&cursor=x", "cursor"),
    ],
)
def test_what_cannot_be_asked_is_refused_naming_the_field(world: World, query: str, field: str):
    told = world[YULIN].client().get(f"/api/v1/statistics{query}")
    assert (told.status_code, told.json()["field"]) == (422, field)
    assert world[YULIN].browser().get(f"/statistics{query}").status_code == 422


def test_reports_stand_beside_own_figures_over_the_api_and_on_the_page(world: World):
    asked(world)
    found = world[JOINT].client().get("/api/v1/statistics/reconcile?month=2026-03").json()
    assert {one["member"]: one["report"] for one in found["members"]}.keys() >= {YULIN, BEIHAI, ZHANJIANG}
    text = text_of(world[JOINT].browser(), "/statistics/reconcile?month=2026-03")
    assert "应报" in text
    assert re.search("未报|未到期", text)


def test_every_number_of_the_screen_leads_to_its_matters(world: World):
    _, matter = asked(world, SIGN_FOR, ACCEPT)
    browser = world[JOINT].browser()
    page = browser.get(f"/statistics?{APRIL}").text
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/statistics/matters\?[^"]+)"', page)}
    assert links
    shown = [link for link in links if f"/matters/{matter}" in browser.get(link).text]
    assert any("I03.sent" in link for link in shown)
    for link in links:
        assert browser.get(link).status_code == 200


def test_charts_carry_the_numbers_of_their_tables_and_no_script_of_their_own(world: World):
    asked(world, SIGN_FOR, ACCEPT)
    page = world[JOINT].browser().get(f"/statistics?{APRIL}").text
    blocks = dict(re.findall(r'<script type="application/json" id="chart-(\w+)"[^>]*>(.*?)</script>', page, re.DOTALL))
    trend = json.loads(blocks["trend"])
    (sent,) = (one for one in trend["series"] if one["name"] == "协查发出")
    assert (trend["xAxis"]["data"][-1], sent["data"][-1], len(sent["data"])) == ("2026-04", 1, 12)
    for name in blocks:
        assert f'data-chart="chart-{name}"' in page
    assert not re.search(r"<script(?![^>]*nonce=)", page)
    assert " style=" not in page


def test_the_empty_state_says_what_to_do(world: World):
    for path in ("/statistics", "/statistics/units", "/statistics/reconcile", "/statistics/matters?measure=I03.sent"):
        text = text_of(world[YULIN].browser(), path)
        assert re.search("没有|还没有|未到期|未报", text), path
        assert "None" not in text


def test_exports_hold_the_shown_figures_are_noted_and_need_the_permit(world: World):
    asked(world, SIGN_FOR, ACCEPT)
    browser = world[JOINT].browser()
    got = browser.get(f"/statistics?{APRIL}&form=csv")
    rows = list(csv.DictReader(io.StringIO(got.content.decode("utf-8-sig"))))
    (sent,) = (one for one in rows if (one["细项代码"], one["对方单位编号"], one["指标编号"]) == ("sent", "", "I03"))
    assert (sent["统计单位编号"], sent["数值"], sent["计量单位"]) == (ZHANJIANG, "1", "件")
    assert "attachment" in got.headers["content-disposition"]
    book = browser.get(f"/statistics?{APRIL}&form=xlsx")
    with ZipFile(io.BytesIO(book.content)) as parts:
        assert "协查发出" in parts.read("xl/sharedStrings.xml").decode()
    for path in (
        "/statistics/units",
        "/statistics/reconcile",
        "/statistics/matters?measure=I03.sent&member=" + ZHANJIANG,
    ):
        assert browser.get(f"{path}{'&' if '?' in path else '?'}{APRIL}&form=csv").status_code == 200, path
    assert len(leaves(world, JOINT, "export")) == 5
    world[JOINT].add_user("clerk", "clerk")
    clerk = world[JOINT].browser("clerk")
    assert clerk.get(f"/statistics?{APRIL}&form=csv").status_code == 403
    assert clerk.get(f"/statistics?{APRIL}").status_code == 200
    assert len(leaves(world, JOINT, "export")) == 5


def test_who_may_not_see_figures_sees_none(world: World):
    world[YULIN].add_user("auditor", "auditor")
    assert world[YULIN].browser("auditor").get("/statistics").status_code == 403


def test_nothing_in_an_export_is_computed():
    titles = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "平常"]
    rows = [(title, -5, 0.5, None) for title in titles]
    text = bytes(answer(rows, ("标题", "数", "率", "空"), "清单", "csv").body).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(text)))[1:]
    assert [row[0] for row in read] == [*(f"'{title}" for title in titles[:4]), "平常"]
    assert read[0][1:] == ["-5", "0.5", ""]
    with ZipFile(io.BytesIO(bytes(answer(rows, ("标题", "数", "率", "空"), "清单", "xlsx").body))) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert titles[0].replace("'", "&#39;") in parts.read("xl/sharedStrings.xml").decode().replace("'", "&#39;")


def test_the_old_address_still_leads_to_the_figures(world: World):
    told = world[YULIN].browser().get("/counts", follow_redirects=False)
    assert (told.status_code, told.headers["location"]) == (308, "/statistics")


def test_a_person_of_a_unit_sees_the_titles_of_its_own_matters_only(world: World):
    _, matter = asked(world)
    office = world[BEIHAI]
    office.add_user("county", "officer")
    with office.store.begin() as uow:
        uow.units.put(Unit("hc", "海城区市场监督管理局", "county", "450502", accounts=True))
        user = uow.users.get("county")
        assert user is not None
        uow.users.put(replace(user, unit="hc"))
    page = office.browser("county").get(f"/statistics/matters?measure=I03.received&{APRIL}").text
    assert matter not in page
    assert "另有 1 件由其他承办单位办理" in page
    assert example("assistance_request")["title"] not in page
