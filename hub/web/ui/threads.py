"""How a thread is told: the steps of a matter, and each document with its rungs of evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from hub.core.families import FAMILIES
from hub.core.lifecycle import Family
from hub.flows.ports.views import CopyView, MatterView, Progress, Rung, Step
from hub.flows.steps.withholding import REASONS
from hub.web import words
from hub.web.keeping import erased
from hub.web.ui.fields import Field, fields_of
from schemas.masks import mask_name

_ANSWERS = (Step.RETURNED, Step.FED_BACK, Step.ACCEPTED)
_ODD = (Step.REFUSED, Step.HELD, Step.WITHHELD)
_LONG = frozenset({"assistance_request", "lead_transfer", "case_transfer"})
"""Documents that somebody signs for and answers; a notice is only signed for; the rest is delivered."""
SIGNED_FOR = _LONG | {
    "case_notice",
    "inquiry_bulletin",
    "opinion_notice",
    "risk_warning",
    "public_warning",
    "joint_operation",
    "meeting_notice",
    "agreed_item",
    "jurisdiction_dispute",
    "supervision_letter",
}


@dataclass(frozen=True, slots=True)
class Peg:
    """One place of the evidence line: reached, with its time and proof, or still open.

    ``paper``: the opener entered it from paper (代录), so its proof is the opener's own record.
    """

    title: str
    rung: Rung | None
    odd: bool = False
    paper: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """The evidence line of one copy towards one member."""

    member: str
    form: str
    pegs: tuple[Peg, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """Who entered what came on paper, from which sheet; names are masked as on every screen."""

    recorder: str
    checker: str
    day: str
    channel: str
    tracking_no: str
    scans: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of a thread. ``fields`` None: no readable body here, ``why`` says why; ``paper``: 代录."""

    view: CopyView
    ways: tuple[Way, ...]
    fields: tuple[Field, ...] | None
    why: str
    mark: str
    paper: Paper | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a matter's way: ``done``, ``here`` or ``ahead``."""

    title: str
    where: str
    at: datetime | None = None


def entries(views: Iterable[CopyView]) -> list[Entry]:
    """Documents as the pages show them; one that says the same as an earlier one of its sender says so."""
    views = list(views)
    said: set[tuple[str, str, str, str]] = set()
    records = frozenset(view.row.hash for view in views if view.row.kind == PROXY and view.row.hash)
    made = []
    for view in views:
        what = (view.row.sender, view.row.audience, view.row.kind, repr(view.body))
        made.append(_entry(view, records, repeats=view.body is not None and what in said))
        said.add(what)
    return made


def _entry(view: CopyView, records: frozenset[str], *, repeats: bool) -> Entry:
    fields = fields_of(view.row.kind, view.version, view.body) if view.body is not None else None
    # A record of ours about an office outside goes nowhere, so there is nothing to follow.
    shown = [one for one in view.progress if one.form != "paper" or view.row.kind != PROXY]
    ways = tuple(Way(one.member, one.form, _pegs(one, view.row.kind, records)) for one in shown)
    mark = _mark(view) or ("与前一份内容相同" if repeats else "")
    return Entry(view, ways, fields, _why(view, fields), mark, _paper(view))


def _paper(view: CopyView) -> Paper | None:
    if view.row.kind != PROXY or view.body is None:
        return None
    told = {
        name: str(view.body.get(name) or "") for name in ("recorder", "checker", "paper_date", "channel", "tracking_no")
    }
    listed = view.body.get("attachments")
    return Paper(
        recorder=mask_name(told["recorder"]),
        checker=mask_name(told["checker"]),
        day=told["paper_date"],
        channel=words.PAPER_CHANNELS.get(told["channel"], told["channel"]),
        tracking_no=told["tracking_no"],
        scans=len(listed) if isinstance(listed, list) else 0,
    )


