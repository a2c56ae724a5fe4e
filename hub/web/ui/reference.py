"""接口说明: the API's description for reading, drawn from the OpenAPI document; no script, nothing from elsewhere.

Swagger UI, Redoc and their like were left out: their screens are English, they show no title of a field, and they bring
more than a megabyte of script for what one template prints.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from starlette.responses import Response

from hub.core.errors import NotFound
from hub.web.auth import Anybody
from hub.web.deps import Node
from hub.web.ui.manual import PARTS
from hub.web.ui.render import page

router = APIRouter()
Document = dict[str, Any]

_SORTS = {
    "string": "文本",
    "integer": "整数",
    "number": "数",
    "boolean": "是否",
    "array": "列表",
    "object": "对象",
    "null": "空",
}
_PATTERNS = (
    (r"^\^\[0-9\]\{4\}-\[0-9\]\{2\}-\[0-9\]\{2\}\$$", "日期，如 2026-11-21"),
    (r"^\^\[0-9\]\{4\}-.*T", "时刻，如 2026-04-13T08:30:00.000Z"),
    (r"-7\[0-9a-f\]", "编号（UUIDv7）"),
    (r"\{64\}", "摘要（SHA-256，十六进制）"),
    (r"\(all\|", "成员编号，如 450500-mr；或 all"),
)
_DEEPEST = 6
"""Objects inside objects are shown so far; none of ours goes deeper."""


class Field(NamedTuple):
    """One field of a body or one parameter, with the fields inside it."""

    name: str
    title: str
    sort: str
    needed: bool
    about: str
    choices: tuple[str, ...]
    below: tuple[Field, ...] = ()


class Refusal(NamedTuple):
    """One way an operation may be refused."""

    status: str
    title: str
    code: str


class Operation(NamedTuple):
    """One operation as it is shown."""

    id: str
    method: str
    path: str
    title: str
    parameters: tuple[tuple[str, Field], ...]
    """(where it stands, what it is)"""
    body: tuple[Field, ...]
    body_example: str
    answer_status: str
    answer: tuple[Field, ...]
    answer_example: str
    media: str
    refusals: tuple[Refusal, ...]
    curl: str


@router.get("/help/api")
def show_overview(request: Request, node: Node, user: Anybody) -> Response:
    """How to call the API, its groups and operations, and every refusal with its code."""
    document = request.app.openapi()
    every = list(operations(document, _base(request)))
    refusals = sorted({one for operation in every for one in operation.refusals})
    told = {"groups": _groups(document), "by_tag": _by_tag(document, every), "refusals": refusals}
    return page(request, node, user, "help_api.html", parts=PARTS, name="api", words="", base=_base(request), **told)


@router.get("/help/api/{name}")
def show_group(request: Request, node: Node, user: Anybody, name: str) -> Response:
    """The operations of one group with fields and examples; raises ``NotFound``."""
    document = request.app.openapi()
    groups = _groups(document)
    if name not in groups:
        raise NotFound("接口说明中没有这一组", field="name", advice="请从接口说明的目录中选择。")
    shown = _by_tag(document, list(operations(document, _base(request))))[name]
    told = {"group": name, "groups": groups, "shown": shown}
    return page(request, node, user, "help_api_group.html", parts=PARTS, name="api", words="", **told)


def operations(document: Document, base: str) -> Iterator[Operation]:
    """Every operation of the document; ``base``: the node's address in the lines for curl."""
    for path, item in document["paths"].items():
        for method, told in item.items():
            yield _operation(document, base, path, method, told)


def _operation(document: Document, base: str, path: str, method: str, told: Document) -> Operation:
    status, answer = next((key, one) for key, one in told["responses"].items() if key < "400")
    media, content = next(iter(answer["content"].items()))
    asked = told.get("requestBody", {}).get("content", {}).get("application/json", {})
    return Operation(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        title=_chinese(told["summary"]),
        parameters=tuple((_PLACES[one["in"]], _parameter(document, one)) for one in told.get("parameters", ())),
        body=_inside(document, asked.get("schema", {}), ()),
        body_example=_printed(asked.get("example")),
        answer_status=status,
        answer=_inside(document, content.get("schema", {}), ()),
        answer_example=_printed(content.get("example")) if media == "application/json" else "",
        media=media,
        refusals=tuple(_refusals(told["responses"])),
        curl=_curl(base, path, method, told),
    )


