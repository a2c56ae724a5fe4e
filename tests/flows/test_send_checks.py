"""What every way to send refuses alike: a number used twice, a transfer sent on or in a circle, a letter unreviewed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hub.core.errors import InvalidInput, NotAllowed, Refused
from hub.flows.drafting import Act, PaperDraft, Policy, approve, issue, save, submit
from hub.flows.numbering import set_series, void
from hub.flows.rows import User
from hub.flows.send import Recorded, Request
from hub.flows.steps.deciding import examine
from tests.builders import BEIHAI, MAOMING, NOW, YULIN, ZHANJIANG, salts, user
from tests.builders_office import lead
from tests.flows.test_send import Pen, request
from tests.simulator.bodies import body, with_sheet
from tests.simulator.world import World

POLICE = "440800-ps"
HAIKOU = "460100-mr"
NUMBER = "玉市监协〔2026〕12号"


def asked(*without: str, **changes: Any) -> Request:
    wanted = request(body={"doc_no": NUMBER, **changes})
    return replace(wanted, body={name: value for name, value in wanted.body.items() if name not in without})


def refused(pen: Pen, wanted: Request, words: str, field: str, **how: Any) -> None:
    """Refused, and nothing written, the number least of all."""
    before = (pen.written, len(pen.store.rows.numbers.rows))
    with pytest.raises(Refused, match=words) as error:
        pen.send(wanted, **how)
    assert error.value.field == field
    assert (pen.written, len(pen.store.rows.numbers.rows)) == before


def test_the_number_of_a_document_is_taken_with_it_and_given_to_no_other() -> None:
    pen = Pen()
    first = pen.send(asked())
    [held] = pen.store.rows.numbers.of(first.document)
    assert (held.doc_no, held.state, held.who) == (NUMBER, "taken", "officer")
    refused(pen, asked(), f"{NUMBER} 已由 {first.document} 使用", "body.doc_no")
    refused(pen, asked(doc_no="玉市监协〔2026〕第12号"), "已由", "body.doc_no")
    pen.send(asked(doc_no="玉市监协〔2026〕13号"))
    pen.send(asked("doc_no"))


def test_one_document_to_several_offices_has_one_number() -> None:
    pen = Pen()
    done = pen.send(request("case_notice", "publish", (BEIHAI, MAOMING), body={"doc_no": NUMBER}))
    assert [one.subject for one in pen.store.rows.numbers.rows.values()] == [done.document]


@pytest.mark.parametrize(
    "number", ["玉市监协〔2026〕0号", "玉市监协[2026]12号", "玉市监协2026-12", "〔2026〕12号", "x" * 50]
)
def test_a_number_that_is_none_is_refused(number: str) -> None:
    refused(Pen(), asked(doc_no=number), "文号", "body.doc_no")


def test_a_void_number_is_never_sent() -> None:
    pen = Pen()
    with pen.store.begin() as uow:
        void(uow, NUMBER, "印错", who="officer", now=NOW, salt=salts())
    with pytest.raises(InvalidInput, match="已作废（印错）"):
        pen.send(asked())


def test_a_number_that_was_refused_for_another_reason_is_still_free() -> None:
    pen = Pen()
    refused(pen, replace(asked(), to=(YULIN,)), "不能发给本单位", "to")
    pen.send(asked())


def test_a_correction_may_keep_the_number_of_what_it_corrects_and_take_no_other_documents() -> None:
    world = World(1, size=5)
    node = world.nodes[YULIN]
    text = body("blacklist_entry", "list")
    first = node.send(Request("blacklist_entry", text, to=("all",)))
    other = node.send(Request("blacklist_entry", {**text, "doc_no": "玉市监列〔2026〕9号"}, to=("all",)))
    world.settle()
    again = node.send(Request("blacklist_entry", text, matter=first.matter, replaces=first.document))
    assert [one.doc_no for one in node.store.rows.numbers.of(again.document)] == [text["doc_no"]]
    assert node.store.rows.numbers.of(first.document) == []
    wrong = {**text, "doc_no": "玉市监列〔2026〕9号"}
    with pytest.raises(InvalidInput, match=f"已由 {other.document} 使用"):
        node.send(Request("blacklist_entry", wrong, matter=first.matter, replaces=first.document))


def act(name: str, level: str) -> Act:
    return Act(user(name, level=level), NOW, salts(9))


@pytest.mark.parametrize("series", [None, "玉市监协"])
def test_a_paper_takes_its_number_once_whether_entered_or_from_a_series(series: str | None) -> None:
    pen = Pen()
    text = {**asked().body, **({"doc_no": NUMBER} if series is None else {})}
    if series:
        del text["doc_no"]
    with pen.store.begin() as uow:
        if series:
            set_series(uow, series, (), 12, who="officer", now=NOW, salt=salts())
        paper = save(uow, PaperDraft("assistance_request", text, to=(BEIHAI,)), act("a", "handler"), pen.new_id)
        submit(uow, paper.id, act("a", "handler"))
        approve(uow, paper.id, act("b", "unit_head"), Policy())
        _, done = issue(uow, paper.id, act("b", "unit_head"), Policy(), pen.new_id, series=series)
    assert [(one.doc_no, one.subject) for one in pen.store.rows.numbers.rows.values()] == [(NUMBER, done.document)]
    refused(pen, asked(), "已由", "body.doc_no")


def test_a_paper_with_a_number_somebody_else_has_is_not_even_submitted() -> None:
    pen = Pen()
    pen.send(asked())
    with pen.store.begin() as uow:
        paper = save(uow, PaperDraft("assistance_request", asked().body, to=(BEIHAI,)), act("a", "handler"), pen.new_id)
    with pen.store.begin() as uow, pytest.raises(InvalidInput, match="已由"):
        submit(uow, paper.id, act("a", "handler"))


class Moving:
    """Three offices that transfer leads and cases."""

    def __init__(self) -> None:
        self.world = World(1, size=5, members=(YULIN, BEIHAI, HAIKOU, ZHANJIANG, POLICE))

    def lead(self, sender: str, to: str, **changes: Any) -> Recorded:
        return self.go(sender, Request("lead_transfer", body("lead_transfer", "transfer", **changes), to=(to,)))

    def case(self, sender: str, to: str, **changes: Any) -> Recorded:
        content, parts = with_sheet("case_transfer", "transfer", of=sender, **changes)
        return self.go(sender, Request("case_transfer", content, to=(to,), parts=parts))

    def go(self, sender: str, wanted: Request) -> Recorded:
        done = self.world.nodes[sender].send(wanted)
        self.world.settle()
        return done

    def answer(self, sender: str, matter: str, what: str) -> None:
        self.go(sender, Request("answer", body("answer", what), matter=matter))


@pytest.fixture
def moving() -> Moving:
    return Moving()


LEAD = "4509002026000000000000007"


def test_a_lead_received_by_transfer_is_not_transferred_on_nor_back(moving: Moving) -> None:
    moving.lead(YULIN, BEIHAI, lead_no=LEAD)
    with pytest.raises(NotAllowed, match="第十四条") as onward:
        moving.lead(BEIHAI, HAIKOU, lead_no=LEAD)
    assert (onward.value.field, "提出管辖异议" in onward.value.next_step) == ("body.lead_no", True)
    with pytest.raises(NotAllowed, match="不能再移送回该单位"):
        moving.lead(BEIHAI, YULIN, lead_no=LEAD)
    moving.lead(BEIHAI, HAIKOU, lead_no="4505002026000000000000008")


def test_a_case_received_by_transfer_is_known_by_what_it_continues_and_by_its_number(moving: Moving) -> None:
    came = moving.case(YULIN, BEIHAI, case_no="玉市监立〔2026〕7号")
    for relation in ("transferred_from", "follow_up", "split_from"):
        related = [{"matter": came.matter, "relation": relation}]
        with pytest.raises(NotAllowed, match="第十四条") as error:
            moving.case(BEIHAI, HAIKOU, case_no="北市监立〔2026〕1号", related=related)
        assert error.value.field == "body.related"
    with pytest.raises(NotAllowed, match="玉市监立〔2026〕7号"):
        moving.case(BEIHAI, HAIKOU, case_no="玉市监立〔2026〕7号")
    moving.case(BEIHAI, HAIKOU, case_no="北市监立〔2026〕1号")


def test_what_was_received_and_returned_or_taken_back_is_no_obstacle(moving: Moving) -> None:
    came = moving.lead(YULIN, BEIHAI, lead_no=LEAD)
    moving.answer(BEIHAI, came.matter, "return")
    moving.lead(BEIHAI, HAIKOU, lead_no=LEAD)


def test_a_lead_is_not_sent_again_to_the_office_that_returned_it_but_to_another(moving: Moving) -> None:
    gone = moving.lead(YULIN, BEIHAI, lead_no=LEAD)
    moving.answer(BEIHAI, gone.matter, "return")
    with pytest.raises(NotAllowed, match="退回线索") as error:
        moving.lead(YULIN, BEIHAI, lead_no=LEAD)
    assert error.value.field == "to"
    moving.lead(YULIN, HAIKOU, lead_no=LEAD)


def test_a_suspected_crime_goes_to_the_police_wherever_the_lead_came_from(moving: Moving) -> None:
    moving.lead(YULIN, ZHANJIANG, lead_no=LEAD)
    gone = moving.lead(ZHANJIANG, POLICE, lead_no=LEAD)
    with pytest.raises(NotAllowed, match="不能再移送回该单位"):
        moving.lead(POLICE, ZHANJIANG, lead_no=LEAD)
    moving.answer(POLICE, gone.matter, "return")
    with pytest.raises(NotAllowed, match="退回线索"):
        moving.lead(ZHANJIANG, POLICE, lead_no=LEAD)


def test_a_number_that_our_register_knows_as_our_own_lead_is_ours(moving: Moving) -> None:
    moving.lead(YULIN, BEIHAI, lead_no="2026-0001")
    with moving.world.nodes[BEIHAI].store.begin() as uow:
        uow.leads.put(replace(lead(), number="2026-0001"))
    moving.lead(BEIHAI, HAIKOU, lead_no="2026-0001")


def test_a_report_names_the_very_document_that_was_followed() -> None:
    world = World(1, size=5)
    yulin, beihai = world.nodes[YULIN], world.nodes[BEIHAI]
    notice = body("case_notice", "publish")
    first = yulin.send(Request("case_notice", notice, to=(BEIHAI,)))
    world.settle()
    corrected = yulin.send(Request("case_notice", notice, matter=first.matter, replaces=first.document))
    world.settle()
    report = body("compliance", "comply")
    for wrong in (first.document, report["document"]):
        wanted = Request("compliance", {**report, "document": wrong}, matter=first.matter)
        with beihai.store.begin() as uow, pytest.raises(InvalidInput, match=corrected.document) as error:
            examine(uow, wanted, NOW)
        assert error.value.field == "body.document"
    beihai.send(Request("compliance", {**report, "document": corrected.document}, matter=first.matter))


LEVELS = [
    ("answer", "handler", True),
    ("assistance_request", "handler", False),
    ("assistance_request", "unit_head", True),
    ("assistance_request", "legal_reviewer", False),
    ("case_notice", "bureau_leader", False),
    ("case_notice", "principal_head", True),
]


@pytest.mark.parametrize(("kind", "level", "may"), LEVELS)
def test_a_user_sends_at_once_only_what_he_may_sign_off(kind: str, level: str, may: bool) -> None:
    pen = Pen()
    if kind == "answer":
        wanted = Request(kind, body(kind, "sign-for"))
    else:
        wanted = request(kind, {"assistance_request": "request", "case_notice": "publish"}[kind])
    by = user("someone", level=level)
    if kind == "answer":
        refused(pen, wanted, "须在已有事项中办理", "matter", by=by)  # the level is no obstacle
    elif may:
        assert pen.send(wanted, by=by).document
    else:
        refused(pen, wanted, "须经审核签发，请通过拟稿办理", "kind", by=by)


def program(level: str, role: str = "program") -> User:
    return user("oa", role=role, level=level)


def test_an_office_document_system_sends_what_was_signed_there_and_says_so() -> None:
    pen = Pen()
    signed = asked(signer="某局长")
    refused(pen, asked("signer"), "请填写签发人和文号", "body.signer", by=program("oa"))
    refused(pen, asked("doc_no", signer="某局长"), "请填写签发人和文号", "body.doc_no", by=program("oa"))
    refused(pen, signed, "请通过拟稿办理", "kind", by=program("handler"))
    refused(pen, signed, "请通过拟稿办理", "kind", by=program("oa", "officer"))
    assert pen.send(signed, by=program("oa")).document
