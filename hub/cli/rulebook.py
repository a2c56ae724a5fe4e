"""Which agreement a command reads: the file it names, this node's own, or the demonstration's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hub.cli.place import home_of, read_file, views_of
from hub.core.errors import InvalidInput, NotFound, Rejected

if TYPE_CHECKING:
    import typer

    from schemas.wire.agreement import Agreement

MOST = 1024 * 1024
"""Bytes of an agreement file."""
_DEMO = Path(__file__).resolve().parent.parent.parent / "deploy" / "demo" / "agreement.json"


class Rulebook(NamedTuple):
    """An agreement, where it is from, our own calendar if there is a node, and the versions the node knows."""

    agreement: Agreement
    source: str
    calendar: str | None
    versions: tuple[int, ...]


def rulebook(ctx: typer.Context, path: Path | None) -> Rulebook:
    """The agreement to go by; raises ``NotFound`` where there is none and ``InvalidInput`` for an unreadable file."""
    from hub.settings import FILE

    if path is not None:
        found = read_agreement(path)
        return Rulebook(found, str(path), None, (found.version,))
    if (home_of(ctx) / FILE).exists():
        with views_of(ctx) as (node, views):
            trust = views.trust()
        versions = tuple(sorted({*trust.past, trust.agreement.version}))
        own = trust.member(node.settings.member).calendar
        return Rulebook(trust.agreement, "本节点的协作协议", own, versions)
    if not _DEMO.exists():
        raise NotFound("这里没有节点，也没有协作协议", field="agreement", advice="请用 --home 或 --agreement 指明。")
    found = read_agreement(_DEMO)
    return Rulebook(found, "演示协议，仅供参考", None, (found.version,))


def read_agreement(path: Path) -> Agreement:
    """A signed agreement file, or its bare content; signatures are not checked here, for nothing is stored."""
    from hub.core import envelope as wire
    from schemas.wire.agreement import Agreement

    data = read_file(path, "agreement", MOST)
    try:
        payload = wire.decode(data).payload if is_signed(data) else data
        return wire.parse(Agreement, payload)
    except Rejected as error:
        raise InvalidInput(f"协作协议文件无法读取：{error.detail}", field="agreement") from error


def is_signed(data: bytes) -> bool:
    """True for an envelope, whose first field names the type of its payload."""
    return b'"payloadType"' in data[:64]
