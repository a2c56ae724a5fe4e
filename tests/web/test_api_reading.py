"""What the API shows: lists, threads, deadlines, members, refused deliveries, figures."""

from __future__ import annotations

from typing import Any

import pytest

from hub.core.envelope import decode
from tests.builders import BEIHAI, JOINT, YULIN, ZHANJIANG, uuid
from tests.web.offices import World, example

API = "/api/v1"
SIGN_FOR = {
    "title": "签收",
    "classification": "internal",
    "act": "sign-for",
    "receipt_no": "北市监收〔2026〕31号",
    "received_on": "2026-04-13",
    "role": "registry_clerk",
}
ACCEPT = {"title": "受理", "classification": "internal", "act": "accept", "handling_unit": "稽查科"}


def get(world: World, member: str, path: str, **query: Any) -> Any:
    answer = world[member].client().get(f"{API}{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def asked(world: World, *answers: dict[str, Any]) -> tuple[str, str]:
    """A request from 湛江 to 北海 with these answers; (document, matter)."""
    recorded = world[ZHANJIANG].send("assistance_request", example("assistance_request"), to=(BEIHAI,))
    world.exchange()
    for body in answers:
        kind = "assistance_feedback" if "results" in body else "answer"
        world[BEIHAI].send(kind, body, matter=recorded.matter)
        world.exchange()
    return recorded.document, recorded.matter


def test_the_five_rungs_come_one_by_one_each_with_its_proof_and_alike_at_both_ends(world: World):
    document, matter = asked(world, SIGN_FOR, ACCEPT, example("assistance_feedback"))

    seen = {}
    for member in (ZHANJIANG, BEIHAI):
        copy = get(world, member, f"/documents/{document}")["copies"][0]
        way = next(one for one in copy["progress"] if one["member"] == BEIHAI)
        assert [rung["step"] for rung in way["rungs"]] == [
            "recorded",
            "sent",
            "delivered",
            "signed",
            "accepted",
            "fed-back",
        ]
        assert all(rung["proof"] for rung in way["rungs"][2:])
        seen[member] = [(rung["step"], rung["proof"]) for rung in way["rungs"]]
    assert seen[ZHANJIANG] == seen[BEIHAI]
    assert len(get(world, ZHANJIANG, f"/matters/{matter}")["thread"]) == 4


def test_a_receipt_named_as_proof_is_kept_as_a_frame(world: World):
    document, _ = asked(world)

    rungs = get(world, ZHANJIANG, f"/documents/{document}")["copies"][0]["progress"][0]["rungs"]

    with world[ZHANJIANG].store.read() as connection:
        kept = connection.exec_driver_sql("SELECT id FROM frames WHERE keep").scalars().all()
    assert rungs[2]["proof"] in kept


def test_a_matter_shows_state_both_dates_article_and_what_may_be_done(world: World):
    _, matter = asked(world, SIGN_FOR)

    shown = get(world, BEIHAI, f"/matters/{matter}")

    assert shown["matter"]["state_title"] == "已签收"
    assert (shown["deadline"]["due_strict"], shown["deadline"]["due_effective"]) == ("2026-05-09", "2026-05-09")
    assert shown["deadline"]["label"] == "statutory"
    assert "第四十五条" in shown["deadline"]["article"]
    assert [one["act"] for one in shown["allowed"]] == ["accept", "return", "extend"]
    assert [day["counted"] for day in shown["deadline"]["days"] if day["counted"]] == list(range(1, 16))


def test_another_calendar_gives_another_date_and_an_unknown_one_is_refused(world: World):
    _, matter = asked(world, SIGN_FOR)

    assert get(world, ZHANJIANG, f"/matters/{matter}/deadline")["due_effective"] == "2026-05-09"
    assert get(world, ZHANJIANG, f"/matters/{matter}/deadline", calendar="CN")["due_effective"] == "2026-05-07"
    answer = world[ZHANJIANG].client().get(f"{API}/matters/{matter}/deadline?calendar=XX")
    assert (answer.status_code, answer.json()["field"]) == (422, "calendar")


def test_a_matter_without_a_clock_has_no_deadline(world: World):
    notice = world[YULIN].send("case_notice", example("case_notice"), to=(BEIHAI,))
    world.exchange()

    answer = world[BEIHAI].client().get(f"{API}/matters/{notice.matter}/deadline")

    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_what_is_allowed_counts_decisions_that_are_not_signed_yet(world: World):
    _, matter = asked(world)

    world[BEIHAI].send("answer", ACCEPT, matter=matter)

    shown = get(world, BEIHAI, f"/matters/{matter}")
    assert [one["act"] for one in shown["allowed"]] == ["extend", "feedback-interim", "feedback-final"]
    assert shown["thread"][-1]["step"] == "recorded"


def test_the_envelope_comes_byte_for_byte_as_it_was_signed(world: World):
    document, _ = asked(world)
    digest = get(world, ZHANJIANG, f"/documents/{document}")["copies"][0]["hash"]

    answers = [world[m].client().get(f"{API}/documents/{document}/envelopes/{digest}") for m in (ZHANJIANG, BEIHAI)]

    assert answers[0].content == answers[1].content
    assert decode(answers[0].content).hash == digest
    assert "attachment" in answers[0].headers["content-disposition"]


def test_an_envelope_is_not_found_under_another_document(world: World):
    document, _ = asked(world)
    digest = get(world, ZHANJIANG, f"/documents/{document}")["copies"][0]["hash"]

    answer = world[ZHANJIANG].client().get(f"{API}/documents/{uuid()}/envelopes/{digest}")

    assert answer.status_code == 404


def test_pages_follow_one_another_without_gap_or_repeat_while_drafts_come_first(world: World):
    sent = [world[YULIN].send("case_notice", example("case_notice"), to=(BEIHAI,)).document for _ in range(3)]
    world.exchange()
    sent += [world[YULIN].send("case_notice", example("case_notice"), to=(BEIHAI,)).document for _ in range(4)]

    for limit in (1, 2, 3, 4, 7):
        found, cursor = [], None
        while True:
            page = get(world, YULIN, "/documents", limit=limit, **({"cursor": cursor} if cursor else {}))
            assert len(page["items"]) <= limit
            found += [line["document"] for line in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert found == sent[::-1]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"direction": "out"}, {"assistance_request"}),
        ({"direction": "in"}, {"case_notice", "answer"}),
        ({"kind": "answer"}, {"answer"}),
        ({"counterpart": YULIN}, {"case_notice"}),
        ({"step": "signed"}, {"assistance_request"}),
        ({"step": "delivered"}, {"case_notice", "answer"}),
        ({"text": "协助调查"}, {"assistance_request"}),
        ({"since": "2026-04-14"}, set()),
        ({"until": "2026-04-13"}, set()),
        ({"since": "2026-04-13", "until": "2026-04-14", "direction": "out"}, {"assistance_request"}),
    ],
)
def test_documents_are_found_by_every_filter(world: World, query: dict[str, str], expected: set[str]):
    asked(world, SIGN_FOR)
    world[YULIN].send("case_notice", example("case_notice"), to=(ZHANJIANG,))
    world.exchange()

    assert {line["kind"] for line in get(world, ZHANJIANG, "/documents", **query)["items"]} == expected


