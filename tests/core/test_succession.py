"""What may follow what: roots, rosters and agreements, and the attacks on that order by their names in TUF (B60)."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from hub.core.envelope import ROSTER, decode
from hub.core.errors import HubError, WeakKey
from hub.core.ids import wire_time
from hub.core.trust import GRACE, Trust
from hub.core.trust_files import check_root, load, load_root, succeeding_root, succeeding_roster, with_earlier
from tests.builders import NOW, YULIN, build_agreement, build_roster, federation, keypair, root_keys, signed
from tests.builders_federation import KeyPair, build_root, member_entry

FED = federation()
NEW = [keypair(1), keypair(2), keypair(900)]
"""The second root: the third holder is replaced."""
STRANGERS = [keypair(901), keypair(902), keypair(903)]


def listed(keys: Sequence[KeyPair]) -> list[dict[str, str]]:
    return [{"id": k.keyid, "algorithm": "ed25519", "public": b64encode(k.public).decode(), "holder": ""} for k in keys]


def root_two(
    signers: Sequence[KeyPair] = NEW[:2], keys: Sequence[KeyPair] = NEW, keyids: Sequence[str] = (), **changes: Any
) -> bytes:
    entries = listed(keys)
    for entry, keyid in zip(entries, keyids, strict=False):
        entry["id"] = keyid
    return build_root(signers=signers, **{"version": 2, "keys": entries, **changes})


def offered(trust: Trust, raw: bytes, *agreements: bytes, now: Any = NOW) -> Trust | None:
    kept = {decode(one).hash: one for one in agreements}
    return succeeding_roster(trust, raw, kept.get, now)


def refused(attempt: Any) -> str:
    with pytest.raises(HubError) as error:
        attempt()
    assert error.value.code == "stale-trust"
    return error.value.detail


def next_roster(version: int = 2, **more: Any) -> bytes:
    return build_roster(FED.members, version=version, **more)


def test_a_newer_roster_takes_over_and_keeps_the_agreement() -> None:
    taken = offered(FED.trust, next_roster())
    assert taken is not None
    assert (taken.roster.version, taken.agreement_raw) == (2, FED.agreement_raw)


def test_rollback_an_older_roster_is_no_news() -> None:
    later = offered(FED.trust, next_roster(5))
    assert later is not None
    assert offered(later, next_roster(4)) is None
    assert offered(later, FED.roster_raw) is None


def test_rollback_of_the_agreement_under_a_newer_roster_is_refused() -> None:
    second = build_agreement(version=2)
    later = offered(FED.trust, next_roster(2, agreement=second), second)
    assert later is not None
    assert (later.agreement.version, sorted(later.past)) == (2, [1])
    assert "旧版协议" in refused(lambda: offered(later, next_roster(3), FED.agreement_raw))


def test_one_version_of_the_agreement_never_has_two_contents() -> None:
    other = build_agreement(title="别的协议")
    assert "两份不同的协作协议" in refused(lambda: offered(FED.trust, next_roster(2, agreement=other), other))


def test_one_version_of_the_roster_never_has_two_contents() -> None:
    assert "两份不同的名册" in refused(lambda: offered(FED.trust, build_roster([YULIN])))


def test_fast_forward_is_refused() -> None:
    assert "跳跃过大" in refused(lambda: offered(FED.trust, next_roster(1_000_001)))


def test_mix_and_match_a_roster_without_its_agreement_is_refused() -> None:
    second, third = build_agreement(version=2), build_agreement(version=2, title="第三份")
    raw = next_roster(2, agreement=second)
    assert "缺少名册所引用的协作协议第 2 版" in refused(lambda: offered(FED.trust, raw, third))
    assert "缺少" in refused(lambda: succeeding_roster(FED.trust, raw, lambda _digest: third, NOW))


def test_a_roster_may_not_call_its_agreement_by_another_version() -> None:
    second = build_agreement(version=2)
    value = json.loads(decode(next_roster(2, agreement=second)).payload)
    raw = signed(ROSTER, {**value, "agreement": {**value["agreement"], "version": 7}}, root_keys(), None)
    assert "协议版本与文件不符" in refused(lambda: offered(FED.trust, raw, second))


def test_an_agreement_that_too_few_holders_signed_is_refused_though_a_roster_pins_it() -> None:
    alone = build_agreement(version=2, signers=root_keys()[:1])
    raw = next_roster(2, agreement=alone)
    assert "1 个，门限 2 个" in refused(lambda: offered(FED.trust, raw, alone))


def test_freeze_an_expired_roster_is_refused_while_a_valid_one_is_in_force() -> None:
    stale = next_roster(expires=wire_time(NOW - timedelta(days=1)))
    assert "已过有效期" in refused(lambda: offered(FED.trust, stale))


def test_a_node_that_slept_long_takes_the_newest_roster_even_if_it_has_expired_since() -> None:
    late = NOW + timedelta(days=1000)
    newer = next_roster(expires=wire_time(late - timedelta(days=3)))
    assert FED.trust.expired(late)
    assert offered(FED.trust, newer, now=late) is not None


def test_below_threshold_and_strangers_count_for_nothing() -> None:
    assert "1 个，门限 2 个" in refused(lambda: offered(FED.trust, next_roster(signers=root_keys()[:1])))
    assert "0 个，门限 2 个" in refused(lambda: offered(FED.trust, next_roster(signers=STRANGERS)))


def test_a_root_follows_when_old_and_new_holders_signed_it() -> None:
    followed = succeeding_root(FED.trust, root_two())
    assert followed is not None
    assert (followed.root.version, followed.roots) == (2, (FED.root_raw,))
    assert followed.roster_raw == FED.roster_raw, "what the old root signed stays in force"
    assert succeeding_root(followed, root_two()) is None
    assert succeeding_root(followed, FED.root_raw) is None


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (root_two(STRANGERS, STRANGERS), "有效的根签名 0 个"),
        (root_two([NEW[0], NEW[2]]), "有效的根签名 1 个"),
        (root_two(root_keys(), STRANGERS), "有效的根签名 0 个"),
        (root_two(version=3), "逐版更换"),
        (root_two(federation="别的联盟"), "另一个协作体系"),
        (root_two(threshold=4), "门限 4 大于密钥数 3"),
        (root_two(keys=[*NEW, NEW[0]]), "重复的密钥"),
        (root_two(keys=NEW, keyids=["0" * 16]), "编号与公钥不符"),
        (build_root(issued="2026-03-11T01:00:00.000Z"), "与本节点已有的不同"),
    ],
    ids=[
        "strangers",
        "too few old",
        "no new",
        "left out",
        "other federation",
        "threshold",
        "twice",
        "key id",
        "same version",
    ],
)
def test_wrong_root_is_refused(raw: bytes, said: str) -> None:
    assert said in refused(lambda: succeeding_root(FED.trust, raw))


def test_revoked_holder_signs_no_roster_any_more() -> None:
    followed = succeeding_root(FED.trust, root_two())
    assert followed is not None
    gone, stays, fresh = root_keys()[2], root_keys()[0], NEW[2]
    assert "1 个，门限 2 个" in refused(lambda: offered(followed, next_roster(signers=[gone, stays])))
    assert offered(followed, next_roster(signers=[fresh, stays])) is not None


def test_signatures_under_two_roots_are_not_added_up() -> None:
    old, new = [keypair(910), keypair(911)], [keypair(912), keypair(913)]
    begun = build_root(keys=listed(old), signers=old)
    trust = load(begun, build_roster(FED.members, signers=old), build_agreement(signers=old), decode(begun).hash)
    followed = succeeding_root(trust, root_two([*old, *new], new))
    assert followed is not None
    mixed, pinned = build_roster(FED.members, signers=[old[0], new[0]]), decode(followed.root_raw).hash
    said = refused(lambda: load(followed.root_raw, mixed, trust.agreement_raw, pinned, roots=followed.roots))
    assert "1 个，门限 2 个" in said


def test_what_an_earlier_root_signed_is_read_again_from_the_store() -> None:
    followed = succeeding_root(FED.trust, root_two())
    assert followed is not None
    pinned = decode(followed.root_raw).hash
    again = load(followed.root_raw, FED.roster_raw, FED.agreement_raw, pinned, roots=followed.roots)
    assert (again.root.version, again.roster.version) == (2, 1)


def test_b37_a_key_has_one_spelling() -> None:
    """Under another base64 spelling of the same bytes one holder would pass for two."""
    text = listed(root_keys()[:1])[0]
    other = text["public"][:-2] + chr(ord(text["public"][-2]) + 1) + "="
    doubled = build_root(keys=[text, {**text, "public": other}], signers=root_keys())
    with pytest.raises(HubError) as error:
        load_root(doubled, decode(doubled).hash)
    assert error.value.code == "weak-key"


def test_grace_an_expired_roster_stops_nothing_for_a_while_and_then_it_does() -> None:
    end = NOW + timedelta(days=10)
    fed = FED.renewed([member_entry(YULIN)], expires=wire_time(end))
    moments = [NOW, end + timedelta(days=1), end + GRACE, end + GRACE + timedelta(days=1)]
    assert [(fed.trust.expired(one), fed.trust.lapsed(one)) for one in moments] == [
        (False, False),
        (True, False),
        (True, False),
        (True, True),
    ]


def test_b60_a_pinned_root_is_signed_by_its_own_threshold_all_the_same() -> None:
    raw = build_root(signers=root_keys()[:1])
    assert "门限" in refused(lambda: load_root(raw, decode(raw).hash))


def test_an_earlier_agreement_is_learned_once_and_never_in_another_wording() -> None:
    new = build_agreement(version=3)
    trust = load(FED.root_raw, build_roster(FED.members, agreement=new), new, FED.fingerprint)
    assert with_earlier(trust, new) is None, "the one in force"
    assert with_earlier(trust, build_agreement(version=4)) is None, "one to come"
    known = with_earlier(trust, build_agreement(version=2))
    assert known is not None
    assert (sorted(known.past), len(known.earlier)) == ([2], 1)
    assert with_earlier(known, build_agreement(version=2)) is None
    assert "不同" in refused(lambda: with_earlier(known, build_agreement(version=2, title="另一份")))
    both = with_earlier(known, FED.agreement_raw)
    assert both is not None
    assert sorted(both.past) == [1, 2]


def test_only_an_agreement_that_was_replaced_is_an_earlier_one() -> None:
    same, new = offered(FED.trust, next_roster()), build_agreement(version=2)
    assert same is not None
    assert same.earlier == ()
    taken = offered(FED.trust, next_roster(agreement=new), new)
    assert taken is not None
    assert taken.earlier == (FED.agreement_raw,)


def test_b37_a_root_with_a_weak_key_is_refused_before_anybody_signs() -> None:
    root = FED.trust.root
    weak = root.keys[0].model_copy(update={"public": b64encode((1).to_bytes(32, "little")).decode()})
    with pytest.raises(WeakKey):
        check_root(root.model_copy(update={"keys": [weak, *root.keys[1:]]}))
