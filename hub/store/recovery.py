"""Whom a restored node still waits for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from hub.core.ids import ALL
from hub.store.tables import node

if TYPE_CHECKING:
    from collections.abc import Collection

    from hub.store.work import Work

_WAITS = select(node.c.waits_for).where(node.c.member == bindparam("own"))
_HOLD = update(node).where(node.c.member == bindparam("own")).values(waits_for=bindparam("its_members"))


class SqlRecovery:
    """Port ``Recovery``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def waits_for(self) -> frozenset[str]:
        """Members not heard yet."""
        return frozenset(json.loads(self._work.run(_WAITS, own=self._work.member).scalar_one()))

    def hold(self, members: Collection[str]) -> None:
        """Wait for these from now on."""
        self._work.run(_HOLD, own=self._work.member, its_members=json.dumps(sorted(members)))
        self._work.wake = True

    def heard(self, member: str) -> None:
        """One less."""
        waiting = self.waits_for()
        if member in waiting:
            self.hold(waiting - {member, ALL})
