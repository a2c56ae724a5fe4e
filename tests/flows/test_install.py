"""Newer signed files that a person brings or a peer hands on, and TUF's attacks on them by name (RELIABILITY B60)."""

from __future__ import annotations

from base64 import b64encode

import pytest

from hub.core.errors import Rejected
from hub.flows.install import install
from tests.builders import (
    BEIHAI,
    NOW,
    YULIN,
    build_agreement,
    build_roster,
    federation,
    keypair,
    root_keys,
    signed_message,
)
from tests.builders_federation import build_root
from tests.flows.desk import Desk
from tests.simulator.world import World


def test_a_changed_root_travels_ahead_of_its_roster_and_an_old_one_is_no_news() -> None:
    world = World(1)
    fed = world.federation
    new = [keypair(1), keypair(2), keypair(900)]
    listed = [{"id": k.keyid, "algorithm": "ed25519", "public": b64encode(k.public).decode()} for k in new]
    root, roster = (
        build_root(version=2, keys=listed, signers=new),
        build_roster(fed.members, version=2, signers=new[1:]),
    )
    asker, other = world.nodes[YULIN], world.nodes[BEIHAI]
    with asker.store.begin() as uow:
        done = install(uow, [roster, root], actor="cli:test", now=NOW, salt=lambda: b"s" * 16)
    assert (done.after.root.version, done.after.roster.version, BEIHAI in done.told) == (2, 2, True)
    world.settle()
    trust = other.store.rows.trusts.current()
    assert (trust.root.version, trust.roster.version, trust.roots) == (2, 2, (fed.root_raw,))
    assert {leaf.type for leaf in other.store.rows.ledger.leaves} >= {"root", "roster"}
    assert other.store.rows.quarantine.rows == {}


@pytest.mark.parametrize("raw", [build_root(version=2, signers=[keypair(901), keypair(902)]), build_root(version=3)])
def test_a_root_that_the_present_holders_did_not_sign_is_quarantined(raw: bytes) -> None:
    desk = Desk()
    [verdict] = desk.hand(raw)
    assert (verdict.outcome, verdict.code) == ("quarantined", "stale-trust")
    assert desk.rows.trusts.current().root.version == 1


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        ("rollback", "不能退回"),
        ("same version other content", "两份不同的名册"),
        ("fast-forward", "跳跃过大"),
        ("freeze", "已过有效期"),
        ("below threshold", "门限 2 个"),
        ("mix and match", "缺少名册所引用的协作协议"),
        ("agreement alone", "没有成员名册引用"),
        ("another federation", "有效的根签名 0 个"),
        ("a message", "既不是根文件"),
    ],
)
def test_install_refuses_each_attack_by_name_and_writes_nothing(attack: str, said: str) -> None:
    fed = federation()
    desk = Desk(BEIHAI, fed.renewed())
    second = build_agreement(version=2)
    strangers = [keypair(901), keypair(902)]
    files = {
        "rollback": [fed.roster_raw],
        "same version other content": [build_roster(fed.members[:3], version=2)],
        "fast-forward": [build_roster(fed.members, version=1_000_002)],
        "freeze": [build_roster(fed.members, version=3, expires="2026-04-01T00:00:00.000Z")],
        "below threshold": [build_roster(fed.members, version=3, signers=root_keys()[:1])],
        "mix and match": [build_roster(fed.members, version=3, agreement=second)],
        "agreement alone": [second],
        "another federation": [build_roster(fed.members, version=3, signers=strangers)],
        "a message": [signed_message()],
    }[attack]
    with pytest.raises(Rejected) as refused, desk.store.begin() as uow:
        install(uow, files, actor="cli:test", now=NOW, salt=lambda: b"s" * 16)
    assert said in refused.value.detail
    rows = desk.rows
    assert (rows.trusts.current().roster.version, rows.trusts.proposals, rows.frames.rows) == (2, {}, {})
    assert not [leaf for leaf in rows.ledger.leaves if leaf.type in ("root", "roster")]


def test_installing_what_is_in_force_changes_nothing() -> None:
    fed = federation()
    desk = Desk(BEIHAI, fed)
    with desk.store.begin() as uow:
        done = install(uow, [fed.roster_raw, fed.agreement_raw, fed.root_raw], actor="x", now=NOW, salt=bytes)
    assert (done.after is done.before, done.told, desk.rows.frames.rows) == (True, (), {})