def path(view: MatterView) -> list[Stage]:
    """The way of the matter: what was reached, where it stands, what would regularly follow."""
    if view.row is None:
        return []
    family = FAMILIES[view.row.family]
    reached: dict[str, datetime] = {}
    for one in view.thread:
        if one.state is not None:
            reached.setdefault(one.state, one.row.issued)
    stages = [Stage(family.states[state], "done", at) for state, at in reached.items() if state != view.row.state]
    stages.append(Stage(family.states[view.row.state], "here", reached.get(view.row.state)))
    return stages + [Stage(family.states[state], "ahead") for state in _ahead(family, view.row.state)]


def _ahead(family: Family, state: str) -> list[str]:
    """The regular way to the end: no return, no withdrawal, no detour over an interim feedback."""
    found, passed = [], {state}
    while state not in family.closed:
        leads = {
            step.to
            for step in family.steps
            if step.state == state and step.act not in _DETOURS and step.to not in passed
        }
        if not leads:
            break
        # Signing for before accepting is the rule, so the nearest state comes first.
        state = min(leads, key=list(family.states).index)
        passed.add(state)
        if state not in _EITHER:
            found.append(state)
    return found


PROXY = "proxy_record"
_DETOURS = frozenset(
    {"return", "withdraw", "remove", "feedback-interim", "supplement", "dispute", "escalate", "record"}
)
_EITHER = frozenset({"offered_by_opener", "offered_by_other", "handed_by_opener", "handed_by_other"})
"""Steps either side may take: which of the two is not known before."""


def _pegs(progress: Progress, kind: str, records: frozenset[str]) -> tuple[Peg, ...]:
    return tuple(
        replace(peg, paper=True) if peg.rung is not None and peg.rung.proof in records else peg
        for peg in _line(progress, kind)
    )


def _line(progress: Progress, kind: str) -> tuple[Peg, ...]:
    reached = {rung.step: rung for rung in progress.rungs}
    pegs = [Peg(words.STEPS[step], reached.get(step)) for step in (Step.RECORDED, Step.SENT)]
    odd = next((step for step in _ODD if step in reached), None)
    if odd is not None:
        why = REASONS.get(reached[odd].code or "")
        return (*pegs, Peg(words.STEPS[odd] + (f"：{why}" if why else ""), reached[odd], odd=True))
    pegs.append(Peg(words.STEPS[Step.DELIVERED], reached.get(Step.DELIVERED)))
    if progress.form == "header":
        return tuple(pegs)
    answer = next((step for step in _ANSWERS if step in reached), None)
    # Who answers without signing for it first has it all the same: nothing is left to wait for.
    if kind in SIGNED_FOR and (answer is None or Step.SIGNED in reached):
        pegs.append(Peg(words.STEPS[Step.SIGNED], reached.get(Step.SIGNED)))
    if kind in _LONG:
        pegs.append(Peg(words.STEPS[answer] if answer else "受理或反馈", reached.get(answer) if answer else None))
    return tuple(pegs)


def _why(view: CopyView, fields: tuple[Field, ...] | None) -> str:
    if fields is not None:
        return ""
    if view.erased is not None:
        return erased(view.erased)
    if view.row.status == "copy":
        return "本单位只收到抄送的文书头，没有正文。"
    return "这种文书本节点暂不能识别，原件已完整保存；升级后自动办理。"


def _mark(view: CopyView) -> str:
    """What is out of the ordinary about this document, in one phrase."""
    if view.row.hash is None:
        return "已登记，等待签名发出"
    if view.row.step is Step.WITHHELD:
        codes = [rung.code for way in view.progress for rung in way.rungs if rung.step is Step.WITHHELD]
        return f"{next((REASONS[code] for code in codes if code in REASONS), '已失效')}，不再发送，不计入事项"
    if view.row.status == "refused" or view.row.step is Step.REFUSED:
        return "被系统拒收，不计入事项"
    if view.row.status == "held":
        return "暂存待识别，不计入事项"
    if view.counted and view.state is None:
        return "与事项进程不符，未改变环节"
    return "发件方时钟有偏差" if view.code == "clock-skew" else ""
