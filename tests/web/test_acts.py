"""The few acts that need no more than a form."""

from __future__ import annotations

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from tests.builders import BEIHAI, ZHANJIANG
from tests.web.offices import World, example, text_of
from tests.web.test_api_reading import ACCEPT, SIGN_FOR, asked

FIELDS = {key: SIGN_FOR[key] for key in ("receipt_no", "received_on", "role", "classification")}


def confirmed(browser: TestClient, path: str, fields: dict[str, str]) -> dict[str, str]:
    """The hidden fields of the page that asks for confirmation."""
    shown = browser.post(path, data=fields)
    assert shown.status_code == 200, shown.text
    hidden = re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', shown.text)
    return {**{name: unescape(value) for name, value in hidden}, "confirmed": "1"}


def test_an_officer_signs_for_on_three_pages_and_the_other_side_sees_it(world: World):
    _, matter = asked(world)
    browser, path = world[BEIHAI].browser(), f"/matters/{matter}/acts/sign-for"

    assert "收文号" in text_of(browser, path)
    hidden = confirmed(browser, path, FIELDS)
    assert world[BEIHAI].views.health().outbox == 0
    done = browser.post(path, data=hidden)
    browser.post(path, data=hidden)

    assert "已登记" in done.text
    assert world[BEIHAI].views.health().outbox == 1
    world.exchange()
    assert "已签收" in text_of(world[ZHANJIANG].browser(), f"/matters/{matter}")


@pytest.mark.parametrize(
    ("name", "fields", "state"),
    [
        ("accept", {"handling_unit": "稽查科", "classification": "internal"}, "accepted"),
        ("return", {"reason": "unclear", "explanation": "第2项\r\n不明确", "classification": "internal"}, "returned"),
    ],
)
def test_an_officer_accepts_or_returns(world: World, name: str, fields: dict[str, str], state: str):
    _, matter = asked(world)
    browser, path = world[BEIHAI].browser(), f"/matters/{matter}/acts/{name}"

    browser.post(path, data=confirmed(browser, path, fields))
    world.exchange()

    row = world[ZHANJIANG].views.matter(matter).row
    assert row is not None
    assert row.state == state


def test_the_asking_office_confirms_or_withdraws(world: World):
    _, matter = asked(world, ACCEPT, example("assistance_feedback"))
    _, second = asked(world)
    browser = world[ZHANJIANG].browser()

    for one, name, fields in (
        (matter, "confirm", {"note": "", "classification": "internal"}),
        (second, "withdraw", {"reason": "已查明", "classification": "internal"}),
    ):
        path = f"/matters/{one}/acts/{name}"
        browser.post(path, data=confirmed(browser, path, fields))
    world.exchange()

    found = [world[BEIHAI].views.matter(one).row for one in (matter, second)]
    assert [row.state for row in found if row] == ["confirmed", "recalled"]


def test_a_form_with_something_missing_comes_back_with_what_was_filled_in(world: World):
    _, matter = asked(world)

    answer = world[BEIHAI].browser().post(f"/matters/{matter}/acts/sign-for", data={**FIELDS, "role": ""})

    assert answer.status_code == 422
    assert "签收岗位：必须填写" in answer.text
    assert FIELDS["receipt_no"] in answer.text


def test_an_act_out_of_turn_or_unknown_is_refused_with_a_page(world: World):
    _, matter = asked(world)

    refused = world[ZHANJIANG].browser().get(f"/matters/{matter}/acts/accept")
    assert refused.status_code == 409
    assert "不能办理" in refused.text
    assert f'href="/matters/{matter}"' in refused.text
    assert world[BEIHAI].browser().get(f"/matters/{matter}/acts/nothing").status_code == 404


def test_who_only_reads_is_offered_no_act_and_refused_one(world: World):
    _, matter = asked(world)
    world[BEIHAI].add_user("sec", "secretariat")
    browser = world[BEIHAI].browser("sec")

    assert "现在可办理" not in text_of(browser, f"/matters/{matter}")
    assert browser.get(f"/matters/{matter}/acts/sign-for").status_code == 403
    assert browser.post(f"/matters/{matter}/acts/sign-for", data=FIELDS).status_code == 403
