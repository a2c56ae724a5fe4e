"""What a node does with rosters that any peer hands it, under TUF's names of the attacks (RELIABILITY A16, B60, P17).

A malicious mirror is any peer: here it is nobody in particular, for who brings a file decides nothing.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta

import pytest

from hub.core.envelope import MAX_RAW
from hub.core.expiry import expiry_warning
from hub.core.ids import parse_time
from hub.flows.send import Request, send
from tests.builders import (
    BEIHAI,
    YULIN,
    Clock,
    build_agreement,
    build_roster,
    federation,
    keypair,
    member_entry,
    member_key,
    root_keys,
    signed_message,
)
from tests.builders_federation import EXPIRES, build_root
from tests.core.badinput import message
from tests.flows.desk import Desk
from tests.simulator.bodies import body

FED = federation()
SECOND = build_roster(FED.members, version=2)
TAKEN_OUT = root_keys()[:1]
"""A holder whose key the present root no longer has."""
NEW_KEYS = [*root_keys()[1:], keypair(900)]


def _root() -> bytes:
    keys = [{"id": k.keyid, "algorithm": "ed25519", "public": b64encode(k.public).decode()} for k in NEW_KEYS]
    return build_root(version=2, keys=keys, signers=[*root_keys(), keypair(900)])


ATTACKS = {
    "rollback": (FED.roster_raw, "frame"),
    "same version, other content": (build_roster(FED.members[:3], version=2), "stale-trust"),
    "fast-forward": (build_roster(FED.members, version=1_000_002), "stale-trust"),
    "freeze": (build_roster(FED.members, version=3, expires="2026-04-01T00:00:00.000Z"), "stale-trust"),
    "below threshold": (build_roster(FED.members, version=3, signers=root_keys()[:1]), "stale-trust"),
    "one signature twice": (build_roster(FED.members, version=3, signers=root_keys()[:1] * 2), "stale-trust"),
    "arbitrary": (build_roster(FED.members, version=3, signers=[keypair(901), keypair(902)]), "stale-trust"),
    "mix and match": (
        build_roster(FED.members, version=3, agreement=build_agreement(version=2, title="没有送来的协议")),
        "stale-trust",
    ),
    "endless data": (build_roster(FED.members, version=3)[:-1] + b" " * MAX_RAW + b"}", "oversized"),
    "a weak key inside": (
        build_roster([member_entry(YULIN, keys=[{**member_key(YULIN), "public": b64encode(bytes(32)).decode()}])]),
        "weak-key",
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_b60_an_attack_by_roster_changes_nothing_and_is_named(attack: str) -> None:
    raw, expected = ATTACKS[attack]
    desk = Desk()
    assert desk.hand(SECOND)[0].outcome == "frame"
    [verdict] = desk.hand(raw)
    known = desk.rows.trusts.current()
    assert (known.roster.version, known.roster_raw) == (2, SECOND)
    # An older roster is no attack by itself: whoever sends it may just not know the newer one yet.
    assert (verdict.outcome if expected == "frame" else verdict.code) == expected


def test_b60_key_compromise_a_holder_taken_out_of_the_root_signs_no_more_rosters() -> None:
    desk = Desk()
    assert desk.hand(_root())[0].outcome == "frame"
    assert desk.rows.trusts.current().root.version == 2
    [verdict] = desk.hand(build_roster(FED.members, version=3, signers=[*TAKEN_OUT, root_keys()[1]]))
    assert (verdict.outcome, verdict.code) == ("quarantined", "stale-trust")
    assert desk.hand(build_roster(FED.members, version=3, signers=NEW_KEYS[1:]))[0].outcome == "frame"
    assert desk.rows.trusts.current().roster.version == 3


@pytest.mark.parametrize("days", [1, 89])
def test_x39_an_expired_roster_warns_from_the_first_day_and_stops_nothing_in_its_grace_time(days: int) -> None:
    clock = Clock()
    desk = Desk(clock=clock)
    late = parse_time(EXPIRES) + timedelta(days=days)
    trust = desk.rows.trusts.current()
    warning = expiry_warning(trust, late)
    assert warning is not None
    assert not warning.stops
    clock.now = late
    [verdict] = desk.hand(message())
    assert verdict.outcome == "stored"
    text = body("assistance_request", "request")
    with desk.store.begin() as uow:
        send(
            uow,
            Request("assistance_request", text, to=(YULIN,)),
            actor="officer",
            now=late,
            new_id=desk._ids,
            salt=desk._salts,
        )


def test_x39_a_revocation_is_taken_under_an_expired_roster() -> None:
    clock = Clock()
    desk = Desk(clock=clock)
    clock.now = parse_time(EXPIRES) + timedelta(days=40)
    entries = [member_entry(YULIN, status="expelled"), member_entry(BEIHAI)]
    newer = build_roster(entries, version=2, expires="2028-12-31T15:59:59.000Z")
    assert desk.hand(newer)[0].outcome == "frame"
    assert desk.hand(signed_message())[0].code == "not-a-member"
