"""A number is used once, whoever gave it, and stays in the register with what became of it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from hub.core.errors import InvalidInput, NotFound, WrongState
from hub.flows import drafting, numbering
from tests.builders import BEIHAI, NOW, YULIN, message, uuid
from tests.contracts.conftest import backend, opener, sqlite_database, sqlite_template
from tests.contracts.stores import Backend
from tests.flows.test_drafting import FOUR, HANDLER, HEAD, SHEET, Desk
from tests.simulator.bodies import body

__all__ = ["backend", "opener", "sqlite_database", "sqlite_template"]


@pytest.fixture
def desk(backend: Backend) -> Desk:
    return Desk(backend)


def number(desk: Desk, call: Any, *arguments: Any, now: Any = NOW) -> Any:
    return desk.do(lambda uow: call(uow, *arguments, who="officer", now=now, salt=desk.salt))


def issue(desk: Desk, doc_no: str | None, series: str | None = None) -> drafting.Paper:
    given = {**body("assistance_request", "request"), "doc_no": doc_no}
    paper = desk.submitted(body={name: value for name, value in given.items() if value is not None})
    act = desk.act(HANDLER)
    call = partial(drafting.issue, paper_id=paper.id, act=act, policy=FOUR, new_id=desk.new_id, sheet=SHEET)
    issued: drafting.Paper = desk.do(lambda uow: call(uow, series=series))[0]
    return issued


def test_a_number_used_before_is_refused_with_the_document_that_has_it(desk: Desk) -> None:
    first = issue(desk, "玉市监协[2026]12号")
    with pytest.raises(InvalidInput, match=str(first.document)):
        issue(desk, "玉市监协〔2026〕第012号")
    assert desk.outbox() == 1
    assert issue(desk, "玉市监协〔2025〕12号").document


def test_a_series_gives_the_next_number_of_the_year_to_what_is_issued(desk: Desk) -> None:
    number(desk, numbering.set_series, "玉市监协", ["assistance_request"], 30)
    issued = [issue(desk, None, "玉市监协") for _ in range(2)]
    shown = desk.do(lambda uow: numbering.register(uow, "玉市监协", 2026, None, 9)).rows
    assert [(one.doc_no, one.subject) for one in shown] == [
        ("玉市监协〔2026〕31号", issued[1].document),
        ("玉市监协〔2026〕30号", issued[0].document),
    ]
    assert number(desk, numbering.assign, "玉市监协", now=NOW + timedelta(days=365)).doc_no == "玉市监协〔2027〕30号"


def test_a_refused_paper_uses_up_no_number(desk: Desk) -> None:
    number(desk, numbering.set_series, "玉市监协", [], 1)
    paper = desk.submitted()
    with pytest.raises(WrongState):
        desk.do(lambda uow: drafting.issue(uow, paper.id, desk.act(HEAD), FOUR, desk.new_id, None, "玉市监协"))
    assert number(desk, numbering.assign, "玉市监协").seq == 1


def test_a_series_for_other_kinds_or_none_is_refused(desk: Desk) -> None:
    number(desk, numbering.set_series, "玉市监移", ["lead_transfer"], 1)
    with pytest.raises(InvalidInput, match="lead_transfer"):
        issue(desk, None, "玉市监移")
    with pytest.raises(NotFound):
        issue(desk, None, "玉市监函")
    with pytest.raises(InvalidInput, match="已有文号"):
        issue(desk, "玉市监移〔2026〕3号", "玉市监移")
    assert desk.outbox() == 0


def test_a_void_number_stays_with_its_reason_and_is_not_given_again(desk: Desk) -> None:
    number(desk, numbering.set_series, "玉市监协", [], 1)
    number(desk, numbering.void, "玉市监协(2026)1号", "打印错误")
    assert number(desk, numbering.assign, "玉市监协").seq == 2
    with pytest.raises(InvalidInput, match="打印错误"):
        number(desk, numbering.enter, "玉市监协〔2026〕1号", None)
    with pytest.raises(WrongState, match="打印错误"):
        number(desk, numbering.void, "玉市监协〔2026〕1号", "又一次")


def test_the_number_of_an_issued_document_is_not_made_void(desk: Desk) -> None:
    issue(desk, "玉市监协〔2026〕12号")
    with pytest.raises(WrongState, match="不能作废"):
        number(desk, numbering.void, "玉市监协〔2026〕12号", "重复")


@pytest.mark.parametrize(
    "text", ["", "12号", "玉市监协〔26〕1号", "玉市监协〔2026〕0号", "玉市监协〔2026〕1", "x" * 500]
)
def test_a_malformed_number_is_refused_with_the_right_form(desk: Desk, text: str) -> None:
    with pytest.raises(InvalidInput, match="桂市监协〔2026〕12号"):
        number(desk, numbering.enter, text, None)


@pytest.mark.parametrize("wrong", [("", [], 1), ("收文", [], 1), ("玉1", [], 1), ("玉", ["memo"], 1), ("玉", [], 0)])
def test_a_series_that_could_give_no_number_is_refused(desk: Desk, wrong: tuple[Any, ...]) -> None:
    with pytest.raises(InvalidInput):
        number(desk, numbering.set_series, *wrong)


def test_what_came_in_gets_one_number_a_year_running(desk: Desk) -> None:
    came = [message(document=uuid(seq), sender=BEIHAI, audience="450900-mr", seq=seq) for seq in (1, 2)]
    desk.do(lambda uow: uow.messages.add(came))
    first, second = (number(desk, numbering.receive, one.document) for one in came)
    assert (first.doc_no, second.doc_no) == ("收文〔2026〕1号", "收文〔2026〕2号")
    assert number(desk, numbering.receive, came[0].document) == first
    with pytest.raises(NotFound):
        number(desk, numbering.receive, uuid(3))


def test_the_register_is_paged_from_the_highest(desk: Desk) -> None:
    number(desk, numbering.set_series, "玉市监协", [], 1)
    for _ in range(3):
        number(desk, numbering.assign, "玉市监协")
    page = desk.do(lambda uow: numbering.register(uow, "玉市监协", 2026, None, 2))
    rest = desk.do(lambda uow: numbering.register(uow, "玉市监协", 2026, page.next, 2))
    assert [one.seq for one in (*page.rows, *rest.rows)] == [3, 2, 1]
    with pytest.raises(InvalidInput):
        desk.do(lambda uow: numbering.register(uow, "玉市监协", 2026, "-1", 2))


def test_a_number_that_the_clerk_types_is_kept_once_for_one_document(desk: Desk) -> None:
    came = [message(sender=BEIHAI, audience=YULIN, document=uuid(n), seq=n) for n in (1, 2)]
    desk.do(lambda uow: uow.messages.add(came))
    number(desk, numbering.set_series, "玉市监发", [], 1)
    first = number(desk, numbering.receive, uuid(1), "12")
    assert first.doc_no == "收文〔2026〕12号"
    assert number(desk, numbering.receive, uuid(1), "收文[2026]12号") == first
    for document, typed, error in (
        (uuid(1), "13", WrongState),
        (uuid(2), "12", InvalidInput),
        (uuid(2), "玉市监收〔2026〕12号", InvalidInput),
        (uuid(2), "玉市监发〔2026〕14号", InvalidInput),
        (uuid(2), "收到", InvalidInput),
        (uuid(2), "0", InvalidInput),
    ):
        with pytest.raises(error):
            number(desk, numbering.receive, document, typed)
    assert number(desk, numbering.receive, uuid(2), "玉市监收[2026]13号").doc_no == "玉市监收〔2026〕13号"
    assert desk.do(lambda uow: numbering.find(uow, "玉市监收〔2026〕13号"))[1].subject == uuid(2)
    register = desk.do(lambda uow: numbering.received(uow, 2026, None, 9)).rows
    assert [(one.number.seq, one.message and one.message.document) for one in register] == [
        (13, uuid(2)),
        (12, uuid(1)),
    ]


def test_numbers_are_imported_all_or_none_with_what_is_wrong_line_by_line(desk: Desk) -> None:
    number(desk, numbering.void, "玉市监协〔2026〕3号", "打印错误")
    lines = ["玉市监协〔2026〕1号", "玉市监协2026-2", "玉市监协[2026]1号", "玉市监协〔2026〕3号"]
    taken, wrong = number(desk, numbering.enter_all, lines)
    assert (taken, sorted(wrong)) == ([], [2, 3, 4])
    assert ("格式不正确" in wrong[2], "第 1 行重复" in wrong[3], "已作废" in wrong[4]) == (True, True, True)
    assert desk.do(lambda uow: numbering.find(uow, "玉市监协[2026]1号"))[1] is None
    taken, wrong = number(desk, numbering.enter_all, lines[:1])
    assert ([one.seq for one in taken], wrong) == ([1], {})
    assert desk.do(lambda uow: numbering.find(uow, "玉市监协[2026]1号"))[1] == taken[0]
    for none in ([], ["玉市监协〔2026〕9号"] * 501):
        with pytest.raises(InvalidInput):
            number(desk, numbering.enter_all, none)


def test_gaps_in_a_run_are_named() -> None:
    assert numbering.gaps([7, 3, 4], 1) == [numbering.Gap(1, 2), numbering.Gap(5, 6)]
    assert numbering.gaps([], 1) == []
    assert numbering.gaps([1, 2], 5) == []
