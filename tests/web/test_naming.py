"""Officers read and pick matters by their titles; the id is for addresses, tooltips and machines."""

from __future__ import annotations

import re
from html import unescape

from hub.kinds.registry import LATEST
from hub.web.ui.formtree import Field, fields_of_kind
from tests.builders import BEIHAI, YULIN, ZHANJIANG
from tests.web import lives
from tests.web.offices import World, example
from tests.web.papers import body_of, form_of, press, saved


def opened(world: World, title: str) -> str:
    """A request of 玉林 to 北海; its matter."""
    sent = world[YULIN].send("assistance_request", example("assistance_request", title=title), to=(BEIHAI,))
    world.exchange()
    return sent.matter


def test_a_related_matter_is_picked_by_its_title_and_kept_by_its_id(world: World):
    matter = opened(world, "关于协助调查海云公司的函")
    browser = world[YULIN].browser()
    paper = saved(browser)
    press(browser, paper, "add:related")
    page = unescape(browser.get(f"/papers/{paper}").text)
    offered = page.partition('id="in-hand"')[2].partition("</datalist>")[0]
    choice = f"关于协助调查海云公司的函（{matter}）"
    assert f'value="{choice}"' in offered
    assert 'list="in-hand"' in page

    press(browser, paper, "save", **{"related.0.matter": choice, "related.0.relation": "follow_up"})

    assert body_of(world[YULIN], paper)["related"] == [{"matter": matter, "relation": "follow_up"}]
    assert form_of(browser.get(f"/papers/{paper}").text)["related.0.matter"] == choice, "shown by its title again"
    press(browser, paper, "save", **{"related.0.matter": matter})
    assert body_of(world[YULIN], paper)["related"][0]["matter"] == matter, "the bare number does as well"


def test_only_what_holds_the_number_of_a_matter_is_picked_from_the_list():
    def picked(fields: tuple[Field, ...]) -> set[str]:
        return {one.name for one in fields if one.sort == "matter"}.union(*(picked(one.below) for one in fields))

    found = {kind: picked(fields_of_kind(kind)) for kind in LATEST}
    assert {name for names in found.values() for name in names} == {"matter", "subject_matter"}
    items = next(one for one in fields_of_kind("assistance_request") if one.name == "items")
    assert [one.sort for one in items.below if one.name == "matter"] != ["matter"], "协查事项 is words"


def test_what_is_no_matter_stays_as_it_was_typed_for_the_check_to_name(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser)
    press(browser, paper, "add:related")

    answer = press(
        browser, paper, "check", **{"related.0.matter": "去年那件（某某）", "related.0.relation": "follow_up"}
    )

    assert form_of(answer.text)["related.0.matter"] == "去年那件（某某）"
    assert re.search(r'href="#f-related\.0\.matter"', answer.text)


def test_a_document_names_the_matter_it_follows_from_and_links_it_for_those_who_have_it(world: World):
    first = opened(world, "关于协助调查海云公司的函")
    related = {"related": [{"matter": first, "relation": "follow_up"}]}
    second = lives.do(world, YULIN, "assistance_request", "request", to=(ZHANJIANG,), changes=related)
    thread = world[YULIN].views.matter(second).thread

    here = unescape(world[YULIN].browser().get(f"/documents/{thread[0].row.document}").text)
    stranger = unescape(world[ZHANJIANG].browser().get(f"/documents/{thread[0].row.document}").text)

    link = f'<a href="/matters/{first}" title="编号 {first}">关于协助调查海云公司的函</a>'
    assert link in here
    assert f"/matters/{first}" not in stranger
    assert "（本单位没有该文书）" in stranger


def test_a_look_up_takes_the_matter_as_the_list_offers_it(world: World):
    matter = opened(world, "关于协助调查海云公司的函")
    browser = world[BEIHAI].browser()
    assert f"关于协助调查海云公司的函（{matter}）" in unescape(browser.get("/subjects").text)
    asked = {"text": "李某某", "purpose": "case"}

    found = browser.post("/subjects", data={**asked, "matter": f"关于协助调查海云公司的函（{matter}）"})
    lost = browser.post("/subjects", data={**asked, "matter": "海云那件"})

    assert found.status_code == 200
    assert world[BEIHAI].noted("look-up")[-1][1]["matter"] == matter
    assert lost.status_code == 422
    assert "没有认出是哪个事项" in lost.text
