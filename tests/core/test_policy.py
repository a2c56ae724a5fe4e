"""Who may do what: the table keeps its promises whatever is added to it."""

from __future__ import annotations

import pytest

from hub.core.policy import ADMINISTRATION, CASE_CONTENT, PERMITS, ROLES, TITLES, Permit, in_sight, may


@pytest.mark.parametrize("role", PERMITS)
def test_nobody_who_administers_sees_case_content(role):
    assert not (PERMITS[role] & CASE_CONTENT and PERMITS[role] & ADMINISTRATION)


@pytest.mark.parametrize("permit", sorted(ADMINISTRATION))
def test_each_administration_lies_with_one_role_alone(permit):
    assert len([role for role in PERMITS if may(role, permit)]) == 1


def test_every_role_and_permit_has_a_name_on_screen():
    assert set(ROLES) == set(PERMITS)
    assert set(TITLES) == set(Permit)


def test_an_unknown_role_may_nothing():
    assert not any(may("anybody", permit) for permit in Permit)


def test_a_unit_sees_its_own_matters_and_the_office_all():
    assert in_sight(None, ())
    assert in_sight("wf", {"wf", "hc"})
    assert not in_sight("wf", {"hc"})
