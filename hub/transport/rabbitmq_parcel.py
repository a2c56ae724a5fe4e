r"""Several envelopes for one addressee in one AMQP message: the broker's work is by the message, not by the byte.

A parcel has the content type :data:`PARCEL`; each envelope in it is a length (u32, big-endian) and the bytes
themselves, one behind the other. Any other message is one envelope, bare. Envelopes stay what they are: each is signed,
refused and answered by itself, and no receiver can tell from the records how one came (decision 22).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import Final

from hub.core.errors import Malformed
from hub.core.ids import ALL
from hub.flows.ports import Outgoing
from hub.transport.limits import MAX_RECORD

PARCEL: Final = "application/vnd.antipyramid.parcel"
MOST_BYTES: Final = 120 * 1024
"""No second envelope is put in beyond this, so a parcel is one AMQP frame; thirty usual requests fit."""
MOST: Final = 500
"""Most envelopes in one parcel."""

_LENGTH: Final = struct.Struct(">I")


class Parcel:
    """Items of one batch for one addressee, by their places in it."""

    __slots__ = ("places", "size", "to")

    def __init__(self, to: str) -> None:
        """Empty."""
        self.to = to
        self.places: list[int] = []
        self.size = 0

    def takes(self, size: int) -> bool:
        """Whether an envelope of ``size`` bytes still fits; the first always does."""
        return not self.places or (self.size + size <= MOST_BYTES and len(self.places) < MOST)

    def put(self, place: int, size: int) -> None:
        """Put in the item at ``place``."""
        self.places.append(place)
        self.size += size

    def body(self, items: Sequence[Outgoing]) -> bytes:
        """The bytes of the AMQP message: a lone envelope goes bare."""
        if len(self.places) == 1:
            return items[self.places[0]].raw
        return packed([items[place].raw for place in self.places])


def parcels(items: Sequence[Outgoing], places: Iterable[int]) -> list[Parcel]:
    """The items at ``places`` in as few parcels as may be; to every addressee they go in their order."""
    made: list[Parcel] = []
    filling: dict[str, Parcel] = {}
    for place in places:
        to, size = items[place].to, len(items[place].raw)
        if (to == ALL) != (ALL in filling):
            # What everybody gets stays where it stood among what each gets.
            filling.clear()
        if to not in filling or not filling[to].takes(size):
            filling[to] = Parcel(to)
            made.append(filling[to])
        filling[to].put(place, size)
    return made


def packed(raws: Sequence[bytes]) -> bytes:
    """These envelopes, one behind the other."""
    return b"".join(part for raw in raws for part in (_LENGTH.pack(len(raw)), raw))


def unpacked(body: bytes) -> list[bytes]:
    """The envelopes of a parcel. Raises :class:`Malformed` if it is empty, cut off or larger than any parcel."""
    if len(body) > MAX_RECORD:
        raise Malformed("一包超过 4 MiB 上限")
    raws: list[bytes] = []
    at = 0
    while at < len(body):
        start = at + _LENGTH.size
        at = start + int.from_bytes(body[at:start], "big")
        if start > len(body) or at > len(body) or len(raws) == MOST:
            raise Malformed(f"一包中第 {len(raws) + 1} 件之后无法识别")
        raws.append(body[start:at])
    if not raws:
        raise Malformed("包内无件")
    return raws
