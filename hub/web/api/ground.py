"""What all models of the API stand on: moments, patterns, pages, problems."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from hub.core.ids import wire_time

R = TypeVar("R")

Moment = Annotated[
    datetime,
    PlainSerializer(wire_time, return_type=str),
    Field(json_schema_extra={"format": "date-time", "examples": ["2026-04-13T08:30:00.000Z"]}),
]
MEDIA = r"^[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}$"
UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
HASH_TEXT = r"^[0-9a-f]{64}$"
MEMBER = r"^(all|[0-9]{6}-[a-z]{2,8}(-[0-9]{1,3})?)$"
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$"


class In(BaseModel):
    """Ground of what comes in: strict types, no unknown field."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


class Out(BaseModel):
    """Ground of what goes out, built from the rows of the read models."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Listing(Out, Generic[R]):
    """One page. ``next``: cursor of the page after it, null on the last."""

    items: list[R]
    next: str | None


class ProblemOut(Out):
    """RFC 9457 problem document."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    field: str | None
    advice: str
