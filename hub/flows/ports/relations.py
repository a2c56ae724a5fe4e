"""How one matter points at another: what a body's ``related`` says, seen from either end."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Relation:
    """One link between two documents. ``outward``: a document of this matter names ``target``; else it is named by it.

    ``matter``, ``kind`` and ``title`` describe the other end; None where this node does not hold it.
    """

    relation: str
    outward: bool
    source: str
    target: str
    matter: str | None
    kind: str | None
    title: str | None
