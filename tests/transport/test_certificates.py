"""B39: by which certificate a node believes that it speaks with the broker; a real handshake with a bad server."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from hub.transport.rabbitmq_loop import parameters
from tests.transport.certificates import Authority

HOST = "broker.example.test"
NAMED = (x509.DNSName(HOST),)
Files = tuple[Path, Path]


@contextmanager
def serving(files: Files) -> Iterator[socket.socket]:
    """Our end of a connection to a server with this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    here, there = socket.socketpair()

    def greet() -> None:
        with suppress(OSError), context.wrap_socket(there, server_side=True) as secured:
            secured.recv(1)

    thread = threading.Thread(target=greet)
    thread.start()
    try:
        yield here
    finally:
        here.close()
        thread.join(10)
        there.close()


def greeted(authority: Authority, files: Files) -> str:
    """What a node that trusts ``authority`` says to it; empty: it goes on."""
    options = parameters(f"amqps://450900-mr@{HOST}/?cacertfile={authority.file}", "test").ssl_options
    with serving(files) as here:
        try:
            with options.context.wrap_socket(here, server_hostname=options.server_hostname):
                return ""
        except ssl.SSLCertVerificationError as error:
            return error.verify_message


def _by_another(authority: Authority, folder: Path) -> Files:
    away = folder / "other"
    away.mkdir()
    return Authority(away).issue(HOST, file="twin", names=NAMED)


def _expired(authority: Authority, folder: Path) -> Files:
    second_ago = datetime.now(UTC) - timedelta(seconds=1)  # noqa: TID251  TLS looks at the machine's clock
    return authority.issue(HOST, file="late", names=NAMED, until=second_ago)


def _too_deep(authority: Authority, folder: Path) -> Files:
    branch = Authority(folder, "branch", under=authority, path=0)
    return Authority(folder, "twig", under=branch).issue(HOST, file="deep", names=NAMED)


BAD: dict[str, tuple[Callable[[Authority, Path], Files], str]] = {
    "the same name by an authority of the same name": (_by_another, "unable to get local issuer|self-signed|signature"),
    "one for many hosts": (
        lambda a, _: a.issue(HOST, file="wild", names=[x509.DNSName("*.example.test")]),
        "Hostname mismatch",
    ),
    "one for part of a name": (
        lambda a, _: a.issue(HOST, file="part", names=[x509.DNSName("bro*.example.test")]),
        "Hostname mismatch",
    ),
    "a common name alone": (lambda a, _: a.issue(HOST, file="common", names=()), "Hostname mismatch"),
    "NUL in the common name": (
        lambda a, _: a.issue(f"{HOST}\0.evil.test", file="nul", names=()),
        "Hostname mismatch",
    ),
    "expired by a second": (_expired, "expired"),
    "more authorities than the chain allows": (_too_deep, "path length"),
}


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def test_the_brokers_own_certificate_is_taken_also_by_an_authority_below_ours(
    authority: Authority, tmp_path: Path
) -> None:
    assert greeted(authority, authority.issue(HOST, file="good", names=NAMED)) == ""
    branch = Authority(tmp_path, "branch", under=authority, path=0)
    assert greeted(authority, branch.issue(HOST, file="below", names=NAMED)) == ""


@pytest.mark.parametrize("how", BAD)
def test_b39_a_certificate_that_is_not_the_brokers_own_is_refused(
    authority: Authority, tmp_path: Path, how: str
) -> None:
    made, why = BAD[how]
    said = greeted(authority, made(authority, tmp_path))
    assert any(word in said for word in why.split("|")), said
