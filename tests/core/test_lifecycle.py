"""Every cell of every family's table: what is in it moves the matter so, and what is not there does not move it."""

from __future__ import annotations

import pytest

from hub.core.lifecycle import FAMILIES, OPENER, OTHER, VOID, Family, family_opened_by, picture
from schemas.catalogue import ACTS

EXPECTED = {
    "assistance": """
        - assistance_request/request opener requested
        requested answer/sign-for other signed
        requested answer/accept other accepted
        signed answer/accept other accepted
        requested answer/return other returned
        signed answer/return other returned
        accepted assistance_feedback/feedback-interim other partial
        partial assistance_feedback/feedback-interim other partial
        accepted assistance_feedback/feedback-final other fed_back
        partial assistance_feedback/feedback-final other fed_back
        fed_back confirmation/confirm opener confirmed
        requested withdrawal/withdraw opener withdrawn
        signed withdrawal/withdraw opener withdrawn
        accepted withdrawal/withdraw opener withdrawn
        partial withdrawal/withdraw opener withdrawn
        requested reminder/remind opener requested
        signed reminder/remind opener signed
        accepted reminder/remind opener accepted
        partial reminder/remind opener partial
    """,
    "transfer": """
        - lead_transfer/transfer opener transferred
        transferred answer/sign-for other signed
        transferred answer/accept other accepted
        signed answer/accept other accepted
        transferred answer/return other returned
        signed answer/return other returned
        accepted transfer_result/result other resulted
        resulted confirmation/confirm opener confirmed
        transferred withdrawal/withdraw opener withdrawn
        signed withdrawal/withdraw opener withdrawn
        transferred reminder/remind opener transferred
        signed reminder/remind opener signed
        accepted reminder/remind opener accepted
    """,
    "notice": """
        - case_notice/publish opener published
        published case_notice/publish opener published
        published answer/sign-for other published
        published withdrawal/withdraw opener withdrawn
    """,
    "blacklist": """
        - blacklist_entry/list opener listed
        listed blacklist_entry/list opener listed
        listed blacklist_removal/remove opener removed
    """,
}
"""Written out a second time, cell by cell, so that a slip in the table is noticed."""


def expected(name: str) -> dict[tuple[str | None, str, str, str], str]:
    found: dict[tuple[str | None, str, str, str], str] = {}
    for line in EXPECTED[name].strip().splitlines():
        state, act, by, to = line.split()
        kind, verb = act.split("/")
        found[None if state == "-" else state, kind, verb, by] = to
    return found


CELLS = [
    (family, state, kind, act, by)
    for family in FAMILIES.values()
    for state in (None, *family.states)
    for kind, acts in ACTS.items()
    for act in acts
    for by in (OPENER, OTHER)
]


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.name)
def test_every_cell_of_the_table_is_as_agreed(family: Family) -> None:
    cells = [cell[1:] for cell in CELLS if cell[0] is family]
    assert len(cells) == (len(family.states) + 1) * sum(map(len, ACTS.values())) * 2
    found = {cell: to for cell in cells if (to := family.next(*cell)) is not None}
    assert found == expected(family.name)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.name)
def test_the_table_is_sound(family: Family) -> None:
    reached = {step.to for step in family.steps}
    assert reached | {VOID} == set(family.states), "every state is reached, and none is unknown"
    assert family.closed - {VOID} <= family.clock_stops, "in a closed matter no clock runs"
    left = {step.state for step in family.steps if step.state is not None}
    assert not left & family.closed, "nothing leads out of a closed matter"
    assert left | family.closed | {VOID} == set(family.states), "nothing is stuck"
    keys = [(step.state, step.kind, step.act, step.by) for step in family.steps]
    assert len(set(keys)) == len(keys), "one act leads to one state"


def test_what_may_be_done_is_listed_for_each_side() -> None:
    family = FAMILIES["assistance"]
    assert ("answer", "accept") in family.allowed("requested", OTHER)
    assert ("answer", "accept") not in family.allowed("requested", OPENER)
    assert family.allowed("confirmed", OPENER) == family.allowed("confirmed", OTHER) == []


def test_exactly_four_acts_open_a_matter() -> None:
    opening = {(kind, act): family_opened_by(kind, act) for kind, acts in ACTS.items() for act in acts}
    assert {key: family.name for key, family in opening.items() if family} == {
        ("assistance_request", "request"): "assistance",
        ("lead_transfer", "transfer"): "transfer",
        ("case_notice", "publish"): "notice",
        ("blacklist_entry", "list"): "blacklist",
    }


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.name)
def test_the_picture_is_drawn_from_the_table(family: Family) -> None:
    drawn = picture(family)
    assert all(f"{state}: {title}" in drawn for state, title in family.states.items() if state != VOID)
    assert drawn.count("-->") == len(family.steps) + len(family.closed - {VOID})
