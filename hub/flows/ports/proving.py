"""What an evidence file 存证核验包 is made of, as it stands in the store (DESIGN section 3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from hub.core.audit import Leaf


@dataclass(frozen=True, slots=True)
class Numbered:
    """A leaf with its place in the tree and the way from there to the checkpoint's root (RFC 6962 section 2.1.1)."""

    position: int
    data: bytes
    proof: tuple[bytes, ...]
    leaf: Leaf | None
    """None once person and record were erased: the proof stands on ``data`` alone."""


@dataclass(frozen=True, slots=True)
class Papers:
    """Everything kept about some messages; all files are the signed bytes themselves, each with its hash."""

    messages: tuple[tuple[str, bytes, bytes | None], ...]
    """(hash, envelope, opened body with its 32 random bytes where the body travelled sealed), oldest first."""
    receipts: tuple[tuple[str, bytes], ...]
    roots: tuple[tuple[str, bytes], ...]
    rosters: tuple[tuple[str, bytes], ...]
    """The one in force, and those the headers name."""
    agreements: tuple[tuple[str, bytes], ...]
    """Those the rosters pin."""
    checkpoint: bytes | None
    """The newest signed note with its cosignatures; None before the first."""
    leaves: tuple[Numbered, ...]
    waiting: int
    """Leaves about these messages that stand in no checkpoint yet."""


class ProofViews(Protocol):
    """Reads what proves an exchange."""

    def proof_papers(self, wanted: str) -> Papers:
        """About a document, or about a matter with all its documents; raises ``NotFound``."""
        ...
