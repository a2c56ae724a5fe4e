"""The web server of a node."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from hub.core.errors import Misconfigured

if TYPE_CHECKING:
    from hub.settings import Settings

_LAST_ANSWERS = 5
"""Seconds open requests have once the node is asked to end."""


@contextmanager
def listen(settings: Settings) -> Iterator[socket.socket]:
    """Take the port before anything else is started: a taken one is told at once."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((settings.host, settings.port))
            listening.listen(128)
        except OSError as error:
            raise Misconfigured(
                f"端口 {settings.port} 无法使用：{error.strerror}",
                field="port",
                advice="请在 hub.toml 中换一个端口，或停止占用它的程序。",
            ) from error
        yield listening


class Web:
    """Pages and API on a port that is taken already."""

    def __init__(self, settings: Settings, listening: socket.socket) -> None:
        from hub.app import build, build_web

        self._listening = listening
        self._node = build(settings)
        self._server = uvicorn.Server(
            uvicorn.Config(
                build_web(self._node),
                log_config=None,
                log_level="warning",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=_LAST_ANSWERS,
            )
        )

    def run(self) -> None:
        """Answer requests until a signal or :meth:`stop`."""
        self._server.run(sockets=[self._listening])
        self._node.store.close()

    def stop(self) -> None:
        """Finish what is open and end."""
        self._server.should_exit = True
