"""What lies between the nodes, as an attacker on the line would touch it: to alter and to repeat messages."""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

_MESSAGE = "application/vnd.antipyramid.message.v1+json"


class Pipe(Protocol):
    """One inbox per member; only used while the member is stopped."""

    def waiting(self, member: str) -> list[bytes]:
        """What lies in the inbox, oldest first."""
        ...

    def rewrite(self, member: str, change: Callable[[bytes], bytes]) -> None:
        """Put ``change(raw)`` in the place of every item."""
        ...

    def put(self, member: str, raw: bytes) -> None:
        """Lay one more item into the inbox."""
        ...


def sender_of(raw: bytes) -> str | None:
    """Who claims to have sent this message; None for control frames."""
    envelope = json.loads(raw)
    if envelope["payloadType"] != _MESSAGE:
        return None
    return str(json.loads(b64decode(envelope["payload"]))["sender"])


def one_bit_changed(raw: bytes) -> bytes:
    """The message with one bit of its body changed, everything signed left as it was: its words stay unread."""
    envelope = json.loads(raw)
    body = b64decode(envelope["body"])
    envelope["body"] = b64encode(body[:-1] + bytes([body[-1] ^ 1])).decode()
    return json.dumps(envelope, separators=(",", ":")).encode()


class SpoolPipe:
    """The shared directory."""

    def __init__(self, root: Path) -> None:
        """``root`` holds one folder for each member."""
        self._root = root

    def waiting(self, member: str) -> list[bytes]:
        """Files in ``new``."""
        return [path.read_bytes() for path in self._files(member)]

    def rewrite(self, member: str, change: Callable[[bytes], bytes]) -> None:
        """A new file under the old name: a broadcast is one file with many names, and only one copy shall change."""
        for path in self._files(member):
            raw = path.read_bytes()
            changed = change(raw)
            if changed != raw:
                aside = self._root / member / "tmp" / path.name
                aside.write_bytes(changed)
                aside.rename(path)

    def put(self, member: str, raw: bytes) -> None:
        """A file of our own, named as if it came last."""
        name = f"{max([*self._names(member), '0' * 20])[:20]}.again.{os.getpid()}.{len(raw)}"
        aside = self._root / member / "tmp" / name
        aside.write_bytes(raw)
        aside.rename(self._root / member / "new" / name)

    def _files(self, member: str) -> list[Path]:
        return [self._root / member / "new" / name for name in self._names(member)]

    def _names(self, member: str) -> list[str]:
        inbox = self._root / member / "new"
        return sorted(path.name for path in inbox.iterdir()) if inbox.is_dir() else []


class BrokerPipe:
    """The broker's queues, through a connection of our own."""

    def __init__(self, url: str) -> None:
        """``url`` of the broker."""
        self._url = url

    def waiting(self, member: str) -> list[bytes]:
        """Looked at and put back by closing without acknowledging."""
        with self._connected() as channel:
            return [body for _, _, body in _drain(channel, member)]

    def rewrite(self, member: str, change: Callable[[bytes], bytes]) -> None:
        """Take all out, put all back in the same order, then acknowledge what was taken."""
        with self._connected() as channel:
            channel.confirm_delivery()
            taken = _drain(channel, member)
            for _, properties, body in taken:
                channel.basic_publish("", _queue(member), change(body), properties)
            if taken:
                channel.basic_ack(taken[-1][0], multiple=True)

    def put(self, member: str, raw: bytes) -> None:
        """Straight into the queue, past the exchange."""
        with self._connected() as channel:
            channel.confirm_delivery()
            channel.basic_publish("", _queue(member), raw)

    def _connected(self) -> _Channel:
        return _Channel(self._url)


class _Channel:
    """A blocking channel for the length of a ``with`` block."""

    def __init__(self, url: str) -> None:
        import pika

        self._connection = pika.BlockingConnection(pika.URLParameters(url))

    def __enter__(self) -> Any:
        return self._connection.channel()

    def __exit__(self, *_exception: object) -> None:
        self._connection.close()


def _queue(member: str) -> str:
    return f"inbox.{member}"


def _drain(channel: Any, member: str) -> list[tuple[int, Any, bytes]]:
    taken: list[tuple[int, Any, bytes]] = []
    while True:
        method, properties, body = channel.basic_get(_queue(member))
        if method is None:
            return taken
        taken.append((method.delivery_tag, properties, body))
