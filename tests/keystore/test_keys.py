"""Key files: for their owner's eyes only, never overwritten, and made-up keys refused outside demo mode (A28)."""

from __future__ import annotations

import json
import stat
from base64 import b64encode
from pathlib import Path

import pytest

from hub.cli.simulation.dice import Dice
from hub.core.errors import HubError, InvalidInput
from hub.core.membership import root_key
from hub.keystore import create_signer, demo_secret, open_signer
from hub.keystore.holders import create_holder, open_holder
from schemas.wire.roster import HolderFile
from tests.builders import signer_for

PHRASE = "a sentence that is long"


def said(attempt) -> str:
    with pytest.raises(HubError) as refused:
        attempt()
    assert refused.value.code in ("misconfigured", "invalid-input")
    return refused.value.detail


def test_a_fresh_key_opens_in_and_outside_demo_mode_and_signs(tmp_path: Path) -> None:
    made = create_signer(tmp_path / "a.key")
    assert stat.S_IMODE((tmp_path / "a.key").stat().st_mode) == 0o600
    for demo in (True, False):
        assert open_signer(f"file:{tmp_path / 'a.key'}", demo=demo).public == made.public


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610])
def test_a_key_that_others_of_the_machine_can_touch_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a.key"
    create_signer(path)
    path.chmod(mode)
    assert "权限过宽" in said(lambda: open_signer(f"file:{path}", demo=True))


@pytest.mark.parametrize("whose", ["a simulation", "the tests"])
def test_a28_a_key_anybody_can_compute_is_refused_outside_demo_mode_under_any_name(tmp_path: Path, whose: str) -> None:
    made_up = demo_secret(Dice(7, "keys").take(16))
    secret = made_up if whose == "a simulation" else signer_for("450900-mr").private.private_bytes_raw()
    path = tmp_path / "production.key"
    create_signer(path, secret)
    assert open_signer(f"file:{path}", demo=True).sign(b"x")
    assert "演示密钥" in said(lambda: open_signer(f"file:{path}", demo=False))


def test_no_key_file_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    create_signer(path)
    before = path.read_bytes()
    assert "无法新建" in said(lambda: create_signer(path))
    assert "无法新建" in said(lambda: create_holder(path, PHRASE, "某局"))
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"private": 7}', '{"private": "00"}', "\x00", "x" * 70_000])
def test_a_damaged_key_file_is_named_and_never_a_traceback(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.key"
    path.write_text(content)
    path.chmod(0o600)
    assert "无法读取" in said(lambda: open_signer(f"file:{path}", demo=True))
    assert said(lambda: open_holder(path, PHRASE))


def test_only_files_hold_keys_so_far(tmp_path: Path) -> None:
    assert "不支持的密钥位置" in said(lambda: open_signer("vault:key", demo=False))
    assert "无法读取" in said(lambda: open_signer(f"file:{tmp_path / 'none'}", demo=False))


def test_a_holders_key_opens_with_its_passphrase_and_shows_nothing_without(tmp_path: Path) -> None:
    path = tmp_path / "h.key"
    made = create_holder(path, PHRASE, "北海市市场监督管理局")
    assert made.signer.key.private_bytes_raw().hex() not in path.read_text("utf-8")
    found = open_holder(path, PHRASE)
    assert (found.signer.public, found.holder) == (made.signer.public, "北海市市场监督管理局")
    assert "口令不对" in said(lambda: open_holder(path, PHRASE + "!"))
    assert "至少 12 个字符" in said(lambda: create_holder(tmp_path / "short.key", "short", "某局"))


def test_a_holders_second_key_stands_in_the_same_file_and_both_prove_that_they_are_held(tmp_path: Path) -> None:
    path = tmp_path / "h.key"
    made = create_holder(path, PHRASE, "北海市市场监督管理局", second=True)
    found = open_holder(path, PHRASE)
    assert [one.public for one in found.pens] == [one.public for one in made.pens]
    assert [one.algorithm for one in found.pens] == ["ed25519", "ml-dsa-65"]
    told = found.public("0" * 32)
    listed = root_key(HolderFile.read(json.dumps(told).encode()))
    assert b64encode(found.pens[1].public).decode() == listed.second
    other = create_holder(tmp_path / "o.key", PHRASE, "某局", second=True).public("0" * 32)
    for wrong in ({"second_proof": other["second_proof"]}, {"second_proof": None}, {"proof": other["proof"]}):
        bent = HolderFile.read(json.dumps({**told, **wrong}).encode())
        with pytest.raises(InvalidInput, match="持有证明"):
            root_key(bent)


@pytest.mark.parametrize("field", ["salt", "nonce", "sealed", "id", "holder", "format"])
def test_every_field_of_a_holders_key_file_is_bound(tmp_path: Path, field: str) -> None:
    path = tmp_path / "h.key"
    create_holder(path, PHRASE, "某某局")
    value = json.loads(path.read_bytes())
    value[field] = ("A" if value[field][0] != "A" else "B") + value[field][1:]
    path.write_text(json.dumps(value))
    assert said(lambda: open_holder(path, PHRASE))
