"""Bad input at the decoder: every row is refused with its code, in words a clerk can read, and never otherwise."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.delivery import DELAY, SKEW
from hub.core.envelope import HEADS, RESEND, decode, encode, without_body
from hub.core.errors import BodyMismatch, HubError, NotForUs, Rejected
from hub.core.ids import wire_time
from hub.core.inspection import Examined, examine, examine_frame, examine_returned
from schemas.wire.frames import Heads
from tests.builders import (
    BEIHAI,
    HAIKOU,
    JOINT,
    NOW,
    YULIN,
    Federation,
    federation,
    member_entry,
    member_key,
    signed,
    signed_message,
    signer_for,
)
from tests.core.badinput import ENVELOPES, GOOD, MISUSED, SIGNED, Case, header, message

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def look(raw: bytes, member: str = BEIHAI, fed: Federation | None = None) -> Examined:
    return examine(decode(raw), (fed or federation()).trust, member=member, at=NOW)


@pytest.mark.parametrize("case", [*ENVELOPES, *SIGNED, *MISUSED], ids=str)
def test_bad_input_is_refused_by_the_decoder_with_its_code_and_a_reason(case: Case) -> None:
    with pytest.raises(Rejected) as refused:
        look(case.raw)
    assert refused.value.code in case.codes
    assert CHINESE.search(refused.value.detail)
    assert refused.value.next_step


def test_b3_an_envelope_cut_at_any_byte_is_refused() -> None:
    for length in range(len(GOOD)):
        with pytest.raises(Rejected):
            look(GOOD[:length])


def test_b13_a_string_of_100_mb_is_refused_by_its_length_alone() -> None:
    with pytest.raises(Rejected) as refused:
        look(b'{"payload":"' + b"A" * 100_000_000 + b'"}')
    assert refused.value.code == "oversized"


def test_the_good_message_behind_all_these_cases_is_accepted() -> None:
    one = look(GOOD)
    assert (one.header.sender, one.header.seq, one.copy, one.skewed) == (YULIN, 1, False, False)


def test_b19_bidi_marks_and_escapes_in_text_are_content_and_pass() -> None:
    odd = '{"title":"\\u202e反\\u200b \\u001b[31m 行\\n2"}'.encode()
    assert look(signed_message(body=odd)).envelope.body == odd


def test_b27_a_newer_version_is_examined_like_any_other_for_it_is_only_held() -> None:
    assert look(message(version=2)).header.version == 2


@pytest.mark.parametrize("signer", [BEIHAI, HAIKOU])
def test_b32_a_valid_signature_by_another_office_is_refused(signer: str) -> None:
    with pytest.raises(Rejected) as refused:
        look(signed_message(signer_for(signer), sender=YULIN))
    assert refused.value.code == "bad-signature"


def test_b40_a_message_to_somebody_else_is_refused() -> None:
    with pytest.raises(NotForUs):
        look(GOOD, member=HAIKOU)


def test_b42_a_message_in_our_own_name_is_refused() -> None:
    for raw in (GOOD, message(audience="all"), message(audience=YULIN)):
        with pytest.raises(NotForUs):
            look(raw, member=YULIN)


def test_b46_a_replay_to_another_recipient_is_refused_for_the_audience_is_signed() -> None:
    for member in (HAIKOU, JOINT):
        with pytest.raises(NotForUs):
            look(GOOD, member=member)


def test_a_header_without_body_is_for_the_joint_meeting_office_only() -> None:
    bare = without_body(GOOD)
    assert look(bare, member=JOINT).copy
    with pytest.raises(NotForUs):
        look(bare, member=HAIKOU)


def test_a_message_to_us_that_lost_its_body_is_no_header_copy() -> None:
    for raw, member in (
        (GOOD, BEIHAI),
        (signed_message(audience=JOINT), JOINT),
        (signed_message(audience="all"), JOINT),
    ):
        with pytest.raises(BodyMismatch):
            look(without_body(raw), member=member)


def test_another_body_under_the_same_signature_is_refused() -> None:
    changed = GOOD.replace(b'"body":"QV', b'"body":"RV')
    assert changed != GOOD
    with pytest.raises(BodyMismatch):
        look(changed)


@pytest.mark.parametrize(
    ("sealed", "skewed"),
    [
        (NOW + SKEW, False),
        (NOW - SKEW, False),
        (NOW - DELAY, False),
        (NOW - DELAY - timedelta(seconds=1), True),
        (NOW + SKEW + timedelta(seconds=1), True),
        (NOW + timedelta(days=1), True),
        (NOW - timedelta(days=3650), True),
    ],
)
def test_b54_a_correct_signature_with_a_wrong_clock_is_accepted_and_flagged(sealed: object, skewed: bool) -> None:
    one = look(message(sealed=wire_time(sealed), issued=wire_time(sealed)))  # type: ignore[arg-type]
    assert one.skewed is skewed


@pytest.mark.parametrize("year", ["0001", "1900", "3000", "9999"])
def test_b54_years_no_calendar_can_hold_are_flagged_and_kept_within_what_can_be_computed(year: str) -> None:
    text = f"{year}-12-31T23:59:59.999Z"
    one = look(message(issued=text, sealed=text))
    assert one.skewed
    assert 1950 <= one.issued.year <= 2999


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_a_flipped_byte_is_refused_or_leaves_the_very_same_message(place: int, flip: int) -> None:
    raw = bytearray(GOOD)
    raw[place] ^= flip
    try:
        one = look(bytes(raw))
    except HubError:
        return
    assert replace(one.envelope, raw=b"") == replace(decode(GOOD), raw=b""), "accepted as a different message"


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["cut", "copy", "insert"]), st.integers(0, 4000), st.binary(max_size=12)),
        min_size=1,
        max_size=4,
    )
)
def test_mangled_bytes_never_raise_anything_but_a_refusal(edits: list[tuple[str, int, bytes]]) -> None:
    raw = GOOD
    for how, place, data in edits:
        at = place % max(1, len(raw))
        raw = {
            "cut": raw[:at] + raw[at + len(data) :],
            "copy": raw[:at] + raw[: len(data)] + raw[at:],
            "insert": raw[:at] + data + raw[at:],
        }[how]
    try:
        one = look(raw)
    except HubError:
        return
    assert one.hash == decode(GOOD).hash


def refusal(raw: bytes, how: str, member: str, **more: Any) -> str | None:
    """The code with which a returned message or a frame is refused; None if it is taken."""
    envelope, trust = decode(raw), federation().trust
    try:
        if how == "returned":
            examine_returned(envelope, trust, member=member, at=NOW)
        else:
            examine_frame(Heads, envelope, trust, member=member, at=NOW, **more)
    except Rejected as error:
        return error.code
    return None


def test_nobody_hands_us_back_what_we_did_not_sign_whole() -> None:
    found = decode(GOOD)
    assert refusal(GOOD, "returned", YULIN) is None
    assert refusal(GOOD, "returned", BEIHAI) == "not-for-us"
    assert refusal(without_body(GOOD), "returned", YULIN) == "body-mismatch"
    assert refusal(encode(found.type, found.payload, found.signatures, b"other"), "returned", YULIN) == "body-mismatch"
    frame = signed(RESEND, header(), [signer_for(YULIN)], found.body)
    assert refusal(frame, "returned", YULIN) == "wrong-purpose", "a6: the same bytes signed for another purpose"


def test_a6_a21_a_frame_is_of_the_one_who_signed_it_and_for_us() -> None:
    def heads(sender: str, audience: str, signer: str) -> bytes:
        fields = {"issued": wire_time(NOW), "roster": 1, "agreement": 1, "sent": [], "received": []}
        return signed(HEADS, {"sender": sender, "audience": audience, **fields}, [signer_for(signer)], None)

    assert refusal(heads(YULIN, BEIHAI, YULIN), "frame", BEIHAI) is None
    assert refusal(heads(YULIN, BEIHAI, HAIKOU), "frame", BEIHAI) == "bad-signature"
    assert refusal(heads(YULIN, YULIN, YULIN), "frame", YULIN) == "not-for-us"
    assert refusal(heads(YULIN, BEIHAI, YULIN), "frame", JOINT) == "not-for-us"
    assert refusal(heads(YULIN, BEIHAI, YULIN), "frame", JOINT, overhear=True) is None


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"status": "suspended"}, "not-a-member"),
        ({"keys": [member_key(YULIN, until=wire_time(NOW - timedelta(minutes=6)))]}, "key-revoked"),
        ({"keys": [member_key(YULIN, revoked=[])]}, "key-revoked"),
    ],
)
def test_b33_a_message_needs_a_member_in_standing_and_a_key_of_its_time(entry: dict[str, Any], code: str) -> None:
    fed = federation().renewed([member_entry(YULIN, **entry), BEIHAI])
    with pytest.raises(Rejected) as refused:
        look(GOOD, fed=fed)
    assert refused.value.code == code


def test_b54_a_document_decided_after_it_was_sealed_is_flagged() -> None:
    assert look(message(issued=wire_time(NOW + SKEW + timedelta(seconds=1)))).skewed
    assert not look(message(issued=wire_time(NOW + SKEW))).skewed


def test_the_joint_meeting_office_gets_no_header_of_what_the_agreement_hides_from_it() -> None:
    here, there = "440800-ps", "450500-ps"
    raw = message(signer=signer_for(here), sender=here, audience=there, kind="assistance_request", act="request")
    with pytest.raises(NotForUs):
        look(without_body(raw), member=JOINT, fed=federation([here, there, JOINT]))


def test_what_has_an_end_keeps_it() -> None:
    end = NOW + timedelta(days=3)
    assert (look(message(expires=wire_time(end))).expires, look(GOOD).expires) == (end, None)
