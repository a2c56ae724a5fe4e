"""``hub digest``: numbers only, once a day, and nothing is remembered as sent that no server took."""

from __future__ import annotations

import email
import email.policy
import socket
import threading
from pathlib import Path

import pytest

from tests.builders import YULIN
from tests.cli.nodes import TestNode, make_node
from tests.ports import free_port


class Postbox:
    """Takes one mail after the other as RFC 5321 asks of a server, and keeps them."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as line:
                self._talk(line)

    def _talk(self, line) -> None:
        def say(text: str) -> None:
            line.write(f"{text}\r\n".encode())
            line.flush()

        say("220 postbox")
        while command := line.readline().decode().strip():
            if command.upper() == "DATA":
                say("354 go on")
                body = b""
                while (part := line.readline()) != b".\r\n":
                    body += part
                self.mails.append(body)
            say("221 bye" if command.upper() == "QUIT" else "250 ok")

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def postbox():
    box = Postbox()
    yield box
    box.close()


@pytest.fixture
def node(tmp_path: Path) -> TestNode:
    return make_node(tmp_path, YULIN)


def addressed(node: TestNode, port: int) -> None:
    path = node.home / "hub.toml"
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("mail_")]
    path.write_text(
        "\n".join([*lines, f'mail_server = "127.0.0.1:{port}"', 'mail_to = "duty@office.invalid"']) + "\n", "utf-8"
    )


def test_the_digest_is_mailed_once_a_day_and_holds_numbers_only(node: TestNode, postbox: Postbox) -> None:
    addressed(node, postbox.port)

    assert node.hub("digest", "--mail").code == 0
    assert "今天已发过" in node.hub("digest", "--mail").out
    assert node.hub("digest", "--mail", "--again").code == 0

    assert len(postbox.mails) == 2
    mail = email.message_from_bytes(postbox.mails[0], policy=email.policy.default)
    assert "玉林市监" in mail["Subject"]
    assert "没有需要处理的事" in mail.get_content()
    assert "演示·非真实公文" in mail.get_content()


def test_a_server_that_is_away_is_said_so_and_the_digest_goes_out_later(node: TestNode, postbox: Postbox) -> None:
    addressed(node, free_port())
    away = node.hub("digest", "--mail")
    assert (away.code, "邮件服务器不可用" in away.err) == (4, True), away

    addressed(node, postbox.port)
    assert node.hub("digest", "--mail").code == 0
    assert len(postbox.mails) == 1


def test_without_a_server_it_is_printed_and_asked_for_when_mailed(node: TestNode) -> None:
    assert node.hub("digest").out.strip() == "没有需要处理的事。"
    assert node.ok("digest")["notices"] == []
    refused = node.hub("digest", "--mail")
    assert (refused.code, "没有设置邮件服务器" in refused.err) == (2, True), refused
