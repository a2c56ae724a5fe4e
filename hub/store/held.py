"""What was held for want of its kind, found again and judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, bindparam, delete, func, literal_column, select

from hub.store.bulk import Rewrite
from hub.store.links import add_links
from hub.store.subjects import queue
from hub.store.tables import deliveries, messages, to_index
from hub.store.types import clean
from hub.store.work import among

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.flows.rows import Message
    from hub.store.work import Work

_LIMIT = bindparam("limit", type_=BigInteger)
_NEWEST = select(func.max(messages.c.id))
# No index tells what is held, for hardly anything is: a walk by row, a stretch at a time.
_WALK = (
    select(messages.c.id, messages.c.hash)
    .where(messages.c.id > bindparam("behind"), messages.c.id <= bindparam("upto"))
    .where(messages.c.status == literal_column("'held'"), messages.c.erased.is_(None))
    .order_by(messages.c.id)
    .limit(_LIMIT)
    .with_for_update(skip_locked=True)
)
_JUDGE = Rewrite(messages, ["hash"], ["title", "status", "code", "stored_at", "receipt_frame"])
_UNQUEUE = delete(to_index).where(among(to_index.c.message, "hashes"))
# The first condition is that of the index, written out as it stands there.
_ANSWERS = (
    select(deliveries.c.message)
    .where(deliveries.c.status.in_([literal_column(f"'{one}'") for one in ("refused", "held", "withheld")]))
    .where(deliveries.c.status == literal_column("'held'"), deliveries.c.member == bindparam("peer"))
    .order_by(deliveries.c.id)
    .limit(_LIMIT)
)


class SqlHeld:
    """Port ``Held``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def walk(self, after: int, rows: int, limit: int) -> tuple[list[str], int | None]:
        """The next held messages, and how far this looked."""
        found = self._work.tuples(_WALK, behind=after, upto=after + rows, limit=limit)
        hashes = [digest for _, digest in found]
        if len(hashes) == limit:
            return hashes, int(found[-1][0])
        newest = self._work.run(_NEWEST).scalar_one() or 0
        return hashes, after + rows if after + rows < newest else None

    def judge(self, messages: Sequence[Message]) -> None:
        """What they are now; they wait for the index once, whether or not they do already."""
        _JUDGE.run(
            self._work,
            [(m.hash, clean(m.title), str(m.status), m.code, m.stored_at, m.receipt_frame) for m in messages],
        )
        self._work.run(_UNQUEUE, hashes=[m.hash for m in messages])
        queue(self._work, messages)
        add_links(self._work, messages)

    def answers(self, member: str, limit: int) -> list[str]:
        """Held there, as far as we know."""
        return list(self._work.run(_ANSWERS, peer=member, limit=limit).scalars())
