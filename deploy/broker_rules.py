"""An office's broker instead of an open one: TLS, certificates, and the rights made from the roster."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from deploy import processes

if TYPE_CHECKING:
    import socket

_CONF = Path(__file__).with_name("rabbitmq") / "rabbitmq.conf"


@dataclass(frozen=True)
class BrokerRules:
    """What an office's broker is given: PEM files of its TLS side and the definitions made from the roster."""

    ca: Path
    certificate: Path
    key: Path
    definitions: Path


def configuration(rules: BrokerRules, folder: Path, port: int, user: str | None) -> str:
    """``rabbitmq.conf`` with the places of ``folder``, into which the files are copied for the broker's own user."""
    places = {"PORT": f"127.0.0.1:{port}"}
    files = {"ca": rules.ca, "certificate": rules.certificate, "key": rules.key, "definitions": rules.definitions}
    for name, source in files.items():
        target = folder / f"{name}{source.suffix}"
        processes.write_owned(target, source.read_text(), user)
        places[name.upper()] = str(target)
    return Template(_CONF.read_text()).substitute(places)


def answers_over_tls(connection: socket.socket, rules: BrokerRules) -> bool:
    """Whether the broker greets; whether it lets anybody in is another question."""
    context = ssl.create_default_context(cafile=rules.ca)
    context.wrap_socket(connection, server_hostname="127.0.0.1").close()
    return True
