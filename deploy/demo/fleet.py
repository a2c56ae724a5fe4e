"""All eight nodes together: founded once, started in parallel, ended without an orphan."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from deploy import processes
from deploy.demo import founding, layout
from deploy.demo.backends import Backend, Embedded, Services
from deploy.demo.commands import Commands
from deploy.demo.lived import Lived, clock_of
from deploy.demo.nodes import Node
from deploy.demo.offices import OFFICES, Office
from deploy.demo.waiting import until

USER = "demo"
"""The person the sign-in link is for; its token is the business system's."""
_ROLES = {"mr": "officer", "ps": "liaison", "jm": "secretariat"}
_TITLES = {"mr": "演示办案人员", "ps": "演示公安联络员", "jm": "演示联席办工作人员"}


class Fleet:
    """The nodes of one demonstration and what they stand on."""

    def __init__(
        self,
        base: Path,
        *,
        rabbitmq: bool,
        day: datetime | None,
        say: Callable[[str], None],
        lived: Lived | None = None,
    ) -> None:
        """``day``: the moment at which the nodes' clocks begin; None lets them keep the machine's time.

        ``lived``: months of business that have gone by before the first start; the clocks stand at their end then.
        """
        self.base = base
        self.say = say
        self.backend: Backend = Services(base) if rabbitmq else Embedded(base)
        self.commands = Commands()
        self.memory = layout.Memory.read(base / "memory.json")
        self.lived = lived
        founded = layout.is_founded(base)
        keeps_clock = lived is not None and (not founded or (base / "clock").exists())
        self._clock = base / "clock" if day is not None or keeps_clock else None
        self._ahead = day - datetime.now(UTC) if day is not None else timedelta(0)
        if lived is not None and self._clock is not None:
            self._ahead = clock_of(self._clock) if founded else lived.since - datetime.now(UTC)
        self.nodes = {office.id: self._node(office) for office in OFFICES}

    def __getitem__(self, office: Office) -> Node:
        """The node of an office."""
        return self.nodes[office.id]

    def __iter__(self) -> Iterator[Node]:
        """All nodes, in the order of the roster."""
        return iter(self.nodes.values())

    @property
    def now(self) -> datetime:
        """The time the nodes' clocks show."""
        return datetime.now(UTC) + self._ahead

    def forward(self, by: timedelta) -> None:
        """Let time pass at every node."""
        self._ahead += by
        self._write_clock()

    def start(self) -> None:
        """Bring everything up; what an earlier start made is used again."""
        if self._clock is not None:
            self._write_clock()
        self.backend.begin()
        if not layout.is_founded(self.base):
            self.say("建立八个节点：密钥、名册、协议……")
            enrolments = self._enrol()
            self.backend.wait_database()
            self._init(enrolments)
            self._live()
            (self.base / "founded").touch()
        self.backend.wait_database()
        for node in self.nodes.values():
            node.overrides = {
                "HUB_DATABASE": self.backend.database(node.home),
                "HUB_TRANSPORT": self.backend.transport(node.office),
            }
        self.backend.wait_pipe()
        self.say(f"启动八个节点（{self.backend.title}）……")
        for node in self.nodes.values():
            # Founding took a while, and somebody else may have taken the port since.
            if not processes.port_is_free(node.port):
                node.port = self.memory.ports[node.office.id] = processes.free_port()
            node.start()
        self._remember()
        for node in self.nodes.values():
            until(f"{node.office.short}的节点启动", node.is_ready, 90)

    def stop(self) -> None:
        """End all nodes at once and in order, then what they stood on."""
        for node in self.nodes.values():
            node.ask_to_stop()
        for node in self.nodes.values():
            node.wait_stopped()
        self._remember()
        self.backend.stop()

    def sign_in_links(self) -> dict[str, str]:
        """One link for each node; it works once and for ten minutes."""
        nodes = list(self.nodes.values())
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            links = pool.map(lambda node: str(node.hub_json("user", "link", USER)["url"]), nodes)
        return {node.office.id: link for node, link in zip(nodes, links, strict=True)}

    def _node(self, office: Office) -> Node:
        port = self.memory.ports.get(office.id, 0)
        while not port or not processes.port_is_free(port) or port in self._taken(office):
            port = processes.free_port()
        self.memory.ports[office.id] = port
        token = self.memory.tokens.get(office.id, "")
        return Node(office, self.base / office.id, port, self.commands, self._clock, token)

    def _taken(self, office: Office) -> set[int]:
        return {port for member, port in self.memory.ports.items() if member != office.id}

    def _enrol(self) -> dict[str, list[dict[str, Any]]]:
        """Each node makes its keys; only the public halves and the proofs of possession leave it."""

        def enrol(node: Node) -> list[dict[str, Any]]:
            request = self.base / f"{node.office.id}.enrolment.json"
            node.hub("node", "enrol", "--member", node.office.id, "--out", request)
            keys: list[dict[str, Any]] = json.loads(request.read_text("utf-8"))["keys"]
            return keys

        return dict(zip(self.nodes, self._each(enrol), strict=True))

    def _init(self, enrolments: dict[str, list[dict[str, Any]]]) -> None:
        files = founding.found(self.base / "root", enrolments, self.now)

        def init(node: Node) -> str:
            node.hub(
                *("node", "init", "--demo", "--member", node.office.id, "--root", files.fingerprint),
                *("--root-file", files.root, "--roster", files.roster, "--agreement", files.agreement),
                *("--database", self.backend.database(node.home), "--transport", self.backend.transport(node.office)),
                *("--port", str(node.port)),
            )
            system = node.office.system
            # One person plays the whole office here, its head included: nobody else is there to sign off.
            who = ("--role", _ROLES[system], "--title", _TITLES[system], "--level", "principal_head")
            made = node.hub_json("user", "add", USER, *who, "--token")
            node.hub("user", "demo")
            return str(made["token"])

        for node, token in zip(self.nodes.values(), self._each(init), strict=True):
            node.token = self.memory.tokens[node.office.id] = token
        self.memory.write()

    def _live(self) -> None:
        """Let the months go by that people see when they open the demonstration."""
        if self.lived is not None:
            self._ahead = self.lived.play([node.home for node in self.nodes.values()], self.say) - datetime.now(UTC)
            self._write_clock()

    def _each(self, what: Callable[[Node], Any]) -> list[Any]:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(what, self.nodes.values()))

    def _write_clock(self) -> None:
        assert self._clock is not None
        aside = self._clock.with_suffix(".new")
        aside.write_text(f"{self._ahead.total_seconds():.3f}", "ascii")
        aside.rename(self._clock)

    def _remember(self) -> None:
        running = {member: node.process.pid for member, node in self.nodes.items() if node.process is not None}
        self.memory.pids = running
        self.memory.write()
