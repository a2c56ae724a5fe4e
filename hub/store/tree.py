"""The tree over the audit log: reading and keeping its nodes, and the leaves as they are stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, and_, bindparam, select, update

from hub.core.audit import Leaf, Logged
from hub.flows.ports.log import Round
from hub.store.bulk import Upsert, replacing
from hub.store.fields import examined
from hub.store.mapping import Mapping
from hub.store.tables import leaves, log_sizes, tree_nodes, tree_rounds
from hub.store.work import among, per_dialect, row_set

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import Connection
    from sqlalchemy.sql.base import Executable

    from hub.core.merkle import Place
    from hub.store.work import Work

_ADD = Upsert(tree_nodes, ["level", "index", "hash"], ["level", "index"])
_SIZE = select(log_sizes.c.size).where(log_sizes.c.name == "grown")
_GROW = (
    update(log_sizes)
    .where(log_sizes.c.name == "grown", log_sizes.c.size == bindparam("old", type_=BigInteger))
    .values(size=bindparam("new", type_=BigInteger))
)
_HASHES = select(leaves.c.position, leaves.c.hash).where(among(leaves.c.position, "positions"))
_FIRST, _END = bindparam("first", type_=BigInteger), bindparam("end", type_=BigInteger)
_INSIDE = (leaves.c.position >= _FIRST, leaves.c.position < _END)
_LEAVES = select(*examined(leaves)).where(*_INSIDE).order_by(leaves.c.position)
_HASHES_OF = select(leaves.c.position, leaves.c.hash).where(*_INSIDE)
_ROUNDS = Mapping(Round, tree_rounds)
_ROUND = select(*_ROUNDS.columns).where(tree_rounds.c.name == bindparam("name"))
_SAVE_ROUND = Upsert(tree_rounds, _ROUNDS.names, ["name"], replacing(_ROUNDS.names, ["name"]))


def _nodes(dialect: str) -> Executable:
    wanted = row_set(dialect, tree_nodes.c.level, tree_nodes.c.index)
    same = and_(tree_nodes.c.level == wanted.c.level, tree_nodes.c.index == wanted.c.index)
    return select(tree_nodes).join(wanted, same)


_NODES = per_dialect(_nodes)


def size_of(connection: Connection) -> int:
    """Number of leaves the tree has grown over."""
    return int(connection.execute(_SIZE).scalar_one())


def nodes_at(connection: Connection, places: Collection[Place]) -> dict[Place, bytes]:
    """Those of these nodes that are there; level 0 are the leaves' own hashes."""
    found: dict[Place, bytes] = {}
    positions = [index for level, index in places if level == 0]
    if positions:
        rows = connection.execute(_HASHES, {"positions": positions})
        found.update({(0, row.position): bytes.fromhex(row.hash) for row in rows})
    above = [{"level": level, "index": index} for level, index in places if level]
    if above:
        rows = connection.execute(_NODES[connection.dialect.name], {"rows": above})
        found.update({(level, index): bytes(one) for level, index, one in map(tuple, rows)})
    return found


def leaves_at(connection: Connection, first: int, end: int) -> list[Logged]:
    """The leaves at [first, end) as they are stored."""
    return [logged(*row) for row in connection.execute(_LEAVES, {"first": first, "end": end}).all()]


def logged(
    position: int, name: str, kind: str, subject: str, actor: str, at: datetime, salt: Any, record: Any
) -> Logged:
    """One row of the log; without salt or record its content was erased."""
    erased = salt is None or record is None
    return Logged(position, name, None if erased else Leaf(kind, subject, actor, at, bytes(salt), bytes(record)))


class SqlTree:
    """Port ``Tree``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def size(self) -> int:
        """Number of leaves the tree has grown over."""
        return size_of(self._work.connection)

    def read(self, places: Collection[Place]) -> dict[Place, bytes]:
        """Those of these nodes that are there."""
        return nodes_at(self._work.connection, places)

    def hashes(self, first: int, end: int) -> dict[int, bytes]:
        """By position, the hashes of the leaves that stand at [first, end)."""
        found = self._work.tuples(_HASHES_OF, first=first, end=end)
        return {position: bytes.fromhex(name) for position, name in found}

    def add(self, nodes: Sequence[tuple[int, int, bytes]]) -> None:
        """Keep finished nodes; one that is there stays as it is."""
        _ADD.run(self._work, nodes)

    def grow(self, old: int, new: int, nodes: Sequence[tuple[int, int, bytes]]) -> bool:
        """Of two that let it grow at once the second finds that it has grown already."""
        if self._work.run(_GROW, old=old, new=new).rowcount != 1:
            return False
        self.add(nodes)
        return True

    def leaves(self, first: int, end: int) -> list[Logged]:
        """The leaves at [first, end)."""
        return leaves_at(self._work.connection, first, end)

    def has_news(self, first: int, end: int, quiet: Collection[str]) -> bool:
        """True if one of the leaves at [first, end) is of none of these types."""
        wanted = select(leaves.c.position).where(*_INSIDE, leaves.c.type.not_in(sorted(quiet))).limit(1)
        return self._work.run(wanted, first=first, end=end).first() is not None

    def round(self, name: str) -> Round | None:
        """How far this check has come."""
        found = _ROUNDS.build_all(self._work.tuples(_ROUND, name=name))
        return found[0] if found else None

    def save_round(self, one: Round) -> None:
        """Insert or replace."""
        _SAVE_ROUND.run(self._work, [_ROUNDS.values(one)])
