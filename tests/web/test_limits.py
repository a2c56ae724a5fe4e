"""What never gets as far as the application (RELIABILITY B63, B64)."""

from __future__ import annotations

import json
import re

import pytest

from hub.web.limits import SECURITY
from tests.builders import BEIHAI, YULIN
from tests.web.offices import World

URL = "/api/v1/documents"
JSON = {"Content-Type": "application/json", "Idempotency-Key": "k1"}


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b'{"kind":"answer","kind":"answer","body":{}}', 400, "malformed"),
        (b'{"kind":"answer","\\u006bind":"x","body":{}}', 400, "malformed"),
        (b'{"kind":NaN,"body":{}}', 400, "malformed"),
        (b'{"kind":1.5,"body":{}}', 400, "malformed"),
        (b'{"kind":9007199254740993,"body":{}}', 400, "malformed"),
        (b'{"kind":"\\ud800","body":{}}', 400, "malformed"),
        (b'{"kind":"a\\u0000b","body":{}}', 400, "malformed"),
        (b'{"body":' + b"[" * 40 + b"]" * 40 + b"}", 400, "malformed"),
        (b'\xef\xbb\xbf{"kind":"answer","body":{}}', 400, "malformed"),
        (b"\xff\xfe", 400, "malformed"),
        (b"[" * 200_000, 400, "malformed"),
        (b"{} {}", 400, "malformed"),
        (b"null", 422, "invalid-input"),
        (b"", 422, "invalid-input"),
        (b'"' + b"a" * (2 * 1024 * 1024) + b'"', 413, "too-large"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_body_two_readers_could_understand_differently_is_refused_with_the_reason(
    world: World, content: bytes, status: int, code: str
):
    answer = world[YULIN].client().post(URL, content=content, headers=JSON)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert answer.json()["advice"]


def test_a_body_that_grows_while_it_arrives_is_cut_off_whatever_it_claimed(world: World):
    def endless():
        for _ in range(80):
            yield b" " * 65_536

    answer = world[YULIN].client().post(URL, content=endless(), headers=JSON)

    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_what_is_not_declared_json_is_refused(world: World, media_type: str):
    headers = {"Idempotency-Key": "k1", "Content-Type": media_type}

    answer = world[YULIN].client().post(URL, content=b'{"kind":"answer","body":{}}', headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (415, "media-type")


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        (URL, {"X-Long": "a" * 20_000}, 431),
        (URL, {f"X-{number}": "a" for number in range(120)}, 431),
        (f"{URL}?text={'a' * 9000}", {}, 414),
        (f"{URL}?text=a%00b", {}, 400),
        ("/api/v1/%00", {}, 400),
        ("/api/v1/nothing", {}, 404),
        (f"{URL}/", {}, 404),
    ],
)
def test_an_unreasonable_head_is_refused(world: World, path: str, headers: dict[str, str], status: int):
    answer = world[YULIN].client().get(path, headers=headers)

    assert answer.status_code == status
    assert answer.json()["type"].startswith("urn:antipyramid:problem:")


def test_a_method_that_does_not_exist_is_a_problem_that_names_those_that_do(world: World):
    answer = world[YULIN].client().delete(URL)

    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
    assert "POST" in answer.headers["allow"]


@pytest.mark.parametrize("path", ["/", "/sign-in/x", "/nothing", URL, "/api/v1/health/live", "/static/hub.css"])
def test_every_answer_carries_the_headers_that_keep_a_browser_safe(world: World, path: str):
    answer = world[YULIN].client().get(path)

    assert {name: answer.headers[name] for name in SECURITY} == SECURITY
    assert answer.headers["cache-control"] == "no-store"


def test_a_script_runs_only_with_the_word_of_this_one_answer(world: World):
    browser = world[YULIN].browser()
    pages = [browser.get("/") for _ in range(2)]

    words = [
        re.search(r"script-src 'nonce-([0-9a-f]{32})';", page.headers["content-security-policy"])[1] for page in pages
    ]
    assert words[0] != words[1]
    for page, word in zip(pages, words, strict=True):
        scripts = re.findall(r"<script\b[^>]*>", page.text)
        assert scripts
        assert all(f'nonce="{word}"' in script for script in scripts)
        assert not re.search(r"<[^>]+ (style|on[a-z]+)=", page.text)


def test_a_file_asked_for_by_its_digest_is_kept_by_the_browser(world: World):
    address = re.search(r'href="(/static/hub.css\?v=[0-9a-f]{12})"', world[YULIN].browser().get("/").text)[1]

    assert "immutable" in world[YULIN].client().get(address).headers["cache-control"]


def test_no_page_and_no_style_sheet_reaches_outside_or_carries_style_and_script_of_its_own(world: World):
    browser = world[BEIHAI].browser()
    paths = ("/", "/matters", "/documents", "/members", "/statistics", "/static/hub.css")
    texts = [browser.get(path).text for path in paths]

    for text in texts:
        assert not any(word in text for word in ("<style", "style=", "onclick", "https://", "@import"))
        assert all(" src=" in tag or "application/json" in tag for tag in re.findall(r"<script\b[^>]*>", text))


def test_problem_documents_are_json_that_names_its_own_status(world: World):
    body = json.loads(world[YULIN].client(None).get("/api/v1/me").content)

    assert body["status"] == 401
