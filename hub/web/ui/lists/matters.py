"""事项列表: filters in the address, saved views, acts on several at once, and the list to take away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from hub.core.audit import leaf
from hub.core.errors import HubError, InvalidInput
from hub.core.ids import is_document_id
from hub.core.policy import Permit, may
from hub.core.trust import Trust
from hub.flows import offices
from hub.flows.ports import UnitOfWork
from hub.flows.ports.saved import SavedView
from hub.flows.ports.views import MatterFilter
from hub.flows.rows import MatterRow, User
from hub.flows.steps.texts import said
from hub.web import sheets, words
from hub.web.addresses import Cursor
from hub.web.auth import Person, permitted, person_may
from hub.web.deps import Node, WebNode
from hub.web.office import office_only
from hub.web.sight import check, unit_of
from hub.web.ui.forms import Form
from hub.web.ui.lists.choosing import Chosen, choice_of, choices
from hub.web.ui.lists.turning import ROWS, Trail, address, turn
from hub.web.ui.render import page

router = APIRouter()

Exporter = Annotated[User, Depends(person_may(Permit.EXPORT))]

COUNTED = 1000
"""How far a list is counted: beyond that a number helps nobody and costs a look at all of them."""
MOST_VIEWS = 20
_PICK = "pick-"
_CHUNK = 500
COLUMNS = ("事项编号", "标题", "类别", "发起单位", "办理单位", "环节", "届满日", "时限", "最近办理", "最近办理时间")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of several matters."""

    row: MatterRow
    done: bool
    told: str


@router.get("/matters")
def list_matters(
    request: Request, node: Node, user: Person, choice: Chosen, cursor: Cursor = None, trail: Trail = ""
) -> Response:
    """The register of matters; every choice stands in the address."""
    now, wanted = node.now(), choice.filter(unit_of(user))
    if wanted.text is not None:
        node.note("look-up", "matters", user.name, text=wanted.text)
    found = node.views.matters(wanted, cursor, ROWS, now=now)
    return page(
        request,
        node,
        user,
        "lists/matters.html",
        found=found,
        choice=choice,
        choices=choices(node.views.trust(), node.member, choice),
        turn=turn("/matters", choice.values, cursor, trail, found.next),
        number=_number(node, wanted, len(found.rows), whole=cursor is None and found.next is None),
        counted=COUNTED,
        most_rows=node.limits.export,
        query=urlencode({name: value for name, value in choice.values.items() if value}),
        saved=node.views.saved_views(user.name, "matters"),
        units=_units(node, user),
    )


@router.get("/matters/export")
def export_matters(node: Node, user: Exporter, choice: Chosen, form: sheets.Form = "xlsx") -> Response:
    """The filtered list, the first rows of it (ten thousand by default); says in its last line if there are more."""
    wanted, most = choice.filter(unit_of(user)), node.limits.export
    rows = list(islice(_all(node, wanted), most + 1))
    chosen = {name: value for name, value in choice.values.items() if value}
    node.note("export", "matters", user.name, rows=min(len(rows), most), form=form, **chosen)
    lines = _lines(node, rows[:most])
    if len(rows) > most:
        lines.append(("", f"仅导出前 {most} 条，请缩小查询条件后分次导出", *("",) * (len(COLUMNS) - 2)))
    return sheets.answer(lines, COLUMNS, "事项", form)


@router.post("/matters/several")
def act_on_several(request: Request, node: Node, user: Person, form: Form) -> Response:
    """What was picked in the list: taken away as a table, or handed to a unit, one transaction each."""
    picked = [name[len(_PICK) :] for name in form if name.startswith(_PICK)]
    if not picked:
        raise InvalidInput("没有选中事项", field="pick", advice="请返回列表，勾选要处理的事项。")
    rows = _picked(node, user, picked)
    if form.get("do") in ("csv", "xlsx"):
        return _taken(node, user, rows, "csv" if form["do"] == "csv" else "xlsx")
    office_only(permitted(user, Permit.ASSIGN))
    outcomes = [_assigned(node, user, row, form) for row in rows]
    back = address("/matters", choice_of(dict(parse_qsl(form.get("query", "")[:2000]))).values)
    return page(request, node, user, "lists/several.html", outcomes=outcomes, back=back)


