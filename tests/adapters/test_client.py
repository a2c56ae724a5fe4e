"""The typed client against the real application: what a system adapter relies on."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_type_hints, is_typeddict

import httpx2
import pytest

from adapters import contract, file_contract, office_contract, paper_contract
from adapters.client import HubClient
from adapters.contract import ApiAway, ApiRefused, Attachment
from hub.core.envelope import decode
from hub.core.ids import sha256
from tests.builders import BEIHAI, YULIN
from tests.web.offices import TOKEN, World, example, world_at

NODE = "http://127.0.0.1:8701"
OUTPUTS = {
    ("/api/v1/documents", "post", "201"): contract.Recorded,
    ("/api/v1/documents/{document}", "get", "200"): contract.Document,
    ("/api/v1/matters/{matter}", "get", "200"): contract.Matter,
    ("/api/v1/matters/{matter}/deadline", "get", "200"): contract.Deadline,
    ("/api/v1/statistics", "get", "200"): contract.Statistics,
    ("/api/v1/papers/{paper}", "get", "200"): paper_contract.Paper,
    ("/api/v1/uploads", "post", "201"): file_contract.Upload,
    ("/api/v1/uploads/{digest}", "put", "200"): file_contract.Upload,
    ("/api/v1/health/ready", "get", "200"): contract.Health,
    ("/api/v1/numbers", "post", "201"): office_contract.NumberLine,
    ("/api/v1/numbers/received", "post", "200"): office_contract.NumberLine,
}
LISTS = {
    "/api/v1/documents": contract.DocumentLine,
    "/api/v1/matters": contract.MatterLine,
    "/api/v1/papers": paper_contract.PaperLine,
    "/api/v1/members": contract.Member,
    "/api/v1/quarantine": contract.QuarantineLine,
    "/api/v1/statistics/matters": contract.FigureMatter,
    "/api/v1/assignments": office_contract.Assignment,
    "/api/v1/leads": office_contract.Lead,
    "/api/v1/contacts": office_contract.Contacts,
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with world_at(tmp_path, (YULIN, BEIHAI)) as opened:
        yield opened


def client(world: World, member: str, **how: Any) -> HubClient:
    """Over the application itself instead of a socket."""
    inside = world[member].client(None)._transport
    return HubClient(NODE, f"{TOKEN}officer", transport=inside, **how)


def answering(answer: httpx2.Response) -> HubClient:
    return HubClient(NODE, "t", transport=httpx2.MockTransport(lambda _request: answer))


class Described:
    """The node's own description of its answers."""

    def __init__(self, world: World) -> None:
        self.document = world[YULIN].client().get("/api/openapi.json").json()

    def answer(self, path: str, method: str = "get", status: str = "200") -> dict[str, Any]:
        content = self.document["paths"][path][method]["responses"][status]["content"]
        return self.resolved(content["application/json"]["schema"])

    def resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Without reference, without ``null``, and for a list what it lists."""
        known = next(one for one in schema.get("anyOf", [schema]) if one.get("type") != "null")
        if "$ref" in known:
            return self.resolved(self.document["components"]["schemas"][known["$ref"].rpartition("/")[2]])
        return self.resolved(known["items"]) if known.get("type") == "array" else known

    def missing(self, kind: Any, schema: dict[str, Any]) -> list[str]:
        """Fields the contract promises and the API does not describe."""
        lacking = []
        for name, hint in get_type_hints(kind).items():
            if name not in schema["properties"]:
                lacking.append(f"{kind.__name__}.{name}")
                continue
            for inner in (one for one in (hint, *get_args(hint)) if is_typeddict(one)):
                lacking += self.missing(inner, self.resolved(schema["properties"][name]))
        return lacking


def test_the_api_describes_every_field_that_adapters_read(world: World) -> None:
    api = Described(world)
    lines = {path: api.resolved(api.answer(path)["properties"]["items"]) for path in LISTS}

    assert [field for place, kind in OUTPUTS.items() for field in api.missing(kind, api.answer(*place))] == []
    assert [field for path, kind in LISTS.items() for field in api.missing(kind, lines[path])] == []


def test_a_document_sent_by_a_program_arrives_with_its_attachment(world: World) -> None:
    sheet = Attachment("清单.txt", "text/plain", b"one\ntwo\n")
    with client(world, YULIN) as yulin, client(world, BEIHAI) as beihai:
        sent = yulin.send(
            "assistance_request", example("assistance_request"), to=[BEIHAI], key="a", attachments=[sheet]
        )
        world.exchange()

        copy = beihai.document(sent["document"])["copies"][0]
        matter = beihai.matter(sent["copies"][0]["matter"])
        limit = beihai.deadline(matter["id"])

        assert [part["sha256"] for part in copy["parts"]] == [sha256(sheet.content)]
        assert matter["matter"] is not None
        assert matter["matter"]["due_effective"] == limit["due_effective"]
        assert beihai.deadline(matter["id"], "CN")["calendar"] == "CN"
        assert copy["hash"] is not None
        assert decode(beihai.envelope(sent["document"], copy["hash"])).hash == copy["hash"]
        assert [line["id"] for line in beihai.matters(family="assistance")] == [matter["id"]]
        assert next(yulin.documents(direction="out"))["step"] == "delivered"


def test_a_large_file_is_brought_in_pieces_goes_on_where_it_broke_off_and_is_sent(world: World, tmp_path: Path) -> None:
    film = tmp_path / "讯问录像.pdf"
    film.write_bytes(b"%PDF-" + bytes(range(256)) * 10_000)
    content = film.read_bytes()
    digest = sha256(content)
    begun = {"sha256": digest, "name": film.name, "size": len(content)}
    piece = {"start": 0, "sha256": sha256(content[:700_001]), "content": b64encode(content[:700_001]).decode()}
    with client(world, YULIN) as yulin:
        yulin._call("POST", "/uploads", json=begun)
        yulin._call("PUT", f"/uploads/{digest}", json=piece)

        file = yulin.upload(film)
        assert yulin.upload(film) == file
        sent = yulin.send("assistance_request", example("assistance_request"), to=[BEIHAI], key="a", attachments=[file])

        (part,) = yulin.document(sent["document"])["copies"][0]["parts"]
        assert (part["sha256"], part["size"], part["media_type"]) == (digest, len(content), "application/pdf")


def test_the_same_key_again_records_nothing_twice(world: World) -> None:
    with client(world, YULIN) as yulin:
        body = example("assistance_request")
        first = yulin.send("assistance_request", body, to=[BEIHAI], key="a")
        again = yulin.send("assistance_request", body, to=[BEIHAI], key="a")

        assert first == again
        assert len(list(yulin.documents())) == 1


def test_a_list_goes_on_over_its_pages(world: World) -> None:
    with client(world, YULIN, page=2) as yulin:
        sent = [
            yulin.send(
                "assistance_request",
                example("assistance_request", doc_no=f"玉市监协〔2026〕{number}号"),
                to=[BEIHAI],
                key=f"k{number}",
            )["document"]
            for number in range(1, 6)
        ]
        world.exchange()

        assert [line["document"] for line in yulin.documents()] == sent[::-1]


def test_what_the_node_says_of_itself_is_read(world: World) -> None:
    with client(world, YULIN) as yulin:
        yulin.send("assistance_request", example("assistance_request"), to=[BEIHAI], key="a")
        world.exchange()
        year = (date(2026, 1, 1), date(2026, 12, 31))
        sent = [one for one in yulin.statistics(*year)["figures"] if one["measure"] == "sent" and one["peer"] is None]
        (behind,) = yulin.statistic_matters("I03.sent", *year)

        assert yulin.ready()
        assert yulin.health()["status"] == "ready"
        assert next(member for member in yulin.members() if member["own"])["id"] == YULIN
        assert [(one["member"], one["value"]) for one in sent] == [(YULIN, 1)]
        assert behind["peer"] == BEIHAI
        assert list(yulin.quarantine()) == []


def test_an_offices_document_system_gives_and_receives_its_numbers(world: World) -> None:
    sent = world[BEIHAI].send("case_notice", example("case_notice"), to=(YULIN,))
    world.exchange()
    with client(world, YULIN) as hub:
        assert hub.enter_number("玉市监函[2026]7号")["doc_no"] == "玉市监函〔2026〕7号"
        with pytest.raises(ApiRefused) as refused:
            hub.enter_number("玉市监函〔2026〕7号")
        assert refused.value.field == "doc_no"
        assert hub.receive_number(sent.document, "12")["seq"] == 12
        assert (list(hub.assignments()), list(hub.leads(overdue="true")), hub.contacts()) == ([], [], [])


def test_a_refusal_carries_code_field_and_advice(world: World) -> None:
    with client(world, YULIN) as yulin:
        body = example("assistance_request", classification="secret")
        with pytest.raises(ApiRefused) as refusal:
            yulin.send("assistance_request", body, to=[BEIHAI], key="a")

    assert (refusal.value.status, refusal.value.code) == (422, "classified")
    assert refusal.value.field == "body.classification"
    assert "机要" in refusal.value.advice


def test_a_strange_answer_is_a_refusal_in_its_own_words() -> None:
    with answering(httpx2.Response(403, text="proxy says no")) as hub, pytest.raises(ApiRefused) as refusal:
        hub.health()

    assert (refusal.value.code, refusal.value.detail) == ("not-a-problem", "proxy says no")


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_node_that_cannot_answer_now_is_away(status: int) -> None:
    with answering(httpx2.Response(status, text="later")) as hub:
        with pytest.raises(ApiAway):
            hub.health()
        assert not hub.ready()


def test_nobody_listening_is_away_too() -> None:
    with HubClient("http://127.0.0.1:9", "t", timeout=2) as hub:
        with pytest.raises(ApiAway):
            hub.members()
        assert not hub.ready()
