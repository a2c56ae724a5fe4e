"""What spool and ferry ask of a disk, and what they tell people when it refuses."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Final

_REASONS: Final = {
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EACCES: "没有读写权限",
    errno.EPERM: "没有读写权限",
    errno.EROFS: "磁盘为只读",
    errno.EIO: "磁盘读写错误",
    errno.ENODEV: "介质已拔出",
    errno.ENXIO: "介质已拔出",
    errno.ENOENT: "路径不存在",
    errno.ENOTDIR: "路径不是目录",
    errno.EISDIR: "路径是目录，不是文件",
}


def reason(error: OSError) -> str:
    """Say in Chinese what the disk said."""
    number = error.errno or 0
    return _REASONS.get(number, f"系统错误 {errno.errorcode.get(number, number)}")


def force_directory(directory: Path) -> None:
    """Force the names in ``directory`` to disk: a renamed file is only safe once its directory is."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
