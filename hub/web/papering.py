"""Working papers for people and programs alike: who sees which, who may get what, and every way to change one.

Each call here is one transaction over the flows; nothing of a paper leaves the node before it is issued.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hub.core import ijson
from hub.core.errors import InvalidInput, NotFound, WrongState
from hub.core.ids import ALL, is_outside
from hub.core.policy import Permit, may
from hub.flows import drafting
from hub.flows.drafting import Act, Policy
from hub.flows.ports import UnitOfWork
from hub.flows.ports.office_rows import Event, Paper, PaperFilter
from hub.flows.ports.views import Page
from hub.flows.rows import Part, PartMeta, User
from hub.flows.steps import printing
from hub.flows.steps.files import MOST_PARTS
from hub.flows.steps.papers import PaperDraft
from hub.flows.uploads import Piece, spoilt, take_piece
from hub.kinds.kind import MAX_BODY
from hub.kinds.registry import LATEST
from hub.web import sight, words
from hub.web.deps import WebNode

OPEN = ("drafting", "returned")
"""States in which a paper may be changed."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """An office a kind may go to."""

    id: str
    name: str
    system: str


def act_of(node: WebNode, user: User) -> Act:
    """Who acts, now."""
    return Act(user, node.now(), node.salt)


def policy_of(node: WebNode) -> Policy:
    """What this office has set for itself."""
    return Policy(node.four_eyes)


def body_of(paper: Paper) -> dict[str, Any]:
    """The body as a person left it, perhaps incomplete."""
    body: dict[str, Any] = ijson.loads(paper.body, limit=MAX_BODY)
    return body


def found(node: WebNode, user: User, paper: str) -> tuple[Paper, list[Event]]:
    """One paper with its history; raises ``NotFound``, also for one of a matter out of the user's sight."""
    row, events = node.act(lambda uow: drafting.history(uow, paper))
    if not _in_sight(node, user, row):
        node.note("not-in-sight", paper, user.name, unit=user.unit)
        raise NotFound(f"没有文稿 {paper}", field="paper")
    return row, events


def listed(node: WebNode, user: User, wanted: PaperFilter, cursor: str | None, limit: int) -> Page[Paper]:
    """Papers, newest first; people of a unit see their own."""
    if user.unit is not None:
        wanted = replace(wanted, author=user.name)
    return node.act(lambda uow: drafting.papers(uow, wanted, cursor, limit))


def _in_sight(node: WebNode, user: User, paper: Paper) -> bool:
    if user.unit is None or user.name == paper.author:
        return True
    return paper.matter is not None and bool(sight.visible(node, user, (paper.matter,)))


def save(node: WebNode, user: User, draft: PaperDraft, *, over: bool = False) -> Paper:
    """Keep the draft; attachments stay as uploaded. ``over``: whatever somebody else saved in between is replaced.

    Raises ``Conflict`` naming who saved in between, unless ``over``.
    """
    if draft.matter is None:
        sight.check_opening(user)
    else:
        sight.check(node, user, draft.matter)

    def flow(uow: UnitOfWork) -> Paper:
        wanted = draft
        known = uow.papers.get(draft.id) if draft.id else None
        if known is not None:
            kept = body_of(known).get("attachments")
            body = {name: value for name, value in draft.body.items() if name != "attachments"}
            wanted = replace(draft, body={**body, "attachments": kept} if kept else body)
            wanted = replace(wanted, version=known.version) if over else wanted
            if not over and _same(wanted, known):
                return known
        return drafting.save(uow, wanted, act_of(node, user), node.new_id)

    return node.act(flow)


def _same(draft: PaperDraft, known: Paper) -> bool:
    """Saving what is there already makes no new version: pressing twice is no act."""
    return (
        known.state in OPEN
        and draft.version == known.version
        and body_of(known) == draft.body
        and (draft.to, draft.mark, draft.urgency, draft.requested)
        == (known.to, known.mark, known.urgency, known.requested)
        and (draft.matter, draft.replaces) == (known.matter, known.replaces)
    )


def as_draft(paper: Paper, body: dict[str, Any], parts: tuple[Part | PartMeta, ...] = ()) -> PaperDraft:
    """The next version of a paper with another body."""
    return PaperDraft(
        paper.kind,
        body,
        paper.to,
        paper.matter,
        paper.replaces,
        paper.mark,
        paper.urgency,
        paper.requested,
        parts,
        paper.lead,
        paper.id,
        paper.version,
    )


