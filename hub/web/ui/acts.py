"""What an officer does with a few fields: shown, filled in, read again, confirmed.

The page before the last shows exactly what will be recorded; only the second POST records it, and only once. Law and
agreement are asked before that page, with the same check the flow makes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from hub.core.envelope import dump
from hub.core.errors import InvalidInput, NotAllowed, NotFound, Refused, WrongState
from hub.core.families import FAMILIES
from hub.core.ids import BEIJING
from hub.core.lifecycle import OPENER
from hub.core.policy import Permit, may
from hub.core.trust import Trust
from hub.flows.ports.views import MatterView
from hub.flows.rows import User
from hub.flows.send import Request as Wanted
from hub.flows.steps.approval import check_unreviewed
from hub.flows.steps.lawful import check_lawful, on_paper
from hub.kinds.kind import check_body
from hub.kinds.registry import LATEST
from hub.web import words
from hub.web.addresses import MatterId
from hub.web.auth import Decider
from hub.web.confirming import FIELD, asks_again, signs_off
from hub.web.deps import Node, WebNode
from hub.web.office import keep_receipt, receipt_of
from hub.web.problems import problem_of
from hub.web.sending import check_key, fingerprint, send_once
from hub.web.signing_in import source_of
from hub.web.ui.boxes import Box, body_of
from hub.web.ui.fields import fields_of
from hub.web.ui.forms import Form
from hub.web.ui.plain import PLAIN, SCANNED, Plain
from hub.web.ui.plain_fields import boxes_of, ground_of, values_of
from hub.web.ui.render import page

router = APIRouter()

_RECEIPT = "receipt_no"
"""收文号: what the register has, or what the clerk types and the register then keeps."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One form in one matter."""

    plain: Plain
    view: MatterView
    trust: Trust
    boxes: tuple[Box, ...]

    def body(self, values: dict[str, str], user: User, now: datetime) -> dict[str, object]:
        """The body these values make; raises ``Refused`` for what is missing, wrong, unreviewed or against the law."""
        kind, view = self.plain.kind, self.view
        body = {**ground_of(self.plain, view, now.astimezone(BEIJING).date()), **body_of(self.boxes, values)}
        model = check_body(LATEST[kind], dump(body))
        check_unreviewed(user, kind, model)
        check_lawful(kind, model, view.row, self.trust, now, view.extensions)
        return body


_ASIDE = frozenset({"withdraw", "return", "dispute", "extend", "feedback-interim", "supplement", "escalate"})
"""Never what an office most wants to do next: the first act offered is the prominent one."""


def offered(view: MatterView, trust: Trust) -> list[Plain]:
    """The plain acts open to us in this matter; what must be stamped or scanned needs more than a form."""
    closed = set(trust.agreement.stamped)
    if view.row is None or not on_paper(view.row.opener, view.row.other, trust):
        closed.add("proxy_record")
    allowed = {one for one in view.allowed if one[0] in LATEST and one[0] not in closed} - SCANNED
    found = [_named(one, view) for one in PLAIN if (one.kind, one.act) in allowed]
    return sorted(found, key=lambda one: one.act in _ASIDE)


def _named(plain: Plain, view: MatterView) -> Plain:
    """Before the other side has signed for it a document is recalled 撤回, after that it is revoked 撤销."""
    row = view.row
    family = FAMILIES.get(row.family) if row is not None else None
    if row is None or family is None or plain.act != "withdraw" or "recalled" not in family.states:
        return plain
    revoked = family.next(row.state, plain.kind, plain.act, OPENER) == "withdrawn"
    return replace(plain, title="撤销") if revoked else plain


@dataclass(frozen=True, slots=True)
class Way:
    """Something to do now, and where: a form of a few fields, or a paper that goes through review."""

    title: str
    path: str
    drafted: bool
    aside: bool = False
    """Open, but not the regular next step."""


def ways_of(user: User, view: MatterView, trust: Trust) -> list[Way]:
    """All that is open to this person in this matter, what he may record at once before what must be drafted."""
    found: dict[tuple[str, str], Way] = {}
    drafts = may(user.role, Permit.DRAFT)
    for plain in offered(view, trust):
        if may(user.role, Permit.SEND) and _at_once(user, plain.kind):
            place = f"/matters/{view.id}/acts/{plain.name}"
            found[plain.kind, plain.act] = Way(plain.title, place, drafted=False, aside=plain.act in _ASIDE)
        elif drafts:
            found[plain.kind, plain.act] = _drafted(plain.title, plain.kind, plain.act, view.id)
    paper = view.row is not None and on_paper(view.row.opener, view.row.other, trust)
    for kind, act in view.allowed if drafts else ():
        if kind in LATEST and (kind != "proxy_record" or paper):
            found.setdefault((kind, act), _drafted(words.act(act, kind), kind, act, view.id))
    return sorted(found.values(), key=lambda one: (one.drafted, one.aside))


