"""The one table from errors to HTTP answers, and problem documents (RFC 9457) with stable codes.

``type`` is ``urn:antipyramid:problem:<code>``; ``detail`` says in Chinese what is wrong, ``field`` where, ``advice``
what to do next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.responses import JSONResponse

from hub.core import errors
from hub.core.errors import HubError

URN = "urn:antipyramid:problem:"
MEDIA_TYPE = "application/problem+json"

STATUS: dict[type[HubError], int] = {
    errors.HubError: 400,
    errors.Refused: 400,
    errors.InvalidInput: 422,
    errors.NotAllowed: 403,
    errors.AgainstMark: 403,
    errors.NotFound: 404,
    errors.WrongState: 409,
    errors.Classified: 422,
    errors.Conflict: 409,
    errors.NotSignedIn: 401,
    errors.TooLarge: 413,
    # The node itself is not fit to answer: no request could mend that.
    errors.Misconfigured: 503,
    errors.Rejected: 422,
    errors.Malformed: 400,
    errors.Oversized: 413,
    errors.BadSignature: 422,
    errors.UnknownSender: 422,
    errors.KeyRevoked: 422,
    errors.NotAMember: 422,
    errors.WeakKey: 422,
    errors.NotForUs: 422,
    errors.WrongPurpose: 422,
    errors.BodyMismatch: 422,
    errors.Unopenable: 422,
    errors.BrokenRules: 422,
    errors.Equivocation: 409,
    errors.StaleTrust: 422,
    errors.Unavailable: 503,
    errors.DatabaseAway: 503,
    errors.TransportAway: 503,
    errors.FieldUnreadable: 503,
    errors.MailAway: 503,
    errors.SealAway: 503,
}
"""Total over the classes of ``hub.core.errors``; a test holds it so."""

RETRY_AFTER = "5"
"""Seconds a client should wait for a database that is away."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One answer that says no."""

    status: int
    code: str
    title: str
    detail: str
    advice: str
    field: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """What this status owes the client besides the body."""
        if self.status == 503:
            return {"Retry-After": RETRY_AFTER}
        if self.status == 401:
            return {"WWW-Authenticate": 'Bearer realm="hub"'}
        return {"Connection": "close"} if self.status in (408, 413, 431) else {}

    def document(self) -> dict[str, Any]:
        """The members of the problem document."""
        return {
            "type": URN + self.code,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "field": self.field,
            "advice": self.advice,
        }

    def response(self) -> JSONResponse:
        """The problem document as an answer."""
        return JSONResponse(self.document(), self.status, headers=self.headers, media_type=MEDIA_TYPE)


def _plain(status: int, code: str, title: str, detail: str, advice: str) -> tuple[int, Problem]:
    return status, Problem(status, code, title, detail, advice)


HTTP: dict[int, Problem] = dict(
    [
        _plain(400, "bad-request", "请求无法理解", "请求格式不正确", "请对照接口说明检查请求。"),
        _plain(404, "not-found", "未找到", "没有这个地址", "请核对网址，或从工作台重新进入。"),
        _plain(405, "method-not-allowed", "不支持的操作", "这个地址不支持该请求方法", "请对照接口说明检查请求方法。"),
        _plain(408, "too-slow", "请求超时", "请求内容没有在规定时间内到齐", "请检查网络后重新提交。"),
        _plain(413, "too-large", "内容超过上限", "请求内容过长", "请压缩或拆分附件后再提交。"),
        _plain(414, "target-too-long", "网址过长", "网址或查询条件过长", "请减少查询条件。"),
        _plain(
            415,
            "media-type",
            "内容类型不符",
            "请求内容须为 application/json",
            "请设置 Content-Type: application/json。",
        ),
        _plain(431, "head-too-large", "请求头过长", "请求头字段过多或过长", "请减少请求头或清除 Cookie 后重试。"),
        _plain(500, "internal", "系统内部错误", "本次请求没有完成，未作任何登记", "请稍后重试；仍然出现时联系管理员。"),
    ]
)
"""Refusals that are not about the content."""


def problem_of(error: HubError) -> Problem:
    """What to answer to one of our own errors."""
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    return Problem(status, error.code, error.title, error.detail, error.next_step, error.field)


def http_problem(status: int) -> Problem:
    """What to answer to a bare status of the framework."""
    known = HTTP.get(status)
    if known is not None:
        return known
    return replace(HTTP[400 if status < 500 else 500], status=status)


_REASONS = {
    "missing": "必须填写",
    "extra_forbidden": "不认识的字段",
    "string_type": "应为文字",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "bool_parsing": "应为 true 或 false",
    "date_from_datetime_parsing": "应为日期，形如 2026-05-09",
    "date_parsing": "应为日期，形如 2026-05-09",
    "datetime_parsing": "应为时间，形如 2026-05-09T08:30:00.000Z",
    "datetime_from_date_parsing": "应为时间，形如 2026-05-09T08:30:00.000Z",
    "list_type": "应为列表",
    "dict_type": "应为一组字段",
    "model_attributes_type": "应为一组字段",
    "model_type": "应为一组字段",
    "string_pattern_mismatch": "格式不正确",
    "literal_error": "不在可选范围内",
    "enum": "不在可选范围内",
    "greater_than_equal": "数值过小",
    "less_than_equal": "数值过大",
    "string_too_long": "过长",
    "string_too_short": "过短",
    "too_long": "项数过多",
    "json_invalid": "不是合法的 JSON",
}
_WHERE = {"body", "query", "path", "header"}


def validation_problem(error: RequestValidationError) -> Problem:
    """Every wrong parameter in one sentence; the value itself is never repeated, it may be an identity number."""
    found: Sequence[dict[str, Any]] = error.errors()
    places = [".".join(str(step) for step in one["loc"] if step not in _WHERE) or "请求内容" for one in found]
    told = [f"{place}：{_REASONS.get(one['type'], '内容不正确')}" for place, one in zip(places, found, strict=True)]
    return problem_of(errors.InvalidInput("；".join(told[:20]), field=places[0] if places else None))
