"""Files a person attaches at the command line: read piece by piece, whatever their size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub.cli.screen import fault
from hub.core.errors import InvalidInput

if TYPE_CHECKING:
    from hub.flows.ports import UnitOfWork
    from hub.flows.rows import PartMeta

Files = Sequence[tuple[Path, "PartMeta"]]


def attached(path: Path, role: str, body: dict[str, Any]) -> tuple[Path, PartMeta]:
    """A file as the header will name it; it is listed in the body unless the body lists these bytes already."""
    from hub.core.pieces import digest_of
    from hub.flows.rows import PartMeta
    from hub.flows.steps.files import LONGEST_HEAD, media_type_of

    size, head = _measured(path)
    media = media_type_of(path.name, size, head[:LONGEST_HEAD])
    digest = digest_of(_pieces(path))
    listed = body.setdefault("attachments", [])
    known = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    found = next((str(one.get("media_type")) for one in known if one.get("part") == digest), None)
    if found is None and isinstance(listed, list):
        listed.append({"name": path.name, "part": digest, "size": size, "media_type": media, "role": role})
    return path, PartMeta(digest, size, found or media)


def keep_files(uow: UnitOfWork, files: Files, now: datetime) -> None:
    """Keep these files at the node, in the transaction that records what they belong to."""
    from hub.core.ids import wire_time
    from hub.core.pieces import PIECE, digest_of

    for path, meta in files:
        content = f"{path.name}:{meta.sha256}:{wire_time(now)}"
        for number, piece in enumerate(_pieces(path)):
            uow.parts.keep(content, [(number * PIECE, piece)])
        starts = uow.parts.starts(content)
        if digest_of(uow.parts.kept(content, start) or b"" for start in starts) != meta.sha256:
            raise InvalidInput(f"文件 {path} 在读取时被改动", field="attach", advice="请重新提交。")
        uow.parts.adopt(meta, content)


def _measured(path: Path) -> tuple[int, bytes]:
    try:
        return path.stat().st_size, next(_pieces(path), b"")
    except OSError as error:
        raise InvalidInput(f"无法读取文件 {path}：{fault(error)}", field="attach") from error


def _pieces(path: Path) -> Iterator[bytes]:
    from hub.core.pieces import PIECE

    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece
    except OSError as error:
        raise InvalidInput(f"无法读取文件 {path}：{fault(error)}", field="attach") from error