def _drafted(title: str, kind: str, act: str, matter: str) -> Way:
    place = f"/papers/new?kind={kind}&act={act}&matter={matter}"
    return Way(title, place, drafted=True, aside=act in _ASIDE)


def _at_once(user: User, kind: str) -> bool:
    """Whether the level suffices to send this kind without a paper and its review."""
    try:
        check_unreviewed(user, kind, None)
    except NotAllowed:
        return False
    return True


@router.get("/matters/{matter}/acts/{name}")
def show_form(request: Request, node: Node, user: Decider, matter: MatterId, name: str) -> Response:
    """The form, empty but for what is certain."""
    sheet = _open(node, matter, name)
    today = node.now().astimezone(BEIJING).date()
    values = values_of(sheet.boxes, sheet.view, sheet.trust, today)
    if _RECEIPT in values and sheet.view.row is not None:
        values[_RECEIPT] = receipt_of(node, sheet.view.row.document)
    return _form(request, node, user, sheet, values, None)


@router.post("/matters/{matter}/acts/{name}")
def use_form(request: Request, node: Node, user: Decider, matter: MatterId, name: str, form: Form) -> Response:
    """Check, show again for confirmation, then record."""
    # A second press of the same button comes when the act is done and no longer offered.
    sheet = _sheet(node, matter, name) if "confirmed" in form else _open(node, matter, name)
    values = {box.name: form.get(box.name, "") for box in sheet.boxes}
    if "back" in form:
        return _form(request, node, user, sheet, values, None)
    body: dict[str, object] = {}
    try:
        body = sheet.body(values, user, node.now())
        if "confirmed" in form:
            _record(node, user, sheet, values, body, form, source_of(request))
            return RedirectResponse(f"/matters/{matter}?done={name}", status_code=303)
    except (InvalidInput, NotAllowed, WrongState) as error:
        if error.field == FIELD:
            return _last_look(request, node, user, sheet, values, body, error)
        return _form(request, node, user, sheet, values, error)
    return _last_look(request, node, user, sheet, values, body, None)


def _last_look(
    request: Request,
    node: WebNode,
    user: User,
    sheet: _Sheet,
    values: dict[str, str],
    body: dict[str, object],
    error: Refused | None,
) -> Response:
    """Exactly what will be recorded; who signs off by it proves himself again."""
    kind = LATEST[sheet.plain.kind]
    response = page(
        request,
        node,
        user,
        "confirm.html",
        view=sheet.view,
        plain=sheet.plain,
        values=values,
        fields=fields_of(kind.name, kind.version, body),
        key=node.new_id(node.now()),
        asks=signs_off(user, kind.name) and asks_again(node, user),
        error=error,
    )
    response.status_code = 200 if error is None else problem_of(error).status
    return response


def _record(
    node: WebNode,
    user: User,
    sheet: _Sheet,
    values: dict[str, str],
    body: dict[str, object],
    form: dict[str, str],
    source: str,
) -> None:
    if values.get(_RECEIPT) and sheet.plain.act == "sign-for" and sheet.view.row is not None:
        keep_receipt(node, user, sheet.view.row.document, values[_RECEIPT])
    wanted = Wanted(kind=sheet.plain.kind, body=body, matter=sheet.view.id)
    digest = fingerprint({"matter": sheet.view.id, "act": sheet.plain.name, **values})
    key = check_key(form.get("key", ""))
    send_once(node, user, key, digest, wanted.kind, lambda _uow: wanted, form.get(FIELD), source)


def _sheet(node: WebNode, matter: str, name: str) -> _Sheet:
    plain = next((one for one in PLAIN if one.name == name and one.kind in LATEST), None)
    if plain is None:
        raise NotFound("没有这项操作")
    view = node.views.matter(matter)
    plain = _named(plain, view)
    return _Sheet(plain, view, node.views.trust(), boxes_of(plain, view))


def _open(node: WebNode, matter: str, name: str) -> _Sheet:
    sheet = _sheet(node, matter, name)
    if sheet.plain not in offered(sheet.view, sheet.trust):
        raise WrongState(f"本事项现在不能办理“{sheet.plain.title}”")
    return sheet


def _form(
    request: Request, node: WebNode, user: User, sheet: _Sheet, values: dict[str, str], error: Refused | None
) -> Response:
    where = _place(sheet.boxes, (error.field or "").removeprefix("body.") if error else "")
    response = page(
        request,
        node,
        user,
        "act.html",
        view=sheet.view,
        plain=sheet.plain,
        boxes=sheet.boxes,
        values=values,
        error=error,
        where=where,
    )
    response.status_code = 200 if error is None else problem_of(error).status
    return response


def _place(boxes: Iterable[Box], field: str) -> Box | None:
    """The field an error speaks of; an entry of a list stands for its list."""
    names = {box.name: box for box in boxes}
    first = field.partition(".")[0]
    return names.get(field) or next((box for name, box in names.items() if first and name.split("/")[0] == first), None)
