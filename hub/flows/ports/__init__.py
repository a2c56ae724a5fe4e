"""What the flows need from the world: clock-free protocols, each with its durability and failure contract.

Only the edges implement these (``store``, ``transport``, ``keystore``); ``tests/fakes.py`` holds in-memory twins that
pass the same contract suites.
"""

from hub.flows.ports.pipe import (
    Incoming,
    Keys,
    NewId,
    Outgoing,
    Posted,
    Salt,
    Sealer,
    Sent,
    SentStatus,
    Signer,
    Told,
    Transport,
)
from hub.flows.ports.work import Store, UnitOfWork

__all__ = [
    "Incoming",
    "Keys",
    "NewId",
    "Outgoing",
    "Posted",
    "Salt",
    "Sealer",
    "Sent",
    "SentStatus",
    "Signer",
    "Store",
    "Told",
    "Transport",
    "UnitOfWork",
]
