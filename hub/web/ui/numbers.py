"""文号: the series, the register of numbers with its gaps and voids, and what the office's own system gave."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from hub.core.errors import InvalidInput, Refused
from hub.core.policy import Permit
from hub.flows import numbering
from hub.flows.ports import UnitOfWork
from hub.flows.ports.office_rows import Number, Series
from hub.flows.rows import User
from hub.flows.steps.numbers import INCOMING, coming
from hub.flows.steps.texts import today
from hub.web.addresses import Cursor
from hub.web.auth import person_may
from hub.web.deps import Node, WebNode
from hub.web.office import names_of, office_only
from hub.web.problems import problem_of
from hub.web.sheets import FORM
from hub.web.ui.forms import Form
from hub.web.ui.registers import numbers_table
from hub.web.ui.render import page
from schemas.catalogue import TITLES

router = APIRouter()

Clerk = Annotated[User, Depends(person_may(Permit.REGISTER))]
Keeper = Annotated[User, Depends(person_may(Permit.OFFICE))]
Year = Annotated[int | None, Query(ge=1949, le=2999)]

ROWS = 50
TABS = (
    ("/numbers", "文号登记簿", None),
    ("/numbers/series", "编号序列", None),
    ("/numbers/import", "登记已编文号", None),
    ("/numbers/received", "收文登记簿", None),
)


@router.get("/numbers")
def list_numbers(
    request: Request,
    node: Node,
    user: Clerk,
    code: str = "",
    year: Year = None,
    text: str = "",
    cursor: Cursor = None,
    form: FORM = None,
) -> Response:
    """The register of one code word and year, the highest first, with what is missing in between; or one number."""
    if form is not None:
        return numbers_table(node, office_only(user), code[:20], year or today(node.now()).year, form)
    return _register(request, node, office_only(user), code[:20], year, text[:60], cursor)


@router.post("/numbers/void")
def void(request: Request, node: Node, user: Clerk, form: Form) -> Response:
    """作废, with the reason; the number stays in the register."""
    doc_no, reason = form.get("doc_no", ""), form.get("reason", "")

    def flow(uow: UnitOfWork) -> Number:
        return numbering.void(uow, doc_no, reason, who=user.name, now=node.now(), salt=node.salt)

    try:
        office_only(user)
        number = node.act(flow)
    except Refused as error:
        return _register(request, node, office_only(user), "", None, "", None, error=error, values=form)
    where = {"done": "void", "code": number.code, "year": number.year}
    return RedirectResponse(f"/numbers?{urlencode(where)}", status_code=303)


@router.get("/numbers/series")
def list_series(request: Request, node: Node, user: Clerk) -> Response:
    """Every run with its next number, and the form that opens one."""
    return _series(request, node, office_only(user))


@router.post("/numbers/series")
def set_series(request: Request, node: Node, user: Keeper, form: Form) -> Response:
    """Open a run, or change for which kinds and from where it counts."""

    def flow(uow: UnitOfWork) -> Series:
        first = form.get("first", "")
        if not (first.isascii() and first.isdigit() and len(first) < 7):
            raise InvalidInput("起始号应为整数", field="first")
        kinds = [name for name in TITLES if f"kind-{name}" in form]
        by: dict[str, Any] = {"who": user.name, "now": node.now(), "salt": node.salt}
        return numbering.set_series(uow, form.get("code", ""), kinds, int(first), **by)

    try:
        office_only(user)
        node.act(flow)
    except Refused as error:
        return _series(request, node, user, form, error)
    return RedirectResponse("/numbers/series?done=series", status_code=303)


@router.post("/numbers/series/next")
def take_next(node: Node, user: Clerk, form: Form) -> Response:
    """取号 for a letter written elsewhere."""
    office_only(user)

    def flow(uow: UnitOfWork) -> Number:
        return numbering.assign(uow, form.get("code", ""), who=user.name, now=node.now(), salt=node.salt)

    number = node.act(flow)
    where = {"done": "next", "text": number.doc_no, "code": number.code, "year": number.year}
    return RedirectResponse(f"/numbers?{urlencode(where)}", status_code=303)


@router.get("/numbers/import")
def show_import(request: Request, node: Node, user: Clerk) -> Response:
    """One number a line, as the office's document system gave them."""
    return page(request, node, office_only(user), "office/numbers_import.html", tabs=TABS, text="", wrong={}, lines=[])


