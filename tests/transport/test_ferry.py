"""Ferry bundles on media that are cut short, scratched or made up (RELIABILITY B62)."""

from __future__ import annotations

import hashlib
import io
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.errors import Malformed, Oversized, Rejected, TooLarge, TransportAway
from hub.transport.ferry import Bundle, describe, pack, read_bundle, unpack, write_bundle
from hub.transport.ferry_read import HEADER, MAGIC, MARKER, frames
from hub.transport.limits import MAX_RECORD, MAX_RECORDS

MANIFEST = b"signed manifest"
RECORDS = [b"first record", b"", MARKER + b"AF1\nAF1\n", b"fourth \x00\xff record"]
BUNDLE = pack(RECORDS, MANIFEST)

contents = st.lists(st.one_of(st.binary(max_size=200), st.just(MARKER * 5)), max_size=8)


def frame(index: int, raw: bytes, *, length: int | None = None, digest: bytes | None = None) -> bytes:
    """One frame with a right header checksum, whatever it claims."""
    size = len(raw) if length is None else length
    start = MARKER + index.to_bytes(4, "big") + size.to_bytes(4, "big") + (digest or hashlib.sha256(raw).digest())
    return start + zlib.crc32(start).to_bytes(4, "big") + raw


def read_or_refused(data: bytes) -> Bundle | None:
    """Damage is a result or a refusal; anything else escapes and fails the test."""
    try:
        return unpack(data)
    except Rejected:
        return None


def assert_nothing_wrong_accepted(bundle: Bundle | None, originals: list[bytes]) -> None:
    """Every record stands where it belongs with the bytes it had, or is missing with a reason."""
    if bundle is None:
        return
    assert bundle.manifest == MANIFEST
    assert [record.index for record in bundle.records] == list(range(len(bundle.records)))
    for record in bundle.records:
        if record.raw is None:
            assert record.problem
        else:
            assert not record.problem
            assert record.raw == originals[record.index]


@given(contents)
def test_what_is_packed_is_read_again(records: list[bytes]) -> None:
    bundle = unpack(pack(records, MANIFEST))
    assert bundle.manifest == MANIFEST
    assert [record.raw for record in bundle.records] == records
    assert [record.problem for record in bundle.records] == [""] * len(records)


def test_a_bundle_cut_at_any_byte_gives_the_records_before_the_cut() -> None:
    ends = [len(pack(RECORDS[:count], MANIFEST)) for count in range(len(RECORDS) + 1)]
    for cut in range(len(BUNDLE)):
        bundle = read_or_refused(BUNDLE[:cut])
        if cut < ends[0]:
            assert bundle is None, cut
            continue
        assert bundle is not None
        whole = sum(end <= cut for end in ends) - 1
        assert [record.raw for record in bundle.records if record.raw is not None] == RECORDS[:whole], cut
        assert_nothing_wrong_accepted(bundle, RECORDS)
        assert cut in ends or bundle.records[-1].problem, cut


@pytest.mark.parametrize("change", [0x01, 0x80, 0xFF])
def test_one_flipped_byte_costs_at_most_one_record(change: int) -> None:
    for place in range(len(BUNDLE)):
        damaged = bytearray(BUNDLE)
        damaged[place] ^= change
        bundle = read_or_refused(bytes(damaged))
        if place < len(pack([], MANIFEST)):
            assert bundle is None, place
            continue
        assert bundle is not None
        assert_nothing_wrong_accepted(bundle, RECORDS)
        assert [record.index for record in bundle.records] == [0, 1, 2, 3], place
        assert sum(record.raw is None for record in bundle.records) == 1, place


@given(contents, st.data())
def test_bytes_lost_inserted_or_overwritten_anywhere_never_yield_a_wrong_record(
    records: list[bytes], data: st.DataObject
) -> None:
    damaged = pack(records, MANIFEST)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(damaged)))
        end = data.draw(st.integers(start, min(len(damaged), start + 60)))
        damaged = damaged[:start] + data.draw(st.binary(max_size=60)) + damaged[end:]
    assert_nothing_wrong_accepted(read_or_refused(damaged), records)


@given(st.binary(max_size=400))
def test_garbage_is_malformed(garbage: bytes) -> None:
    for data in (garbage, MAGIC + garbage):
        with pytest.raises(Malformed):
            unpack(data)


