"""Keys for second signatures: made when they are wanted, listed, asked for by the roster (decision 17)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hub.keystore import open_signer
from hub.settings import load_settings
from tests.builders import BEIHAI, JOINT, YULIN
from tests.cli.holders import Holders, content
from tests.cli.nodes import hub


@pytest.fixture
def table(tmp_path: Path) -> Holders:
    made = Holders(tmp_path)
    made.fingerprint = made.found()
    made.first()
    return made


def test_second_signatures_are_asked_for_once_every_member_can_give_them(table: Holders) -> None:
    nodes = {member: table.node(member) for member in (YULIN, BEIHAI, JOINT)}
    yulin = nodes[YULIN]
    asked = ("--second-signature", "ml-dsa-65", "--grace", 20)
    refused = table.drafted("never.json", *asked)
    assert (refused.code, "尚无其密钥" in refused.err, "玉林市市场监督管理局" in refused.err) == (2, True, True), (
        refused
    )
    requests = []
    for member, node in nodes.items():
        requests.append(table / f"{member}.second.json")
        made = node.ok("keys", "rotate", "--purpose", "second", "--out", requests[-1])["keys"]
        assert (node.home / "second.key").exists()
        assert list(made) == ["second"]
    mine = next(one for one in yulin.ok("keys", "show") if one["purpose"] == "second")
    assert (mine["listed"], mine["used"]) == (False, False)
    assert mine["id"] == open_signer(mine["uri"], "ml-dsa-65", demo=True).keyid
    rotated = [part for request in requests for part in ("--rotate", request)]
    roster = table.next(2, *rotated, *asked)
    assert content(roster)["second_signature"]["roster"] == 2
    shown = table.hub("roster", "show", roster).out
    assert "ml-dsa-65" in shown
    assert f"第二签名 {mine['id']}" in shown
    installed = yulin.hub("roster", "install", roster)
    assert "第二签名：自名册第 2 版起" in installed.out, installed
    mine = next(one for one in yulin.ok("keys", "show") if one["purpose"] == "second")
    assert (mine["listed"], mine["used"]) == (True, True)
    checks = {one["name"]: one for one in yulin.hub("doctor", "--json").json["checks"]}
    assert f"第二签名 {mine['id']}" in checks["密钥"]["what"]
    yulin.ok("keys", "rotate", "--purpose", "second", "--out", table / "again.json")
    assert (yulin.home / "second-2.key").exists()
    (yulin.home / "hub.toml").write_text(
        "\n".join(line for line in (yulin.home / "hub.toml").read_text().splitlines() if "second_key" not in line)
    )
    checks = {one["name"]: one for one in yulin.hub("doctor", "--json").json["checks"]}
    assert "已停止签名发文" in checks["密钥"]["what"]


def test_a_node_that_is_made_now_may_have_its_second_key_from_the_start(table: Holders, tmp_path: Path) -> None:
    home, out = tmp_path / "new", tmp_path / "enrol.json"
    done = hub("--home", home, "node", "enrol", "--member", "460100-mr", "--out", out, "--second")
    assert (done.code, "第二签名密钥" in done.out) == (0, True), done
    keys = json.loads(out.read_bytes())["keys"]
    assert [(one["purpose"], one["algorithm"]) for one in keys] == [
        ("sign", "ed25519"),
        ("seal", "x25519"),
        ("witness", "ed25519"),
        ("sign", "ml-dsa-65"),
    ]
    again = hub("--home", table / YULIN, "node", "enrol", "--member", YULIN, "--out", tmp_path / "2.json", "--second")
    assert again.code == 0, again
    node = table.node(YULIN)
    assert load_settings(node.home).key_uris("second") == [f"file:{node.home / 'second.key'}"]
    assert next(one for one in node.ok("keys", "show") if one["purpose"] == "second")["listed"] is False
    checks = {one["name"]: one for one in node.hub("doctor", "--json").json["checks"]}
    assert checks["密钥"]["level"] == "green", "not asked for, so not missed"


def test_an_algorithm_this_version_cannot_verify_is_refused_by_its_name(founded: Holders) -> None:
    refused = founded.drafted("never-sm2.json", "--second-signature", "sm2")
    assert refused.code in (2, 3)
    assert "sm2" in refused.err


def test_holders_with_second_keys_sign_every_file_by_both_and_a_stripped_one_is_refused(tmp_path: Path) -> None:
    table = Holders(tmp_path, more=("--second",))
    table.found()
    table.first((YULIN, BEIHAI))
    node = table.node(YULIN)
    assert "有" in table.hub("roster", "show", table / "root.json").out
    assert len(table.ok("roster", "show", table / "roster-1.json")["signatures"]) == 4
    roster = table.next(2, "--suspend", BEIHAI)
    value = json.loads(roster.read_bytes())
    firsts = {key["id"] for key in content(table / "root.json")["keys"]}
    value["signatures"] = [one for one in value["signatures"] if one["keyid"] in firsts]
    stripped = table / "stripped.json"
    stripped.write_text(json.dumps(value))
    refused = node.hub("roster", "install", stripped)
    assert (refused.code, "有效的根签名 0 个，门限 2 个" in refused.err) == (3, True), refused
    assert node.ok("roster", "install", roster)["roster"] == 2
    table.ok("roster", "key", "new", "--holder", "某局", "-o", table / "one.key", "--passphrase-file", table.phrase(4))
    mixed = ("roster", "root", table / "root.json", "--add", table / "one.key.pub.json", "-o", table / "never.json")
    assert "只有部分持钥人有" in table.hub(*mixed).err
