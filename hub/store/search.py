"""Looking for a part of a text in what is sealed: rows are opened one after the other, the newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from hub.core.spelling import simplified

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Row = TypeVar("Row")

CHUNK = 500
"""Rows opened at once."""


def has_part(text: str | None, wanted: str) -> bool:
    """Whatever its case, in traditional characters or simplified ones."""
    return text is not None and simplified(wanted.casefold()) in simplified(text.casefold())


def holding(
    fetch: Callable[[str | None, int], list[Row]],
    key: Callable[[Row], str],
    texts: Callable[[Row], Iterable[str | None]],
    wanted: str,
    before: str | None,
    limit: int,
) -> list[Row]:
    """The first ``limit`` rows below ``before`` of which a text holds ``wanted``, in the order of ``fetch``.

    For registers that an office keeps by hand: the cost grows with the rows looked at, about 10 µs each.
    """
    found: list[Row] = []
    while True:
        rows = fetch(before, CHUNK)
        found += [row for row in rows if any(has_part(text, wanted) for text in texts(row))]
        if len(found) >= limit or len(rows) < CHUNK:
            return found[:limit]
        before = key(rows[-1])
