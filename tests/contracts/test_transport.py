"""What every pipe must do; run against the fake network, the spool directory and a real RabbitMQ."""

from __future__ import annotations

import pytest

from hub.core.errors import TransportAway
from hub.flows.ports import Outgoing, SentStatus
from hub.transport.limits import MAX_RECORD
from tests.contracts.mail import collect, items, nothing_waits, publish, publish_singly, raws
from tests.contracts.pipes import Pipe, eventually


def test_what_is_published_arrives_in_order_byte_for_byte(pipe: Pipe, names: tuple[str, str, str]) -> None:
    sender, receiver = pipe.open(names[0]), pipe.open(names[1])
    sent = [b"%d" % number for number in range(250)]
    publish(sender, names[1], *sent)
    assert raws(collect(receiver, 250)) == sent


def test_results_come_one_per_item_in_order_with_the_caller_s_keys(pipe: Pipe, names: tuple[str, str, str]) -> None:
    sender = pipe.open(names[0])
    pipe.open(names[1])
    mixed = [Outgoing("a", names[1], b"1"), Outgoing("b", "999999-zz", b"2"), Outgoing("c", names[1], b"3")]
    results = sender.publish(mixed).sent()
    assert [(one.key, one.status) for one in results] == [
        ("a", SentStatus.CONFIRMED),
        ("b", SentStatus.RETURNED),
        ("c", SentStatus.CONFIRMED),
    ]
    assert results[1].reason
    assert sender.publish([]).sent() == []


def test_what_is_handed_over_later_arrives_later_though_nobody_waits_in_between(
    pipe: Pipe, names: tuple[str, str, str]
) -> None:
    sender, receiver = pipe.open(names[0]), pipe.open(names[1])
    sent = [b"%d" % number for number in range(480)]
    posted = [sender.publish(items(names[1], sent[start : start + 80])) for start in range(0, 480, 80)]
    assert raws(collect(receiver, 480)) == sent
    assert all(one.known(60) for one in posted)
    assert all(one.known() for one in posted), "what is known stays known"
    assert [len(one.sent()) for one in posted] == [80] * 6
    assert {word.status for one in posted for word in one.sent()} == {SentStatus.CONFIRMED}


def test_any_bytes_pass_unchanged(pipe: Pipe, names: tuple[str, str, str]) -> None:
    sender, receiver = pipe.open(names[0]), pipe.open(names[1])
    every_byte = bytes(range(256))
    sent = [every_byte * 4096, b"", b"\x00", b"\xff\xfe{not json", every_byte]
    publish(sender, names[1], *sent)
    assert raws(collect(receiver, 5)) == sent


def test_what_was_confirmed_waits_for_a_receiver_that_comes_later(pipe: Pipe, names: tuple[str, str, str]) -> None:
    sender = pipe.open(names[0])
    pipe.open(names[1]).close()
    publish(sender, names[1], b"early")
    sender.close()
    assert raws(collect(pipe.open(names[1]), 1)) == [b"early"]


def test_a_broadcast_reaches_every_other_member_and_not_its_sender(pipe: Pipe, names: tuple[str, str, str]) -> None:
    sender, one, two = (pipe.open(name) for name in names)
    publish(sender, "all", b"to everybody")
    publish(one, names[0], b"to the sender")
    assert raws(collect(one, 1)) == raws(collect(two, 1)) == [b"to everybody"]
    assert raws(collect(sender, 1)) == [b"to the sender"]
    assert nothing_waits(sender)


@pytest.mark.parametrize("address", ["999999-zz", "../450900-mr", "", "ALL", "x" * 300, "收件人"])
def test_mail_for_nobody_is_returned(pipe: Pipe, names: tuple[str, str, str], address: str) -> None:
    sent = pipe.open(names[0]).publish([Outgoing("k", address, b"x")]).sent()
    assert [one.status for one in sent] == [SentStatus.RETURNED]


def test_poison_does_not_stop_what_follows(pipe: Pipe, names: tuple[str, str, str]) -> None:
    sender, receiver = pipe.open(names[0]), pipe.open(names[1])
    poison = [b"\x00" * 100, b"{" * 10_000, b"[" * 10_000, b'{"a":1,"a":2}', b"\xed\xa0\x80"]
    publish(sender, names[1], *poison, b"good")
    found = collect(receiver, 6)
    assert raws(found) == [*poison, b"good"]
    receiver.ack([item.tag for item in found])
    assert nothing_waits(receiver)


def test_receive_hands_out_at_most_the_limit(pipe: Pipe, names: tuple[str, str, str]) -> None:
    sender, receiver = pipe.open(names[0]), pipe.open(names[1])
    publish(sender, names[1], *[b"x"] * 30)
    counts: list[int] = []

    def all_found() -> bool:
        counts.append(len(receiver.receive(7, 0.2)))
        return sum(counts) == 30

    eventually(all_found)
    assert max(counts) <= 7


def test_a_batch_larger_than_the_window_is_confirmed_item_by_item(pipe: Pipe, names: tuple[str, str, str]) -> None:
    sender, receiver = pipe.open(names[0]), pipe.open(names[1])
    sent = [b"%d" % number for number in range(2500)]
    publish(sender, names[1], *sent)
    found: list[bytes] = []

    def all_found() -> bool:
        some = receiver.receive(400, 0.2)
        receiver.ack([item.tag for item in some])
        found.extend(raws(some))
        return len(found) >= len(sent)

    eventually(all_found)
    assert found == sent


def test_the_probe_tells_people_how_much_waits(pipe: Pipe, names: tuple[str, str, str]) -> None:
    sender = pipe.open(names[0])
    pipe.open(names[1]).close()
    publish_singly(sender, names[1], b"1", b"2")
    receiver = pipe.open(names[1])
    eventually(lambda: "待取 2 " in receiver.probe())


def test_while_the_pipe_is_away_everything_fails_politely_and_afterwards_works_again(
    pipe: Pipe, names: tuple[str, str, str]
) -> None:
    sender, receiver = pipe.open(names[0]), pipe.open(names[1])
    publish(sender, names[1], b"before")
    assert raws(collect(receiver, 1)) == [b"before"]
    pipe.stop()
    try:
        failed = sender.publish(items(names[1], [b"lost 1", b"lost 2"])).sent()
        assert [one.status for one in failed] == [SentStatus.FAILED] * 2
        assert all(one.reason for one in failed)
        for call in (lambda: receiver.receive(1, 0.1), receiver.probe):
            with pytest.raises(TransportAway):
                call()
        receiver.ack(["1:1"])
    finally:
        pipe.start()
    eventually(lambda: sender.publish(items(names[1], [b"after"])).sent()[0].status is SentStatus.CONFIRMED)
    found: list[bytes] = []

    def both_found() -> bool:
        try:
            found.extend(raws(receiver.receive(10, 0.2)))
        except TransportAway:
            return False
        return b"after" in found

    receiver.close()
    eventually(both_found)
    assert found == [b"before", b"after"]


def test_an_item_no_peer_could_read_fails_alone(pipe: Pipe, names: tuple[str, str, str]) -> None:
    sender, receiver = pipe.open(names[0]), pipe.open(names[1])
    sent = sender.publish(items(names[1], [b"1", b"x" * (MAX_RECORD + 1), b"3"])).sent()
    assert [one.status for one in sent] == [SentStatus.CONFIRMED, SentStatus.FAILED, SentStatus.CONFIRMED]
    assert raws(collect(receiver, 2)) == [b"1", b"3"]
