"""What every store promises about attachments: pieces at their places, one copy of each, and who waits for what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hub.core.pieces import PIECE
from hub.flows.ports.parts import Arrival, Want
from hub.flows.rows import PartMeta
from tests.builders import BEIHAI, HAIKOU, NOW, YULIN, digest, part
from tests.contracts.stores import Backend


def arrival(number: int = 0, sender: str = BEIHAI, fault: str | None = None) -> Arrival:
    at = NOW + timedelta(seconds=number)
    name = digest(f"part {number}")
    return Arrival(sender, name, digest("m"), 1 << 30, "video/mp4", f"{sender}:{number}", at, 0, at, 0, fault)


def test_a_small_attachment_is_kept_by_digest_once(backend: Backend):
    one, two = part(b"\x00\xff one", "image/png"), part(b"%PDF" + b"x" * (PIECE + 1))
    with backend.begin() as uow:
        uow.parts.put(one)
        uow.parts.put(two)
        uow.parts.put(one)
    backend.reopen()
    with backend.begin() as uow:
        assert uow.parts.about([one.sha256, two.sha256, digest()]) == {
            one.sha256: PartMeta(one.sha256, len(one.content), "image/png"),
            two.sha256: PartMeta(two.sha256, len(two.content), two.media_type),
        }
        assert uow.parts.piece(one.sha256, 0) == one.content
        assert (uow.parts.piece(two.sha256, 0) or b"") + (uow.parts.piece(two.sha256, PIECE) or b"") == two.content
        assert uow.parts.piece(one.sha256, PIECE) is None
        assert uow.parts.piece(digest(), 0) is None
        assert uow.parts.have([one.sha256, digest()]) == {one.sha256}
        assert (uow.parts.have([]), uow.parts.about([])) == (set(), {})


def test_pieces_come_in_any_order_more_than_once_and_do_not_mix(backend: Backend):
    with backend.begin() as uow:
        uow.parts.keep("one", [(600, b"c"), (0, b"a")])
        uow.parts.keep("two", [(0, b"z")])
        uow.parts.keep("one", [(300, b"b"), (600, b"C")])
    backend.reopen()
    with backend.begin() as uow:
        assert uow.parts.starts("one") == [0, 300, 600]
        assert [uow.parts.kept("one", start) for start in (0, 300, 600, 900)] == [b"a", b"b", b"C", None]
        uow.parts.forget("one")
        assert (uow.parts.starts("one"), uow.parts.starts("two")) == ([], [0])


def test_what_lies_in_pieces_becomes_an_attachment_and_a_second_copy_is_dropped(backend: Backend):
    meta = PartMeta(digest("whole"), 2, "text/plain")
    with backend.begin() as uow:
        uow.parts.keep("first", [(0, b"ab")])
        uow.parts.keep("second", [(0, b"ab")])
        uow.parts.adopt(meta, "first")
        uow.parts.adopt(meta, "second")
        assert uow.parts.about([meta.sha256]) == {meta.sha256: meta}
        assert (uow.parts.starts("first"), uow.parts.starts("second")) == ([0], [])
        assert uow.parts.piece(meta.sha256, 0) == b"ab"
        uow.parts.drop([meta.sha256, digest()])
        uow.parts.drop([])
        assert (uow.parts.have([meta.sha256]), uow.parts.starts("first")) == (set(), [])


def test_arrivals_are_asked_for_oldest_first_and_never_with_a_fault(backend: Backend):
    rows = [arrival(3), arrival(1), arrival(2, fault="内容与声明的类型不符"), arrival(1, HAIKOU)]
    with backend.begin() as uow:
        uow.arrivals.save(rows)
        uow.arrivals.save([replace(rows[0], asked=PIECE, failures=1)])
    backend.reopen()
    with backend.begin() as uow:
        assert uow.arrivals.senders() == sorted([BEIHAI, HAIKOU])
        assert uow.arrivals.of(BEIHAI, 9) == [rows[1], replace(rows[0], asked=PIECE, failures=1)]
        assert uow.arrivals.of(BEIHAI, 1) == [rows[1]]
        assert uow.arrivals.get(BEIHAI, [rows[2].sha256, digest()]) == {rows[2].sha256: rows[2]}
        assert uow.arrivals.get(BEIHAI, []) == {}
        uow.arrivals.drop(BEIHAI, [rows[0].sha256, rows[1].sha256])
        uow.arrivals.drop(BEIHAI, [])
        assert uow.arrivals.senders() == [HAIKOU]


def test_wants_are_answered_in_order_and_shortened_by_what_was_taken(backend: Backend):
    one, two = Want(YULIN, digest("m"), digest("a"), 0, 900), Want(YULIN, digest("m"), digest("b"), 0, 5)
    with backend.begin() as uow:
        uow.wants.add([one, two, Want(HAIKOU, digest("m"), digest("a"), 0, 900)])
        uow.wants.add([one])
    backend.reopen()
    with backend.begin() as uow:
        assert uow.wants.members() == sorted([HAIKOU, YULIN])
        first, second = uow.wants.of(YULIN, 9)
        assert [replace(first, id=0), replace(second, id=0)] == [one, two]
        uow.wants.shorten(first, 300)
        uow.wants.shorten(second, 5)
        assert [(row.first, row.last) for row in uow.wants.of(YULIN, 9)] == [(300, 900)]
        assert len(uow.wants.of(YULIN, 1)) == 1
        uow.wants.drop([YULIN])
        uow.wants.drop([])
        assert uow.wants.members() == [HAIKOU]
