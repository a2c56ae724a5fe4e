"""The ground of every body schema: a strict frozen model, rules between fields, optional fields that refuse null.

A body is accepted or refused, never changed: signed bytes stay as they are, so no validator here returns anything but
the value it was given. What a drafting screen may tidy first stands in :mod:`schemas.normalise`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, PydanticCustomError

T = TypeVar("T")


class _AbsentNotNull:
    """Marks a field that may be left out but never be null, so that one fact has one spelling on the wire."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        inner: CoreSchema = schema["schema"] if schema["type"] == "nullable" else schema
        return inner


Opt = Annotated[T | None, _AbsentNotNull()]
"""``Opt[X]``: the member may be missing; ``null`` is refused like any other wrong type."""


def about(title: str, description: str, *, default: Any = ..., **extra: Any) -> Any:
    """Describe one field: its Chinese title, and its source or unit."""
    info: FieldInfo = Field(default, title=title, description=description, **extra)
    return info


def maybe(title: str, description: str, **extra: Any) -> Any:
    """Describe one field that may be left out."""
    return about(title, description, default=None, **extra)


def labels(names: Mapping[str, str], **extra: Any) -> Any:
    """Chinese names for the values of a choice, carried into the JSON schema as ``x-labels`` for forms and pages."""
    info: FieldInfo = Field(json_schema_extra={"x-labels": dict(names), **extra})
    return info


@dataclass(frozen=True, slots=True)
class When:
    """If ``field`` holds one of ``values``, these others must be there, must not be, or one of them must be."""

    field: str
    values: tuple[str | bool, ...]
    requires: tuple[str, ...] = ()
    forbids: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()

    def breaches(self, values: Mapping[str, Any]) -> tuple[str, tuple[str, ...]] | None:
        """For a rule that applies: name the first kind of breach and the fields concerned, or nothing."""
        missing = tuple(name for name in self.requires if values.get(name) is None)
        if missing:
            return "required_when", missing
        surplus = tuple(name for name in self.forbids if values.get(name) is not None)
        if surplus:
            return "forbidden_when", surplus
        if self.any_of and all(values.get(name) is None for name in self.any_of):
            return "any_required_when", self.any_of
        return None

    def json_schema(self) -> dict[str, Any]:
        """Say the same in JSON Schema."""
        then: dict[str, Any] = {}
        if self.requires:
            then["required"] = list(self.requires)
        if self.forbids:
            then["properties"] = dict.fromkeys(self.forbids, False)
        if self.any_of:
            then["anyOf"] = [{"required": [name]} for name in self.any_of]
        test = {"properties": {self.field: {"enum": list(self.values)}}, "required": [self.field]}
        return {"if": test, "then": then}


_SENTENCES = {
    "required_when": "必须填写",
    "forbidden_when": "不得填写",
    "any_required_when": "至少填写其中一项",
}


class Part(BaseModel):
    """A group of fields: strict, frozen, closed to unknown fields, with its own rules between fields."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", hide_input_in_errors=True)

    RULES: ClassVar[tuple[When, ...]] = ()

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Add the rules between fields to the exported schema."""
        found = handler(schema)
        if cls.RULES:
            handler.resolve_ref_schema(found)["allOf"] = [rule.json_schema() for rule in cls.RULES]
        return found


class Ruled(Part):
    """A part whose ``RULES`` are enforced; parts without rules stay free of the cost."""

    @model_validator(mode="after")
    def _keep_the_rules(self) -> Self:
        values = self.__dict__
        for rule in self.RULES:
            breach = rule.breaches(values) if values[rule.field] in rule.values else None
            if breach is not None:
                code, fields = breach
                raise fault(code, _SENTENCES[code], *fields, because_of=rule.field)
        self.check()
        return self

    def check(self) -> None:
        """Look at what no table can say (orders of dates, sums); raise :func:`fault`."""


def fault(code: str, sentence: str, *fields: str, because_of: str = "") -> PydanticCustomError:
    """Build the error of a rule; ``fields`` and ``because_of`` (what made it apply) are named below its place."""
    context = {"code": code, "sentence": sentence, "fields": list(fields), "because_of": because_of}
    return PydanticCustomError("rule", "{sentence}", context)
