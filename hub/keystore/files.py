"""Key files: JSON objects for their owner's eyes only, never overwritten by accident, replaced whole or not at all."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING, Any

from hub.core.errors import Misconfigured

if TYPE_CHECKING:
    from pathlib import Path

_MOST = 64 * 1024
"""Bytes of a key file."""


def read_secret(path: Path) -> dict[str, Any]:
    """The JSON object of a key file; raises ``Misconfigured`` if it is no such file or others can read it."""
    try:
        with path.open("rb") as file:
            loose = is_open_to_others(file.fileno())
            value = json.loads(file.read(_MOST))
    except (OSError, ValueError) as error:
        raise Misconfigured(f"无法读取密钥文件 {path}", field="key") from error
    if loose:
        raise Misconfigured(f"密钥文件 {path} 的权限过宽，请执行 chmod 600", field="key")
    if not isinstance(value, dict):
        raise Misconfigured(f"无法读取密钥文件 {path}", field="key")
    return value


def write_secret(path: Path, value: dict[str, Any]) -> None:
    """Write a key file that must not exist yet, durably, for its owner's eyes only."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Misconfigured(f"无法新建密钥文件 {path}：{error.strerror}", field="key") from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(json.dumps(value))
        file.flush()
        os.fsync(file.fileno())


def replace_secret(path: Path, value: dict[str, Any]) -> None:
    """Put another content in the place of a key file, durably: the old one or the new one is there, never neither."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    write_secret(fresh, value)
    fresh.replace(path)


def is_open_to_others(handle: int) -> bool:
    """Whether other users of the machine can touch an open file."""
    return bool(os.fstat(handle).st_mode & (stat.S_IRWXG | stat.S_IRWXO))
