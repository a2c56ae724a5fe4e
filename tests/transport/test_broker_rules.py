"""The rules of a real broker: TLS with certificates, every member as itself, its own inbox and nothing more."""

from __future__ import annotations

import json
import ssl
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pika
import pytest
from pika.exceptions import AMQPError

from deploy.services import BrokerRules, PrivateRabbit
from hub.core.errors import TransportAway
from hub.flows.ports import Outgoing, SentStatus
from hub.transport.broker import definitions
from hub.transport.rabbitmq import RabbitTransport
from hub.transport.rabbitmq_loop import EXCHANGE, inbox_of, parameters
from tests.transport.certificates import Authority

ME, PEER, GONE = "450900-mr", "440800-ps", "460100-mr"
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Ruled:
    """A running broker with its authority."""

    port: int
    authority: Authority

    def url(self, member: str, *, by: Authority | None = None) -> str:
        """As a member's settings have it."""
        certificate, key = (by or self.authority).issue(member)
        files = f"cacertfile={self.authority.file}&certfile={certificate}&keyfile={key}"
        return f"amqps://{member}@127.0.0.1:{self.port}/%2F?{files}"

    def attempt(self, act: Callable[[Any], Any], member: str = ME) -> str:
        """What the broker answers a member who tries this on a channel of its own; empty: it lets it."""
        connection = pika.BlockingConnection(parameters(self.url(member), "attempt"))
        try:
            channel = connection.channel()
            channel.confirm_delivery()
            act(channel)
            return ""
        except AMQPError as error:
            return f"{getattr(error, 'reply_code', '')} {getattr(error, 'reply_text', error)}"
        finally:
            if connection.is_open:
                connection.close()


@pytest.fixture(scope="module")
def broker() -> Iterator[Ruled]:
    with tempfile.TemporaryDirectory(prefix="hub-tests-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        authority = Authority(folder)
        certificate, key = authority.issue("broker")
        made = folder / "definitions.json"
        made.write_text(json.dumps(definitions([(ME, True), (PEER, True), (GONE, False)])))
        with PrivateRabbit(folder / "server", BrokerRules(authority.file, certificate, key, made)) as server:
            yield Ruled(server.port(), authority)


def test_members_exchange_by_certificate_and_the_broker_vouches_for_the_sender(broker: Ruled) -> None:
    sender, receiver = RabbitTransport(broker.url(ME), ME), RabbitTransport(broker.url(PEER), PEER)
    try:
        assert "已连接" in receiver.probe()
        sent = sender.publish(
            [Outgoing("1", PEER, b"one"), Outgoing("2", "all", b"two"), Outgoing("3", GONE, b"kept")]
        ).sent()
        assert [one.status for one in sent] == [SentStatus.CONFIRMED] * 3
        got = []
        while some := receiver.receive(10, 1.0):
            receiver.ack([one.tag for one in some])
            got += some
        assert [(one.raw, one.claimed) for one in got] == [(b"one", ME), (b"two", ME)]
    finally:
        sender.close()
        receiver.close()


MORE = {
    "read another's inbox": (lambda c: c.basic_get(inbox_of(PEER)), "403"),
    "drain another's inbox": (lambda c: c.queue_purge(inbox_of(PEER)), "403"),
    "write as another": (
        lambda c: c.basic_publish(EXCHANGE, PEER, b"x", pika.BasicProperties(user_id=PEER)),
        "406",
    ),
    "write past the exchange": (lambda c: c.basic_publish("", inbox_of(PEER), b"x"), "403"),
    "make a queue": (lambda c: c.queue_declare("mine"), "403"),
    "listen to all traffic": (lambda c: c.queue_bind(inbox_of(ME), EXCHANGE, routing_key=PEER), "403"),
    "delete an inbox": (lambda c: c.queue_delete(inbox_of(PEER)), "403"),
    "delete the exchange": (lambda c: c.exchange_delete(EXCHANGE), "403"),
}


@pytest.mark.parametrize("more", MORE)
def test_a_member_that_tries_more_is_refused_by_the_broker(broker: Ruled, more: str) -> None:
    act, code = MORE[more]
    assert broker.attempt(act).startswith(code), more
    assert broker.attempt(lambda c: c.basic_get(inbox_of(ME))) == "", "the same login may do its own work"


def test_who_left_the_federation_is_not_let_in(broker: Ruled) -> None:
    with pytest.raises(TransportAway):
        RabbitTransport(broker.url(GONE), GONE).probe()


def test_without_a_certificate_of_the_federations_authority_nobody_comes_in(broker: Ruled, tmp_path: Path) -> None:
    plain = f"amqps://guest:guest@127.0.0.1:{broker.port}/%2F?cacertfile={broker.authority.file}"
    stranger = broker.url(ME, by=Authority(tmp_path, "stranger"))
    for url in (plain, stranger, f"amqp://guest:guest@127.0.0.1:{broker.port}/%2F"):
        with pytest.raises(TransportAway):
            RabbitTransport(url, ME).probe()


def deep(broker: Ruled, folder: Path) -> tuple[Path, Path]:
    branch = Authority(folder, "branch", under=broker.authority, path=0)
    return Authority(folder, "twig", under=branch).issue(ME)


FALSE: dict[str, Callable[[Ruled, Path], tuple[Path, Path]]] = {
    "an authority of the same name": lambda _, folder: Authority(folder).issue(ME),
    "expired by a second": lambda broker, _: broker.authority.issue(
        ME,
        file="late",
        until=datetime.now(UTC) - timedelta(seconds=1),  # noqa: TID251  TLS looks at the machine's clock
    ),
    "one for many members": lambda broker, _: broker.authority.issue("*-mr", file="wild"),
    "NUL in the name": lambda broker, _: broker.authority.issue(f"{ME}\0.evil", file="nul"),
    "more authorities than the chain allows": deep,
}


@pytest.mark.parametrize("how", FALSE)
def test_b39_the_broker_lets_nobody_in_by_a_certificate_that_is_not_his_own(
    broker: Ruled, tmp_path: Path, how: str
) -> None:
    certificate, key = FALSE[how](broker, tmp_path)
    files = f"cacertfile={broker.authority.file}&certfile={certificate}&keyfile={key}"
    with pytest.raises(TransportAway):
        RabbitTransport(f"amqps://{ME}@127.0.0.1:{broker.port}/%2F?{files}", ME).probe()


def test_a_broker_of_another_authority_is_not_believed(broker: Ruled, tmp_path: Path) -> None:
    other = Authority(tmp_path, "other")
    certificate, key = broker.authority.issue(ME)
    url = f"amqps://{ME}@127.0.0.1:{broker.port}/%2F?cacertfile={other.file}&certfile={certificate}&keyfile={key}"
    with pytest.raises(TransportAway):
        RabbitTransport(url, ME).probe()
    assert ssl.HAS_TLSv1_3
