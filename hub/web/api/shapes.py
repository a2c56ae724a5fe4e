"""From the rows of the read models to what the API gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from hub.core.deadline import Due, due_json
from hub.flows.ports.relations import Relation
from hub.flows.ports.views import CopyView, MatterView, Progress
from hub.flows.rows import MatterRow
from hub.web import keeping, words
from hub.web.api.models import (
    ActOut,
    ClockOut,
    DeadlineOut,
    DocumentCopy,
    ExtensionOut,
    FollowingOut,
    MatterLine,
    MatterOut,
    NoteOut,
    PartOut,
    ProgressOut,
    RelationOut,
    RungOut,
)
from hub.web.clocks import ClockLine, Clocks
from hub.web.compliance import demands_of


def progress_out(one: Progress) -> ProgressOut:
    """Rungs with their Chinese words."""
    rungs = [
        RungOut(step=rung.step, title=words.STEPS[rung.step], at=rung.at, proof=rung.proof, code=rung.code)
        for rung in one.rungs
    ]
    return ProgressOut(member=one.member, form=one.form, step=one.step, rungs=rungs)


def copy_out(view: CopyView) -> DocumentCopy:
    """One copy, flat."""
    return DocumentCopy(
        **asdict(view.row),
        version=view.version,
        mark=view.mark,
        rule=view.rule,
        requested=view.requested,
        sealed=view.sealed,
        expires=view.expires,
        code=view.code,
        decided_by=view.decided_by,
        body=view.body,
        parts=[PartOut.model_validate(part) for part in view.parts],
        progress=[progress_out(one) for one in view.progress],
        state=view.state,
        counted=view.counted,
        receipt=view.receipt,
        erased=keeping.erased(view.erased) if view.erased is not None else None,
    )


def matter_line(row: MatterRow, now: datetime) -> MatterLine:
    """A matter as a line."""
    known = {name: value for name, value in asdict(row).items() if name in MatterLine.model_fields}
    overdue = row.clock == "running" and row.due_at is not None and row.due_at <= now
    return MatterLine(**known, state_title=words.state(row.family, row.state), overdue=overdue)


def deadline_out(due: Due | None) -> DeadlineOut | None:
    """The count, if there is one."""
    return DeadlineOut.model_validate(due_json(due)) if due is not None else None


def clock_out(line: ClockLine) -> ClockOut:
    """One limit beside the main one."""
    limit = line.limit
    return ClockOut(
        name=line.name,
        title=line.title,
        holder=line.holder,
        rule=limit.rule.id,
        label=limit.label,
        article=limit.article,
        start=limit.start,
        due_strict=limit.due_strict,
        due_effective=limit.due_effective,
        due_at=limit.due_at,
        provisional=limit.provisional,
        met_at=line.met_at,
        status=line.status,
    )


def relation_out(one: Relation) -> RelationOut:
    """A link to another matter."""
    return RelationOut(
        relation=one.relation,
        title=words.relation(one.relation, outward=one.outward),
        outward=one.outward,
        matter=one.matter,
        document=one.document,
        matter_title=one.title,
    )


def matter_out(view: MatterView, clocks: Clocks, relations: Iterable[Relation], now: datetime) -> MatterOut:
    """A matter with everything."""
    return MatterOut(
        id=view.id,
        side=view.side,
        matter=matter_line(view.row, now) if view.row is not None else None,
        agreement=clocks.agreement,
        deadline=deadline_out(clocks.main),
        estimated=clocks.estimated,
        clocks=[clock_out(one) for one in clocks.lines],
        extensions=[ExtensionOut(**asdict(one), counts=one.granted is not None) for one in clocks.notices],
        by_proxy=view.row is not None and view.row.by_proxy,
        compliance=[FollowingOut.model_validate(asdict(one)) for one in demands_of(view)],
        related=[relation_out(one) for one in relations],
        allowed=[ActOut(kind=kind, act=act, title=words.act(act, kind)) for kind, act in view.allowed],
        thread=[copy_out(one) for one in view.thread],
        notes=[NoteOut.model_validate(one) for one in view.notes],
    )
