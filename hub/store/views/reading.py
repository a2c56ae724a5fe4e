"""What the read models ask of a store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection


class Reading(Protocol):
    """A store that can be read without a write lock; ``read`` raises ``DatabaseAway``."""

    @property
    def member(self) -> str:
        """Whose node it is."""
        ...

    def read(self) -> AbstractContextManager[Connection]:
        """A reading transaction; within :meth:`moment`, the one that is open."""
        ...

    def moment(self) -> AbstractContextManager[None]:
        """One reading transaction for everything this thread reads within."""
        ...
