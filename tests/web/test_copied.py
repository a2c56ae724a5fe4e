"""抄送机关 from the form to the other office's letter: it is said on paper, and nobody is sent anything by it."""

from __future__ import annotations

import io
import re

from docx import Document

from tests.builders import BEIHAI, YULIN, ZHANJIANG
from tests.web.offices import World, example, text_of
from tests.web.papers import add_person, body_of, form_of, paper_of, press, saved

NAMES = ["玉林市公安局", "湛江市市场监督管理局", "玉林市打击传销规范直销工作联席会议办公室"]
LINE = "抄送：玉林市公安局，湛江市市场监督管理局，玉林市打击传销规范直销工作联席会议办公室。"


def test_offices_named_on_the_form_stand_on_the_letter_at_both_ends_and_get_nothing(world: World) -> None:
    add_person(world[YULIN], "head", "unit_head")
    author, head = world[YULIN].browser(), world[YULIN].browser("head")
    paper = saved(author, cc="\n".join(NAMES))
    assert form_of(author.get(f"/papers/{paper}").text)["cc"].split() == NAMES
    assert "系统不另行送达" in text_of(author, f"/papers/{paper}")
    assert body_of(world[YULIN], paper)["cc"] == NAMES
    press(author, paper, "submit")
    head.post(f"/papers/{paper}/issue", data={})
    world.exchange()

    document = paper_of(world[YULIN], paper).document
    for office in (world[YULIN], world[BEIHAI]):
        browser = office.browser()
        assert "抄送机关" in (shown := text_of(browser, f"/documents/{document}"))
        assert all(name in shown for name in NAMES)
        assert LINE in text_of(browser, f"/documents/{document}/letter")
        docx = Document(io.BytesIO(browser.get(f"/documents/{document}/letter?form=docx").content))
        (line,) = [one for one in docx.paragraphs if one.style is not None and one.style.name == "抄送机关"]
        assert line.text == LINE
        (copy,) = office.client().get(f"/api/v1/documents/{document}").json()["copies"]
        assert (copy["version"], copy["body"]["cc"]) == (2, NAMES)
    assert document not in text_of(world[ZHANJIANG].browser(), "/documents"), "named on paper is not sent to"
    assert world[ZHANJIANG].browser().get(f"/documents/{document}").status_code == 404


def test_a_name_twice_is_told_at_its_field_and_nothing_is_lost(world: World) -> None:
    browser = world[YULIN].browser()
    paper = saved(browser, cc="玉林市公安局\n玉林市公安局")

    answer = press(browser, paper, "submit")

    assert answer.status_code == 422
    assert re.search(r'href="#f-cc">[^<]*内容重复', answer.text)
    assert form_of(answer.text)["cc"].split() == ["玉林市公安局"] * 2


def test_an_office_of_the_roster_is_picked_and_joins_the_names_typed_by_hand(world: World) -> None:
    browser = world[YULIN].browser()
    paper = saved(browser, cc="玉林市公安局")
    page = browser.get(f"/papers/{paper}").text
    offered = page.partition('id="nameable"')[2].partition("</datalist>")[0]
    assert 'value="湛江市市场监督管理局"' in offered
    assert 'value="玉林市市场监督管理局"' not in offered, "nobody copies a letter to himself"

    for _ in "once more changes nothing":
        press(browser, paper, "add:cc", _cc="湛江市市场监督管理局")

    assert body_of(world[YULIN], paper)["cc"] == ["玉林市公安局", "湛江市市场监督管理局"]
    press(browser, paper, "save", _cc=" 北海市公安局 ")
    assert body_of(world[YULIN], paper)["cc"][2:] == ["北海市公安局"], "what stands in the picker is not lost by saving"


def test_half_a_name_in_the_picker_is_not_saved_by_itself(world: World) -> None:
    browser = world[YULIN].browser()
    paper = saved(browser, cc="玉林市公安局")
    filled = form_of(browser.get(f"/papers/{paper}").text)

    assert browser.post(f"/papers/{paper}/autosave", data={**filled, "_cc": "湛江市"}).status_code == 200

    assert body_of(world[YULIN], paper)["cc"] == ["玉林市公安局"]


def test_a_letter_that_names_nobody_has_no_such_line_and_stays_in_the_first_form(world: World) -> None:
    sent = world[YULIN].send("assistance_request", example("assistance_request"), to=(BEIHAI,))
    world.exchange()

    browser, client = world[BEIHAI].browser(), world[BEIHAI].client()

    assert "抄送：" not in text_of(browser, f"/documents/{sent.document}/letter")
    (copy,) = client.get(f"/api/v1/documents/{sent.document}").json()["copies"]
    assert copy["version"] == 1
