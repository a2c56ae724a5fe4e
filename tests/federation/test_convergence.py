"""Two ends of a matter end equal whatever the order in which they act and hear of each other (DESIGN D9)."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.core.errors import Refused
from hub.core.families import FAMILIES
from hub.core.matter import fold, ordered, side
from hub.flows.rows import Entry, MessageStatus
from hub.flows.send import Request
from tests.builders import BEIHAI, HAIKOU, JOINT, YULIN, digest, incarnation, moment, thread, uuid
from tests.simulator.acts import record
from tests.simulator.bodies import body
from tests.simulator.rest import check_rest, history, shared
from tests.simulator.world import Node, World

QUIET = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))


@dataclass(frozen=True)
class Move:
    """``who`` (0 opener, 1 the other) asks for ``kind``/``act``, or the pipe does something."""

    who: int
    kind: str
    act: str


ASSIST = [
    Move(1, "answer", "sign-for"),
    Move(1, "answer", "accept"),
    Move(1, "answer", "return"),
    Move(1, "assistance_feedback", "feedback-interim"),
    Move(1, "assistance_feedback", "feedback-final"),
    Move(0, "withdrawal", "withdraw"),
    Move(0, "reminder", "remind"),
    Move(0, "confirmation", "confirm"),
]
WIRES: dict[str, Callable[[World], object]] = {
    "opener seals and publishes": lambda w: _push(w, YULIN),
    "the other seals and publishes": lambda w: _push(w, BEIHAI),
    "opener receives": lambda w: w.nodes[YULIN].worker.receive_once(),
    "the other receives": lambda w: w.nodes[BEIHAI].worker.receive_once(),
    "the office receives": lambda w: w.nodes[JOINT].worker.receive_once(),
}


def _push(world: World, member: str) -> int:
    worker = world.nodes[member].worker
    return worker.seal_once() + worker.relay_once()


def opened(kind: str = "assistance_request", act: str = "request") -> tuple[World, str]:
    """A federation in which 玉林 asked 北海 and both know it."""
    world = World(1)
    matter = world.nodes[YULIN].send(Request(kind, body(kind, act), to=(BEIHAI,))).matter
    world.settle()
    return world, matter


def ask(node: Node, move: Move, matter: str) -> bool:
    """Try the act; what this end may not do now is refused to its user and changes nothing."""
    try:
        node.send(Request(move.kind, body(move.kind, move.act), matter=matter))
    except Refused:
        return False
    return True


def same_at_all(world: World, matter: str) -> None:
    rows = [world.nodes[member].store.rows.matters.rows[matter] for member in (YULIN, BEIHAI, JOINT)]
    assert shared(rows[0]) == shared(rows[1]) == shared(rows[2])
    assert history(world.nodes[YULIN], matter) == history(world.nodes[BEIHAI], matter)


@pytest.mark.parametrize("order", list(itertools.permutations(["opener", "other", "office"])))
@pytest.mark.parametrize("answer", ["feedback-final", "return"])
def test_a_withdrawal_that_crosses_an_answer_ends_alike_at_both_ends_and_at_the_office(
    answer: str, order: tuple[str, ...]
) -> None:
    world, matter = opened()
    one, other = world.nodes[YULIN], world.nodes[BEIHAI]
    if answer == "feedback-final":
        ask(other, ASSIST[1], matter)
        world.settle()
    assert ask(one, ASSIST[5], matter)
    kind = "assistance_feedback" if answer == "feedback-final" else "answer"
    assert ask(other, Move(1, kind, answer), matter)
    _push(world, YULIN)
    _push(world, BEIHAI)
    who = {"opener": YULIN, "other": BEIHAI, "office": JOINT}
    for name in order:
        world.nodes[who[name]].worker.receive_once()
    world.settle()
    same_at_all(world, matter)
    row = one.store.rows.matters.rows[matter]
    assert row.ignored == 1, "one of the two had no place"
    assert row.state in {"recalled", "withdrawn", "fed_back", "returned"}
    check_rest(world)


@QUIET
@given(st.lists(st.one_of(st.sampled_from(ASSIST), st.sampled_from(sorted(WIRES))), max_size=18))
def test_every_interleaving_of_two_nodes_acts_ends_equal(script: list[Move | str]) -> None:
    world, matter = opened()
    for step in script:
        if isinstance(step, Move):
            ask(world.nodes[(YULIN, BEIHAI)[step.who]], step, matter)
        else:
            WIRES[step](world)
    world.settle()
    same_at_all(world, matter)


def test_an_answer_that_reaches_the_office_before_its_request_waits_for_it() -> None:
    world = World(2)
    asker, asked, office = (world.nodes[m] for m in (YULIN, BEIHAI, JOINT))
    world.network.cut(YULIN, JOINT)
    matter = asker.send(Request("assistance_request", body("assistance_request", "request"), to=(BEIHAI,))).matter
    _push(world, YULIN)
    asked.worker.receive_once()
    assert ask(asked, ASSIST[0], matter)
    _push(world, BEIHAI)
    office.worker.receive_once()
    assert len(office.store.rows.messages.entries([matter])) == 1, "the answer came first"
    assert matter not in office.store.rows.matters.rows, "an answer alone is no matter"
    world.network.heal()
    world.settle()
    same_at_all(world, matter)
    assert office.store.rows.matters.rows[matter].state == "signed"


def test_a_message_its_addressee_refused_counts_at_no_end() -> None:
    world, matter = opened()
    record(world, world.nodes[YULIN], "withdrawal", "withdraw", BEIHAI, matter, b'{"title":"x"}')
    _push(world, YULIN)
    assert world.nodes[YULIN].store.rows.matters.rows[matter].state == "recalled", "until the refusal comes back"
    world.settle()
    for member in (YULIN, BEIHAI, JOINT):
        assert world.nodes[member].store.rows.matters.rows[matter].state == "requested"
    same_at_all(world, matter)
    refused = [m for m in world.nodes[BEIHAI].store.rows.messages.rows.values() if m.status is MessageStatus.REFUSED]
    assert [m.code for m in refused] == ["broken-rules"]
    assert ask(world.nodes[BEIHAI], ASSIST[1], matter), "the matter goes on"
    world.settle()
    same_at_all(world, matter)


@pytest.mark.parametrize("first", ["correction", "removal"])
def test_a_replaced_blacklist_entry_ends_alike_everywhere_whatever_comes_first(first: str) -> None:
    world = World(3)
    lister = world.nodes[YULIN]
    entry = lister.send(Request("blacklist_entry", body("blacklist_entry", "list"), to=("all",)))
    world.settle()
    text = body("blacklist_entry", "list", title="【演示】更正列入信息")
    lister.send(Request("blacklist_entry", text, matter=entry.matter, replaces=entry.document))
    removal = body("blacklist_removal", "remove", entry=entry.document)
    lister.send(Request("blacklist_removal", removal, matter=entry.matter))
    lister.worker.seal_once()
    lister.worker.relay_once()
    for node in world.nodes.values():
        copies = list(world.network._inboxes[node.member])
        if first == "removal":
            world.network._inboxes[node.member][:] = reversed(copies)
    world.settle()
    for node in world.nodes.values():
        row = node.store.rows.matters.rows[entry.matter]
        assert (row.state, row.title) == ("removed", "【演示】更正列入信息")
        assert row.ignored == 0
        assert history(node, entry.matter) == history(lister, entry.matter)


def entry(number: int, sender: str, audience: str, seq: int, kind: str, act: str, after: tuple[str, ...]) -> Entry:
    return Entry(
        hash=digest(f"entry {number}"),
        document=uuid(number),
        kind=kind,
        version=1,
        act=act,
        sender=sender,
        audience=audience,
        incarnation=incarnation(),
        seq=seq,
        matter=thread(0),
        after=after,
        replaces=None,
        rule=None,
        requested=None,
        agreement=1,
        urgency="normal",
        issued=moment(number),
        mark="addressee-only",
        title="x",
        status=MessageStatus.STORED,
        delivered_at=None,
        refused=False,
    )


@st.composite
def threads(draw: st.DrawFn) -> list[Entry]:
    """A matter's messages with random knowledge of one another; strangers and impossible acts included."""
    family = draw(st.sampled_from(sorted(FAMILIES)))
    steps = FAMILIES[family].steps
    made: list[Entry] = []
    seqs: dict[tuple[str, str], int] = {}
    for number in range(draw(st.integers(1, 9))):
        step = steps[0] if number == 0 else draw(st.sampled_from(steps))
        sender = draw(st.sampled_from([YULIN, BEIHAI, HAIKOU])) if number else YULIN
        audience = BEIHAI if sender == YULIN else YULIN
        seqs[sender, audience] = seqs.get((sender, audience), 0) + 1
        seen = draw(st.sets(st.sampled_from([e.hash for e in made]), max_size=4)) if made else set()
        made.append(entry(number, sender, audience, seqs[sender, audience], step.kind, step.act, tuple(sorted(seen))))
    return made


