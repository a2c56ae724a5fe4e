"""Archives nobody should be made to open are refused before anything of them is kept (RELIABILITY B61)."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Callable

import pytest

from hub.core.errors import InvalidInput
from hub.flows.steps.archives import MOST_ENTRIES, check_archive


def packed(*entries: tuple[str | zipfile.ZipInfo, bytes], sort: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", sort) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return made.getvalue()


def named(name: str, mode: int = 0) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("x")
    entry.filename = entry.orig_filename = name
    entry.external_attr = mode << 16
    return entry


def flipped(content: bytes, mark: bytes, at: int, value: bytes) -> bytes:
    """Bytes overwritten ``at`` places after each ``mark``."""
    found = bytearray(content)
    place = found.find(mark)
    while place >= 0:
        found[place + at : place + at + len(value)] = value
        place = found.find(mark, place + 4)
    return bytes(found)


def bomb() -> bytes:
    """1026 bytes of zeros for each byte, as deflate packs them."""
    return packed(*((f"{number}.bin", b"\0" * (8 * 1024 * 1024)) for number in range(9)))


def overlapping() -> bytes:
    """Two names for the bytes of one entry, as in the 'better zip bomb'."""
    content = packed(("a", b"x" * 100), ("b", b"x" * 100), sort=zipfile.ZIP_STORED)
    second = content.rindex(b"PK\x01\x02")
    return content[: second + 42] + struct.pack("<I", 0) + content[second + 46 :]


def lying() -> bytes:
    """One entry says that it unpacks to a kilobyte, and unpacks to seventy megabytes."""
    content = packed(("a", b"\0" * (70 * 1024 * 1024)))
    size = struct.pack("<I", 1024)
    return flipped(flipped(content, b"PK\x03\x04", 22, size), b"PK\x01\x02", 24, size)


INNER = packed(("word/document.xml", b"<x/>"))
ATTACKS: dict[str, Callable[[], bytes]] = {
    "bomb": bomb,
    "nested": lambda: packed(("a.zip", packed(("b.zip", packed(("c.zip", INNER)))))),
    "nested-bomb": lambda: packed(("a.zip", bomb())),
    "overlapping-entries": overlapping,
    "too-many-entries": lambda: packed(*((f"{number}", b"") for number in range(MOST_ENTRIES + 1))),
    "duplicate-names": lambda: flipped(packed(("aXa", b"1"), ("aXb", b"2")), b"aXb", 2, b"a"),
    "names-that-differ-in-case": lambda: packed(("a.txt", b"1"), ("A.TXT", b"2")),
    "names-equal-when-normalised": lambda: packed(("ａ.txt", b"1"), ("a.txt", b"2")),
    "parent-folder": lambda: packed((named("../x"), b"1")),
    "hidden-parent-folder": lambda: packed((named("a/../../x"), b"1")),
    "backslash": lambda: packed((named("..\\x"), b"1")),
    "absolute": lambda: packed((named("/etc/passwd"), b"1")),
    "drive": lambda: packed((named("C:x"), b"1")),
    "symlink": lambda: packed((named("a", stat.S_IFLNK | 0o777), b"/etc/passwd")),
    "device": lambda: packed((named("a", stat.S_IFCHR | 0o666), b"")),
    "reserved-name": lambda: packed(("CON", b"1")),
    "reserved-name-with-ending": lambda: packed(("word/nul.xml", b"1")),
    "nul-in-name": lambda: flipped(packed(("aXb", b"1")), b"aXb", 1, b"\0"),
    "newline-in-name": lambda: packed((named("a\nb"), b"1")),
    "garbage-before": lambda: b"PK\x03\x04 something else " + INNER,
    "garbage-after": lambda: INNER + b"something else",
    "comment": lambda: INNER[:-2] + b"\x04\x00hide",
    "wrong-checksum": lambda: flipped(packed(("a", b"content")), b"PK\x01\x02", 16, b"\0\0\0\0"),
    "encrypted": lambda: flipped(flipped(INNER, b"PK\x01\x02", 8, b"\1"), b"PK\x03\x04", 6, b"\1"),
    "size-that-lies": lying,
    "cut": lambda: INNER[: len(INNER) // 2],
    "unknown-method": lambda: flipped(flipped(INNER, b"PK\x01\x02", 10, b"\x63"), b"PK\x03\x04", 8, b"\x63"),
    "empty": lambda: b"PK\x03\x04",
}


@pytest.mark.parametrize("name", ATTACKS)
def test_b61_an_archive_that_is_a_trap_is_refused_with_a_word_of_why(name: str):
    content = ATTACKS[name]()
    if not content.startswith(b"PK\x03\x04"):
        pytest.fail("the attack would not even be looked at")

    with pytest.raises(InvalidInput, match="不能附上该文件") as refused:
        check_archive(content, "file")
    assert (refused.value.field, bool(refused.value.next_step)) == ("file", True)


@pytest.mark.parametrize(
    "content",
    [
        INNER,
        packed(("[Content_Types].xml", b"<x/>"), ("word/", b""), ("word/embeddings/1.xlsx", INNER)),
        packed(("OFD.xml", b"<x/>"), ("Doc_0/签章/电子印章.esl", b"1"), ("Doc_0/Res/图 1.png", b"\x89PNG")),
        packed(("xl/sheet1.xml", b"<row/>" * 500_000)),
        b"%PDF-1.7 PK\x03\x04",
    ],
)
def test_files_that_offices_write_are_taken(content: bytes):
    check_archive(content, "file")
