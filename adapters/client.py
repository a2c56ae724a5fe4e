"""Typed client of a node's public API: what every system adapter speaks through.

    with HubClient("http://127.0.0.1:8000", token) as hub:
        done = hub.send("case_notice", body, to=["all"], key="oa-2026-118")

Sending needs a ``key`` of the caller's own making: the same key again records nothing twice, so a call that timed out
is simply repeated.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from hashlib import file_digest, sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import httpx2

from adapters.contract import (
    ApiAway,
    ApiRefused,
    Attachment,
    Deadline,
    Document,
    DocumentLine,
    FigureMatter,
    Health,
    Matter,
    MatterLine,
    Member,
    QuarantineLine,
    Recorded,
    Statistics,
)
from adapters.file_contract import Upload, UploadedFile
from adapters.office_contract import Assignment, Contacts, Lead, NumberLine

PROBLEM = "application/problem+json"
PAGE = 100
PIECE = 1024 * 1024
"""Bytes of a large file in one call."""


class HubClient:
    """One user's access to one node; safe to use from several threads."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        timeout: float = 15.0,
        page: int = PAGE,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        """``url`` of the node without ``/api``; ``page`` lines are asked for at once; ``transport`` is for tests."""
        self._page = page
        self._http = httpx2.Client(
            base_url=f"{url.rstrip('/')}/api/v1",
            headers={"Authorization": f"Bearer {token}"},
            timeout=timeout,
            transport=transport,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        """Use as a context manager."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Give back the connections."""
        self.close()

    def close(self) -> None:
        """Give back the connections."""
        self._http.close()

    def send(
        self,
        kind: str,
        body: Mapping[str, Any],
        *,
        key: str,
        to: Sequence[str] = (),
        matter: str | None = None,
        attachments: Sequence[Attachment | UploadedFile] = (),
        **more: str,
    ) -> Recorded:
        """Record a document. ``more``: ``replaces``, ``mark``, ``urgency``, ``requested``, ``expires``.

        Files above 1 MiB are brought by :meth:`upload` first.
        """
        request: dict[str, Any] = {"kind": kind, "to": list(to), "body": dict(body), **more}
        if matter is not None:
            request["matter"] = matter
        if attachments:
            request["attachments"] = [_attached(one) for one in attachments]
        answer = self._call("POST", "/documents", json=request, headers={"Idempotency-Key": key})
        return cast("Recorded", answer.json())

    def upload(self, path: Path, name: str = "") -> UploadedFile:
        """Bring a large file (up to 200 MiB) to the node in pieces; called again, it goes on where it broke off.

        The file is read twice, never held; ``ApiRefused`` says why the node does not take it.
        """
        with path.open("rb") as file:
            digest, size = file_digest(file, "sha256").hexdigest(), file.tell()
            called = name or path.name
            wanted = {"sha256": digest, "name": called, "size": size}
            state = cast("Upload", self._call("POST", "/uploads", json=wanted).json())
            while not state["whole"]:
                file.seek(state["received"])
                piece = file.read(PIECE)
                told = {
                    "start": state["received"],
                    "sha256": sha256(piece).hexdigest(),
                    "content": b64encode(piece).decode(),
                }
                state = cast("Upload", self._call("PUT", f"/uploads/{digest}", json=told).json())
        return UploadedFile(called, digest)

    def documents(self, **wanted: str) -> Iterator[DocumentLine]:
        """Copies of documents, newest first, page by page; filters as the API names them."""
        return cast("Iterator[DocumentLine]", self._pages("/documents", wanted))

    def document(self, document: str) -> Document:
        """All copies of one document with their progress."""
        return cast("Document", self._get(f"/documents/{document}"))

    def envelope(self, document: str, message: str) -> bytes:
        """The signed envelope of one copy, byte for byte, by the hash of its message."""
        return self._call("GET", f"/documents/{document}/envelopes/{message}").content

    def matters(self, **wanted: str) -> Iterator[MatterLine]:
        """Matters, the last moved first."""
        return cast("Iterator[MatterLine]", self._pages("/matters", wanted))

    def matter(self, matter: str) -> Matter:
        """One matter with its clock and thread."""
        return cast("Matter", self._get(f"/matters/{matter}"))

    def deadline(self, matter: str, calendar: str | None = None) -> Deadline:
        """The count of a matter's deadline day by day; on another ``calendar`` to compare."""
        wanted = {"calendar": calendar} if calendar else {}
        return cast("Deadline", self._get(f"/matters/{matter}/deadline", **wanted))

    def members(self) -> list[Member]:
        """Everybody in the roster."""
        return cast("list[Member]", self._get("/members")["items"])

    def assignments(self, **wanted: str) -> Iterator[Assignment]:
        """What was handed to units, newest first; filters as the API names them."""
        return cast("Iterator[Assignment]", self._pages("/assignments", wanted))

    def leads(self, **wanted: str) -> Iterator[Lead]:
        """The register of leads, newest first."""
        return cast("Iterator[Lead]", self._pages("/leads", wanted))

    def contacts(self) -> list[Contacts]:
        """Whom to call at each member."""
        return cast("list[Contacts]", self._get("/contacts")["items"])

    def enter_number(self, doc_no: str, document: str | None = None) -> NumberLine:
        """Enter a number 文号 of the office's own document system; ``ApiRefused`` says why it may not be used."""
        return cast("NumberLine", self._call("POST", "/numbers", json={"doc_no": doc_no, "document": document}).json())

    def receive_number(self, document: str, doc_no: str | None = None) -> NumberLine:
        """收文号 of a received document: the one of the document system, or the next."""
        wanted = {"document": document, "doc_no": doc_no}
        return cast("NumberLine", self._call("POST", "/numbers/received", json=wanted).json())

    def quarantine(self) -> Iterator[QuarantineLine]:
        """What was received and refused, newest first."""
        return cast("Iterator[QuarantineLine]", self._pages("/quarantine", {}))

    def statistics(self, since: date, until: date) -> Statistics:
        """Figures from ``since`` to ``until``, both included."""
        return cast("Statistics", self._get("/statistics", since=since.isoformat(), until=until.isoformat()))

    def statistic_matters(self, measure: str, since: date, until: date, **wanted: str) -> Iterator[FigureMatter]:
        """The matters behind one figure; ``wanted``: ``member``, ``peer``, ``scope``."""
        span = {"since": since.isoformat(), "until": until.isoformat()}
        return cast(
            "Iterator[FigureMatter]", self._pages("/statistics/matters", {"measure": measure, **span, **wanted})
        )

    def health(self) -> Health:
        """Depth of the node's queues."""
        return cast("Health", self._get("/health/ready"))

    def ready(self) -> bool:
        """Whether the node takes requests."""
        try:
            return self._http.get("/health/ready").status_code == 200
        except httpx2.TransportError:
            return False

    def _pages(self, path: str, wanted: Mapping[str, str]) -> Iterator[Any]:
        cursor: str | None = None
        while True:
            page = self._get(path, limit=str(self._page), **wanted, **({"cursor": cursor} if cursor else {}))
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return

    def _get(self, path: str, **params: str) -> Any:
        return self._call("GET", path, params=params).json()

    def _call(self, method: str, path: str, **how: Any) -> httpx2.Response:
        try:
            answer = self._http.request(method, path, **how)
        except httpx2.TransportError as error:
            raise ApiAway(f"{method} {path}: {type(error).__name__}") from error
        if answer.status_code in (502, 503, 504):
            raise ApiAway(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        if not answer.is_success:
            raise ApiRefused(answer.status_code, _problem(answer))
        return answer


def _problem(answer: httpx2.Response) -> dict[str, Any]:
    """The problem document; anything else (a proxy's page) is shown as it came."""
    if answer.headers.get("content-type", "").partition(";")[0] == PROBLEM:
        return cast("dict[str, Any]", answer.json())
    return {"code": "not-a-problem", "detail": answer.text[:200]}


def _attached(one: Attachment | UploadedFile) -> dict[str, str]:
    if isinstance(one, UploadedFile):
        return {"name": one.name, "upload": one.sha256}
    return {"name": one.name, "media_type": one.media_type, "content": b64encode(one.content).decode()}
