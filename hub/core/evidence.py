"""The evidence file 存证核验包: named parts, each with its digest, and a digest over all of them (DESIGN section 3).

``antipyramid-evidence 1`` LF, then for each part ``kind/name SP size SP sha256`` LF bytes LF, at last ``end SP
sha256`` LF. A part's digest covers its name too; the last one covers every byte before it. Nothing in it is believed
for standing there: what it proves rests on the signatures inside, checked by ``deploy/verify.py``, which shares no code
with this.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from typing import TYPE_CHECKING

from hub.core.envelope import dump
from hub.core.ids import sha256

if TYPE_CHECKING:
    from hub.core.audit import Leaf

HEAD = b"antipyramid-evidence 1\n"

Part = tuple[str, bytes]
"""(``kind/name``, bytes)"""


def assemble(parts: Iterable[Part]) -> bytes:
    """The file that holds these parts in this order."""
    pieces = [HEAD]
    for name, data in parts:
        digest = sha256(name.encode() + b"\n" + data)
        pieces += [f"{name} {len(data)} {digest}\n".encode(), data, b"\n"]
    whole = b"".join(pieces)
    return whole + f"end {sha256(whole)}\n".encode()


def leaf_part(position: int, data: bytes, proof: Iterable[bytes], leaf: Leaf | None) -> Part:
    """An entry of the audit log with its way to the root; ``leaf`` opens its commitment to person and record."""
    opening = None
    if leaf is not None:
        opening = {"salt": leaf.salt.hex(), "actor": leaf.actor, "record": leaf.record.decode()}
    steps = [b64encode(one).decode() for one in proof]
    value = {"position": position, "data": data.decode(), "proof": steps, "opening": opening}
    return f"leaf/{position}", dump(value)
