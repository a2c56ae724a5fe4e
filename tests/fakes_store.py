"""The store in memory, under one name (its parts stand in :mod:`tests.memory`)."""

from tests.memory.journal import Crash
from tests.memory.store import MemoryStore, MemoryUnitOfWork

__all__ = ["Crash", "MemoryStore", "MemoryUnitOfWork"]
