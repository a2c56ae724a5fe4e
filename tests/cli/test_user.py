"""The operator keeps users at the machine: setting up, disabling, unlocking, resetting."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from hub.flows.ports.people import Credentials
from hub.settings import load_settings
from tests.builders import YULIN
from tests.cli.nodes import TestNode, hub, init_arguments, make_node, write_files, write_key

THREE = ("--sysadmin", "zhang=张某", "--secadmin", "li=李某", "--auditor", "wang=王某")


@pytest.fixture
def node(tmp_path: Path) -> TestNode:
    return make_node(tmp_path, YULIN)


def states(node: TestNode) -> dict[str, bool]:
    return {one["name"]: one["active"] for one in node.ok("user", "list")}


def test_a_new_node_has_no_user_and_prints_a_code_for_the_first_page(tmp_path: Path):
    write_files(tmp_path)
    write_key(tmp_path / "a", YULIN)
    done = hub("--home", tmp_path / "a", *init_arguments(tmp_path, YULIN), "--demo")
    node = TestNode(tmp_path / "a", YULIN, 8000)

    assert re.search(r"初始化码：[0-9a-f]{32}", done.out)
    assert node.ok("user", "list") == []


def test_the_three_administrators_are_made_once_each_with_a_link(node: TestNode):
    made = node.ok("user", "setup", *THREE)

    assert [one["role"] for one in made] == ["sysadmin", "secadmin", "auditor"]
    assert len({one["url"] for one in made}) == 3
    again = node.hub("user", "setup", "--sysadmin", "a=甲", "--secadmin", "b=乙", "--auditor", "c=丙")
    assert (again.code, "已设立" in again.err) == (2, True)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--sysadmin", "zhang=张某", "--secadmin", "li=李某"), "请写明审计管理员"),
        (("--sysadmin", "zhang=张某", "--secadmin", "li=张某", "--auditor", "wang=王某"), "三个不同的人"),
        (("--sysadmin", "zhang=张某", "--secadmin", "Zhang=李某", "--auditor", "wang=王某"), "三个不同的人"),
        (("--sysadmin", "z z=张某", "--secadmin", "li=李某", "--auditor", "wang=王某"), "用户名只能用"),
    ],
)
def test_three_administrators_are_three_people(node: TestNode, given: tuple[str, ...], said: str):
    done = node.hub("user", "setup", *given)

    assert (done.code, said in done.err) == (2, True), done
    assert node.ok("user", "list") == []


def test_a_user_is_disabled_enabled_unlocked_and_reset(node: TestNode):
    node.ok("user", "add", "zhao", "--role", "officer")

    assert node.hub("user", "disable", "zhao").code == 0
    assert states(node) == {"zhao": False}
    assert node.hub("user", "link", "zhao").code != 0
    assert node.hub("user", "enable", "zhao").code == 0
    assert node.hub("user", "unlock", "zhao").code == 0
    assert "/sign-in/" in node.ok("user", "reset", "zhao")["url"]
    assert states(node) == {"zhao": True}
    for command in ("disable", "enable", "unlock", "reset"):
        assert "没有用户 nobody" in node.hub("user", command, "nobody").err


def test_the_last_administrator_of_a_kind_stays_and_administrators_become_nothing_else(node: TestNode):
    node.ok("user", "setup", *THREE)

    assert "唯一启用的系统管理员" in node.hub("user", "disable", "zhang").err
    assert "不能互换" in node.hub("user", "add", "zhang", "--role", "officer").err
    assert "不能兼任" in node.hub("user", "add", "zhang2", "--role", "auditor", "--title", "张某").err
    node.ok("user", "add", "zhao", "--role", "sysadmin", "--title", "赵某")
    assert node.hub("user", "disable", "zhang").code == 0


def test_a_code_for_the_setup_page_is_given_again(node: TestNode):
    first, second = (node.hub("user", "setup", "--code").out.strip() for _ in range(2))

    assert re.fullmatch(r"[0-9a-f]{32}", first)
    assert first != second


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ({"host": '"0.0.0.0"'}, "演示方式只能监听本机地址"),
        ({"host": '"0.0.0.0"', "demo": "false"}, "必须使用加密连接"),
        ({"tls_key": '"/nowhere"'}, "须同时设置"),
        ({"tls_key": '"/nowhere"', "tls_certificate": '"/nowhere"'}, "找不到文件"),
        ({"host": '"0.0.0.0"', "demo": "false", "behind_tls_proxy": "true"}, "须写明节点的域名和代理的地址"),
        ({"behind_tls_proxy": "true", "names": '"hub.example.cn"', "proxies": '"*"'}, "不能是 *"),
        ({"redirect_port": "8080"}, "只在节点自有证书时使用"),
        ({"second_factor": '"everybody"'}, "不认识"),
        ({"second_factor": '"signers,nobody"'}, "不认识"),
    ],
)
def test_nothing_is_served_to_other_machines_without_tls(node: TestNode, lines: dict[str, str], said: str):
    settings = node.home / "hub.toml"
    text = settings.read_text("utf-8")
    for name, value in lines.items():
        text = re.sub(rf"^{name} = .*$", f"{name} = {value}", text, flags=re.MULTILINE)
    settings.write_text(text, "utf-8")

    done = node.hub("serve")
    assert (done.code, said in done.err) == (2, True), done


@pytest.mark.parametrize(
    ("written", "demo", "groups"),
    [
        ("", True, set()),
        ("", False, {"administrators"}),
        ("nobody", False, set()),
        ("administrators,signers", True, {"administrators", "signers"}),
    ],
)
def test_administrators_need_a_second_factor_unless_the_office_or_the_demonstration_says_otherwise(
    node: TestNode, written: str, demo: bool, groups: set[str]
):
    settings = replace(load_settings(node.home), second_factor=written, demo=demo)

    assert settings.factor_for() == groups


def test_a_second_factor_that_is_lost_is_taken_away_at_the_machine(node: TestNode):
    node.ok("user", "add", "zhao", "--role", "officer")
    assert "没有启用第二因子" in node.hub("user", "drop-factor", "zhao").err
    with node.store().begin() as uow:
        uow.users.put_credentials(Credentials("zhao", "$argon2id$", secret="GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"))

    assert node.hub("user", "drop-factor", "zhao").code == 0
    [zhao] = node.ok("user", "list")
    assert (zhao["password"], zhao["factor"]) == (True, False)


def test_a_certificate_that_cannot_be_used_is_told_before_anything_is_served(node: TestNode):
    (node.home / "bad.pem").write_text("no certificate", "ascii")
    settings = node.home / "hub.toml"
    text = settings.read_text("utf-8").replace('tls_certificate = ""', f'tls_certificate = "{node.home / "bad.pem"}"')
    settings.write_text(text.replace('tls_key = ""', f'tls_key = "{node.home / "bad.pem"}"'), "utf-8")

    done = node.hub("serve")
    assert (done.code, "证书或私钥无法使用" in done.err) == (2, True), done


def test_people_of_the_demonstration_are_made_at_once_and_again_without_harm(node: TestNode):
    made = node.ok("user", "demo")

    assert all(one["name"].startswith("demo-") and one["title"].startswith("演示") for one in made)
    assert node.ok("user", "demo") == made
    assert states(node) == {one["name"]: True for one in made}


def test_people_of_the_demonstration_are_refused_outside_it(node: TestNode):
    settings = node.home / "hub.toml"
    demo = settings.read_text("utf-8")
    settings.write_text(re.sub(r'clock = ".*"', 'clock = ""', demo).replace("demo = true", "demo = false"), "utf-8")

    assert "只有演示方式的节点有演示人员" in node.hub("user", "demo").err
    settings.write_text(demo, "utf-8")
    assert node.ok("user", "list") == []
