"""Nodes outside demo mode: real keys, the machine's own clock, and nothing to read on the way between them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

import pytest

from hub.core.envelope import PART, decode
from hub.core.errors import Misconfigured
from hub.keystore import make_key
from hub.settings import Settings
from hub.transport.spool import SpoolTransport
from tests.builders import BEIHAI, JOINT, YULIN
from tests.cli.holders import Holders
from tests.cli.nodes import PATIENCE, TestNode, hub, today, until

SECRET = "不得外泄的附件内容" * 400


@pytest.fixture
def table(tmp_path: Path) -> Holders:
    made = Holders(tmp_path, issued=today())
    made.fingerprint = made.found()
    made.first()
    return made


def findings(node: TestNode) -> dict[str, tuple[str, str]]:
    return {one["name"]: (one["level"], one["what"]) for one in node.hub("doctor", "--json").json["checks"]}


def page(node: TestNode, path: str) -> str:
    with urlopen(f"http://127.0.0.1:{node.port}{path}", timeout=PATIENCE) as answer:
        return str(answer.read().decode())


def test_two_nodes_with_real_keys_exchange_and_whoever_looks_into_the_spool_sees_ciphertext(table: Holders) -> None:
    yulin, beihai = (table.node(member, demo=False) for member in (YULIN, BEIHAI))
    assert "演示" not in findings(yulin)["配置"][1]
    letter = yulin.home / "附件.txt"
    letter.write_text(SECRET, "utf-8")
    files = table.folder / "spool"
    SpoolTransport(files, BEIHAI).receive(1, 0.0)  # Makes its inbox; nobody empties it yet.
    with yulin.running("run"):
        yulin.wait_for_log('"working"')
        document = yulin.send("case_notice", BEIHAI, "--attach", letter)["document"]

        def waiting() -> list[bytes]:
            return [one.read_bytes() for one in (files / BEIHAI / "new").iterdir()]

        until(lambda: any(PART.encode() in raw for raw in waiting()))
        for raw in waiting():
            seen = decode(raw)
            assert not any(SECRET[:9].encode() in some for some in (raw, seen.payload, seen.body or b""))
        with beihai.running("run"):
            until(lambda: yulin.steps(document)[BEIHAI] == "delivered")
        [part] = beihai.ok("show", document)["copies"][0]["parts"]
        with beihai.store().begin() as uow:
            assert uow.parts.piece(part["sha256"], 0) == SECRET.encode()
        said = page(yulin, "/sign-in")
        assert "打击传销" in said
        assert "演示" not in said
    level, what = findings(beihai)["密钥"]
    assert (level, "没有口令的密钥文件：node.key、seal.key、witness.key、fields.key" in what) == ("yellow", True)
    phrase = table.phrase(9)
    assert beihai.hub("keys", "protect", "--passphrase", f"file:{phrase}").code == 0
    assert findings(beihai)["密钥"][0] == "green"


def test_a_made_up_key_is_refused_outside_demo_mode_when_the_node_is_made_and_when_it_starts(tmp_path: Path) -> None:
    table = Holders(tmp_path)
    table.fingerprint = table.found()
    for name, purpose in (("node", "sign"), ("seal", "seal"), ("witness", "witness")):
        (tmp_path / YULIN).mkdir(mode=0o700, exist_ok=True)
        make_key(purpose, tmp_path / YULIN / f"{name}.key", demo=lambda: b"sixteen bytes ..")
    table.first((YULIN, JOINT))
    with pytest.raises(AssertionError, match="演示密钥"):
        table.node(YULIN, demo=False)
    node = table.node(YULIN)
    text = (node.home / "hub.toml").read_text("utf-8")
    lines = [one for one in text.splitlines() if not one.startswith(("demo =", "clock ="))]
    (node.home / "hub.toml").write_text("\n".join(lines) + "\n", "utf-8")
    with node.running("work") as worker:
        assert worker.wait(PATIENCE) == 2
    assert "演示密钥" in node.log
    level, what = findings(node)["密钥"]
    assert (level, "演示密钥" in what) == ("red", True)


def test_outside_demo_mode_no_clock_but_the_machines_is_taken(tmp_path: Path) -> None:
    table = Holders(tmp_path)
    table.fingerprint = table.found()
    table.first((YULIN, JOINT))
    node = table.node(YULIN)
    settings = node.home / "hub.toml"
    settings.write_text(settings.read_text("utf-8").replace("demo = true", "demo = false"), "utf-8")
    done = hub("--home", node.home, "work")
    assert (done.code, "另设时钟" in done.err) == (2, True), done


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("amqp://450900-mr:secret@10.1.2.3:5672/%2F", "10.1.2.3 不在本机"),
        ("amqp://broker.example.cn", "broker.example.cn 不在本机"),
        ("amqps://guest:guest@10.1.2.3:5671/%2F", "不能以 guest"),
        ("amqps://10.1.2.3:5671/%2F?cacertfile=/ca.pem", "不能以 guest"),
        ("amqp://127.0.0.1", "不能以 guest"),
        ("amqp://[::1", "格式不正确"),
    ],
)
def test_outside_demo_mode_no_plain_line_to_another_machine_and_no_guest(
    tmp_path: Path, address: str, why: str
) -> None:
    settings = Settings(tmp_path, YULIN, "sqlite:///x", address, "file:node.key")
    with pytest.raises(Misconfigured, match=why) as refused:
        settings.check()
    assert refused.value.field == "transport"
    if why != "格式不正确":
        assert "amqps://" in refused.value.next_step
        replace(settings, demo=True).check()


@pytest.mark.parametrize(
    "address",
    [
        "spool:/var/spool/hub",
        "amqp://450900-mr:secret@127.0.0.1:5672/%2F",
        "amqps://450900-mr@10.1.2.3:5671/%2F?cacertfile=/ca.pem&certfile=/c.pem&keyfile=/k.pem",
        "amqps://10.1.2.3:5671/%2F?cacertfile=/ca.pem&certfile=/c.pem&keyfile=/k.pem",
    ],
)
def test_a_broker_here_or_by_certificate_is_taken(tmp_path: Path, address: str) -> None:
    Settings(tmp_path, YULIN, "sqlite:///x", address, "file:node.key").check()
