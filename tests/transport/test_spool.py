"""What only the spool directory has: files others can see, leave behind and tamper with."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hub.core.errors import TransportAway
from hub.flows.ports import Outgoing, SentStatus
from hub.transport.limits import MAX_RECORD
from hub.transport.spool import SpoolTransport

ME, PEER, THIRD = "450900-mr", "440800-ps", "450900-jm"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for member in (ME, PEER, THIRD):
        SpoolTransport(tmp_path, member).probe()
    return tmp_path


def send(root: Path, to: str, raw: bytes) -> SentStatus:
    return SpoolTransport(root, ME).publish([Outgoing("k", to, raw)]).sent()[0].status


def files(root: Path, member: str, part: str) -> list[Path]:
    return sorted((root / member / part).iterdir())


def test_a_broadcast_is_one_file_with_a_name_in_every_inbox(root: Path) -> None:
    assert send(root, "all", b"news") is SentStatus.CONFIRMED
    (one,), (two,) = files(root, PEER, "new"), files(root, THIRD, "new")
    assert one.samefile(two)
    assert files(root, ME, "new") == files(root, PEER, "tmp") == []


def test_a_broadcast_with_nobody_else_there_is_returned(tmp_path: Path) -> None:
    SpoolTransport(tmp_path, ME).probe()
    assert send(tmp_path, "all", b"news") is SentStatus.RETURNED


def test_names_of_one_process_rise_even_when_the_clock_goes_back(root: Path) -> None:
    times = iter([5_000, 4_000, 4_000, 1])
    sender = SpoolTransport(root, ME, clock_ns=lambda: next(times))
    for raw in (b"1", b"2", b"3", b"4"):
        sender.publish([Outgoing("k", PEER, raw)]).sent()
    assert [item.raw for item in SpoolTransport(root, PEER).receive(10, 0)] == [b"1", b"2", b"3", b"4"]


def test_what_an_interrupted_run_had_claimed_comes_once_per_start_and_first(root: Path) -> None:
    send(root, PEER, b"1")
    assert len(SpoolTransport(root, PEER).receive(10, 0)) == 1
    send(root, PEER, b"2")
    after_crash = SpoolTransport(root, PEER)
    assert [item.raw for item in after_crash.receive(10, 0)] == [b"1", b"2"]
    assert after_crash.receive(10, 0) == []


def test_foreign_files_are_left_alone(root: Path) -> None:
    inbox = root / PEER / "new"
    (inbox / ".hidden").write_bytes(b"x")
    (inbox / "draft.tmp").write_bytes(b"x")
    (inbox / "名字.json").write_bytes(b"x")
    (inbox / "folder").mkdir()
    (inbox / "link").symlink_to("/etc/hostname")
    os.mkfifo(inbox / "pipe")
    (root / PEER / "tmp" / "half-written").write_bytes(b"x")
    send(root, PEER, b"good")
    receiver = SpoolTransport(root, PEER)
    assert [item.raw for item in receiver.receive(10, 0)] == [b"good"]
    assert len(list(inbox.iterdir())) == 6


def test_a_file_over_the_cap_is_handed_out_just_long_enough_to_be_seen_as_oversized(root: Path) -> None:
    (root / PEER / "new" / "0000").write_bytes(b"x" * (MAX_RECORD + 1000))
    (item,) = SpoolTransport(root, PEER).receive(10, 0)
    assert len(item.raw) == MAX_RECORD + 1


def test_a_file_that_cannot_be_read_does_not_stop_the_others(root: Path) -> None:
    send(root, PEER, b"good")
    claimed = root / PEER / "cur" / "0001"
    claimed.write_bytes(b"x")
    late = SpoolTransport(root, PEER)
    late.probe()
    # It was a plain file when the directory was looked at, and is none when it is opened.
    claimed.unlink()
    claimed.symlink_to("/etc/hostname")
    assert [item.raw for item in late.receive(10, 0)] == [b"good"]
    assert "1 件无法读取" in late.probe()


def test_acknowledging_cannot_reach_outside_the_inbox(root: Path) -> None:
    precious = root / "precious"
    precious.write_bytes(b"x")
    receiver = SpoolTransport(root, PEER)
    receiver.receive(1, 0)
    receiver.ack(["../../precious", str(precious), ".", ""])
    assert precious.exists()


def test_acknowledging_deletes_the_file(root: Path) -> None:
    send(root, PEER, b"1")
    receiver = SpoolTransport(root, PEER)
    receiver.ack([item.tag for item in receiver.receive(1, 0)])
    assert files(root, PEER, "new") == files(root, PEER, "cur") == []


def test_a_broken_inbox_fails_only_its_own_mail(root: Path) -> None:
    (root / PEER / "tmp").rmdir()
    (root / PEER / "tmp").write_bytes(b"a file where a directory should be")
    sent = SpoolTransport(root, ME).publish([Outgoing("a", PEER, b"1"), Outgoing("b", THIRD, b"2")]).sent()
    assert [one.status for one in sent] == [SentStatus.FAILED, SentStatus.CONFIRMED]
    assert "交换目录不可用" in sent[0].reason


def test_a_broadcast_that_reaches_only_some_has_failed(root: Path) -> None:
    (root / PEER / "new").rmdir()
    (root / PEER / "new").write_bytes(b"a file where a directory should be")
    assert send(root, "all", b"news") is SentStatus.FAILED
    assert files(root, PEER, "tmp") == []


def test_a_missing_root_is_an_absent_pipe_not_an_unknown_member(tmp_path: Path) -> None:
    assert send(tmp_path / "unmounted", PEER, b"1") is SentStatus.FAILED


def test_an_inbox_that_is_no_directory_is_away(tmp_path: Path) -> None:
    (tmp_path / PEER).write_bytes(b"x")
    receiver = SpoolTransport(tmp_path, PEER)
    for call in (receiver.probe, lambda: receiver.receive(1, 0)):
        with pytest.raises(TransportAway):
            call()


def test_what_killed_senders_left_half_written_is_swept_when_it_is_old(root: Path) -> None:
    old, fresh = root / PEER / "tmp" / "old", root / PEER / "tmp" / "fresh"
    for path in (old, fresh):
        path.write_bytes(b"half")
    os.utime(old, (1_000_000, 1_000_000))
    SpoolTransport(root, PEER).probe()
    assert files(root, PEER, "tmp") == [fresh]
