"""用印 on screen: handed over, seen while it waits, and taken back into its paper."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from adapters.sealing.folder import FolderSealing
from hub.flows.steps.requests import MAX_AT_ONCE
from tests.builders import YULIN
from tests.web.offices import Office, World, text_of
from tests.web.papers import body_of, press, saved


@pytest.fixture
def office(world: World, tmp_path: Path) -> Office:
    """玉林 with a seal system that watches a folder."""
    found = world[YULIN]
    found.__dict__["node"] = replace(found.node, sealing=FolderSealing(tmp_path / "seal", limit=MAX_AT_ONCE))
    return found


def sealed(folder: Path, add: bytes = b"\n% seal") -> str:
    """What the seal system does: it puts the file back with a seal on it."""
    (asked,) = (folder / "out").glob("*.pdf")
    (folder / "in" / asked.name).write_bytes(asked.read_bytes() + add)
    return asked.stem


def test_a_paper_goes_to_the_seal_is_seen_waiting_and_comes_back_as_its_sealed_copy(office: Office, tmp_path: Path):
    browser = office.browser()
    paper = saved(browser)
    assert "没有在等候用印的文件" in text_of(browser, "/seals")
    done = browser.post(f"/papers/{paper}/seal")
    assert "已送印" in done.text
    waiting = browser.get("/seals").text
    assert f'href="/papers/{paper}"' in waiting
    assert "等候盖章" in waiting

    sealed(tmp_path / "seal")
    (tmp_path / "seal" / "in" / "other.pdf").write_bytes(b"%PDF- other")
    taken = browser.post("/seals")
    assert "已附到文稿" in taken.text
    assert "没有与文件名对应的用印申请" in taken.text
    history = browser.get(f"/papers/{paper}").text
    assert "取回盖章件" in history
    assert "seal-return" not in history
    (line,) = body_of(office, paper)["attachments"]
    assert (line["role"], line["media_type"]) == ("sealed_copy", "application/pdf")
    assert "没有在等候用印的文件" in text_of(browser, "/seals")
    assert "没有新的盖章件" in browser.post("/seals").text


def test_a_paper_that_was_changed_after_it_was_handed_over_must_go_again(office: Office, tmp_path: Path):
    browser = office.browser()
    paper = saved(browser)
    browser.post(f"/papers/{paper}/seal")
    press(browser, paper, "save", title="改过的标题")

    assert "须重新送印" in text_of(browser, "/seals")
    sealed(tmp_path / "seal")
    assert "送印后改动过" in browser.post("/seals").text
    assert "attachments" not in body_of(office, paper)


def test_a_paper_that_is_not_whole_is_not_handed_over_and_the_form_says_why(office: Office, tmp_path: Path):
    browser = office.browser()
    paper = saved(browser, title="")
    answer = browser.post(f"/papers/{paper}/seal")

    assert (answer.status_code, 'id="paper-form"' in answer.text, 'class="bad"' in answer.text) == (422, True, True)
    assert not list((tmp_path / "seal").glob("out/*"))


def test_a_paper_under_review_is_not_handed_over(office: Office):
    browser = office.browser()
    paper = saved(browser)
    press(browser, paper, "submit")

    answer = browser.post(f"/papers/{paper}/seal")
    assert (answer.status_code, "不能再送印" in answer.text) == (409, True)


def test_without_a_seal_system_the_page_says_how_it_is_done_and_papers_offer_none(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser)

    assert "没有设置电子印章系统" in text_of(browser, "/seals")
    assert "送印" not in text_of(browser, f"/papers/{paper}")
    assert browser.post("/seals").status_code == 409
    assert browser.post(f"/papers/{paper}/seal").status_code == 409


def test_a_seal_system_that_is_away_is_told_and_loses_nothing(office: Office, tmp_path: Path):
    browser = office.browser()
    (tmp_path / "seal").write_text("no folder")

    page = browser.get("/seals")
    assert (page.status_code, "无法读写" in page.text) == (503, True)
    assert browser.post("/seals").status_code == 503


def test_people_of_a_unit_do_not_see_what_the_office_seals(office: Office):
    with office.store.begin() as uow:
        known = uow.users.get("officer")
        assert known is not None
        uow.users.put(replace(known, unit="fcx"))

    assert office.browser().get("/seals").status_code == 403
