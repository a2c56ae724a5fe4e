"""The acts of the work as forms: prefilled, refused at the field, confirmed, recorded."""

from __future__ import annotations

import re
from html import escape

from tests.builders import BEIHAI, ZHANJIANG
from tests.web import lives
from tests.web.offices import World, example, text_of
from tests.web.test_acts import confirmed
from tests.web.test_api_reading import get

LEVEL = {"classification": "internal"}


def state_of(world: World, member: str, matter: str) -> str:
    row = world[member].views.matter(matter).row
    assert row is not None
    return row.state


def act(world: World, member: str, matter: str, name: str, **fields: str) -> str:
    """All three pages; returns the state the other side then sees."""
    browser, path = world[member].browser(), f"/matters/{matter}/acts/{name}"
    done = browser.post(path, data=confirmed(browser, path, {**LEVEL, **fields}))
    assert "已登记" in done.text, done.text
    world.exchange()
    return state_of(world, ZHANJIANG if member == BEIHAI else BEIHAI, matter)


def test_an_extension_begins_with_the_original_day_and_ends_in_a_later_one(world: World):
    matter = lives.asked(world)
    page = world[BEIHAI].browser().get(f"/matters/{matter}/acts/extend").text

    assert re.search(r'id="f-original_due"[^>]*value="2026-05-09"', page)
    days = {"original_due": "2026-05-09", "planned_finish": "2026-05-20", "reason": "当事人外出"}
    act(world, BEIHAI, matter, "extend", **days)

    row = world[ZHANJIANG].views.matter(matter).row
    assert row is not None
    assert (str(row.due_effective), row.extended) == ("2026-05-20", 1)


def test_what_law_refuses_stands_at_its_field_and_the_input_is_kept(world: World):
    matter = lives.asked(world)
    fields = {"original_due": "2026-05-08", "planned_finish": "2026-05-09", "reason": "当事人外出", **LEVEL}

    answer = world[BEIHAI].browser().post(f"/matters/{matter}/acts/extend", data=fields)

    assert answer.status_code == 422
    assert 'href="#f-planned_finish"' in answer.text
    assert re.search(r'id="f-planned_finish"[^>]*aria-invalid="true"', answer.text)
    assert "晚于原届满日" in answer.text
    assert "当事人外出" in answer.text
    assert world[BEIHAI].views.health().outbox == 0


def test_an_extension_after_the_last_day_is_refused_as_the_flow_refuses_it(world: World):
    matter = lives.asked(world)
    world.clock.advance(days=40)
    fields = {"original_due": "2026-05-09", "planned_finish": "2026-06-09", "reason": "当事人外出", **LEVEL}

    answer = world[BEIHAI].browser().post(f"/matters/{matter}/acts/extend", data=fields)

    assert answer.status_code == 409
    assert "届满后告知的延期不生效" in answer.text


def test_going_back_keeps_every_field(world: World):
    matter = lives.asked(world)
    browser, path = world[BEIHAI].browser(), f"/matters/{matter}/acts/extend"
    fields = {"original_due": "2026-05-09", "planned_finish": "2026-05-20", "reason": "当事人外出", **LEVEL}

    hidden = confirmed(browser, path, fields)
    hidden.pop("confirmed")
    page = browser.post(path, data={**hidden, "back": "1"}).text

    assert re.search(r'id="f-planned_finish"[^>]*value="2026-05-20"', page)
    assert "当事人外出" in page


def test_a_supplement_is_asked_item_by_item(world: World):
    matter = lives.asked(world)
    lives.do(world, BEIHAI, "assistance_feedback", "feedback-final", matter)

    assert act(world, ZHANJIANG, matter, "supplement", **{"items/1/missing": "缺少租赁合同原件"}) == "supplement"

    last = get(world, BEIHAI, f"/matters/{matter}")["thread"][-1]["body"]
    assert last["items"] == [{"no": 1, "missing": "缺少租赁合同原件"}]
    assert last["original_doc_no"]


def test_a_supplement_that_names_no_item_is_refused(world: World):
    matter = lives.asked(world)
    lives.do(world, BEIHAI, "assistance_feedback", "feedback-final", matter)

    answer = world[ZHANJIANG].browser().post(f"/matters/{matter}/acts/supplement", data=LEVEL)

    assert answer.status_code == 422
    assert 'href="#f-items-1-missing"' in answer.text


def test_accepting_may_leave_single_items_to_others(world: World):
    matter = lives.do(world, ZHANJIANG, "assistance_request", "request", to=(BEIHAI,))

    fields = {"handling_unit": "稽查科", "declined/1/reason": "not_competent"}
    assert act(world, BEIHAI, matter, "accept", **fields) == "accepted"

    accepted = get(world, ZHANJIANG, f"/matters/{matter}")["thread"][-1]["body"]
    assert accepted["declined"] == [{"no": 1, "reason": "not_competent"}]


