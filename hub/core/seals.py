"""An office's electronic-seal system as the hub sees it: what is handed over to be sealed, and what comes back.

The seal 公章 is the office's and is put on by its own system; the hub's signature proves origin and is never presented
as a seal (DESIGN D15).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from hub.core.errors import InvalidInput
from hub.core.ids import sha256

BEGINS = {"application/pdf": b"%PDF-", "application/ofd": b"PK\x03\x04"}
"""Media type of a sealed file -> what it begins with (GB/T 33190: an OFD file is a zip)."""
ENDINGS = {"application/pdf": "pdf", "application/ofd": "ofd"}
_OFD_ENTRY = b"OFD.xml"
_RETURNED = re.compile(
    r"([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})(?:[._-].{0,80})?\.(?:pdf|ofd)\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SealRequest:
    """One file handed over to be sealed."""

    id: str
    sha256: str
    """Of the file as it was handed over."""
    size: int
    title: str
    """For the people at the seal system."""
    office: str
    paper: str | None
    """The working paper it was made of, and which version of it."""
    version: int | None
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Returned:
    """One file that came back; ``tag`` settles or refuses it."""

    tag: str
    name: str
    """As the seal system called it."""
    request: SealRequest | None
    """None: nothing of ours is waiting under this name."""
    original: bytes
    """The file as it was handed over; empty if it is no longer there."""
    content: bytes
    """Never more than one byte beyond the limit the port was built with."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A returned file that is what was asked for."""

    request: SealRequest
    media_type: str
    sha256: str
    keeps_original: bool
    """It begins with the bytes handed over, as a PDF with an appended signature does; else a person has to compare."""


def request_named(name: str) -> str | None:
    """The request a file called ``name`` answers; None for a name that is none of ours."""
    found = _RETURNED.match(name)
    return found[1].lower() if found else None


def judge(back: Returned, limit: int) -> Judged:
    """Check a returned file; raises ``InvalidInput`` with the reason a person reads beside it in quarantine."""
    request = back.request
    if request is None:
        raise InvalidInput("没有与文件名对应的用印申请，或该申请已经办结", field="file")
    if sha256(back.original) != request.sha256:
        raise InvalidInput("送印时留存的原文件已缺失或被改动，无法核对", field="original")
    if not back.content:
        raise InvalidInput("空文件", field="file")
    if len(back.content) > limit:
        raise InvalidInput(f"超过 {limit // 1024} KiB，作为附件放不下", field="file")
    if back.content == back.original:
        raise InvalidInput("与送印的文件完全相同，没有加盖印章", field="file")
    ending = back.name.rpartition(".")[2].lower()
    media = next((one for one, head in BEGINS.items() if back.content.startswith(head)), None)
    if media is None or ENDINGS[media] != ending or (ending == "ofd" and _OFD_ENTRY not in back.content):
        raise InvalidInput("内容不是 PDF 或 OFD 文件，或者与扩展名不符", field="file")
    return Judged(request, media, sha256(back.content), back.content.startswith(back.original))