@pytest.mark.parametrize(
    ("member", "query", "number"),
    [
        (BEIHAI, {"waits_for": "us"}, 1),
        (BEIHAI, {"waits_for": "them"}, 0),
        (ZHANJIANG, {"waits_for": "them"}, 1),
        (JOINT, {"waits_for": "us"}, 0),
        (BEIHAI, {"role": "other"}, 2),
        (BEIHAI, {"role": "opener"}, 0),
        (BEIHAI, {"family": "notice"}, 1),
        (BEIHAI, {"state": "requested"}, 1),
        (BEIHAI, {"clock": "running"}, 1),
        (BEIHAI, {"clock": "none"}, 1),
        (BEIHAI, {"overdue": "true"}, 0),
        (BEIHAI, {"overdue": "false"}, 2),
        (BEIHAI, {"provisional": "true"}, 0),
        (BEIHAI, {"counterpart": ZHANJIANG}, 1),
        (BEIHAI, {"text": "生物科技"}, 1),
    ],
)
def test_matters_are_found_by_every_filter(world: World, member: str, query: dict[str, str], number: int):
    asked(world)
    world[YULIN].send("case_notice", example("case_notice"), to=("all",))
    world.exchange()

    assert len(get(world, member, "/matters", **query)["items"]) == number


def test_an_overdue_matter_is_found_as_such_when_its_day_is_over(world: World):
    _, matter = asked(world)
    world.clock.advance(days=40)

    assert [line["id"] for line in get(world, BEIHAI, "/matters", overdue="true")["items"]] == [matter]


