"""Port onto the office's electronic-seal system: hand a PDF over, get the sealed file back later (DESIGN D15)."""

from __future__ import annotations

from typing import Protocol

from hub.core.seals import Returned, SealRequest


class Sealing(Protocol):
    """A system of the office's own that puts its seal on files; minutes or days lie between request and return.

    Every method raises only ``SealAway``; nothing handed over or come back is lost by it.
    """

    def hand_over(self, request: SealRequest, pdf: bytes) -> None:
        """Durable on return; the same request again is no second one."""
        ...

    def waiting(self) -> list[SealRequest]:
        """Handed over and neither settled nor withdrawn, oldest first."""
        ...

    def collect(self, limit: int) -> list[Returned]:
        """Files that came back; each comes again until it is settled or refused."""
        ...

    def settle(self, tag: str) -> str:
        """It is recorded: its request waits no longer. Says where the sealed file is kept, for people."""
        ...

    def refuse(self, tag: str, reason: str) -> str:
        """Lay it aside with the reason; its request goes on waiting. Says where it lies, for people."""
        ...
