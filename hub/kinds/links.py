"""What a document names beyond its own matter: other matters, and the number of the lead or case it transfers.

These are kept beside the sealed bytes of the documents, for a body has no index (DESIGN D10).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

LEAD_NO, CASE_NO = "lead_no", "case_no"
NUMBERS = frozenset({LEAD_NO, CASE_NO})
"""Relations whose other end is a number and no matter."""
PART = "part"
"""Relation of a document to the digest of a file attached to it; the header names it, no body."""
NO_MATTER = NUMBERS | {PART}

_NUMBERED = {"lead_transfer": LEAD_NO, "case_transfer": CASE_NO}


def links_of(kind: str, body: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """(relation, the matter or number named); whatever else a peer may have written there is no link."""
    related = body.get("related")
    for one in related if isinstance(related, list | tuple) else ():
        relation, target = (one.get("relation"), one.get("matter")) if isinstance(one, Mapping) else (None, None)
        if isinstance(relation, str) and isinstance(target, str) and relation not in NO_MATTER:
            yield relation, target
    number = body.get(_NUMBERED.get(kind, ""))
    if isinstance(number, str):
        yield _NUMBERED[kind], number
