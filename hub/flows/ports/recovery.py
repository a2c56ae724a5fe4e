"""What a node that was restored from a backup, or whose database was turned back, still has to learn."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol


class Recovery(Protocol):
    """What goes to a member is not signed before that member was heard: it may have been signed already (DESIGN D3)."""

    def waits_for(self) -> frozenset[str]:
        """Members not heard yet since the restore; ``all`` while nobody was; the node's own id: it was turned back."""
        ...

    def hold(self, members: Collection[str]) -> None:
        """Wait for these from now on; for none: go on."""
        ...

    def heard(self, member: str) -> None:
        """This member has nothing of ours that we lack; so what goes to all may be signed, too."""
        ...
