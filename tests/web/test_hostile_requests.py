"""Requests no browser of ours would send, byte by byte to a real server (RELIABILITY B63-B65 and the advisories)."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from hub.cli.patience import PatientProtocol
from hub.core.proofs import code_at, step_of
from hub.flows.ports.people import Credentials
from hub.flows.signing_in import FREE
from hub.web.deps import Limits
from tests.builders import YULIN, uuid
from tests.web.browser import serving
from tests.web.offices import PASSWORDS, TOKEN, Office, world_at
from tests.web.papers import saved
from tests.web.test_policy_over_endpoints import routes

API = "/api/v1/documents"
TELL = f"Host: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}officer\r\n".encode()
JSON = b"Content-Type: application/json\r\nIdempotency-Key: k\r\n"
POST = b"POST /api/v1/documents HTTP/1.1\r\n" + TELL + JSON
PASSWORD, SECRET = "Correct-horse-7", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
GIVEN_UP = 0
"""Stands for: the connection was closed without a word."""


class Impatient(PatientProtocol):
    """Long enough for whoever tells his head at once, be the machine busy; short enough for those who never do."""

    patience = 2.0


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with world_at(tmp_path, (YULIN,)) as world:
        yield world[YULIN]


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A real server of an office that nothing here changes."""
    with world_at(tmp_path_factory.mktemp("hostile"), (YULIN,)) as world:
        office = world[YULIN]
        office.__dict__["node"] = replace(office.node, limits=Limits(body_seconds=0.5))
        with serving(office.app, http=Impatient) as found:
            yield found


def said(port: int, *pieces: bytes) -> tuple[int, bytes]:
    """Status and whole answer to these bytes; a server that closed meanwhile has answered already."""
    with socket.create_connection(("127.0.0.1", port), 30) as line:
        answer = b""
        try:
            for piece in pieces:
                line.sendall(piece)
        except OSError:
            pass
        try:
            while more := line.recv(65_536):
                answer += more
                if b"HTTP/1.1 100" not in answer and _whole(answer):
                    break
        except OSError:
            pass
    found = re.match(rb"HTTP/1\.1 (\d{3})", answer)
    return (int(found[1]) if found else GIVEN_UP), answer


