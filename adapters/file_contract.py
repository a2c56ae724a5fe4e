"""What the public API gives of large files, as an adapter reads it; rules as in :mod:`adapters.contract`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A large file that the node has whole; it is named in one document."""

    name: str
    sha256: str


class Upload(TypedDict):
    """How much of a large file the node has; ``whole``: all of it, and its digest agrees."""

    sha256: str
    name: str
    size: int
    received: int
    whole: bool