@router.post("/numbers/import")
def import_numbers(request: Request, node: Node, user: Clerk, form: Form) -> Response:
    """All of them, or none with what is wrong line by line."""
    text = form.get("numbers", "")
    lines = [line.strip() for line in text.split("\n") if line.strip()]

    def flow(uow: UnitOfWork) -> tuple[list[Number], dict[int, str]]:
        return numbering.enter_all(uow, lines, who=user.name, now=node.now(), salt=node.salt)

    try:
        office_only(user)
        taken, wrong = node.act(flow)
    except InvalidInput as error:
        taken, wrong = [], {0: error.detail}
    if not wrong:
        where = {"done": f"import-{len(taken)}", "code": taken[0].code, "year": taken[0].year}
        return RedirectResponse(f"/numbers?{urlencode(where)}", status_code=303)
    response = page(request, node, user, "office/numbers_import.html", tabs=TABS, text=text, wrong=wrong, lines=lines)
    response.status_code = 422
    return response


def _register(
    request: Request,
    node: WebNode,
    user: User,
    code: str,
    year: int | None,
    text: str,
    cursor: str | None,
    error: Refused | None = None,
    values: dict[str, str] | None = None,
) -> Response:
    year = year or today(node.now()).year

    def read(uow: UnitOfWork) -> dict[str, Any]:
        series = [one for one in uow.numbers.all_series() if one.code != INCOMING]
        here = code or (series[0].code if series else "")
        found = numbering.register(uow, here, year, cursor, ROWS)
        return {
            "series": series,
            "code": here,
            "found": found,
            "rows": _with_gaps(found.rows, next((one.first for one in series if one.code == here), 1), found.next),
            "asked": _asked(uow, text),
            "names": names_of(uow),
        }

    shown = node.act(read)
    following = urlencode({"code": shown["code"], "year": year, "cursor": shown["found"].next or ""})
    response = page(
        request,
        node,
        user,
        "office/numbers.html",
        tabs=TABS,
        year=year,
        text=text,
        error=error,
        values=values or {},
        first=cursor is None,
        more=f"/numbers?{following}" if shown["found"].next else None,
        **shown,
    )
    response.status_code = 200 if error is None else problem_of(error).status
    return response


def _with_gaps(rows: tuple[Number, ...], first: int, following: str | None) -> list[Number | numbering.Gap]:
    """The rows with what nobody registered between them, the highest first."""
    numbers = [one.seq for one in rows]
    lowest = min(numbers, default=first)
    missing = numbering.gaps(numbers, lowest if following else min(first, lowest))
    lines: list[Number | numbering.Gap] = [*rows, *missing]
    return sorted(lines, key=lambda one: one.seq if isinstance(one, Number) else one.last, reverse=True)


def _asked(uow: UnitOfWork, text: str) -> dict[str, Any] | None:
    """What a search by 文号 found; None: nothing was asked."""
    if not text:
        return None
    try:
        place, number = numbering.find(uow, text)
    except InvalidInput as error:
        return {"fault": error.detail, "number": None, "doc_no": text}
    return {"fault": "", "number": number, "doc_no": place.doc_no}


def _series(
    request: Request,
    node: WebNode,
    user: User,
    values: dict[str, str] | None = None,
    error: Refused | None = None,
) -> Response:
    year = today(node.now()).year

    def read(uow: UnitOfWork) -> list[tuple[Series, int]]:
        known = [one for one in uow.numbers.all_series() if one.code != INCOMING]
        return [(one, coming(uow, one, year)) for one in known]

    response = page(
        request,
        node,
        user,
        "office/series.html",
        tabs=TABS,
        rows=node.act(read),
        year=year,
        kinds=TITLES,
        values=values or {"first": "1"},
        error=error,
    )
    response.status_code = 200 if error is None else problem_of(error).status
    return response
