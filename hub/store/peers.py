"""Liveliness of peers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from hub.flows.rows import Peer
from hub.store.bulk import Upsert, replacing
from hub.store.mapping import Mapping
from hub.store.tables import peers
from hub.store.work import among

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from hub.store.work import Work

_ROWS = Mapping(Peer, peers)
_SAVE = Upsert(peers, _ROWS.names, ["member"], replacing(_ROWS.names, ["member"]))
_GET = select(*_ROWS.columns).where(among(peers.c.member, "members"))


class SqlPeers:
    """Port ``Peers``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def get(self, members: Collection[str]) -> dict[str, Peer]:
        """What is known of each; nothing yet is an answer too."""
        found = {member: Peer(member) for member in members}
        for peer in _ROWS.build_all(self._work.tuples(_GET, members=members)):
            found[peer.member] = peer
        return found

    def save(self, new: Sequence[Peer]) -> None:
        """Insert or replace."""
        last = {peer.member: peer for peer in new}
        _SAVE.run(self._work, _ROWS.all_values(last.values()))
