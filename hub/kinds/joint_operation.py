"""A joint operation: its plan goes round, its target points come with the start, then each tells its results."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts, Table
from schemas.joint_operation import JointOperation, Outcome

_TOLD = (
    "officers",
    "rentals",
    "dens",
    "persons",
    "dispersed",
    "rescued",
    "cases_mr",
    "cases_ps",
    "detained_admin",
    "detained",
    "arrested",
    "confiscated",
    "involved",
)


def _letter(body: JointOperation, facts: LetterFacts) -> Letter:
    return say.draft(body, facts, _TEXTS[body.act](body, facts), _tables(body))


def _plan(body: JointOperation, _: LetterFacts) -> tuple[str, ...]:
    by = f"请于{say.day(body.reply_by)}前" if body.reply_by else "请"
    return (
        f"{say.by_law(body)}现就“{body.name}”联合行动方案征求意见。",
        say.sentence(body.details),
        *say.noted(body, "starts_on", "ends_on", "participants"),
        f"{by}函复是否参加。参加与否由贵单位自行决定；目标点位于行动发起时另行通知，请注意保密。",
        "特此函告。",
    )


def _start(body: JointOperation, _: LetterFacts) -> tuple[str, ...]:
    return (
        f"{say.by_law(body)}定于{say.day(body.starts_on)}的“{body.name}”联合行动已经发起。",
        *say.noted(body, "started_at"),
        say.sentence(body.details),
        "目标点位见附表，请严格保密，行动结束后及时函告战果。",
        "特此函告。",
    )


def _report(body: JointOperation, facts: LetterFacts) -> tuple[str, ...]:
    return (
        f"{say.received(body, facts)}{say.by_law(body)}现将我单位参加“{body.name}”联合行动的战果函告如下。",
        *say.noted(body, "starts_on"),
        say.sentence(body.details),
        "以上数据只含本单位，与其他单位不重复。",
        "特此函告。",
    )


_TEXTS = {"plan": _plan, "start": _start, "report": _report}


def _tables(body: JointOperation) -> tuple[Table, ...]:
    outcome: tuple[Outcome, ...] = (body.outcome,) if body.outcome else ()
    return (
        *say.table("分工", body.tasks, "office", "task", "persons"),
        *say.table("目标点位", body.targets, "place", "what", "office"),
        *say.table("战果", outcome, *_TOLD),
    )


KIND = Kind("joint_operation", 1, JointOperation, opens=True, audience="one", letter=_letter)
