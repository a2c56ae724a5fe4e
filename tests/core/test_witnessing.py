"""Whose keys make a log's note and a witness's line count, and whose do not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hub.core import checkpoint, witnessing
from hub.core.checkpoint import Checkpoint, Note
from hub.core.delivery import SKEW
from hub.core.errors import BadSignature, UnknownSender
from hub.core.ids import wire_time
from hub.core.trust import Trust
from tests.builders import BEIHAI, NOW, YULIN, digest, federation, incarnation, signer_for
from tests.builders_federation import KeyPair, build_roster, member_entry, member_key, second_for, witness_for

FED = federation()
POINT = Checkpoint(checkpoint.origin_of(YULIN, incarnation()), 8, bytes.fromhex(digest("root")))
WITNESS = witness_for(YULIN)


def note(key: KeyPair = WITNESS, point: Checkpoint = POINT) -> Note:
    return witnessing.signed_note(point, key.public, key.sign)


def trust_with(member: str = YULIN, **changes: Any) -> Trust:
    """The federation after ``changes`` to one member."""
    others = [one for one in FED.members if one != member]
    return replace(FED, roster_raw=build_roster([member_entry(member, **changes), *others], version=2)).trust


def keys(**changes: Any) -> list[dict[str, Any]]:
    """A member's keys, with ``changes`` to the one it witnesses by."""
    return [member_key(YULIN), member_key(YULIN, purpose="seal"), member_key(YULIN, purpose="witness", **changes)]


def test_a_log_counts_by_its_members_witness_key() -> None:
    signed = witnessing.read_note(str(note()), FED.trust, NOW)
    assert (signed.member, signed.point) == (YULIN, POINT)


@pytest.mark.parametrize("key", [signer_for(YULIN), witness_for(BEIHAI), witness_for(YULIN, 1)])
def test_no_other_key_makes_a_checkpoint_whoever_it_belongs_to(key: KeyPair) -> None:
    with pytest.raises(BadSignature):
        witnessing.read_note(str(note(key)), FED.trust, NOW)


@pytest.mark.parametrize(
    "trust",
    [
        trust_with(status="expelled"),
        trust_with(keys=keys(revoked=[], until=wire_time(NOW))),
        trust_with(keys=keys(since=wire_time(NOW + SKEW + timedelta(seconds=1)))),
        trust_with(keys=keys()[:2]),
    ],
    ids=["expelled", "revoked", "not yet", "none listed"],
)
def test_b33_without_a_key_that_counts_nobody_makes_a_checkpoint_nor_cosigns_one(trust: Trust) -> None:
    with pytest.raises(UnknownSender):
        witnessing.read_note(str(note()), trust, NOW)
    line = witnessing.cosign(note(), YULIN, WITNESS.public, WITNESS.sign, NOW)
    assert witnessing.cosigned(line, trust, YULIN, NOW) is None
    assert witnessing.witnesses(line, FED.trust, NOW) == [YULIN], "and it is the key alone that is missing"


def test_a_key_counts_from_its_beginning_on_by_a_clock_that_may_be_a_little_slow() -> None:
    trust = trust_with(keys=keys(since=wire_time(NOW + SKEW)))
    assert witnessing.read_note(str(note()), trust, NOW).member == YULIN


def test_a_log_of_a_stranger_is_refused() -> None:
    point = replace(POINT, origin=checkpoint.origin_of("999999-mr", incarnation()))
    with pytest.raises(UnknownSender):
        witnessing.read_note(str(note(point=point)), FED.trust, NOW)


def test_a_key_for_second_signatures_is_no_witness() -> None:
    second = second_for(YULIN)
    trust = trust_with(keys=[*keys(), member_key(YULIN, second)])
    assert witnessing.publics(trust, YULIN, NOW) == [WITNESS.public]


def test_between_two_only_their_own_lines_are_shown() -> None:
    whole = note()
    for member in (YULIN, BEIHAI):
        key = witness_for(member)
        whole = witnessing.cosign(whole, member, key.public, key.sign, NOW)
    assert witnessing.witnesses(whole, FED.trust, NOW) == [one for one in FED.members if one in (YULIN, BEIHAI)]
    shown = witnessing.between(whole, POINT.origin, BEIHAI)
    assert witnessing.witnesses(shown, FED.trust, NOW) == [BEIHAI]
    assert witnessing.read_note(str(shown), FED.trust, NOW).point == POINT
