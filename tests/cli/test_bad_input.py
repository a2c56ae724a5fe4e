"""Every command says in one Chinese line what is wrong with its input, and then nothing was written."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from hub.cli.place import write_new
from hub.core.errors import InvalidInput
from tests.builders import BEIHAI, YULIN, uuid
from tests.cli.nodes import ROOT, TestNode, hub, make_node


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> TestNode:
    made = make_node(tmp_path_factory.mktemp("node"), YULIN)
    (made.home / "good.json").write_text(hub("send", "--example", "case_notice").out, "utf-8")
    (made.home / "confirmation.json").write_text(hub("send", "--example", "confirmation").out, "utf-8")
    (made.home / "list.json").write_text("[]", "utf-8")
    (made.home / "twice.json").write_text('{"title":"a","title":"b"}', "utf-8")
    (made.home / "big.json").write_text(json.dumps({"title": "大" * 100_000}), "utf-8")
    (made.home / "big.pdf").write_bytes(b"%PDF-")
    os.truncate(made.home / "big.pdf", 200 * 2**20 + 1)
    secret = json.loads((made.home / "good.json").read_bytes()) | {"classification": "secret"}
    (made.home / "secret.json").write_text(json.dumps(secret), "utf-8")
    return made


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("send", "case_notice", "--to", BEIHAI), "请给出正文文件"),
        (("send", "case_notice", "--to", BEIHAI, "{home}/nowhere.json"), "无法读取文件"),
        (("send", "case_notice", "--to", BEIHAI, "{home}"), "无法读取文件"),
        (("send", "case_notice", "--to", BEIHAI, "{home}/list.json"), "应为一个 JSON 对象"),
        (("send", "case_notice", "--to", BEIHAI, "{home}/twice.json"), "重复的键"),
        (("send", "case_notice", "--to", BEIHAI, "{home}/big.json"), "超过 256 KiB"),
        (("send", "case_notice", "--to", BEIHAI, "{home}/secret.json"), "机要渠道"),
        (("send", "case_notice", "--to", BEIHAI, "{home}/good.json", "--attach", "{home}/big.pdf"), "不得超过 200 MiB"),
        (("send", "case_notice", "--to", BEIHAI, "{home}/good.json", "--urgency", "soon"), "不在可选范围内"),
        (("send", "case_notice", "--to", BEIHAI, "{home}/good.json", "--mark", "secret"), "不在可选范围内"),
        (("send", "case_notice", "--to", "999999-mr", "{home}/good.json"), "成员名册中没有"),
        (("send", "case_notice", "--to", YULIN, "{home}/good.json"), "不能发给本单位"),
        (("send", "case_notice", "{home}/good.json"), "请选择收件单位"),
        (("send", "no_such", "--to", BEIHAI, "{home}/good.json"), "没有文书种类 no_such"),
        (("send", "no_such", "--example"), "没有文书种类 no_such"),
        (("send", "confirmation", "{home}/confirmation.json", "--matter", uuid()), "没有事项"),
        (("show", uuid()), "未找到"),
        (("show", "../../etc/passwd"), "未找到"),
        (("inbox", "--cursor", "nonsense"), "（cursor）"),
        (("matters", "--cursor", "nonsense"), "（cursor）"),
        (("quarantine", "4711"), "未找到"),
        (("quarantine", "abc"), "的值无效"),
        (("stats", "--since", "yesterday"), "日期应写作"),
        (("stats", "--since", "2026-05-01", "--until", "2026-04-01"), "起始日晚于截止日"),
        (("work", "--only", "seal,dance"), "没有环节 dance"),
        (("schemas", "export", "/proc/nowhere"), "无法写入"),
    ],
)
def test_bad_input_is_refused_with_the_reason(node: TestNode, arguments: tuple[str, ...], said: str) -> None:
    done = node.hub(*(each.format(home=node.home) for each in arguments))
    assert (done.code, done.out) == (2, ""), done
    assert said in done.err, done
    assert done.err.count("\n") == 1
    assert node.ok("matters")["matters"] == []


@pytest.mark.parametrize(
    "command",
    [("inbox",), ("matters",), ("doctor",), ("stats",), ("run",), ("migrate",), ("user", "list")],
    ids=" ".join,
)
def test_a_folder_without_a_node_says_how_to_make_one(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = hub("--home", tmp_path / "empty", *command)
    assert done.code == 2
    assert "hub node init" in done.out + done.err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("demo = false", "只有演示方式的节点可以另设时钟"),
        ('host = "0.0.0.0"', "只能监听本机地址"),
        ("colour = 1", "不认识的设置：colour"),
        ('port = "x"', "port"),
        ('database = "sqlite:////nowhere/at/all"', "不存在"),
        ("= broken", "无法读取"),
    ],
)
def test_unsafe_settings_are_named(tmp_path: Path, line: str, said: str) -> None:
    made = make_node(tmp_path, YULIN)
    file = made.home / "hub.toml"
    name = line.partition(" ")[0]
    kept = [each for each in file.read_text("utf-8").splitlines() if not each.startswith(f"{name} ")]
    file.write_text("\n".join([*kept, line]), "utf-8")
    done = made.hub("inbox")
    assert (done.code, said in done.err) == (2, True), done


def test_a_key_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    made = make_node(tmp_path, YULIN)
    (made.home / "node.key").chmod(0o644)
    done = made.hub("ferry", "out", "--to", BEIHAI, tmp_path / "out")
    assert (done.code, "chmod 600" in done.err) == (2, True), done
    health = made.hub("doctor", "--json")
    assert health.code == 2
    assert {check["name"]: check["level"] for check in health.json["checks"]}["密钥"] == "red"


def test_a_body_may_come_from_standard_input(node: TestNode, tmp_path: Path) -> None:
    made = make_node(tmp_path, YULIN)
    command = [sys.executable, "-m", "hub", "--home", str(made.home), "send", "case_notice", "--to", BEIHAI, "-"]
    body = (node.home / "good.json").read_bytes()
    done = subprocess.run(command, cwd=ROOT, input=body, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert "已登记" in done.stdout.decode()


def test_schemas_are_written_where_they_are_wanted(tmp_path: Path) -> None:
    written = hub("schemas", "export", tmp_path, "--json").json
    assert str(tmp_path / "case_notice" / "1.json") in written
    assert json.loads((tmp_path / "case_notice" / "1.json").read_bytes())["title"] == "案件通报"


def test_a_file_that_could_not_be_written_whole_is_not_left_behind(tmp_path: Path) -> None:
    allowed = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, allowed[1]))
    try:
        with pytest.raises(InvalidInput, match="无法写入"):
            write_new(tmp_path / "file", b"x" * 100)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, allowed)
    assert not (tmp_path / "file").exists()
