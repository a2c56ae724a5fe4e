"""The wire format: what is signed and sent. A published model is never edited; a change is a new payload type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.wire.agreement import Agreement
from schemas.wire.erasure import Erasure
from schemas.wire.frames import (
    Base,
    Checkpoint,
    Cosignature,
    Heads,
    Keyed,
    Looks,
    LooksHeard,
    Manifest,
    Part,
    Receipts,
    Resend,
    Returned,
    Withheld,
)
from schemas.wire.header import Header
from schemas.wire.roster import Root, Roster

if TYPE_CHECKING:
    from schemas.wire.types import Wire

WIRE: dict[str, type[Wire]] = {
    "message": Header,
    "receipts": Receipts,
    "heads": Heads,
    "resend": Resend,
    "returned": Returned,
    "keyed": Keyed,
    "withheld": Withheld,
    "base": Base,
    "part": Part,
    "checkpoint": Checkpoint,
    "cosignature": Cosignature,
    "looks": Looks,
    "looks-heard": LooksHeard,
    "manifest": Manifest,
    "root": Root,
    "roster": Roster,
    "agreement": Agreement,
    "erasure": Erasure,
}
"""Name in the payload type -> model of the payload."""
