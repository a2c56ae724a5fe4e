"""Bad input at the decoder: every row is refused with its code, in words a clerk can read, and never otherwise."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.delivery import DELAY, SKEW
from hub.core.envelope import decode, without_body
from hub.core.errors import BodyMismatch, HubError, NotForUs, Rejected
from hub.core.ids import wire_time
from hub.core.inspection import Examined, examine
from tests.builders import BEIHAI, HAIKOU, JOINT, NOW, YULIN, federation, signed_message, signer_for
from tests.core.badinput import ENVELOPES, GOOD, MISUSED, SIGNED, Case, message

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def look(raw: bytes, member: str = BEIHAI) -> Examined:
    return examine(decode(raw), federation().trust, member=member, at=NOW)


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
    with pytest.raises(NotForUs):
        look(GOOD, member=YULIN)


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
