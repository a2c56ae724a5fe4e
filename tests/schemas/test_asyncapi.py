"""The AsyncAPI description is what the broker and the wire really do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from hub.transport.rabbitmq_loop import EXCHANGE, inbox_of
from schemas import asyncapi
from schemas.catalogue import BODIES
from schemas.export import HERE
from tests.builders import signed_message

DOCUMENT = asyncapi.document()


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_every_reference_leads_somewhere() -> None:
    for reference in references(DOCUMENT):
        if reference.startswith("./"):
            assert (HERE / "json" / reference).is_file(), reference
            continue
        target: Any = DOCUMENT
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]


def test_every_kind_is_described_and_the_addresses_are_those_of_the_broker() -> None:
    assert {kind for kind, _ in BODIES} <= DOCUMENT["components"]["messages"].keys()
    assert DOCUMENT["channels"]["inbox"]["address"] == inbox_of("{member}")
    assert DOCUMENT["channels"]["outbound"]["bindings"]["amqp"]["exchange"]["name"] == EXCHANGE


def test_a_real_message_fits_its_description_and_an_altered_one_does_not() -> None:
    schema = DOCUMENT["components"]["messages"]["case_notice"]["payload"]
    message = json.loads(signed_message())
    validator = Draft202012Validator(schema)
    validator.validate(message)
    with pytest.raises(ValidationError):
        validator.validate({**message, "note": "more"})
