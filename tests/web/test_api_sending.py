"""POST /documents: recorded once, or refused with a reason, field and next step."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.core.ids import sha256
from tests.builders import BEIHAI, JOINT, YULIN, ZHANJIANG
from tests.web.offices import World, example

URL = "/api/v1/documents"


def wanted(**changes: Any) -> dict[str, Any]:
    return {"kind": "assistance_request", "to": [BEIHAI], "body": example("assistance_request"), **changes}


def outbox(world: World) -> int:
    return world[YULIN].views.health().outbox


def test_a_document_is_recorded_with_its_matter_and_shown_as_recorded(world: World):
    client = world[YULIN].client()

    answer = client.post(URL, json=wanted(), headers={"Idempotency-Key": "a"})

    assert answer.status_code == 201
    assert answer.json()["act"] == "request"
    line = client.get(URL).json()["items"][0]
    assert (line["document"], line["step"], line["hash"]) == (answer.json()["document"], "recorded", None)
    assert line["matter"] == answer.json()["copies"][0]["matter"]


def test_the_same_key_and_content_is_one_document_and_one_answer(world: World):
    client = world[YULIN].client()
    first = client.post(URL, json=wanted(), headers={"Idempotency-Key": "a"})
    reordered = dict(reversed(wanted().items()))

    again = client.post(URL, json=reordered, headers={"Idempotency-Key": "a"})
    world[YULIN].seal()
    later = client.post(URL, json=wanted(), headers={"Idempotency-Key": "a"})

    assert [first.status_code, again.status_code, later.status_code] == [201, 200, 200]
    assert first.json() == again.json() == later.json()
    assert len(client.get(URL).json()["items"]) == 1


def test_the_same_key_for_other_content_is_a_conflict_and_records_nothing(world: World):
    client = world[YULIN].client()
    client.post(URL, json=wanted(), headers={"Idempotency-Key": "a"})

    answer = client.post(URL, json=wanted(urgency="urgent"), headers={"Idempotency-Key": "a"})

    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (409, "conflict", "Idempotency-Key")
    assert outbox(world) == 1


def test_two_users_may_use_the_same_key(world: World):
    world[YULIN].add_user("other", "officer")
    for user in ("officer", "other"):
        body = example("assistance_request", doc_no=f"玉市监协〔2026〕{len(user)}号")
        answer = world[YULIN].client(user).post(URL, json=wanted(body=body), headers={"Idempotency-Key": "a"})
        assert answer.status_code == 201

    assert outbox(world) == 2


def refused(world: World, user: str, key: str, **changes: Any) -> tuple[int, str, str]:
    """Status, field and words of a refusal."""
    answer = world[YULIN].client(user).post(URL, json=wanted(**changes), headers={"Idempotency-Key": key})
    return answer.status_code, answer.json()["field"], answer.json()["detail"]


def test_a_number_is_sent_once_and_the_second_is_told_who_has_it(world: World):
    first = world[YULIN].client().post(URL, json=wanted(), headers={"Idempotency-Key": "a"}).json()

    status, field, words = refused(world, "officer", "b")

    assert (status, field) == (422, "body.doc_no")
    assert words == f"文号 {example('assistance_request')['doc_no']} 已由 {first['document']} 使用"
    assert outbox(world) == 1


def test_what_needs_a_higher_signature_goes_through_a_paper_and_only_a_document_system_may_say_it_was_signed(
    world: World,
):
    world[YULIN].add_user("clerk", "officer", level="handler")
    world[YULIN].add_user("oa", "program", level="oa")
    body = example("assistance_request")

    status, field, words = refused(world, "clerk", "a")
    assert (status, field) == (403, "kind")
    assert words.startswith("该种文书须经审核签发，请通过拟稿办理")
    del body["signer"]
    assert refused(world, "oa", "b", body=body)[:2] == (403, "body.signer")
    assert outbox(world) == 0

    answer = world[YULIN].client("oa").post(URL, json=wanted(), headers={"Idempotency-Key": "c"})
    assert answer.status_code == 201


def test_several_addressees_get_one_document_and_a_matter_each(world: World):
    body = {"kind": "case_notice", "to": [BEIHAI, ZHANJIANG], "body": example("case_notice")}

    copies = world[YULIN].client().post(URL, json=body, headers={"Idempotency-Key": "a"}).json()["copies"]

    assert {copy["to"] for copy in copies} == {BEIHAI, ZHANJIANG}
    assert len({copy["matter"] for copy in copies}) == 2


def test_attachments_are_listed_in_the_body_by_the_server_and_arrive(world: World):
    content = "演示附件".encode()
    attachment = {"name": "说明.txt", "media_type": "text/plain", "content": b64encode(content).decode()}

    answer = world[YULIN].client().post(URL, json=wanted(attachments=[attachment]), headers={"Idempotency-Key": "a"})
    world.exchange()

    copy = world[BEIHAI].client().get(f"{URL}/{answer.json()['document']}").json()["copies"][0]
    listed = {"name": "说明.txt", "part": sha256(content), "size": len(content), "media_type": "text/plain"}
    assert copy["body"]["attachments"] == [listed]
    assert copy["parts"] == [{"sha256": sha256(content), "size": len(content), "media_type": "text/plain"}]


BAD: list[tuple[str, dict[str, Any], int, str, str | None]] = [
    ("unknown kind", wanted(kind="nothing"), 422, "invalid-input", "kind"),
    ("field missing", wanted(body={"title": "x"}), 422, "invalid-input", None),
    ("unknown field", wanted(surprise=1), 422, "invalid-input", "surprise"),
    ("state secret", wanted(body=example("assistance_request", classification="秘密")), 422, "classified", None),
    ("nobody to send to", wanted(to=[]), 422, "invalid-input", "to"),
    ("to ourselves", wanted(to=[YULIN]), 422, "invalid-input", "to"),
    ("to two at once", wanted(to=[BEIHAI, ZHANJIANG]), 422, "invalid-input", "to"),
    ("to a stranger", wanted(to=["999999-mr"]), 404, "not-found", None),
    ("to nonsense", wanted(to=["beihai"]), 422, "invalid-input", "to.0"),
    ("not allowed", wanted(to=[JOINT]), 403, "not-allowed", "to"),
    ("no such matter", wanted(matter="019d86c2-9a40-7000-8000-00000000ffff"), 404, "not-found", "matter"),
    ("bad matter id", wanted(matter="1"), 422, "invalid-input", "matter"),
    ("matter needed", {"kind": "answer", "to": [BEIHAI], "body": example("answer")}, 422, "invalid-input", "matter"),
    ("requested long ago", wanted(requested="2020-01-01"), 422, "invalid-input", "requested"),
    ("requested on a holiday", wanted(requested="2026-05-01"), 422, "invalid-input", "requested"),
    ("requested in another spelling", wanted(requested="20260508"), 422, "invalid-input", "requested"),
    ("no such day", wanted(requested="2026-02-30"), 422, "invalid-input", "requested"),
    ("expired already", wanted(expires="2020-01-01T00:00:00.000Z"), 422, "invalid-input", "expires"),
    ("no such moment", wanted(expires="2026-02-30T00:00:00.000Z"), 422, "invalid-input", "expires"),
    ("number as text", wanted(urgency=1), 422, "invalid-input", "urgency"),
    ("unknown mark", wanted(mark="secret"), 422, "invalid-input", "mark"),
    ("replaces nothing", wanted(replaces="x"), 422, "invalid-input", "replaces"),
    (
        "attachment not base64",
        wanted(attachments=[{"name": "a", "media_type": "text/plain", "content": "###"}]),
        422,
        "invalid-input",
        "attachments.0.content",
    ),
    (
        "attachment of strange type",
        wanted(attachments=[{"name": "a", "media_type": "text", "content": ""}]),
        422,
        "invalid-input",
        "attachments.0.media_type",
    ),
    (
        "attachments too large",
        wanted(attachments=[{"name": "a", "media_type": "text/plain", "content": "YWFh" * 349_526}]),
        413,
        "too-large",
        None,
    ),
]


@pytest.mark.parametrize(("why", "body", "status", "code", "field"), BAD, ids=[row[0] for row in BAD])
def test_what_is_wrong_is_refused_with_code_field_and_advice_and_nothing_is_written(
    world: World, why: str, body: dict[str, Any], status: int, code: str, field: str | None
):
    answer = world[YULIN].client().post(URL, json=body, headers={"Idempotency-Key": "a"})

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), problem
    assert problem["advice"]
    assert field is None or problem["field"] == field, problem
    assert outbox(world) == 0


@pytest.mark.parametrize("key", [None, "", "a b", "a\tb", "é", "a" * 201])
def test_a_request_without_a_proper_key_is_refused(world: World, key: str | None):
    headers = {} if key is None else {"Idempotency-Key": key.encode()}

    answer = world[YULIN].client().post(URL, json=wanted(), headers=headers)

    assert (answer.status_code, answer.json()["field"]) == (422, "Idempotency-Key")
    assert outbox(world) == 0


def test_an_act_that_the_state_does_not_know_is_refused_and_the_possible_ones_are_named(world: World):
    recorded = world[YULIN].send("assistance_request", example("assistance_request"), to=(BEIHAI,))
    world.exchange()
    body = {"kind": "assistance_feedback", "matter": recorded.matter, "body": example("assistance_feedback")}

    answer = world[BEIHAI].client().post(URL, json=body, headers={"Idempotency-Key": "a"})

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong-state")
    assert "签收" in answer.json()["detail"]


def test_a_role_that_only_reads_may_not_send(world: World):
    world[YULIN].add_user("sec", "secretariat")

    answer = world[YULIN].client("sec").post(URL, json=wanted(), headers={"Idempotency-Key": "a"})

    assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")
    assert world[YULIN].client("sec").get(URL).status_code == 200


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
fields = st.sampled_from(
    ["kind", "to", "body", "matter", "replaces", "mark", "urgency", "requested", "expires", "attachments"]
)
texts = st.sampled_from(
    ["answer", "case_notice", "all", BEIHAI, "2026-04-30", "019d86c2-9a40-7000-8000-00000000ffff", "urgent"]
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.dictionaries(fields, json_values | texts, max_size=4),
    body=st.dictionaries(st.text(max_size=8), json_values, max_size=4),
)
def test_no_request_whatever_it_says_is_answered_with_a_server_error(
    world: World, changes: dict[str, Any], body: dict[str, Any]
):
    asked = wanted(**changes)
    if isinstance(asked["body"], dict):
        asked["body"] = {**asked["body"], **body}

    answer = world[YULIN].client().post(URL, json=asked, headers={"Idempotency-Key": sha256(repr(asked).encode())})

    assert answer.status_code < 500
    assert answer.status_code in (200, 201) or answer.json()["code"]
