"""What the stand-alone verifier says of checkpoints, witnesses and entries of a log."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hub.core.audit import Leaf
from hub.core.checkpoint import COSIGNATURE, Line, Note, key_hash, witness_name
from hub.core.ids import wire_time
from hub.core.merkle import hash_children, hash_leaf
from tests.audit.casefile import (
    FED,
    ORIGIN,
    Parts,
    blamed,
    cosignature,
    good,
    judged,
    log,
    note,
    own_line,
    point,
    proved,
    unproved,
    without,
)
from tests.builders import BEIHAI, HAIKOU, NOW, YULIN, build_roster, keypair, member_entry, signer_for, witness_for

LEAF = proved(2, log())[0]


NOTES: dict[str, Callable[[], bytes]] = {
    "signed by nobody": lambda: note(lines=[cosignature(point())]),
    "signed by another key": lambda: note(lines=[own_line(point(), key=keypair(9))]),
    "signed by the signing key": lambda: note(lines=[own_line(point(), key=signer_for(YULIN))]),
    "of another text": lambda: note(lines=[own_line(point(size=4))]),
    "a false witness": lambda: note(lines=[own_line(point()), cosignature(point(), key=keypair(9))]),
    "a witness of another text": lambda: note(lines=[own_line(point()), cosignature(point(size=4))]),
    "a stranger as witness": lambda: note(lines=[own_line(point()), cosignature(point(), member=HAIKOU)]),
    "a6 a cosignature for the log's own": lambda: note(
        lines=[replace(cosignature(point(), member=YULIN), name=ORIGIN), cosignature(point())]
    ),
    "under another key's short name": lambda: note(lines=[replace(own_line(point()), key_hash=bytes(4))]),
    "no gap": lambda: note().replace(b"\n\n", b"\n"),
    "four lines": lambda: note(point() + "more\n"),
    "a root spelt otherwise": lambda: note(point().removesuffix("=\n") + "\n"),
}


@pytest.mark.parametrize("what", NOTES)
def test_a_checkpoint_is_signed_by_its_log_and_by_nobody_else_in_its_place(what: str) -> None:
    assert blamed({**good(), "checkpoint/newest": NOTES[what]()}) == "checkpoint/newest"


def test_a_log_is_no_witness_of_itself() -> None:
    alone = [own_line(point()), cosignature(point(), member=YULIN)]
    for lines in (alone, alone[:1]):
        assert "没有其他单位见证" in unproved({**good(), "checkpoint/newest": note(lines=lines)})


def test_x43_two_checkpoints_in_one_file_are_refused() -> None:
    first, *rest = [item for item in good().items() if not item[0].startswith("leaf")]
    both = dict([first, *rest, ("checkpoint/second", note(point(log(4))))])
    assert blamed(both) == "checkpoint/second"


def leaf(**changes: Any) -> bytes:
    return json.dumps({**json.loads(good()[LEAF]), **changes}).encode()


OTHER = json.loads(proved(2, log(9))[1])
LEAVES = {
    "b59 a proof of another tree": {"proof": OTHER["proof"]},
    "b59 a hash less": {"proof": json.loads(good()[LEAF])["proof"][:-1]},
    "b59 a hash more": {"proof": [*json.loads(good()[LEAF])["proof"], b64encode(bytes(32)).decode()]},
    "another place": {"position": 3},
    "behind the end": {"position": 2 + 8},
    "before the beginning": {"position": 2 - 4},
    "another text": {"data": json.loads(good()[LEAF])["data"].replace("seal", "find")},
    "an older form": {"data": json.loads(good()[LEAF])["data"].replace("v2", "v1")},
    "another person": {"opening": {**json.loads(good()[LEAF])["opening"], "actor": "somebody"}},
    "another record": {"opening": {**json.loads(good()[LEAF])["opening"], "record": "{}"}},
}


@pytest.mark.parametrize("what", LEAVES)
def test_b59_an_entry_stands_in_the_tree_under_the_checkpoint(what: str) -> None:
    assert blamed({**good(), LEAF: leaf(**LEAVES[what])}) == LEAF


def test_an_older_form_of_entry_is_refused_even_where_it_is_in_the_tree() -> None:
    old = json.loads(proved(0, log(1))[1])
    old["data"] = old["data"].replace("v2\n", "v1\n")
    text = point(log(1), root=hash_leaf(old["data"].encode()))
    parts = {**without("leaf"), "checkpoint/newest": note(text), "leaf/0": json.dumps(old).encode()}
    assert blamed(parts) == "leaf/0"


def test_every_entry_of_a_log_is_proved() -> None:
    for count in range(1, 10):
        leaves = log(count)
        parts = {**without("leaf"), "checkpoint/newest": note(point(leaves))}
        assert blamed({**parts, **dict(proved(number, leaves) for number in range(count))}) is None


def test_an_entry_behind_the_end_is_none_though_it_would_lead_to_the_root() -> None:
    leaves = log(8)
    name, data = proved(6, leaves)
    parts = {**without("leaf"), "checkpoint/newest": note(point(leaves)), name: data}
    assert blamed(parts) is None
    assert blamed({**parts, name: json.dumps({**json.loads(data), "position": 6 + 8}).encode()}) == name


@pytest.mark.parametrize("change", ["longer", "shorter", "shorter from below"])
def test_b59_a_proof_has_the_length_its_tree_asks_for_whatever_root_was_signed(change: str) -> None:
    value, more = json.loads(good()[LEAF]), hash_leaf(b"more")
    steps = [b64decode(one) for one in value["proof"]]
    if change == "longer":
        root, steps = hash_children(more, b64decode(point().split("\n")[2])), [*steps, more]
    elif change == "shorter from below":
        found = bytes.fromhex(log()[2].hash)
        root, steps = hash_children(hash_children(steps[0], found), steps[1]), steps[:2]
    else:
        found = bytes.fromhex(log()[2].hash)
        root, steps = hash_children(hash_children(*map(_raw, log()[:2])), hash_children(found, steps[0])), steps[:2]
    value["proof"] = [b64encode(one).decode() for one in steps]
    parts = {**good(), "checkpoint/newest": note(point(root=root)), LEAF: json.dumps(value).encode()}
    assert blamed(parts) == LEAF


def _raw(one: Leaf) -> bytes:
    return bytes.fromhex(one.hash)


def test_an_entry_proves_nothing_without_its_checkpoint() -> None:
    assert blamed(without("checkpoint")) == LEAF


def test_what_was_erased_stays_proved_without_its_person() -> None:
    assert unproved({**good(), LEAF: leaf(opening=None)}) == ""


def witnessed_by(member: str, **change: Any) -> Parts:
    """The good file, and a newer roster that says something else of this member's witness key."""
    entry = member_entry(member)
    next(key for key in entry["keys"] if key["purpose"] == "witness").update(change)
    rest = [one for one in (YULIN, BEIHAI) if one != member]
    return {**good(), "roster/2": build_roster([entry, *rest], agreement=FED.agreement_raw, version=2)}


