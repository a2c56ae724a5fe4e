"""Who gets in, and how long."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.builders import YULIN, uuid
from tests.web.offices import World, text_of

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
        kinds = connection.exec_driver_sql("SELECT type FROM leaves ORDER BY id").scalars().all()
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
        *("/", "/matters", "/documents", "/members", "/quarantine", "/counts", "/api-list"),
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
