"""Checkpoints and cosignatures as C2SP writes them; one spelling, and every part of a signed note is bound."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hub.core import checkpoint
from hub.core.checkpoint import Checkpoint, Line, Note
from hub.core.errors import Malformed
from hub.core.merkle import EMPTY
from tests.builders import BEIHAI, YULIN, digest, incarnation, keypair

LOG, WITNESS = keypair(1), keypair(2)
AT = datetime(2026, 11, 21, 7, 30, 12, tzinfo=UTC)
ORIGIN = checkpoint.origin_of(YULIN, incarnation())
NAME = checkpoint.witness_name(BEIHAI)
POINT = Checkpoint(ORIGIN, 20852163, bytes.fromhex(digest("root")))


def own_line(text: str = POINT.text) -> Line:
    return checkpoint.signed_line(ORIGIN, LOG.public, LOG.sign(checkpoint.to_sign(text)))


def cosignature(text: str = POINT.text, at: datetime = AT) -> Line:
    return checkpoint.cosigned_line(NAME, WITNESS.public, WITNESS.sign(checkpoint.to_cosign(text, at)), at)


def odd_bits(text: str) -> str:
    """The same root in base64 whose unused bits are not zero."""
    at = text.index("=") - 1
    return text[:at] + chr(ord(text[at]) + 1) + text[at + 1 :]


def test_a_checkpoint_is_three_lines() -> None:
    assert checkpoint.parse_checkpoint(POINT.text) == POINT
    assert POINT.text.split("\n")[:2] == [f"antipyramid/{YULIN}/{incarnation()}", "20852163"]
    assert checkpoint.member_of(ORIGIN) == YULIN
    empty = Checkpoint(ORIGIN, 0, EMPTY)
    assert checkpoint.parse_checkpoint(empty.text) == empty


def test_a_note_says_who_signed_and_who_cosigned_when() -> None:
    note = checkpoint.parse_note(str(Note(POINT.text, (own_line(), cosignature()))))
    assert checkpoint.is_signed(note, ORIGIN, LOG.public)
    assert checkpoint.cosigned_at(note, NAME, WITNESS.public) == AT
    assert not checkpoint.is_signed(note, ORIGIN, WITNESS.public)
    assert checkpoint.cosigned_at(note, NAME, LOG.public) is None


def test_a_cosignature_never_passes_for_the_logs_own_signature_nor_the_other_way_round() -> None:
    same_key = checkpoint.cosigned_line(ORIGIN, LOG.public, LOG.sign(checkpoint.to_cosign(POINT.text, AT)), AT)
    assert not checkpoint.is_signed(Note(POINT.text, (same_key,)), ORIGIN, LOG.public)
    assert checkpoint.cosigned_at(Note(POINT.text, (own_line(),)), ORIGIN, LOG.public) is None


def test_a_note_with_any_character_changed_is_signed_by_nobody() -> None:
    whole = str(Note(POINT.text, (own_line(), cosignature())))
    for number, character in enumerate(whole):
        bent = whole[:number] + ("A" if character != "A" else "B") + whole[number + 1 :]
        try:
            note = checkpoint.parse_note(bent)
        except Malformed:
            continue
        both = checkpoint.is_signed(note, ORIGIN, LOG.public) and checkpoint.cosigned_at(note, NAME, WITNESS.public)
        assert not both, (number, character)


def test_the_time_of_a_cosignature_is_bound() -> None:
    line = cosignature()
    later = (int.from_bytes(line.signature[:8], "big") + 1).to_bytes(8, "big") + line.signature[8:]
    note = Note(POINT.text, (Line(line.name, line.key_hash, later),))
    assert checkpoint.cosigned_at(note, NAME, WITNESS.public) is None
    endless = Note(POINT.text, (Line(line.name, line.key_hash, b"\xff" * 8 + line.signature[8:]),))
    assert checkpoint.cosigned_at(endless, NAME, WITNESS.public) is None


def test_a_witness_counts_in_whole_seconds() -> None:
    line = cosignature(at=AT + timedelta(microseconds=999_999))
    assert checkpoint.cosigned_at(Note(POINT.text, (line,)), NAME, WITNESS.public) == AT


@pytest.mark.parametrize(
    "bent",
    [
        "",
        "no gap\n",
        POINT.text,
        f"{POINT.text}\n",
        f"{POINT.text}\n{own_line()}"[:-1],
        f"{POINT.text}\n{own_line()}\n",
        f"{POINT.text}\n- {ORIGIN} AAAAAAAA\n",
        f"{POINT.text}\n\N{EM DASH} {ORIGIN} AAA\n",
        f"{POINT.text}\n\N{EM DASH} {ORIGIN}  AAAAAAAA\n",
        f"{POINT.text}\n\N{EM DASH} a+b AAAAAAAA\n",
        f"{POINT.text}\n\N{EM DASH} {ORIGIN} AAAA\n",
        f"{POINT.text}\n{own_line()}".replace("\n", "\r\n"),
        f"{POINT.text}\n" + str(own_line()) * 65,
        f"{POINT.text}\n" + str(Line(NAME, b"hash", bytes(4096))) * 2,
    ],
)
def test_what_is_no_note_is_refused(bent: str) -> None:
    with pytest.raises(Malformed):
        checkpoint.parse_note(bent)


@pytest.mark.parametrize(
    "bent",
    [
        POINT.text + "extension\n",
        POINT.text.replace("20852163", "020852163"),
        POINT.text.replace("20852163", "-1"),
        POINT.text.replace("20852163", "2085216\N{ARABIC-INDIC DIGIT THREE}"),
        POINT.text.replace(ORIGIN, ORIGIN + " x"),
        Checkpoint(ORIGIN, 1, bytes(31)).text,
        POINT.text.replace("\n", "\n ", 1),
        POINT.text[:-1] + "x",
        POINT.text[:-1],
        ORIGIN,
        "",
        odd_bits(POINT.text),
        Checkpoint(ORIGIN, 0, POINT.root).text,
        Checkpoint(ORIGIN, 2**63, POINT.root).text,
    ],
)
def test_what_is_no_checkpoint_is_refused(bent: str) -> None:
    with pytest.raises(Malformed):
        checkpoint.parse_checkpoint(bent)


@pytest.mark.parametrize(
    "name",
    [
        "other/450900-mr/x",
        "450900-mr/x",
        "antipyramid/450900-mr",
        "antipyramid/450900-mr/",
        "antipyramid/450900-mr/a/b",
    ],
)
def test_what_names_no_members_log_is_refused(name: str) -> None:
    with pytest.raises(Malformed):
        checkpoint.member_of(name)


def test_joining_keeps_each_line_once() -> None:
    note = Note(POINT.text, (own_line(),))
    assert note.joined([cosignature(), own_line()]).joined([cosignature()]).lines == (own_line(), cosignature())


def test_b58_a_signature_under_another_name_is_not_the_logs_whatever_its_key_hash() -> None:
    renamed = [Line("antipyramid/somebody", line.key_hash, line.signature) for line in (own_line(), cosignature())]
    note = Note(POINT.text, tuple(renamed))
    assert not checkpoint.is_signed(note, ORIGIN, LOG.public)
    assert checkpoint.cosigned_at(note, NAME, WITNESS.public) is None


@pytest.mark.parametrize("length", [0, 7, 8, 71, 73])
def test_b31_a_cosignature_of_another_length_counts_for_nothing(length: int) -> None:
    line = Line(NAME, cosignature().key_hash, (cosignature().signature * 2)[:length])
    assert checkpoint.cosigned_at(Note(POINT.text, (line,)), NAME, WITNESS.public) is None


def test_b35_two_keys_whose_short_ids_agree_are_both_tried_and_neither_passes_for_the_other() -> None:
    # Found by trying: two of a hundred thousand keys have the same four bytes under this name.
    one, other = keypair(45933), keypair(97972)
    name = checkpoint.origin_of(YULIN, incarnation())
    short = checkpoint.key_hash(name, checkpoint.ED25519, one.public)
    assert short == checkpoint.key_hash(name, checkpoint.ED25519, other.public)
    assert one.public != other.public
    lines = [checkpoint.signed_line(name, key.public, key.sign(checkpoint.to_sign(POINT.text))) for key in (one, other)]
    for some, valid in ((lines, (True, True)), (lines[:1], (True, False)), (lines[1:], (False, True))):
        note = checkpoint.parse_note(str(Note(POINT.text, tuple(some))))
        assert {line.key_hash for line in note.lines} == {short}
        assert tuple(checkpoint.is_signed(note, name, key.public) for key in (one, other)) == valid
