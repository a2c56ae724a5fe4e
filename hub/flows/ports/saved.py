"""Port onto the views people keep of their lists 常用查询."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hub.flows.ports.office_rows import Paper, Unit
from hub.flows.ports.parts import PartViews


@dataclass(frozen=True, slots=True)
class SavedView:
    """One named choice of filters of one person."""

    user: str
    screen: str
    """Which list, such as ``matters``."""
    name: str
    query: str
    """The filters as they stand in the address."""
    at: datetime


class SavedViews(Protocol):
    """Saved views, each one person's own."""

    def of(self, user: str, screen: str) -> list[SavedView]:
        """By name."""
        ...

    def put(self, view: SavedView) -> None:
        """Insert or replace by user, screen and name."""
        ...

    def drop(self, user: str, screen: str, name: str) -> None: ...


class DeskViews(PartViews, Protocol):
    """What lies on one person's desk."""

    def moment(self) -> AbstractContextManager[None]:
        """All questions this thread asks within are answered from one moment; it sees nothing that is written later."""
        ...

    def saved_views(self, user: str, screen: str) -> list[SavedView]:
        """One person's, by name."""
        ...

    def units(self) -> list[Unit]:
        """Units of the office, by code."""
        ...

    def papers(self, states: Collection[str], author: str | None, limit: int) -> list[Paper]:
        """Working papers in one of these states, of one author if named, the last changed first."""
        ...
