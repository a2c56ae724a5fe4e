"""Bad input at a whole node: a verdict and a reason, nothing half-written, and the stream goes on."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from hub.core.envelope import HEADS, PART, decode, without_body
from hub.core.ids import sha256, wire_time
from hub.flows.rows import MessageStatus
from hub.flows.send import Request
from tests.builders import BEIHAI, HAIKOU, JOINT, NOW, YULIN, hash_of, incarnation, signed, signer_for, uuid
from tests.core.badinput import ENVELOPES, GOOD, GOOD_BODY, MISUSED, SIGNED, Case, message
from tests.flows.desk import Desk, series
from tests.simulator.bodies import body
from tests.simulator.world import World

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("case", [*ENVELOPES, *SIGNED, *MISUSED], ids=str)
def test_bad_input_is_quarantined_with_a_reason_and_takes_no_number(case: Case) -> None:
    desk = Desk()
    [verdict], changed = desk.change(case.raw)
    assert verdict.outcome == "quarantined"
    assert verdict.code in case.codes
    assert CHINESE.search(verdict.reason)
    assert changed == {"quarantined": 1, "leaves": 1}, "nothing else was written"
    row = desk.rows.quarantine.rows[sha256(case.raw)]
    assert (row.size, row.raw) == (len(case.raw), case.raw[: 64 * 1024])
    [verdict], changed = desk.change(GOOD)
    assert verdict.outcome == "stored", "the true message still arrives"
    assert changed["messages"] == changed["receipts"] == changed["matters"] == 1


def test_b3_an_envelope_cut_anywhere_is_quarantined_and_the_whole_one_still_accepted() -> None:
    desk = Desk()
    cuts = [GOOD[:length] for length in range(0, len(GOOD), 7)]
    desk.worker.quotas.clear()
    verdicts = desk.hand(*cuts)
    assert {v.outcome for v in verdicts} <= {"quarantined", "dropped"}
    assert verdicts[0].outcome == "quarantined"
    assert desk.counts()["messages"] == desk.counts()["streams"] == 0
    desk.clock.advance(minutes=1)
    assert desk.hand(GOOD)[0].outcome == "stored"


def test_b27_a_newer_version_and_an_unknown_kind_are_held_and_keep_their_place() -> None:
    desk = Desk()
    one = message(version=3)
    two = message(kind="parcel_notice", act="warn", seq=2, prev=hash_of(one), document=uuid(9))
    verdicts, changed = desk.change(one, two)
    assert [(v.outcome, v.code) for v in verdicts] == [("held", "unknown-kind")] * 2
    assert all("升级" in v.reason for v in verdicts)
    assert changed["messages"] == 2
    assert "matters" not in changed, "what is not understood moves no matter"


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ("B17-nul-in-body", GOOD_BODY.replace("案件".encode(), b"\\u0000", 1)),
        ("B20-unknown-field", GOOD_BODY.replace(b'{"', b'{"relay":1,"', 1)),
        ("B21-missing-title", GOOD_BODY.replace(b'"title"', b'"tytle"')),
        ("B22-null", b'{"title":null}'),
        ("B10-float", b'{"levels":1.5}'),
        ("B7-duplicate", b'{"title":"a","title":"b"}'),
        ("B1-empty", b""),
    ],
)
def test_an_authentic_message_with_a_bad_body_is_refused_by_receipt_and_takes_its_number(row: str, text: bytes) -> None:
    desk = Desk()
    bad = message(text)
    [verdict], changed = desk.change(bad)
    assert verdict.outcome == "refused"
    assert verdict.code in {"broken-rules", "malformed"}
    assert CHINESE.search(verdict.reason)
    assert (changed["messages"], changed["receipts"]) == (1, 1), "its sender learns why"
    assert "matters" not in changed
    assert desk.hand(message(seq=2, prev=hash_of(bad), document=uuid(9)))[0].outcome == "stored"


def test_b40_a_message_for_somebody_else_is_quarantined() -> None:
    [verdict], changed = Desk(HAIKOU).change(GOOD)
    assert (verdict.outcome, verdict.code) == ("quarantined", "not-for-us")
    assert changed == {"quarantined": 1, "leaves": 1}


def test_b41_an_addressee_named_only_outside_the_signature_counts_for_nothing() -> None:
    outside = GOOD.replace(b'{"payloadType"', b'{"audience":"460100-mr","payloadType"')
    assert [v.code for v in Desk(HAIKOU).hand(outside)] == ["malformed"]


def test_b42_a_message_in_our_own_name_is_quarantined() -> None:
    assert [v.code for v in Desk(YULIN).hand(GOOD)] == ["not-for-us"]


def test_b43_a_relay_may_carry_what_it_did_not_sign_for_the_signature_is_the_senders() -> None:
    desk = Desk()
    assert desk.hand(GOOD, channel="ferry")[0].outcome == "stored"


@pytest.mark.parametrize("kind", ["message", "frame", "part"])
def test_b44_a_login_that_is_not_the_signer_is_quarantined(kind: str) -> None:
    raw = {"message": GOOD, "frame": heads(), "part": chunk(b"x" * 10)}[kind]
    desk = Desk()
    [verdict], changed = desk.change(raw, claimed=HAIKOU)
    assert (verdict.outcome, verdict.code) == ("quarantined", "not-for-us")
    assert HAIKOU in verdict.reason
    assert changed == {"quarantined": 1, "leaves": 1}
    assert desk.rows.quarantine.rows[sha256(raw)].claimed == HAIKOU, "charged to whoever logged in"
    assert desk.hand(raw, claimed=YULIN)[0].outcome in {"stored", "frame", "dropped"}


def test_b45_an_exact_replay_is_a_duplicate_with_the_same_receipt_for_ever() -> None:
    desk = Desk()
    assert desk.hand(GOOD)[0].outcome == "stored"
    [receipt] = desk.receipts()
    for when, channel in ((0, "amqp"), (0, "ferry"), (400, "amqp")):
        desk.clock.advance(days=when)
        desk.restart()
        with desk.store.begin() as uow:
            uow.frames.sent([receipt.id])
        [verdict], changed = desk.change(GOOD, channel=channel)
        assert (verdict.outcome, changed) == ("duplicate", {})
        [again] = desk.receipts()
        assert (again.pending, again.raw) == (True, receipt.raw), "the same bytes go out again"
    assert [v.outcome for v in desk.hand(GOOD, GOOD)] == ["duplicate", "duplicate"]


def test_b45_a_copy_in_the_same_batch_is_a_duplicate() -> None:
    assert [v.outcome for v in Desk().hand(GOOD, GOOD)] == ["stored", "duplicate"]


@pytest.mark.parametrize("first", ["recorded", "parked for a gap", "parked for parts"])
def test_b47_two_messages_with_one_number_freeze_the_stream_and_both_are_kept(first: str) -> None:
    desk = Desk()
    if first == "recorded":
        one, two = GOOD, message(document=uuid(77))
    elif first == "parked for a gap":
        one, two = message(seq=2, prev="0" * 64), message(seq=2, prev="0" * 64, document=uuid(77))
    else:
        parts = [{"sha256": "a" * 64, "size": 3, "media_type": "application/pdf"}]
        listed = [{"name": "附件.pdf", "part": "a" * 64, "size": 3, "media_type": "application/pdf"}]
        text = json.dumps(body("case_notice", "publish", attachments=listed)).encode()
        one, two = message(text, parts=parts), message(document=uuid(77))
    assert desk.hand(one)[0].outcome in {"stored", "parked"}
    [verdict] = desk.hand(two)
    assert (verdict.outcome, verdict.code) == ("quarantined", "equivocation")
    assert "冻结" in verdict.reason
    [head] = desk.rows.streams.received.values()
    assert head.frozen
    kept = {hash_of(one), hash_of(two)}
    here = set(desk.rows.messages.rows) | set(desk.rows.waiting.by_hash)
    evidence = {decode(row.raw).hash for row in desk.rows.quarantine.rows.values()}
    assert kept <= here | evidence, "both are evidence"
    nxt = message(seq=2, prev=hash_of(GOOD), document=uuid(78)) if first == "recorded" else GOOD
    assert desk.hand(nxt)[0].code == "equivocation", "nothing passes a frozen stream"
    assert desk.hand(message(incarnation=incarnation(2)))[0].outcome == "stored", "a new incarnation goes on"


def test_b48_the_same_content_under_another_number_is_a_new_message() -> None:
    desk = Desk()
    same = message(seq=2, prev=hash_of(GOOD))
    assert [v.outcome for v in desk.hand(GOOD, same)] == ["stored", "stored"]
    one, two = desk.rows.messages.rows.values()
    assert one.document == two.document


def test_b49_a_gap_parks_what_follows_and_releases_it_in_order() -> None:
    desk = Desk()
    messages = series(5)
    assert [v.outcome for v in desk.hand(*messages[:0:-1])] == ["parked"] * 4
    assert desk.counts()["messages"] == 0
    assert desk.hand(messages[0])[0].outcome == "stored"
    assert [m.seq for m in desk.rows.messages.rows.values()] == [1, 2, 3, 4, 5]
    assert desk.counts()["parked"] == 0


def test_b50_a_huge_jump_is_dropped_without_allocating_and_taken_when_its_turn_comes() -> None:
    desk = Desk()
    [verdict], changed = desk.change(message(seq=10**9, prev="0" * 64))
    assert (verdict.outcome, verdict.code, changed) == ("dropped", "beyond-window", {})


def test_b51_a_wrong_chain_hash_freezes_the_stream_also_when_it_was_parked() -> None:
    desk = Desk()
    assert desk.hand(message(prev="0" * 64))[0].code == "equivocation"
    desk = Desk()
    assert desk.hand(message(seq=2, prev="0" * 64))[0].outcome == "parked"
    assert desk.hand(GOOD)[0].outcome == "stored"
    [head] = desk.rows.streams.received.values()
    assert head.frozen
    assert [row.code for row in desk.rows.quarantine.rows.values()] == ["equivocation"]


@pytest.mark.parametrize(
    "moment",
    [
        wire_time(NOW + timedelta(minutes=6)),
        wire_time(NOW + timedelta(days=1)),
        wire_time(NOW - timedelta(days=3650)),
        "9999-12-31T23:59:59.999Z",
        "0001-01-01T00:00:00.000Z",
    ],
)
def test_b54_a_wrong_clock_is_stored_with_a_flag_and_never_sorts(moment: str) -> None:
    desk = Desk()
    raw = message(issued=moment, sealed=moment)
    assert [(v.outcome, v.code) for v in desk.hand(raw)] == [("stored", "clock-skew")]
    [row] = desk.rows.messages.rows.values()
    assert (row.status, row.stored_at) == (MessageStatus.STORED, NOW)


def test_b54_a_signing_for_at_an_absurd_time_neither_stops_the_node_nor_the_clock() -> None:
    world = World(1)
    asker, asked = world.nodes[YULIN], world.nodes[BEIHAI]
    matter = asker.send(Request("assistance_request", body("assistance_request", "request"), to=(BEIHAI,))).matter
    world.settle()
    due = asker.store.rows.matters.rows[matter].due_effective
    asked.send(Request("answer", body("answer", "sign-for"), matter=matter))
    # Our own node sends nothing at such a time, its roster having lapsed; a peer's may.
    drafts = asked.store.rows.outbox.rows
    drafts.update({number: replace(one, issued=NOW + timedelta(days=365 * 7900)) for number, one in drafts.items()})
    asked.worker.seal_once()
    world.settle()
    row = asker.store.rows.matters.rows[matter]
    assert (row.state, row.clock, row.due_effective) == ("signed", "running", due)


@pytest.mark.parametrize(
    ("row", "fields", "field"),
    [
        ("expiry before creation", {"expires": wire_time(NOW - timedelta(days=1))}, "失效时间"),
        ("a rule the kind does not start", {"deadline": {"rule": "ASSIST_MR", "requested": None}}, "时限规则"),
    ],
)
def test_b55_dates_against_the_rules_are_refused_with_the_field(
    row: str, fields: dict[str, object], field: str
) -> None:
    [verdict] = Desk().hand(message(**fields))
    assert (verdict.outcome, verdict.code) == ("refused", "broken-rules")
    assert field in verdict.reason


@pytest.mark.parametrize(
    ("day", "outcome"), [("2026-05-10", "refused"), ("2026-05-09", "stored"), ("2031-05-10", "stored")]
)
def test_b55_a_requested_date_must_be_a_working_day_where_the_calendar_is_known(day: str, outcome: str) -> None:
    text = json.dumps(body("assistance_request", "request")).encode()
    raw = message(text, kind="assistance_request", act="request", deadline={"rule": "ASSIST_MR", "requested": day})
    [verdict] = Desk().hand(raw)
    assert verdict.outcome == outcome, verdict.reason
    assert outcome == "stored" or "不是工作日" in verdict.reason


def test_a_message_that_lost_its_body_on_the_way_to_the_office_does_not_hide_the_whole_one() -> None:
    desk = Desk(JOINT)
    whole = message(audience=JOINT)
    assert desk.hand(without_body(whole))[0].code == "body-mismatch"
    assert desk.hand(whole)[0].outcome == "stored"


def heads(sender: str = YULIN, **fields: object) -> bytes:
    payload = {
        "sender": sender,
        "audience": BEIHAI,
        "issued": wire_time(NOW),
        "roster": 1,
        "agreement": 1,
        "sent": [],
        "received": [],
    }
    return signed(HEADS, {**payload, **fields}, [signer_for(sender)], None)


def chunk(content: bytes, **fields: object) -> bytes:
    payload = {
        "sender": YULIN,
        "audience": BEIHAI,
        "issued": wire_time(NOW),
        "message": "a" * 64,
        "part": sha256(content),
        "part_size": len(content),
        "offset": 0,
        "chunk": sha256(content),
        "size": len(content),
    }
    return signed(PART, {**payload, **fields}, [signer_for(YULIN)], content)
