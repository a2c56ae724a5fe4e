"""What a person or program of a unit sees: the matters its unit has in hand, and nothing of any other.

Lists filter in the database (``MatterFilter.unit`` and its likes, given :func:`unit_of`); whatever is opened by its
id goes through :func:`check`. What is out of sight answers word for word like what does not exist.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from hub.core.errors import NotAllowed, NotFound
from hub.core.policy import in_sight
from hub.flows.ports.views import CopyView
from hub.flows.rows import User
from hub.web.deps import WebNode


def unit_of(user: User) -> str | None:
    """The unit to filter lists by; None: everything of the office."""
    return user.unit


def visible(node: WebNode, user: User, matters: Collection[str]) -> frozenset[str]:
    """Those of ``matters`` the user may know of."""
    if user.unit is None:
        return frozenset(matters)
    units = node.views.units_of(matters)
    return frozenset(one for one in matters if in_sight(user.unit, units.get(one, frozenset())))


def check(node: WebNode, user: User, matter: str) -> None:
    """Raise ``NotFound``, as for a matter that does not exist, and note it, if the user may not know of it."""
    if not visible(node, user, (matter,)):
        node.note("not-in-sight", matter, user.name, unit=user.unit)
        raise NotFound(f"本单位没有事项 {matter[:40]}", field="matter")


def check_address(node: WebNode, user: User, named: Mapping[str, str]) -> User:
    """The user, if the ``matter`` or ``document`` of an address is in sight: no page of one can forget to ask."""
    if user.unit is not None and "matter" in named:
        check(node, user, named["matter"])
    if user.unit is not None and "document" in named:
        seen_copies(node, user, named["document"])
    return user


def seen_copies(node: WebNode, user: User, document: str) -> list[CopyView]:
    """Copies of a document that stand in matters in sight; raises ``NotFound``, as for none, if there is none."""
    copies = node.views.document(document).copies
    seen = visible(node, user, {copy.row.matter for copy in copies})
    if not seen:
        node.note("not-in-sight", document, user.name, unit=user.unit)
        raise NotFound(f"本单位没有文书 {document[:40]}", field="document")
    return [copy for copy in copies if copy.row.matter in seen]


def check_opening(user: User) -> None:
    """Raise ``NotAllowed`` for one of a unit: what opens a matter goes out in the name of the office."""
    if user.unit is not None:
        raise NotAllowed("承办单位人员不能直接对外发起事项", field="matter", advice="请由本局办案人员发起后交办。")
