"""pika's connection with fewer calls of the system: it would write each of the three frames of a message by itself.

Measured for 500 messages of 3.5 KB to RabbitMQ on the same machine: 9 instead of 15 µs of our processor time a message.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from pika import SelectConnection

_PIECE: Final = 64 * 1024
"""Bytes written at once."""


class Connection(SelectConnection):  # type: ignore[misc]
    """Gathers frames before they are written; pika has no public place for that."""

    _gathered: list[bytes] | None = None
    _bytes = 0

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
