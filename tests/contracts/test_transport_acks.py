"""What every pipe forgets once it is acknowledged, and what it brings again until then."""

from __future__ import annotations

from tests.contracts.mail import collect, nothing_waits, publish, publish_singly, raws
from tests.contracts.pipes import Pipe


def test_unacknowledged_deliveries_come_again_after_a_reconnect_and_not_before(
    pipe: Pipe, names: tuple[str, str, str]
) -> None:
    sender, receiver = pipe.open(names[0]), pipe.open(names[1])
    publish(sender, names[1], b"1", b"2", b"3")
    assert raws(collect(receiver, 3)) == [b"1", b"2", b"3"]
    assert nothing_waits(receiver)
    receiver.close()
    assert raws(collect(pipe.open(names[1]), 3)) == [b"1", b"2", b"3"]


def test_a_closed_transport_can_be_used_again(pipe: Pipe, names: tuple[str, str, str]) -> None:
    sender, receiver = pipe.open(names[0]), pipe.open(names[1])
    publish(sender, names[1], b"1")
    collect(receiver, 1)
    receiver.close()
    assert raws(collect(receiver, 1)) == [b"1"]


def test_acknowledging_forgets_only_what_is_named(pipe: Pipe, names: tuple[str, str, str]) -> None:
    sender, receiver = pipe.open(names[0]), pipe.open(names[1])
    publish_singly(sender, names[1], b"0", b"1", b"2", b"3", b"4")
    found = collect(receiver, 5)
    receiver.ack([found[3].tag, found[1].tag])
    receiver.ack([found[0].tag, found[1].tag])
    receiver.close()
    again = pipe.open(names[1])
    assert raws(collect(again, 2)) == [b"2", b"4"]
    assert nothing_waits(again)


def test_what_was_published_in_one_go_may_come_again_until_all_of_it_is_acknowledged(
    pipe: Pipe, names: tuple[str, str, str]
) -> None:
    sender, receiver = pipe.open(names[0]), pipe.open(names[1])
    sent = [b"%d" % number for number in range(8)]
    publish(sender, names[1], *sent)
    found = collect(receiver, 8)
    receiver.ack([item.tag for item in found[:5]])
    receiver.close()
    again = pipe.open(names[1])
    rest = collect(again, 3)
    while more := again.receive(10, 0.3):
        rest += more
    assert set(sent[5:]) <= set(raws(rest)) <= set(sent)
    again.ack([item.tag for item in rest])
    again.close()
    assert nothing_waits(pipe.open(names[1]))


def test_everything_acknowledged_never_comes_again(pipe: Pipe, names: tuple[str, str, str]) -> None:
    sender, receiver = pipe.open(names[0]), pipe.open(names[1])
    publish(sender, names[1], *[b"x"] * 120)
    receiver.ack([item.tag for item in collect(receiver, 120)])
    receiver.close()
    assert nothing_waits(pipe.open(names[1]))


def test_tags_of_an_earlier_connection_and_made_up_tags_are_ignored(pipe: Pipe, names: tuple[str, str, str]) -> None:
    sender, receiver = pipe.open(names[0]), pipe.open(names[1])
    publish(sender, names[1], b"1", b"2")
    old = collect(receiver, 2)
    receiver.close()
    receiver.ack([item.tag for item in old])
    made_up = [
        "",
        "1:",
        ":1",
        "1:-1",
        "1:99999",
        "nonsense",
        "../../x",
        "1:²",
        "0:1",
        "1:1",
        "0:1:0",
        "1:1:0:0",
        "1:1:x",
    ]
    receiver.ack([*made_up, "1:1:-1", "1:1:9"])
    collect(receiver, 2)
    receiver.ack(["1:99999", "1:99999:0", "2:1:9", "2:1:²", "nonsense", "../../x"])
    publish(sender, names[1], b"3")
    assert raws(collect(receiver, 1)) == [b"3"]
    receiver.close()
    assert raws(collect(pipe.open(names[1]), 3)) == [b"1", b"2", b"3"]


def test_an_old_tag_does_not_forget_what_a_new_connection_delivers(pipe: Pipe, names: tuple[str, str, str]) -> None:
    sender, receiver = pipe.open(names[0]), pipe.open(names[1])
    publish_singly(sender, names[1], b"1", b"2")
    first, _second = collect(receiver, 2)
    receiver.ack([first.tag])
    receiver.close()
    assert raws(collect(receiver, 1)) == [b"2"]
    receiver.ack([first.tag])
    receiver.close()
    assert raws(collect(receiver, 1)) == [b"2"]


def test_one_addressee_s_acknowledgement_does_not_take_the_broadcast_from_another(
    pipe: Pipe, names: tuple[str, str, str]
) -> None:
    sender, one, two = (pipe.open(name) for name in names)
    publish(sender, "all", b"news")
    one.ack([item.tag for item in collect(one, 1)])
    assert raws(collect(two, 1)) == [b"news"]
