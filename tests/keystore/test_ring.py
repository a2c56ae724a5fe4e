"""The ring of field keys: what it seals opens in its place only, and a renewed file is used at once."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from hub.core.errors import FieldUnreadable, Misconfigured
from hub.keystore.ring import FileRing, Ring, RingCipher, create_ring, load_ring, new_ring, protect_ring
from tests.builders import NOW

PLACE, ROW = "messages.title", "ab12"


def test_a_field_opens_in_its_own_place_only():
    ring = RingCipher(new_ring(NOW))
    sealed = ring.seal(PLACE, ROW, "张三".encode())

    assert ring.open(PLACE, ROW, sealed).decode() == "张三"
    assert "张三".encode() not in sealed
    assert ring.seal(PLACE, ROW, "张三".encode()) != sealed
    for place, row in ((PLACE, "ab13"), ("messages.raw", ROW), ("matters.title", ROW)):
        with pytest.raises(FieldUnreadable):
            ring.open(place, row, sealed)


def test_fields_sealed_together_are_as_apart_as_those_sealed_alone():
    ring = RingCipher(new_ring(NOW))
    items = [(f"row{number}", b"x") for number in range(300)]
    together = ring.seal_all(PLACE, items) + ring.seal_all(PLACE, items)

    assert len({one[6:18] for one in together}) == 600, "no nonce comes twice"
    assert [ring.open(PLACE, row, one) for (row, _), one in zip(items, together, strict=False)] == [b"x"] * 300
    with pytest.raises(FieldUnreadable):
        ring.open(PLACE, "row1", together[0])
    assert ring.seal_all(PLACE, []) == []


@pytest.mark.parametrize("at", [0, 5, 6, 17, 18, -1])
def test_a_field_with_any_byte_changed_does_not_open(at: int):
    ring = RingCipher(new_ring(NOW))
    sealed = bytearray(ring.seal(PLACE, ROW, b"1380000"))
    sealed[at] ^= 1

    with pytest.raises(FieldUnreadable):
        ring.open(PLACE, ROW, bytes(sealed))


def test_a_blinded_value_is_the_same_at_its_place_and_under_its_key_alone():
    ring, other = RingCipher(new_ring(NOW)), RingCipher(new_ring(NOW))

    assert ring.blind(PLACE, "张三") == ring.blind(PLACE, "张三")
    assert len({ring.blind(PLACE, "张三"), ring.blind("x.y", "张三"), other.blind(PLACE, "张三")}) == 3


def test_a_renewed_ring_seals_by_the_new_key_and_opens_by_all():
    old = new_ring(NOW)
    renewed = old.renewed(NOW + timedelta(days=1))
    sealed = RingCipher(old).seal(PLACE, ROW, b"x")

    assert [key.until for key in renewed.keys] == [NOW + timedelta(days=1), None]
    assert RingCipher(renewed).open(PLACE, ROW, sealed) == b"x"
    assert RingCipher(renewed).seal(PLACE, ROW, b"x").startswith(renewed.keys[-1].id)
    assert (renewed.blind, RingCipher(renewed).ids) == (old.blind, tuple(key.id for key in renewed.keys))
    with pytest.raises(FieldUnreadable, match=old.keys[0].id.hex()):
        RingCipher(renewed.shortened({old.keys[0].id})).open(PLACE, ROW, sealed)
    assert renewed.shortened({key.id for key in renewed.keys}).keys == renewed.keys[-1:]


def test_the_file_is_for_its_owner_alone_and_never_overwritten(tmp_path: Path):
    path = tmp_path / "fields.key"
    create_ring(path, NOW)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(Misconfigured):
        create_ring(path, NOW)
    path.chmod(0o640)
    with pytest.raises(Misconfigured, match="chmod 600"):
        FileRing(path)


def test_a_ring_comes_back_from_its_file_as_it_was(tmp_path: Path):
    path = tmp_path / "fields.key"
    ring = create_ring(path, NOW, strict=False)
    ring.write(ring.ring.renewed(NOW + timedelta(days=400)))

    assert load_ring(path) == ring.ring
    assert (len(ring.ring.keys), ring.strict) == (2, False)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "content", ["", "{}", '{"keys": [], "blind": "", "strict": true}', '{"keys": [{"key": "00"}], "blind": "00"}']
)
def test_a_damaged_file_is_said_to_be_one(tmp_path: Path, content: str):
    path = tmp_path / "fields.key"
    path.write_text(content)
    path.chmod(0o600)

    with pytest.raises(Misconfigured):
        FileRing(path)


def test_a_missing_file_says_that_the_content_is_lost_without_it(tmp_path: Path):
    with pytest.raises(Misconfigured) as told:
        FileRing(tmp_path / "fields.key")
    assert "备份" in told.value.next_step


def test_a_process_finds_the_key_another_one_added(tmp_path: Path):
    path = tmp_path / "fields.key"
    mine, theirs = create_ring(path, NOW), FileRing(path)
    mine.write(mine.ring.renewed(NOW + timedelta(days=1)))

    assert theirs.open(PLACE, ROW, mine.seal(PLACE, ROW, b"x")) == b"x"
    assert theirs.current == mine.current

    mine.write(mine.ring.renewed(NOW + timedelta(days=2)))
    theirs.refresh()
    assert theirs.current == mine.current


def test_a_ring_under_a_passphrase_stays_under_it_when_it_is_renewed(tmp_path: Path):
    path, passphrase = tmp_path / "fields.key", tmp_path / "passphrase"
    passphrase.write_text("a passphrase of four words\n")
    passphrase.chmod(0o600)
    ring = create_ring(path, NOW)
    secret = ring.ring.keys[0].secret.hex()
    assert secret in path.read_text()

    assert (protect_ring(path, f"file:{passphrase}"), protect_ring(path, f"file:{passphrase}")) == (True, False)
    ring.write(ring.ring.renewed(NOW + timedelta(days=1)))

    assert secret not in path.read_text()
    assert load_ring(path) == ring.ring
    passphrase.write_text("another passphrase of words\n")
    with pytest.raises(Misconfigured, match="口令不对"):
        load_ring(path)


def test_a_ring_needs_no_file():
    ring: Ring = new_ring(NOW)
    cipher = RingCipher(ring)
    cipher.refresh()
    assert (cipher.strict, cipher.ids) == (True, (ring.keys[0].id,))


def test_while_the_index_key_is_changed_both_blind_and_the_file_remembers_it(tmp_path: Path):
    path = tmp_path / "fields.key"
    ring = create_ring(path, NOW)
    before, first = ring.blind(PLACE, "张三"), ring.ring.blind_id
    ring.write(ring.ring.reblinding(NOW + timedelta(days=1)))

    again = FileRing(path)
    assert (again.blinds(PLACE, ["张三"]), again.ring.blind_since) == (
        ring.blinds(PLACE, ["张三"]),
        NOW + timedelta(days=1),
    )
    assert again.blinds(PLACE, ["张三"]) == [[again.blind(PLACE, "张三")], [before]]
    assert again.blind(PLACE, "张三") != before
    ring.write(ring.ring.reblinded())
    again.refresh()
    assert again.blinds(PLACE, ["张三"]) == [[ring.blind(PLACE, "张三")]]
    assert again.ring.blind_id not in (first, again.ring.keys[0].id)


def test_a_ring_file_from_before_the_index_key_could_be_changed_is_read(tmp_path: Path):
    path = tmp_path / "fields.key"
    blind = create_ring(path, NOW).blind(PLACE, "张三")
    value = json.loads(path.read_text("utf-8"))
    del value["former"], value["blind_since"]
    path.write_text(json.dumps(value), "utf-8")
    assert FileRing(path).blinds(PLACE, ["张三"]) == [[blind]]
