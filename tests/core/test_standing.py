"""Does a signature still count: membership, the key's time, the last good number (RELIABILITY B33, X36, X37)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from hub.core.errors import KeyRevoked, NotAMember
from hub.core.standing import check_member, check_position, check_range, vouches
from schemas.wire.roster import Member, MemberKey
from tests.builders import BEIHAI, NOW, YULIN, digest, federation, incarnation, member_entry, member_key

OWNER = next(one for owners in federation().trust.keys.values() for one in owners if one.member == YULIN)
LAST = {"audience": BEIHAI, "incarnation": incarnation(), "seq": 5, "hash": digest("five")}


def placed(seq: int, audience: str = BEIHAI) -> SimpleNamespace:
    return SimpleNamespace(audience=audience, incarnation=incarnation(), seq=seq)


def key(revoked: list[dict[str, object]] | None) -> MemberKey:
    return MemberKey.model_validate({**member_key(YULIN), "revoked": revoked})


@pytest.mark.parametrize(
    ("status", "message", "refused"),
    [("active", True, False), ("suspended", True, True), ("suspended", False, False), ("expelled", False, True)],
)
def test_an_expelled_member_says_nothing_and_a_suspended_one_sends_no_documents(
    status: str, message: bool, refused: bool
) -> None:
    member = Member.model_validate(member_entry(YULIN, status=status))
    if refused:
        with pytest.raises(NotAMember):
            check_member(member, message=message)
    else:
        check_member(member, message=message)


def test_b33_a_replaced_key_vouches_for_its_own_time_only() -> None:
    check_range(replace(OWNER, until=None), NOW)
    check_range(replace(OWNER, until=NOW), NOW)
    with pytest.raises(KeyRevoked, match="停用"):
        check_range(replace(OWNER, until=NOW), NOW + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("seq", "said", "good"),
    [
        (4, "any", True),
        (5, "five", True),
        (5, "another", False),
        (6, "six", False),
        (6, "five", False),
    ],
)
def test_x37_a_revoked_key_vouches_up_to_its_last_good_message(seq: int, said: str, good: bool) -> None:
    assert vouches(key([LAST]), placed(seq), digest(said)) is good
    assert not vouches(key([LAST]), placed(seq, "all"), digest(said)), "in a stream the roster does not name: nothing"
    assert vouches(key(None), placed(seq), digest(said))
    if not good:
        with pytest.raises(KeyRevoked, match="吊销"):
            check_position(key([LAST]), placed(seq), digest(said))
