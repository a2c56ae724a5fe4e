"""The drafting screen as data: a paper's fields and heading, what is wrong where, and who saved in between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from fastapi import Request
from starlette.responses import Response

from hub.core import envelope as wire
from hub.core.errors import HubError
from hub.core.marks import MARKS
from hub.core.policy import LEVELS, Permit, may
from hub.flows.drafting import STATES
from hub.flows.ports.office_rows import Event, Paper
from hub.flows.rows import User
from hub.flows.steps.approval import needed_level
from hub.flows.steps.files import MAX_PART, MOST_PARTS, TYPES
from hub.flows.steps.papers import PaperDraft
from hub.kinds.kind import problems_of
from hub.kinds.registry import LATEST
from hub.web import naming, papering
from hub.web.deps import WebNode
from hub.web.problems import problem_of
from hub.web.ui.formtree import Shown, Tree, fields_of_kind, nested, pruned, read, shown, typed_fields
from hub.web.ui.papers.choices import sections_of
from hub.web.ui.papers.history import lines_of
from hub.web.ui.plain import SCANNED
from hub.web.ui.render import page
from schemas.catalogue import Problem

TITLES = {"_to": "收件单位", "_requested": "请求答复日期", "_urgency": "紧急程度", "_mark": "知悉范围"}
COPIED = "cc"
"""抄送机关: free names, with the offices of the roster to pick from beside it."""
_HEADING = {"to": "_to", "requested": "_requested", "urgency": "_urgency", "mark": "_mark"}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What keeps a form from going on. ``places``: path of a field → what is wrong there; ``other``: the rest."""

    places: Mapping[str, str] = field(default_factory=dict)
    other: tuple[str, ...] = ()
    status: int = 200
    conflict: Paper | None = None
    """The paper as somebody else saved it meanwhile."""

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.places or self.other or self.conflict)


def trouble_of(error: HubError) -> Trouble:
    """A refusal at its field, if the form has it."""
    text = f"{error.detail}。{error.next_step}" if error.next_step else error.detail
    name = error.field or ""
    status = problem_of(error).status
    place = _HEADING.get(name) or (name.removeprefix("body.") if name.startswith("body.") else name)
    known = place in TITLES or "." in place or name.startswith("body.")
    return Trouble({place: text}, (), status) if known and place != "body" else Trouble({}, (text,), status)


def faults_of(kind: str, body: Mapping[str, Any]) -> Trouble:
    """Everything the schema has to say about a body, each at its field."""
    found: dict[str, str] = {}
    for one in problems_of(LATEST[kind], wire.dump(dict(body))):
        found.setdefault(one.field, _short(one))
    return Trouble(found, (), 422 if found else 200)


def _short(problem: Problem) -> str:
    """The message; it begins with the field's title, which the summary needs and the field does not mind."""
    return problem.reason_zh


def draft_of(node: WebNode, kind: str, texts: Mapping[str, str], known: Paper | None) -> PaperDraft:
    """The draft a posted form stands for; whatever was typed is in it."""
    tree: Tree = nested(texts)
    body = read(fields_of_kind(kind), tree)
    if any(one.name == "urgency" for one in fields_of_kind(kind)):
        body["urgency"] = texts.get("_urgency") or "normal"
    version = texts.get("_version", "")
    return PaperDraft(
        kind,
        body,
        _to(node, kind, texts),
        (known.matter if known else texts.get("_matter")) or None,
        (known.replaces if known else texts.get("_replaces")) or None,
        texts.get("_mark") or "addressee-only",
        texts.get("_urgency") or "normal",
        texts.get("_requested", "").strip() or None,
        lead=(known.lead if known else texts.get("_lead")) or None,
        id=known.id if known else None,
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None,
    )


def _to(node: WebNode, kind: str, texts: Mapping[str, str]) -> tuple[str, ...]:
    """One office typed or picked, or those ticked."""
    ticked = tuple(name.removeprefix("_to.") for name, text in texts.items() if name.startswith("_to.") and text)
    typed = texts.get("_to", "").strip()
    return (papering.resolved(typed, papering.addressees(node, kind)),) if typed else ticked


def finished(draft: PaperDraft) -> dict[str, Any]:
    """The body as it is checked: without rows nobody filled in."""
    return pruned(draft.body)


def show(
    request: Request,
    node: WebNode,
    user: User,
    draft: PaperDraft,
    paper: Paper | None,
    events: list[Event],
    trouble: Trouble | None = None,
    **more: Any,
) -> Response:
    """The form. ``draft`` is what it holds; ``paper`` what is saved, None for a new one."""
    trouble = trouble or Trouble()
    fields = _by_title(node, user, shown(typed_fields(draft.kind), draft.body, trouble.places))
    kind = LATEST[draft.kind]
    known = papering.addressees(node, draft.kind) if draft.matter is None else []
    answer = page(
        request,
        node,
        user,
        "paper.html",
        paper=paper,
        draft=draft,
        kind=kind,
        sections=sections_of(fields),
        addressees=known,
        nameable=papering.offices(node) if any(one.field.name == COPIED for one in fields) else [],
        in_hand=naming.offered(node, user),
        to_texts=[_named(one, known) for one in draft.to],
        trouble=trouble,
        titles=TITLES,
        marks=MARKS.items(),
        files=_files(paper),
        endings=list(dict.fromkeys(TYPES)),
        most_bytes=MAX_PART,
        most_files=MOST_PARTS,
        seals_here=node.sealing is not None and node.press is not None,
        stamped=draft.kind in node.views.trust().agreement.stamped,
        scanned=(draft.kind, str(draft.body.get("act", "record"))) in SCANNED,
        series=_series(node, draft.kind),
        needed=LEVELS[needed_level(draft.kind)],
        state=STATES[paper.state if paper else "drafting"],
        lines=lines_of(events),
        people=papering.names_of(node),
        about=_about(node, draft),
        may_draft=may(user.role, Permit.DRAFT),
        **more,
    )
    answer.status_code = trouble.status
    return answer


def _by_title(node: WebNode, user: User, fields: list[Shown]) -> list[Shown]:
    """Matters that are named in the form, by their titles."""
    titles = naming.titles(node, user, set(_matters_in(fields)))
    return [_titled(one, titles) for one in fields] if titles else fields


def _matters_in(fields: Iterable[Shown]) -> Iterator[str]:
    for one in fields:
        if one.field.sort == "matter":
            yield one.value
        yield from _matters_in(one.below)


def _titled(one: Shown, titles: Mapping[str, str]) -> Shown:
    if one.field.sort == "matter" and one.value in titles:
        return replace(one, value=naming.with_id(titles[one.value], one.value))
    return replace(one, below=tuple(_titled(inner, titles) for inner in one.below)) if one.below else one


def _named(to: str, known: list[papering.Addressee]) -> str:
    return next((f"{one.name}（{one.id}）" if one.id != "all" else one.name for one in known if one.id == to), to)


def _files(paper: Paper | None) -> list[dict[str, Any]]:
    return list(papering.body_of(paper).get("attachments", [])) if paper else []


def _series(node: WebNode, kind: str) -> list[str]:
    runs = node.act(lambda uow: uow.numbers.all_series())
    return [one.code for one in runs if not one.kinds or kind in one.kinds]


def _about(node: WebNode, draft: PaperDraft) -> dict[str, str] | None:
    """The matter it belongs to."""
    if draft.matter is None:
        return None
    view = node.views.matter(draft.matter)
    row = view.row
    if row is None:
        return {"id": view.id, "title": view.thread[-1].row.title, "other": ""}
    return {"id": view.id, "title": row.title, "other": row.other if row.opener == node.member else row.opener}