def names_of(node: WebNode) -> dict[str, str]:
    """People of this office as colleagues call them, by the name they sign in with."""
    return {one.name: one.title or one.name for one in node.act(lambda uow: uow.users.all())}


# --- files ------------------------------------------------------------------------------------------------------------


def take(node: WebNode, user: User, paper: str, piece: Piece, role: str) -> Paper | int:
    """The next piece of a file: how much is here, or the paper with the whole file attached."""

    def flow(uow: UnitOfWork) -> Paper | int:
        row = _open(uow, paper)
        _room(row, piece.digest)
        done = take_piece(uow, paper, piece, who=user.name, now=node.now())
        return done if isinstance(done, int) else _attach(node, user, uow, row, done, piece.name, role)

    taken = node.act(flow)
    if taken == 0:
        raise spoilt()
    return taken


def detach(node: WebNode, user: User, paper: str, digest: str) -> Paper:
    """Take an attachment out of the paper again; one that is gone already is no error."""

    def flow(uow: UnitOfWork) -> Paper:
        row = _open(uow, paper)
        body = body_of(row)
        kept = [one for one in body.pop("attachments", []) if one.get("part") != digest]
        return drafting.save(
            uow, as_draft(row, {**body, "attachments": kept} if kept else body), act_of(node, user), node.new_id
        )

    return node.act(flow)


def _open(uow: UnitOfWork, paper: str) -> Paper:
    row, _ = drafting.history(uow, paper)
    if row.state not in OPEN:
        raise WrongState(f"文稿当前为“{drafting.STATES[row.state]}”，不能增减附件", field="paper")
    return row


def _room(paper: Paper, digest: str) -> None:
    listed = body_of(paper).get("attachments", [])
    if len(listed) >= MOST_PARTS and all(one.get("part") != digest for one in listed):
        raise InvalidInput(f"附件最多 {MOST_PARTS} 件，请合并后再上传", field="file")


def _attach(node: WebNode, user: User, uow: UnitOfWork, paper: Paper, part: PartMeta, name: str, role: str) -> Paper:
    body = body_of(paper)
    line = {"name": name, "part": part.sha256, "size": part.size, "media_type": part.media_type}
    if role in ("sealed_copy", "scan"):
        line["role"] = role
    others = [one for one in body.get("attachments", []) if one.get("part") != part.sha256]
    return drafting.save(
        uow, as_draft(paper, {**body, "attachments": [*others, line]}, (part,)), act_of(node, user), node.new_id
    )


# --- who may get what -------------------------------------------------------------------------------------------------


def addressees(node: WebNode, kind: str) -> list[Addressee]:
    """Everybody the agreement lets us send this kind to; ``all`` first where it may go to all."""
    trust, own = node.views.trust(), node.member
    reach = LATEST[kind].audience
    found = []
    if reach in ("all", "any") and trust.may_send(kind, own, ALL):
        found.append(Addressee(ALL, words.member(trust, ALL), ""))
    if reach == "all":
        return found
    return found + [one for one in offices(node) if trust.may_send(kind, own, one.id)]


def offices(node: WebNode) -> list[Addressee]:
    """Every other office known by name: the members of today, then those outside who are in use."""
    trust = node.views.trust()
    found = [
        Addressee(one, words.member(trust, one), trust.system(one)) for one in trust.active() if one != node.member
    ]
    outside = node.act(lambda uow: uow.outside.all())
    return found + [Addressee(one.id, one.name, "out") for one in outside if one.active]


def receivers_of(node: WebNode, paper: Paper) -> tuple[str, ...]:
    """The addressees; inside a matter, the other side."""
    row = node.views.matter(paper.matter).row if paper.matter and not paper.to else None
    return printing.receivers_of(paper, row, node.member)


def resolved(text: str, among: list[Addressee]) -> str:
    """The id of an addressee typed by name or id; a text that names none stays as it is, for the check to refuse."""
    typed = text.strip()
    inside = typed.rpartition("（")[2].removesuffix("）") if typed.endswith("）") else typed
    for one in among:
        if one.id in (typed, inside) or one.name == typed:
            return one.id
    return inside if is_outside(inside) else typed


def kinds_for(node: WebNode, user: User) -> list[str]:
    """Kinds that open a matter and that this office may send to somebody; none for people of a unit."""
    if user.unit is not None or not may(user.role, Permit.DRAFT):
        return []
    return [name for name, kind in LATEST.items() if kind.opens and addressees(node, name)]
