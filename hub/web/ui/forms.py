"""Fields of a posted form, read strictly: one value per name, UTF-8, no U+0000."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from hub.core.errors import InvalidInput

MOST_FIELDS = 150
"""A request may have fifty items, and some acts go item by item."""


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form; the guard has bounded the body already and seen that it comes from our own pages."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in ("", "application/x-www-form-urlencoded"):
        raise InvalidInput("表单格式不正确", field="content-type")
    body = await request.body()
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict", separator="&"
        )
    except ValueError as error:
        raise InvalidInput("表单内容无法识别") from error
    fields = dict(pairs)
    if len(fields) != len(pairs) or any("\x00" in text for text in fields.values()):
        raise InvalidInput("表单内容无法识别")
    # Browsers send line ends as CR LF whatever the page had.
    return {name: text.replace("\r\n", "\n").strip() for name, text in fields.items()}


Form = Annotated[dict[str, str], Depends(form_of)]
