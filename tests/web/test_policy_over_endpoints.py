"""Every address of the application × every role × own unit, other unit, office: the answer is the policy's."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from hub.core.ids import sha256
from hub.core.policy import ADMINISTRATORS, CASE_CONTENT, ROLES, TITLES, Permit, may
from hub.flows.ports.office_rows import Unit
from hub.flows.rows import User
from hub.web.auth import api_user, page_user
from tests.builders import BEIHAI, YULIN, ZHANJIANG, uuid
from tests.builders_office import assignment
from tests.web import lives
from tests.web.offices import TOKEN, Office, World

PUBLIC = {
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("GET", "/sign-in/code"),
    ("POST", "/sign-in/code"),
    ("POST", "/sign-in/demo"),
    ("GET", "/sign-in/{_link}"),
    ("POST", "/sign-in/{link}"),
    ("GET", "/setup"),
    ("POST", "/setup"),
    ("GET", "/api/openapi.json"),
    ("GET", "/api/v1/health/live"),
    ("GET", "/api/v1/health/ready"),
}
"""Open to a stranger: the doors, the description of the API, and whether the node is well."""
OWN = {
    ("GET", "/"),
    ("POST", "/sign-out"),
    ("GET", "/help"),
    ("GET", "/help/all"),
    ("GET", "/help/api"),
    ("GET", "/help/api/{name}"),
    ("GET", "/help/{name}"),
    ("GET", "/notices"),
    ("GET", "/notices/bell"),
    ("GET", "/watermark.svg"),
    ("GET", "/account"),
    ("GET", "/account/password"),
    ("POST", "/account/password"),
    ("GET", "/account/factor"),
    ("POST", "/account/factor"),
    ("POST", "/account/factor/code"),
    ("POST", "/account/sessions"),
    ("GET", "/api/v1/me"),
    ("GET", "/api/v1/kinds"),
    ("GET", "/api/v1/schemas/{kind}/{version}"),
}
"""Open to whoever is signed in, whatever the role: one's own account, what documents look like, and the first page,
which tells who sees no matters how the node is.
"""
VALUES = {
    "kind": "case_notice",
    "version": "1",
    "item": "1",
    "act": "urge",
    "name": "nobody",
    "code": "none",
    "rule": "assistance",
}
"""For what is no matter or document of the test: names of nothing."""

Route = tuple[str, str, Any]
Ids = dict[str, str]


def routes(office: Office) -> list[Route]:
    """(method, path, dependant) of everything the application answers to; the style sheets are no routes."""
    return [
        (method, str(route.path), getattr(route, "dependant", None))
        for route in iter_route_contexts(office.app.routes)
        for method in sorted((getattr(route, "methods", None) or set()) - {"HEAD"})
    ]


def calls(dependant: Any) -> Iterator[Any]:
    for one in dependant.dependencies if dependant is not None else ():
        yield one.call
        yield from calls(one)


def permits(dependant: Any) -> set[Permit]:
    return {call.permit for call in calls(dependant) if hasattr(call, "permit")}


def ask(client: TestClient, method: str, path: str, ids: Ids) -> Any:
    for name, value in {**VALUES, **ids}.items():
        path = path.replace(f"{{{name}}}", value)
    body = {"json": {}} if path.startswith("/api/") and method != "GET" else {}
    return client.request(method, path, follow_redirects=False, **body)


def refusal(answer: Any) -> str:
    """Which permit the answer says is missing; empty if none."""
    if answer.status_code != 403:
        return ""
    text = answer.json()["detail"] if "json" in answer.headers["content-type"] else answer.text
    return next((permit for permit in Permit if f"没有“{TITLES[permit]}”的权限" in text), "")


class People:
    """Clients of one office, by role and unit: a browser for pages, a token for the API."""

    def __init__(self, office: Office) -> None:
        self.office, self.numbers = office, count()
        self.known: dict[tuple[str, str | None], str] = {}
        self.browsers: dict[str, TestClient] = {}

    def name(self, role: str, unit: str | None = None) -> str:
        if (role, unit) not in self.known:
            name = f"u{next(self.numbers)}"
            token = sha256(f"{TOKEN}{name}".encode())
            with self.office.store.begin() as uow:
                uow.users.put(User(name, ROLES[role], role, token, level="principal_head", unit=unit))
            self.known[role, unit] = name
        return self.known[role, unit]

    def ask(self, method: str, path: str, ids: Ids, role: str, unit: str | None = None) -> Any:
        name = self.name(role, unit)
        if path.startswith("/api/"):
            return ask(self.office.client(name), method, path, ids)
        if name not in self.browsers:
            self.browsers[name] = self.office.browser(name)
        return ask(self.browsers[name], method, path, ids)


@pytest.fixture
def people(world: World) -> People:
    return People(world[ZHANJIANG])


@pytest.fixture
def ids(world: World) -> Ids:
    """A request of 湛江 to 北海 in the hands of the unit ``fz``; the unit ``wj`` has nothing."""
    matter = lives.do(world, ZHANJIANG, "assistance_request", "request", to=(BEIHAI,))
    world.exchange()
    office = world[ZHANJIANG]
    with office.store.begin() as uow:
        for code in ("fz", "wj"):
            uow.units.put(Unit(code, code, "section", None, accounts=True))
        uow.units.put_assignment(assignment(1, matter=matter, unit="fz"))
    opening = office.views.matter(matter).thread[0].row
    nothing = dict.fromkeys(("paper", "assignment", "lead", "erasure"), uuid(77))
    return {**nothing, "matter": matter, "document": opening.document, "digest": str(opening.hash)}


def test_every_address_declares_its_permit_or_stands_on_a_short_list(world: World):
    undeclared = {(method, path) for method, path, dependant in routes(world[YULIN]) if not permits(dependant)}

    assert undeclared == PUBLIC | OWN


def test_whoever_is_no_stranger_on_the_list_must_be_signed_in(world: World, ids: Ids):
    office = world[ZHANJIANG]
    stranger = office.client(None)
    stranger.headers["Origin"] = "http://127.0.0.1:8701"
    for method, path, dependant in routes(office):
        if (method, path) in PUBLIC:
            continue
        assert {api_user, page_user} & set(calls(dependant)), path
        assert ask(stranger, method, path, ids).status_code == 401, (method, path)


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_every_role_meets_exactly_the_doors_the_table_opens(people: People, ids: Ids, role: str):
    for method, path, dependant in routes(people.office):
        needed = permits(dependant)
        if not needed or path == "/sign-out":
            continue
        answer = people.ask(method, path, ids, role)
        missing = {permit for permit in needed if not may(role, permit)}
        assert answer.status_code < 500, (method, path, role)
        assert (refusal(answer) in missing) if missing else (refusal(answer) not in needed), (method, path, role)


@pytest.mark.parametrize("role", [role for role in ROLES if may(role, Permit.READ)])
def test_a_matter_of_another_unit_is_answered_like_one_that_does_not_exist(people: People, ids: Ids, role: str):
    none = {**ids, "matter": uuid(88), "document": uuid(88)}
    for method, path, dependant in routes(people.office):
        if not ({"{matter}", "{document}"} & set(path.split("/"))) or any(
            not may(role, one) for one in permits(dependant)
        ):
            continue
        hidden = people.ask(method, path, ids, role, "wj")
        absent = [people.ask(method, path, none, role, unit) for unit in ("wj", *((None,) if path in SHOWN else ()))]
        for one in absent:
            assert (hidden.status_code, one.status_code) == (404, 404), (method, path, role)
            assert _words(hidden, ids) == _words(one, none), (method, path)
        if path in SHOWN:
            assert people.ask(method, path, ids, role, "fz").status_code == 200, (path, role)
            assert people.ask(method, path, ids, role).status_code == 200, (path, role)


SHOWN = (
    "/matters/{matter}",
    "/documents/{document}",
    "/documents/{document}/envelopes/{digest}",
    "/api/v1/matters/{matter}",
    "/api/v1/documents/{document}",
    "/api/v1/documents/{document}/envelopes/{digest}",
)


def _words(answer: Any, ids: Ids) -> str:
    """What is said, but for the ids and the word that changes with every answer."""
    text = answer.json()["detail"] if "json" in answer.headers["content-type"] else answer.text.split("<main", 1)[1]
    for value in (ids["matter"], ids["document"]):
        text = text.replace(value, "…")
    return text


def test_a_look_at_what_is_out_of_sight_is_noted(people: People, ids: Ids):
    people.ask("GET", "/matters/{matter}", ids, "officer", "wj")

    with people.office.store.read() as connection:
        found = connection.exec_driver_sql("SELECT subject FROM leaves WHERE type = 'not-in-sight'").scalars().all()
    assert found == [ids["matter"]]


@pytest.mark.parametrize("path", ["/api/v1/matters", "/api/v1/documents", "/api/v1/due"])
def test_lists_of_a_unit_hold_its_own_matters_alone(people: People, ids: Ids, path: str):
    found = {unit: len(people.ask("GET", path, ids, "officer", unit).json()["items"]) for unit in (None, "fz", "wj")}
    side = people.ask("GET", f"{path}?side=theirs", ids, "officer", "wj") if path.endswith("due") else None

    assert found["wj"] == 0
    assert found["fz"] == found[None]
    assert side is None or side.json()["items"] == []


def test_administrators_see_no_title_on_any_page_of_theirs(people: People, ids: Ids):
    title = people.office.views.matter(ids["matter"]).thread[0].row.title
    for role in ADMINISTRATORS:
        for method, path, dependant in routes(people.office):
            if method == "GET" and path != "/sign-in/{_link}":
                assert title not in people.ask(method, path, ids, role).text, (path, role)
                assert (
                    not (permits(dependant) & CASE_CONTENT) or people.ask(method, path, ids, role).status_code == 403
                ), (path, role)


def test_no_form_of_another_site_reaches_any_page(people: People, ids: Ids):
    browser = people.office.browser(people.name("officer"))
    for header in ("Origin", "Sec-Fetch-Site"):
        browser.headers.pop(header)
    for method, path, _ in routes(people.office):
        if method == "GET" or path.startswith("/api/"):
            continue
        for headers in ({}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            browser.headers.update(headers)
            answer = ask(browser, method, path, ids)
            for name in headers:
                browser.headers.pop(name)
            assert (answer.status_code, "本系统" in answer.text) == (403, True), (method, path, headers)
    assert browser.get("/account").status_code == 200
