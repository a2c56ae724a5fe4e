"""Who may send what to whom, cell by cell, from a table written by hand from the law (DOMAIN sections 1 and 3.1)."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.core.trust import Trust
from schemas.wire.agreement import Agreement
from tests.builders_federation import federation

AGREEMENT = Agreement.model_validate_json(
    (Path(__file__).parents[2] / "deploy" / "demo" / "agreement.json").read_bytes()
)
# kind: who may send to whom; "=" only inside one region; a cell that is not named is refused.
RIGHTS = {
    "assistance_request": "mr>mr mr>ps ps>mr ps>ps mr>out",
    "answer": "mr>mr mr>ps mr>jm ps>mr ps>ps ps>jm jm>mr jm>ps jm>jm",
    "assistance_feedback": "mr>mr mr>ps ps>mr ps>ps",
    "supplement_request": "mr>mr mr>ps ps>mr ps>ps mr>out",
    "extension_notice": "mr>mr mr>ps ps>mr ps>ps",
    "confirmation": "mr>mr mr>ps ps>mr ps>ps jm>mr jm>ps mr>out",
    "withdrawal": "mr>mr mr>ps mr>jm ps>mr ps>ps ps>jm jm>mr jm>ps jm>jm mr>all ps>all jm>all mr>out",
    "compliance": "mr>mr mr>ps mr>jm ps>mr ps>ps ps>jm jm>mr jm>ps jm>jm",
    "reminder": "mr>mr mr>ps ps>mr ps>ps jm>mr jm>ps",
    "proxy_record": "mr>mr mr>ps ps>mr ps>ps mr>out",
    "lead_transfer": "mr>mr mr=ps ps>mr",
    "case_transfer": "mr>mr",
    "transfer_result": "mr>mr mr>ps ps>mr",
    "case_notice": "mr>mr mr>ps mr>jm mr>all ps>mr ps>ps ps>jm jm>mr jm>ps jm>jm jm>all",
    "inquiry_bulletin": "ps>ps",
    "jurisdiction_dispute": "mr>mr ps>ps",
    "jurisdiction_opinion": "mr>mr ps>ps",
    "jurisdiction_escalation": "mr>mr ps>ps",
    "jurisdiction_designation": "mr>mr ps>ps",
    "jurisdiction_handover": "mr>mr ps>ps",
    "supervision_letter": "jm>mr jm>ps",
    "progress_report": "mr>jm ps>jm",
    "opinion_notice": "mr>mr mr>ps ps>mr",
    "opinion_reply": "mr>mr mr>ps ps>mr",
    "risk_warning": "mr>mr mr>ps mr>jm mr>all ps>mr ps>ps ps>jm ps>all jm>mr jm>ps jm>jm jm>all",
    "public_warning": "mr>mr mr>ps mr>jm mr>all ps>mr ps>ps ps>jm ps>all",
    "joint_operation": "mr>mr mr>ps mr>jm ps>mr ps>ps ps>jm jm>mr jm>ps",
    "operation_reply": "mr>mr mr>ps mr>jm ps>mr ps>ps ps>jm",
    "meeting_notice": "jm>mr jm>ps jm>jm jm>all",
    "meeting_minutes": "jm>mr jm>ps jm>jm jm>all",
    "agreed_item": "jm>mr jm>ps",
    "contact_list": "mr>all ps>all jm>all",
    "agreement_proposal": "mr>all ps>all jm>all",
    "agreement_consent": "mr>mr mr>ps mr>jm ps>mr ps>ps ps>jm jm>mr jm>ps jm>jm",
    "statistic_report": "mr>jm ps>jm",
    "blacklist_entry": "mr>mr mr>all",
    "blacklist_removal": "mr>mr mr>all",
}
HERE, THERE = "440800", "440900"
CELLS = [
    (kind, sender, receiver, region)
    for kind in RIGHTS
    for sender in ("mr", "ps", "jm")
    for receiver in ("mr", "ps", "jm", "out")
    for region in (HERE, THERE)
] + [(kind, sender, "all", THERE) for kind in RIGHTS for sender in ("mr", "ps", "jm")]


@pytest.fixture(scope="module")
def two_cities() -> Trust:
    """One city with two offices of every system, and another, so that every cell of the table has a pair."""
    systems = ("mr", "ps", "jm")
    return federation([f"{city}-{system}{n}" for city in (HERE, THERE) for system in systems for n in ("", "-2")]).trust


@pytest.mark.parametrize(("kind", "sender", "receiver", "region"), CELLS)
def test_every_cell_of_the_rights_table_is_allowed_or_refused_as_the_law_says(
    two_cities: Trust, kind: str, sender: str, receiver: str, region: str
) -> None:
    cells = RIGHTS[kind].split()
    expected = f"{sender}>{receiver}" in cells or (region == HERE and f"{sender}={receiver}" in cells)
    targets = {"all": "all", "out": f"out-{region}-1"}
    other = targets.get(receiver, f"{region}-{receiver}" + ("-2" if region == HERE else ""))
    assert two_cities.may_send(kind, f"{HERE}-{sender}", other) is expected


def test_the_table_names_every_kind_of_the_agreement() -> None:
    assert {right.kind for right in AGREEMENT.rights} == set(RIGHTS)


@pytest.mark.parametrize(
    ("kind", "sender", "receiver", "rules"),
    [
        ("assistance_request", "mr", "mr", "ASSIST_MR ASSIST_MR ASSIST_MR"),
        ("assistance_request", "mr", "ps", "ASSIST_CROSS ASSIST_CROSS_URGENT ASSIST_CROSS_EXTRA"),
        ("assistance_request", "ps", "mr", "ASSIST_CROSS ASSIST_CROSS_URGENT ASSIST_CROSS_EXTRA"),
        ("assistance_request", "mr", "out", "ASSIST_CROSS ASSIST_CROSS_URGENT ASSIST_CROSS_EXTRA"),
        ("assistance_request", "ps", "ps", "ASSIST_POLICE ASSIST_POLICE_URGENT ASSIST_POLICE_EXTRA"),
        ("lead_transfer", "mr", "mr", "LEAD_CHECK LEAD_CHECK LEAD_CHECK"),
        ("lead_transfer", "ps", "mr", "LEAD_CHECK LEAD_CHECK LEAD_CHECK"),
        ("case_transfer", "mr", "mr", "LEAD_CHECK LEAD_CHECK LEAD_CHECK"),
        ("jurisdiction_dispute", "mr", "mr", "JURIS_NEGOTIATE JURIS_NEGOTIATE JURIS_NEGOTIATE"),
        ("jurisdiction_dispute", "ps", "ps", "- - -"),
        ("supervision_letter", "jm", "ps", "SUPERVISE_REPLY SUPERVISE_REPLY SUPERVISE_REPLY"),
        ("opinion_notice", "mr", "ps", "OPINION_REPLY OPINION_REPLY_URGENT OPINION_REPLY_EXTRA"),
        ("joint_operation", "jm", "mr", "- - -"),
        ("agreed_item", "jm", "ps", "AGREED_ITEM AGREED_ITEM AGREED_ITEM"),
        ("case_notice", "mr", "mr", "- - -"),
    ],
)
def test_an_opening_document_starts_the_rule_of_its_pair_and_urgency(
    two_cities: Trust, kind: str, sender: str, receiver: str, rules: str
) -> None:
    other = f"out-{THERE}-1" if receiver == "out" else f"{THERE}-{receiver}"
    urgencies = ("normal", "urgent", "extra-urgent")
    found = [two_cities.rule_for(kind, f"{HERE}-{sender}", other, urgency) or "-" for urgency in urgencies]
    assert found == rules.split()


def test_a_lead_to_the_police_of_the_own_city_runs_no_statutory_clock(two_cities: Trust) -> None:
    assert two_cities.rule_for("lead_transfer", f"{HERE}-mr", f"{HERE}-ps-2", "normal") is None
