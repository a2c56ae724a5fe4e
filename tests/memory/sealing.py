"""A seal system in memory: the ``Sealing`` port, and what the people at the seal would do."""

from __future__ import annotations

from hub.core.seals import Returned, SealRequest, request_named


class MemorySealing:
    """Nothing is lost but with the process."""

    def __init__(self, limit: int = 1024 * 1024) -> None:
        self._limit = limit
        self.asked: dict[str, tuple[SealRequest, bytes]] = {}
        self.inbox: dict[str, bytes] = {}
        self.done: dict[str, bytes] = {}
        self.wrong: dict[str, str] = {}

    def hand_over(self, request: SealRequest, pdf: bytes) -> None:
        self.asked[request.id] = (request, pdf)

    def waiting(self) -> list[SealRequest]:
        return [self.asked[one][0] for one in sorted(self.asked)]

    def collect(self, limit: int) -> list[Returned]:
        found = []
        for name in sorted(self.inbox)[:limit]:
            request, original = self.asked.get(request_named(name) or "", (None, b""))
            found.append(Returned(name, name, request, original, self.inbox[name][: self._limit + 1]))
        return found

    def settle(self, tag: str) -> str:
        if tag in self.inbox:
            self.done[tag] = self.inbox.pop(tag)
        self.asked.pop(request_named(tag) or "", None)
        return f"done/{tag}"

    def refuse(self, tag: str, reason: str) -> str:
        if self.inbox.pop(tag, None) is not None:
            self.wrong[tag] = reason
        return f"wrong/{tag}"