@pytest.mark.parametrize(
    ("what", "change", "counts"),
    [
        ("replaced before", {"until": wire_time(NOW - timedelta(minutes=6))}, False),
        ("replaced since", {"until": wire_time(NOW - timedelta(minutes=4))}, True),
        ("not yet in use", {"since": wire_time(NOW + timedelta(minutes=6))}, False),
        ("just in use", {"since": wire_time(NOW + timedelta(minutes=4))}, True),
        ("revoked, whatever time it wrote", {"revoked": []}, False),
    ],
)
def test_b33_a_witness_counts_in_the_time_of_its_key_and_never_once_that_was_revoked(
    what: str, change: dict[str, Any], counts: bool
) -> None:
    said = unproved(witnessed_by(BEIHAI, **change))
    assert "不作见证" not in "\n".join(one.text for one in judged(good()))
    assert ("不作见证" in said, "没有其他单位见证" in said) == (not counts, not counts)


@pytest.mark.parametrize("at", [2**40, 2**63, 2**64 - 1])
def test_a12_a_witness_that_wrote_no_time_at_all_is_named_and_no_traceback(at: int) -> None:
    text, key = point(), witness_for(BEIHAI)
    stamped = key.sign(b"cosignature/v1\ntime %d\n" % at + text.encode())
    name = witness_name(BEIHAI)
    line = Line(name, key_hash(name, COSIGNATURE, key.public), at.to_bytes(8, "big") + stamped)
    point_of_it = str(Note(text, (own_line(text), line))).encode()
    assert blamed({**good(), "checkpoint/newest": point_of_it}) == "checkpoint/newest"


def test_a_log_proves_nothing_by_a_key_that_was_revoked() -> None:
    said = unproved(witnessed_by(YULIN, revoked=[]))
    assert "不能证明其中的记录" in said
    assert "在存证点之内" in said, "the entry itself"
    assert "没有审计日志的存证" in said
    assert unproved(witnessed_by(YULIN, until=wire_time(NOW - timedelta(days=9)))) == "", "its line has no time"


def test_a2_a_witness_key_of_another_algorithm_is_none() -> None:
    for member in (YULIN, BEIHAI):
        assert blamed(witnessed_by(member, algorithm="sm2")) == "checkpoint/newest"
