"""How operations are described: Chinese and English, an example for every answer, every refusal declared."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from hub.core import errors
from hub.web.api import examples
from hub.web.api.field_titles import name_fields
from hub.web.api.ground import ProblemOut
from hub.web.problems import MEDIA_TYPE, Problem, http_problem, problem_of

_REFUSALS: dict[int, Problem] = {
    400: problem_of(errors.Malformed("重复的键：'kind'", field="kind")),
    401: problem_of(errors.NotSignedIn("缺少访问令牌，或令牌无效", field="Authorization")),
    403: problem_of(errors.NotAllowed("按协作协议，本单位不能向北海市公安局发送“移送处理结果”", field="to")),
    404: problem_of(errors.NotFound("没有事项 019d86c2-9a40-7000-8000-000000000001", field="matter")),
    408: http_problem(408),
    409: problem_of(errors.WrongState("事项当前为“已退回”，不能办理“协查反馈”；现在可办理：无", field="kind")),
    413: problem_of(errors.TooLarge("附件合计不得超过 1024 KiB", field="parts")),
    415: http_problem(415),
    422: problem_of(errors.InvalidInput("标题：必须填写", field="body.title")),
    503: problem_of(errors.DatabaseAway()),
}
READING = (400, 401, 422, 503)
SENDING = (400, 401, 403, 404, 408, 409, 413, 415, 422, 503)

TAGS = [
    {"name": "documents", "description": "文书：登记发出、列表、查看、下载信封 / documents"},
    {"name": "matters", "description": "事项：环节、期限、往来文书 / matters with state, clock and thread"},
    {"name": "subjects", "description": "主体查询：须写明目的，结果遮盖，逐次记入审计日志 / subjects"},
    {"name": "papers", "description": "文稿：拟稿、送审、退回、审核、签发 / working papers until they are signed off"},
    {"name": "directory", "description": "成员单位、文书种类、当前用户 / members, kinds, the caller"},
    {"name": "statistics", "description": "统计指标、背后的事项、报表核对 / figures, matters behind them, reports"},
    {
        "name": "office",
        "description": "本单位：承办单位、交办、线索、文号、联络员、系统外单位、模板 / own work",
    },
    {"name": "oversight", "description": "异常文书、运行状况 / quarantine, health"},
]
_ABOUT = """打击传销跨区域协作节点的接口。

时间为 UTC，形如 `2026-04-13T08:30:00.000Z`；日期按北京时间；金额为两位小数的文本，单位元。

错误一律为 RFC 9457 `application/problem+json`，`code` 稳定可供程序判断，`advice` 说明下一步。

API of one node of the federation. Bodies are strict I-JSON (RFC 7493): no duplicate keys, no fractions, no NaN.
"""


def answers(example: Any, *refusals: int, status: int = 200, media: str = "application/json") -> dict[int | str, Any]:
    """The ``responses`` of an operation: its answer with an example, and each refusal."""
    told: dict[int | str, Any] = {status: {"description": "成功 / success", "content": {media: {"example": example}}}}
    for refusal in refusals:
        problem = _REFUSALS[refusal]
        told[refusal] = {
            "description": f"{problem.title} / problem",
            "content": {
                MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": problem.document()}
            },
        }
    return told


def taking(example: Any) -> dict[str, Any]:
    """What an operation with a JSON body adds to its description: the example of it."""
    return {"requestBody": {"content": {"application/json": {"example": example}}}}


def describe(app: FastAPI) -> None:
    """Make ``app.openapi`` complete; computed once."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(
                title=app.title, version=app.version, description=_ABOUT, routes=app.routes, tags=TAGS
            )
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            schemas["Problem"] = ProblemOut.model_json_schema()
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            name_fields(schemas)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


__all__ = ["READING", "SENDING", "answers", "describe", "examples", "taking"]
