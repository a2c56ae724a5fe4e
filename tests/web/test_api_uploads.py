"""Files too large for one call: begun, gone on with, whole by their digest, and named in one document."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from hub.core.ids import sha256
from hub.flows.ports.journal import ActFilter
from tests.builders import BEIHAI, YULIN
from tests.web.offices import World, example

URL = "/api/v1/uploads"
FILE = b"%PDF-" + bytes(range(256)) * 3000
DIGEST = sha256(FILE)
BEGUN = {"sha256": DIGEST, "name": "鉴定报告.pdf", "size": len(FILE)}


def piece(start: int, end: int | None = None, content: bytes = FILE) -> dict[str, Any]:
    part = content[start:end]
    return {"start": start, "sha256": sha256(part), "content": b64encode(part).decode()}


def put(client: Any, *pieces: dict[str, Any]) -> Any:
    answers = [client.put(f"{URL}/{DIGEST}", json=one) for one in pieces]
    return answers[-1]


def uploaded(world: World, user: str = "officer") -> Any:
    client = world[YULIN].client(user)
    assert client.post(URL, json=BEGUN).status_code == 201
    assert put(client, piece(0, 500_000), piece(500_000)).json()["whole"] is True
    return client


def send(client: Any, key: str = "a", **attachment: Any) -> Any:
    named = [{"name": "鉴定报告.pdf", "upload": DIGEST, **attachment}]
    wanted = {"kind": "assistance_request", "to": [BEIHAI], "body": example("assistance_request"), "attachments": named}
    return client.post("/api/v1/documents", json=wanted, headers={"Idempotency-Key": key})


def test_a_large_file_goes_on_where_the_connection_broke_and_reaches_the_addressee(world: World):
    client = world[YULIN].client()
    first = client.post(URL, json=BEGUN)
    put(client, piece(0, 600_000))

    again = client.post(URL, json=BEGUN)
    gap = put(client, piece(700_000))
    seen = client.get(f"{URL}/{DIGEST}").json()
    whole = put(client, piece(600_000))
    sent = send(client)
    world.exchange(rounds=20)

    assert (first.status_code, first.json()["received"]) == (201, 0)
    assert (again.status_code, again.json()["received"], seen["received"]) == (200, 600_000, 600_000)
    assert (gap.status_code, gap.json()["field"], "已收到 600000 字节" in gap.json()["detail"]) == (409, "start", True)
    assert whole.json() == {**BEGUN, "received": len(FILE), "whole": True}
    assert sent.status_code == 201
    copy = world[BEIHAI].client().get(f"/api/v1/documents/{sent.json()['document']}").json()["copies"][0]
    line = {"name": "鉴定报告.pdf", "part": DIGEST, "size": len(FILE), "media_type": "application/pdf"}
    assert copy["body"]["attachments"] == [line]
    assert world[BEIHAI].views.part(DIGEST) is not None


def test_a_damaged_piece_costs_that_piece_and_another_file_than_announced_is_dropped(world: World):
    client = world[YULIN].client()
    client.post(URL, json=BEGUN)
    damaged = put(client, {**piece(0, 1000), "sha256": sha256(b"other")})
    here = client.get(f"{URL}/{DIGEST}").json()["received"]

    other = FILE[:-1] + b"?"
    spoilt = put(client, piece(0, 500_000, other), piece(500_000, None, other))

    assert (damaged.status_code, damaged.json()["field"], here) == (422, "sha256", 0)
    assert (spoilt.status_code, spoilt.json()["field"]) == (422, "digest")
    assert "文件内容与摘要不符" in spoilt.json()["detail"]
    assert client.get(f"{URL}/{DIGEST}").status_code == 404


def test_somebody_elses_file_is_answered_like_none_and_cannot_be_named(world: World):
    world[YULIN].add_user("other", "officer")
    uploaded(world, "other")
    client = world[YULIN].client()

    answers = [client.get(f"{URL}/{DIGEST}"), put(client, piece(0, 10)), send(client)]

    assert [(one.status_code, one.json()["field"]) for one in answers] == [(404, "upload")] * 3
    assert world[YULIN].views.health().outbox == 0
    assert send(world[YULIN].client("other"), "b").status_code == 201


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"size": 200 * 2**20 + 1}, 413, "一个附件不得超过 200 MiB"),
        ({"size": 0}, 422, "空文件"),
        ({"name": "程序.exe"}, 422, "只收"),
    ],
)
def test_what_may_not_be_attached_is_refused_before_any_byte_of_it_came(
    world: World, changes: dict[str, Any], status: int, said: str
):
    answer = world[YULIN].client().post(URL, json={**BEGUN, **changes})

    assert (answer.status_code, said in answer.json()["detail"]) == (status, True)
    assert world[YULIN].client().get(f"{URL}/{DIGEST}").status_code == 404


def test_nobody_may_keep_more_waiting_than_one_document_can_carry(world: World):
    client = world[YULIN].client()
    sizes = [client.post(URL, json={**BEGUN, "sha256": sha256(b"%d" % n), "size": 200 * 2**20}) for n in range(11)]

    assert [one.status_code for one in sizes] == [*[201] * 10, 413]
    assert "附件合计不得超过 2048 MiB" in sizes[-1].json()["detail"]


def test_only_a_whole_file_can_be_named_once_and_the_same_key_again_is_the_same_document(world: World):
    client = world[YULIN].client()
    client.post(URL, json=BEGUN)
    put(client, piece(0, 500_000))
    early = send(client)
    put(client, piece(500_000))

    first, again, other = send(client), send(client), send(client, "b")

    assert (early.status_code, early.json()["field"]) == (409, "upload")
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    assert (other.status_code, other.json()["field"]) == (404, "upload")


def test_a_refused_document_leaves_the_file_for_the_next_try(world: World):
    client = uploaded(world)
    wanted = {
        "kind": "assistance_request",
        "to": [BEIHAI],
        "body": {},
        "attachments": [{"name": "a", "upload": DIGEST}],
    }

    refused = client.post("/api/v1/documents", json=wanted, headers={"Idempotency-Key": "x"})

    assert refused.status_code == 422
    assert client.get(f"{URL}/{DIGEST}").json()["whole"] is True
    assert send(client).status_code == 201


@pytest.mark.parametrize(
    "attachment",
    [
        {"media_type": "application/pdf", "content": "JVBERi0="},
        {"upload": None},
        {"upload": None, "content": "JVBERi0="},
    ],
)
def test_an_attachment_is_named_or_brought_never_both_nor_neither(world: World, attachment: dict[str, Any]):
    answer = send(uploaded(world), **attachment)

    assert (answer.status_code, answer.json()["field"]) == (422, "attachments.0")
    assert "upload" in answer.json()["advice"]


def test_a_working_paper_takes_an_uploaded_file_and_the_leaf_names_it(world: World):
    client = uploaded(world)
    wanted = {
        "kind": "assistance_request",
        "to": [BEIHAI],
        "body": example("assistance_request"),
        "attachments": [{"name": "鉴定报告.pdf", "upload": DIGEST}],
    }

    paper = client.post("/api/v1/papers", json=wanted, headers={"Idempotency-Key": "p"})

    assert paper.status_code == 201
    assert paper.json()["body"]["attachments"][0]["size"] == len(FILE)
    assert [act.subject for act in world[YULIN].views.acts(ActFilter(type="upload"), None, 10).rows] == [DIGEST]