def _whole(answer: bytes) -> bool:
    head, mark, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return bool(mark) and length is not None and len(body) >= int(length[1])


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (POST + b"Content-Length: -1\r\n\r\n{}", {400}),
        (POST + b"Content-Length: 2, 3\r\n\r\n{}", {400}),
        (POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", {400}),
        (POST + b"Content-Length: 1e3\r\n\r\n{}", {400}),
        (POST + b"Content-Length: 2147483648\r\n\r\n", {413}),
        (POST + b"Content-Length: 99999999999999999999\r\n\r\n", {400, 413}),
        (POST + b"Content-Length: 100\r\n\r\n{}", {408}),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", {408}),
        (POST + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", {400}),
        (POST + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n", {400, 415, 422}),
        (POST + b"".join(b"X-%d: a\r\n" % number for number in range(1000)) + b"\r\n", {400, 431}),
        (POST + b"X: " + b"a" * 70_000 + b"\r\n\r\n", {400, 431}),
        (b"GET /sign-in HTTP/1.1\r\n\r\n", {400}),
        (b"GET /sign-in HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", {400}),
        (b"GET /sign-in HTTP/9.9\r\nHost: a\r\n\r\n", {400, 505}),
        (b"\x16\x03\x01\x02\x00\x01\x00", {400, GIVEN_UP}),
        (b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: b", {GIVEN_UP}),
        (b"", {GIVEN_UP}),
    ],
    ids=lambda value: str(value)[-60:],
)
def test_b63_a_head_or_length_that_lies_or_dawdles_is_given_up_within_its_limits(
    port: int, request_: bytes, expected: set[int]
):
    status, answer = said(port, request_)

    assert status in expected, answer
    assert said(port, b"GET /api/v1/health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")[0] == 200


def test_b63_a_second_request_that_trickles_in_on_a_kept_connection_is_given_up_too(port: int):
    whole = b"GET /api/v1/health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), 30) as line:
        line.sendall(whole)
        assert line.recv(65_536).startswith(b"HTTP/1.1 200")
        line.sendall(b"GET /api/v1/health")
        rest = b""
        while more := line.recv(65_536):
            rest += more
    assert b"HTTP/1.1 200" not in rest


@pytest.mark.parametrize("ranges", ["0-0," * 3000 + "1-1", "0-", "-1", "0-0,-1", "9-1", "a-b", "0-" * 2000])
def test_b63_many_ranges_of_one_file_cost_no_more_than_the_file(port: int, ranges: str):
    """CVE-2025-62727: parsing and merging ranges of a static file took time that grew with their square."""
    status, answer = said(
        port, f"GET /static/hub.css HTTP/1.1\r\nHost: 127.0.0.1\r\nRange: bytes={ranges}\r\n\r\n".encode()
    )

    assert status in (200, 206, 400, 416, 431)
    assert len(answer) < 200_000


@pytest.mark.parametrize(
    "fields",
    [
        b"&".join(b"f%d=1" % number for number in range(10_000)),
        b"&" * 60_000,
        b"a=" + b"%41" * 20_000,
        b"a=1;b=2",
    ],
    ids=["ten-thousand-fields", "separators", "escapes", "semicolon"],
)
def test_b63_a_form_is_counted_before_it_is_read(office: Office, fields: bytes):
    """CVE-2026-54283: limits of form() did not hold for this media type; a semicolon parts no fields."""
    answer = office.browser().post(
        "/account/password", content=fields, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )

    assert answer.status_code in (413, 422)


@pytest.mark.parametrize(
    "media_type",
    [
        'application/x-www-form-urlencoded; !="' + "\\" * 12_000,
        'multipart/form-data; boundary="' + "\\" * 12_000,
        "multipart/form-data; boundary*=utf-8''b",
        "multipart/form-data; boundary=a; boundary=b",
        "multipart/form-data; boundary=\x7f",
    ],
    ids=lambda value: value[:40],
)
def test_b63_a_media_type_made_to_keep_the_reader_busy_is_answered_at_once(office: Office, media_type: str):
    """CVE-2024-24762: a regular expression over this header took exponential time."""
    browser = office.browser()
    paper = saved(browser)

    answer = browser.post(f"/papers/{paper}/files", content=b"--b--\r\n", headers={"Content-Type": media_type})
    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize(
    "path",
    [
        *("//evil.example", "//evil.example/%2e%2e", "/\\evil.example", "/%5cevil.example", "http://evil.example/"),
        *("/static/../limits.py", "/static/%2e%2e/%2e%2e/limits.py", "/static/..%2f..%2flimits.py", "/static/%00"),
        *("/static/..%5c..%5climits.py", "/static//etc/passwd", "/static/%2fetc/passwd", "/static/js/", "/static"),
        *("/sign-in/%00", "/matters/%2e%2e", "/papers/%2e%2e%2f%2e%2e", "/api/v1/%2e%2e/%2e%2e/sign-in", "/%ff"),
    ],
)
def test_b64_a_path_that_means_another_place_leads_nowhere(port: int, path: str):
    status, answer = said(port, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode("ascii"))

    assert status in (400, 401, 404, 405), answer
    assert b"location:" not in answer.lower()
    assert b"root:" not in answer
    assert b"import" not in answer


def tables(office: Office) -> dict[str, list[Any]]:
    """Everything the node keeps, but the audit log, and how long a sign-in still lasts."""
    with office.store.read() as connection:
        found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        return {
            name: list(connection.exec_driver_sql(f'SELECT * FROM "{name}"').all())
            for name in found
            if name not in ("leaves", "log_sizes", "sessions") and not name.startswith("sqlite_")
        }


@pytest.mark.slow
def test_b64_no_get_changes_anything_whatever_it_claims_to_be(office: Office):
    browser, program = office.browser(), office.client()
    paper = saved(browser)
    before = tables(office)
    claims = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "DELETE", "X-HTTP-Method": "PUT"}
    values = {"paper": paper, "matter": uuid(1), "document": uuid(1), "name": "officer", "kind": "case_notice"}
    for method, path, _ in routes(office):
        if method != "GET":
            continue
        address = re.sub(r"{(\w+)}", lambda found: values.get(found[1], "1"), path)
        client = program if path.startswith("/api/") else browser
        client.get(f"{address}?_method=POST&_do=submit", headers=claims)
    assert tables(office) == before


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "FOO"])
def test_b64_a_method_nobody_offers_is_refused(office: Office, method: str):
    browser = office.browser()
    for path in ("/sign-in/code", "/account", "/matters", "/api/v1/me", "/static/hub.css", "/api/v1/health/live"):
        assert browser.request(method, path).status_code in (400, 403, 404, 405), path


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "text/plain"}, {"Content-Type": "application/json; "}])
def test_b64_json_counts_only_where_it_is_declared(port: int, headers: dict[str, str]):
    """FastAPI takes a body without Content-Type for JSON; a form of another site can send one without asking."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()
    status, answer = said(
        port,
        b"POST /api/v1/documents HTTP/1.1\r\n" + TELL + b"Idempotency-Key: k\r\n" + lines,
        b"Content-Length: 2\r\n\r\n{}",
    )

    assert status == (422 if "json" in str(headers) else 415), answer


def stranger(office: Office) -> TestClient:
    base = "http://127.0.0.1:8701"
    return TestClient(office.app, base_url=base, headers={"Origin": base}, client=("10.1.2.3", 5000))


def test_b65_one_password_tried_on_everybody_is_throttled_by_where_it_comes_from(office: Office):
    browser = stranger(office)
    answers = [
        browser.post("/sign-in", data={"name": f"user-{number}", "password": PASSWORD}).status_code
        for number in range(FREE + 30)
    ]

    assert answers[:FREE] == [401] * FREE
    assert answers.count(401) <= FREE + 1
    assert set(answers[FREE + 1 :]) == {403}
    told = "".join(str(one) for one in tables(office)["tries"])
    assert PASSWORD not in told


def test_b65_a_password_of_a_megabyte_is_not_hashed(office: Office):
    answer = stranger(office).post("/sign-in", data={"name": "officer", "password": "x" * 1_000_000})

    assert answer.status_code == 413
    assert tables(office)["tries"] == []


@pytest.mark.parametrize("steps", [-2, 2])
def test_b65_a_code_of_two_steps_ago_or_ahead_opens_nothing_and_none_opens_twice(office: Office, steps: int):
    with office.store.begin() as uow:
        uow.users.put_credentials(Credentials("officer", PASSWORDS.hash(PASSWORD), secret=SECRET))
    browser = stranger(office)
    password = {"name": "officer", "password": PASSWORD}
    now = step_of(office.clock())

    assert browser.post("/sign-in", data=password).status_code == 200
    assert browser.post("/sign-in/code", data={"code": code_at(SECRET, now + steps)}).status_code == 401
    office.clock.advance(seconds=2)
    right = {"code": code_at(SECRET, now)}
    assert browser.post("/sign-in/code", data=right).status_code == 200
    other = stranger(office)
    other.post("/sign-in", data=password)
    assert other.post("/sign-in/code", data=right).status_code == 401


def test_a23_a_session_chosen_by_somebody_else_is_never_the_one_that_is_signed_in(office: Office):
    """Session fixation: a cookie planted before the sign-in stays nobody's."""
    browser, planted = stranger(office), "a" * 64
    browser.cookies.set(f"hub-{YULIN}", planted, domain="127.0.0.1")
    with office.store.begin() as uow:
        uow.users.put_credentials(Credentials("officer", PASSWORDS.hash(PASSWORD)))
    answer = browser.post("/sign-in", data={"name": "officer", "password": PASSWORD}, follow_redirects=False)

    assert planted not in answer.headers["set-cookie"]
    thief = stranger(office)
    thief.cookies.set(f"hub-{YULIN}", planted, domain="127.0.0.1")
    assert thief.get("/account").status_code == 401
