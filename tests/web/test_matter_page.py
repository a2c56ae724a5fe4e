"""What the page of one matter tells beside its state: clocks, followers, links, paper, disputes, letters."""

from __future__ import annotations

import re

import pytest

from hub.core.ids import ALL
from hub.flows.offices import assign, keep_unit
from hub.flows.ports.office_rows import Unit
from tests.builders import BEIHAI, JOINT, YULIN, ZHANJIANG
from tests.web import lives
from tests.web.offices import World, example, text_of
from tests.web.test_api_reading import get

TABS = ("basic", "parties", "evidence", "letters", "timeline", "links")


def words_of(world: World, member: str, path: str) -> str:
    """The words of a page; of a matter those of all its tabs."""
    paths = [f"{path}?tab={tab}" for tab in TABS] if path.startswith("/matters/") else [path]
    return re.sub(r"\s+", " ", " ".join(text_of(world[member].browser(), one) for one in paths))


def test_every_clock_stands_side_by_side_with_label_article_both_days_and_status(world: World):
    matter = lives.asked(world)

    text = words_of(world, ZHANJIANG, f"/matters/{matter}")

    assert "按协议第 1 版的规则" in text
    assert re.search(r"签收 北海市监 协议时限 .*?2026-04-14（周二） 2026-04-14（周二） 按期完成", text)
    assert re.search(r"受理或者退回 北海市监 协议时限 .*?按期完成", text)
    case = r"办案期限（请求方） 湛江市监 法定时限 《市场监督管理行政处罚程序规定》第六十四条"
    assert re.search(case + " 2026-05-31（周日） 2026-06-01（周一） 计时中", text)


def test_who_cannot_read_the_letter_sees_no_case_clock(world: World):
    matter = lives.asked(world)

    assert "办案期限（请求方）" not in words_of(world, JOINT, f"/matters/{matter}")
    names = [one["name"] for one in get(world, JOINT, f"/matters/{matter}")["clocks"]]
    assert names == ["sign-for", "answer"]


def test_an_extension_that_counts_shows_the_new_day(world: World):
    matter = lives.extended(world)

    assert re.search(r"2026-05-20（周三） 生效 延至 2026-05-20（周三）", words_of(world, BEIHAI, f"/matters/{matter}"))
    shown = get(world, ZHANJIANG, f"/matters/{matter}")
    assert [(one["until"], one["counts"], one["granted"], one["why"]) for one in shown["extensions"]] == [
        ("2026-05-20", True, "2026-05-20", "")
    ]
    assert shown["matter"]["extended"] == 1


def test_while_a_supplement_is_asked_its_own_clock_counts_and_the_first_one_stays_readable(world: World):
    matter = lives.supplemented(world)

    shown = get(world, BEIHAI, f"/matters/{matter}")

    assert shown["deadline"]["rule"] == "SUPPLEMENT"
    assert [(one["name"], one["due_effective"], one["status"]) for one in shown["clocks"]][:1] == [
        ("main", "2026-05-20", "met")
    ]
    assert "补充反馈" in words_of(world, BEIHAI, f"/matters/{matter}")


def test_what_came_on_paper_is_marked_as_entered_and_never_as_signed_by_the_other_side(world: World):
    matter = lives.on_paper(world)

    text = words_of(world, ZHANJIANG, f"/matters/{matter}")

    assert "由湛江市监代录，录入人张**，核对人李**；纸质日期 2026-04-15，邮寄 XA12345678945" in text
    assert "未经对方签名" in text
    assert re.search(r"已签收 代录 2026-04-15 12:00", text)
    assert "送达时间 2026-04-14 12:00" in text
    assert "张录入" not in text
    assert get(world, ZHANJIANG, f"/matters/{matter}")["by_proxy"] is True
    listed = words_of(world, ZHANJIANG, "/matters")
    assert "系统外 代录" in listed


def test_a_clock_that_waits_for_a_receipt_says_that_it_is_only_supposed(world: World):
    matter = lives.do(world, ZHANJIANG, "assistance_request", "request", to=(lives.OUTSIDE,))

    text = words_of(world, ZHANJIANG, f"/matters/{matter}")

    assert "待对方回执，暂按寄发日推算" in text
    assert get(world, ZHANJIANG, f"/matters/{matter}")["estimated"] is True


def test_a_report_counts_for_the_document_it_names_alone(world: World):
    matter = lives.do(world, YULIN, "case_notice", "publish", to=(ALL,))
    first = get(world, YULIN, f"/matters/{matter}")["thread"][0]["document"]
    for number in (7, 8):
        changes = {"doc_no": f"玉市监传〔2026〕{number}号", "title": f"【演示】更正{number}"}
        lives.do(world, YULIN, "case_notice", "publish", matter, replaces=first, changes=changes)
    _, later = [one["document"] for one in get(world, YULIN, f"/matters/{matter}")["compliance"]]
    lives.do(world, BEIHAI, "compliance", "comply", matter, changes={"document": later})

    shown = get(world, YULIN, f"/matters/{matter}")["compliance"]
    reported = {(one["document"], who["member"]) for one in shown for who in one["followers"] if who["report"]}
    assert reported == {(later, BEIHAI)}