@settings(max_examples=120, deadline=None)
@given(threads(), st.randoms(use_true_random=False))
def test_the_fold_of_a_matter_does_not_depend_on_the_order_of_arrival(messages: list[Entry], dice: object) -> None:
    expected = fold(messages)
    shuffled = list(messages)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fold(shuffled) == expected
    assert fold(messages + shuffled) == expected, "a repeated message changes nothing"


@settings(max_examples=120, deadline=None)
@given(threads())
def test_the_order_of_a_matter_keeps_what_its_authors_had_seen(messages: list[Entry]) -> None:
    line = [one.hash for one in fold(messages).history]
    place = {name: index for index, name in enumerate(line)}
    assert len(line) == len({one.hash for one in messages})
    for one in messages:
        assert all(place[seen] < place[one.hash] for seen in one.after)
        earlier = [m.hash for m in messages if (m.sender, m.audience) == (one.sender, one.audience) and m.seq < one.seq]
        assert all(place[name] < place[one.hash] for name in earlier)


def test_messages_that_name_each_other_are_ordered_by_hash_instead_of_lost() -> None:
    one, other = (entry(n, s, a, 1, "answer", "accept", ()) for n, s, a in ((1, YULIN, BEIHAI), (2, BEIHAI, YULIN)))
    cycle = [replace(one, after=(other.hash,)), replace(other, after=(one.hash,))]
    assert [m.hash for m in ordered(cycle)] == sorted([one.hash, other.hash])
    assert side(HAIKOU, YULIN, BEIHAI) is None


def test_a_stranger_who_knows_a_matter_cannot_make_himself_its_opener() -> None:
    true = entry(1, YULIN, "all", 1, "blacklist_entry", "list", ())
    for number in range(2, 40):  # whatever his hash, smaller or larger
        false = entry(number, HAIKOU, "all", 1, "blacklist_entry", "list", ())
        removal = entry(99, YULIN, "all", 2, "blacklist_removal", "remove", (true.hash,))
        folded = fold([false, true, removal])
        assert (folded.opener, folded.state, folded.ignored) == (YULIN, "removed", 1)
