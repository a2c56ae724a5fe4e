"""What every store promises about the signed files."""

import pytest

from hub.core.errors import Misconfigured
from hub.core.trust_files import succeeding_root, with_earlier
from tests.builders import YULIN, build_agreement, digest, federation, incarnation
from tests.builders_federation import build_root
from tests.contracts.stores import Backend


def test_the_trust_in_force_is_the_one_replaced_last(backend: Backend):
    newer = federation().renewed(agreement=build_agreement(version=2)).trust
    with backend.begin() as uow:
        assert uow.trusts.current().roster.version == 1
        uow.trusts.replace(newer)
        assert uow.trusts.current().roster_raw == newer.roster_raw
    with backend.begin() as uow:
        found = uow.trusts.current()
    assert (found.root_raw, found.roster_raw) == (newer.root_raw, newer.roster_raw)
    assert found.agreement_raw == newer.agreement_raw
    assert found.agreement.version == 2


def test_the_trust_in_force_is_built_once_and_not_at_every_reading(backend: Backend):
    with backend.begin() as uow:
        first = uow.trusts.current()
    with backend.begin() as uow:
        assert uow.trusts.current() is first


def test_a_node_without_signed_files_says_that_it_is_misconfigured(bare_backend: Backend):
    with pytest.raises(Misconfigured), bare_backend.begin() as uow:
        uow.trusts.current()


def test_a_unit_of_work_knows_its_member_and_its_incarnation(backend: Backend):
    with backend.begin() as uow:
        assert (uow.member, uow.incarnation) == (YULIN, incarnation())


def test_agreements_wait_by_digest_for_the_roster_that_refers_to_them(backend: Backend):
    with backend.begin() as uow:
        assert uow.trusts.proposed(digest("one")) is None
        uow.trusts.propose(digest("one"), b"agreement one")
        uow.trusts.propose(digest("one"), b"agreement one")
    with backend.begin() as uow:
        assert uow.trusts.proposed(digest("one")) == b"agreement one"


def test_only_the_last_ten_proposed_agreements_are_kept(backend: Backend):
    with backend.begin() as uow:
        for number in range(12):
            uow.trusts.propose(digest(f"agreement {number}"), b"%d" % number)
        kept = [number for number in range(12) if uow.trusts.proposed(digest(f"agreement {number}")) is not None]
    assert kept == list(range(2, 12))


def test_a_root_that_follows_keeps_those_before_it_and_what_they_signed(backend: Backend):
    second = build_root(version=2)
    with backend.begin() as uow:
        followed = succeeding_root(uow.trusts.current(), second)
        assert followed is not None
        uow.trusts.replace(followed)
    backend.reopen()
    with backend.begin() as uow:
        found = uow.trusts.current()
    assert (found.root.version, found.roots) == (2, (federation().root_raw,))
    assert found.roster_raw == federation().roster_raw


def test_an_earlier_agreement_comes_to_be_known_while_the_files_in_force_stay(backend: Backend):
    second = federation().renewed(agreement=build_agreement(version=2))
    third = federation().renewed(agreement=build_agreement(version=3)).trust
    with backend.begin() as uow:
        uow.trusts.replace(third)
    with backend.begin() as uow:
        known = with_earlier(uow.trusts.current(), second.agreement_raw)
        assert known is not None
        uow.trusts.replace(known)
    with backend.begin() as uow:
        assert uow.trusts.current().past[2] == second.trust.agreement
    backend.reopen()
    with backend.begin() as uow:
        found = uow.trusts.current()
    assert found.past[2] == second.trust.agreement
    assert second.agreement_raw in found.earlier
