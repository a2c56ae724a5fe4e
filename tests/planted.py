"""Names and numbers of people planted in an exchange, and every shape in which a file might give them away."""

from __future__ import annotations

import json
from base64 import b64encode

NAME, SECOND, OFFICER = "欧阳锋镝", "慕容雪村", "令狐一鸣"
"""A suspect, a contact and an officer: made up, and no part of another word in the tests."""
ID, PHONE, CARD = "450902199003075718", "13977510086", "6222021001116245702"
PLANTED = {"name": NAME, "second": SECOND, "officer": OFFICER, "id": ID, "phone": PHONE, "card": CARD}


def shapes(text: str) -> list[bytes]:
    """UTF-8, UTF-16, as JSON escapes it, inside base64 wherever it begins, and all that in hexadecimal as in dumps."""
    raw = text.encode()
    plain = {raw, text.encode("utf-16-le"), json.dumps(text)[1:-1].encode()}
    for shift in range(3):
        # The letters of base64 that depend on the text alone, not on what stands before or behind it.
        encoded = b64encode(b"\0" * shift + raw)
        first, last = -(-shift * 4 // 3), (shift + len(raw)) // 3 * 4
        plain.add(encoded[first + (1 if shift else 0) : last])
    return [*plain, *(one.hex().encode() for one in plain)]


def given_away(data: bytes) -> list[str]:
    """Which of the planted texts stand in these bytes."""
    return [name for name, text in PLANTED.items() if any(shape in data for shape in shapes(text))]
