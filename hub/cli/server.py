"""The web server of a node."""

from __future__ import annotations

import gc
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import uvicorn

from hub.cli.patience import PatientProtocol
from hub.core.errors import Misconfigured

if TYPE_CHECKING:
    from hub.settings import Settings

_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""For TLS 1.2, which Chromium 109 on an old Windows may still speak; TLS 1.3 has its own."""
_MOST_CONNECTIONS = 800
"""Below the 1,024 open files a process usually has; a browser opens six."""
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


def check_tls(settings: Settings) -> None:
    """Raise ``Misconfigured`` if certificate and key cannot be used together."""
    if not settings.tls_certificate:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(settings.tls_certificate, settings.tls_key)
    except OSError as error:
        raise Misconfigured(
            f"证书或私钥无法使用：{error.strerror or error}",
            field="tls_certificate",
            advice="请确认两个文件都是 PEM 格式、互相匹配，私钥没有口令，且本用户可读。",
        ) from error


@contextmanager
def leading_to_tls(settings: Settings) -> Iterator[None]:
    """Beside TLS of the node's own, answer on a plain port with the encrypted address and nothing else."""
    if not settings.redirect_port:
        yield
        return
    from hub.app import node_names
    from hub.web.door import plain_port

    with listen(replace(settings, port=settings.redirect_port)) as listening:
        lead = plain_port(node_names(settings), settings.port)
        server = uvicorn.Server(uvicorn.Config(lead, lifespan="off", log_config=None, server_header=False))
        leading = threading.Thread(target=server.run, args=([listening],), daemon=True)
        leading.start()
        try:
            yield
        finally:
            server.should_exit = True
            leading.join(_LAST_ANSWERS)


def spare_what_stays() -> None:
    """Let the collector never look again at what a process keeps for life.

    200,000 objects of libraries and routes: each full collection over them held up whoever asked just then for 0.15 s.
    """
    gc.collect()
    gc.freeze()


class Web:
    """Pages and API on a port that is taken already."""

    def __init__(self, settings: Settings, listening: socket.socket) -> None:
        from hub.app import build, build_web

        check_tls(settings)
        self._listening = listening
        self._node = build(settings)
        self._server = uvicorn.Server(
            uvicorn.Config(
                build_web(self._node),
                http=PatientProtocol,
                limit_concurrency=_MOST_CONNECTIONS,
                log_config=None,
                log_level="warning",
                access_log=False,
                server_header=False,
                # Who asks is taken from a header only where a proxy was announced; anybody could write one.
                proxy_headers=settings.behind_tls_proxy,
                forwarded_allow_ips=settings.proxies.split(","),
                ssl_certfile=settings.tls_certificate or None,
                ssl_keyfile=settings.tls_key or None,
                ssl_ciphers=_CIPHERS,
                timeout_graceful_shutdown=_LAST_ANSWERS,
            )
        )

    def run(self) -> None:
        """Answer requests until a signal or :meth:`stop`."""
        spare_what_stays()
        self._server.run(sockets=[self._listening])
        self._node.store.close()

    def stop(self) -> None:
        """Finish what is open and end."""
        self._server.should_exit = True
