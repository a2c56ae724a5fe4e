"""The office's own screens: every one opens, empty and filled, and does what its button says."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from hub.flows.ports.office_rows import Unit
from hub.flows.rows import User
from hub.web.ui.assignments import panel
from tests.builders import BEIHAI, YULIN
from tests.web.offices import World, example, text_of
from tests.web.papers import saved

COUNTY = Unit("bobai", "博白县市场监督管理局", "county", "450923", accounts=False)
SECTION = Unit("fcx", "反传销科", "section", None, accounts=True)
SCREENS = (
    "/units",
    "/units/new",
    "/assignments",
    "/leads",
    "/leads/new",
    "/numbers",
    "/numbers/series",
    "/numbers/import",
    "/numbers/received",
    "/contacts",
    "/templates",
)


def post(browser: TestClient, path: str, expected: int = 303, **form: str) -> str:
    """Where the answer leads, or what it says."""
    answer = browser.post(path, data=form, follow_redirects=False)
    assert answer.status_code == expected, answer.text
    return answer.headers["location"] if expected == 303 else answer.text


@pytest.fixture
def browser(world: World) -> TestClient:
    with world[YULIN].store.begin() as uow:
        uow.units.put(COUNTY)
        uow.units.put(SECTION)
    return world[YULIN].browser()


@pytest.fixture
def matter(world: World) -> str:
    """A matter that Beihai opened with us."""
    body = example("assistance_request")
    sent = world[BEIHAI].send("assistance_request", body, to=(YULIN,), mark="may-pass-down")
    world.exchange()
    return sent.matter


def unit_user(world: World, unit: str = "fcx") -> TestClient:
    world[YULIN].add_user(f"of-{unit}", "officer", "科员")
    with world[YULIN].store.begin() as uow:
        known = next(one for one in uow.users.all() if one.name == f"of-{unit}")
        uow.users.put(User(known.name, known.title, known.role, known.token_hash, unit=unit))
    return world[YULIN].browser(f"of-{unit}")


@pytest.mark.parametrize("path", SCREENS)
def test_every_screen_opens_on_an_empty_office(world: World, path: str):
    assert "<h1>" in world[YULIN].browser().get(path).text


def test_a_unit_is_registered_changed_and_put_out_of_use(browser: TestClient):
    form = {"code": "luchuan", "name": "陆川县市场监督管理局", "kind": "county", "region": "450922"}
    assert post(browser, "/units/new", **form) == "/units?done=new"
    assert "已由陆川县市场监督管理局使用" in post(browser, "/units/new", 422, **form)
    assert "须填写行政区划" in post(browser, "/units/luchuan", 422, name="陆川局", kind="county", region="")
    post(browser, "/units/luchuan", name="陆川局", kind="county", region="450922", accounts="1")
    assert post(browser, "/units/luchuan/active", active="0") == "/units?done=off"
    shown = text_of(browser, "/units")
    assert "陆川局" in shown
    assert "已停用" in shown
    assert browser.get("/units/none").status_code == 404


def test_a_matter_is_handed_over_urged_and_reported_back_on_paper(browser: TestClient, matter: str):
    form = {"unit": "bobai", "manner": "assign", "note": "请核查经营地址"}
    late = post(browser, f"/matters/{matter}/assignments", 422, **form, due="2027-01-01")
    assert "内部办理期限不能晚于" in late
    place = post(browser, f"/matters/{matter}/assignments", **form).removesuffix("?done=assign")
    assert "请打印通知书送达" in text_of(browser, f"{place}?done=assign")
    assert "博白县市场监督管理局" in text_of(browser, f"/matters/{matter}")
    notice = text_of(browser, f"{place}/notice")
    for words in ("案件交办通知书", "博白县市场监督管理局：", "请核查经营地址", "回执"):
        assert words in notice
    for form, begins in (("pdf", b"%PDF-"), ("docx", b"PK")):
        assert browser.get(f"{place}/notice?form={form}").content.startswith(begins)
    assert "请填写催办内容" in post(browser, f"{place}/urge", 422, note="")
    post(browser, f"{place}/urge", note="请抓紧")
    assert "不晚于今天" in post(browser, f"{place}/finish", 422, note="属实", on="2999-01-01")
    post(browser, f"{place}/finish", note="地址属实", on="")
    shown = text_of(browser, place)
    for words in ("已办结", "地址属实", "催办", "请抓紧"):
        assert words in shown
    assert "已办结，不能退回" in post(browser, f"{place}/hand-back", 409, note="不属本辖区")
    assert browser.post(f"{place}/nonsense", data={}).status_code == 422


def test_the_list_of_assignments_is_filtered_in_its_address(browser: TestClient, matter: str, world: World):
    post(browser, f"/matters/{matter}/assignments", unit="bobai", manner="assign")
    shown = text_of(browser, "/assignments?unit=bobai&state=open")
    assert "剩 2 天" in shown
    assert "没有符合条件" in text_of(browser, "/assignments?overdue=1")
    world.clock.advance(days=5)
    assert "已超" in text_of(world[YULIN].browser(), "/assignments?overdue=1")
    assert "没有符合条件" in text_of(world[YULIN].browser(), "/assignments?unit=fcx")


def test_a_unit_account_works_on_what_it_has_and_knows_of_nothing_else(world: World, browser: TestClient, matter: str):
    other = post(browser, f"/matters/{matter}/assignments", unit="bobai", manner="assign").removesuffix("?done=assign")
    county = unit_user(world)
    assert county.get(f"/matters/{matter}").status_code == 404
    assert county.get(other).status_code == 404
    assert county.get(f"{other}/notice").status_code == 404
    post(county, f"{other}/finish", 404, note="")
    assert "博白" not in text_of(county, "/assignments?unit=bobai")
    own = post(browser, f"/matters/{matter}/assignments", unit="fcx", manner="forward").removesuffix("?done=assign")
    assert "反传销科" in text_of(county, "/assignments")
    assert "博白" not in text_of(county, f"/matters/{matter}")
    post(county, f"/matters/{matter}/assignments", 403, unit="bobai", manner="assign")
    post(county, f"{own}/urge", 403, note="快")
    post(county, f"{own}/hand-back", note="不属本科职责")
    assert county.get(f"/matters/{matter}").status_code == 404
    for path in ("/numbers", "/numbers/received", "/numbers/series", "/leads/new"):
        assert county.get(path).status_code == 403, path


def test_the_panel_offers_the_form_to_those_who_may_hand_over(world: World, browser: TestClient, matter: str):
    node = world[YULIN].node
    people = {
        role: panel(node, User("x", "某", role, "", unit=unit), matter).may_assign
        for role, unit in (("officer", None), ("secretariat", None), ("liaison", "fcx"))
    }
    assert people == {"officer": True, "secretariat": False, "liaison": False}


def a_lead(browser: TestClient, **changes: str) -> str:
    form = {
        "number": "2026-0001",
        "source": "complaint_report",
        "received_on": "2026-04-13",
        "summary": "某平台以消费返利为名发展下线",
        "first_receiver": "1",
        **changes,
    }
    return post(browser, "/leads/new", **form).removesuffix("?done=register")


def test_a_lead_is_registered_forwarded_and_settled(world: World, browser: TestClient):
    assert "举报人" in text_of(browser, "/leads/new")
    place = a_lead(browser)
    assert "待转办" in text_of(browser, place)
    assert "已在台账中" in post(
        browser, "/leads/new", 422, number="2026-0001", source="monitoring", received_on="2026-04-13", summary="又"
    )
    assert "不得写手机号" in post(
        browser,
        "/leads/new",
        422,
        number="2026-0002",
        source="monitoring",
        received_on="2026-04-13",
        summary="举报人 13812345678",
    )
    assert "没有承办单位" in post(browser, f"{place}/forward", 404, unit="none")
    post(browser, f"{place}/forward", unit="fcx", note="请核查")
    assert "按期转办" in text_of(browser, place)
    assert "没有处理结果" in post(browser, f"{place}/outcome", 422, outcome="won", on="")
    post(browser, f"{place}/outcome", outcome="filed", on="")
    shown = text_of(browser, place)
    assert "立案" in shown
    assert "登记处理结果" not in shown


def test_the_register_of_leads_filters_and_leaves_as_a_table(world: World, browser: TestClient):
    a_lead(browser)
    second = a_lead(browser, number="2026-0002", summary="=某会议室集中授课")
    post(browser, f"{second}/forward", unit="fcx")
    assert "集中授课" not in text_of(browser, "/leads?text=消费返利")
    assert "消费返利" not in text_of(browser, "/leads?forwarded=yes")
    assert "没有符合条件" in text_of(browser, "/leads?overdue=1")
    world.clock.advance(days=4)
    browser = world[YULIN].browser()
    assert "集中授课" not in text_of(browser, "/leads?overdue=1")
    table = browser.get("/leads?forwarded=yes&form=csv").content.decode("utf-8-sig")
    assert table.startswith("线索编号,")
    assert ",'=某会议室集中授课," in table
    assert "消费返利" not in table


def test_a_unit_account_sees_the_leads_forwarded_to_it(world: World, browser: TestClient):
    hidden, own = a_lead(browser), a_lead(browser, number="2026-0002", summary="某会议室集中授课")
    post(browser, f"{own}/forward", unit="fcx")
    section = unit_user(world)
    shown = text_of(section, "/leads")
    assert "集中授课" in shown
    assert "消费返利" not in shown
    assert section.get(hidden).status_code == 404
    post(section, f"{hidden}/outcome", 404, outcome="filed")
    post(section, f"{own}/outcome", outcome="filed", on="")


def test_a_lead_becomes_a_paper_that_transfers_it(world: World, browser: TestClient):
    place = a_lead(browser)
    assert "移送到哪个单位" in post(browser, f"{place}/transfer", 422, to="")
    paper = post(browser, f"{place}/transfer", to=BEIHAI).removeprefix("/papers/")
    with world[YULIN].store.begin() as uow:
        found = uow.papers.get(paper)
    assert found is not None
    assert (found.kind, found.to, found.lead) == ("lead_transfer", (BEIHAI,), place.removeprefix("/leads/"))


def test_a_paper_is_kept_as_a_template_from_its_own_page(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser)
    page = browser.get(f"/papers/{paper}").text
    assert 'action="/templates"' in page
    assert f'name="paper" value="{paper}"' in page

    browser.post("/templates", data={"paper": paper, "name": "调取登记档案"})
    assert "调取登记档案" in text_of(browser, "/templates")
    assert "用它拟稿" in text_of(browser, "/templates")


def test_what_units_have_in_hand_is_seen_at_the_top_of_the_matter(world: World):
    sent = world[BEIHAI].send("assistance_request", example("assistance_request"), to=(YULIN,))
    world.exchange()
    page = world[YULIN].browser().get(f"/matters/{sent.matter}").text

    assert 0 < page.index('id="inner"') < page.index("<h2>协助调查函</h2>")
