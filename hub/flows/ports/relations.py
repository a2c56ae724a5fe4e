"""How one matter points at another: what a body's ``related`` says, seen from either end."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol


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


@dataclass(frozen=True, slots=True)
class Link:
    """One thing a stored document names: another matter, a lead or case number, an attachment (``hub.kinds.links``)."""

    matter: str
    relation: str
    other: str
    document: str


class Links(Protocol):
    """What stored documents name; written with the messages themselves, whoever sent them."""

    def naming(self, relation: str, others: Collection[str]) -> list[Link]:
        """The links of this relation to any of ``others``, oldest document first."""
        ...
