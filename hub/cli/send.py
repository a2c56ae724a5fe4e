"""``hub send``: record a decision from a file."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from hub.cli.attaching import Files, attached, keep_files
from hub.cli.place import JSON, opened, operator, read_file
from hub.cli.screen import print_json
from hub.cli.words import URGENCY
from hub.core.errors import InvalidInput, Rejected
from hub.core.marks import MARKS

if TYPE_CHECKING:
    from hub.flows.send import Recorded, Request

_MOST_BODY = 256 * 1024
_MARK_HELP = "、".join(f"{name} {title}" for name, title in MARKS.items())


def send(
    ctx: typer.Context,
    kind: str = typer.Argument(..., metavar="种类", help="文书种类，如 assistance_request"),
    file: str | None = typer.Argument(None, metavar="[文件]", help="正文（JSON），- 为标准输入"),
    to: list[str] = typer.Option([], "--to", metavar="单位", help="收件单位，可重复；all 为全体成员"),
    matter: str | None = typer.Option(None, "--matter", metavar="编号", help="在已有事项中办理"),
    urgency: str = typer.Option(
        "normal", "--urgency", metavar="缓急", help="normal 平件、urgent 加急、extra-urgent 特急"
    ),
    mark: str = typer.Option("addressee-only", "--mark", metavar="范围", help=_MARK_HELP),
    requested: str | None = typer.Option(None, "--requested", metavar="日期", help="请求对方答复的日期，如 2026-05-08"),
    replaces: str | None = typer.Option(None, "--replaces", metavar="编号", help="更正哪一份文书"),
    attach: list[Path] = typer.Option([], "--attach", metavar="文件", help="附件，可重复，每件不超过 200 MiB"),
    sealed: list[Path] = typer.Option([], "--sealed", metavar="文件", help="盖章件（PDF、OFD 或扫描件），可重复"),
    scan: list[Path] = typer.Option([], "--scan", metavar="文件", help="纸质材料扫描件，可重复"),
    example: bool = typer.Option(False, "--example", help="只打印一份该种类的有效样例，不发送"),
    as_json: bool = JSON,
) -> int:
    """登记一份文书，由后台签名发出

    先用 hub send --example 种类 取得样例，改好后再发。
    """
    if example:
        print(_example(kind), end="")
        return 0
    if file is None:
        raise InvalidInput("请给出正文文件，或用 - 从标准输入读取", field="file")
    _choice(urgency, URGENCY, "urgency")
    _choice(mark, MARKS, "mark")
    from hub.flows.send import Request

    body = body_of(file)
    sheets = {"annex": attach, "sealed_copy": sealed, "scan": scan}
    files = [attached(path, role, body) for role, paths in sheets.items() for path in paths]
    request = Request(
        kind=kind,
        body=body,
        to=tuple(to),
        matter=matter,
        replaces=replaces,
        mark=mark,
        urgency=urgency,
        requested=requested,
        parts=tuple(meta for _, meta in files),
    )
    done = recorded(ctx, request, files)
    for hint in _hints(kind, body):
        print(f"提示：{hint}", file=sys.stderr)
    return told(done, as_json=as_json)


def recorded(ctx: typer.Context, request: Request, files: Files = ()) -> Recorded:
    """Record a decision at the node, by whoever works at this machine."""
    from hub.flows.send import send as record

    with opened(ctx) as node:
        now = node.clock()
        with node.store.begin() as uow:
            keep_files(uow, files, now)
            return record(
                uow,
                request,
                actor=operator(),
                now=now.replace(microsecond=now.microsecond // 1000 * 1000),
                new_id=node.new_id,
                salt=node.salt,
            )


def _hints(kind: str, body: dict[str, Any]) -> list[str]:
    """What is worth a second look but no reason to refuse: a doubtful card number, a seizure about to lapse."""
    from hub.kinds.kind import check_body
    from hub.kinds.registry import LATEST
    from schemas.catalogue import warnings_of

    checked = check_body(LATEST[kind], json.dumps(body, ensure_ascii=False).encode())
    return [problem.reason_zh for problem in warnings_of(checked)]


def told(done: Recorded, *, as_json: bool) -> int:
    """Say what was recorded; the exit code of a success."""
    if as_json:
        print_json(done)
    else:
        print(f"已登记，收件：{'、'.join(done.audiences)}")
        print(f"文书编号  {done.document}\n事项编号  {done.matter}")
        print(f"查看进度：hub show {done.document}")
    return 0


def body_of(file: str) -> dict[str, Any]:
    """The JSON object in a file or on standard input; raises ``InvalidInput``."""
    from hub.core import ijson

    data = sys.stdin.buffer.read(_MOST_BODY + 1) if file == "-" else read_file(Path(file), "file", _MOST_BODY)
    try:
        value = ijson.loads(data, limit=_MOST_BODY)
    except Rejected as error:
        raise InvalidInput(f"正文{error.detail}", field="body") from error
    if not isinstance(value, dict):
        raise InvalidInput("正文应为一个 JSON 对象", field="body")
    return value


def _example(kind: str) -> str:
    from hub.kinds.registry import LATEST
    from schemas.export import HERE

    if kind not in LATEST:
        raise InvalidInput(f"没有文书种类 {kind}，可用：{'、'.join(LATEST)}", field="kind")
    body = json.loads((HERE / "examples" / kind / "valid-1.json").read_bytes())
    body.pop("attachments", None)  # Their bytes are not here; --attach lists what it is given.
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def _choice(value: str, known: dict[str, str], field: str) -> None:
    if value not in known:
        raise InvalidInput(f"{value} 不在可选范围内：{'、'.join(known)}", field=field)
