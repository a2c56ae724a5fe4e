"""The people of the demonstration: one press at the machine itself, and nowhere else."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from hub.core.demo_people import UNIT, UNIT_NAME, demo_people
from hub.core.ids import sha256
from hub.core.policy import ADMINISTRATORS, LEVELS, Permit, may
from hub.flows.accounts import By, Entry, keep
from hub.flows.ports.office_rows import Unit
from hub.web.app import create_app
from tests.builders import JOINT, YULIN
from tests.web.offices import Office, World

HERE, ELSEWHERE = ("127.0.0.1", 40000), ("10.9.9.9", 40000)
ORIGIN = {"Origin": "http://127.0.0.1:8701", "Sec-Fetch-Site": "same-origin"}


def settled(office: Office) -> Office:
    """With its demo people, as ``hub user demo`` makes them."""
    by = By(None, "operator", office.clock(), office.salts)
    with office.store.begin() as uow:
        uow.units.put(Unit(UNIT, UNIT_NAME, "section", None, accounts=True))
        for one in demo_people(office.member.partition("-")[2]):
            keep(uow, Entry(one.name, one.title, one.role, one.level, one.unit), by)
    return office


def client(office: Office, source: tuple[str, int] = HERE, *, demo: bool = True) -> TestClient:
    app = office.app if demo else create_app(replace(office.node, demo=False))
    return TestClient(app, base_url="http://127.0.0.1:8701", headers=ORIGIN, client=source)


@pytest.mark.parametrize("system", ["mr", "ps", "jm"])
def test_every_office_has_each_level_the_clerk_and_three_administrators_all_marked(system: str):
    people = demo_people(system)

    assert all(one.title.startswith("演示") for one in people)
    assert {one.level for one in people if one.role not in {"clerk", *ADMINISTRATORS}} == LEVELS.keys() - {"oa"}
    assert {one.role for one in people} >= {"clerk", *ADMINISTRATORS}
    assert len({one.title for one in people}) == len({one.name for one in people}) == len(people)


@pytest.mark.parametrize("member", [YULIN, JOINT])
def test_one_press_signs_in_with_a_leaf_and_opens_a_screen_of_the_role(world: World, member: str):
    office = settled(world[member])
    for one in demo_people(member.partition("-")[2]):
        browser = client(office)
        assert f'value="{one.name}"' in browser.get("/sign-in").text
        done = browser.post("/sign-in/demo", data={"person": one.name})
        assert (done.status_code, one.title in done.text) == (200, True), one.name
        assert browser.get("/matters").status_code == (200 if may(one.role, Permit.READ) else 403), one.name
    found = [facts for _, facts in office.noted("sign-in")]
    assert len(found) == len(demo_people(member.partition("-")[2]))
    assert all('"demo"' in json.dumps(one) for one in found)


@pytest.mark.parametrize("member", [YULIN, JOINT])
def test_every_entry_of_the_menu_opens_for_whoever_sees_it(world: World, member: str):
    office = settled(world[member])
    for one in demo_people(member.partition("-")[2]):
        browser = client(office)
        menu = browser.post("/sign-in/demo", data={"person": one.name}).text.partition("<main")[0]
        entries = re.findall(r'<li><a href="([^"]+)"', menu)
        assert entries, one.name
        assert {entry: browser.get(entry).status_code for entry in entries} == dict.fromkeys(entries, 200), one.name


@pytest.mark.parametrize(("source", "demo"), [(ELSEWHERE, True), (HERE, False)])
def test_neither_another_machine_nor_a_real_node_is_offered_anybody(
    world: World, source: tuple[str, int], *, demo: bool
):
    browser = client(settled(world[YULIN]), source, demo=demo)

    assert "demo-" not in browser.get("/sign-in").text
    assert browser.post("/sign-in/demo", data={"person": "demo-clerk"}).status_code == 404
    assert browser.get("/account").status_code == 401


def test_a_page_of_another_site_cannot_press_the_button(world: World):
    browser = client(settled(world[YULIN]))
    browser.headers.update({"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"})

    assert browser.post("/sign-in/demo", data={"person": "demo-clerk"}).status_code == 403


def test_the_button_opens_no_real_account_and_none_that_is_disabled_or_has_a_password(world: World):
    office = settled(world[YULIN])
    with office.store.begin() as uow:
        kept = uow.users.credentials("demo-clerk")
        uow.users.put_credentials(replace(kept, password="x"))
        head = uow.users.get("demo-unit-head")
        assert head is not None
        uow.users.put(replace(head, active=False, token_hash=sha256(b"another")))
    browser = client(office)

    assert 'value="demo-clerk"' not in browser.get("/sign-in").text
    for name in ("officer", "demo-clerk", "demo-unit-head", "nobody", ""):
        assert browser.post("/sign-in/demo", data={"person": name}).status_code == 401, name
