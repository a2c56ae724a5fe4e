"""Offices whose logs witness each other: real databases in files, the real worker, a pipe in memory.

An office can be copied as it is now, and the copy put back: what an administrator of its machine could do.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from random import Random  # noqa: TID251  a seeded network; nothing here is left to chance
from shutil import copyfile
from typing import Any

from hub.core.audit import leaf
from hub.core.checkpoint import origin_of
from hub.flows.ports.log import Alarm, CheckpointRow, Cosigner, Witnessed
from hub.store.session import create_node, open_store
from hub.worker import Worker
from tests.builders import BEIHAI, HAIKOU, YULIN, Federation, federation, ids, incarnation, keys_for, salts
from tests.builders_fields import FIELDS
from tests.fakes_transport import MemoryNetwork

START = datetime.fromisoformat("2026-04-13T09:00:00+08:00")
MEMBERS = (YULIN, BEIHAI, HAIKOU)


class Office:
    """One node; ``hands`` is what its database administrator does behind its back."""

    def __init__(self, world: World, number: int, member: str) -> None:
        self.world, self.member, self.number = world, member, number
        self.path = world.folder / f"{member}.sqlite"
        fed = world.federation
        create_node(
            f"sqlite:///{self.path}",
            member=member,
            incarnation=incarnation(number),
            fingerprint=fed.fingerprint,
            root_raw=fed.root_raw,
            roster_raw=fed.roster_raw,
            agreement_raw=fed.agreement_raw,
            now=world.now,
        )
        self.ids, self.salts = ids(number * 1_000_000), salts(number * 1_000_000)
        self.transport = world.network.transport(member)
        self.start()

    @property
    def origin(self) -> str:
        return origin_of(self.member, incarnation(self.number))

    def start(self) -> None:
        """A new process over what is in the file."""
        self.store = open_store(f"sqlite:///{self.path}", self.member, FIELDS)
        keys = keys_for(self.member)
        self.worker = Worker(self.store, self.transport, keys, lambda: self.world.now, self.ids, self.salts)

    def act(self, count: int = 1, kind: str = "look-up") -> None:
        """People do something."""
        with self.store.begin() as uow:
            uow.ledger.add(
                [leaf(kind, f"thing {n}", "officer", self.world.now, self.salts(), n=n) for n in range(count)]
            )

    def hands(self, *statements: str) -> None:
        """What the database's administrator does, with the process stopped; it starts again afterwards."""
        self.store.close()
        with sqlite3.connect(self.path) as database:
            for statement in statements:
                database.execute(statement)
            database.commit()
        database.close()
        self.start()

    def copy(self, name: str = "backup") -> Path:
        """The whole database as it is now."""
        target = self.path.with_suffix(f".{name}")
        self.store.close()
        with sqlite3.connect(self.path) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        copyfile(self.path, target)
        self.start()
        return target

    def put_back(self, backup: Path) -> None:
        """The old file instead of the new one, and nobody is told."""
        self.store.close()
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        copyfile(backup, self.path)
        self.start()

    def alarms(self, about: str | None = None) -> list[Alarm]:
        with self.store.begin() as uow:
            return uow.alarms.open(about or self.member)

    def kinds(self, about: str | None = None) -> list[str]:
        return [one.kind for one in self.alarms(about)]

    def newest(self) -> CheckpointRow:
        with self.store.begin() as uow:
            found = uow.checkpoints.newest(self.origin)
        assert found is not None
        return found

    def cosigner(self, member: str) -> Cosigner:
        with self.store.begin() as uow:
            return uow.checkpoints.cosigners([member], self.origin)[member]

    def held(self, other: Office) -> Witnessed | None:
        with self.store.begin() as uow:
            return uow.witness.held(other.origin)


class World:
    """Three offices, their pipe and their time."""

    def __init__(self, folder: Path, members: tuple[str, ...] = MEMBERS) -> None:
        self.folder, self.now = folder, START
        self.federation: Federation = federation(members)
        self.network = MemoryNetwork(Random(1))
        self.offices = {member: Office(self, number + 1, member) for number, member in enumerate(members)}
        self.pass_time(60)

    def __getitem__(self, member: str) -> Office:
        return self.offices[member]

    def pass_time(self, seconds: float = 120, *, only: Any = None) -> None:
        """Everybody works on (``only``: these) while time passes."""
        end = self.now + timedelta(seconds=seconds)
        while self.now < end:
            self.now += timedelta(seconds=10)
            for _ in range(3):
                for member, office in self.offices.items():
                    if only is None or member in only:
                        office.worker.step()

    def close(self) -> None:
        for office in self.offices.values():
            office.store.close()
