"""Periods, what is due for review, holds, and proposals to erase."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, and_, bindparam, delete, exists, not_, or_, select

from hub.core.retention import RULES, Due, Facts, Rule
from hub.flows.ports.retention import Erasure, Hold
from hub.store.bulk import Upsert, replacing
from hub.store.erasing import HAS_BODY
from hub.store.mapping import Mapping
from hub.store.tables import (
    erasures,
    matters,
    messages,
    retention_due,
    retention_holds,
    retention_looks,
    retention_rules,
    retention_terms,
)
from hub.store.work import among

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from hub.store.work import Work

_SET = ("id", "amount", "unit", "label", "basis", "active")
_RULES = select(*(retention_rules.c[name] for name in _SET))
_PUT_RULE = Upsert(retention_rules, (*_SET, "who", "at"), ["id"], replacing([*_SET, "who", "at"], ["id"]))
_FORGET_LOOK = delete(retention_looks).where(retention_looks.c.rule == bindparam("wanted"))
_FORGET_DUE = delete(retention_due).where(retention_due.c.rule == bindparam("wanted"))

_LIMIT = bindparam("limit", type_=BigInteger)
_LOOK = select(retention_looks.c.moved, retention_looks.c.matter).where(retention_looks.c.rule == bindparam("wanted"))
_PUT_LOOK = Upsert(
    retention_looks, ("rule", "moved", "matter"), ["rule"], replacing(["rule", "moved", "matter"], ["rule"])
)
_FACTS = (matters.c.id, matters.c.family, matters.c.state, matters.c.updated_at)
_COVERED = (
    matters.c.family == bindparam("family"),
    among(matters.c.state, "states"),
    exists().where(messages.c.matter == matters.c.id, HAS_BODY),
)
_MOVED = (
    select(*_FACTS)
    .where(*_COVERED, matters.c.updated_at < bindparam("before"))
    .order_by(matters.c.updated_at, matters.c.id)
    .limit(_LIMIT)
)
_MOVED_ON = _MOVED.where(
    matters.c.updated_at >= bindparam("moved"),
    or_(
        matters.c.updated_at > bindparam("moved"),
        and_(matters.c.updated_at == bindparam("moved"), matters.c.id > bindparam("matter")),
    ),
)
_ENDED = (
    select(*_FACTS, retention_terms.c.until)
    .join(matters, matters.c.id == retention_terms.c.matter)
    .where(*_COVERED, retention_terms.c.until <= bindparam("until"))
    .where(not_(exists().where(retention_due.c.matter == retention_terms.c.matter)))
    .order_by(retention_terms.c.until, retention_terms.c.matter)
    .limit(_LIMIT)
)
_TERM = Upsert(retention_terms, ("matter", "until"), ["matter"], replacing(["matter", "until"], ["matter"]))
_NO_TERM = delete(retention_terms).where(retention_terms.c.matter == bindparam("wanted"))

_DUES = Mapping(Due, retention_due)
_LIST = Upsert(
    retention_due, ("matter", "rule", "day", "at"), ["matter"], replacing(["matter", "rule", "day", "at"], ["matter"])
)
_DUE = select(*_DUES.columns).where(retention_due.c.matter == bindparam("wanted"))
_UNDUE = delete(retention_due).where(retention_due.c.matter == bindparam("wanted"))

_HOLDS = Mapping(Hold, retention_holds)
_PUT_HOLD = Upsert(retention_holds, _HOLDS.names, ["matter"], replacing(_HOLDS.names, ["matter"]))
_HOLD = select(*_HOLDS.columns).where(retention_holds.c.matter == bindparam("wanted")).with_for_update()
_DROP_HOLD = delete(retention_holds).where(retention_holds.c.matter == bindparam("wanted"))

_ROWS = Mapping(Erasure, erasures)
_PUT = Upsert(erasures, _ROWS.names, ["id"], replacing(_ROWS.names, ["id"]))
_ALL = select(*_ROWS.columns).order_by(erasures.c.id)
_ERASURE = _ALL.where(erasures.c.id == bindparam("wanted")).with_for_update()
_OF = _ALL.where(erasures.c.matter == bindparam("wanted"))
_APPROVED = _ALL.where(erasures.c.state == "approved").limit(_LIMIT).with_for_update(skip_locked=True)


class SqlRetention:
    """Port ``Retention``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def rules(self) -> dict[str, Rule]:
        """As set, else as they came."""
        known = {row.id: row._asdict() for row in self._work.tuples(_RULES)}
        return {rule.id: replace(rule, **known.get(rule.id, {})) for rule in RULES}

    def put_rule(self, rule: Rule, who: str, at: datetime) -> None:
        """Set one, and look from the beginning."""
        _PUT_RULE.run(self._work, [(*(getattr(rule, name) for name in _SET), who, at)])
        self._work.run(_FORGET_LOOK, wanted=rule.id)
        self._work.run(_FORGET_DUE, wanted=rule.id)

    def candidates(self, rule: Rule, *, before: datetime, until: date, limit: int) -> list[Facts]:
        """By the moment of the last move, from where the rule looked last; or by the term that ended."""
        covered = {"family": rule.family, "states": rule.states, "limit": limit}
        if rule.start == "term":
            return [Facts(*row) for row in self._work.tuples(_ENDED, **covered, until=until)]
        at = self._work.run(_LOOK, wanted=rule.id).first()
        if at is None:
            return [Facts(*row) for row in self._work.tuples(_MOVED, **covered, before=before)]
        found = self._work.tuples(_MOVED_ON, **covered, before=before, moved=at.moved, matter=at.matter)
        return [Facts(*row) for row in found]

    def look(self, rule: Rule, seen: Sequence[Facts], found: Sequence[Due], at: datetime) -> None:
        """List what is due and note how far the rule has looked."""
        _LIST.run(self._work, [(one.matter, one.rule, one.day, at) for one in found])
        if seen and rule.start != "term":
            _PUT_LOOK.run(self._work, [(rule.id, seen[-1].moved, seen[-1].matter)])

    def set_term(self, matter: str, until: date) -> None:
        """A newer term takes the place of the one before."""
        _TERM.run(self._work, [(matter, until)])
        self._work.run(_UNDUE, wanted=matter)

    def due(self, matter: str) -> Due | None:
        """Whether it is listed."""
        found = self._work.run(_DUE, wanted=matter).first()
        return None if found is None else _DUES.build(found)

    def undue(self, matter: str) -> None:
        """Take it from the list, and forget its term."""
        self._work.run(_UNDUE, wanted=matter)
        self._work.run(_NO_TERM, wanted=matter)

    def hold(self, matter: str) -> Hold | None:
        """Why it is kept, locked until commit."""
        found = self._work.run(_HOLD, wanted=matter).first()
        return None if found is None else _HOLDS.build(found)

    def put_hold(self, hold: Hold) -> None:
        """Keep it."""
        _PUT_HOLD.run(self._work, [_HOLDS.values(hold)])

    def drop_hold(self, matter: str) -> None:
        """Keep it no longer."""
        self._work.run(_DROP_HOLD, wanted=matter)

    def erasure(self, erasure: str) -> Erasure | None:
        """One proposal, locked until commit."""
        found = self._work.run(_ERASURE, wanted=erasure).first()
        return None if found is None else _ROWS.build(found)

    def put_erasure(self, erasure: Erasure) -> None:
        """Insert or replace; an approved one is work for the worker."""
        _PUT.run(self._work, [_ROWS.values(erasure)])
        self._work.wake |= erasure.state == "approved"

    def erasures_of(self, matter: str) -> list[Erasure]:
        """Oldest first."""
        return _ROWS.build_all(self._work.tuples(_OF, wanted=matter))

    def approved(self, limit: int) -> list[Erasure]:
        """What waits to be carried out."""
        return _ROWS.build_all(self._work.tuples(_APPROVED, limit=limit))
