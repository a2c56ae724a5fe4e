"""What a paper's form sends: up to three thousand fields, with files beside them only where files are taken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from hub.core.errors import InvalidInput
from hub.core.ids import sha256

MOST_FIELDS = 3000
"""Fifty parties with their accounts, and fifty items."""
_MOST_FILES = 5
_MOST_PART = 1024 * 1024
_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Given:
    """A file that came with a form."""

    field: str
    name: str
    content: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of it."""
        return sha256(self.content)


@dataclass(frozen=True, slots=True)
class Filled:
    """A posted form: texts by name, and files."""

    texts: dict[str, str]
    files: tuple[Given, ...] = ()


async def filled_of(request: Request) -> Filled:
    """The form; the guard has bounded its bytes and seen that it comes from our own pages."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == _MULTIPART and request.url.path.endswith(("/files", "/sheet")):
        return await _multipart(request)
    if media_type not in ("", _FORM):
        raise InvalidInput("表单格式不正确", field="content-type")
    try:
        text = (await request.body()).decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict", separator="&")
    except ValueError as error:
        raise InvalidInput("表单内容无法识别，或填写的项目过多") from error
    return Filled(_texts(pairs))


async def _multipart(request: Request) -> Filled:
    async with request.form(max_files=_MOST_FILES, max_fields=MOST_FIELDS, max_part_size=_MOST_PART) as form:
        pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
        files = [
            Given(name, value.filename or "", await value.read())
            for name, value in form.multi_items()
            if isinstance(value, UploadFile) and value.filename
        ]
    return Filled(_texts(pairs), tuple(files))


def _texts(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """One value per name; the last button pressed is one of them."""
    texts: dict[str, str] = {}
    for name, text in pairs:
        if name in texts or "\x00" in text or "\x00" in name:
            raise InvalidInput("表单内容无法识别")
        # Browsers send line ends as CR LF whatever the page had.
        texts[name] = text.replace("\r\n", "\n")
    return texts


FilledForm = Annotated[Filled, Depends(filled_of)]
