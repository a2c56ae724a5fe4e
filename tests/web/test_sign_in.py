"""Who gets in, and how long (RELIABILITY B65)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from hub.core.ids import sha256
from hub.core.policy import ADMINISTRATORS
from hub.core.proofs import code_at, step_of
from hub.flows import accounts
from hub.flows.accounts import By, Entry
from hub.flows.ports.people import Credentials
from tests.builders import YULIN, uuid
from tests.web.offices import PASSWORDS, Office, World, text_of

HERE, SECRET = "127.0.0.1", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
FORM = "application/x-www-form-urlencoded"


def test_opening_the_link_burns_nothing_and_pressing_the_button_signs_in_once(world: World):
    office = world[YULIN]
    link = f"/sign-in/{office.add_link()}"
    first, second = (TestClient(office.app, base_url="http://127.0.0.1") for _ in range(2))
    own = {"Origin": "http://127.0.0.1"}

    assert [first.get(link).status_code, second.get(link).status_code] == [200, 200]
    assert first.post(link, headers=own, follow_redirects=False).headers["location"] == "/"
    assert second.post(link, headers=own).status_code == 401
    assert "玉林市市场监督管理局" in text_of(first, "/")
    assert "怎么办" in text_of(second, "/", 401)


def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_other_sites(world: World):
    office = world[YULIN]
    for base, secure in (("http://127.0.0.1:8701", False), ("https://hub.example.cn", True)):
        client = TestClient(office.app, base_url=base)
        answer = client.post(f"/sign-in/{office.add_link()}", headers={"Origin": base}, follow_redirects=False)
        cookie = answer.headers["set-cookie"]
        assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
        assert ("Secure" in cookie, "__Host-" in cookie) == (secure, secure)
        assert f"hub-{YULIN}" in cookie


def test_a_link_that_is_too_old_or_a_session_that_is_over_lets_nobody_in(world: World):
    office = world[YULIN]
    old, browser = office.add_link(hours=1), office.browser()
    world.clock.advance(hours=9)

    assert browser.post(f"/sign-in/{old}").status_code == 401
    assert browser.get("/").status_code == 401


def test_signing_out_ends_the_session_on_the_server(world: World):
    browser = world[YULIN].browser()
    cookies = dict(browser.cookies)

    assert browser.post("/sign-out").status_code == 200
    browser.cookies.update(cookies)

    assert browser.get("/").status_code == 401


def test_signing_in_and_out_are_leaves_of_the_audit_log(world: World):
    world[YULIN].browser().post("/sign-out")

    with world[YULIN].store.read() as connection:
        kinds = connection.exec_driver_sql("SELECT type FROM leaves ORDER BY position").scalars().all()
    assert kinds == ["sign-in", "sign-out"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:8701"},
        {},
    ],
)
def test_a_form_that_another_site_sends_is_refused(world: World, headers: dict[str, str]):
    browser = world[YULIN].browser()
    browser.headers.pop("Origin")
    browser.headers.pop("Sec-Fetch-Site")

    assert browser.post("/sign-out", headers=headers).status_code == 403
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/matters", "/documents", "/members", "/quarantine", "/statistics", "/help/api"),
        f"/matters/{uuid(1)}",
        f"/documents/{uuid(1)}",
    ],
)
def test_no_page_is_shown_to_a_stranger(world: World, path: str):
    assert world[YULIN].client().get(path).status_code == 401


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"a=1&a=2", FORM),
        (b"a=%ff", FORM),
        (b"\xff", FORM),
        (b"a=%00", FORM),
        (b"&".join(b"a%d=1" % n for n in range(200)), FORM),
        (b"--x", "multipart/form-data; boundary=x"),
    ],
)
def test_a_form_no_page_of_ours_could_send_is_refused(world: World, content: bytes, media_type: str):
    answer = world[YULIN].browser().post("/sign-out", content=content, headers={"Content-Type": media_type})

    assert answer.status_code == 422
    assert "表单" in answer.text


PASSWORD = "Correct-horse-7"


def with_password(office: Office, name: str = "officer", secret: str | None = None) -> None:
    with office.store.begin() as uow:
        uow.users.put_credentials(Credentials(name, PASSWORDS.hash(PASSWORD), secret=secret))


def stranger(office: Office) -> TestClient:
    return TestClient(
        office.app, base_url="http://127.0.0.1:8701", headers={"Origin": "http://127.0.0.1:8701"}, client=(HERE, 5000)
    )


def typed(password: str = PASSWORD, name: str = "officer") -> dict[str, str]:
    return {"name": name, "password": password}


def test_a_password_lets_in_and_a_wrong_one_says_nothing_of_which_part_was_wrong(world: World):
    office = world[YULIN]
    with_password(office)
    browser = stranger(office)

    wrong = [browser.post("/sign-in", data=typed("wrong", name)) for name in ("officer", "nobody")]
    assert [one.status_code for one in wrong] == [401, 401]
    assert len({re.sub('value="[a-z]*"|[0-9a-f]{32}', "", one.text) for one in wrong}) == 1
    world.clock.advance(seconds=2)
    assert browser.post("/sign-in", data=typed(), follow_redirects=False).headers["location"] == "/"
    assert browser.get("/").status_code == 200


def test_five_wrong_passwords_lock_the_account_and_the_page_says_for_how_long(world: World):
    office = world[YULIN]
    with_password(office)
    browser = stranger(office)
    for number in range(5):
        assert browser.post("/sign-in", data=typed("wrong")).status_code == 401
        world.clock.advance(seconds=2**number if number < 4 else 0)

    answer = browser.post("/sign-in", data=typed())
    assert (answer.status_code, "还须等待 15 分钟" in answer.text) == (403, True)
    world.clock.advance(minutes=15)
    assert browser.post("/sign-in", data=typed()).status_code == 200


def test_with_a_second_factor_nothing_opens_before_the_code(world: World):
    office = world[YULIN]
    with_password(office, secret=SECRET)
    browser = stranger(office)

    assert browser.post("/sign-in", data=typed(), follow_redirects=False).headers["location"] == "/sign-in/code"
    assert browser.get("/").status_code == 401
    assert browser.post("/sign-in/code", data={"code": "000000"}).status_code == 401
    world.clock.advance(seconds=2)
    code = code_at(SECRET, step_of(world.clock()))
    assert browser.post("/sign-in/code", data={"code": f"{code[:3]} {code[3:]}"}).status_code == 200
    assert browser.get("/").status_code == 200


def test_a_session_ends_when_nobody_uses_it_and_at_the_latest_after_eight_hours(world: World):
    idle, busy = world[YULIN].browser(), world[YULIN].browser()
    for _ in range(16):
        world.clock.advance(minutes=29, seconds=59)
        assert busy.get("/account").status_code == 200
    assert idle.get("/account").status_code == 401
    world.clock.advance(minutes=1)
    assert busy.get("/account").status_code == 401


@pytest.mark.parametrize("change", ["disable", "role", "password", "reset"])
def test_a_session_is_over_with_the_next_request_after(world: World, change: str):
    office = world[YULIN]
    browser, by = office.browser(), By(None, "cli:root", world.clock(), office.salts)
    assert browser.get("/account").status_code == 200
    with office.store.begin() as uow:
        user = uow.users.get("officer")
        assert user is not None
        match change:
            case "disable":
                accounts.set_active(uow, "officer", by, active=False)
            case "role":
                accounts.keep(uow, Entry("officer", "经办人", "clerk", user.level, token=user.token_hash), by)
            case "password":
                accounts.change_password(uow, user, "$hash", by)
            case _:
                accounts.reset(uow, "officer", "0" * 64, by)

    assert browser.get("/account").status_code == 401


def test_outside_the_demonstration_a_first_link_leads_to_the_password_and_nowhere_else(world: World):
    office = world[YULIN]
    office.__dict__["node"] = replace(office.node, demo=False)
    browser = office.browser()

    for path in ("/", "/matters", "/users"):
        assert browser.get(path, follow_redirects=False).headers["location"] == "/account/password"
    short = browser.post("/account/password", data={"new": "short", "again": "short"})
    assert (short.status_code, "至少 12 个字符" in short.text) == (422, True)
    new = {"new": PASSWORD, "again": PASSWORD}
    assert browser.post("/account/password", data=new, follow_redirects=False).status_code == 303
    assert browser.get("/").status_code == 200


def test_setting_up_needs_an_empty_node_the_machine_itself_and_the_code(world: World):
    office = world[YULIN]
    assert stranger(office).get("/setup").status_code == 404
    with office.store.begin() as uow:
        uow.users.add_setup_code(sha256(b"the-code"), world.clock() + timedelta(hours=1))
        uow.users._work.connection.exec_driver_sql("DELETE FROM users")
    browser = stranger(office)
    elsewhere = TestClient(office.app, base_url="http://127.0.0.1:8701", client=("10.9.9.9", 5000))
    form = {f"{role}_{field}": f"{role}-{field}" for role in ADMINISTRATORS for field in ("name", "title")}

    assert elsewhere.get("/setup").status_code == 404
    assert browser.get("/setup").status_code == 200
    assert browser.post("/setup", data={**form, "code": "guess"}).status_code == 403
    done = browser.post("/setup", data={**form, "code": "the-code"})
    assert done.status_code == 200
    links = re.findall(r"/sign-in/[0-9a-f]{64}", done.text)
    assert len(set(links)) == 3
    assert browser.get("/setup").status_code == 404
    assert browser.post(links[0], follow_redirects=False).status_code == 303
