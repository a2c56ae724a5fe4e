"""Working papers through the pages, as a browser without script would send them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from typing import Any

from starlette.testclient import TestClient

from hub.core.ids import sha256
from hub.flows.ports.office_rows import Paper
from hub.flows.rows import User
from hub.web import papering
from tests.builders import BEIHAI
from tests.web.offices import TOKEN, Office

REQUEST: Mapping[str, str] = {
    "_kind": "assistance_request",
    "_to": BEIHAI,
    "title": "关于协助调查某某公司涉嫌传销的函",
    "classification": "internal",
    "case_name": "某某公司涉嫌组织传销案",
    "facts": "经查，该公司以拉人头方式发展人员。",
    "basis": "《市场监督管理行政处罚程序规定》第四十五条",
    "items.0.no": "1",
    "items.0.target_type": "company",
    "items.0.target": "某某公司北海分公司",
    "items.0.matter": "调取登记档案",
    "items.0.evidence_form": "加盖公章的复印件",
    "items.0.purpose": "查明股东关系",
}
PDF = b"%PDF-1.7 \xe6\xbc\x94\xe7\xa4\xba"


def add_person(office: Office, name: str, level: str, role: str = "officer", unit: str | None = None) -> None:
    """A person of this office; ``level`` says what may be signed off."""
    with office.store.begin() as uow:
        user = User(name, name, role, sha256(f"{TOKEN}{name}".encode()), level=level)
        uow.users.put(replace(user, unit=unit))


def saved(browser: TestClient, **fields: str) -> str:
    """A new paper saved; returns its id."""
    answer = browser.post("/papers", data={**REQUEST, **fields}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].split("/")[2].partition("?")[0]


def form_of(text: str) -> dict[str, str]:
    """What the form of a page holds, by field."""
    found: dict[str, str] = {}
    form = text[text.index('id="paper-form"') :]
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag) and 'type="file"' not in tag:
            found[name[1]] = unescape(value[1]) if value else ""
    for name, inner in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = unescape(inner)
    for name, inner in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', inner)
        found[name] = unescape(chosen[1]) if chosen else ""
    return found


def press(browser: TestClient, paper: str, button: str, **changes: str) -> Any:
    """Open the paper, change something, press a button."""
    fields = {**form_of(browser.get(f"/papers/{paper}").text), **changes, "_do": button}
    return browser.post(f"/papers/{paper}", data=fields)


def paper_of(office: Office, paper: str) -> Paper:
    """The paper as it is kept."""
    with office.store.begin() as uow:
        found = uow.papers.get(paper)
    assert found is not None
    return found


def body_of(office: Office, paper: str) -> dict[str, Any]:
    """Its body."""
    return papering.body_of(paper_of(office, paper))
