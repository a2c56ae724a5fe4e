"""Making a node: key, enrolment, first files."""

from __future__ import annotations

import json
import stat
from base64 import b64decode
from pathlib import Path

import pytest

from hub.cli.lock import only_one
from hub.core import signing
from hub.worker import ARROWS
from tests.builders import BEIHAI, YULIN, federation
from tests.cli.nodes import hub, init_arguments, make_node, write_files, write_key


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_files(tmp_path)
    return tmp_path


def test_enrolment_proves_possession_and_keeps_the_key_at_home(folder: Path) -> None:
    home, out = folder / "home", folder / "request.json"
    done = hub("--home", home, "node", "enrol", "--member", YULIN, "--out", out)
    assert done.code == 0, done
    request = json.loads(out.read_bytes())
    keys = {key["purpose"]: key for key in request["keys"]}
    assert (request["member"], list(keys)) == (YULIN, ["sign", "seal", "witness"])
    public = {purpose: b64decode(key["public"]) for purpose, key in keys.items()}
    for purpose, prover in (("sign", "sign"), ("seal", "sign"), ("witness", "witness")):
        proof = keys[purpose]["proof"]
        text = signing.possession(YULIN, purpose, public[purpose], proof["nonce"])
        assert signing.is_valid(public[prover], b64decode(proof["sig"]), text)
    for name in ("node.key", "seal.key", "witness.key"):
        secret = json.loads((home / name).read_bytes())["private"]
        assert secret not in out.read_text("utf-8") + done.out
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o600


def test_enrolling_twice_keeps_the_first_key(folder: Path) -> None:
    home = folder / "home"
    keys = []
    for name in ("a", "b"):
        assert hub("--home", home, "node", "enrol", "--member", YULIN, "--out", folder / name).code == 0
        keys.append([key["id"] for key in json.loads((folder / name).read_bytes())["keys"]])
    assert keys[0] == keys[1]
    again = hub("--home", folder / "other", "node", "enrol", "--member", YULIN, "--out", folder / "a")
    assert (again.code, "不覆盖" in again.err, (folder / "other").exists()) == (2, True, False), again


def test_a_new_node_is_well_and_says_what_comes_next(folder: Path) -> None:
    node = make_node(folder, YULIN)
    health = node.hub("doctor", "--json")
    assert {check["name"]: check["level"] for check in health.json["checks"]}["数据库"] == "green"
    assert health.code == 1  # no worker runs yet
    assert "hub run" in health.out


def test_a_node_is_never_made_twice_at_one_place(folder: Path) -> None:
    node = make_node(folder, YULIN)
    again = node.hub(*init_arguments(folder, YULIN), "--demo")
    assert again.code == 2
    assert "已有节点" in again.err


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        ({"--root": "0" * 64}, 3, "根文件指纹不符"),
        ({"--root-file": "nowhere.json"}, 2, "无法读取文件"),
        ({"--roster": "agreement.json"}, 3, "不是成员名册文件"),
        ({"--member": BEIHAI}, 2, "未登记在成员名册"),
        ({"--member": "999999-mr"}, 2, "成员名册中没有"),
        ({"--member": "../etc"}, 2, "格式不正确"),
        ({"--port": "99999"}, 2, "端口应在"),
        ({"--database": "mysql://x"}, 2, "数据库地址"),
    ],
)
def test_a_wrong_beginning_is_refused_and_leaves_no_node(
    folder: Path, change: dict[str, str], code: int, said: str
) -> None:
    home = folder / YULIN
    write_key(home, YULIN)
    arguments = [str(each) for each in init_arguments(folder, YULIN)]
    for option, value in change.items():
        given = str(folder / value) if value.endswith(".json") else value
        if option in arguments:
            arguments[arguments.index(option) + 1] = given
        else:
            arguments += [option, given]
    done = hub("--home", home, *arguments, "--demo")
    assert (done.code, said in done.err) == (code, True), done
    assert not (home / "hub.toml").exists()


def test_without_a_key_the_way_to_one_is_told(folder: Path) -> None:
    done = hub("--home", folder / "empty", *init_arguments(folder, YULIN), "--demo")
    assert done.code == 2
    assert "密钥文件" in done.err


def test_the_fingerprint_is_the_one_people_compare(folder: Path) -> None:
    write_key(folder / YULIN, YULIN)
    arguments = init_arguments(folder, YULIN)
    arguments[arguments.index("--root") + 1] = f" {federation().fingerprint.upper()} "
    assert hub("--home", folder / YULIN, *arguments, "--demo").code == 0


def test_users_get_a_token_once_and_links_that_last_ten_minutes(folder: Path) -> None:
    node = make_node(folder, YULIN)
    made = node.ok("user", "add", "yulin.officer", "--role", "officer", "--token")
    assert len(made["token"]) == 64
    assert made["token"].encode() not in (node.home / "hub.sqlite").read_bytes()
    assert node.ok("user", "list")[0]["role"] == "officer"
    link = node.ok("user", "link", "yulin.officer")
    assert link["url"].startswith(f"http://127.0.0.1:{node.port}/sign-in/")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("user", "add", "a b", "--role", "officer"), "用户名只能用"),
        (("user", "add", "x", "--role", "king"), "没有角色 king"),
        (("user", "link", "nobody"), "没有用户 nobody"),
    ],
)
def test_wrong_users_are_refused(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    done = make_node(folder, YULIN).hub(*arguments)
    assert (done.code, said in done.err) == (2, True), done


def test_a_stopped_node_moves_to_another_database_and_goes_on_there(folder: Path, pg_database: str) -> None:
    node = make_node(folder, YULIN)
    node.ok("user", "add", "yulin.officer", "--role", "officer")

    moved = node.hub("node", "move", "--database", pg_database)

    assert (moved.code, "users  " in moved.out) == (0, True), moved
    assert pg_database in (node.home / "hub.toml").read_text("utf-8")
    assert [one["name"] for one in node.ok("user", "list")] == ["yulin.officer"]
    again = node.hub("node", "move", "--database", pg_database)
    assert (again.code, "与现在的相同" in again.err) == (2, True), again


def test_a_running_node_is_not_moved(folder: Path, pg_database: str) -> None:
    node = make_node(folder, YULIN)

    with only_one(node.home, ARROWS):
        refused = node.hub("node", "move", "--database", pg_database)

    assert "已在运行" in refused.err
    assert pg_database not in (node.home / "hub.toml").read_text("utf-8")
