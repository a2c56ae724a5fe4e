"""Papers by the API: the same flow as on screen, once per key."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from tests.builders import BEIHAI, YULIN
from tests.web.offices import World, example
from tests.web.papers import PDF, add_person

URL = "/api/v1/papers"
FILE = {"name": "清单.pdf", "media_type": "application/pdf", "content": b64encode(PDF).decode()}


def wanted(**changes: Any) -> dict[str, Any]:
    return {"kind": "assistance_request", "to": [BEIHAI], "body": example("assistance_request"), **changes}


def begun(world: World, key: str = "a", **changes: Any) -> dict[str, Any]:
    answer = world[YULIN].client().post(URL, json=wanted(**changes), headers={"Idempotency-Key": key})
    assert answer.status_code == 201, answer.text
    paper: dict[str, Any] = answer.json()
    return paper


def test_a_paper_is_drafted_reviewed_and_signed_off_by_two_people(world: World):
    add_person(world[YULIN], "head", "unit_head")
    author, head = world[YULIN].client(), world[YULIN].client("head")
    paper = f"{URL}/{begun(world, attachments=[FILE])['id']}"

    author.post(f"{paper}/submit", json={})
    own = author.post(f"{paper}/approve", json={})
    head.post(f"{paper}/return", json={"comment": "请补充"})
    changed = author.put(paper, json=wanted(version=3, attachments=[FILE]))
    author.post(f"{paper}/submit", json={})
    head.post(f"{paper}/approve", json={})
    number = {"doc_no": "玉市监协〔2026〕99号"} if "doc_no" not in wanted()["body"] else {}
    done = head.post(f"{paper}/issue", json=number, headers={"Idempotency-Key": "b"})
    again = head.post(f"{paper}/issue", json=number, headers={"Idempotency-Key": "b"})

    assert own.status_code == 403
    assert changed.json()["version"] == 4
    assert done.status_code == 200, done.text
    assert done.json() == again.json()
    told = author.get(paper).json()
    assert (told["state"], told["document"]) == ("issued", done.json()["document"])
    assert [one["act"] for one in told["history"]] == [
        "save",
        "submit",
        "return",
        "save",
        "submit",
        "approve",
        "issue",
    ]


def test_the_same_key_begins_one_paper_and_other_content_is_a_conflict(world: World):
    first = begun(world)
    client = world[YULIN].client()

    same = client.post(URL, json=wanted(), headers={"Idempotency-Key": "a"})
    other = client.post(URL, json=wanted(urgency="urgent"), headers={"Idempotency-Key": "a"})

    assert (same.status_code, same.json()) == (200, first)
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    assert [one["id"] for one in client.get(URL, params={"state": "drafting"}).json()["items"]] == [first["id"]]


def test_a_stale_version_is_a_conflict_that_names_who_saved(world: World):
    paper = begun(world)
    client = world[YULIN].client()
    client.put(f"{URL}/{paper['id']}", json=wanted(version=1, urgency="urgent"))

    answer = client.put(f"{URL}/{paper['id']}", json=wanted(version=1))

    assert (answer.status_code, answer.json()["field"]) == (409, "version")
    assert "officer" in answer.json()["detail"]


def test_an_incomplete_paper_is_kept_but_not_taken_for_review(world: World):
    paper = begun(world, body={"title": "未完"})
    client = world[YULIN].client()

    answer = client.post(f"{URL}/{paper['id']}/submit", json={})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")
    assert client.get(f"{URL}/{paper['id']}").json()["state"] == "drafting"


def test_a_sheet_signed_on_paper_issues_it(world: World):
    paper = begun(world)
    client = world[YULIN].client()
    client.post(f"{URL}/{paper['id']}/submit", json={})
    sheet = {"scan": FILE, "signer": "王某某", "signed_on": "2026-04-13"}

    answer = client.post(f"{URL}/{paper['id']}/issue", json={"sheet": sheet}, headers={"Idempotency-Key": "c"})

    assert answer.status_code == 200, answer.text
    assert client.get(f"{URL}/{paper['id']}").json()["approver"] == "王某某"


def test_a_paper_that_is_not_there_is_not_found(world: World):
    answer = world[YULIN].client().get(f"{URL}/019d86c2-9a40-7000-8000-00000000ffff")

    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
