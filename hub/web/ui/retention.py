"""保存和删除: what is due for review, proposals to erase, and their approval by somebody else."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from hub.core.errors import InvalidInput, NotFound, Refused
from hub.core.policy import Permit
from hub.flows import retention
from hub.flows.ports import UnitOfWork
from hub.flows.ports.retention import ERASURES, GOES, Erasure
from hub.flows.retention import By, Wish
from hub.flows.rows import User
from hub.flows.steps.approval import Policy
from hub.web import keeping, naming
from hub.web.addresses import Cursor
from hub.web.auth import person_may
from hub.web.confirming import FIELD, asks_again, confirm_again
from hub.web.deps import Node, WebNode
from hub.web.office import names_of, office_only
from hub.web.problems import problem_of
from hub.web.sheets import FORM
from hub.web.ui.forms import Form
from hub.web.ui.registers import due_table, erasures_table
from hub.web.ui.render import page

router = APIRouter()

Keeper = Annotated[User, Depends(person_may(Permit.RETAIN))]
ErasureId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
Named = Annotated[str, Query(max_length=40)]

ROWS = 50
TABS = (
    ("/retention", "到期审查", None),
    ("/retention/erasures", "删除申请", None),
    ("/retention/holds", "保留", None),
    ("/retention/rules", "保存期限", None),
)
_OPEN = ("proposed", "approved")
_STATES = {"": "全部", **ERASURES}


@router.get("/retention")
def list_due(
    request: Request, node: Node, user: Keeper, rule: Named = "", cursor: Cursor = None, form: FORM = None
) -> Response:
    """Matters whose period has ended, the longest due first."""
    office_only(user)
    rules = node.act(lambda uow: uow.retention.rules())
    if rule and rule not in rules:
        raise NotFound(f"没有保存期限规则 {rule}", field="rule")
    if form is not None:
        return due_table(node, user, rules, rule or None, form)
    found = node.views.due_for_review(rule or None, cursor, ROWS)
    more = f"/retention?{urlencode({'rule': rule, 'cursor': found.next})}" if found.next else None
    return page(
        request,
        node,
        user,
        "retention/due.html",
        tabs=TABS,
        rules=rules,
        rule=rule,
        rows=found.rows,
        more=more,
        first=cursor is None,
        counts=node.views.review_counts(1000),
    )


@router.get("/retention/erasures")
def list_erasures(
    request: Request, node: Node, user: Keeper, state: Named = "", cursor: Cursor = None, form: FORM = None
) -> Response:
    """Proposals, the newest first, and what became of them."""
    office_only(user)
    if state not in _STATES:
        raise InvalidInput("没有这种状态", field="state")
    states = (state,) if state else tuple(ERASURES)
    if form is not None:
        return erasures_table(node, user, states, form)
    found = node.views.erasures(states, cursor, ROWS)
    more = f"/retention/erasures?{urlencode({'state': state, 'cursor': found.next})}" if found.next else None
    return page(
        request,
        node,
        user,
        "retention/erasures.html",
        tabs=TABS,
        state=state,
        states=_STATES,
        rows=found.rows,
        titles=naming.titles(node, user, {one.matter for one in found.rows}),
        more=more,
        first=cursor is None,
        names=node.act(names_of),
    )


@router.get("/retention/erasures/{erasure}")
def show_erasure(request: Request, node: Node, user: Keeper, erasure: ErasureId) -> Response:
    """One proposal: what it is about, who did what, and what went or would go."""
    return _erasure(request, node, office_only(user), erasure)


@router.post("/retention/erasures/{erasure}")
def decide(request: Request, node: Node, user: Keeper, erasure: ErasureId, form: Form) -> Response:
    """批准 with one's password typed anew, or 不批准 with the reason."""
    by, policy = By(user, node.now(), node.salt), Policy(node.four_eyes)
    approves = form.get("decision") == "approve"

    def flow(uow: UnitOfWork) -> Erasure:
        if approves:
            return retention.approve(uow, erasure, by, policy)
        return retention.decline(uow, erasure, form.get("comment", ""), by, policy)

    try:
        office_only(user)
        if approves:
            confirm_again(node, user, form.get(FIELD, ""), "erase", request.client.host if request.client else "")
        node.act(flow)
    except Refused as error:
        return _erasure(request, node, user, erasure, error)
    done = "approved" if approves else "declined"
    return RedirectResponse(f"/retention/erasures/{erasure}?done={done}", status_code=303)


