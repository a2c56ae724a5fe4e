"""What may be kept as a draft, and the request a finished paper stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hub.core import envelope as wire
from hub.core import ijson
from hub.core.errors import Classified, InvalidInput, Malformed, Oversized, TooLarge
from hub.core.ids import ALL, is_member_id, is_outside
from hub.core.marks import MARKS
from hub.flows.ports import UnitOfWork
from hub.flows.ports.office_rows import Paper
from hub.flows.rows import Part, PartMeta
from hub.flows.steps.carrying import metas_of
from hub.flows.steps.requests import MAX_ADDRESSEES, Request
from hub.flows.steps.texts import identified
from hub.kinds.kind import MAX_BODY
from hub.kinds.registry import LATEST
from schemas.document import STATE_SECRETS
from schemas.normalise import normalise_doc_no

_URGENCY = ("normal", "urgent", "extra-urgent")
_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class PaperDraft:
    """What the drafting screen holds. ``id`` and ``version`` None: a new paper; else the version it was read at."""

    kind: str
    body: dict[str, object]
    to: tuple[str, ...] = ()
    matter: str | None = None
    replaces: str | None = None
    mark: str = "addressee-only"
    urgency: str = "normal"
    requested: str | None = None
    parts: tuple[Part | PartMeta, ...] = ()
    """New attachments, large ones by what is kept of them; those saved before stay as long as the body lists them."""
    lead: str | None = None
    id: str | None = None
    version: int | None = None


def checked(draft: PaperDraft) -> tuple[bytes, str]:
    """The body as kept, and its title; raises a ``Refused`` for what not even a draft may hold."""
    if draft.kind not in LATEST:
        raise InvalidInput(f"没有文书种类 {draft.kind}，可用：{'、'.join(LATEST)}", field="kind")
    for value, known, field in ((draft.mark, MARKS, "mark"), (draft.urgency, _URGENCY, "urgency")):
        if value not in known:
            raise InvalidInput(f"{value[:40]} 不在可选范围内：{'、'.join(known)}", field=field)
    for name, found in (("matter", draft.matter), ("replaces", draft.replaces), ("lead", draft.lead)):
        if found is not None:
            identified(found, name, {"matter": "事项", "replaces": "文书", "lead": "线索"}[name])
    if len(draft.to) > MAX_ADDRESSEES or not all(is_member_id(o) or is_outside(o) or o == ALL for o in draft.to):
        raise InvalidInput(f"收件单位编号格式不正确，或超过 {MAX_ADDRESSEES} 个", field="to")
    if draft.requested is not None and len(draft.requested) != len("2026-05-08"):
        raise InvalidInput("请求答复日期应写作 2026-05-08 的形式", field="requested")
    return _body(draft.body)


def _body(body: dict[str, object]) -> tuple[bytes, str]:
    if body.get("classification") in STATE_SECRETS:
        raise Classified(field="body.classification")
    tidy = dict(body)
    if isinstance(tidy.get("doc_no"), str):
        tidy["doc_no"] = normalise_doc_no(str(tidy["doc_no"]))
    try:
        data = wire.dump(tidy)
        ijson.loads(data, limit=MAX_BODY)
    except Oversized as error:
        raise TooLarge(error.detail, field="body") from error
    except Malformed as error:
        raise InvalidInput(f"正文{error.detail}", field="body") from error
    except (TypeError, ValueError) as error:
        raise InvalidInput("正文应为一个 JSON 对象", field="body") from error
    title = tidy.get("title")
    clean = "".join(each for each in title if each.isprintable()) if isinstance(title, str) else ""
    return data, clean[:_LONGEST_TITLE]


def kept_parts(uow: UnitOfWork, draft: PaperDraft, known: Paper | None) -> tuple[PartMeta, ...]:
    """New attachments, and earlier ones the body still lists; raises if they are too large or not what they say."""
    listed = draft.body.get("attachments")
    named = {one.get("part") for one in listed if isinstance(one, dict)} if isinstance(listed, list) else set()
    new = {given.sha256 for given in draft.parts}
    kept = tuple(meta for meta in (known.parts if known else ()) if meta.sha256 in named and meta.sha256 not in new)
    return metas_of(uow, (*draft.parts, *kept))


def request_of(paper: Paper) -> Request:
    """What would be sent if the paper were issued now."""
    body: dict[str, Any] = ijson.loads(paper.body, limit=MAX_BODY)
    return Request(
        kind=paper.kind,
        body=body,
        to=paper.to,
        matter=paper.matter,
        replaces=paper.replaces,
        mark=paper.mark,
        urgency=paper.urgency,
        requested=paper.requested,
        parts=paper.parts,
    )