@given(st.binary(min_size=1, max_size=200))
def test_garbage_after_the_last_record_is_reported_and_costs_nothing(garbage: bytes) -> None:
    bundle = unpack(BUNDLE + garbage)
    assert [record.raw for record in bundle.records[:4]] == RECORDS
    assert [record.raw for record in bundle.records[4:]] == [None]
    assert bundle.records[4].problem


def test_a_bundle_written_twice_into_one_file_gives_each_record_once() -> None:
    bundle = unpack(BUNDLE + BUNDLE)
    assert [record.raw for record in bundle.records] == [*RECORDS, None]


@pytest.mark.parametrize("claimed", [0, 1, 11, 13, 60, MAX_RECORD, MAX_RECORD + 1, 2**32 - 1])
def test_a_length_that_lies_costs_only_its_record(claimed: int) -> None:
    data = pack([], MANIFEST) + frame(1, b"twelve bytes", length=claimed) + frame(2, b"next")
    bundle = unpack(data)
    assert bundle.records[0].raw is None
    assert bundle.records[0].problem
    assert bundle.records[1].raw == b"next"


def test_places_already_reported_and_places_that_cannot_exist_are_not_believed() -> None:
    bundle = unpack(BUNDLE + frame(2, b"another second") + frame(MAX_RECORDS + 1, b"too far"))
    assert [record.raw for record in bundle.records] == [*RECORDS, None]
    assert "件数" in bundle.records[4].problem


def test_a_jump_in_the_numbers_names_every_missing_place() -> None:
    bundle = unpack(pack([], MANIFEST) + frame(4, b"fourth"))
    assert [record.raw for record in bundle.records] == [None, None, None, b"fourth"]


def test_imitated_headers_do_not_keep_the_reader_busy_for_ever() -> None:
    bundle = unpack(BUNDLE + MARKER * 500_000)
    assert [record.raw for record in bundle.records[:4]] == RECORDS
    assert "过多" in bundle.records[4].problem


def test_limits_are_kept_when_packing() -> None:
    with pytest.raises(TooLarge):
        pack([b"x" * (MAX_RECORD + 1)], MANIFEST)
    with pytest.raises(TooLarge):
        pack([], b"x" * (MAX_RECORD + 1))
    with pytest.raises(TooLarge):
        pack([b""] * (MAX_RECORDS + 1), MANIFEST)
    largest = b"x" * MAX_RECORD
    with pytest.raises(TooLarge):
        pack([largest] * 128, MANIFEST)
    assert unpack(pack([largest], MANIFEST)).records[0].raw == largest


def test_a_medium_that_never_ends_is_given_up() -> None:
    class Endless(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            assert size is not None
            return super().read(size) or b"\x00" * size

    with pytest.raises(Oversized):
        list(frames(Endless(BUNDLE)))


def test_a_medium_pulled_out_while_reading_is_away() -> None:
    class Pulled(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(TransportAway, match="磁盘读写错误"):
        list(frames(Pulled(BUNDLE)))


def test_the_description_is_what_a_manifest_signs() -> None:
    assert describe([b"", b"abc"]) == [
        {"sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "size": 0},
        {"sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "size": 3},
    ]


def test_a_bundle_file_is_written_whole_and_read_piece_by_piece(tmp_path: Path) -> None:
    path = tmp_path / "out.ferry"
    write_bundle(path, RECORDS, MANIFEST)
    assert path.read_bytes() == BUNDLE
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.ferry"]
    with read_bundle(path) as reading:
        assert reading.manifest == MANIFEST
        assert [record.raw for record in reading.records] == RECORDS


def test_a_failed_export_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "dir.ferry").mkdir()
    with pytest.raises(TransportAway):
        write_bundle(tmp_path / "dir.ferry", RECORDS, MANIFEST)
    assert [entry.name for entry in tmp_path.iterdir()] == ["dir.ferry"]
    with pytest.raises(TransportAway):
        write_bundle(tmp_path / "absent" / "out.ferry", RECORDS, MANIFEST)


@pytest.mark.parametrize("name", ["absent.ferry", "."])
def test_what_cannot_be_opened_is_away(tmp_path: Path, name: str) -> None:
    with pytest.raises(TransportAway), read_bundle(tmp_path / name):
        pass


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.ferry"
    with path.open("wb") as file:
        file.write(BUNDLE)
        file.truncate(513 * 1024 * 1024)
    with pytest.raises(Oversized), read_bundle(path):
        pass


def test_the_header_has_the_length_the_format_promises() -> None:
    assert len(BUNDLE) == len(MAGIC) + 5 * HEADER + len(MANIFEST) + sum(map(len, RECORDS))
