"""What an address may hold: ids in the path, cursor, text and days in the query; the same for programs and people."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Path, Query

from hub.core.ids import HASH_PATTERN, UUID_PATTERN

DOCUMENT = "019d86c2-9a40-7000-8000-000000000001"
MATTER = "019d86c2-9a40-7000-8000-000000000002"
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
"""Ids for examples."""

# The validator's own patterns know no ``\Z``; their ``$`` matches at the very end only.
_UUID, _HASH = (pattern.replace(r"\Z", "$") for pattern in (UUID_PATTERN, HASH_PATTERN))
EARLIEST, LATEST_DAY = date(2000, 1, 1), date(2999, 12, 31)
Limit = Annotated[int, Query(ge=1, le=100, description="每页条数 / page size")]
Cursor = Annotated[str | None, Query(max_length=200, description="上一页给出的 next / cursor of the page before")]
Text = Annotated[str | None, Query(min_length=1, max_length=100, description="标题中的文字 / part of the title")]
Day = Annotated[date | None, Query(ge=EARLIEST, le=LATEST_DAY, description="北京时间日期 / civil day of +08:00")]
DocumentId = Annotated[str, Path(pattern=_UUID, description="文书编号 / document id", examples=[DOCUMENT])]
Hash = Annotated[str, Path(pattern=_HASH, description="存证编号", examples=[HASH])]
PaperId = Annotated[str, Path(pattern=_UUID, description="文稿编号 / working paper id", examples=[DOCUMENT])]
MatterId = Annotated[str, Path(pattern=_UUID, description="事项编号 / matter id", examples=[MATTER])]
