"""A newer agreement brings a year's calendar: last days move at both ends alike, and people read why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from hub.core.envelope import decode
from hub.flows.recount import recount
from tests.builders import BEIHAI, JOINT, ZHANJIANG, build_agreement, federation
from tests.builders_federation import Federation
from tests.web.offices import Office, World, example, text_of, world_at

DECEMBER = datetime.fromisoformat("2026-12-21T10:00+08:00")
NEW_YEAR = {
    "year": 2027,
    "off": [{"name": "元旦", "dates": ["2027-01-01", "2027-01-02", "2027-01-03"]}],
    "work": ["2027-01-09"],
    "source": "测试用，非实际安排",
}
MOVED = "因协议第2版公布2027年日历，到期日由2027年1月13日（暂定）调整为2027年1月12日。"


def announced(fed: Federation) -> Federation:
    """Version 2 of the agreement: it knows 2027, whose second Saturday is worked."""
    calendars: list[dict[str, Any]] = json.loads(decode(fed.agreement_raw).payload)["calendars"]
    nothing = {**NEW_YEAR, "off": [], "work": []}
    years = {one["id"]: NEW_YEAR if one["base"] is None else nothing for one in calendars}
    more = [{**one, "years": [*one["years"], years[one["id"]]]} for one in calendars]
    return fed.renewed(agreement=build_agreement(version=2, calendars=more))


def bring(office: Office, newer: Federation) -> None:
    """As any peer hands the signed files on."""
    office.take(newer.agreement_raw)
    office.take(newer.roster_raw)


def recounted(office: Office, limit: int = 500) -> int:
    with office.store.begin() as uow:
        return recount(uow, now=office.clock(), salt=office.salts, limit=limit)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with world_at(tmp_path, (BEIHAI, ZHANJIANG, JOINT)) as opened:
        opened.clock.now = DECEMBER
        yield opened


def ask(world: World) -> str:
    matter = world[ZHANJIANG].send("assistance_request", example("assistance_request"), to=(BEIHAI,)).matter
    world.exchange()
    return matter


def test_a_year_without_calendar_is_provisional_until_the_agreement_brings_it_and_then_each_node_says_why(world: World):
    matter = ask(world)
    for office in world.values():
        row = office.views.matter(matter).row
        assert row is not None
        assert (row.provisional, str(row.due_effective)) == (True, "2027-01-13")
        assert office.views.duty_counts(now=world.clock()).provisional == (0 if office.member == JOINT else 1)

    world.clock.advance(days=1)
    for office in world.values():
        bring(office, announced(world.fed))
        assert recounted(office) == 1
        view = office.views.matter(matter)
        assert view.row is not None
        assert (view.row.provisional, str(view.row.due_effective)) == (False, "2027-01-12")
        assert [note.text for note in view.notes] == [MOVED]
        with office.store.read() as connection:
            kept = connection.execute(text("SELECT count(*) FROM leaves WHERE type = 'due-changed'")).scalar_one()
        assert kept == 1

    assert MOVED in text_of(world[BEIHAI].browser(), f"/matters/{matter}")
    answer = world[BEIHAI].client().get(f"/api/v1/matters/{matter}").json()
    assert [note["text"] for note in answer["notes"]] == [MOVED]


def test_what_did_not_change_is_left_where_it_stands_in_the_register(world: World):
    matter = ask(world)
    office = world[BEIHAI]
    before = office.views.matter(matter).row
    world.clock.advance(days=1)

    bring(office, world.fed.renewed())

    assert recounted(office) == 1
    view = office.views.matter(matter)
    assert (view.row, view.notes) == (before, ())
    assert recounted(office) == 0, "it is finished"


def test_a_recount_goes_on_batch_by_batch_and_begins_anew_with_a_newer_file(world: World):
    matters = sorted(ask(world) for _ in range(5))
    office = world[BEIHAI]
    bring(office, announced(world.fed))

    assert [recounted(office, 2) for _ in range(2)] == [2, 2]
    with office.store.begin() as uow:
        left = uow.notes.recount()
        assert left is not None
        assert (left.was, left.after) == (1, matters[3])
    newest = announced(world.fed).renewed()
    office.take(newest.roster_raw)
    assert [recounted(office, 2) for _ in range(4)] == [2, 2, 1, 0]
    for matter in matters:
        assert [note.text for note in office.views.matter(matter).notes] == [MOVED], "each is told once"


def test_a_matter_that_is_closed_keeps_the_dates_it_was_judged_by(world: World):
    matter = ask(world)
    accept = {"title": "受理", "classification": "internal", "act": "accept", "handling_unit": "稽查科"}
    world[BEIHAI].send("answer", accept, matter=matter)
    world[BEIHAI].send("assistance_feedback", example("assistance_feedback"), matter=matter)
    world.exchange()

    bring(world[BEIHAI], announced(world.fed))

    assert recounted(world[BEIHAI]) == 0
    assert world[BEIHAI].views.matter(matter).notes == ()


def test_nothing_is_recounted_while_the_files_are_the_same(world: World):
    ask(world)
    assert recounted(world[BEIHAI]) == 0
    world[BEIHAI].take(federation().roster_raw)
    assert recounted(world[BEIHAI]) == 0


def test_the_days_a_closed_matter_took_are_counted_again_on_the_calendar_that_came_later(world: World):
    matter, office = ask(world), world[BEIHAI]
    accept = {"title": "受理", "classification": "internal", "act": "accept", "handling_unit": "稽查科"}
    office.send("answer", accept, matter=matter)
    world.clock.now = datetime.fromisoformat("2027-01-11T10:00+08:00")
    office.send("assistance_feedback", example("assistance_feedback"), matter=matter)
    world.exchange()

    def spent() -> int:
        """As the kept figures have it, with nothing left to work out."""
        with office.store.begin() as uow:
            uow.figures.count(uow.trusts.current(), 500)
            assert uow.figures.count(uow.trusts.current(), 500) == 0
        january = (date(2027, 1, 1), date(2027, 2, 1))
        sums = office.views.statistics(*january, now=world.clock()).sums
        return sums["I05.mean", BEIHAI, "inside", ""].numerator

    before = spent()
    bring(office, announced(world.fed))
    recounted(office)

    assert spent() == before + 1
