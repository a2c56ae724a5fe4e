"""A PostgreSQL and a RabbitMQ of our own for the demo and the tests: private data, loopback ports, gone when we go.

    with postgres(folder / "postgres") as dsn, rabbitmq(folder / "rabbit") as url:
        ...

A second start on the same folder continues where the first ended, on the same ports. :class:`PrivatePostgres` and
:class:`PrivateRabbit` can also be killed mid-work and wiped, for tests of what the hub does then.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Self

from deploy import processes, programs
from deploy.broker_rules import BrokerRules, answers_over_tls, configuration
from deploy.processes import ServiceFailed
from deploy.programs import ServiceMissing

__all__ = ["BrokerRules", "PrivatePostgres", "PrivateRabbit", "ServiceFailed", "ServiceMissing", "postgres", "rabbitmq"]


class _PrivateServer(ABC):
    """What both servers share: one folder, remembered ports, one main process and perhaps a companion."""

    user_name: ClassVar[str]
    port_names: ClassVar[tuple[str, ...]]
    stop_signal: ClassVar[signal.Signals]
    patience: ClassVar[float] = 90

    def __init__(self, data_dir: Path) -> None:
        """Nothing is started or installed yet; ``data_dir`` is made on the first start."""
        self._asked_dir = Path(data_dir)
        self._process: subprocess.Popen[bytes] | None = None
        self._companions: list[subprocess.Popen[bytes]] = []
        self._state: dict[str, str] = {}

    @property
    @abstractmethod
    def url(self) -> str:
        """Address with the credentials, valid after the first start."""

    @abstractmethod
    def _prepare(self) -> None:
        """Bring the data folder into a state the server starts from."""

    @abstractmethod
    def _launch(self) -> subprocess.Popen[bytes]:
        """Start the main process."""

    @abstractmethod
    def _ready(self) -> bool:
        """Whether clients are served now."""

    @property
    def pid(self) -> int:
        """Process id of the running server."""
        assert self._process is not None, "not started"
        return self._process.pid

    def port(self, name: str = "main") -> int:
        """The port remembered for this folder under ``name``."""
        return int(self._state[name])

    def start(self) -> Self:
        """Start and return once clients are served; continues on what the folder holds."""
        if self._process is not None:
            return self
        self._recall()
        self._prepare()
        self._process = self._launch()
        self._remember()
        try:
            self._wait_ready()
        except BaseException:
            self.kill()
            raise
        return self

    def stop(self) -> None:
        """Orderly shutdown of the server and everything it started."""
        self._end(lambda process: processes.end(process, self.stop_signal, 60))

    def kill(self) -> None:
        """End it as a power cut would; the data folder stays as it is."""
        self._end(processes.kill)

    def wipe(self) -> None:
        """Kill it, or what a killed run left of it, and lose all data; the next start is empty, on the same ports."""
        self.kill()
        self._recall()
        for entry in self.folder.iterdir():
            if entry.name != "state.json":
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(self, *_exception: object) -> None:
        """Stop."""
        self.stop()

    def _end(self, way: Callable[[subprocess.Popen[bytes]], None]) -> None:
        if self._process is not None:
            way(self._process)
            self._process = None
        for companion in self._companions:
            processes.kill(companion)
        self._companions.clear()

    def _wait_ready(self) -> None:
        assert self._process is not None
        process = self._process
        answered = processes.wait_until(lambda: process.poll() is not None or self._ready(), self.patience)
        if answered and process.poll() is None:
            return
        raise ServiceFailed(f"{type(self).__name__} 未能启动 / did not start:\n{processes.tail(self.log)}")

    def _recall(self) -> None:
        """Take up ports and secret of an earlier start; choose what is missing or meanwhile taken."""
        self._user = processes.unprivileged_user(self.user_name)
        self.folder = processes.private_folder(self._asked_dir, self._user)
        self.log = self.folder / "server.log"
        file = self.folder / "state.json"
        if not self._state and file.exists():
            self._state = json.loads(file.read_text())
        self._end_orphans()
        self._state.setdefault("secret", secrets.token_hex(16))
        for name in self.port_names:
            if name not in self._state or not processes.port_is_free(self.port(name)):
                self._state[name] = str(processes.free_port())
        self._remember()

    def _remember(self) -> None:
        pids = [each.pid for each in (self._process, *self._companions) if each is not None]
        text = json.dumps(self._state | {"pids": " ".join(map(str, pids))})
        processes.write_owned(self.folder / "state.json", text, self._user)

    def _end_orphans(self) -> None:
        """A demo that was killed leaves its servers behind; the next start ends them, and them only."""
        marks = (str(self.folder), f"-port {self._state.get('epmd')}")
        for pid in map(int, self._state.pop("pids", "").split()):
            if any(mark in processes.command_of(pid) for mark in marks):
                family = [pid, *processes.descendants(pid)]
                processes.send(pid, self.stop_signal)
                processes.finish(family, patience=30)

    def _spawn(self, *command: str | Path, **environment: str) -> subprocess.Popen[bytes]:
        kept = {name: os.environ[name] for name in ("PATH", "TZ") if name in os.environ}
        base = kept | {"HOME": str(self.folder), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        return processes.spawn(
            command, user=self._user, folder=self.folder, log=self.log, environment=base | environment
        )


class PrivatePostgres(_PrivateServer):
    """PostgreSQL with stock settings (fsync on), one superuser ``hub``, reachable over 127.0.0.1 with a password."""

    user_name = "postgres"
    port_names = ("main",)
    stop_signal = signal.SIGINT  # the "fast" shutdown: sessions end, data is checkpointed

    @property
    def url(self) -> str:
        """SQLAlchemy address of the maintenance database."""
        return f"postgresql+psycopg://hub:{self._state['secret']}@127.0.0.1:{self.port()}/postgres"

    def _prepare(self) -> None:
        self._bin = programs.postgres()
        if (self.folder / "data" / "PG_VERSION").exists():
            return
        # Made aside and then renamed: an interrupted first start leaves nothing that looks like a database.
        unfinished = self.folder / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        password_file = self.folder / "password"
        processes.write_owned(password_file, self._state["secret"], self._user)
        making = self._spawn(
            self._bin / "initdb", "-D", unfinished, "-U", "hub", f"--pwfile={password_file}",
            "--auth=scram-sha-256", "--encoding=UTF8", "--no-locale",
        )  # fmt: skip
        if making.wait():
            raise ServiceFailed(f"initdb:\n{processes.tail(self.log)}")
        password_file.unlink()
        unfinished.rename(self.folder / "data")

    def _launch(self) -> subprocess.Popen[bytes]:
        return self._spawn(
            self._bin / "postgres", "-D", self.folder / "data", "-p", str(self.port()),
            "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
        )  # fmt: skip

    def _ready(self) -> bool:
        command = [str(self._bin / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port())]
        return subprocess.run(command, check=False).returncode == 0


class PrivateRabbit(_PrivateServer):
    """RabbitMQ with its own node name, cookie and port mapper; the user guest, on 127.0.0.1 only."""

    user_name = "rabbitmq"
    port_names = ("main", "distribution", "epmd")
    stop_signal = signal.SIGTERM

    def __init__(self, data_dir: Path, rules: BrokerRules | None = None) -> None:
        """``rules``: users, queues and TLS as an office's broker has them; without, the demonstration's open door."""
        super().__init__(data_dir)
        self._rules = rules

    @property
    def url(self) -> str:
        """AMQP address of the default virtual host."""
        return f"amqp://guest:guest@127.0.0.1:{self.port()}/%2F"

    @property
    def node(self) -> str:
        """Erlang's name of this node."""
        return f"hub{self.port()}@localhost"

    def _prepare(self) -> None:
        self._server, self._epmd = programs.rabbit()
        processes.write_owned(self.folder / ".erlang.cookie", self._state["secret"], self._user, mode=0o400)
        settings, plugins = f"listeners.tcp.1 = 127.0.0.1:{self.port()}\n", "[]"
        if self._rules is not None:
            settings, plugins = (
                configuration(self._rules, self.folder, self.port(), self._user),
                "[rabbitmq_auth_mechanism_ssl]",
            )
        processes.write_owned(self.folder / "rabbitmq.conf", settings, self._user)
        processes.write_owned(self.folder / "enabled_plugins", f"{plugins}.\n", self._user)

    def _environment(self) -> dict[str, str]:
        return {
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self.port("epmd")),
            "RABBITMQ_ALLOW_INPUT": "true",  # the start script then becomes the server instead of watching it
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "advanced"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "rabbitmq-env.conf"),
            "RABBITMQ_DIST_PORT": str(self.port("distribution")),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_PID_FILE": str(self.folder / "rabbit.pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-noinput -kernel inet_dist_use_interface {127,0,0,1}",
        }

    def _launch(self) -> subprocess.Popen[bytes]:
        environment = self._environment()
        # Erlang's port mapper would otherwise outlive the server as an orphan nobody knows the id of.
        self._companions.append(self._spawn(self._epmd, "-port", environment["ERL_EPMD_PORT"], **environment))
        processes.wait_until(lambda: not processes.port_is_free(self.port("epmd")), 10)
        return self._spawn(self._server, **environment)

    def _ready(self) -> bool:
        """A broker that greets back is open for clients: it opens its port last."""
        try:
            with socket.create_connection(("127.0.0.1", self.port()), timeout=2) as connection:
                if self._rules is not None:
                    return answers_over_tls(connection, self._rules)
                connection.sendall(b"AMQP\x00\x00\x09\x01")
                return connection.recv(1) == b"\x01"
        except OSError:
            return False


@contextmanager
def postgres(data_dir: Path) -> Iterator[str]:
    """A running private PostgreSQL; gives its SQLAlchemy address."""
    with PrivatePostgres(data_dir) as server:
        yield server.url


@contextmanager
def rabbitmq(data_dir: Path) -> Iterator[str]:
    """A running private RabbitMQ; gives its AMQP address."""
    with PrivateRabbit(data_dir) as server:
        yield server.url
