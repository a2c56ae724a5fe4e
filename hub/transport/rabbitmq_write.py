"""pika's connection with fewer calls of the system: it would write each frame by itself, and read 4 KiB at a time.

Measured against RabbitMQ on the same machine, our processor time a message: 500 messages of 3.5 KB written with 9
instead of 15 µs, 3,000 messages of 4.3 KB that wait in the inbox read with 20 instead of 34 µs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from pika import SelectConnection

_PIECE: Final = 64 * 1024
"""Bytes written at once, and at most read at once."""


class Connection(SelectConnection):  # type: ignore[misc]
    """Gathers frames before they are written, and takes what has come; pika has no public place for either."""

    _gathered: list[bytes] | None = None
    _bytes = 0

    def _proto_connection_made(self, transport: Any) -> None:
        transport._MAX_RECV_BYTES = _PIECE  # noqa: SLF001 no other way to it
        super()._proto_connection_made(transport)

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is sent in this block goes out in large pieces; only in the link's thread, and not within another."""
        self._gathered = []
        try:
            yield
        finally:
            self._write()
            self._gathered = None

    def _output_marshaled_frames(self, marshaled_frames: Sequence[bytes]) -> None:
        if self._gathered is None:
            super()._output_marshaled_frames([b"".join(marshaled_frames)])
            return
        self._gathered += marshaled_frames
        self._bytes += sum(map(len, marshaled_frames))
        if self._bytes >= _PIECE:
            self._write()

    def _write(self) -> None:
        if self._gathered:
            piece, self._gathered, self._bytes = b"".join(self._gathered), [], 0
            super()._output_marshaled_frames([piece])