def test_the_sender_of_a_withdrawal_sees_who_has_followed_it(world: World):
    matter = lives.taken_back(world)

    shown = get(world, YULIN, f"/matters/{matter}")["compliance"]

    assert len(shown) == 1
    reported = {one["member"]: one["complied_at"] is not None for one in shown[0]["followers"]}
    assert (reported[BEIHAI], reported[ZHANJIANG]) == (True, False)
    for path in (f"/matters/{matter}", f"/documents/{shown[0]['document']}"):
        text = words_of(world, YULIN, path)
        assert re.search(r"北海市市场监督管理局 已送达 [-\d]+ [:\d]+ 已回告", text)
        assert re.search(r"湛江市市场监督管理局 已送达 [-\d]+ [:\d]+ 未回告", text)


def test_related_matters_are_linked_both_ways_where_they_can_be_read(world: World):
    first = lives.asked(world)
    related = {"related": [{"matter": first, "relation": "split_from"}]}
    second = lives.do(world, ZHANJIANG, "assistance_request", "request", to=(BEIHAI,), changes=related)

    there = get(world, ZHANJIANG, f"/matters/{second}")["related"]
    back = get(world, BEIHAI, f"/matters/{first}")["related"]

    assert [(one["title"], one["matter"], one["outward"]) for one in there] == [("拆分自", first, True)]
    assert [(one["title"], one["matter"], one["outward"]) for one in back] == [("拆分出", second, False)]
    assert f'href="/matters/{first}"' in world[BEIHAI].browser().get(f"/matters/{second}?tab=links").text


def test_a_link_to_a_matter_this_office_has_not_is_named_and_leads_nowhere(world: World):
    other = "019e2b00-0000-7000-8000-000000000001"
    related = {"related": [{"matter": other, "relation": "follow_up"}]}
    matter = lives.do(world, ZHANJIANG, "assistance_request", "request", to=(BEIHAI,), changes=related)

    page = world[BEIHAI].browser().get(f"/matters/{matter}?tab=links").text

    assert other in page
    assert f'href="/matters/{other}"' not in page


def test_a_dispute_names_the_common_superior_and_states_who_filed_when_without_judging(world: World):
    matter = lives.disputed(world)

    text = words_of(world, BEIHAI, f"/matters/{matter}")

    assert f"共同上级 {lives.SUPERIOR}" in text
    assert "无权指定管辖，也无权交办案件" in text
    assert "不作认定" in text
    assert re.search(r"湛江市监 2026-04-01 09:30:00 湛市监立〔2026〕7号 湛江市监 ", text)
    assert re.search(r"北海市监 2026-04-02 08:00:00 \S+ 湛江市监 （所知）", text)
    assert re.search(r"北海市监 2026-03-30 16:05:00 北市监立〔2026〕3号 北海市监 .*?凭证 [0-9a-f]{12}", text)


@pytest.mark.parametrize("member", [ZHANJIANG, BEIHAI])
def test_a_document_opens_as_its_letter_and_the_look_is_noted(world: World, member: str):
    matter = lives.asked(world)
    document = world[member].views.matter(matter).thread[0].row.document
    browser = world[member].browser()

    assert f"/documents/{document}/letter" in browser.get(f"/documents/{document}").text
    text = re.sub(r"\s+", " ", text_of(browser, f"/documents/{document}/letter"))

    assert "北海市市场监督管理局：" in text
    assert "演示·非真实公文" in text
    with world[member].store.read() as connection:
        noted = connection.exec_driver_sql("SELECT type, subject FROM leaves").all()
    assert ("print", document) in {tuple(row) for row in noted}


def test_there_is_no_letter_where_there_is_no_body(world: World):
    matter = lives.asked(world)
    document = world[JOINT].views.matter(matter).thread[0].row.document

    assert "/letter" not in world[JOINT].browser().get(f"/documents/{document}").text
    assert world[JOINT].browser().get(f"/documents/{document}/letter").status_code == 404


def test_each_tab_answers_one_question_and_a_strange_one_is_the_first(world: World):
    matter = lives.asked(world)
    browser = world[BEIHAI].browser()

    assert "协查事项" in text_of(browser, f"/matters/{matter}?tab=basic")
    assert "协查事项" not in text_of(browser, f"/matters/{matter}?tab=timeline")
    assert text_of(browser, f"/matters/{matter}?tab=nonsense").count("基本信息") == 2


def test_a_party_stands_once_however_many_documents_name_it(world: World):
    parties = example("assistance_request")["parties"]
    matter = lives.asked(world, parties=parties)

    text = text_of(world[BEIHAI].browser(), f"/matters/{matter}?tab=parties")

    assert text.count("某某生物科技有限公司") == 1
    assert "440802199" not in text


def test_what_a_unit_was_given_stands_in_the_timeline_of_its_own_office_alone(world: World):
    matter = lives.asked(world)
    office = world[BEIHAI]
    by = {"who": "officer", "now": office.clock(), "salt": office.salts}
    with office.store.begin() as uow:
        keep_unit(uow, Unit("hc", "海城区局", "section", None, accounts=False), **by)
        assign(uow, matter, "hc", "assign", "请核查经营场所", new_id=office.ids, **by)

    assert "交办海城区局" in text_of(office.browser(), f"/matters/{matter}?tab=timeline")
    assert "海城区局" not in text_of(world[ZHANJIANG].browser(), f"/matters/{matter}?tab=timeline")
