"""What the documents of one matter hold, gathered: parties, attachments, evidence, seized items with their last day.

Nothing is judged or counted here; every line names the document that says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hub.flows.ports.views import CopyView, DocumentRow

_PARTIES = ("parties", "subjects", "targets")
_LISTS = ("evidence", "files", "items")
"""Lists of a body that are evidence or go along with a case; of ``items`` only handed-over things, no questions."""


@dataclass(frozen=True, slots=True)
class Named:
    """A piece of a body with the documents that hold it. ``kind`` and ``version`` say by which schema to read it."""

    field: str
    value: object
    kind: str
    version: int
    documents: tuple[DocumentRow, ...]


@dataclass(frozen=True, slots=True)
class Attached:
    """One attachment of one document; ``role`` is ``sealed_copy``, ``scan``, ``annex`` or empty."""

    name: str
    role: str
    sha256: str
    size: int
    media_type: str
    pages: int | None
    document: DocumentRow


@dataclass(frozen=True, slots=True)
class Seizure:
    """A seized or sealed item handed over: the measure lapses by itself (禁止传销条例 art. 18; DOMAIN CM12)."""

    name: str
    expires_on: date
    days_left: int
    """Negative once it has lapsed."""
    document: DocumentRow


def parties_of(thread: Sequence[CopyView]) -> list[Named]:
    """Each party once, with every document that names it in the very same words."""
    found: dict[str, Named] = {}
    for copy, body in _bodies(thread):
        for field in _PARTIES:
            for one in _listed(body.get(field)):
                key = repr(sorted(one.items(), key=str))
                known = found.get(key)
                documents = (*known.documents, copy.row) if known else (copy.row,)
                found[key] = Named(field, one, copy.row.kind, copy.version, documents)
    return list(found.values())


def attachments_of(thread: Sequence[CopyView]) -> list[Attached]:
    """Every attachment, in the order of the thread; a document that went to several offices counts once."""
    return [
        Attached(
            name=str(one.get("name", "")),
            role=str(one.get("role") or ""),
            sha256=str(one["part"]),
            size=int(one.get("size", 0)),
            media_type=str(one.get("media_type", "")),
            pages=one.get("pages"),
            document=copy.row,
        )
        for copy, body in _bodies(thread)
        for one in _listed(body.get("attachments"))
        if one.get("part") in {part.sha256 for part in copy.parts}
    ]


def lists_of(thread: Sequence[CopyView]) -> list[Named]:
    """Lists of evidence, files and items, each as its document has it."""
    return [
        Named(field, body[field], copy.row.kind, copy.version, (copy.row,))
        for copy, body in _bodies(thread)
        for field in _LISTS
        if any(field != "items" or "measure" in one for one in _listed(body.get(field)))
    ]


def seizures_of(thread: Sequence[CopyView], today: date) -> list[Seizure]:
    """Seized and sealed items, the first to lapse first."""
    found = []
    for copy, body in _bodies(thread):
        for one in _listed(body.get("items")):
            try:
                day = date.fromisoformat(str(one.get("expires_on") or ""))
            except ValueError:
                continue
            found.append(Seizure(str(one.get("name", "")), day, (day - today).days, copy.row))
    return sorted(found, key=lambda one: one.expires_on)


def _bodies(thread: Sequence[CopyView]) -> Iterator[tuple[CopyView, Mapping[str, Any]]]:
    """Readable documents, each once however many copies of it stand in the thread."""
    seen: set[str] = set()
    for copy in thread:
        if copy.body is not None and copy.row.document not in seen:
            seen.add(copy.row.document)
            yield copy, copy.body


def _listed(value: object) -> list[dict[str, Any]]:
    """Objects of a list, or the one object; whatever else a peer may have signed is no line of ours."""
    if isinstance(value, dict):
        return [value]
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
