"""A lead goes on within two working days, never in a circle, and never with whoever reported it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from hub.core.errors import InvalidInput, NotAllowed, NotFound, WrongState
from hub.flows import drafting, leads
from hub.flows.leads import NewLead
from hub.flows.ports.office_rows import Lead, LeadFilter, Unit
from tests.builders import BEIHAI, MAOMING, NOW, YULIN, matter_row, message, uuid
from tests.contracts.conftest import backend, opener, sqlite_database, sqlite_template
from tests.contracts.stores import Backend
from tests.flows.test_drafting import FOUR, HANDLER, SHEET, Desk
from tests.simulator.bodies import body

__all__ = ["backend", "opener", "sqlite_database", "sqlite_template"]

NEW = NewLead("YL2026-001", "monitoring", date(2026, 4, 13), "某平台以拉人头返利")
CAME = uuid(80)


@pytest.fixture
def desk(backend: Backend) -> Desk:
    made = Desk(backend)
    came = matter_row(id=CAME, family="transfer", kind="lead_transfer", opener=BEIHAI, other=YULIN)
    made.do(
        lambda uow: (uow.matters.save([came]), uow.units.put(Unit("fcx", "反传销科", "section", None, accounts=True)))
    )
    return made


def call(desk: Desk, what: Any, *arguments: Any, now: Any = NOW, **more: Any) -> Any:
    return desk.do(lambda uow: what(uow, *arguments, who="officer", now=now, salt=desk.salt, **more))


def entered(desk: Desk, **changes: Any) -> Lead:
    lead: Lead = call(desk, leads.register, replace(NEW, **changes), new_id=desk.new_id)
    return lead


def transfer(desk: Desk, lead: Lead, to: str = BEIHAI) -> drafting.Paper:
    given = {name: value for name, value in body("lead_transfer", "transfer").items() if name != "doc_no"}
    paper = desk.submitted(kind="lead_transfer", body=given, to=(to,), lead=lead.id)
    return desk.issue(paper, HANDLER, FOUR, SHEET)


def test_the_clock_is_met_late_or_running_by_our_calendar(desk: Desk) -> None:
    lead = entered(desk)
    assert lead.due_on == date(2026, 4, 15)
    assert [leads.clock(lead, NOW + timedelta(days=days)) for days in (0, 2, 3)] == ["running", "running", "late"]
    met = call(desk, leads.forward_to_unit, lead.id, "fcx", now=NOW + timedelta(days=2))
    assert leads.clock(met, NOW + timedelta(days=9)) == "met"
    other = entered(desk, number="YL2026-002")
    late = call(desk, leads.forward_to_unit, other.id, "fcx", now=NOW + timedelta(days=3))
    assert leads.clock(late, NOW + timedelta(days=3)) == "late"


def test_a_paper_drawn_up_from_a_lead_notes_its_transfer_when_issued(desk: Desk) -> None:
    lead = entered(desk)
    transfer(desk, lead)
    found = desk.do(lambda uow: uow.leads.get(lead.id))
    [gone] = desk.do(lambda uow: uow.leads.transfers([lead.number]))
    assert (gone.office, found.matter, found.forwarded_at) == (BEIHAI, gone.matter, NOW)


def test_a_lead_that_came_by_transfer_is_not_transferred_on(desk: Desk) -> None:
    lead = entered(desk, came_by=CAME)
    with pytest.raises(NotAllowed, match="不得再自行移送，请提出管辖异议"):
        desk.do(lambda uow: leads.transferable(uow, lead.id, MAOMING))
    with pytest.raises(NotAllowed, match="不得再自行移送"):
        transfer(desk, lead)
    assert desk.outbox() == 0


def test_an_office_that_returned_a_number_does_not_get_it_again(desk: Desk) -> None:
    lead = entered(desk)
    transfer(desk, lead)
    [gone] = desk.do(lambda uow: uow.leads.transfers([lead.number]))
    back = message(kind="answer", act="return", sender=BEIHAI, audience=YULIN, matter=gone.matter, issued=NOW)
    desk.do(lambda uow: uow.messages.add([back]))
    with pytest.raises(NotAllowed, match=r"北海.*2026年4月13日退回"):
        transfer(desk, lead)
    assert transfer(desk, lead, MAOMING).document


def test_only_a_transfer_of_ours_is_noted_for_a_lead(desk: Desk) -> None:
    lead = entered(desk)
    for matter in (CAME, uuid(99)):
        with pytest.raises(NotFound):
            call(desk, leads.transferred, lead.id, matter)
    ours = matter_row(id=uuid(81), family="transfer", kind="lead_transfer", opener=YULIN, other=BEIHAI)
    desk.do(lambda uow: uow.matters.save([ours]))
    for _ in range(2):
        assert call(desk, leads.transferred, lead.id, uuid(81)).matter == uuid(81)
    assert len(desk.do(lambda uow: uow.leads.transfers([lead.number]))) == 1


def test_a_settled_lead_moves_no_more(desk: Desk) -> None:
    lead = entered(desk)
    call(desk, leads.settle, lead.id, "filed", date(2026, 4, 13), "已立案")
    for what, rest in ((leads.forward_to_unit, ("fcx",)), (leads.settle, ("closed", date(2026, 4, 13)))):
        with pytest.raises(WrongState, match="立案"):
            call(desk, what, lead.id, *rest)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": "1"}, "number"),
        ({"platform_no": "12315 号"}, "platform_no"),
        ({"source": "rumour"}, "source"),
        ({"received_on": date(2026, 4, 14)}, "received_on"),
        ({"summary": ""}, "summary"),
        ({"summary": "举报人电话13800000000"}, "summary"),
        ({"came_by": uuid(99)}, "came_by"),
    ],
)
def test_what_the_register_may_not_hold_is_refused(desk: Desk, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        entered(desk, **changes)
    assert refused.value.field == field
    assert desk.do(lambda uow: leads.leads(uow, LeadFilter(), None, 9)).rows == ()


def test_a_number_is_entered_once(desk: Desk) -> None:
    entered(desk)
    with pytest.raises(InvalidInput, match="已在台账中"):
        entered(desk)
