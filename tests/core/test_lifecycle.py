"""Every cell of every family's table: what is in it moves the matter so, and what is not there does not move it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.core.families import FAMILIES, family_opened_by
from hub.core.lifecycle import OPENER, OTHER, VOID, Family, picture
from schemas.catalogue import ACTS

CELLS_FILE = Path(__file__).with_name("lifecycle_cells.txt")
"""The tables written out a second time, cell by cell, so that a slip in one is noticed."""


def expected(name: str) -> dict[tuple[str | None, str, str, str], str]:
    found: dict[tuple[str | None, str, str, str], str] = {}
    for line in CELLS_FILE.read_text("utf-8").splitlines():
        family, state, act, by, to = line.split()
        if family != name:
            continue
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
    left = {step.state for step in family.steps if step.state not in (None, step.to)}
    assert not left & family.closed, "nothing leads out of a closed matter"
    standing = {"published", "listed", "current", "proposed", "reported", "minuted"}
    assert left | family.closed | standing | {VOID} >= set(family.states), "nothing is stuck"
    keys = [(step.state, step.kind, step.act, step.by) for step in family.steps]
    assert len(set(keys)) == len(keys), "one act leads to one state"


def test_who_was_offered_or_handed_something_is_to_move_next() -> None:
    dispute = FAMILIES["dispute"]
    movers = {state: dispute.waits_for(state) for state in dispute.states}
    assert movers["offered_by_opener"] == movers["handed_by_opener"] == OTHER
    assert movers["offered_by_other"] == movers["handed_by_other"] == OPENER
    assert (movers["raised"], movers["closed"]) == (OTHER, None)


def test_what_may_be_done_is_listed_for_each_side() -> None:
    family = FAMILIES["assistance"]
    assert ("answer", "accept") in family.allowed("requested", OTHER)
    assert ("answer", "accept") not in family.allowed("requested", OPENER)
    assert family.allowed("confirmed", OPENER) == family.allowed("confirmed", OTHER) == []


def test_only_these_acts_open_a_matter() -> None:
    opening = {(kind, act): family_opened_by(kind, act) for kind, acts in ACTS.items() for act in acts}
    assert {"/".join(key): family.name for key, family in opening.items() if family} == {
        "assistance_request/request": "assistance",
        "lead_transfer/transfer": "transfer",
        "case_transfer/transfer": "transfer",
        "case_notice/publish": "notice",
        "inquiry_bulletin/publish": "notice",
        "risk_warning/publish": "warning",
        "public_warning/publish": "warning",
        "opinion_notice/notify": "opinion",
        "joint_operation/plan": "operation",
        "meeting_notice/convene": "meeting",
        "agreed_item/inform": "agreed",
        "blacklist_entry/list": "blacklist",
        "jurisdiction_dispute/raise": "dispute",
        "supervision_letter/supervise": "supervision",
        "contact_list/publish": "contacts",
        "agreement_proposal/propose": "proposal",
        "statistic_report/report": "report",
    }


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.name)
def test_the_picture_is_drawn_from_the_table(family: Family) -> None:
    drawn = picture(family)
    assert all(f"{state}: {title}" in drawn for state, title in family.states.items() if state != VOID)
    assert drawn.count("-->") == len(family.steps) + len(family.closed - {VOID})
