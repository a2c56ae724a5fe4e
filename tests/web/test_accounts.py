"""One's own account, the accounts of the office, and the proof asked again for what hurts."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from hub.core.errors import NotAllowed
from hub.core.policy import ROLES
from hub.core.proofs import code_at, step_of
from hub.flows.ports.people import Credentials
from hub.flows.rows import User
from hub.web.confirming import asks_again, confirm_again
from tests.builders import YULIN
from tests.web.offices import PASSWORDS, Office, World, text_of

PASSWORD, OTHER = "Correct-horse-7", "Battery-staple-8"
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.fixture
def office(world: World) -> Office:
    """玉林 with its three administrators."""
    for role in ("sysadmin", "secadmin", "auditor"):
        world[YULIN].add_user(role, role, f"{ROLES[role]}甲")
    return world[YULIN]


def give(office: Office, name: str = "officer", **fields: Any) -> None:
    with office.store.begin() as uow:
        uow.users.put_credentials(Credentials(name, **{"password": PASSWORDS.hash(PASSWORD), **fields}))


def proofs(office: Office, name: str = "officer") -> Credentials:
    with office.store.begin() as uow:
        return uow.users.credentials(name)


def leaves(office: Office, kind: str) -> list[str]:
    return [json.dumps(facts, ensure_ascii=False, separators=(",", ":")) for _, facts in office.noted(kind)]


def new(password: str, old: str = "") -> dict[str, str]:
    return {"confirm": old, "new": password, "again": password}


def test_a_changed_password_keeps_this_browser_signed_in_and_no_other(office: Office):
    give(office)
    here, there = office.browser(), office.browser()

    assert here.post("/account/password", data=new(OTHER, PASSWORD), follow_redirects=False).status_code == 303
    assert (here.get("/account").status_code, there.get("/account").status_code) == (200, 401)
    assert PASSWORDS.fits(OTHER, proofs(office).password)
    assert PASSWORD not in "".join(leaves(office, "password"))


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (new(OTHER, "wrong"), "不正确"),
        ({**new(OTHER, PASSWORD), "again": "other"}, "不一致"),
        (new("short", PASSWORD), "至少 12 个字符"),
        (new("My-officer-2026", PASSWORD), "用户名"),
        (new(PASSWORD, PASSWORD), "最近用过"),
        (new("Former-one-2025", PASSWORD), "最近用过"),
        ({}, "至少 12 个字符"),
    ],
)
def test_a_password_that_cannot_be_is_told_why_and_nothing_changes(office: Office, form: dict[str, str], said: str):
    give(office, former=PASSWORDS.hash("Former-one-2025"))
    before = proofs(office)
    answer = office.browser().post("/account/password", data=form)

    assert answer.status_code in (403, 422)
    assert said in answer.text
    assert proofs(office) == before


def test_a_second_factor_is_shown_as_text_and_counts_from_the_first_code_on(office: Office, world: World):
    give(office)
    browser = office.browser()
    assert "密钥" not in text_of(browser, "/account/factor")
    assert browser.post("/account/factor", data={"confirm": "wrong"}).status_code == 403
    world.clock.advance(seconds=2)
    shown = browser.post("/account/factor", data={"confirm": PASSWORD}).text
    secret = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", shown)
    assert secret is not None
    assert "otpauth://totp/" in shown

    assert browser.post("/account/factor/code", data={"code": "000000"}).status_code == 422
    code = code_at(secret[0].replace(" ", ""), step_of(world.clock()))
    assert browser.post("/account/factor/code", data={"code": code}, follow_redirects=False).status_code == 303
    assert "已启用" in text_of(browser, "/account")
    assert proofs(office).pending is None


def test_other_sign_ins_are_listed_and_ended(office: Office):
    here, there = office.browser(), office.browser()
    assert "退出其他登录" in text_of(here, "/account")

    assert here.post("/account/sessions").status_code == 200
    assert (here.get("/account").status_code, there.get("/account").status_code) == (200, 401)
    assert "没有其他登录" in text_of(here, "/account")


def test_an_account_takes_two_administrators_to_be_of_use(office: Office):
    maker, granter = office.browser("sysadmin"), office.browser("secadmin")
    made = maker.post("/users/new", data={"name": "zhao", "title": "赵某"}, follow_redirects=False)
    assert made.headers["location"] == "/users/zhao?done=new"
    link = re.search(r"/sign-in/[0-9a-f]{64}", maker.post("/users/zhao/link").text)
    assert link is not None
    person = TestClient(office.app, base_url="http://127.0.0.1:8701", headers={"Origin": "http://127.0.0.1:8701"})
    assert person.post(link[0], follow_redirects=False).status_code == 303
    assert person.get("/matters").status_code == 403

    assert maker.post("/users/zhao/role", data={"role": "officer"}).status_code == 403
    assert granter.post("/users/zhao/role", data={"role": "officer"}, follow_redirects=False).status_code == 303
    assert person.get("/account").status_code == 401


@pytest.mark.parametrize("act", ["active", "role", "unlock", "sessions", "reset", "link"])
def test_no_administrator_changes_himself_or_another_administrators_role(office: Office, act: str):
    form = {"role": "officer", "active": "0"}
    for by, target in (("sysadmin", "sysadmin"), ("secadmin", "secadmin"), ("auditor", "officer")):
        assert office.browser(by).post(f"/users/{target}/{act}", data=form).status_code == 403
    with office.store.begin() as uow:
        assert {one.role for one in uow.users.all()} == {"officer", "sysadmin", "secadmin", "auditor"}


def test_what_hurts_asks_the_administrator_to_prove_himself_again(office: Office):
    give(office, "secadmin")
    browser = office.browser("secadmin")

    for data in ({}, {"confirm": "wrong"}):
        assert browser.post("/users/officer/reset", data=data).status_code == 403
    assert proofs(office) == Credentials("officer")
    office.clock.advance(seconds=2)
    done = browser.post("/users/officer/reset", data={"confirm": PASSWORD})
    assert "/sign-in/" in done.text
    assert proofs(office).due


def test_users_are_found_by_name_role_and_state(office: Office):
    office.add_user("zhao", "newcomer", "赵某")
    office.add_user("qian", "officer", "钱某")
    browser = office.browser("secadmin")
    browser.post("/users/qian/unlock")
    with office.store.begin() as uow:
        user = uow.users.get("qian")
        assert user is not None
        uow.users.put(replace(user, active=False))

    for query, found in (("text=赵", {"zhao"}), ("state=inactive", {"qian"}), ("state=newcomer", {"zhao"})):
        page = browser.get(f"/users?{query}").text
        assert set(re.findall(r'href="/users/([a-z]+)"', page)) == found, query
    assert "没有符合条件的用户" in text_of(browser, "/users?text=nobody")


def test_a_proof_is_good_for_one_act_and_written_down(office: Office):
    give(office)
    officer = User("officer", "经办人", "officer", "")
    confirm_again(office.node, officer, PASSWORD)
    assert len(leaves(office, "confirm")) == 1

    for typed in ("", "wrong"):
        with pytest.raises(NotAllowed, match="口令"):
            confirm_again(office.node, officer, typed)
    assert len(leaves(office, "sign-in-failed")) == 1


def test_wrong_proofs_lock_the_account(office: Office):
    give(office)
    officer = User("officer", "经办人", "officer", "")
    for number in range(5):
        with pytest.raises(NotAllowed, match="不正确"):
            confirm_again(office.node, officer, "wrong")
        office.clock.advance(seconds=2**number if number < 4 else 0)
    with pytest.raises(NotAllowed, match="已锁定"):
        confirm_again(office.node, officer, PASSWORD)


def test_a_code_proves_too_and_once(office: Office):
    give(office, secret=SECRET)
    officer, code = User("officer", "经办人", "officer", ""), code_at(SECRET, step_of(office.clock()))
    confirm_again(office.node, officer, code)

    with pytest.raises(NotAllowed, match="不正确"):
        confirm_again(office.node, officer, code)


def test_without_a_password_only_people_of_the_demonstration_pass(office: Office):
    officer = User("officer", "经办人", "officer", "")
    assert not asks_again(office.node, officer)
    confirm_again(office.node, officer, "")

    real = replace(office.node, demo=False)
    assert asks_again(real, officer)
    with pytest.raises(NotAllowed):
        confirm_again(real, officer, "anything")
