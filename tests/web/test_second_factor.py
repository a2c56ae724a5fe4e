"""The second factor: who must have one, its picture, its loss; and 签发 that asks again wherever it is done."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from hub.core.policy import ADMINISTRATORS, ROLES, Permit, may, needs_factor
from hub.core.proofs import code_at, step_of
from hub.flows.ports.people import Credentials
from tests.builders import BEIHAI, YULIN
from tests.web.offices import PASSWORDS, Office, World, example, text_of
from tests.web.papers import PDF, add_person

PASSWORD = "Correct-horse-7"
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.fixture
def office(world: World) -> Office:
    """玉林, where administrators and signers must have a second factor."""
    found = world[YULIN]
    found.__dict__["node"] = replace(
        found.node, factor_for=frozenset({"administrators", "signers"}), draw_code=lambda text: f"data:,{text}"
    )
    for role in ADMINISTRATORS:
        found.add_user(role, role, f"{ROLES[role]}甲")
    return found


def give(office: Office, name: str, secret: str | None = None) -> None:
    with office.store.begin() as uow:
        uow.users.put_credentials(Credentials(name, PASSWORDS.hash(PASSWORD), secret=secret))


def leaves(office: Office, kind: str) -> list[str]:
    with office.store.read() as connection:
        found = connection.exec_driver_sql(f"SELECT subject FROM leaves WHERE type = '{kind}' ORDER BY position")
        return list(found.scalars())


def code_now(office: Office, secret: str = SECRET) -> str:
    return code_at(secret, step_of(office.clock()))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("groups", [(), ("administrators",), ("signers",), ("administrators", "signers")])
def test_who_must_bring_a_second_factor_is_a_matter_of_role_and_setting(role: str, groups: tuple[str, ...]):
    administrator, signer = role in ADMINISTRATORS, may(role, Permit.REVIEW)

    wanted = (administrator and "administrators" in groups) or (signer and "signers" in groups)
    assert needs_factor(role, groups) is wanted


@pytest.mark.parametrize("name", ["officer", *ADMINISTRATORS])
def test_who_must_have_one_is_led_to_it_and_nowhere_else_until_it_stands(office: Office, name: str):
    give(office, name)
    browser = office.browser(name)
    for path in ("/", "/matters", "/users", "/audit", "/notices", "/notices/bell"):
        answer = browser.get(path, follow_redirects=False)
        assert (answer.status_code, answer.headers.get("location")) == (303, "/account/factor"), path
    assert browser.post("/papers", data={}, follow_redirects=False).status_code == 303
    page = text_of(browser, "/account/factor")
    assert "须启用第二因子" in page
    assert "工作台" not in page

    shown = browser.post("/account/factor", data={"confirm": PASSWORD}).text
    found = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", shown)
    assert found is not None
    secret = found[0].replace(" ", "")
    done = browser.post("/account/factor/code", data={"code": code_now(office, secret)}, follow_redirects=False)
    assert done.headers["location"] == "/account?done=factor"
    assert browser.get("/").status_code == 200


def test_a_clerk_who_signs_nothing_off_is_not_asked_for_one(office: Office):
    office.add_user("clerk", "clerk")

    assert office.browser("clerk").get("/matters").status_code == 200


def test_the_key_is_shown_as_a_picture_that_an_authenticator_reads(office: Office):
    browser = office.browser()
    shown = browser.post("/account/factor").text

    picture = re.search(r'<img class="factor-code" src="data:,([^"]+)" alt="[^"]+"', shown)
    assert picture is not None
    address = unquote(picture[1].replace("&amp;", "&"))
    secret = re.search(r"secret=([A-Z2-7]{32})", address)
    assert address.startswith("otpauth://totp/")
    assert secret is not None
    assert " ".join(re.findall("....", secret[1])) in shown


def test_a_lost_telephone_is_answered_by_the_security_administrator_and_the_password_stays(office: Office):
    give(office, "officer", SECRET)
    give(office, "secadmin", SECRET)
    person, security = office.browser("sysadmin"), office.browser("officer")
    for browser in (person, security):
        assert browser.post("/users/officer/factor", data={}, follow_redirects=False).status_code in (303, 403, 401)
    with office.store.begin() as uow:
        assert uow.users.credentials("officer").secret == SECRET

    keeper = signed_in(office, "secadmin")
    office.clock.advance(seconds=30)
    refused = keeper.post("/users/officer/factor", data={"confirm": "wrong"})
    assert refused.status_code == 403
    office.clock.advance(seconds=30)
    done = keeper.post("/users/officer/factor", data={"confirm": PASSWORD}, follow_redirects=False)
    assert done.headers["location"] == "/users/officer?done=factor"
    with office.store.begin() as uow:
        left = uow.users.credentials("officer")
    assert (left.secret, left.pending) == (None, None)
    assert PASSWORDS.fits(PASSWORD, left.password)
    assert leaves(office, "factor-dropped") == ["officer"]
    assert keeper.post("/users/sysadmin/factor", data={"confirm": PASSWORD}).status_code == 403


def signed_in(office: Office, name: str) -> TestClient:
    """By password and code, as every day."""
    base = "http://127.0.0.1:8701"
    browser = TestClient(office.app, base_url=base, headers={"Origin": base})
    assert browser.post("/sign-in", data={"name": name, "password": PASSWORD}).status_code == 200
    assert browser.post("/sign-in/code", data={"code": code_now(office)}).status_code == 200
    return browser


def handed_in(office: Office) -> str:
    """A paper that waits for review."""
    wanted = {"kind": "assistance_request", "to": [BEIHAI], "body": example("assistance_request")}
    author = office.client()
    paper = author.post("/api/v1/papers", json=wanted, headers={"Idempotency-Key": "paper"}).json()["id"]
    assert author.post(f"/api/v1/papers/{paper}/submit", json={}).status_code == 200
    return str(paper)


def issue(office: Office, paper: str, key: str, **more: Any) -> Any:
    client = office.client("head")
    return client.post(f"/api/v1/papers/{paper}/issue", json=more, headers={"Idempotency-Key": key})


def test_a_program_that_signs_off_for_a_person_brings_the_persons_proof_each_time(office: Office):
    add_person(office, "head", "unit_head")
    give(office, "head", SECRET)
    paper = handed_in(office)
    office.client("head").post(f"/api/v1/papers/{paper}/approve", json={})

    for confirm in (None, "", "wrong"):
        answer = issue(office, paper, "a", confirm=confirm)
        assert (answer.status_code, answer.json()["field"]) == (403, "confirm"), answer.text
    office.clock.advance(seconds=30)
    code = code_now(office)
    first = issue(office, paper, "a", confirm=code)
    assert first.status_code == 200, first.text
    again = issue(office, paper, "a", confirm=code)
    assert again.json() == first.json()
    assert len(leaves(office, "confirm")) == 1


def test_a_sheet_signed_on_paper_needs_no_second_proof(office: Office):
    add_person(office, "head", "unit_head")
    give(office, "head", SECRET)
    paper = handed_in(office)
    scan = {"name": "签批单.pdf", "media_type": "application/pdf", "content": b64encode(PDF).decode()}

    answer = issue(office, paper, "a", sheet={"scan": scan, "signer": "王某某", "signed_on": "2026-04-13"})
    assert answer.status_code == 200, answer.text


def test_what_a_person_sends_at_once_by_the_api_is_signed_off_with_the_proof_too(office: Office):
    give(office, "officer")
    wanted = {"kind": "assistance_request", "to": [BEIHAI], "body": example("assistance_request")}
    send = {"headers": {"Idempotency-Key": "k"}}
    client = office.client()

    missing = client.post("/api/v1/documents", json=wanted, **send)
    assert (missing.status_code, missing.json()["field"]) == (403, "confirm")
    done = client.post("/api/v1/documents", json={**wanted, "confirm": PASSWORD}, **send)
    assert done.status_code == 201, done.text
    again = client.post("/api/v1/documents", json=wanted, **send)
    assert (again.status_code, again.json()) == (200, done.json())


def test_a_document_system_that_signed_off_itself_is_not_asked(office: Office):
    office.add_user("oa", "program", level="oa")
    give(office, "oa")
    body = {**example("assistance_request"), "signer": "王某某", "doc_no": "玉市监协〔2026〕77号"}
    answer = office.client("oa").post(
        "/api/v1/documents",
        json={"kind": "assistance_request", "to": [BEIHAI], "body": body},
        headers={"Idempotency-Key": "k"},
    )

    assert answer.status_code == 201, answer.text
