"""Templates: autoescaped without exception, strict about names, with the words of the office as filters."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from hub.core.expiry import expiry_warning
from hub.core.marks import MARKS
from hub.core.policy import ROLES, Permit, may
from hub.flows.rows import User
from hub.web import naming, words
from hub.web.deps import WebNode
from hub.web.problems import Problem
from hub.web.ui.navigation import Group, is_here, menu_of
from hub.web.ui.static_files import asset

HERE = Path(__file__).resolve().parent
_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals.update(asset=asset, is_here=is_here)
_templates.filters.update(
    moment=words.moment,
    day=words.day,
    kind_title=words.kind,
    act_title=words.act,
    family_title=words.family,
    step_title=words.STEPS.__getitem__,
    urgency_title=lambda name: words.URGENCIES.get(name, name),
    mark_title=lambda name: MARKS.get(name, name),
    mark_note=lambda name: words.MARK_NOTES.get(name, ""),
    channel_title=lambda name: words.CHANNELS.get(name, name),
    system_title=lambda name: words.SYSTEMS.get(name, name),
    status_title=lambda name: words.STATUSES.get(name, name),
    reach_title=lambda name: words.REACHES.get(name, name),
    label_title=lambda name: words.LABELS.get(name, name),
    limit_title=lambda name: words.LIMITS.get(name, name),
    relation_title=lambda name, outward: words.relation(name, outward=outward),
    last_day=words.last_day,
    size=words.size,
    media_title=words.media,
    short=lambda text: text[:12],
    with_id=naming.with_id,
)


def page(request: Request, node: WebNode, user: User | None, template: str, **values: Any) -> HTMLResponse:
    """One page; ``office`` and ``state_title`` are at every template's hand."""
    trust = node.views.trust()
    own = words.member(trust, node.member)
    request.app.state.own = own
    html = _templates.get_template(template).render(
        office=lambda name: words.member(trust, name),
        short_office=lambda name: words.member(trust, name, short=True),
        state_title=words.state,
        named=lambda number: naming.named(node, user, number) if user else None,
        own=own,
        expiring=expiry_warning(trust, node.now()) if user else None,
        own_id=node.member,
        user=user,
        role=ROLES.get(user.role, user.role) if user else "",
        may=lambda permit: user is not None and may(user.role, Permit(permit)),
        may_act=user is not None and may(user.role, Permit.SEND),
        demo=node.demo,
        menu=_menu(request, user),
        nonce=request.state.nonce,
        here=request.url.path,
        now=node.now(),
        lamp=lambda row, now: words.lamp(row, now, trust),
        badges=words.badges,
        notice=request.query_params.get("done", ""),
        **values,
    )
    return HTMLResponse(html)


def piece(template: str, **values: Any) -> str:
    """Part of a page alone, without its frame."""
    return _templates.get_template(template).render(**values)


def _above(path: str, status: int) -> str:
    """The matter or paper whose act was refused; empty where there is none or it is not to be seen."""
    steps = path.split("/")
    inside = len(steps) > 3 and steps[1] in ("matters", "papers")
    return "/".join(steps[:3]) if inside and status in (409, 422) else ""


def _before(request: Request) -> str:
    """Path and query of our page whose link led here; none after a form: the browser itself leads back to that."""
    came = urlsplit(request.headers.get("referer", ""))
    ours = came.netloc == request.headers.get("host") and came.path.startswith("/") and not came.path.startswith("//")
    back = urlunsplit(("", "", came.path, came.query, ""))
    elsewhere = came.path not in ("/", request.url.path) and not came.path.startswith("/sign-in")
    return back if ours and elsewhere and request.method == "GET" else ""


def _menu(request: Request, user: User | None) -> list[Group]:
    """The screens of this person, or none before a password or second factor is set."""
    return menu_of(user.role, user.unit) if user and not getattr(request.state, "held", False) else []


def problem_page(request: Request, problem: Problem) -> HTMLResponse:
    """What went wrong, for a person. Asks the database nothing: it may be the database that is away.

    Who is signed in is shown where the request had come so far as to know; the office's name, once any page said it.
    """
    user: User | None = getattr(request.state, "person", None)
    html = _templates.get_template("problem.html").render(
        problem=problem,
        told=problem.detail.removeprefix(f"{problem.field}："),
        posted=request.method == "POST",
        above=_above(request.url.path, problem.status),
        before=_before(request),
        demo=request.app.state.node.demo,
        menu=_menu(request, user),
        nonce=request.state.nonce,
        here=request.url.path,
        own=getattr(request.app.state, "own", ""),
        expiring=None,
        user=user,
        role=ROLES.get(user.role, user.role) if user else "",
    )
    headers = {name: value for name, value in problem.headers.items() if name != "WWW-Authenticate"}
    return HTMLResponse(html, problem.status, headers=headers)