@router.get("/retention/propose")
def show_proposal(
    request: Request, node: Node, user: Keeper, matter: Named = "", document: Named = "", rule: Named = ""
) -> Response:
    """What would go, and the form that proposes it."""
    return _proposal(request, node, office_only(user), {"matter": matter, "document": document, "rule": rule})


@router.post("/retention/propose")
def propose(request: Request, node: Node, user: Keeper, form: Form) -> Response:
    """Record the proposal; it waits for somebody else."""
    by = By(user, node.now(), node.salt)
    try:
        office_only(user)
        if "archived" not in form:
            raise InvalidInput("请确认应当归档的已经归档", field="archived")
        made = node.act(lambda uow: retention.propose(uow, _wish(form), by, node.new_id))
    except Refused as error:
        return _proposal(request, node, user, form, error)
    return RedirectResponse(f"/retention/erasures/{made.id}?done=proposed", status_code=303)


def _wish(form: dict[str, str]) -> Wish:
    given = {name: naming.id_within(form.get(name, "")) or None for name in ("matter", "document", "rule")}
    return Wish(**given, reason=form.get("reason", ""), basis=form.get("basis", ""))


def _proposal(
    request: Request, node: WebNode, user: User, values: dict[str, str], error: Refused | None = None
) -> Response:
    wish = _wish(values)
    gone: dict[str, int] = {}
    scope = None
    if error is None and (wish.matter or wish.document):
        try:
            scope, told = node.act(lambda uow: retention.preview(uow, wish))
            gone = told.counts()
        except Refused as refused:
            error = refused
    rules = node.act(lambda uow: uow.retention.rules())
    basis = values.get("basis") or (rules[wish.rule].basis if wish.rule in rules else "")
    matter = (scope.matters[0] if scope else wish.matter) or ""
    rows = node.act(lambda uow: uow.matters.get([matter])) if matter else {}
    answer = page(
        request,
        node,
        user,
        "retention/propose.html",
        values={**values, "basis": basis},
        error=error,
        choices=[("", "不是期限届满"), *((one.id, one.title) for one in rules.values())],
        gone=[(GOES[name], number) for name, number in gone.items() if number],
        row=rows.get(matter),
        scope=scope,
        in_hand=() if matter else naming.offered(node, user),
    )
    answer.status_code = 200 if error is None else problem_of(error).status
    return answer


def _erasure(request: Request, node: WebNode, user: User, erasure: str, error: Refused | None = None) -> Response:
    found = node.views.erasures_by_id([erasure]).get(erasure)
    if found is None:
        raise NotFound(f"没有删除申请 {erasure}", field="erasure")

    def read(uow: UnitOfWork) -> dict[str, Any]:
        going = uow.erasing.would_go(uow.erasing.scope(found.matter, found.document)) if found.state in _OPEN else None
        counts = going.counts() if going is not None else {}
        return {
            "gone": [(GOES[name], number) for name, number in counts.items() if number] or keeping.went(found),
            "row": uow.matters.get([found.matter]).get(found.matter),
            "rules": uow.retention.rules(),
            "names": names_of(uow),
        }

    answer = page(
        request,
        node,
        user,
        "retention/erasure.html",
        one=found,
        states=ERASURES,
        error=error,
        decides=retention.may_approve(user),
        asks=asks_again(node, user),
        **node.act(read),
    )
    answer.status_code = 200 if error is None else problem_of(error).status
    return answer
