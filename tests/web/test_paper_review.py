"""From the draft to the signature: two people, their words, the number, the letter, and who sees which paper."""

from __future__ import annotations

import re
from dataclasses import replace

from hub.flows.ports.office_rows import Series
from hub.flows.ports.people import Credentials
from hub.flows.rows import User
from hub.web.ui.papers.dossier import doors_of
from tests.builders import BEIHAI, NOW, YULIN
from tests.web import lives
from tests.web.offices import PASSWORDS, World, text_of
from tests.web.papers import REQUEST, add_person, body_of, form_of, paper_of, press, saved


def test_only_kinds_this_office_may_send_are_offered_with_a_line_on_each(world: World):
    shown = text_of(world[YULIN].browser(), "/papers/new")

    assert "协助调查函" in shown
    assert "请对方就若干事项调查取证" in shown
    assert "签收、受理、退回、异议" not in shown


def test_a_paper_goes_from_its_author_to_a_second_person_and_out(world: World):
    add_person(world[YULIN], "head", "unit_head")
    author, head = world[YULIN].browser(), world[YULIN].browser("head")
    paper = saved(author)
    press(author, paper, "submit")

    refused = author.post(f"/papers/{paper}/issue", data={})
    shown = text_of(author, f"/papers/{paper}")
    listed = text_of(head, "/papers?tab=in_review")
    done = head.post(f"/papers/{paper}/issue", data={"doc_no": "玉市监协[2026]12号"})

    assert refused.status_code == 403
    assert "您不能签发" in shown
    assert REQUEST["title"] in listed
    assert done.url.path.startswith("/matters/")
    assert "已登记" in done.text
    row = paper_of(world[YULIN], paper)
    assert (row.state, row.reviewer, row.approver) == ("issued", "head", "head")
    assert body_of(world[YULIN], paper)["doc_no"] == "玉市监协〔2026〕12号"
    world.exchange()
    assert REQUEST["title"] in text_of(world[BEIHAI].browser(), "/matters")
    again = head.post(f"/papers/{paper}/issue", data={}, follow_redirects=False)
    assert again.headers["location"] == f"/documents/{row.document}"


def test_what_a_reviewer_returns_comes_back_with_his_words(world: World):
    add_person(world[YULIN], "head", "unit_head")
    author, head = world[YULIN].browser(), world[YULIN].browser("head")
    paper = saved(author)
    press(author, paper, "submit")

    silent = head.post(f"/papers/{paper}/return", data={"comment": ""})
    head.post(f"/papers/{paper}/return", data={"comment": "请补充案号"})

    assert silent.status_code == 422
    assert "请填写退回意见" in silent.text
    page = text_of(author, f"/papers/{paper}")
    assert "请补充案号" in page
    assert "检查并送审" in page
    assert REQUEST["title"] in text_of(author, "/papers?tab=returned")


def test_a_void_paper_comes_back_as_a_draft(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser)

    browser.post(f"/papers/{paper}/discard", data={})
    assert "撤销作废" in text_of(browser, f"/papers/{paper}")
    browser.post(f"/papers/{paper}/restore", data={})

    assert paper_of(world[YULIN], paper).state == "drafting"


def test_the_letter_is_read_before_it_is_signed(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser)

    letter = text_of(browser, f"/papers/{paper}/letter")
    press(browser, paper, "save", title="")
    missing = browser.get(f"/papers/{paper}/letter")

    assert "文稿预览，尚未签发" in letter
    assert "北海" in letter
    assert "某某公司北海分公司" in letter
    assert missing.status_code == 422
    assert 'href="#f-title"' in missing.text


def test_a_number_is_taken_from_a_series_once(world: World):
    with world[YULIN].store.begin() as uow:
        uow.numbers.put_series(Series("玉市监协", (), 7, "officer", NOW))
    browser = world[YULIN].browser()
    paper = saved(browser)

    press(browser, paper, "number:玉市监协")
    again = press(browser, paper, "number:玉市监协")

    assert body_of(world[YULIN], paper)["doc_no"] == "玉市监协〔2026〕7号"
    assert "正文已有文号" in again.text


def test_a_paper_of_a_matter_begins_with_what_the_matter_says(world: World):
    matter = lives.asked(world)
    browser = world[BEIHAI].browser()

    form = form_of(browser.get(f"/papers/new?kind=assistance_feedback&act=feedback-final&matter={matter}").text)

    assert (form["act"], form["results.0.no"], form["_matter"]) == ("feedback-final", "1", matter)
    assert form["title"].startswith("关于《")


def test_people_of_a_unit_write_only_in_matters_they_have_in_hand(world: World):
    add_person(world[YULIN], "county", "handler", unit="fz")
    office, unit = world[YULIN].browser(), world[YULIN].browser("county")
    paper = saved(office)

    assert unit.get(f"/papers/{paper}").status_code == 404
    assert unit.post("/papers", data=dict(REQUEST)).status_code == 403
    assert REQUEST["title"] not in text_of(unit, "/papers?tab=all")
    assert "请在交办给您的事项中办理" in text_of(unit, "/papers/new")


def test_lists_go_on_by_cursor_and_keep_their_filters(world: World):
    browser = world[YULIN].browser()
    for number in range(31):
        saved(browser, title=f"第{number:02}份")

    first = browser.get("/papers?tab=mine&text=份").text
    more = re.search(r'href="([^"]*cursor=[^"]*)"', first)

    assert "第30份" in first
    assert more is not None
    assert "第00份" in browser.get(more[1].replace("&amp;", "&")).text


def test_who_has_a_password_proves_himself_again_to_sign_off(world: World):
    office = world[YULIN]
    add_person(office, "head", "unit_head")
    author, head = office.browser(), office.browser("head")
    with office.store.begin() as uow:
        uow.users.put_credentials(Credentials("head", password=PASSWORDS.hash("correct horse battery")))
    paper = saved(author)
    press(author, paper, "submit")

    silent = head.post(f"/papers/{paper}/issue", data={})
    wrong = head.post(f"/papers/{paper}/issue", data={"confirm": "guess", "doc_no": "玉市监协〔2026〕5号"})
    world.clock.advance(seconds=5)
    right = head.post(f"/papers/{paper}/issue", data={"confirm": "correct horse battery"})

    assert "请输入登录口令或验证码" in silent.text
    assert "口令或验证码不正确" in wrong.text
    assert 'value="玉市监协〔2026〕5号"' in wrong.text
    assert "guess" not in wrong.text
    assert right.url.path.startswith("/matters/")


def test_a_waived_rule_lets_one_person_do_both_and_the_page_says_who_may(world: World):
    office = world[YULIN]
    add_person(office, "head", "unit_head")
    head = office.browser("head")
    paper = saved(head)
    press(head, paper, "submit")

    shown = text_of(head, f"/papers/{paper}")
    refused = head.post(f"/papers/{paper}/approve", data={})

    assert "不能由同一人审核、签发" in shown
    assert refused.status_code == 403
    waived = replace(office.node, four_eyes=False)
    assert doors_of(waived, User("head", "", "officer", "", level="unit_head"), paper_of(office, paper)).issue == ""
