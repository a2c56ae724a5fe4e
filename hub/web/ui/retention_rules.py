"""保存期限和保留: the periods as the office sets them, and what may not be erased whatever they say."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import RedirectResponse, Response

from hub.core.errors import InvalidInput, NotFound, Refused
from hub.core.retention import LABELS, UNITS
from hub.flows import retention
from hub.flows.ports import UnitOfWork
from hub.flows.retention import By
from hub.flows.rows import User
from hub.web import keeping
from hub.web.deps import Node, WebNode
from hub.web.naming import id_within, offered
from hub.web.office import names_of, office_only
from hub.web.problems import problem_of
from hub.web.ui.forms import Form
from hub.web.ui.render import page
from hub.web.ui.retention import ROWS, TABS, Keeper, Named

router = APIRouter()

RuleId = Annotated[str, Path(pattern=r"^[a-z][a-z-]{0,39}$")]


@router.get("/retention/holds")
def list_holds(request: Request, node: Node, user: Keeper, matter: Named = "") -> Response:
    """What may not be erased, and the form that keeps another matter."""
    return _holds(request, node, office_only(user), {"matter": matter})


@router.post("/retention/holds")
def keep(request: Request, node: Node, user: Keeper, form: Form) -> Response:
    """设保留 or 解除保留, with the reason."""
    by, matter, reason = By(user, node.now(), node.salt), id_within(form.get("matter", "")), form.get("reason", "")
    released = form.get("act") == "release"

    def flow(uow: UnitOfWork) -> None:
        if released:
            retention.release(uow, matter, reason, by)
        else:
            retention.hold(uow, matter, reason, by)

    try:
        office_only(user)
        node.act(flow)
    except Refused as error:
        return _holds(request, node, user, form, error)
    return RedirectResponse(f"/retention/holds?done={'release' if released else 'hold'}", status_code=303)


@router.get("/retention/rules")
def list_rules(request: Request, node: Node, user: Keeper) -> Response:
    """Every period with who set it and what it rests on."""
    rules = node.act(lambda uow: uow.retention.rules())
    return page(request, node, office_only(user), "retention/rules.html", tabs=TABS, rules=rules, told_of=keeping.told)


@router.get("/retention/rules/{rule}")
def show_rule(request: Request, node: Node, user: Keeper, rule: RuleId) -> Response:
    """The form with what is set."""
    return _rule(request, node, office_only(user), rule)


@router.post("/retention/rules/{rule}")
def set_rule(request: Request, node: Node, user: Keeper, rule: RuleId, form: Form) -> Response:
    """Set it; what had become due by it is looked for again."""
    now = node.now()

    def flow(uow: UnitOfWork) -> None:
        amount = form.get("amount", "")
        if not (amount.isascii() and amount.isdigit() and len(amount) < 6):
            raise InvalidInput("期限应为整数", field="amount")
        changes = {name: form.get(name, "") for name in ("unit", "label", "basis")}
        by = By(user, now, node.salt)
        retention.set_rule(uow, rule, by, amount=int(amount), active="active" in form, **changes)
        retention.list_due(uow, now, ROWS)

    try:
        office_only(user)
        node.act(flow)
    except Refused as error:
        return _rule(request, node, user, rule, form, error)
    return RedirectResponse("/retention/rules?done=set", status_code=303)


def _holds(
    request: Request, node: WebNode, user: User, values: dict[str, str], error: Refused | None = None
) -> Response:
    rows = node.views.holds()
    answer = page(
        request,
        node,
        user,
        "retention/holds.html",
        tabs=TABS,
        rows=rows,
        values=values,
        error=error,
        in_hand=offered(node, user),
        names=node.act(names_of),
    )
    answer.status_code = 200 if error is None else problem_of(error).status
    return answer


def _rule(
    request: Request,
    node: WebNode,
    user: User,
    rule: str,
    values: dict[str, str] | None = None,
    error: Refused | None = None,
) -> Response:
    known = node.act(lambda uow: uow.retention.rules()).get(rule)
    if known is None:
        raise NotFound(f"没有保存期限规则 {rule}", field="rule")
    given = values or {
        **{name: str(getattr(known, name)) for name in ("amount", "unit", "label", "basis")},
        **({"active": "1"} if known.active else {}),
    }
    listed = node.views.due_for_review(rule, None, ROWS)
    answer = page(
        request,
        node,
        user,
        "retention/rule.html",
        one=known,
        listed=len(listed.rows),
        more=listed.next is not None,
        values=given,
        error=error,
        units=UNITS,
        labels=LABELS,
        told_of=keeping.told,
    )
    answer.status_code = 200 if error is None else problem_of(error).status
    return answer
