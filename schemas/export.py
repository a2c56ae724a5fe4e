"""The JSON schemas (draft 2020-12) that other languages read, written from the models."""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from schemas import asyncapi
from schemas.catalogue import BODIES, TITLES

HERE = Path(__file__).resolve().parent
DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _NoNullDefaults(GenerateJsonSchema):
    """A field that may be left out has no default value: absent is absent, and null is refused."""

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Leave ``default: null`` out."""
        if schema.get("default", ...) is None:
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)


def schema_of(model: type[BaseModel], identity: str, title: str | None = None) -> dict[str, Any]:
    """One model as a JSON schema document."""
    schema = model.model_json_schema(schema_generator=_NoNullDefaults)
    head: dict[str, Any] = {"$schema": DIALECT, "$id": identity}
    if title is not None:
        head["title"] = title
    return {**head, **{key: value for key, value in schema.items() if key not in head}}


def documents() -> dict[Path, dict[str, Any]]:
    """Every schema document under its file."""
    found = {
        HERE / "json" / kind / f"{version}.json": schema_of(
            model, f"urn:antipyramid:schema:{kind}:{version}", TITLES[kind]
        )
        for (kind, version), model in BODIES.items()
    }
    for name, model in wire_models().items():
        found[HERE / "json" / "wire" / f"{name}.json"] = schema_of(model, f"urn:antipyramid:schema:wire:{name}:1")
    found[HERE / "json" / "asyncapi.json"] = asyncapi.document()
    return found


def wire_models() -> dict[str, type[BaseModel]]:
    """The models of the signed frames."""
    from schemas import wire

    return dict(getattr(wire, "WIRE", {}))


def text_of(document: dict[str, Any]) -> str:
    """The bytes of a schema file: stable order, readable Chinese."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def export() -> list[Path]:
    """Write every file that differs, drop those no model stands for; returns what changed."""
    wanted = documents()
    changed = [path for path, document in wanted.items() if _write(path, text_of(document))]
    for path in sorted((HERE / "json").rglob("*.json")):
        if path not in wanted:
            path.unlink()
            changed.append(path)
    return changed


def _write(path: Path, text: str) -> bool:
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True
