"""Numbers, what came in, contacts and templates on screen."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from hub.core.ids import ALL
from hub.flows.ports.office_rows import Template
from tests.builders import BEIHAI, YULIN
from tests.builders_office import paper
from tests.web.offices import World, example, text_of
from tests.web.test_office_screens import post


@pytest.fixture
def browser(world: World) -> TestClient:
    return world[YULIN].browser()


def test_a_series_gives_numbers_and_shows_the_next_one(browser: TestClient):
    assert "起始号应为整数" in post(browser, "/numbers/series", 422, code="玉市监协", first="一")
    assert "机关代字应为" in post(browser, "/numbers/series", 422, code="收文", first="1")
    post(browser, "/numbers/series", **{"code": "玉市监协", "first": "30", "kind-assistance_request": "1"})
    shown = text_of(browser, "/numbers/series")
    assert "协助调查函" in shown
    place = unquote(post(browser, "/numbers/series/next", code="玉市监协"))
    assert "玉市监协〔2026〕30号" in place
    assert "31" in text_of(browser, "/numbers/series")
    assert "系统外制发的文书" in text_of(browser, "/numbers?code=玉市监协")


def test_the_register_shows_gaps_and_voids_and_finds_a_number_in_any_brackets(browser: TestClient):
    place = post(browser, "/numbers/import", numbers="玉市监函〔2026〕3号\n玉市监函[2026]7号\n")
    assert "已登记 2 个文号" in text_of(browser, place)
    post(browser, "/numbers/void", doc_no="玉市监函〔2026〕8号", reason="打印错误")
    shown = text_of(browser, "/numbers?code=玉市监函&year=2026")
    for words in ("1–2 号", "4–6 号", "空号", "已作废", "打印错误"):
        assert words in shown
    assert "作废原因：打印错误" in text_of(browser, "/numbers?text=玉市监函(2026)8号")
    assert "没有登记过这个文号" in text_of(browser, "/numbers?text=玉市监函〔2026〕9号")
    assert "格式不正确" in text_of(browser, "/numbers?text=九号")
    assert "请填写作废原因" in post(browser, "/numbers/void", 422, doc_no="玉市监函〔2026〕9号", reason="")
    table = browser.get("/numbers?code=玉市监函&year=2026&form=csv").content.decode("utf-8-sig")
    assert "玉市监函〔2026〕8号,已作废,打印错误" in table


def test_numbers_of_the_offices_own_system_are_refused_line_by_line(browser: TestClient):
    post(browser, "/numbers/import", numbers="玉市监函〔2026〕3号")
    said = post(browser, "/numbers/import", 422, numbers="玉市监函〔2026〕4号\n玉市监函2026-5\n玉市监函〔2026〕第3号")
    for words in ("一个都没有登记", "第 2 行", "格式不正确", "第 3 行", "已由 另一份文书"):
        assert words in said
    assert "没有登记过" in text_of(browser, "/numbers?text=玉市监函〔2026〕4号")
    assert "1 至 500 个" in post(browser, "/numbers/import", 422, numbers="")


def test_what_came_in_gets_the_next_number_or_the_one_typed(world: World, browser: TestClient):
    sent = [world[BEIHAI].send("assistance_request", example("assistance_request"), to=(YULIN,)) for _ in range(3)]
    world.exchange()
    first, second, third = (one.document for one in sent)
    assert text_of(browser, "/numbers/received").count("不填取下一号") == 0
    assert browser.get("/numbers/received").text.count('name="doc_no"') == 3
    post(browser, f"/numbers/received/{first}", doc_no="12")
    assert "已由" in post(browser, f"/numbers/received/{second}", 422, doc_no="12")
    assert "格式不正确" in post(browser, f"/numbers/received/{second}", 422, doc_no="第二件")
    place = post(browser, f"/numbers/received/{second}", doc_no="")
    shown = text_of(browser, place)
    assert "收文〔2026〕13号" in shown
    assert "收文〔2026〕12号" in shown
    assert browser.get("/numbers/received").text.count('name="doc_no"') == 1
    assert browser.get("/numbers/received?form=xlsx").content.startswith(b"PK")
    world[YULIN].add_user("clerk", "clerk", "收发员")
    clerk = world[YULIN].browser("clerk")
    post(clerk, f"/numbers/received/{third}")
    assert clerk.get("/numbers/received?form=xlsx").status_code == 403
    post(clerk, "/numbers/series", 403, code="玉市监协", first="1")


def test_contacts_show_each_members_newest_list_and_mark_the_old(world: World, browser: TestClient):
    assert text_of(browser, "/contacts").count("尚未公布联络员名单") == 8
    line = {**example("contact_list")["contacts"][0], "name": "李联络"}
    line.pop("valid_to", None)
    world[BEIHAI].send("contact_list", example("contact_list", contacts=[line]), to=(ALL,))
    world.exchange()
    shown = text_of(browser, f"/contacts?member={BEIHAI}")
    assert "李联络" in shown
    assert "超过半年" not in shown
    world.clock.advance(days=184)
    assert "超过半年未更新" in text_of(world[YULIN].browser(), f"/contacts?member={BEIHAI}")


def test_our_own_list_is_renewed_by_a_paper_begun_from_the_present_one(world: World, browser: TestClient):
    first = post(browser, "/contacts/revise").removeprefix("/papers/")
    world[YULIN].send("contact_list", example("contact_list"), to=(ALL,))
    world.exchange()
    second = post(browser, "/contacts/revise").removeprefix("/papers/")
    with world[YULIN].store.begin() as uow:
        empty, known = uow.papers.get(first), uow.papers.get(second)
    assert empty is not None
    assert known is not None
    assert (empty.to, empty.matter) == ((ALL,), None)
    assert (known.to, known.matter is not None) == ((), True)
    assert "某联络员" in known.body.decode()
    assert "玉市监办" not in known.body.decode()


def test_templates_are_made_of_papers_renamed_and_deleted(world: World, browser: TestClient):
    with world[YULIN].store.begin() as uow:
        uow.papers.put(paper(body=b'{"title":"A"}'))
        uow.papers.put_template(Template("常用复函", "answer", b"{}", "officer", world.clock() - timedelta(days=1)))
    made = paper()
    assert "已有名为" in post(browser, "/templates", 422, paper=made.id, name="常用复函")
    post(browser, "/templates", paper=made.id, name="调取档案")
    assert "调取档案" in text_of(browser, "/templates")
    assert "已有名为" in post(browser, "/templates/rename", 422, name="调取档案", new="常用复函")
    post(browser, "/templates/rename", name="调取档案", new="调取登记档案")
    assert "用它拟稿" in text_of(browser, "/templates")
    post(browser, "/templates/delete", name="调取登记档案")
    shown = text_of(browser, "/templates")
    assert "调取登记档案" not in shown
    assert "常用复函" in shown
    post(browser, "/templates/delete", 404, name="调取登记档案")


def test_signing_for_takes_the_number_from_the_register_and_keeps_the_one_typed(world: World, browser: TestClient):
    first, second = (
        world[BEIHAI].send(
            "assistance_request", example("assistance_request", doc_no=f"北市监协〔2026〕{n}号"), to=(YULIN,)
        )
        for n in (1, 2)
    )
    world.exchange()
    post(browser, f"/numbers/received/{first.document}", doc_no="12")
    form = browser.get(f"/matters/{first.matter}/acts/sign-for").text
    assert 'value="收文〔2026〕12号"' in form
    fields = {"received_on": "2026-04-13", "role": "registry_clerk", "classification": "internal", "confirmed": "1"}
    refused = browser.post(
        f"/matters/{second.matter}/acts/sign-for",
        data={**fields, "receipt_no": "玉市监收〔2026〕12号", "key": "a"},
        follow_redirects=False,
    )
    assert refused.status_code == 422
    assert f"已由 {first.document} 使用" in refused.text
    post(browser, f"/matters/{second.matter}/acts/sign-for", **fields, receipt_no="玉市监收〔2026〕31号", key="b")
    assert "玉市监收〔2026〕31号" in text_of(browser, "/numbers/received")
