"""Files on their way here: kept piece by piece, so that a lost connection costs one piece, not the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Upload:
    """One file being uploaded; (``paper``, ``digest``) is its key."""

    paper: str
    """Whose attachment it will be; ``@name``: of the document in which that user names it once it is whole."""
    digest: str
    """SHA-256 of the whole file, as the sender computed it."""
    name: str
    size: int
    """Bytes of the whole file."""
    here: int
    """Bytes that have arrived, from the first on."""
    content: str
    """Under which its pieces lie (:class:`hub.flows.ports.parts.Parts`)."""
    who: str
    at: datetime


class Uploads(Protocol):
    """Uploads in progress; a file that has become an attachment is none any more."""

    def get(self, paper: str, digest: str) -> Upload | None:
        """Row-locked until commit: two windows never write the same piece twice."""
        ...

    def of(self, paper: str) -> list[Upload]:
        """Those of one paper, by digest."""
        ...

    def put(self, upload: Upload) -> None:
        """Insert or replace by paper and digest."""
        ...

    def drop(self, paper: str, digest: str) -> None:
        """Delete the row, not the pieces; none is no error."""
        ...

    def before(self, at: datetime) -> list[Upload]:
        """Those nobody went on with since."""
        ...
