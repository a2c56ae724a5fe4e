"""Log lines to stderr: JSON for machines, columns for a terminal. Facts go into fields, never into the sentence.

A line is one line whatever a peer wrote: JSON escapes control characters, the console form replaces them.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any

import structlog

LEVEL = logging.INFO
_QUIET = ("alembic", "pika", "asyncio", "sqlalchemy", "uvicorn.access")


def configure(member: str, *, console: bool | None = None) -> None:
    """Send our own and the libraries' log lines to stderr, each with the node's member; call once per process."""
    readable = sys.stderr.isatty() if console is None else console
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    last: list[Any] = [_harmless, structlog.dev.ConsoleRenderer(colors=False)] if readable else [_json()]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(LEVEL),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_stdlib_text, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(LEVEL)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(member=member)


def logger(part: str) -> Any:
    """The logger of one part of the program."""
    return structlog.get_logger(part).bind(part=part)


def crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Last words of a process: the whole story as one line. Fits ``sys.excepthook``."""
    logger("crash").critical("unexpected error", exc_info=(kind, error, trace))


def _json() -> Any:
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def _harmless(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Control characters out of every text but the traceback, which the interpreter wrote."""
    return {name: value if name == "exception" else _plain(value) for name, value in event.items()}


def _plain(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return "".join(each if each.isprintable() else "□" for each in value)


def _stdlib_text(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Lines of libraries carry their logger's name as ours carry their part."""
    record = event.get("_record")
    if record is not None:
        event.setdefault("part", record.name)
    return event
