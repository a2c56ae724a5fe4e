"""The register of offices outside the federation 系统外单位: who they are, and how paper reaches them (DESIGN D15)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class OutsideOffice:
    """One office that is no member: a village committee, a provincial bureau, a sixth city."""

    id: str
    """``out-<region>-<number>``, this office's own number for it."""
    name: str
    region: str
    """GB/T 2260 code."""
    system: str
    """``mr ps gov grass other``: 市场监管, 公安, 其他机关, 基层组织, 其他."""
    address: str
    contact: str
    phone: str
    channel: str
    """How paper goes there: ``post`` 邮寄, ``secure_courier`` 机要, ``fax`` 传真, ``in_person`` 专人送达."""
    active: bool = True


class OutsideOffices(Protocol):
    """The register; nothing is deleted, what is out of use is inactive."""

    def get(self, office: str) -> OutsideOffice | None: ...
    def put(self, office: OutsideOffice) -> None:
        """Insert or replace by id."""
        ...

    def all(self) -> list[OutsideOffice]:
        """All of them, by id."""
        ...
