"""What the stand-alone verifier says of roots, rosters and agreements: enough distinct holders, and one another."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from hub.core import envelope as wire
from hub.core.envelope import Signature, decode, encode
from hub.core.membership import holder_entry
from tests.audit.casefile import FED, LETTER, blamed, good, judged, roster_of, without
from tests.builders import (
    BEIHAI,
    YULIN,
    KeyPair,
    build_agreement,
    build_root,
    build_roster,
    keypair,
    member_key,
    root_keys,
    second_for,
    signed,
)


def next_root(**changes: Any) -> bytes:
    keys = [keypair(seed) for seed in (1, 800, 801)]
    listed = [{"id": k.keyid, "algorithm": "ed25519", "public": b64encode(k.public).decode()} for k in keys]
    return build_root(**{"version": 2, "keys": listed, "signers": [*root_keys()[:2], *keys[1:]], **changes})


NEW = [keypair(800), keypair(801)]
ONCE = {"id": "a" * 16, "algorithm": "ed25519", "public": b64encode(keypair(800).public).decode()}


@pytest.mark.parametrize(
    ("what", "raw", "wrong"),
    [
        ("a good one", next_root(), False),
        ("by the new holders only", next_root(signers=NEW), True),
        ("by the old holders only", next_root(signers=root_keys()), True),
        ("b36 one signature twice", next_root(signers=[root_keys()[0]] * 2 + NEW), True),
        ("b36 one key under two ids", next_root(keys=[ONCE, {**ONCE, "id": keypair(800).keyid}]), True),
        ("one left out", next_root(version=3), True),
    ],
)
def test_roots_follow_one_another_by_old_and_new_holders(what: str, raw: bytes, wrong: bool) -> None:
    if "two ids" in what:
        found = decode(raw)
        again = next(one for one in found.signatures if one.keyid == keypair(800).keyid)
        raw = encode(found.type, found.payload, (*found.signatures, Signature("a" * 16, again.sig)), None)
    assert blamed({**good(), "root/2": raw}) == ("root/2" if wrong else None)


SECONDS = [second_for("holder", number) for number in range(3)]
PAIRS = list(zip(root_keys(), SECONDS, strict=True))
BOTH = [pen for pair in PAIRS[:2] for pen in pair]
"""Two holders of three by both their keys."""


def root_with_seconds(pens: list[KeyPair] = BOTH, **changes: Any) -> bytes:
    keys = [holder_entry(one.public, "", other.public) for one, other in PAIRS]
    return build_root(**{"version": 2, "keys": keys, "signers": pens, **changes})


@pytest.mark.parametrize(
    ("pens", "wrong"),
    [(BOTH, False), (root_keys(), True), (SECONDS, True), (BOTH[:3], True), ([*BOTH[:3], second_for("other")], True)],
    ids=["both", "first ones alone", "second ones alone", "one stripped", "one swapped"],
)
def test_a2_holders_with_second_keys_count_by_both_of_them(pens: list[KeyPair], wrong: bool) -> None:
    """In the root itself, in rosters and in agreements under it, and in the root that follows."""
    agreement = build_agreement(version=2, signers=BOTH)

    def parts(pens: list[KeyPair]) -> dict[str, bytes]:
        return {
            "root/2": root_with_seconds(pens),
            "agreement/2": build_agreement(version=2, signers=pens),
            "roster/2": build_roster([YULIN, BEIHAI], version=2, agreement=agreement, signers=pens),
            "root/3": root_with_seconds(pens, version=3, keys=json.loads(decode(build_root()).payload)["keys"]),
        }

    pinned, whole = decode(root_with_seconds()).hash, {**without("root", "roster", "agreement"), **parts(BOTH)}
    del whole["root/3"]  # Under it one signature is enough again.
    for name, raw in parts(pens).items():
        assert blamed({**whole, name: raw}, pinned) == (name if wrong else None), name


def test_what_is_checked_against_a_root_with_second_keys_says_so() -> None:
    assert "把密钥，各两种算法" in judged({**good(), "root/2": root_with_seconds([*BOTH, *root_keys()])})[1].text
    assert "两种算法" not in judged(good())[1].text


def test_another_federations_root_proves_nothing() -> None:
    assert blamed(good(), "0" * 64) == "root"
    assert blamed(without("root")) == "root"


@pytest.mark.parametrize(
    ("what", "name", "raw"),
    [
        ("b60 below the threshold", "roster/2", roster_of(member_key(YULIN), signers=root_keys()[:1])),
        ("b36 one holder twice", "roster/2", roster_of(member_key(YULIN), signers=root_keys()[:1] * 2)),
        ("strangers", "roster/2", roster_of(member_key(YULIN), signers=NEW)),
        ("mix and match", "roster/2", build_roster([YULIN, BEIHAI], version=2, agreement=build_agreement(version=2))),
        ("an agreement below the threshold", "agreement/2", build_agreement(version=2, signers=root_keys()[:1])),
    ],
)
def test_papers_need_enough_holders_and_one_another(what: str, name: str, raw: bytes) -> None:
    assert blamed({**good(), name: raw}) == name


def test_a_pinned_agreement_has_the_pinned_version() -> None:
    pinned = {"version": 7, "sha256": decode(FED.agreement_raw).hash}
    raw = build_roster([YULIN, BEIHAI], version=2)
    value = json.loads(decode(raw).payload)
    value["agreement"] = pinned
    assert blamed({**good(), "roster/2": signed(wire.ROSTER, value, root_keys(), None)}) == "roster/2"


def test_without_a_roster_nobody_signed() -> None:
    assert blamed(without("roster")) == "roster"


def test_a16_the_newest_roster_decides_whatever_the_order() -> None:
    revoked = roster_of(member_key(YULIN, revoked=[]))
    for first, second in ((FED.roster_raw, revoked), (revoked, FED.roster_raw)):
        assert blamed({**without("roster"), "roster/1": first, "roster/2": second}) == LETTER