_PLACES = {"path": "地址", "query": "查询", "header": "请求头", "cookie": "Cookie"}


def _refusals(responses: Document) -> Iterator[Refusal]:
    for status, answer in responses.items():
        problem = answer["content"].get("application/problem+json")
        if problem is not None:
            yield Refusal(status, problem["example"]["title"], problem["example"]["code"])


def _parameter(document: Document, told: Document) -> Field:
    schema = _plain(document, told["schema"])
    sort, choices = _sort(document, schema)
    about = _chinese(told.get("description", ""))
    return Field(told["name"], "", sort, told.get("required", False), about, choices)


def _inside(document: Document, schema: Document, seen: tuple[str, ...]) -> tuple[Field, ...]:
    """The fields of what the schema describes: of an object, of a list's items, of the one choice that is no null."""
    reference = schema.get("$ref", "")
    if reference in seen or len(seen) > _DEEPEST:
        return ()
    seen = (*seen, reference) if reference else seen
    schema = _plain(document, schema)
    if "items" in schema:
        return _inside(document, schema["items"], seen)
    for one in schema.get("anyOf", ()):
        if found := _inside(document, one, seen):
            return found
    needed = schema.get("required", ())
    return tuple(
        _field(document, name, one, name in needed, seen) for name, one in schema.get("properties", {}).items()
    )


def _field(document: Document, name: str, schema: Document, needed: bool, seen: tuple[str, ...]) -> Field:
    sort, choices = _sort(document, _plain(document, schema))
    about = _chinese(schema.get("description", ""))
    return Field(name, _chinese(schema.get("title", "")), sort, needed, about, choices, _inside(document, schema, seen))


def _sort(document: Document, schema: Document) -> tuple[str, tuple[str, ...]]:
    """What may stand there, in words, and the values to choose from."""
    ways = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    if ways:
        sort, choices = _sort(document, _plain(document, ways[0]))
        return (f"{sort}，可为空" if len(ways) < len(schema["anyOf"]) else sort), choices
    if "items" in schema:
        sort, choices = _sort(document, _plain(document, schema["items"]))
        return f"列表（{sort}）", choices
    pattern = schema.get("pattern", "")
    word = next((word for one, word in _PATTERNS if re.search(one, pattern)), "") if pattern else ""
    sort = word or _SORTS.get(schema.get("type", ""), "任意")
    longest = schema.get("maxLength")
    return (f"{sort}，最多 {longest} 字" if longest and not word else sort), tuple(map(str, schema.get("enum", ())))


def _plain(document: Document, schema: Document) -> Document:
    """The schema itself, where it only refers to one; what stands beside the reference is kept."""
    if "$ref" not in schema:
        return schema
    found: Document = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found | {name: value for name, value in schema.items() if name != "$ref"}


def _curl(base: str, path: str, method: str, told: Document) -> str:
    """A line to try the operation by; the body stands in a file, for it may be long."""
    parts = ["curl"] if method == "get" else ["curl", f"-X {method.upper()}"]
    query = []
    for one in told.get("parameters", ()):
        example = str(next(iter(one["schema"].get("examples", ("…",)))))
        if one["in"] == "path":
            path = path.replace("{" + one["name"] + "}", example)
        elif one["in"] == "header":
            parts.append(f"-H '{one['name']}: {example}'")
        elif one.get("required"):
            query.append(f"{one['name']}={example}")
    if told.get("security"):
        parts.append("-H 'Authorization: Bearer 令牌'")
    if "requestBody" in told:
        parts.append("-H 'Content-Type: application/json' -d @内容.json")
    return " ".join([*parts, f"'{base}{path}{'?' if query else ''}{'&'.join(query)}'"])


def _groups(document: Document) -> dict[str, str]:
    """Name of a group -> its title."""
    return {tag["name"]: _chinese(tag["description"]) for tag in document["tags"]}


def _by_tag(document: Document, every: list[Operation]) -> dict[str, list[Operation]]:
    tags = {told["operationId"]: told["tags"][0] for item in document["paths"].values() for told in item.values()}
    return {name: [one for one in every if tags[one.id] == name] for name in _groups(document)}


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _chinese(text: str) -> str:
    """The Chinese half of 中文 / English; nothing of a text that is English alone."""
    chinese = text.partition(" / ")[0]
    return "" if chinese.isascii() and " " in chinese else chinese


def _printed(example: Any) -> str:
    return "" if example is None else json.dumps(example, ensure_ascii=False, indent=2)
