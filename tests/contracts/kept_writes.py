"""The writes of retention and erasure: name, what must be there first, change, and a read that tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hub.core.retention import RULES, Due
from hub.flows.ports import UnitOfWork
from hub.flows.ports.retention import Erasure, Hold
from tests.builders import NOW, chain, matter_row, uuid

Step = Callable[[UnitOfWork], Any]
RULE = next(rule for rule in RULES if rule.id == "assistance")
ENTRIES = next(rule for rule in RULES if rule.start == "term")
MESSAGE, SECOND = chain(2)
MATTER = matter_row(id=MESSAGE.matter, family="assistance", state="confirmed", updated_at=NOW)
LISTED = matter_row(id=MESSAGE.matter, family="blacklist", state="listed", updated_at=NOW)
HOLD = Hold(uuid(1), "涉诉", "officer", NOW)
ERASURE = Erasure(uuid(2), uuid(1), None, None, "保存期限届满", "本单位规定", "approved", "officer", NOW)


def closed(uow: UnitOfWork) -> None:
    uow.messages.add([MESSAGE])
    uow.matters.save([MATTER])


def candidates(uow: UnitOfWork) -> Any:
    return [
        uow.retention.candidates(rule, before=NOW + timedelta(days=1), until=date(2026, 4, 13), limit=9)
        for rule in (RULE, ENTRIES)
    ]


def listed(uow: UnitOfWork) -> None:
    closed(uow)
    uow.retention.look(RULE, candidates(uow)[0], [Due(MATTER.id, RULE.id, date(2026, 4, 13))], NOW)


def entered(uow: UnitOfWork) -> None:
    uow.messages.add([MESSAGE])
    uow.matters.save([LISTED])


KEPT_WRITES: tuple[tuple[str, Step, Step, Step], ...] = (
    (
        "retention.put_rule",
        listed,
        lambda uow: uow.retention.put_rule(replace(RULE, amount=9), "officer", NOW),
        lambda uow: (uow.retention.rules()[RULE.id].amount, uow.retention.due(MATTER.id), candidates(uow)),
    ),
    (
        "retention.look",
        closed,
        lambda uow: uow.retention.look(RULE, candidates(uow)[0], [Due(MATTER.id, RULE.id, date(2026, 4, 13))], NOW),
        lambda uow: (uow.retention.due(MATTER.id), candidates(uow)),
    ),
    (
        "retention.set_term",
        entered,
        lambda uow: uow.retention.set_term(LISTED.id, date(2026, 4, 12)),
        candidates,
    ),
    (
        "retention.undue",
        listed,
        lambda uow: uow.retention.undue(MATTER.id),
        lambda uow: uow.retention.due(MATTER.id),
    ),
    (
        "retention.put_hold",
        lambda _: None,
        lambda uow: uow.retention.put_hold(HOLD),
        lambda uow: uow.retention.hold(HOLD.matter),
    ),
    (
        "retention.drop_hold",
        lambda uow: uow.retention.put_hold(HOLD),
        lambda uow: uow.retention.drop_hold(HOLD.matter),
        lambda uow: uow.retention.hold(HOLD.matter),
    ),
    (
        "retention.put_erasure",
        lambda _: None,
        lambda uow: uow.retention.put_erasure(ERASURE),
        lambda uow: (
            uow.retention.erasure(ERASURE.id),
            uow.retention.erasures_of(ERASURE.matter),
            uow.retention.approved(9),
        ),
    ),
    (
        "erasing.wipe",
        lambda uow: uow.messages.add([MESSAGE]),
        lambda uow: uow.erasing.wipe(
            uow.erasing.scope(MESSAGE.matter, None), [replace(MESSAGE, raw=b"bare", title="案件通报")], ERASURE.id
        ),
        lambda uow: (
            [(one.raw, one.title, one.erased) for one in uow.messages.get([MESSAGE.hash])],
            uow.erasing.scope(MESSAGE.matter, None).hashes,
        ),
    ),
)
