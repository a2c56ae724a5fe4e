"""Validation errors in Chinese: which field, by its title, what is wrong with it, and what to do.

Never repeats the value that was refused: it may be an identity number.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from schemas.parts import PATTERN_SENTENCES


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: ``field`` is the path in the JSON (``items.0.target``), ``code`` is stable for programs."""

    field: str
    reason_zh: str
    code: str


_SENTENCES = {
    "missing": "必须填写",
    "extra_forbidden": "不是本文书的字段",
    "string_type": "应为文字",
    "string_unicode": "含有无法识别的字符",
    "string_too_short": "不得少于 {min_length} 个字",
    "string_too_long": "不得超过 {max_length} 个字",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "int_parsing_size": "数值过大",
    "greater_than_equal": "不得小于 {ge}",
    "less_than_equal": "不得大于 {le}",
    "bool_type": "应为 是 或 否",
    "literal_error": "不在可选范围内",
    "enum": "不在可选范围内",
    "too_short": "不得少于 {min_length} 项",
    "too_long": "不得超过 {max_length} 项",
    "tuple_type": "应为列表",
    "list_type": "应为列表",
    "dict_type": "应为一组字段",
    "model_type": "应为一组字段",
    "json_invalid": "不是有效的 JSON",
    "json_type": "应为 JSON 文本",
    "rule": "{sentence}",
}


def error_text(error: ValidationError, model: type[BaseModel] | None = None) -> list[Problem]:
    """Translate every error; ``model`` may be left out for the bodies of the catalogue, known by their class name."""
    known = model or _model_named(error.title)
    details = error.errors(include_url=False, include_input=False)
    return [problem for detail in details if not _echo(detail, details) for problem in _problems(detail, known)]


def _echo(detail: ErrorDetails, details: list[ErrorDetails]) -> bool:
    """A list whose wrong items were dropped is also called too short; only the items' own errors are worth telling."""
    place = detail["loc"]
    return detail["type"] == "too_short" and any(
        len(other["loc"]) > len(place) and other["loc"][: len(place)] == place for other in details
    )


def _model_named(name: str) -> type[BaseModel] | None:
    from schemas.catalogue import BODIES

    return next((body for body in BODIES.values() if body.__name__ == name), None)


def _problems(detail: ErrorDetails, model: type[BaseModel] | None) -> Iterator[Problem]:
    context: dict[str, Any] = detail.get("ctx", {})
    code = str(context.get("code", detail["type"]))
    fields = context.get("fields") or [None]
    for name in fields:
        place = detail["loc"] if name is None else (*detail["loc"], name)
        yield Problem(
            field=".".join(str(step) for step in place),
            reason_zh=f"{label_of(model, place)}：{_sentence(detail, context, model, place)}",
            code=code,
        )


def _sentence(
    detail: ErrorDetails, context: dict[str, Any], model: type[BaseModel] | None, place: tuple[int | str, ...]
) -> str:
    """The sentence for one error; an own error type carries its Chinese sentence as message."""
    if detail["type"] == "string_pattern_mismatch":
        return _pattern_sentence(str(context.get("pattern")), _walk(model, place)[-1][1])
    template = _SENTENCES.get(detail["type"])
    if template is None:
        return detail["msg"] if not detail["msg"].isascii() else "内容不正确"
    sentence = template.format(**context) if "{" in template else template
    if context.get("because_of"):
        return f"按所选“{label_of(model, (*place[:-1], context['because_of']))}”，{sentence}"
    return sentence


def _pattern_sentence(pattern: str, info: FieldInfo | None) -> str:
    known = PATTERN_SENTENCES.get(pattern)
    if known is not None:
        return known
    hint = info.description if info is not None else None
    return f"格式不正确（{hint}）" if hint else "格式不正确"


def label_of(model: type[BaseModel] | None, place: tuple[int | str, ...]) -> str:
    """The Chinese name of a place: ``协查事项第2项·协查对象``; unknown fields keep their own name."""
    words: list[str] = []
    for step, info in _walk(model, place):
        if isinstance(step, int):
            words.append(f"第{step + 1}项")
        elif step is not None:
            title = (info.title if info is not None else None) or f"“{step}”"
            words.append(f"·{title}" if words else title)
    return "".join(words) or "整份文书"


def _walk(
    model: type[BaseModel] | None, place: tuple[int | str, ...]
) -> list[tuple[int | str | None, FieldInfo | None]]:
    """Follow a place through the models: each step with the field it names, where one is known."""
    steps: list[tuple[int | str | None, FieldInfo | None]] = [(None, None)]
    here = model
    info: FieldInfo | None = None
    for step in place:
        if isinstance(step, int):
            steps.append((step, info))
            continue
        info = here.model_fields.get(step) if here is not None else None
        here = _model_in(info.annotation) if info is not None else None
        steps.append((step, info))
    return steps


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model inside ``X``, ``X | None``, ``tuple[X, ...]`` or an annotated form of them."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part)) is not None), None)
