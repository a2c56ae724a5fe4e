"""Node keys under a passphrase that comes from the service manager, a variable or another file."""

from __future__ import annotations

import json
import os
import stat
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hub.core.errors import HubError
from hub.keystore import create_seal_key, create_signer, open_seal_key, open_signer, protect, protection_of

PHRASE = "a sentence that is long"


def said(attempt) -> str:
    with pytest.raises(HubError) as refused:
        attempt()
    assert refused.value.code in ("misconfigured", "invalid-input")
    return refused.value.detail


@contextmanager
def environment(name: str, value: str) -> Iterator[None]:
    """A variable of the process, as the service manager sets it."""
    variables = os.environ  # noqa: TID251  what is tested reads them
    before = variables.get(name)
    variables[name] = value
    try:
        yield
    finally:
        del variables[name]
        if before is not None:
            variables[name] = before


@pytest.fixture
def credential(tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "credentials"
    folder.mkdir()
    (folder / "hub-key").write_text(PHRASE + "\n", "utf-8")
    (folder / "hub-key").chmod(0o400)
    with environment("CREDENTIALS_DIRECTORY", str(folder)):
        yield "credential:hub-key"


def test_a_protected_key_opens_with_the_credential_and_its_file_tells_nothing(tmp_path: Path, credential: str) -> None:
    path = tmp_path / "node.key"
    made = create_signer(path)
    plain = json.loads(path.read_bytes())["private"]
    assert protect(f"file:{path}", credential)
    assert (plain in path.read_text("utf-8"), stat.S_IMODE(path.stat().st_mode)) == (False, 0o600)
    assert open_signer(f"file:{path}", demo=False).public == made.public
    assert protection_of(f"file:{path}") == credential
    assert not protect(f"file:{path}", credential), "it is encrypted already"


def test_a_seal_key_is_protected_the_same_way_and_never_taken_for_a_signing_key(tmp_path: Path) -> None:
    path, phrase = tmp_path / "seal.key", tmp_path / "phrase"
    phrase.write_text(PHRASE, "utf-8")
    phrase.chmod(0o600)
    made = create_seal_key(path)
    protect(f"file:{path}", f"file:{phrase}")
    assert open_seal_key(f"file:{path}", demo=False).public == made.public
    value = json.loads(path.read_bytes())
    path.write_text(json.dumps({**value, "algorithm": "ed25519"}), "utf-8")
    assert "口令不对，或密钥文件" in said(lambda: open_signer(f"file:{path}", demo=False))


@pytest.mark.parametrize("field", ["salt", "nonce", "sealed"])
def test_every_byte_of_a_protected_key_is_authenticated(tmp_path: Path, credential: str, field: str) -> None:
    path = tmp_path / "node.key"
    create_signer(path)
    protect(f"file:{path}", credential)
    value = json.loads(path.read_bytes())
    raw = bytearray(b64decode(value[field]))
    raw[-1] ^= 1
    path.write_text(json.dumps({**value, field: b64encode(bytes(raw)).decode()}), "utf-8")
    assert "已损坏" in said(lambda: open_signer(f"file:{path}", demo=False))


def test_a_wrong_or_missing_passphrase_is_named_with_its_place(tmp_path: Path, credential: str) -> None:
    path, given = tmp_path / "node.key", tmp_path / "credentials" / "hub-key"
    create_signer(path)
    protect(f"file:{path}", credential)
    given.unlink()
    assert "取不到密钥口令（credential:hub-key）" in said(lambda: open_signer(f"file:{path}", demo=False))
    given.write_text("another sentence, as long", "utf-8")
    given.chmod(0o600)
    assert "口令不对" in said(lambda: open_signer(f"file:{path}", demo=False))
    given.chmod(0o644)
    assert "权限过宽" in said(lambda: open_signer(f"file:{path}", demo=False))


@pytest.mark.parametrize("source", ["", "x", "credential:", "credential:../x", "http://x", "env:"])
def test_an_unknown_place_of_a_passphrase_is_refused_and_the_key_stays_as_it_was(
    tmp_path: Path, credential: str, source: str
) -> None:
    path = tmp_path / "node.key"
    create_signer(path)
    before = path.read_bytes()
    assert "口令" in said(lambda: protect(f"file:{path}", source))
    assert path.read_bytes() == before


def test_a_short_passphrase_protects_nothing(tmp_path: Path) -> None:
    path = tmp_path / "node.key"
    create_signer(path)
    with environment("SHORT", "12345"):
        assert "至少 12 个字符" in said(lambda: protect(f"file:{path}", "env:SHORT"))


def test_a_hardware_module_is_refused_with_what_to_do_instead(tmp_path: Path) -> None:
    for attempt in (open_signer, open_seal_key):
        assert "尚未接入密码卡" in said(lambda attempt=attempt: attempt("pkcs11:token=hub;object=sign", demo=False))
