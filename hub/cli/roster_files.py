"""Files of the roster's holders: papers, enrolments, public halves of keys, passphrases; none is ever overwritten."""

from __future__ import annotations

import json
import os
import stat
import sys
from datetime import UTC, date, datetime
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from hub.cli.place import home_of, read_file, write_new
from hub.cli.screen import fault
from hub.core.errors import InvalidInput, Rejected

if TYPE_CHECKING:
    import typer

    from hub.core.cosigning import Content, Paper
    from hub.keystore.holders import HolderKey
    from schemas.wire.roster import RootKey

C = TypeVar("C", bound="Content")
MOST = 1024 * 1024
"""Bytes of a signed file."""
_LIMIT = 16 * 1024
"""Bytes of an enrolment, a public key file or a passphrase."""


def read_paper(path: Path, field: str = "file") -> Paper:
    """A root, roster or agreement, signed or not; raises ``InvalidInput`` saying what is wrong with the file."""
    from hub.core import cosigning

    try:
        return cosigning.read_paper(read_file(path, field, MOST))
    except Rejected as error:
        raise InvalidInput(f"{path.name}：{error.detail}", field=field) from error


def read_signed(path: Path) -> bytes:
    """A file to put in force; raises ``InvalidInput`` for a draft nobody has signed, which looks damaged to a node."""
    from hub.core import cosigning

    raw = read_file(path, "file", MOST)
    try:
        unsigned = not cosigning.read_paper(raw).signatures
    except Rejected:
        return raw  # What is wrong with it, whoever puts it in force says.
    if unsigned:
        steps = "请由持钥人分别 hub roster sign，再 hub roster merge，导入合并后的文件。"
        raise InvalidInput(f"{path.name} 是还没有签名的草稿", field="file", advice=steps)
    return raw


def content_of(path: Path, model: type[C], title: str, field: str = "file") -> C:
    """The content of a file that must be a ``title``."""
    content = read_paper(path, field).content
    if not isinstance(content, model):
        raise InvalidInput(f"{path} 不是{title}", field=field)
    return content


def write_text(path: Path, text: str) -> None:
    """Write a file that must not exist yet."""
    write_new(path, text.encode())


def write_paper(path: Path, paper: Paper) -> None:
    """A signed file as it goes over the wire, an unsigned one as readable JSON."""
    if paper.signatures:
        write_text(path, paper.raw().decode())
    else:
        write_text(path, json.dumps(json.loads(paper.payload), ensure_ascii=False, indent=1) + "\n")


def read_enrolment(path: Path, field: str) -> tuple[str, list[dict[str, Any]], dict[str, Any] | None]:
    """Member, keys and, for a new member, the office's particulars, as ``hub node enrol`` wrote them."""
    value = _object(path, field)
    member, keys, office = value.get("member"), value.get("keys"), value.get("office")
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        keys = None
    if not isinstance(member, str) or keys is None or not isinstance(office, dict | None):
        raise InvalidInput(f"{path} 不是登记申请", field=field, advice="请让该单位用 hub node enrol 生成。")
    return member, keys, {**office, "id": member} if office is not None else None


def read_last_good(path: Path) -> tuple[str, list[dict[str, Any]]]:
    """Key and positions, as ``hub keys positions`` wrote them."""
    value = _object(path, "last-good")
    keyid, positions = value.get("key"), value.get("last_good")
    if not isinstance(keyid, str) or not isinstance(positions, list):
        raise InvalidInput(f"{path} 不是最后可信位置的文件", field="last-good", advice="请用 hub keys positions 生成。")
    return keyid, positions


def read_holder(path: Path) -> RootKey:
    """The public half of a holder's key, its possession proved."""
    from hub.core.membership import root_key
    from schemas.wire.roster import HolderFile
    from schemas.wire.types import Unreadable

    try:
        found = HolderFile.read(read_file(path, "public", _LIMIT))
        return root_key(found)
    except Unreadable as error:
        raise InvalidInput(
            f"{path} 不是持钥人的公钥文件", field="public", advice="请用 hub roster key new 生成。"
        ) from error
    except Rejected as error:
        raise InvalidInput(f"{path.name}：{error.detail}", field="public", advice=error.next_step) from error


def passphrase(file: Path | None, what: str, *, confirm: bool = False) -> str:
    """The first line of a file only its owner can read, or what is typed twice (once, to open)."""
    if file is not None:
        if file.exists() and file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise InvalidInput(f"口令文件 {file} 的权限过宽", field="passphrase-file", advice="请执行 chmod 600。")
        lines = read_file(file, "passphrase-file", _LIMIT).decode("utf-8", "replace").splitlines()
        return lines[0] if lines else ""
    if not sys.stdin.isatty():
        raise InvalidInput(
            "没有终端可以输入口令", field="passphrase-file", advice="请用 --passphrase-file 指明口令文件。"
        )
    typed = getpass(f"{what}的口令：")
    if confirm and getpass("再输入一次：") != typed:
        raise InvalidInput("两次输入的口令不同", field="passphrase")
    return typed


def open_key(path: Path, file: Path | None) -> HolderKey:
    """A holder's key, opened with its passphrase."""
    from hub.keystore.holders import open_holder

    return open_holder(path, passphrase(file, path.name))


def moment_of(ctx: typer.Context, text: str | None) -> datetime:
    """When a file is issued: ``2026-04-13`` (from midnight on), or now by the clock of the node at ``--home``."""
    from hub.app import build_clock
    from hub.core.ids import BEIJING
    from hub.settings import FILE, Settings, load_settings

    if text is not None:
        on = day_of(text, "issued")
        return datetime(on.year, on.month, on.day, tzinfo=BEIJING).astimezone(UTC)
    home = home_of(ctx)
    settings = load_settings(home) if (home / FILE).exists() else Settings(home, "", "", "", "")
    return build_clock(settings)()


def day_of(text: str, field: str) -> date:
    """``2026-04-13`` and no other form."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text:
        raise InvalidInput("日期应写作 2026-04-13 的形式", field=field)
    return found


def make_folder(path: Path) -> None:
    """A folder of one's own; one that exists is used."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise InvalidInput(f"无法建立文件夹 {path}：{fault(error)}", field="out") from error
    if not os.access(path, os.W_OK):
        raise InvalidInput(f"文件夹 {path} 不可写", field="out")


def _object(path: Path, field: str) -> dict[str, Any]:
    from hub.core import ijson

    try:
        value = ijson.loads(read_file(path, field, _LIMIT), limit=_LIMIT)
    except Rejected as error:
        raise InvalidInput(f"{path.name}：{error.detail}", field=field) from error
    if not isinstance(value, dict):
        raise InvalidInput(f"{path} 应为一个 JSON 对象", field=field)
    return value
