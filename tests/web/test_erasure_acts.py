"""Who may erase: one proposes, another approves, a hold stops both, and nobody erases what is not there."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from hub.core.errors import Conflict, NotAllowed, NotFound, WrongState
from hub.flows.erasing import carry_out
from hub.flows.ports import UnitOfWork
from hub.flows.retention import Wish, approve, decline, hold, preview, propose, release
from hub.flows.steps.approval import Policy
from tests.builders import BEIHAI, ZHANJIANG
from tests.keeping import APPROVER, PROPOSER, places_of
from tests.simulator.bodies import body
from tests.web.erasing import SECRET, act, ask, by, closed, settle, wipe
from tests.web.offices import World


def test_nobody_approves_his_own_and_a_handler_approves_none(world: World):
    office, matter = world[ZHANJIANG], closed(world)
    wish = Wish(matter=matter, reason="期满", basis="本单位规定")
    made = act(office, lambda uow: propose(uow, wish, by(office, APPROVER), office.ids))

    def tried(who: Any) -> Any:
        return lambda uow: approve(uow, made.id, by(office, who), Policy())

    for who, said in ((APPROVER, "不能批准自己"), (PROPOSER, "须由分管负责人以上批准")):
        with pytest.raises(NotAllowed, match=said):
            act(office, tried(who))
    with pytest.raises(NotAllowed):
        act(office, tried(replace(APPROVER, name="admin", role="sysadmin")))
    with pytest.raises(NotAllowed):
        act(office, tried(replace(APPROVER, name="other", unit="fz")))
    assert act(office, tried(replace(APPROVER, name="other"))).state == "approved"


def test_a_hold_stops_a_proposal_an_approval_and_what_was_approved_before(world: World):
    office, matter = world[ZHANJIANG], closed(world)
    wish = Wish(matter=matter, reason="期满", basis="本单位规定")

    def keep(uow: UnitOfWork) -> Any:
        return hold(uow, matter, "涉诉", by(office))

    act(office, keep)
    with pytest.raises(WrongState, match="涉诉"):
        act(office, lambda uow: propose(uow, wish, by(office), office.ids))
    act(office, lambda uow: release(uow, matter, "诉讼终结", by(office)))
    made = act(office, lambda uow: propose(uow, wish, by(office), office.ids))
    with pytest.raises(Conflict):
        act(office, lambda uow: propose(uow, wish, by(office), office.ids))
    act(office, keep)
    with pytest.raises(WrongState, match="涉诉"):
        act(office, lambda uow: approve(uow, made.id, by(office, APPROVER), Policy()))
    act(office, lambda uow: release(uow, matter, "诉讼终结", by(office)))
    act(office, lambda uow: approve(uow, made.id, by(office, APPROVER), Policy()))
    act(office, keep)

    signer = office.fed.signer(ZHANJIANG)
    act(office, lambda uow: carry_out(uow, signer=signer, now=office.clock(), salt=office.salts, limit=9))

    assert office.views.matter(matter).thread[0].body is not None
    assert office.views.erasures_by_id([made.id])[made.id].state == "declined"


def test_what_still_waits_for_its_signature_is_not_erased_under_its_feet(world: World):
    office, matter = world[ZHANJIANG], ask(world)
    office.send("withdrawal", body("withdrawal", "withdraw"), matter=matter)

    with pytest.raises(WrongState, match="等待签名"):
        act(office, lambda uow: preview(uow, Wish(matter=matter)))


def test_what_has_no_body_here_is_not_offered(world: World):
    office, matter = world[ZHANJIANG], closed(world)
    wipe(office, matter=matter)

    with pytest.raises(WrongState, match="正文已删除"):
        act(office, lambda uow: preview(uow, Wish(matter=matter)))
    with pytest.raises(NotFound):
        act(office, lambda uow: preview(uow, Wish(matter=office.ids(office.clock()))))


def test_a_dry_run_changes_nothing_and_counts_what_goes(world: World):
    office, matter = world[BEIHAI], closed(world)
    settle(office)
    before = places_of(office.store, SECRET)

    _, told = act(office, lambda uow: preview(uow, Wish(matter=matter)))

    assert places_of(office.store, SECRET) == before
    assert told.counts() == json.loads(wipe(office, matter=matter).gone)


def test_one_declined_says_why_and_may_be_proposed_again(world: World):
    office, matter = world[ZHANJIANG], closed(world)
    wish = Wish(matter=matter, reason="期满", basis="本单位规定")
    made = act(office, lambda uow: propose(uow, wish, by(office), office.ids))

    act(office, lambda uow: decline(uow, made.id, "尚未归档", by(office, APPROVER), Policy()))

    assert office.views.erasures_by_id([made.id])[made.id].comment == "尚未归档"
    assert act(office, lambda uow: propose(uow, wish, by(office), office.ids)).state == "proposed"
