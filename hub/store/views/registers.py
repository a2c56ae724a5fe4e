"""One matter with its thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from hub.core.errors import NotFound
from hub.core.matter import Folded, fold, ordered, side
from hub.core.recount import Note
from hub.flows.ports.views import CopyView, MatterView, Step
from hub.flows.rows import MatterRow
from hub.store.mapping import Mapping
from hub.store.notes import NOTES
from hub.store.tables import matters as table
from hub.store.types import load_strings
from hub.store.views import copies

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from hub.core.trust import Trust

_ROWS = Mapping(MatterRow, table)


@dataclass(frozen=True, slots=True)
class _Act:
    """What the fold reads of a message or of a decision not signed yet."""

    hash: str
    matter: str
    kind: str
    act: str
    sender: str
    audience: str
    incarnation: str
    seq: int
    after: tuple[str, ...]
    requested: str | None
    issued: datetime


def matter(connection: Connection, member: str, wanted: str, trust: Trust) -> MatterView:
    """Thread in causal order, as every node orders it; drafts last."""
    drafts, recorded = copies.load(connection, copies.OF_MATTER, wanted)
    if not drafts and not recorded:
        raise NotFound(f"本单位没有事项 {wanted[:40]}", field="matter")
    views = dict(zip((row.hash for row in recorded), copies.message_views(connection, member, recorded), strict=True))
    acts = {row.hash: _act(row) for row in recorded}
    counted = [acts[digest] for digest, view in views.items() if _counts(view)]
    folded = fold(counted)
    states = {one.hash: one.state for one in folded.history}
    thread = [
        replace(views[one.hash], state=states.get(one.hash), counted=one.hash in states)
        for one in ordered(list(acts.values()))
    ]
    expected = fold([*counted, *(_draft_act(row, member, tuple(acts)) for row in drafts)])
    found = connection.execute(select(*_ROWS.columns).where(table.c.id == wanted)).first()
    shown = (*thread, *(copies.draft_view(row, member) for row in drafts))
    return MatterView(
        row=_ROWS.build(found) if found is not None else None,
        id=wanted,
        side=side(member, expected.opener, expected.other) if expected.family else None,
        thread=shown,
        delivered_at=_delivered(views.get(folded.opening or "")) or folded.delivered_at,
        signed_at=folded.signed_at,
        extensions=folded.extensions,
        allowed=_allowed(expected, member, trust, shown),
        notes=tuple(Note(*one) for one in connection.execute(NOTES, {"matter": wanted})),
    )


def _counts(view: CopyView) -> bool:
    """Held messages, withheld ones and those their addressee refused move no matter."""
    ends = {rung.step for one in view.progress if one.member == view.row.audience for rung in one.rungs}
    refused = not ends.isdisjoint((Step.REFUSED, Step.WITHHELD))
    return view.row.status in ("stored", "copy") and not refused


def _delivered(opening: CopyView | None) -> datetime | None:
    """When the named addressee stored the opening document, by its own signed time."""
    if opening is None:
        return None
    ways = [one for one in opening.progress if one.member == opening.row.audience and one.form != "header"]
    return next((rung.at for one in ways for rung in one.rungs if rung.step is Step.DELIVERED), None)


def _act(row: Row[Any]) -> _Act:
    return _Act(
        row.hash,
        row.matter,
        row.kind,
        row.act,
        row.sender,
        row.audience,
        row.incarnation,
        row.seq,
        load_strings(row.after),
        row.requested,
        row.issued,
    )


def _draft_act(row: Row[Any], member: str, after: tuple[str, ...]) -> _Act:
    """A decision as the message it will become, after everything else."""
    place = (member, row.audience, "~", row.id)
    return _Act(f"~{row.id:020d}", row.matter, row.kind, row.act, *place, after, row.requested, row.issued)


def _allowed(folded: Folded, member: str, trust: Trust, thread: Sequence[CopyView]) -> tuple[tuple[str, str], ...]:
    """Acts the state machine and the agreement leave to us; a second sign-for of our own would say nothing new."""
    by = side(member, folded.opener, folded.other) if folded.family else None
    if folded.family is None or by is None:
        return ()
    other = folded.other if folded.opener == member else folded.opener
    signed = any(one.row.sender == member and one.row.act == "sign-for" for one in thread)
    return tuple(
        (kind, act)
        for kind, act in folded.family.allowed(folded.state, by)
        if trust.may_send(kind, member, other) and not (signed and act == "sign-for")
    )
