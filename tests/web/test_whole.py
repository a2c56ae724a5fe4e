"""Personal data in full: for a purpose, on one page, noted; and the watermark that says who looked."""

from __future__ import annotations

import pytest

from tests.builders import BEIHAI, ZHANJIANG
from tests.web import lives
from tests.web.offices import World, example, text_of

PHONE, MASKED = "13800000002", "138****0002"


@pytest.fixture
def document(world: World) -> str:
    matter = lives.asked(world, parties=example("assistance_request")["parties"])
    return world[BEIHAI].views.matter(matter).thread[0].row.document


def leaves(world: World, type_: str) -> list[tuple]:
    with world[BEIHAI].store.read() as connection:
        return connection.exec_driver_sql("SELECT subject, actor FROM leaves WHERE type = ?", (type_,)).all()


def test_what_is_masked_is_shown_once_a_purpose_is_given_and_masked_again_after(world: World, document: str):
    browser = world[BEIHAI].browser()
    assert MASKED in text_of(browser, f"/documents/{document}")

    answer = browser.post(f"/documents/{document}/whole", data={"purpose": "case", "why": "联系当事人核实"})

    assert answer.status_code == 200
    assert PHONE in answer.text
    assert PHONE not in browser.get(f"/documents/{document}").text
    assert [tuple(row) for row in leaves(world, "unmask")] == [(document, "officer")]


@pytest.mark.parametrize("form", [{}, {"purpose": "case"}, {"purpose": "curiosity", "why": "看看"}])
def test_without_a_purpose_and_a_reason_nothing_is_shown_and_nothing_noted(world: World, document: str, form: dict):
    answer = world[BEIHAI].browser().post(f"/documents/{document}/whole", data=form)

    assert answer.status_code == 422
    assert PHONE not in answer.text
    assert not leaves(world, "unmask")


def test_a_clerk_may_read_the_letter_and_not_unmask_it(world: World, document: str):
    world[BEIHAI].add_user("clerk", "clerk", "收发员")
    browser = world[BEIHAI].browser("clerk")

    assert "查看完整信息" not in text_of(browser, f"/documents/{document}")
    answer = browser.post(f"/documents/{document}/whole", data={"purpose": "case", "why": "联系当事人核实"})
    assert answer.status_code == 403


def test_pages_with_personal_data_carry_who_looked_and_others_do_not(world: World, document: str):
    browser = world[ZHANJIANG].browser()

    assert '<body class="sensitive">' in browser.get(f"/documents/{document}").text
    assert '<body class="">' in browser.get("/members").text
    tile = browser.get("/watermark.svg")
    assert tile.headers["content-type"] == "image/svg+xml"
    assert "officer 2026-04-" in tile.text
