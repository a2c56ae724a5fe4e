"""承办单位: who inside the office, or which county bureau, does the work of a matter, and until when.

Handing a matter on changes nothing outward: the answer stays the city's, with its own limit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from hub.core.audit import leaf
from hub.core.errors import InvalidInput, NotFound, WrongState
from hub.core.ids import BEIJING
from hub.flows.ports import NewId, Salt, UnitOfWork
from hub.flows.ports.office_rows import Assignment, AssignmentFilter, Event, Unit
from hub.flows.ports.views import Page
from hub.flows.rows import MatterRow
from hub.flows.steps.forwarding import RULE, forward_by
from hub.flows.steps.marking import check_passed_down
from hub.flows.steps.texts import before_of, identified, said, today
from hub.kinds.letter import Letter

KINDS = {"section": "科室", "county": "县级局"}
MANNERS = {"forward": "转办", "assign": "交办"}
STATES = {"open": "办理中", "done": "已办结", "returned": "已退回"}
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")
_REGION = re.compile(r"[0-9]{6}")


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """What one unit was given in a period, and what became of it by the day asked."""

    unit: Unit
    assigned: int
    on_time: int
    overdue: int
    """Ended too late, or still open past its day."""
    returned: int
    urged: int


def keep_unit(uow: UnitOfWork, unit: Unit, *, who: str, now: datetime, salt: Salt) -> Unit:
    """Register or change a unit; raises ``InvalidInput`` naming the field."""
    if _CODE.fullmatch(unit.code) is None:
        raise InvalidInput("承办单位代码应为 1 至 20 个小写字母、数字或连字符", field="code")
    if unit.kind not in KINDS:
        raise InvalidInput(f"承办单位类别应为：{'、'.join(KINDS)}", field="kind")
    if unit.region is not None and _REGION.fullmatch(unit.region) is None:
        raise InvalidInput("行政区划代码应为 6 位数字", field="region")
    if unit.kind == "county" and unit.region is None:
        raise InvalidInput("县级局须填写行政区划代码", field="region")
    found = replace(unit, name=said(unit.name, "name", "承办单位名称", 60))
    uow.units.put(found)
    facts = {"name": found.name, "kind": found.kind, "accounts": found.accounts, "active": found.active}
    uow.ledger.add([leaf("unit", found.code, who, now, salt(), **facts)])
    return found


def assign(
    uow: UnitOfWork,
    matter: str,
    code: str,
    manner: str,
    note: str = "",
    due: date | None = None,
    *,
    who: str,
    now: datetime,
    new_id: NewId,
    salt: Salt,
) -> Assignment:
    """转办、交办: by two working days of our calendar, or by a chosen day not beyond the matter's own limit.

    To a county bureau only with the leave of the office that sent the matter (``AgainstMark`` otherwise).
    """
    row = _matter(uow, matter)
    unit = _unit(uow, code)
    check_passed_down(uow, matter, unit)
    if manner not in MANNERS:
        raise InvalidInput(f"办理方式应为：{'、'.join(MANNERS)}", field="manner")
    if any(one.unit == code and one.state == "open" for one in uow.units.of_matter(matter)):
        raise WrongState(f"该事项已交{unit.name}办理，尚未办结", field="unit", advice="可用催办，或等其办结、退回。")
    outward = row.due_effective if row.clock in ("running", "waiting") else None
    given = Assignment(
        id=new_id(now),
        matter=matter,
        unit=code,
        manner=manner,
        note=said(note, "note", "交办要求", 1000, needed=False),
        due_on=_due(uow, due, outward, now),
        rule=RULE if due is None else None,
        state="open",
        reason="",
        urged=0,
        who=who,
        at=now,
    )
    return _moved(uow, given, "assign", given.note, who=who, now=now, salt=salt)


def urge(uow: UnitOfWork, assignment: str, note: str, *, who: str, now: datetime, salt: Salt) -> Assignment:
    """催办, with what is to be said."""
    given = _open(uow, assignment, "催办")
    note = said(note, "note", "催办内容", 1000)
    return _moved(uow, replace(given, urged=given.urged + 1), "urge", note, who=who, now=now, salt=salt)


def finish(
    uow: UnitOfWork, assignment: str, note: str, on: date | None = None, *, who: str, now: datetime, salt: Salt
) -> Assignment:
    """办结: the unit has reported, on paper on the day ``on``; the office answers outward by itself."""
    given = _open(uow, assignment, "办结")
    note = said(note, "note", "办理情况", 1000, needed=False)
    done = replace(given, state="done", reason=note, ended_at=_ended(given, on, now))
    return _moved(uow, done, "finish", note, who=who, now=now, salt=salt)


def hand_back(
    uow: UnitOfWork, assignment: str, reason: str, on: date | None = None, *, who: str, now: datetime, salt: Salt
) -> Assignment:
    """退回 by the unit, with its reason, on paper on the day ``on``; the office hands the matter to another unit."""
    given = _open(uow, assignment, "退回")
    reason = said(reason, "reason", "退回理由", 1000)
    back = replace(given, state="returned", reason=reason, ended_at=_ended(given, on, now))
    return _moved(uow, back, "hand-back", reason, who=who, now=now, salt=salt)


def assignments(uow: UnitOfWork, wanted: AssignmentFilter, cursor: str | None, limit: int) -> Page[Assignment]:
    """What was handed on, newest first."""
    if wanted.state is not None and wanted.state not in STATES:
        raise InvalidInput(f"没有状态 {wanted.state[:40]}，可用：{'、'.join(STATES)}", field="state")
    found = uow.units.assignments(wanted, before_of(cursor), limit + 1)
    return Page(tuple(found[:limit]), found[limit - 1].id if len(found) > limit else None)


def history(uow: UnitOfWork, assignment: str) -> tuple[Assignment, list[Event]]:
    """One assignment with all that was done; raises ``NotFound``."""
    return _found(uow, assignment), uow.events.of(assignment)


def statistics(uow: UnitOfWork, since: date, until: date, now: datetime) -> list[UnitCounts]:
    """Figures of every unit over what was handed on in [since, until), civil days of +08:00."""
    if since >= until:
        raise InvalidInput("起始日晚于截止日", field="since")
    made = uow.units.between(_midnight(since), _midnight(until))
    return [_counts(unit, [one for one in made if one.unit == unit.code], today(now)) for unit in uow.units.all()]


def notice(uow: UnitOfWork, assignment: str, *, demo: bool) -> Letter:
    """案件交办（转办）通知书 for a unit without accounts, to be printed and stamped; raises ``NotFound``.

    Its content follows the 案件交办通知书 of 国市监法发〔2021〕42号; the official blank form was not at hand.
    """
    given = _found(uow, assignment)
    unit, row = uow.units.get(given.unit), _matter(uow, given.matter)
    name, manner = unit.name if unit else given.unit, MANNERS[given.manner]
    asked = (f"办理要求：{given.note}",) if given.note else ()
    return Letter(
        title=f"案件{manner}通知书",
        doc_no="",
        main_to=f"{name}：",
        paragraphs=(
            f"现将《{row.title}》（事项编号：{row.id}）{manner}你单位办理。",
            *asked,
            f"请于{_text(given.due_on)}前将办理结果报我局；不属于你单位职责的，请书面说明理由并退回。",
            "对外答复由我局统一办理，请勿直接函复来文单位。",
        ),
        tables=(),
        attachments=(),
        signature=uow.trusts.current().member(uow.member).name,
        date=_text(today(given.at)),
        note="",
        marks=("演示·非真实公文",) if demo else (),
        receipt=(
            f"回执（案件{manner}通知书，交办编号：{given.id}）",
            "　　上述事项已于　　　年　　月　　日收到。",
            "　　办理结果：□已办结　　□退回",
            "　　办理情况或者退回理由：",
            "",
            f"　　{name}（盖章）",
            "　　经办人：　　　　　　　　　年　　月　　日",
        ),
    )


def _due(uow: UnitOfWork, due: date | None, outward: date | None, now: datetime) -> date:
    if due is None:
        counted = forward_by(uow, today(now))
        return min(counted, outward) if outward and outward >= today(now) else counted
    if due < today(now):
        raise InvalidInput("内部办理期限不能早于今天", field="due")
    if outward is not None and due > outward:
        raise InvalidInput(f"内部办理期限不能晚于本事项对外办理期限{_text(outward)}", field="due")
    return due


def _counts(unit: Unit, made: list[Assignment], day: date) -> UnitCounts:
    done = [one for one in made if one.state == "done"]
    on_time = sum(today(one.ended_at or one.at) <= one.due_on for one in done)
    late = len(done) - on_time + sum(one.state == "open" and one.due_on < day for one in made)
    returned = sum(one.state == "returned" for one in made)
    return UnitCounts(unit, len(made), on_time, late, returned, sum(one.urged for one in made))


def _matter(uow: UnitOfWork, matter: str) -> MatterRow:
    row = uow.matters.get([identified(matter, "matter", "事项")]).get(matter)
    if row is None:
        raise NotFound(f"没有事项 {matter}", field="matter")
    return row


def _unit(uow: UnitOfWork, code: str) -> Unit:
    unit = uow.units.get(code)
    if unit is None or not unit.active:
        raise NotFound(f"没有承办单位 {code[:20]}，或已停用", field="unit", advice="用 hub unit list 查看。")
    return unit


def _found(uow: UnitOfWork, assignment: str) -> Assignment:
    given = uow.units.assignment(identified(assignment, "assignment", "交办"))
    if given is None:
        raise NotFound(f"没有交办 {assignment}", field="assignment")
    return given


def _ended(given: Assignment, on: date | None, now: datetime) -> datetime:
    """When it ended: now, or on the day the paper bears, which is what punctuality is counted by."""
    if on is None or on == today(now):
        return now
    if not today(given.at) <= on < today(now):
        raise InvalidInput("办结、退回的日期应在交办之日以后、不晚于今天", field="on")
    return max(given.at, _midnight(on))


def _open(uow: UnitOfWork, assignment: str, what: str) -> Assignment:
    given = _found(uow, assignment)
    if given.state != "open":
        raise WrongState(f"该交办{STATES[given.state]}，不能{what}", field="assignment")
    return given


def _moved(
    uow: UnitOfWork, given: Assignment, act: str, comment: str, *, who: str, now: datetime, salt: Salt
) -> Assignment:
    uow.units.put_assignment(given)
    uow.events.add([Event(given.id, act, who, now, comment)])
    facts = {"act": act, "matter": given.matter, "unit": given.unit, "state": given.state, "due": str(given.due_on)}
    uow.ledger.add([leaf("assignment", given.id, who, now, salt(), **facts)])
    return given


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING)


def _text(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
