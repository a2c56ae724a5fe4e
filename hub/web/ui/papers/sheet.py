"""One paper being written: begun, changed row by row, saved by itself, checked and handed on for review.

Whatever was typed is saved before anything else happens with it; only then it is checked. So no error loses a word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from hub.core.errors import Conflict, HubError, InvalidInput, NotFound, Refused
from hub.flows import drafting
from hub.flows.ports.office_rows import Event, Paper
from hub.flows.rows import User
from hub.flows.steps.papers import PaperDraft
from hub.kinds.registry import LATEST
from hub.web import papering, words
from hub.web.addresses import PaperId
from hub.web.deps import Node, WebNode
from hub.web.problems import problem_of
from hub.web.ui.formrows import add_row, drop_row, paste_rows
from hub.web.ui.formtree import fields_of_kind
from hub.web.ui.papers.desk import COPIED, Trouble, draft_of, faults_of, finished, show, trouble_of
from hub.web.ui.papers.dossier import show_dossier
from hub.web.ui.papers.reading import FilledForm
from hub.web.ui.papers.who import Drafter, Onlooker

router = APIRouter()


@router.get("/papers/{paper}")
def show_paper(request: Request, node: Node, user: Onlooker, paper: PaperId) -> Response:
    """The form while it may be changed; else what it says, and the acts of review and signature."""
    row, events = papering.found(node, user, paper)
    node.note("look-up", paper, user.name)
    if row.state not in papering.OPEN:
        return show_dossier(request, node, user, row, events)
    return show(request, node, user, papering.as_draft(row, papering.body_of(row)), row, events)


@router.post("/papers")
def begin_paper(request: Request, node: Node, user: Drafter, form: FilledForm) -> Response:
    """The first save of a new paper, by whatever button."""
    return work(request, node, user, form.texts, None, [])


@router.post("/papers/autosave")
def autosave_new(node: Node, user: Drafter, form: FilledForm) -> Response:
    """The script's first save of a new paper."""
    return _autosaved(node, user, form.texts, None)


@router.post("/papers/{paper}")
def change_paper(request: Request, node: Node, user: Drafter, paper: PaperId, form: FilledForm) -> Response:
    """Save, then do what the pressed button says."""
    row, events = papering.found(node, user, paper)
    return work(request, node, user, form.texts, row, events)


@router.post("/papers/{paper}/autosave")
def autosave(node: Node, user: Drafter, paper: PaperId, form: FilledForm) -> Response:
    """The script's save: the new version, or who saved in between."""
    return _autosaved(node, user, form.texts, papering.found(node, user, paper)[0])


def work(
    request: Request, node: WebNode, user: User, texts: dict[str, str], known: Paper | None, events: list[Event]
) -> Response:
    """Save the form, then do what was asked; every way out is a page with all that was typed, or a new address."""
    draft = draft_of(node, _kind(texts, known), texts, known)
    do, _, what = texts.get("_do", "save").partition(":")
    if known is not None and known.state not in papering.OPEN:
        return RedirectResponse(f"/papers/{known.id}?done=moved", status_code=303)
    try:
        anchor = _changed(draft, do, what, texts)
        saved = papering.save(node, user, _tidied(draft) if do == "submit" else draft, over=do == "over")
    except Conflict as error:
        theirs = papering.found(node, user, known.id)[0] if known else None
        return show(request, node, user, draft, known, events, Trouble({}, (error.detail,), 409, theirs))
    except (Refused, InvalidInput) as error:
        return show(request, node, user, draft, known, events, trouble_of(error))
    return _after(request, node, user, saved, do, what, anchor)


def _after(request: Request, node: WebNode, user: User, saved: Paper, do: str, what: str, anchor: str) -> Response:
    """What follows a save that went well."""
    handler = _DEEDS.get(do)
    if handler is not None:
        try:
            trouble = handler(node, user, saved, what)
        except HubError as error:
            trouble = trouble_of(error)
        if trouble:
            row, events = papering.found(node, user, saved.id)
            return show(request, node, user, papering.as_draft(row, papering.body_of(row)), row, events, trouble)
    return RedirectResponse(f"/papers/{saved.id}?done={do}{anchor}", status_code=303)


def _check(_node: WebNode, _user: User, saved: Paper, _what: str) -> Trouble:
    """Only look: whom it goes to, then the schema's own sentences, each at its field."""
    trouble = faults_of(saved.kind, finished(papering.as_draft(saved, papering.body_of(saved))))
    if saved.to or saved.matter is not None or saved.replaces is not None:
        return trouble
    return replace(trouble, places={"_to": "必须选择", **trouble.places}, status=422)


def _submit(node: WebNode, user: User, saved: Paper, _what: str) -> Trouble:
    """送审: first the schema, for it names every field; then all that sending would check."""
    trouble = _check(node, user, saved, "")
    if not trouble:
        node.act(lambda uow: drafting.submit(uow, saved.id, papering.act_of(node, user)))
    return trouble


def _number(node: WebNode, user: User, saved: Paper, what: str) -> Trouble:
    """取号 from a series."""
    node.act(lambda uow: drafting.take_number(uow, saved.id, what, papering.act_of(node, user)))
    return Trouble()


def _detach(node: WebNode, user: User, saved: Paper, what: str) -> Trouble:
    """Take an attachment out."""
    papering.detach(node, user, saved.id, what)
    return Trouble()


_DEEDS: dict[str, Callable[[WebNode, User, Paper, str], Trouble]] = {
    "check": _check,
    "submit": _submit,
    "number": _number,
    "detach": _detach,
}


def _changed(draft: PaperDraft, do: str, what: str, texts: dict[str, str]) -> str:
    """Add or take out rows as the button says; returns where on the page to go on."""
    fields, body = fields_of_kind(draft.kind), draft.body
    _copy_to(body, texts.get(f"_{COPIED}", "").strip())
    if (do, what) == ("add", COPIED):
        return f"#f-{COPIED}"
    if do == "add":
        add_row(fields, body, what)
    elif do == "drop":
        drop_row(fields, body, what)
    elif do == "paste":
        paste_rows(fields, body, what, texts.get(f"_paste:{what}", ""))
    else:
        return "#files" if do == "detach" else ""
    return f"#f-{what.rpartition('.')[0] if do == 'drop' else what}"


def _copy_to(body: dict[str, Any], name: str) -> None:
    """One more office to be named under the letter, picked from the roster; whatever button was pressed, it counts."""
    named = body.get(COPIED, [])
    if name and isinstance(named, list) and name not in named:
        body[COPIED] = [*named, name]


def _tidied(draft: PaperDraft) -> PaperDraft:
    return replace(draft, body=finished(draft))


def _kind(texts: dict[str, str], known: Paper | None) -> str:
    kind = known.kind if known else texts.get("_kind", "")
    if kind not in LATEST:
        raise NotFound("没有这种文书", field="kind")
    return kind


def _autosaved(node: WebNode, user: User, texts: dict[str, str], known: Paper | None) -> Response:
    draft = draft_of(node, _kind(texts, known), texts, known)
    try:
        saved = papering.save(node, user, draft, over="_over" in texts)
    except Conflict as error:
        theirs = papering.found(node, user, draft.id or "")[0]
        editor = papering.names_of(node).get(theirs.editor, theirs.editor)
        return _told(409, detail=error.detail, version=theirs.version, editor=editor)
    except HubError as error:
        return _told(problem_of(error).status, detail=error.detail)
    return _told(200, id=saved.id, version=saved.version, at=words.moment(saved.updated_at)[-5:])


def _told(status: int, **facts: Any) -> JSONResponse:
    return JSONResponse(facts, status)
