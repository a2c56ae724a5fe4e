"""Working papers on screen: nothing typed is lost, every error stands at its field, two people sign."""

from __future__ import annotations

import re

from tests.builders import BEIHAI, YULIN, ZHANJIANG
from tests.web.offices import World, text_of
from tests.web.papers import REQUEST, add_person, body_of, form_of, paper_of, press, saved


def test_a_new_paper_is_saved_whole_and_shown_as_it_was_typed(world: World):
    browser = world[YULIN].browser()

    paper = saved(browser)

    form = form_of(browser.get(f"/papers/{paper}").text)
    kept = {name: text for name, text in REQUEST.items() if not name.startswith("_")}
    assert {name: form[name] for name in kept} == kept
    assert BEIHAI in form["_to"]
    assert paper_of(world[YULIN], paper).to == (BEIHAI,)
    assert "我的草稿" in text_of(browser, "/papers")
    assert REQUEST["title"] in text_of(browser, "/papers")


def test_what_cannot_be_read_is_kept_as_typed_and_named_at_its_field(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser)

    answer = press(browser, paper, "submit", filed_on="去年冬天", title="", **{"items.0.no": "甲"})

    assert answer.status_code == 422
    form = form_of(answer.text)
    assert (form["filed_on"], form["items.0.no"], form["facts"]) == ("去年冬天", "甲", REQUEST["facts"])
    for place, reason in (("filed_on", "立案日期"), ("title", "标题：必须填写"), ("items.0.no", "应为整数")):
        assert re.search(rf'href="#f-{re.escape(place)}">[^<]*{reason}', answer.text), place
        assert f'id="f-{place}"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert paper_of(world[YULIN], paper).state == "drafting"


def test_a_paper_to_nobody_names_that_beside_all_other_faults(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser, _to="")

    answer = press(browser, paper, "submit", title="")

    assert answer.status_code == 422
    for place in ("_to", "title"):
        assert f'href="#f-{place}"' in answer.text


def test_a_refusal_of_the_agreement_keeps_everything_typed_too(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser, _to=BEIHAI)

    answer = press(browser, paper, "submit", _requested="2026-05-01")

    assert answer.status_code == 422
    assert 'href="#f-_requested"' in answer.text
    assert "不是对方的工作日" in answer.text
    assert form_of(answer.text)["facts"] == REQUEST["facts"]


def test_rows_are_added_and_taken_out_without_script_and_numbered(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser)

    press(browser, paper, "add:items")
    press(browser, paper, "save", **{"items.1.target": "第二个对象"})
    answer = press(browser, paper, "drop:items.0")

    form = form_of(answer.text)
    assert (form["items.0.target"], form["items.0.no"]) == ("第二个对象", "2")
    assert "items.1.target" not in form


def test_rows_inside_rows_are_added_in_their_own_place(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser, **{"parties.0.name": "买买提•艾力", "parties.0.role": "organiser"})

    press(browser, paper, "add:parties.0.accounts")
    press(browser, paper, "save", **{"parties.0.accounts.0.number": "6222 0000 0000 0000"})

    (party,) = body_of(world[YULIN], paper)["parties"]
    assert party["name"] == "买买提·艾力"
    assert party["accounts"] == [{"number": "6222 0000 0000 0000"}]


def test_rows_of_a_spreadsheet_become_rows_of_the_form_by_title_and_label(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser)
    sheet = "协查对象\t协查对象类型\t协查事项\n甲公司\t企业\t调取档案\n乙某\t人员\t询问"

    answer = press(browser, paper, "paste:items", **{"_paste:items": sheet})

    rows = body_of(world[YULIN], paper)["items"]
    assert [(one["no"], one["target"], one["target_type"]) for one in rows] == [
        (1, "某某公司北海分公司", "company"),
        (2, "甲公司", "company"),
        (3, "乙某", "person"),
    ]
    assert "已导入" in answer.text


def test_a_spreadsheet_with_too_many_columns_is_refused_and_what_was_pasted_stays(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser)

    answer = press(browser, paper, "paste:items", **{"_paste:items": "\t".join("abcdefgh")})

    assert answer.status_code == 422
    assert "第 1 行有 8 列" in answer.text
    assert len(body_of(world[YULIN], paper)["items"]) == 1


def test_empty_rows_do_not_keep_a_paper_from_review(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser)

    press(browser, paper, "add:items")
    answer = press(browser, paper, "submit")

    assert "已送审" in answer.text
    assert paper_of(world[YULIN], paper).state == "in_review"


def test_who_saved_in_between_is_named_and_both_contents_are_offered(world: World):
    add_person(world[YULIN], "second", "handler")
    mine, other = world[YULIN].browser(), world[YULIN].browser("second")
    paper = saved(mine)
    form = form_of(mine.get(f"/papers/{paper}").text)
    press(other, paper, "save", title="另一人改的标题")

    answer = mine.post(f"/papers/{paper}", data={**form, "title": "我改的标题", "_do": "save"})

    assert answer.status_code == 409
    assert "second 已在" in answer.text
    assert form_of(answer.text)["title"] == "我改的标题"
    assert body_of(world[YULIN], paper)["title"] == "另一人改的标题"
    again = {**form_of(answer.text), "_do": "over"}
    assert mine.post(f"/papers/{paper}", data=again).status_code == 200
    assert body_of(world[YULIN], paper)["title"] == "我改的标题"


def test_the_script_saves_by_itself_and_is_told_of_a_newer_version(world: World):
    browser = world[YULIN].browser()

    first = browser.post("/papers/autosave", data=dict(REQUEST)).json()
    address = f"/papers/{first['id']}/autosave"
    second = browser.post(address, data={**REQUEST, "title": "改", "_version": str(first["version"])})
    stale = browser.post(address, data={**REQUEST, "title": "旧", "_version": str(first["version"])})
    over = browser.post(address, data={**REQUEST, "title": "旧", "_version": "1", "_over": "1"})

    assert (second.status_code, second.json()["version"]) == (200, 2)
    assert re.fullmatch(r"[0-9]{2}:[0-9]{2}", second.json()["at"])
    assert (stale.status_code, stale.json()["editor"], stale.json()["version"]) == (409, "经办人", 2)
    assert over.status_code == 200
    assert body_of(world[YULIN], first["id"])["title"] == "旧"


def test_saving_what_is_there_already_makes_no_new_version(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser)

    press(browser, paper, "save")

    assert paper_of(world[YULIN], paper).version == 1


def test_many_fields_are_taken_and_too_many_are_refused(world: World):
    browser = world[ZHANJIANG].browser()
    rows = {f"items.{n}.target": "对象" for n in range(50)}

    assert browser.post("/papers", data={**REQUEST, **rows}).status_code == 200
    assert browser.post("/papers", data={f"x.{n}": "1" for n in range(10_000)}).status_code == 422
    assert browser.post("/papers", data={"facts": "字" * 400_000}).status_code == 413
    assert browser.post("/papers/x/files", content=b"0" * 3_000_000).status_code == 413


def test_urgency_is_asked_once_and_stands_in_letter_and_heading(world: World):
    browser = world[YULIN].browser()

    page = browser.get("/papers/new?kind=lead_transfer").text
    paper = saved(browser, _kind="lead_transfer", _urgency="urgent")

    assert 'name="urgency"' not in page
    assert (body_of(world[YULIN], paper)["urgency"], paper_of(world[YULIN], paper).urgency) == ("urgent", "urgent")
