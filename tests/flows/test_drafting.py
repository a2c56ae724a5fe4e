"""A working paper becomes a document only whole, reviewed and signed by a second person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest

from hub.core import ijson
from hub.core.errors import Classified, Conflict, InvalidInput, NotAllowed, NotFound, Refused, TooLarge, WrongState
from hub.core.ids import sha256
from hub.core.policy import LEVELS
from hub.flows import drafting
from hub.flows.drafting import Act, PaperDraft, Policy, SignedSheet
from hub.flows.ports import UnitOfWork
from hub.flows.ports.office_rows import Paper, PaperFilter
from hub.flows.rows import Part, User
from hub.flows.steps.approval import APPROVERS
from hub.kinds.registry import LATEST
from tests.builders import BEIHAI, NOW, ids, salts, user, uuid
from tests.contracts.conftest import backend, opener, sqlite_database, sqlite_template
from tests.contracts.stores import Backend
from tests.simulator.bodies import body, with_sheet

__all__ = ["backend", "opener", "sqlite_database", "sqlite_template"]

FOUR, WAIVED = Policy(), Policy(four_eyes=False)
HANDLER = user("handler")
HEAD = user("head", level="unit_head")
LEGAL = user("legal", level="legal_reviewer")
LEADER = user("leader", level="bureau_leader")
SCAN = Part(sha256(b"%PDF-1.7 scan"), "application/pdf", b"%PDF-1.7 scan")
SHEET = SignedSheet(SCAN, "王某某", date(2026, 4, 13))


class Desk:
    """One office over one store."""

    def __init__(self, backend: Backend) -> None:
        self.backend, self.new_id, self.salt = backend, ids(), salts()

    def act(self, who: User) -> Act:
        return Act(who, NOW, self.salt)

    def do(self, what: Callable[[UnitOfWork], Any]) -> Any:
        with self.backend.begin() as uow:
            return what(uow)

    def save(self, who: User = HANDLER, **fields: Any) -> Paper:
        draft = PaperDraft(**{"kind": "assistance_request", "body": body("assistance_request", "request"), **fields})
        found: Paper = self.do(lambda uow: drafting.save(uow, draft, self.act(who), self.new_id))
        return found

    def submitted(self, **fields: Any) -> Paper:
        paper = self.save(**{"to": (BEIHAI,), **fields})
        found: Paper = self.do(lambda uow: drafting.submit(uow, paper.id, self.act(HANDLER)))
        return found

    def approve(self, paper: Paper, who: User = LEGAL, policy: Policy = FOUR) -> Paper:
        found: Paper = self.do(lambda uow: drafting.approve(uow, paper.id, self.act(who), policy))
        return found

    def issue(self, paper: Paper, who: User = HEAD, policy: Policy = FOUR, sheet: SignedSheet | None = None) -> Paper:
        act = self.act(who)
        found: Paper = self.do(lambda uow: drafting.issue(uow, paper.id, act, policy, self.new_id, sheet))[0]
        return found

    def outbox(self) -> int:
        return int(self.do(lambda uow: uow.outbox.count()))

    def shown(self, paper: Paper) -> Paper:
        found: Paper = self.do(lambda uow: drafting.history(uow, paper.id))[0]
        return found

    def acts(self, paper: Paper) -> list[str]:
        return [event.act for event in self.do(lambda uow: drafting.history(uow, paper.id))[1]]


@pytest.fixture
def desk(backend: Backend) -> Desk:
    return Desk(backend)


def test_a_paper_goes_from_draft_over_review_and_signature_into_the_outbox(desk: Desk) -> None:
    paper = desk.submitted()
    assert desk.outbox() == 0
    issued = desk.issue(desk.approve(paper))
    assert (issued.state, issued.author, issued.reviewer, issued.approver) == ("issued", "handler", "legal", "head")
    [draft] = desk.do(lambda uow: uow.outbox.take(9))
    assert (draft.document, draft.audience, draft.decided_by) == (issued.document, BEIHAI, "head")
    assert desk.acts(paper) == ["save", "submit", "approve", "issue"]


def test_an_unfinished_body_can_be_saved_but_not_handed_in(desk: Desk) -> None:
    paper = desk.save(body={"title": "关于"})
    with pytest.raises(InvalidInput) as refused:
        desk.do(lambda uow: drafting.submit(uow, paper.id, desk.act(HANDLER)))
    assert (refused.value.field or "").startswith("body.")
    assert desk.shown(paper).state == "drafting"


def test_a_paper_without_addressee_is_not_handed_in(desk: Desk) -> None:
    paper = desk.save()
    with pytest.raises(InvalidInput, match="收件单位"):
        desk.do(lambda uow: drafting.submit(uow, paper.id, desk.act(HANDLER)))


def test_a_stale_version_is_refused_and_changes_nothing(desk: Desk) -> None:
    paper = desk.save()
    newer = desk.save(HEAD, id=paper.id, version=1, body={"title": "新"})
    with pytest.raises(Conflict, match="head"):
        desk.save(id=paper.id, version=1, body={"title": "旧"})
    assert desk.shown(paper) == newer


def test_nobody_reviews_or_signs_what_he_wrote_or_changed_last(desk: Desk) -> None:
    paper = desk.save(LEADER, to=(BEIHAI,))
    paper = desk.save(HEAD, id=paper.id, version=paper.version, to=(BEIHAI,))
    desk.do(lambda uow: drafting.submit(uow, paper.id, desk.act(HEAD)))
    for who in (LEADER, HEAD):
        with pytest.raises(NotAllowed, match="同一人"):
            desk.approve(paper, who)
    desk.approve(paper, LEGAL)
    for who in (LEADER, HEAD):
        with pytest.raises(NotAllowed, match="同一人"):
            desk.issue(paper, who)
    assert desk.outbox() == 0


def test_an_office_may_waive_four_eyes_and_the_leaf_says_so(desk: Desk) -> None:
    paper = desk.save(HEAD, to=(BEIHAI,))
    desk.do(lambda uow: drafting.submit(uow, paper.id, desk.act(HEAD)))
    assert desk.issue(desk.approve(paper, HEAD, WAIVED), HEAD, WAIVED).state == "issued"


def test_a_handler_reviews_nothing_and_a_reviewer_of_law_signs_nothing(desk: Desk) -> None:
    paper = desk.submitted()
    with pytest.raises(NotAllowed, match="审核"):
        desk.approve(paper, user("other"))
    desk.approve(paper)
    for who in (user("other"), LEGAL):
        with pytest.raises(NotAllowed, match="承办机构负责人"):
            desk.issue(paper, who)


def test_a_case_transfer_needs_a_bureau_leader(desk: Desk) -> None:
    given, parts = with_sheet("case_transfer", "transfer")
    paper = desk.submitted(kind="case_transfer", body=given, parts=parts)
    desk.approve(paper)
    with pytest.raises(NotAllowed, match="分管负责人"):
        desk.issue(paper, HEAD)
    assert desk.issue(paper, LEADER).document


def test_a_sheet_signed_on_paper_stands_in_for_the_account_and_stays_here(desk: Desk) -> None:
    issued = desk.issue(desk.submitted(), HANDLER, sheet=SHEET)
    assert (issued.approver, issued.sheet) == ("王某某", SCAN.sha256)
    [draft] = desk.do(lambda uow: uow.outbox.take(9))
    assert draft.parts == ()
    assert desk.do(lambda uow: uow.parts.piece(SCAN.sha256, 0)) == SCAN.content


@pytest.mark.parametrize(
    "sheet",
    [
        replace(SHEET, signed_on=date(2026, 4, 14)),
        replace(SHEET, signer=" "),
        replace(SHEET, part=Part(sha256(b"x"), "text/html", b"x")),
    ],
    ids=["signed tomorrow", "by nobody", "no scan"],
)
def test_a_sheet_that_proves_nothing_is_refused(desk: Desk, sheet: SignedSheet) -> None:
    paper = desk.submitted()
    with pytest.raises(InvalidInput):
        desk.issue(paper, HANDLER, sheet=sheet)
    assert (desk.outbox(), desk.shown(paper).state) == (0, "in_review")


def test_a_paper_sent_back_is_changed_and_reviewed_anew(desk: Desk) -> None:
    paper = desk.approve(desk.submitted())
    with pytest.raises(InvalidInput, match="退回意见"):
        desk.do(lambda uow: drafting.return_for_changes(uow, paper.id, desk.act(LEGAL), " "))
    back = desk.do(lambda uow: drafting.return_for_changes(uow, paper.id, desk.act(LEGAL), "请补充事实"))
    assert (back.state, back.reviewer) == ("returned", None)
    desk.save(id=paper.id, version=back.version, to=(BEIHAI,))
    with pytest.raises(WrongState):
        desk.issue(paper, HEAD)


def test_a_discarded_paper_can_be_taken_back(desk: Desk) -> None:
    paper = desk.submitted()
    desk.do(lambda uow: drafting.discard(uow, paper.id, desk.act(HANDLER), "重复"))
    with pytest.raises(WrongState, match="已作废"):
        desk.approve(paper)
    assert desk.do(lambda uow: drafting.restore(uow, paper.id, desk.act(HANDLER))).state == "drafting"


def test_an_issued_paper_moves_no_more(desk: Desk) -> None:
    paper = desk.issue(desk.submitted(), HANDLER, sheet=SHEET)
    for call in (drafting.discard, drafting.restore, drafting.submit):
        with pytest.raises(WrongState, match="已签发"):
            desk.do(partial(call, paper_id=paper.id, act=desk.act(HANDLER)))
    assert desk.outbox() == 1


REFUSED: dict[str, tuple[dict[str, Any], type[Refused], str]] = {
    "an unknown kind": ({"kind": "memo"}, InvalidInput, "kind"),
    "a state secret": ({"body": {"classification": "机密"}}, Classified, "body.classification"),
    "too large a body": ({"body": {"facts": "大" * 100_000}}, TooLarge, "body"),
    "half a character": ({"body": {"title": "\ud800"}}, InvalidInput, "body"),
    "an addressee of no form": ({"to": ("北海",)}, InvalidInput, "to"),
    "a matter of no form": ({"matter": "17"}, InvalidInput, "matter"),
    "an urgency nobody knows": ({"urgency": "soon"}, InvalidInput, "urgency"),
    "a paper that is not here": ({"id": uuid(9), "version": 1}, NotFound, "paper"),
    "an attachment that is another": ({"parts": (Part(sha256(b"a"), "text/plain", b"b"),)}, InvalidInput, "parts"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_not_even_a_draft_may_hold_is_refused_and_nothing_is_written(desk: Desk, name: str) -> None:
    fields, error, field = REFUSED[name]
    with pytest.raises(error) as refused:
        desk.save(**fields)
    assert refused.value.field == field
    assert desk.do(lambda uow: uow.papers.page(PaperFilter(), None, 9)) == []


def test_brackets_of_a_number_are_written_the_one_way(desk: Desk) -> None:
    paper = desk.save(body={"doc_no": "玉市监协[2026]12号"})
    assert ijson.loads(paper.body, limit=1000) == {"doc_no": "玉市监协〔2026〕12号"}


def test_attachments_stay_while_the_body_lists_them(desk: Desk) -> None:
    listed = {"attachments": [{"part": SCAN.sha256}]}
    paper = desk.save(body=listed, parts=(SCAN,))
    paper = desk.save(id=paper.id, version=1, body=listed)
    assert [meta.sha256 for meta in paper.parts] == [SCAN.sha256]
    assert desk.save(id=paper.id, version=2, body={}).parts == ()


def test_papers_are_paged_newest_first(desk: Desk) -> None:
    made = [desk.save().id for _ in range(3)]
    first = desk.do(lambda uow: drafting.papers(uow, PaperFilter(), None, 2))
    rest = desk.do(lambda uow: drafting.papers(uow, PaperFilter(), first.next, 2))
    assert [row.id for row in (*first.rows, *rest.rows)] == sorted(made, reverse=True)
    assert rest.next is None
    with pytest.raises(InvalidInput):
        desk.do(lambda uow: drafting.papers(uow, PaperFilter(), "nonsense", 2))


def test_every_kind_has_the_level_that_signs_it_off() -> None:
    assert APPROVERS.keys() == LATEST.keys()
    assert set(APPROVERS.values()) <= LEVELS.keys() - {"legal_reviewer"}
