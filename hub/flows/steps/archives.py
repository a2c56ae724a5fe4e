"""Archives among the files a person attaches: Office and OFD files are some. Bombs and traps are refused unopened.

We never unpack an attachment; the office that receives it does. So its table of contents is judged before anything is
kept, and its entries are read through once within a bound, for a table of contents can lie (ASVS 5.2.3).
"""

from __future__ import annotations

import io
import re
import stat
import unicodedata
import zipfile
import zlib
from typing import BinaryIO, NoReturn

from hub.core.errors import InvalidInput

ZIP = b"PK\x03\x04"
MOST_ENTRIES = 5000
"""A long OFD has a few hundred."""
MOST_UNPACKED = 64 * 1024 * 1024
"""Bytes of all entries, those of archives inside included."""
_DEEPEST = 2
"""An Office file may have a spreadsheet embedded; nobody has an archive in that."""
_LOCAL_HEADER, _END_RECORD = 30, 22
_CHUNK = 1024 * 1024
_DEVICE = re.compile(r"(CON|PRN|AUX|NUL|COM\d|LPT\d)(\..*)?", re.IGNORECASE)
_BAD = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError)


def check_archive(content: bytes | BinaryIO, field: str) -> None:
    """Raise ``InvalidInput`` naming ``field`` if this is an archive that nobody should be made to open.

    A large file is given as something to seek and read in; it may unpack to twice its size.
    """
    file = io.BytesIO(content) if isinstance(content, bytes) else content
    if file.read(len(ZIP)) == ZIP:
        _check(file, field, 1, max(MOST_UNPACKED, 2 * file.seek(0, io.SEEK_END)))


def _check(file: BinaryIO, field: str, depth: int, left: int) -> int:
    """Bytes it unpacks to, never more than ``left``."""
    if depth > _DEEPEST:
        _refuse(field, "压缩文件层层嵌套")
    try:
        size = file.seek(0, io.SEEK_END)
        file.seek(max(0, size - _END_RECORD))
        closed = file.read().startswith(b"PK\x05\x06")
        with zipfile.ZipFile(file) as archive:
            _check_contents(archive, size, left, field, closed=closed)
            return _read_through(archive, field, depth, left)
    except _BAD:
        _refuse(field, "文件已损坏，或被改动过")


def _check_contents(archive: zipfile.ZipFile, size: int, left: int, field: str, *, closed: bool) -> None:
    """What the table of contents says."""
    entries = sorted(archive.infolist(), key=lambda one: one.header_offset)
    if len(entries) > MOST_ENTRIES:
        _refuse(field, f"内含 {len(entries)} 个文件")
    if sum(one.file_size for one in entries) > left:
        _refuse(field, f"解开后超过 {left // 1024**2} MiB")
    if any(one.flag_bits & 1 for one in entries):
        _refuse(field, "设有密码")
    names = [unicodedata.normalize("NFKC", one.orig_filename).casefold() for one in entries]
    if len(set(names)) < len(names) or not all(_is_sound(one) for one in entries):
        _refuse(field, "内含重名、越出目录或者指向别处的文件")
    ends = [one.header_offset + _LOCAL_HEADER + len(one.orig_filename) + one.compress_size for one in entries]
    begins = [one.header_offset for one in entries]
    apart = all(end <= begin for end, begin in zip(ends, [*begins[1:], size], strict=True))
    if not apart or begins[:1] != [0] or not closed:
        _refuse(field, "内容重叠，或者前后另有内容")


def _read_through(archive: zipfile.ZipFile, field: str, depth: int, left: int) -> int:
    """Every entry, in pieces: sizes and checksums as they are, not as they are told."""
    done = 0
    for one in archive.infolist():
        with archive.open(one) as file:
            begins = file.read(len(ZIP))
            inner = bytearray(begins if begins == ZIP else b"")
            done += len(begins)
            while piece := file.read(_CHUNK):
                done += len(piece)
                if done > left or len(inner) > MOST_UNPACKED:
                    _refuse(field, f"解开后超过 {min(left, MOST_UNPACKED) // 1024**2} MiB")
                inner += piece if inner else b""
        if inner:
            done += _check(io.BytesIO(inner), field, depth + 1, left - done)
    return done


def _is_sound(entry: zipfile.ZipInfo) -> bool:
    """A plain file or folder below the archive's own folder, by a name every system can write."""
    name, kind = entry.orig_filename, stat.S_IFMT(entry.external_attr >> 16)
    steps = name.rstrip("/").split("/")
    plain = name.isprintable() and "\\" not in name and ":" not in name and not name.startswith("/")
    return (
        plain
        and kind in (0, stat.S_IFREG, stat.S_IFDIR)
        and all(step not in ("", ".", "..") and _DEVICE.fullmatch(step) is None for step in steps)
    )


def _refuse(field: str, why: str) -> NoReturn:
    raise InvalidInput(f"不能附上该文件：{why}", field=field, advice="请用原来的软件另存后重新上传，或转为 PDF。")