def test_members_show_what_still_waits_for_their_receipt(world: World):
    world[YULIN].send("case_notice", example("case_notice"), to=(BEIHAI,))
    world[YULIN].seal()

    members = {one["id"]: one for one in get(world, YULIN, "/members")["items"]}

    assert (members[BEIHAI]["waiting"], members[BEIHAI]["oldest_waiting"]) == (1, "2026-04-13T08:30:00.000Z")
    assert members[ZHANJIANG]["waiting"] == 0
    assert members[YULIN]["own"]
    assert members[JOINT]["joint_meeting"]


def test_a_refused_delivery_is_shown_with_its_reason_and_bytes(world: World):
    world[YULIN].take(b"antipyramid.message. nonsense")

    line = get(world, YULIN, "/quarantine")["items"][0]

    assert (line["code"], line["times"]) == ("malformed", 1)
    assert line["reason"]
    assert get(world, YULIN, f"/quarantine/{line['id']}")["raw"] == "YW50aXB5cmFtaWQubWVzc2FnZS4gbm9uc2Vuc2U="
    assert world[YULIN].client().get(f"{API}/quarantine/99").status_code == 404


def test_quarantine_is_paged_newest_first(world: World):
    for number in range(3):
        world[YULIN].take(b"antipyramid.message. %d" % number)

    first = get(world, YULIN, "/quarantine", limit=2)
    rest = get(world, YULIN, "/quarantine", limit=2, cursor=first["next"])

    assert [line["id"] for line in first["items"] + rest["items"]] == [3, 2, 1]
    assert rest["next"] is None


@pytest.mark.parametrize("path", ["/documents", "/matters", "/quarantine"])
@pytest.mark.parametrize(
    "cursor", ["x", "W10", "WyJtIiwtMSwwXQ", "WyJtIiwxZTk5LDBd", "é", "bnVsbA", "a" * 201, "W" * 200]
)
def test_a_cursor_of_somebody_elses_making_is_refused(world: World, path: str, cursor: str):
    answer = world[YULIN].client().get(f"{API}{path}", params={"cursor": cursor})

    assert (answer.status_code, answer.json()["field"]) == (422, "cursor")


def test_kinds_lead_to_their_schemas(world: World):
    for kind in get(world, YULIN, "/kinds")["items"]:
        schema = world[YULIN].client().get(kind["schema_url"]).json()
        assert schema["title"] == kind["title"]
    assert world[YULIN].client().get(f"{API}/schemas/answer/99").status_code == 404


def test_health_needs_no_token_and_the_rest_does(world: World):
    stranger = world[YULIN].client(None)
    paths = stranger.get("/api/openapi.json").json()["paths"]
    open_paths = {f"{API}/health/live", f"{API}/health/ready"}

    for path, item in paths.items():
        for method in item:
            url = path.replace("{matter}", uuid()).replace("{document}", uuid()).replace("{digest}", "0" * 64)
            url = url.replace("{item}", "1").replace("{kind}", "answer").replace("{version}", "1")
            answer = stranger.request(method, url, headers={"Idempotency-Key": "a"}, json={})
            assert (answer.status_code == 200) == (path in open_paths), path
            assert path in open_paths or answer.json()["code"] == "not-signed-in"


@pytest.mark.parametrize("header", ["Bearer wrong", "Basic b2ZmaWNlcg==", "Bearer", "token-of-officer", "Bearer é"])
def test_a_wrong_token_is_no_token(world: World, header: str):
    answer = world[YULIN].client(None).get(f"{API}/me", headers={"Authorization": header.encode()})

    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="hub"')


def test_looking_up_and_downloading_leave_a_leaf_each(world: World):
    document, matter = asked(world)
    digest = get(world, BEIHAI, f"/documents/{document}")["copies"][0]["hash"]
    get(world, BEIHAI, f"/matters/{matter}")
    get(world, BEIHAI, "/matters", text="协助")
    world[BEIHAI].client().get(f"{API}/documents/{document}/envelopes/{digest}")

    with world[BEIHAI].store.read() as connection:
        rows = connection.exec_driver_sql("SELECT type, subject FROM leaves WHERE actor = 'officer' ORDER BY position")
        assert [tuple(row) for row in rows] == [
            ("look-up", document),
            ("look-up", matter),
            ("look-up", "matters"),
            ("export", digest),
        ]
