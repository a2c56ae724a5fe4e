"""The examples on disk and the three readers they are tried on."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator

from schemas.catalogue import BODIES
from schemas.export import HERE

EXAMPLES = HERE / "examples"


def examples(pattern: str) -> list[Path]:
    return sorted(EXAMPLES.glob(f"*/{pattern}.json"))


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def body_of(path: Path) -> Any:
    return BODIES[path.parent.name, newest(path.parent.name)]


def newest(kind: str) -> int:
    return max(version for one, version in BODIES if one == kind)


@cache
def schema(kind: str) -> dict[str, Any]:
    return json.loads((HERE / "json" / kind / f"{newest(kind)}.json").read_text(encoding="utf-8"))


@cache
def _readers(kind: str) -> tuple[Draft202012Validator, Any]:
    return Draft202012Validator(schema(kind)), jsonschema_rs.validator_for(schema(kind))


def schemas_accept(kind: str, document: Any) -> bool:
    """Both JSON schema libraries must be of one mind."""
    python, rust = (reader.is_valid(document) for reader in _readers(kind))
    assert python == rust, "the two JSON schema libraries disagree"
    return bool(python)
