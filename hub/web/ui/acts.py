"""What an officer does with a few fields: 签收, 受理, 退回, 确认, 撤回. Shown, filled in, read again, confirmed.

The page before the last shows exactly what will be recorded; only the second POST records it, and only once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from hub.core.envelope import dump
from hub.core.errors import InvalidInput, NotFound, Refused, WrongState
from hub.core.ids import BEIJING
from hub.flows.ports.views import MatterView
from hub.flows.send import Request as Wanted
from hub.kinds.kind import check_body
from hub.kinds.registry import LATEST
from hub.web.addresses import MatterId
from hub.web.auth import Decider
from hub.web.deps import Node, WebNode
from hub.web.sending import check_key, fingerprint, send_once
from hub.web.ui.fields import fields_of
from hub.web.ui.forms import Form
from hub.web.ui.render import page

router = APIRouter()

Choices = tuple[tuple[str, str], ...]
_CLASSIFICATION: Choices = (("internal", "内部"), ("public", "公开"))
_ROLES: Choices = (("registry_clerk", "收发员（机要员）"), ("handler", "承办人"), ("duty_officer", "值班人员"))
_REASONS: Choices = (
    ("not_competent", "不属于本部门职权范围"),
    ("incomplete", "材料不齐"),
    ("formalities_missing", "法律手续不完备"),
    ("unclear", "协查事项不明确"),
    ("duplicate", "重复来函"),
    ("jurisdiction_disputed", "管辖有异议"),
    ("classified_channel", "涉密不宜经本系统传递"),
)


@dataclass(frozen=True, slots=True)
class Box:
    """One field of a form."""

    name: str
    title: str
    hint: str = ""
    sort: str = "line"
    """``line``, ``lines``, ``date`` or ``choice``."""
    choices: Choices = ()
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Plain:
    """An act simple enough for a plain form. ``fixed`` completes the body."""

    name: str
    kind: str
    act: str
    title: str
    effect: str
    boxes: tuple[Box, ...]
    fixed: tuple[tuple[str, object], ...] = ()


_LEVEL = Box("classification", "密级", "涉密文书不得经本系统传递", "choice", _CLASSIFICATION)
PLAIN: tuple[Plain, ...] = (
    Plain(
        "sign-for",
        "answer",
        "sign-for",
        "签收",
        "签收从此刻起可能启动办理时限，对方将看到签收时间。",
        (
            Box("receipt_no", "收文号", "本单位收文登记编号"),
            Box("received_on", "收文日期", "", "date"),
            Box("role", "签收岗位", "只填岗位，不填姓名", "choice", _ROLES),
            _LEVEL,
        ),
        (("act", "sign-for"),),
    ),
    Plain(
        "accept",
        "answer",
        "accept",
        "受理",
        "受理后由本单位承办，对方将看到承办单位。",
        (Box("handling_unit", "承办单位", "科室或县区局"), _LEVEL),
        (("act", "accept"),),
    ),
    Plain(
        "return",
        "answer",
        "return",
        "退回",
        "退回后本事项办结，时限终止；对方可补充后重新来函。",
        (
            Box("reason", "退回理由", "", "choice", _REASONS),
            Box("explanation", "退回说明", "写明具体情况和需要补充的材料", "lines"),
            _LEVEL,
        ),
        (("act", "return"),),
    ),
    Plain(
        "confirm",
        "confirmation",
        "confirm",
        "确认办结",
        "确认后本事项办结。",
        (Box("note", "说明", "可不填", "lines", needed=False), _LEVEL),
        (("satisfied", True),),
    ),
    Plain(
        "withdraw",
        "withdrawal",
        "withdraw",
        "撤回",
        "撤回后本事项终止，各收件单位同步撤回。",
        (Box("reason", "撤回理由", "写明撤回的原因和后续处理", "lines"), _LEVEL),
    ),
)


def offered(view: MatterView, kind: str | None = None, act: str | None = None) -> list[Plain]:
    """The plain acts open to us in this matter (or this one, if it is)."""
    allowed = set(view.allowed) if kind is None else {(kind, act)}
    return [one for one in PLAIN if (one.kind, one.act) in allowed]


@router.get("/matters/{matter}/acts/{name}")
def show_form(request: Request, node: Node, user: Decider, matter: MatterId, name: str) -> Response:
    """The form, empty but for what is certain."""
    plain, view = _open(node, matter, name)
    today = node.now().astimezone(BEIJING).date().isoformat()
    values = {box.name: today if box.sort == "date" else "" for box in plain.boxes}
    return _form(request, node, user, view, plain, values, None)


@router.post("/matters/{matter}/acts/{name}")
def use_form(request: Request, node: Node, user: Decider, matter: MatterId, name: str, form: Form) -> Response:
    """Check, show again for confirmation, then record."""
    key, values = form.pop("key", ""), {box.name: form.get(box.name, "") for box in _plain(name).boxes}
    if "confirmed" in form:
        plain = _plain(name)
        wanted = Wanted(kind=plain.kind, body=_body(plain, values), matter=matter)
        digest = fingerprint({"matter": matter, "act": name, **values})
        send_once(node, user, check_key(key), digest, wanted)
        return RedirectResponse(f"/matters/{matter}?done={name}", status_code=303)
    plain, view = _open(node, matter, name)
    try:
        body = _body(plain, values)
    except Refused as error:
        return _form(request, node, user, view, plain, values, error)
    if "back" in form:
        return _form(request, node, user, view, plain, values, None)
    kind = LATEST[plain.kind]
    return page(
        request,
        node,
        user,
        "confirm.html",
        view=view,
        plain=plain,
        values=values,
        fields=fields_of(kind.name, kind.version, body),
        key=node.new_id(node.now()),
    )


def _plain(name: str) -> Plain:
    found = next((one for one in PLAIN if one.name == name), None)
    if found is None:
        raise NotFound("没有这项操作")
    return found


def _open(node: WebNode, matter: str, name: str) -> tuple[Plain, MatterView]:
    plain, view = _plain(name), node.views.matter(matter)
    if plain not in offered(view):
        raise WrongState(f"本事项现在不能办理“{plain.title}”")
    return plain, view


def _body(plain: Plain, values: dict[str, str]) -> dict[str, object]:
    """The body these values make; raises ``Refused`` for what is missing or wrong."""
    missing = next((box for box in plain.boxes if box.needed and not values[box.name]), None)
    if missing is not None:
        raise InvalidInput(f"{missing.title}：必须填写", field=missing.name)
    filled: dict[str, object] = {name: text for name, text in values.items() if text}
    body = {"title": plain.title, **dict(plain.fixed), **filled}
    check_body(LATEST[plain.kind], dump(body))
    return body


def _form(
    request: Request,
    node: WebNode,
    user: Any,
    view: MatterView,
    plain: Plain,
    values: dict[str, str],
    error: Refused | None,
) -> Response:
    where = (error.field or "").removeprefix("body.") if error else ""
    response = page(request, node, user, "act.html", view=view, plain=plain, values=values, error=error, where=where)
    response.status_code = 200 if error is None else 422
    return response
