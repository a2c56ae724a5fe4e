"""How one matter points at another: what a body's ``related`` says, seen from either end."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Relation:
    """One link between this matter and ``matter``. ``outward``: ours names it, else it names ours.

    ``document`` is the one that says so; ``title`` of the other matter is None where this node does not hold it.
    """

    relation: str
    outward: bool
    matter: str
    document: str
    title: str | None
