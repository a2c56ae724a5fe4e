"""Where a worker's time goes, by what the code is about rather than by function."""

from __future__ import annotations

import cProfile
import pstats
from collections import Counter

_BUILTINS = {
    "verify": "verify signatures",
    "sign": "sign",
    "json": "read JSON",
    "validate_json": "check schemas (pydantic)",
    "loads": "read JSON",
    "sha256": "hash",
}
_PLACES = (
    ("/sqlalchemy/", "SQLAlchemy"),
    ("psycopg", "psycopg"),
    ("/pika/", "pika"),
    ("/pydantic", "check schemas (pydantic)"),
    ("/json/", "read and write JSON"),
    ("hub/core/ijson", "read JSON"),
    ("hub/core/", "hub.core"),
    ("hub/kinds/", "hub.kinds"),
    ("hub/flows/", "hub.flows"),
    ("hub/store/", "hub.store"),
    ("hub/transport/", "hub.transport"),
    ("hub/worker", "hub.worker"),
    ("schemas/", "check schemas (pydantic)"),
)


def digest(profiler: cProfile.Profile | None, top: int = 25) -> dict[str, object] | None:
    """Seconds by area and the costliest functions."""
    if profiler is None:
        return None
    stats = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    areas: Counter[str] = Counter()
    functions: Counter[str] = Counter()
    for (file, line, name), (_, calls, own, _, _) in stats.items():
        areas[area(file, name)] += own
        functions[f"{file.rpartition('/main/')[2][-60:]}:{line} {name} ({calls})"] += own
    return {"areas": areas.most_common(), "functions": functions.most_common(top)}


def area(file: str, name: str) -> str:
    """What a function is about."""
    if file == "~":
        return next(
            (about for word, about in _BUILTINS.items() if f"'{word}'" in name or f".{word}>" in name), "builtins"
        )
    return next((about for part, about in _PLACES if part in file), "standard library")


WATCH_STATEMENTS = "ALTER SYSTEM SET shared_preload_libraries = pg_stat_statements"
STATEMENTS = r"""
    SELECT round(total_exec_time::numeric / 1000, 2)::text, calls::text,
        left(regexp_replace(query, '\s+', ' ', 'g'), 110)
    FROM pg_stat_statements ORDER BY total_exec_time DESC LIMIT 25
"""
"""Seconds, calls and text of the costliest statements of the whole server."""
