"""An office's own work over the API: what comes back, what is refused, and what a unit is shown."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from hub.core.ids import ALL
from hub.flows.ports.office_rows import Unit
from hub.flows.rows import User
from tests.builders import BEIHAI, YULIN
from tests.web.offices import World, example

API = "/api/v1"
LEAD = {"number": "2026-0001", "source": "monitoring", "received_on": "2026-04-13", "summary": "某平台消费返利"}


def ask(client: TestClient, path: str, expected: int = 200, **body: Any) -> Any:
    answer = client.post(f"{API}{path}", json=body)
    assert answer.status_code == expected, answer.text
    return answer.json()


def get(client: TestClient, path: str, expected: int = 200) -> Any:
    answer = client.get(f"{API}{path}")
    assert answer.status_code == expected, answer.text
    return answer.json()


@pytest.fixture
def program(world: World) -> TestClient:
    with world[YULIN].store.begin() as uow:
        uow.units.put(Unit("fcx", "反传销科", "section", None, accounts=True))
    return world[YULIN].client()


@pytest.fixture
def matter(world: World) -> str:
    sent = world[BEIHAI].send("assistance_request", example("assistance_request"), to=(YULIN,))
    world.exchange()
    return sent.matter


def of_unit(world: World, unit: str) -> TestClient:
    world[YULIN].add_user(f"of-{unit}", "officer")
    with world[YULIN].store.begin() as uow:
        known = next(one for one in uow.users.all() if one.name == f"of-{unit}")
        uow.users.put(User(known.name, known.title, known.role, known.token_hash, unit=unit))
    return world[YULIN].client(f"of-{unit}")


def test_units_are_registered_once_changed_and_put_out_of_use(program: TestClient):
    unit = {"code": "bobai", "name": "博白局", "kind": "county", "region": "450923", "accounts": False}
    assert ask(program, "/units", 201, **unit)["active"] is True
    assert ask(program, "/units", 422, **unit)["field"] == "code"
    assert ask(program, "/units", 422, **{**unit, "code": "luchuan", "region": None})["field"] == "region"
    changed = program.put(f"{API}/units/bobai", json={**unit, "active": False} | {"code": "x"})
    assert changed.status_code == 422
    del unit["code"]
    assert program.put(f"{API}/units/bobai", json={**unit, "active": False}).json()["active"] is False
    assert program.put(f"{API}/units/none", json=unit).status_code == 404
    assert [one["code"] for one in get(program, "/units")["items"]] == ["bobai", "fcx"]


def test_a_matter_is_handed_over_and_ended_with_the_day_on_the_paper(world: World, program: TestClient, matter: str):
    assert ask(program, "/assignments", 422, matter=matter, unit="fcx", due="2026-02-30")["field"] == "due"
    given = ask(program, "/assignments", 201, matter=matter, unit="fcx", note="请核查")
    assert (given["due_on"], given["rule"]) == ("2026-04-15", "SEED_FORWARD_2WD")
    assert ask(program, "/assignments", 409, matter=matter, unit="fcx")["code"] == "wrong-state"
    acts = f"/assignments/{given['id']}/acts"
    assert ask(program, acts, 422, act="urge")["field"] == "note"
    assert ask(program, acts, act="urge", note="请抓紧")["urged"] == 1
    assert get(program, "/assignments?overdue=true")["items"] == []
    world.clock.advance(days=5)
    assert len(get(program, "/assignments?overdue=true&unit=fcx&state=open")["items"]) == 1
    ended = ask(program, acts, act="finish", note="属实", on="2026-04-14")
    assert ended["ended_at"].startswith("2026-04-13T16:00")
    assert [one["act"] for one in ended["history"]] == ["assign", "urge", "finish"]


def test_a_unit_is_shown_its_own_alone(world: World, program: TestClient, matter: str):
    given = ask(program, "/assignments", 201, matter=matter, unit="fcx")
    lead = ask(program, "/leads", 201, **LEAD)
    stranger, own = of_unit(world, "bobai"), of_unit(world, "fcx")
    assert get(stranger, "/assignments?unit=fcx")["items"] == []
    assert get(stranger, "/leads")["items"] == []
    for path in (f"/assignments/{given['id']}", f"/leads/{lead['id']}", f"/matters/{matter}"):
        assert get(stranger, path, 404)["code"] == "not-found"
    ask(stranger, f"/assignments/{given['id']}/acts", 404, act="finish")
    ask(own, f"/assignments/{given['id']}/acts", 403, act="urge", note="快")
    ask(own, "/assignments", 403, matter=matter, unit="fcx")
    ask(own, "/leads", 403, **{**LEAD, "number": "2026-0002"})
    get(own, "/numbers", 403)
    assert ask(own, f"/assignments/{given['id']}/acts", act="hand-back", note="不属本科")["state"] == "returned"


def test_a_lead_is_registered_forwarded_and_settled_once(program: TestClient):
    lead = ask(program, "/leads", 201, **LEAD)
    assert (lead["due_on"], lead["clock"]) == ("2026-04-15", "running")
    assert ask(program, "/leads", 422, **LEAD)["field"] == "number"
    assert ask(program, "/leads", 422, **{**LEAD, "number": "2026-0002", "summary": "电话13812345678"})
    assert ask(program, "/leads", 422, **{**LEAD, "reporter": "张三"})["field"]
    assert ask(program, f"/leads/{lead['id']}/forward", unit="fcx")["clock"] == "met"
    assert get(program, "/leads?forwarded=true&text=消费返利")["items"][0]["unit"] == "fcx"
    settled = ask(program, f"/leads/{lead['id']}/outcome", outcome="filed", on="2026-04-13")
    assert [one["act"] for one in settled["history"]] == ["register", "forward", "settle"]
    ask(program, f"/leads/{lead['id']}/outcome", 409, outcome="filed", on="2026-04-13")
    assert get(program, "/leads?settled=false")["items"] == []


def test_numbers_are_taken_entered_and_made_void_once(world: World, program: TestClient, matter: str):
    assert ask(program, "/numbers/next", 404, code="玉市监协")["field"] == "series"
    browser = world[YULIN].browser()
    browser.post("/numbers/series", data={"code": "玉市监协", "first": "5"})
    assert get(program, "/series")["items"] == [{"code": "玉市监协", "kinds": [], "first": 5, "next": 5}]
    assert ask(program, "/numbers/next", 201, code="玉市监协")["seq"] == 5
    assert ask(program, "/numbers", 422, doc_no="玉市监协〔2026〕5号")["field"] == "doc_no"
    assert ask(program, "/numbers", 422, doc_no="五号")["field"] == "doc_no"
    assert ask(program, "/numbers/void", doc_no="玉市监协〔2026〕6号", reason="打印错误")["state"] == "void"
    assert [one["seq"] for one in get(program, "/numbers?code=玉市监协&year=2026")["items"]] == [6, 5]
    received = get(program, "/documents?direction=in")["items"][0]["document"]
    first = ask(program, "/numbers/received", document=received)
    assert ask(program, "/numbers/received", document=received) == first
    assert ask(program, "/numbers/received", 409, document=received, doc_no="9")["field"] == "doc_no"
    assert get(program, "/numbers")["items"] == [first]


def test_offices_outside_are_registered_under_the_next_number_and_put_out_of_use(program: TestClient):
    office = {"region": "450923", "name": "某村民委员会", "system": "grass", "channel": "post"}
    first = ask(program, "/outside", 201, **office)
    assert (first["id"], first["active"], first["phone"]) == ("out-450923-1", True, "")
    assert ask(program, "/outside", 422, **office)["field"] == "name"
    assert ask(program, "/outside", 422, **{**office, "region": "45092"})["field"]
    assert ask(program, "/outside", 422, **{**office, "channel": "pigeon"})["field"]
    assert ask(program, "/outside", 201, **{**office, "name": "另一村民委员会"})["id"] == "out-450923-2"
    del office["region"]
    path = f"{API}/outside/{first['id']}"
    changed = program.put(path, json={**office, "address": "某镇", "active": False}).json()
    assert (changed["address"], changed["active"], changed["region"]) == ("某镇", False, "450923")
    assert get(program, f"/outside/{first['id']}") == changed
    assert program.put(f"{API}/outside/out-450923-9", json=office).status_code == 404
    assert [one["active"] for one in get(program, "/outside")["items"]] == [False, True]


def test_templates_are_kept_read_and_deleted_by_name(world: World, program: TestClient):
    path = f"{API}/templates/调取登记档案"
    kept = program.put(path, json={"kind": "assistance_request", "body": {"title": "函", "attachments": []}})
    assert kept.json()["body"] == {"title": "函"}
    program.put(path, json={"kind": "assistance_request", "body": {"title": "新的函"}})
    assert program.get(path).json()["body"] == {"title": "新的函"}
    assert [one["name"] for one in get(program, "/templates")["items"]] == ["调取登记档案"]
    assert program.put(path, json={"kind": "no_such_kind", "body": {}}).status_code == 422
    assert of_unit(world, "fcx").put(path, json={"kind": "assistance_request", "body": {}}).status_code == 403
    assert program.delete(path).json()["body"] == {"title": "新的函"}
    assert (program.delete(path).status_code, program.get(path).status_code) == (404, 404)


def test_contacts_of_each_member_come_with_whether_they_are_old(world: World, program: TestClient):
    world[BEIHAI].send("contact_list", example("contact_list"), to=(ALL,))
    world.exchange()
    (found,) = get(program, "/contacts")["items"]
    assert (found["member"], found["stale"], len(found["contacts"])) == (BEIHAI, False, 2)
    world.clock.advance(days=200)
    assert get(program, "/contacts")["items"][0]["stale"] is True


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/units", {}),
        ("/assignments", {"unit": "fcx"}),
        ("/leads", {**LEAD, "received_on": "13.4."}),
        ("/numbers", {"doc_no": 12}),
        ("/numbers/void", {"doc_no": "玉市监协〔2026〕6号"}),
        ("/numbers/received", {"document": "x"}),
    ],
)
def test_what_is_missing_or_of_the_wrong_type_is_named(program: TestClient, path: str, body: dict[str, Any]):
    answer = program.post(f"{API}{path}", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["field"]
