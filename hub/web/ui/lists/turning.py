"""Turning the pages of a list: the address knows the way forward and the way back, the server keeps nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query

ROWS = 20
_FIRST = "-"
_MOST = 30
"""Pages one can go back; from further on the first page is one click away."""

Trail = Annotated[str, Query(max_length=200 * _MOST, pattern=r"^[A-Za-z0-9_.-]*$")]
"""Cursors of the pages before this one, the nearest last."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Addresses around one page; None: there is nothing."""

    first: str | None
    previous: str | None
    next: str | None
    number: int
    """Which page this is, as far as the way back is known."""


def turn(path: str, chosen: Mapping[str, str], cursor: str | None, trail: str, following: str | None) -> Turn:
    """Where one can go from the page at ``cursor``; ``following`` is the cursor of the next one."""
    before = [one for one in trail.split(".") if one] if cursor else []
    onward = [*before, cursor or _FIRST][-_MOST:]
    back = address(path, chosen, before[-1], before[:-1]) if before else None
    return Turn(
        first=address(path, chosen) if cursor else None,
        previous=back,
        next=address(path, chosen, following, onward) if following else None,
        number=len(before) + 1,
    )


def address(path: str, chosen: Mapping[str, str], cursor: str = _FIRST, trail: list[str] | None = None) -> str:
    """The list with these filters, from this page on."""
    query = {name: value for name, value in chosen.items() if value}
    if cursor != _FIRST:
        query |= {"cursor": cursor, "trail": ".".join(trail or ())}
    return f"{path}?{urlencode(query)}" if query else path
