"""The envelope: one wire form, one encoding of what is signed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope as OtherEnvelope

from hub.core import envelope as wire
from hub.core.errors import HubError, Malformed, Oversized
from hub.core.ids import sha256
from schemas.wire.header import Header
from tests.core.badinput import GOOD


def test_the_pre_authentication_encoding_is_that_of_the_protocol() -> None:
    published = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    assert wire.pae("http://example.com/HelloWorld", b"hello world") == published


@given(st.text(max_size=40), st.binary(max_size=200))
def test_the_pre_authentication_encoding_is_that_of_another_implementation(kind: str, payload: bytes) -> None:
    kind = kind.encode("utf-8", "ignore").decode()
    ours = wire.pae(kind, payload)
    assert ours == b"DSSEv1 %d %b %d %b" % (len(kind.encode()), kind.encode(), len(payload), payload)
    if kind.isascii():  # the other one counts characters where the protocol counts bytes
        assert ours == OtherEnvelope(payload, kind, {}).pae()


@given(
    st.sampled_from(sorted(wire.TYPES)),
    st.binary(max_size=300),
    st.lists(st.tuples(st.from_regex(r"[0-9a-f]{16}", fullmatch=True), st.binary(max_size=80)), min_size=1, max_size=8),
    st.none() | st.binary(max_size=300),
)
def test_what_is_written_is_read_back(
    kind: str, payload: bytes, signatures: list[tuple[str, bytes]], body: bytes | None
) -> None:
    listed = tuple(wire.Signature(*one) for one in signatures)
    raw = wire.encode(kind, payload, listed, body)
    found = wire.decode(raw)
    assert (found.type, found.payload, found.signatures, found.body, found.raw) == (kind, payload, listed, body, raw)
    assert found.hash == sha256(wire.pae(kind, payload))
    assert wire.is_frame(raw) == (kind in wire.FRAMES - {wire.PART, wire.KEYED}), "these two go to the desk of messages"


def test_a_header_copy_keeps_signature_and_identity_and_loses_the_body() -> None:
    whole, copy = wire.decode(GOOD), wire.decode(wire.without_body(GOOD))
    assert copy.body is None
    assert (copy.hash, copy.signatures, copy.payload) == (whole.hash, whole.signatures, whole.payload)


def test_the_identity_does_not_depend_on_the_json_around_it() -> None:
    fields = dict(zip(("payloadType", "payload", "signatures", "body"), _values(GOOD), strict=True))
    import json

    other = json.dumps({key: fields[key] for key in reversed(fields)}, indent=1).encode()
    assert other != GOOD
    assert wire.decode(other).hash == wire.decode(GOOD).hash


def _values(raw: bytes) -> list[object]:
    import json

    return list(json.loads(raw).values())


@pytest.mark.parametrize("count", [0, 9])
def test_a_message_has_one_to_eight_signatures(count: int) -> None:
    one = wire.decode(GOOD).signatures[0]
    with pytest.raises(Malformed):
        wire.decode(wire.encode(wire.MESSAGE, b"{}", (one,) * count, None))


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_and_nothing_else(data: bytes) -> None:
    for raw in (data, b"{" + data, GOOD[: len(data)] + data):
        wire.is_frame(raw)
        try:
            wire.decode(raw)
        except HubError:
            continue


_PIECES = [
    GOOD[:1],
    GOOD[1:15],
    GOOD[15:80],
    b'"',
    b"\\",
    b"\\u0041",
    b"null",
    b"{",
    b"},{",
    b",",
    b" ",
    b"\xff",
    b"=",
    b"A",
]


@settings(max_examples=1000, deadline=None)
@given(
    st.sampled_from([GOOD, wire.without_body(GOOD), wire.encode(wire.PART, b"p", (wire.Signature("", b""),) * 8, b"")]),
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 90), st.sampled_from(_PIECES)), max_size=3),
)
def test_the_form_we_write_is_read_like_any_other(raw: bytes, changes: list[tuple[int, int, bytes]]) -> None:
    for start, size, piece in changes:
        at = start % (len(raw) + 1)
        raw = raw[:at] + piece + raw[at + size :]
    assert _outcome(raw) == _outcome(raw + b" "), "a space behind it makes it another form of the same"


_SIGNED = (wire.Signature("0", b"s"),)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(wire.encode(wire.MESSAGE, b"p", (wire.Signature("0" * 65, b"s"),), None), id="long-keyid"),
        pytest.param(wire.encode(wire.MESSAGE, b"p", (wire.Signature("\x01", b"s"),), None), id="control-in-keyid"),
        pytest.param(wire.encode(wire.MESSAGE, b"p", (wire.Signature("中", b"s"),), None)[:-9], id="cut-off"),
        pytest.param(wire.encode(wire.MESSAGE, b"p", (wire.Signature("中", b"s"),), None), id="keyid-in-letters"),
        pytest.param(
            wire.encode(wire.MESSAGE, b"?" * 9, _SIGNED, None).replace(b"Pz8/", b"Pz8\\/"), id="escaped-slash"
        ),
        pytest.param(wire.encode(wire.MESSAGE + "x", b"p", _SIGNED, None), id="unknown-type"),
        pytest.param(wire.encode(wire.MESSAGE, b"p", _SIGNED, None).replace(b"body", b"dead"), id="another-name"),
    ],
)
def test_what_looks_like_the_form_we_write_is_judged_like_any_other(raw: bytes) -> None:
    assert _outcome(raw) == _outcome(raw + b" ")


def test_the_form_we_write_has_its_limit_too() -> None:
    with pytest.raises(Oversized):
        wire.decode(wire.encode(wire.MESSAGE, b"p" * 600 * 1024, _SIGNED, b"b" * 512 * 1024))


def _outcome(raw: bytes) -> object:
    try:
        found = wire.decode(raw)
    except HubError as error:
        return type(error)
    return found.type, found.payload, found.signatures, found.body


@pytest.mark.parametrize(
    ("kind", "most"),
    [
        (wire.MESSAGE, wire.MAX_BODY),
        (wire.PART, wire.MAX_BODY),
        (wire.RETURNED, wire.MAX_RETURNED),
        (wire.KEYED, wire.MAX_RETURNED),
    ],
)
@pytest.mark.parametrize("form", ["ours", "another"])
def test_only_what_holds_a_whole_envelope_may_be_larger_than_a_body(kind: str, most: int, form: str) -> None:
    def envelope(size: int) -> bytes:
        raw = wire.encode(kind, b"{}", (wire.Signature("0" * 16, b"s" * 64),), bytes(size))
        return raw if form == "ours" else b"{ " + raw[1:]

    found = wire.decode(envelope(most))
    assert (found.type, len(found.body or b"")) == (kind, most)
    with pytest.raises(Malformed, match="过长") as refused:
        wire.decode(envelope(most + 8))
    assert refused.value.field == "body"


def test_the_limit_of_the_whole_holds_though_each_part_keeps_its_own() -> None:
    signatures = (wire.Signature("0" * 16, b"s" * 64),)
    with pytest.raises(HubError) as refused:
        wire.decode(wire.encode(wire.MESSAGE, bytes(wire.MAX_PAYLOAD), signatures, bytes(wire.MAX_BODY)))
    assert refused.value.code == "oversized"


@pytest.mark.parametrize(("before", "after"), [(b"{", b"{"), (b"{", b"{ ")], ids=["ours", "another"])
@pytest.mark.parametrize(
    ("what", "told", "code"),
    [
        (b'"' + wire.MESSAGE.encode() + b'"', b'"application/vnd.antipyramid.other.v1+json"', "wrong-purpose"),
        (b'"' + wire.MESSAGE.encode() + b'"', b"[]", "wrong-purpose"),
        (b'"keyid":"', b'"keyid":"' + b"a" * 50, "malformed"),
    ],
    ids=["a type nobody knows", "no type", "a long key id"],
)
def test_b30_type_and_key_id_are_what_they_may_be_in_every_spelling(
    before: bytes, after: bytes, what: bytes, told: bytes, code: str
) -> None:
    raw = wire.encode(wire.MESSAGE, b"{}", (wire.Signature("a" * 16, b"s" * 64),), None)
    assert wire.decode(raw.replace(before, after, 1)).type == wire.MESSAGE
    with pytest.raises(HubError) as refused:
        wire.decode(raw.replace(what, told, 1).replace(before, after, 1))
    assert refused.value.code == code


@pytest.mark.parametrize(("digest", "size"), [("0" * 64, 3), (sha256(b"abc"), 4)])
def test_a_body_is_the_signed_one_by_digest_and_size(digest: str, size: int) -> None:
    wire.check_body(b"abc", sha256(b"abc"), 3)
    with pytest.raises(HubError):
        wire.check_body(b"abc", digest, size)


@pytest.mark.parametrize("listed", ['"text"', "7", '{"keyid":7,"sig":""}', '{"keyid":null,"sig":""}', '{"keyid":"a"}'])
def test_b31_a_signature_is_a_key_id_and_a_signature_and_nothing_else(listed: str) -> None:
    raw = f'{{"payloadType":"{wire.MESSAGE}","payload":"e30=","signatures":[{listed}],"body":null}}'.encode()
    with pytest.raises(Malformed) as refused:
        wire.decode(raw)
    assert refused.value.field == "signatures"


def test_the_document_a_message_claims_is_a_hint_for_people_and_none_if_it_says_nothing() -> None:
    assert wire.claimed_document(GOOD) == wire.parse(Header, wire.decode(GOOD).payload).document
    signatures = (wire.Signature("a" * 16, b"s" * 64),)
    for raw in (b"", b"{}", wire.encode(wire.MESSAGE, b"{}", signatures, None), b'{"payload":"e30"}'):
        assert wire.claimed_document(raw) is None
    assert not wire.is_frame(b"{}")
    assert not wire.is_frame(b"x" * 14 + wire.HEADS.encode() + b'"'), "a name that nothing declares to be the type"
