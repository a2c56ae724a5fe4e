"""保存和删除 on its screens: listed by rules, proposed, approved by another, held, set, taken away as a table."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from hub.core.retention import RULES
from hub.flows.erasing import carry_out
from hub.flows.ports.retention import BLANK
from hub.flows.retention import list_due
from hub.web.notices import notices
from tests.builders import ZHANJIANG
from tests.builders_office import paper
from tests.web import lives
from tests.web.erasing import SECRET, act, closed, document_of, settle
from tests.web.offices import Office, World, text_of

REASON = {"reason": "保存期限届满", "basis": "个人信息保护法第四十七条", "archived": "1"}


@pytest.fixture
def office(world: World) -> Office:
    found = world[ZHANJIANG]
    found.add_user("clerk", "clerk", "收发员某", level="handler")
    found.add_user("leader", "officer", "分管某", level="bureau_leader")
    return found


def work(office: Office) -> None:
    signer = office.fed.signer(office.member)
    act(office, lambda uow: carry_out(uow, signer=signer, now=office.clock(), salt=office.salts, limit=9))


def later(world: World, days: int) -> None:
    world.clock.advance(timedelta(days=days))


def listed(office: Office) -> int:
    return int(act(office, lambda uow: list_due(uow, office.clock(), 99)))


def test_a_matter_is_due_when_its_period_has_ended_and_not_a_day_before(world: World, office: Office):
    matter = closed(world)
    later(world, 364)
    listed(office)
    assert "没有保存期限届满的事项" in text_of(office.browser("clerk"), "/retention")
    later(world, 1)
    assert listed(office) == 1
    assert listed(office) == 0

    browser = office.browser("clerk")
    text = text_of(browser, "/retention")
    assert f"关于协查{SECRET}的函" in text
    assert "协查：退回、撤回、撤销" in text
    assert "没有保存期限届满的事项" in text_of(browser, "/retention?rule=notice")
    told = [one.text for one in notices(office.views, office.clock(), act(office, lambda uow: uow.users.get("clerk")))]
    assert "1 件保存期限届满待审查" in told
    csv = office.browser("officer").get("/retention?form=csv").text
    assert matter in csv


def test_from_the_list_to_the_erasure_in_the_browser(world: World, office: Office):
    matter = closed(world)
    later(world, 400)
    listed(office)
    clerk, leader = office.browser("clerk"), office.browser("leader")
    asked = clerk.get(f"/retention/propose?matter={matter}&rule=assistance-undone").text
    assert "正文（份）" in asked
    assert "应当主动删除" in asked
    wanted = {"matter": matter, "rule": "assistance-undone", **REASON}
    refused = clerk.post("/retention/propose", data={**wanted, "archived": ""} | {"reason": ""})
    assert refused.status_code == 422
    missing = clerk.post(
        "/retention/propose", data={name: value for name, value in wanted.items() if name != "archived"}
    )
    assert "请确认应当归档的已经归档" in missing.text

    made = clerk.post("/retention/propose", data=wanted, follow_redirects=False)
    place = made.headers["location"].partition("?")[0]
    assert "待批准" in text_of(clerk, place)
    assert "批准删除" not in clerk.get(place).text
    user = act(office, lambda uow: uow.users.get("leader"))
    assert "1 件删除申请待批准" in [one.text for one in notices(office.views, office.clock(), user)]
    assert leader.post(place, data={"decision": "approve"}, follow_redirects=False).status_code == 303
    work(office)

    assert "已删除" in text_of(leader, place)
    assert "没有保存期限届满的事项" in text_of(clerk, "/retention")
    assert "正文已依" in text_of(leader, f"/documents/{document_of(office, matter)}")
    done = text_of(leader, "/retention/erasures?state=done")
    assert "整个事项" in done
    assert matter not in done, "told by its title"
    assert f'<a href="/matters/{matter}"' in leader.get("/retention/erasures?state=done").text
    assert "正文（份） 3" in office.browser("officer").get("/retention/erasures?form=csv").text
    assert "提出删除" in text_of(leader, f"/matters/{matter}?tab=log")


def test_who_proposed_takes_it_back_and_a_handler_approves_none(world: World, office: Office):
    matter = closed(world)
    leader, clerk = office.browser("leader"), office.browser("clerk")
    made = leader.post("/retention/propose", data={"matter": matter, **REASON}, follow_redirects=False)
    place = made.headers["location"].partition("?")[0]

    assert leader.post(place, data={"decision": "approve"}).status_code == 403
    assert clerk.post(place, data={"decision": "approve"}).status_code == 403
    assert leader.post(place, data={"decision": "decline"}).status_code == 422
    answer = leader.post(place, data={"decision": "decline", "comment": "误提"})
    assert "未批准" in answer.text


def test_a_hold_shows_on_the_list_and_is_released_with_a_reason(world: World, office: Office):
    matter = closed(world)
    later(world, 400)
    listed(office)
    clerk = office.browser("clerk")
    assert clerk.post("/retention/holds", data={"matter": matter, "reason": ""}).status_code == 422
    assert clerk.post("/retention/holds", data={"matter": "nothing", "reason": "涉诉"}).status_code == 422
    title = office.views.matter(matter).thread[0].row.title
    choice = f"{title}（{matter}）"
    assert f'value="{choice}"' in unescape(clerk.get("/retention/holds").text)
    assert "已设保留" in clerk.post("/retention/holds", data={"matter": choice, "reason": "涉诉"}).text

    assert "查看保留" in text_of(clerk, "/retention")
    assert office.views.review_counts(9) == (0, 0)
    assert "涉诉" in text_of(clerk, f"/retention/propose?matter={matter}", 409)
    gone = clerk.post("/retention/holds", data={"matter": matter, "act": "release", "reason": "结案"})
    assert "没有设保留的事项" in gone.text


def test_a_period_is_set_and_what_is_due_is_counted_again(world: World, office: Office):
    closed(world)
    later(world, 40)
    clerk = office.browser("clerk")
    given = {"amount": "30", "unit": "days", "label": "own", "basis": "本单位保管期限表", "active": "1"}
    assert clerk.post("/retention/rules/assistance-undone", data={**given, "amount": "x"}).status_code == 422
    assert clerk.post("/retention/rules/assistance-undone", data={**given, "basis": " "}).status_code == 422

    done = clerk.post("/retention/rules/assistance-undone", data=given)

    assert "30 天" in done.text
    assert SECRET in text_of(clerk, "/retention")
    clerk.post("/retention/rules/assistance-undone", data={**given, "active": ""} | {"amount": "1", "unit": "years"})
    assert SECRET not in text_of(clerk, "/retention")


def test_an_entry_is_due_the_day_after_its_last(world: World, office: Office):
    changes = {"effective_from": "2026-07-01", "effective_to": "2029-04-12", "review_on": "2029-04-01"}
    lives.do(world, ZHANJIANG, "blacklist_entry", "list", to=("all",), changes=changes)
    settle(office)
    world.clock.now = world.clock.now.replace(year=2029, month=4, day=12)
    assert listed(office) == 0
    later(world, 1)

    assert listed(office) == 1
    assert "先发移出文书" in text_of(office.browser("clerk"), "/retention")
    later(world, 1)
    assert listed(office) == 0


def test_a_matter_that_moves_leaves_the_list_until_its_period_ends_again(world: World, office: Office):
    matter = closed(world)
    later(world, 400)
    listed(office)
    row = office.views.matter(matter).row
    assert row is not None
    act(office, lambda uow: uow.matters.save([replace(row, updated_at=office.clock() + timedelta(hours=1))]))

    assert office.views.review_counts(9) == (0, 0)
    later(world, 366)
    assert listed(office) == 1


def test_an_erased_paper_opens_and_says_so(world: World, office: Office):
    matter = closed(world)
    mine = {"document": document_of(office, matter), "state": "issued", "matter": matter}
    act(office, lambda uow: uow.papers.put(paper(1, **mine, title=SECRET, body=b'{"title":"x"}', parts=())))
    clerk, leader = office.browser("clerk"), office.browser("leader")
    made = clerk.post("/retention/propose", data={"matter": matter, **REASON}, follow_redirects=False)
    leader.post(made.headers["location"].partition("?")[0], data={"decision": "approve"})
    work(office)

    answer = leader.get(f"/papers/{paper(1).id}")

    assert answer.status_code == 200
    assert BLANK in answer.text
    assert SECRET not in answer.text


@pytest.mark.parametrize("path", ["/retention", "/retention/erasures", "/retention/holds", "/retention/rules"])
def test_an_empty_list_says_what_to_do(office: Office, path: str):
    text = text_of(office.browser("clerk"), path)

    assert "保存和删除" in text
    if path.endswith("rules"):
        assert all(rule.title in text for rule in RULES)


def test_one_of_a_unit_and_a_stranger_to_the_state_are_turned_away(office: Office):
    def into_unit(uow: Any) -> None:
        uow.users.put(replace(uow.users.get("clerk"), unit="fz"))

    clerk = office.browser("clerk")
    assert clerk.get("/retention/erasures?state=nothing").status_code == 422
    assert clerk.get("/retention?rule=nothing").status_code == 404
    assert clerk.get("/retention?cursor=nothing").status_code == 422
    act(office, into_unit)
    for path in ("/retention", "/retention/propose", "/retention/holds", "/retention/rules"):
        assert clerk.get(path).status_code == 403, path
    assert not re.search('href="/retention', clerk.get("/matters").text.split("<main", 1)[1])


def test_programs_read_the_rules_and_page_through_what_is_due(world: World, office: Office):
    matters = [closed(world) for _ in range(3)]
    later(world, 400)
    listed(office)
    client = office.client("officer")

    rules = {one["id"]: one for one in client.get("/api/v1/retention/rules").json()["items"]}
    first = client.get("/api/v1/retention/due?limit=2").json()
    second = client.get(f"/api/v1/retention/due?limit=2&cursor={first['next']}").json()

    assert rules.keys() == {rule.id for rule in RULES}
    assert rules["assistance-undone"]["period"] == "最后一次变动起 1 年"
    assert {one["matter"] for one in (*first["items"], *second["items"])} == set(matters)
    assert (len(first["items"]), second["next"], first["items"][0]["rule"]) == (2, None, "assistance-undone")
    assert client.get("/api/v1/retention/due?rule=notice").json()["items"] == []
    assert client.get("/api/v1/retention/due?rule=none").status_code == 404


def test_what_a_rule_has_listed_is_told_before_it_is_changed(world: World, office: Office):
    closed(world)
    later(world, 400)
    listed(office)
    browser = office.browser("clerk")

    assert "现有 1 件事项按这条规则" in text_of(browser, "/retention/rules/assistance-undone")
    assert "件事项按这条规则" not in text_of(browser, "/retention/rules/notice")
    assert "规则不能增加或删除" in text_of(browser, "/retention/rules")
