"""What another office sent goes no further than its mark: refused on pages and over the API, with the way out."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from hub.core.errors import AgainstMark
from hub.core.ids import sha256
from hub.core.marks import MARKS
from hub.flows import leads
from hub.flows.offices import keep_unit
from hub.flows.ports.office_rows import Unit
from hub.flows.ports.outside import OutsideOffice
from hub.flows.rows import Part
from hub.flows.steps.requests import Recorded
from hub.web.words import MARK_NOTES
from tests.builders import BEIHAI, YULIN, ZHANJIANG
from tests.web.offices import World, example, text_of
from tests.web.papers import PDF, REQUEST, form_of, press, saved

DIGEST = sha256(PDF)
LINE = {"name": "证据.pdf", "part": DIGEST, "size": len(PDF), "media_type": "application/pdf"}
FILE: dict[str, Any] = {"parts": (Part(DIGEST, "application/pdf", PDF),)}
SAME = {"name": "另一个名字.pdf", "content": b64encode(PDF).decode(), "media_type": "application/pdf"}
VILLAGE, BUREAU = "out-450500-1", "out-450500-2"


def ask(world: World, mark: str = "addressee-only", to: str = BEIHAI) -> str:
    """玉林 asks 北海, with a file; returns the matter."""
    body = example("assistance_request", attachments=[LINE])
    sent = world[YULIN].send("assistance_request", body, to=(to,), mark=mark, **FILE)
    world.exchange()
    return sent.matter


def post(world: World, to: str, **more: Any) -> Any:
    """北海 sends the same file to somebody over the API."""
    body = example("assistance_request", **more.pop("body", {}))
    body.pop("doc_no", None)
    wanted = {"kind": "assistance_request", "to": [to], "body": body, "attachments": [SAME], **more}
    return (
        world[BEIHAI]
        .client()
        .post("/api/v1/documents", json=wanted, headers={"Idempotency-Key": sha256(str(wanted).encode())})
    )


def on_paper(world: World, to: str) -> Recorded:
    """The same to an office outside."""
    body = example("assistance_request", attachments=[LINE])
    body.pop("doc_no", None)
    return world[BEIHAI].send("assistance_request", body, to=(to,), **FILE)


def county(world: World, code: str = "hc", kind: str = "county") -> None:
    office = world[BEIHAI]
    with office.store.begin() as uow:
        unit = Unit(code, "海城区市场监督管理局", kind, "450502", accounts=False)
        keep_unit(uow, unit, who="officer", now=office.clock(), salt=office.salts)


def outside(world: World) -> None:
    with world[BEIHAI].store.begin() as uow:
        for one, system in ((VILLAGE, "grass"), (BUREAU, "mr")):
            uow.outside.put(OutsideOffice(one, f"某{system}单位", "450500", system, "某地", "某人", "0779-1", "post"))


def test_who_chooses_a_mark_reads_beside_it_what_the_receiver_may_do(world: World):
    browser = world[BEIHAI].browser()
    paper = saved(browser, _to=ZHANJIANG)

    for path in ("/papers/new?kind=assistance_request", f"/papers/{paper}"):
        page = text_of(browser, path)
        assert "仅收件单位（不转县区局、不转发）" in page
        assert "可转基层（可转县区局、村居）" in page
        assert "县区局办的，请选“可转基层”" in page
    assert set(MARK_NOTES) == set(MARKS)


def test_a_file_that_came_from_another_office_goes_on_only_as_its_mark_allows(world: World):
    ask(world)
    refused = post(world, ZHANJIANG)
    assert (refused.status_code, refused.json()["code"]) == (403, "against-mark")
    told = refused.json()
    assert told["field"] == "body.attachments"
    for words in ("玉林市市场监督管理局", "仅收件单位", "不能发给其他成员单位"):
        assert words in told["detail"]
    assert "请先征得发送单位同意" in told["advice"]
    assert world[BEIHAI].views.health().outbox == 0
    assert post(world, YULIN).status_code == 201, "back to where it came from"


def test_a_file_for_members_may_go_to_members_but_not_to_the_public_nor_outside(world: World):
    ask(world, "members-only")
    outside(world)
    assert post(world, ZHANJIANG).status_code == 201
    for more in ({"mark": "may-publish"}, {"mark": "may-pass-down"}, {"body": {"classification": "public"}}):
        assert post(world, ZHANJIANG, **more).json()["code"] == "against-mark", more
    for to, word in ((BUREAU, "系统外"), (VILLAGE, "基层")):
        with pytest.raises(AgainstMark, match=word):
            on_paper(world, to)


def test_what_members_alone_may_know_is_not_put_before_the_public(world: World):
    ask(world, "members-only")
    body = example("public_warning", attachments=[LINE], classification="internal")
    with pytest.raises(AgainstMark, match="可以公开的文书"):
        world[BEIHAI].send("public_warning", body, to=(ZHANJIANG,), **FILE)


def test_a_file_that_may_be_passed_down_goes_to_a_village_and_not_to_another_bureau(world: World):
    ask(world, "may-pass-down")
    outside(world)
    assert on_paper(world, VILLAGE).audiences == (VILLAGE,)
    with pytest.raises(AgainstMark):
        on_paper(world, BUREAU)


def test_our_own_file_stays_ours_though_it_came_back(world: World):
    assert post(world, YULIN).status_code == 201
    world.exchange()
    with pytest.raises(AgainstMark, match="北海市"):
        ask(world, to=ZHANJIANG)
    ask(world)
    assert post(world, ZHANJIANG).status_code == 201, "北海 had it first"


def test_the_same_file_from_an_office_that_lets_it_go_may_go(world: World):
    ask(world)
    assert post(world, YULIN).status_code == 201
    body = example("assistance_request", attachments=[LINE])
    world[ZHANJIANG].send("assistance_request", body, to=(BEIHAI,), mark="may-publish", **FILE)
    world.exchange()
    outside(world)
    assert on_paper(world, BUREAU).audiences == (BUREAU,)


def test_a_paper_with_such_a_file_is_not_submitted(world: World):
    ask(world)
    browser = world[BEIHAI].browser()
    paper = saved(browser, _to=ZHANJIANG)
    fields = {**form_of(browser.get(f"/papers/{paper}").text), "_role": "annex"}
    browser.post(f"/papers/{paper}/files", data=fields, files={"file": ("改名.pdf", PDF)})
    page = press(browser, paper, "submit").text
    assert "仅收件单位" in page
    assert "请先征得发送单位同意" in page
    assert REQUEST["title"] in page


def test_items_of_a_request_kept_to_us_are_not_asked_of_another_office(world: World):
    matter = ask(world)
    browser, address = world[BEIHAI].browser(), "/papers/new?kind=assistance_request&split=1&matter="
    early = browser.get(f"{address}{matter}")
    assert early.status_code == 403
    assert "请先征得发送单位同意" in early.text
    split = {"related": [{"matter": matter, "relation": "split_from"}]}
    late = post_bare(world, split)
    assert (late.json()["code"], late.json()["field"]) == ("against-mark", "body.related")
    open_one = ask(world, "members-only")
    assert browser.get(f"{address}{open_one}").status_code == 200
    assert post_bare(world, {"related": [{"matter": open_one, "relation": "split_from"}]}).status_code == 201


def post_bare(world: World, more: dict[str, Any]) -> Any:
    wanted = {"kind": "assistance_request", "to": [ZHANJIANG], "body": example("assistance_request", **more)}
    key = sha256(str(wanted).encode())
    return world[BEIHAI].client().post("/api/v1/documents", json=wanted, headers={"Idempotency-Key": key})


@pytest.mark.parametrize("mark", ["addressee-only", "members-only"])
def test_a_matter_goes_to_a_county_bureau_once_its_sender_says_so_in_the_matter(world: World, mark: str):
    matter = ask(world, mark)
    county(world)
    county(world, "fc", "section")
    browser, form = world[BEIHAI].browser(), {"unit": "hc", "manner": "assign"}
    assert "县区局暂不能选" in text_of(browser, f"/matters/{matter}")
    assert f'href="/contacts?member={YULIN}"' in browser.get(f"/matters/{matter}").text, "whom to ask is a click away"
    page = browser.post(f"/matters/{matter}/assignments", data=form)
    assert page.status_code == 403
    assert "请先征得发送单位同意" in page.text
    answer = world[BEIHAI].client().post("/api/v1/assignments", json={"matter": matter, "unit": "hc"})
    assert answer.json()["code"] == "against-mark"
    several = browser.post("/matters/several", data={"do": "assign", f"pick-{matter}": "1", **form})
    assert "请先征得发送单位同意" in several.text
    own = browser.post(
        f"/matters/{matter}/assignments", data={"unit": "fc", "manner": "assign"}, follow_redirects=False
    )
    assert own.status_code == 303, "a section is the office itself"

    world[YULIN].send("reminder", example("reminder"), matter=matter, mark="may-pass-down")
    world.exchange()
    done = browser.post(f"/matters/{matter}/assignments", data=form, follow_redirects=False)
    assert done.status_code == 303


def test_a_lead_that_came_by_transfer_goes_to_a_county_bureau_only_if_its_mark_allows(world: World):
    office = world[BEIHAI]
    county(world)
    for number, mark in (("L001", "addressee-only"), ("L002", "may-pass-down")):
        sent = world[YULIN].send(
            "lead_transfer", example("lead_transfer", lead_no=f"X-{number}"), to=(BEIHAI,), mark=mark
        )
        world.exchange()
        with office.store.begin() as uow:
            today = office.clock().date()
            new = leads.NewLead(number, "other_department", today, "某处涉嫌传销", came_by=sent.matter)
            by = {"who": "officer", "now": office.clock(), "salt": office.salts}
            lead = leads.register(uow, new, new_id=office.ids, **by)
            if mark == "may-pass-down":
                assert leads.forward_to_unit(uow, lead.id, "hc", **by).unit == "hc"
            else:
                with pytest.raises(AgainstMark):
                    leads.forward_to_unit(uow, lead.id, "hc", **by)
