"""Matters and documents by what they are called: the id stands behind the title, and is read back from there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from hub.core.errors import NotFound
from hub.core.ids import is_document_id
from hub.flows.ports.views import MatterFilter
from hub.flows.rows import MatterRow, User
from hub.web.deps import WebNode
from hub.web.sight import unit_of, visible

OFFERED = 30
"""Matters offered to pick from: nobody knows their numbers by heart."""


@dataclass(frozen=True, slots=True)
class Named:
    """Where what bears an id is found, and its title."""

    path: str
    title: str


def with_id(title: str, number: str) -> str:
    """``关于……的函（019d…）``: what a list to pick from offers, told by its title and known by its id."""
    return f"{title}（{number}）"


def id_within(text: str) -> str:
    """The id of what was picked from such a list, or the text as it was typed."""
    typed = text.strip()
    inside = typed.rpartition("（")[2].removesuffix("）") if typed.endswith("）") else typed
    return inside if is_document_id(inside) else typed


def offered(node: WebNode, user: User, *, open_only: bool = False) -> tuple[MatterRow, ...]:
    """Matters to pick from, those that moved last first."""
    wanted = MatterFilter(waits_for="any" if open_only else None, unit=unit_of(user))
    return tuple(node.views.matters(wanted, None, OFFERED, now=node.now()).rows)


def titles(node: WebNode, user: User, ids: Collection[str]) -> dict[str, str]:
    """Titles of those of these matters that are here and in the user's sight."""
    seen = visible(node, user, {one for one in ids if is_document_id(one)})
    return {one: row.title for one, row in node.act(lambda uow: uow.matters.get(seen)).items()} if seen else {}


def named(node: WebNode, user: User, number: str) -> Named | None:
    """The matter or document of this id; None for what is no id, not here, or not in the user's sight."""
    if not is_document_id(number):
        return None
    found = titles(node, user, (number,))
    if number in found:
        return Named(f"/matters/{number}", found[number])
    try:
        copies = node.views.document(number).copies
    except NotFound:
        return None
    seen = visible(node, user, {copy.row.matter for copy in copies})
    title = next((copy.row.title for copy in copies if copy.row.matter in seen), "")
    return Named(f"/documents/{number}", title) if title else None
