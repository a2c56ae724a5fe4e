"""What an office keeps of its own work: the same on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.flows.ports.office_rows import (
    AssignmentFilter,
    Event,
    LeadFilter,
    LeadTransfer,
    Number,
    PaperFilter,
    Series,
    Template,
    Unit,
)
from hub.flows.ports.uploads import Upload
from tests.builders import BEIHAI, NOW, YULIN, digest, uuid
from tests.builders_office import DAY, assignment, lead, paper
from tests.contracts.stores import Backend


def test_a_paper_comes_back_whole_and_only_as_last_put(backend: Backend):
    later = paper(state="issued", to=(), parts=(), reviewer="head", document=uuid(7), version=4)
    with backend.begin() as uow:
        assert uow.papers.get(uuid(1)) is None
        uow.papers.put(paper())
        assert uow.papers.get(uuid(1)) == paper()
        uow.papers.put(later)
    backend.reopen()
    with backend.begin() as uow:
        assert uow.papers.get(uuid(1)) == later


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (PaperFilter(), [3, 2, 1]),
        (PaperFilter(state="issued"), [2]),
        (PaperFilter(author="other"), [3]),
        (PaperFilter(matter=uuid(90)), [1]),
        (PaperFilter(kind="answer"), []),
        (PaperFilter(text="no.2"), [2]),
        (PaperFilter(text="%"), []),
        (PaperFilter(state="drafting", text="关于"), [3, 1]),
    ],
)
def test_papers_are_listed_newest_first_by_what_is_asked(backend: Backend, wanted: PaperFilter, found: list[int]):
    with backend.begin() as uow:
        for row in (paper(1, matter=uuid(90)), paper(2, state="issued"), paper(3, author="other")):
            uow.papers.put(row)
        assert [row.id for row in uow.papers.page(wanted, None, 9)] == [uuid(number) for number in found]
        assert [row.id for row in uow.papers.page(PaperFilter(), uuid(3), 1)] == [uuid(2)]


def test_templates_are_kept_by_name_and_listed_in_one_order(backend: Backend):
    rows = [Template(name, "answer", b"{}", "officer", NOW) for name in ("常用复函", "B", "a", "一般")]
    with backend.begin() as uow:
        for row in rows:
            uow.papers.put_template(row)
        uow.papers.put_template(replace(rows[0], body=b'{"a":1}'))
    with backend.begin() as uow:
        assert [row.name for row in uow.papers.templates()] == sorted(row.name for row in rows)
        assert uow.papers.template("常用复函") == replace(rows[0], body=b'{"a":1}')
        assert uow.papers.template("没有") is None
        uow.papers.drop_template("一般")
        uow.papers.drop_template("没有")
        assert [row.name for row in uow.papers.templates()] == ["B", "a", "常用复函"]


def test_an_upload_grows_under_its_paper_and_digest_and_goes_when_nobody_goes_on(backend: Backend):
    half = Upload(uuid(1), digest("a"), "附件.pdf", 9, 4, "content", "officer", NOW)
    with backend.begin() as uow:
        uow.uploads.put(half)
        uow.uploads.put(replace(half, paper=uuid(2), at=NOW + timedelta(days=1)))
        uow.uploads.put(replace(half, here=8))
    backend.reopen()
    with backend.begin() as uow:
        assert uow.uploads.get(uuid(1), digest("a")) == replace(half, here=8)
        assert uow.uploads.get(uuid(1), digest("b")) is None
        assert [one.paper for one in uow.uploads.of(uuid(2))] == [uuid(2)]
        assert [one.paper for one in uow.uploads.before(NOW + timedelta(hours=1))] == [uuid(1)]
        uow.uploads.drop(uuid(2), digest("a"))
        uow.uploads.drop(uuid(2), digest("a"))
        assert uow.uploads.of(uuid(2)) == []


def test_history_stays_in_the_order_of_recording(backend: Backend):
    with backend.begin() as uow:
        uow.events.add([Event(uuid(1), "save", "a", NOW, ""), Event(uuid(2), "save", "b", NOW, "")])
        uow.events.add([Event(uuid(1), "submit", "a", NOW - timedelta(days=1), "请审")])
    with backend.begin() as uow:
        assert [(one.act, one.comment) for one in uow.events.of(uuid(1))] == [("save", ""), ("submit", "请审")]
        assert uow.events.of(uuid(3)) == []


def test_a_number_belongs_to_one_issuer_code_word_and_year(backend: Backend):
    row = Number(YULIN, "玉市监协", 2026, 12, "玉市监协〔2026〕12号", uuid(1), "taken", "", "officer", NOW)
    void = replace(row, seq=15, subject=None, state="void", reason="作废")
    with backend.begin() as uow:
        for one in (row, void, replace(row, year=2027, seq=1), replace(row, code="玉市监函", seq=99, subject=None)):
            uow.numbers.put(one)
    with backend.begin() as uow:
        assert uow.numbers.get(YULIN, "玉市监协", 2026, 12) == row
        assert uow.numbers.get(BEIHAI, "玉市监协", 2026, 12) is None
        assert uow.numbers.last(YULIN, "玉市监协", 2026) == 15
        assert uow.numbers.last(YULIN, "玉市监协", 2025) == 0
        assert [one.year for one in uow.numbers.of(uuid(1))] == [2026, 2027]
        assert [one.seq for one in uow.numbers.page("玉市监协", 2026, None, 9)] == [15, 12]
        assert [one.seq for one in uow.numbers.page(None, 2026, 99, 1)] == [15]


def test_a_number_is_taken_by_the_first_who_asks(backend: Backend):
    row = Number(YULIN, "玉市监协", 2026, 12, "玉市监协〔2026〕12号", uuid(1), "taken", "", "officer", NOW)
    with backend.begin() as uow:
        assert uow.numbers.take(row)
    with backend.begin() as uow:
        assert not uow.numbers.take(replace(row, subject=uuid(2)))
        assert uow.numbers.get(YULIN, "玉市监协", 2026, 12) == row


def test_a_series_is_replaced_by_its_code_word(backend: Backend):
    row = Series("玉市监协", ("assistance_request",), 1, "officer", NOW)
    with backend.begin() as uow:
        uow.numbers.put_series(row)
        uow.numbers.put_series(replace(row, kinds=(), first=30))
    with backend.begin() as uow:
        assert uow.numbers.series("玉市监协") == replace(row, kinds=(), first=30)
        assert uow.numbers.series("别的") is None
        assert len(uow.numbers.all_series()) == 1


def test_units_and_what_was_handed_to_them(backend: Backend):
    county = Unit("bb", "博白县市场监督管理局", "county", "450923", accounts=False)
    ended = assignment(2, unit="bb", state="returned", reason="不属本辖区", ended_at=NOW, rule=None)
    with backend.begin() as uow:
        uow.units.put(Unit("fz", "反传销科", "section", None, accounts=True))
        uow.units.put(replace(county, active=False))
        uow.units.put(county)
        for row in (assignment(3, matter=uuid(91), at=NOW + timedelta(days=1)), ended, assignment(1)):
            uow.units.put_assignment(row)
    with backend.begin() as uow:
        assert [unit.code for unit in uow.units.all()] == ["bb", "fz"]
        assert (uow.units.get("bb"), uow.units.get("no")) == (county, None)
        assert (uow.units.assignment(uuid(2)), uow.units.assignment(uuid(9))) == (ended, None)
        assert [row.id for row in uow.units.of_matter(uuid(90))] == [uuid(1), uuid(2)]
        assert [row.id for row in uow.units.assignments(AssignmentFilter("fz", "open"), None, 9)] == [uuid(3), uuid(1)]
        assert [row.id for row in uow.units.assignments(AssignmentFilter(), uuid(3), 1)] == [uuid(2)]
        late = AssignmentFilter(overdue=assignment().due_on + timedelta(days=1))
        assert [row.id for row in uow.units.assignments(late, None, 9)] == [uuid(3), uuid(1)]
        assert uow.units.assignments(AssignmentFilter(overdue=assignment().due_on), None, 9) == []
        assert [row.id for row in uow.units.between(NOW, NOW + timedelta(days=1))] == [uuid(1), uuid(2)]
        assert uow.units.matters_of_unit("fz") == {uuid(90), uuid(91)}
        assert uow.units.matters_of_unit("bb") == set()


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (LeadFilter(), [3, 2, 1]),
        (LeadFilter(forwarded=True), [2]),
        (LeadFilter(forwarded=False, settled=False), [1]),
        (LeadFilter(settled=True), [3]),
        (LeadFilter(text="2026-002"), [2]),
        (LeadFilter(text="abc"), [3]),
        (LeadFilter(text="拉人头"), [3, 2, 1]),
        (LeadFilter(text="_"), []),
        (LeadFilter(overdue=lead().due_on), []),
        (LeadFilter(overdue=lead().due_on + timedelta(days=1)), [1]),
        (LeadFilter(unit="fz"), [2]),
    ],
)
def test_leads_are_found_by_number_text_and_progress(backend: Backend, wanted: LeadFilter, found: list[int]):
    moved = lead(2, forwarded_at=NOW, unit="fz", matter=uuid(90))
    done = lead(3, platform_no="ABC123", outcome="filed", outcome_on=DAY, came_by=uuid(80))
    with backend.begin() as uow:
        for row in (lead(1), moved, done):
            uow.leads.put(row)
        assert [row.id for row in uow.leads.page(wanted, None, 9)] == [uuid(number) for number in found]
        assert [row.id for row in uow.leads.page(LeadFilter(), uuid(3), 1)] == [uuid(2)]
        assert (uow.leads.get(uuid(2)), uow.leads.by_number("2026-003")) == (moved, done)
        assert (uow.leads.get(uuid(9)), uow.leads.by_number("")) == (None, None)


def test_transfers_of_a_number_come_oldest_first(backend: Backend):
    rows = [LeadTransfer(uuid(n), number, BEIHAI, NOW + timedelta(days=-n)) for n, number in ((1, "a"), (2, "b"))]
    with backend.begin() as uow:
        for row in rows:
            uow.leads.add_transfer(row)
    with backend.begin() as uow:
        assert uow.leads.transfers(["a", "b", "c"]) == rows[::-1]
        assert uow.leads.transfers(["a"]) == rows[:1]
        assert uow.leads.transfers([]) == []
