"""Sizes every pipe agrees on; checked before memory is taken."""

from __future__ import annotations

from typing import Final

MAX_RECORD: Final = 4 * 1024 * 1024
"""Largest envelope on any pipe. RabbitMQ 4 allows 16 MiB, but the narrowest pipe decides what a peer can read."""

MAX_BUNDLE: Final = 512 * 1024 * 1024
"""Largest ferry bundle file."""

MAX_RECORDS: Final = 100_000
"""Most records in one ferry bundle."""

TOO_LONG: Final = "单件超过 4 MiB 上限，未交出"
"""What a pipe says about an item no peer would read."""

NO_SUCH_INBOX: Final = "对方收件箱尚未建立"
"""What a pipe says when nobody could ever collect the item."""