@router.post("/matters/views")
def keep_view(node: Node, user: Person, form: Form) -> Response:
    """Keep the filters of the list under a name; the same name again replaces them."""
    name = said(form.get("name", ""), "name", "名称", 30)
    choice = choice_of(dict(parse_qsl(form.get("query", "")[:2000])))
    query = urlencode({key: value for key, value in choice.values.items() if value})
    now = node.now()

    def keep(uow: UnitOfWork) -> None:
        known = {one.name for one in uow.saved.of(user.name, "matters")}
        if name not in known and len(known) >= MOST_VIEWS:
            raise InvalidInput(f"最多保存 {MOST_VIEWS} 个常用查询", field="name", advice="请先删除不用的。")
        uow.saved.put(SavedView(user.name, "matters", name, query, now))
        uow.ledger.add([leaf("save-view", "matters", user.name, now, node.salt(), name=name)])

    node.act(keep)
    return RedirectResponse(f"/matters?{query}" if query else "/matters", status_code=303)


@router.post("/matters/views/drop")
def drop_view(node: Node, user: Person, form: Form) -> Response:
    """Forget one of one's own views."""
    name, now = form.get("name", ""), node.now()

    def drop(uow: UnitOfWork) -> None:
        uow.saved.drop(user.name, "matters", name)
        uow.ledger.add([leaf("drop-view", "matters", user.name, now, node.salt(), name=name)])

    node.act(drop)
    return RedirectResponse("/matters", status_code=303)


def _number(node: WebNode, wanted: MatterFilter, shown: int, *, whole: bool) -> int | None:
    """How many there are, where telling costs little: a text is not looked for a second time to count."""
    if whole:
        return shown
    return None if wanted.text is not None else node.views.matter_count(wanted, now=node.now(), most=COUNTED)


def _units(node: WebNode, user: User) -> list[tuple[str, str]]:
    """Units to hand matters to, for whom may."""
    if not may(user.role, Permit.ASSIGN) or user.unit is not None:
        return []
    return [(one.code, one.name) for one in node.views.units() if one.active]


def _picked(node: WebNode, user: User, picked: list[str]) -> list[MatterRow]:
    """The matters picked, each in sight."""
    found = []
    for matter in picked:
        if not is_document_id(matter):
            raise InvalidInput("事项编号格式不正确", field="pick")
        check(node, user, matter)
        row = node.views.matter(matter).row
        if row is not None:
            found.append(row)
    return found


def _taken(node: WebNode, user: User, rows: list[MatterRow], form: sheets.Form) -> Response:
    permitted(user, Permit.EXPORT)
    node.note("export", "matters", user.name, rows=len(rows), form=form, picked=[row.id for row in rows])
    return sheets.answer(_lines(node, rows), COLUMNS, "选中事项", form)


def _assigned(node: WebNode, user: User, row: MatterRow, form: Form) -> Outcome:
    """One matter to the unit chosen; why not, if it cannot be."""

    def assign(uow: UnitOfWork) -> str:
        done = offices.assign(
            uow,
            row.id,
            form.get("unit", ""),
            form.get("manner", "assign"),
            form.get("note", ""),
            who=user.name,
            now=node.now(),
            new_id=node.new_id,
            salt=node.salt,
        )
        return f"已交办，内部期限 {done.due_on.isoformat()}"

    try:
        return Outcome(row, done=True, told=node.act(assign))
    except HubError as error:
        return Outcome(row, done=False, told=f"{error.detail or error.title}。{error.next_step}")


def _all(node: WebNode, wanted: MatterFilter) -> Iterator[MatterRow]:
    cursor, now = None, node.now()
    while True:
        found = node.views.matters(wanted, cursor, _CHUNK, now=now)
        yield from found.rows
        cursor = found.next
        if cursor is None:
            return


def _lines(node: WebNode, rows: list[MatterRow]) -> list[tuple[str, ...]]:
    trust, now = node.views.trust(), node.now()
    return [_line(trust, row, now) for row in rows]


def _line(trust: Trust, row: MatterRow, now: datetime) -> tuple[str, ...]:
    return (
        row.id,
        row.title,
        words.family(row.family),
        words.member(trust, row.opener),
        words.member(trust, row.other),
        words.state(row.family, row.state),
        row.due_effective.isoformat() if row.due_effective else "",
        words.lamp(row, now, trust)[1],
        words.act(row.last_act),
        words.moment(row.updated_at),
    )