def test_what_was_signed_for_is_revoked_and_the_other_side_reports_back(world: World):
    matter = lives.asked(world)

    assert "撤销" in text_of(world[ZHANJIANG].browser(), f"/matters/{matter}/acts/withdraw")
    assert act(world, ZHANJIANG, matter, "withdraw", reason="已查明") == "withdrawn"
    fields = {"measures/destroyed": "1", "measures/stopped_using": "1", "copies": "2", "done_on": "2026-04-13"}
    act(world, BEIHAI, matter, "comply", **fields)

    follower = get(world, ZHANJIANG, f"/matters/{matter}")["compliance"][0]["followers"][0]
    assert (follower["member"], follower["report"] is not None) == (BEIHAI, True)


def test_a_dispute_is_talked_out_on_forms(world: World):
    matter = lives.do(world, ZHANJIANG, "jurisdiction_dispute", "raise", to=(BEIHAI,))

    position = {"position": "我局已立案", "filed_at": "2026-03-30T16:05", "case_no": "北市监立〔2026〕3号"}
    assert act(world, BEIHAI, matter, "position", **position) == "negotiating"
    assert "2026-03-30 16:05:00" in text_of(world[ZHANJIANG].browser(), f"/matters/{matter}")
    proposal = {"position": "由我局管辖", "competent": "opener"}
    assert act(world, ZHANJIANG, matter, "propose", **proposal) == "offered_by_opener"
    assert 'value="opener" selected' in world[BEIHAI].browser().get(f"/matters/{matter}/acts/agree").text
    assert act(world, BEIHAI, matter, "agree", competent="opener") == "agreed"
    handed = {
        "case_name": "某某案",
        "handed_on": "2026-04-13",
        "files": "立案审批表，1，2，原件\n询问笔录，2，14，复印件",
    }
    assert act(world, BEIHAI, matter, "hand-over", **handed) == "handed_by_other"

    files = get(world, ZHANJIANG, f"/matters/{matter}")["thread"][-1]["body"]["files"]
    assert files[1] == {"no": 2, "name": "询问笔录", "copies": 2, "pages": 14, "original": False}


def test_a_file_list_that_cannot_be_read_names_its_line(world: World):
    matter = lives.do(world, ZHANJIANG, "jurisdiction_dispute", "raise", to=(BEIHAI,))
    lives.do(world, ZHANJIANG, "jurisdiction_opinion", "propose", matter)
    lives.do(world, BEIHAI, "jurisdiction_opinion", "agree", matter)
    fields = {"case_name": "某某案", "handed_on": "2026-04-13", "files": "立案审批表，1，2，原件\n询问笔录", **LEVEL}

    answer = world[BEIHAI].browser().post(f"/matters/{matter}/acts/hand-over", data=fields)

    assert answer.status_code == 422
    assert "第 2 行" in answer.text


def test_posting_and_delivery_on_paper_are_entered_by_two_persons(world: World):
    matter = lives.do(world, ZHANJIANG, "assistance_request", "request", to=(lives.OUTSIDE,))
    fields = {"channel": "post", "tracking_no": "XA12345678945", "paper_date": "2026-04-13", "recorder": "张录入"}
    browser, path = world[ZHANJIANG].browser(), f"/matters/{matter}/acts/record-delivery"

    alone = browser.post(path, data={**LEVEL, **fields, "checker": "张录入"})
    assert (alone.status_code, "不得与录入人为同一人" in alone.text) == (422, True)
    browser.post(path, data=confirmed(browser, path, {**LEVEL, **fields, "checker": "李核对"}))
    world.exchange()

    row = world[ZHANJIANG].views.matter(matter).row
    assert row is not None
    assert (row.by_proxy, row.clock) == (True, "running")


def test_an_office_that_is_online_is_offered_no_entry_for_it(world: World):
    matter = lives.do(world, ZHANJIANG, "assistance_request", "request", to=(BEIHAI,))

    assert "代录" not in text_of(world[ZHANJIANG].browser(), f"/matters/{matter}")
    assert world[ZHANJIANG].browser().get(f"/matters/{matter}/acts/record-delivery").status_code == 409


def test_what_needs_a_scan_or_a_seal_is_drafted_as_a_paper(world: World):
    paper = lives.on_paper(world)
    dispute = lives.disputed(world)

    way = f"/papers/new?kind=proxy_record&act=record-accept&matter={paper}"
    page = world[ZHANJIANG].browser().get(f"/matters/{paper}").text
    assert f'href="{escape(way)}">代录受理' in page
    assert "登记事项" in text_of(world[ZHANJIANG].browser(), way)
    assert "报请指定管辖" in text_of(world[BEIHAI].browser(), f"/matters/{dispute}")
    assert world[BEIHAI].browser().get(f"/matters/{dispute}/acts/escalate").status_code == 409


def test_a_transfer_is_disputed_with_its_grounds(world: World):
    matter = world[ZHANJIANG].send("lead_transfer", example("lead_transfer"), to=(BEIHAI,)).matter
    world.exchange()
    fields = {"explanation": "行为发生地不在本市", "grounds": "程序规定第七条\n程序规定第十条"}

    act(world, BEIHAI, matter, "dispute", **fields)

    shown = get(world, ZHANJIANG, f"/matters/{matter}")
    assert shown["matter"]["state"] == "disputed"
    assert shown["thread"][-1]["body"]["grounds"] == ["程序规定第七条", "程序规定第十条"]
    assert "共同上级" in text_of(world[ZHANJIANG].browser(), f"/matters/{matter}")
