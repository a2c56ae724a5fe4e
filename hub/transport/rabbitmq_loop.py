"""One AMQP connection with one channel on a thread of its own.

pika's objects belong to the thread that runs their loop; other threads may only hand over a call (``submit``). A link
lives once: when it is down, its owner makes another with a higher generation, so nothing that belongs to a dead
channel (delivery tags, confirms) can be mistaken for the new one's.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pika import SSLOptions, URLParameters
from pika.adapters.select_connection import IOLoop
from pika.credentials import ExternalCredentials
from pika.exceptions import (
    AMQPError,
    AuthenticationError,
    ChannelClosedByBroker,
    ConnectionBlockedTimeout,
    ConnectionClosedByBroker,
    ProbableAccessDeniedError,
    ProbableAuthenticationError,
    StreamLostError,
)

from hub.core.errors import Misconfigured, TransportAway
from hub.transport.rabbitmq_write import Connection

EXCHANGE: Final = "antipyramid.exchange"
HEARTBEAT: Final = 30
BLOCKED_PATIENCE: Final = 30
"""pika's default waits for ever while the broker has a memory or disk alarm."""

_FILES: Final = ("cacertfile", "certfile", "keyfile")
_NO_WILDCARDS: Final = 0x2
"""X509_CHECK_FLAG_NO_WILDCARDS of OpenSSL."""
_OPEN_PATIENCE: Final = 15.0
_CLOSED_BY_US: Final = "通道已关闭"


def parameters(url: str, name: str) -> URLParameters:
    """Connection parameters of ``url`` with finite patience everywhere; ``name`` is what the broker's console shows."""
    problem = Misconfigured("消息服务器地址无法识别，应为 amqp:// 或 amqps:// 开头的 URL", field="transport.url")
    if not url.startswith(("amqp://", "amqps://")):
        raise problem
    try:
        found = URLParameters(_without_files(url))
    except (ValueError, TypeError, KeyError, AttributeError):
        # The cause is not chained: pika's messages may repeat the URL, and with it the password.
        raise problem from None
    _present_certificate(found, url)
    found.heartbeat = HEARTBEAT
    found.blocked_connection_timeout = BLOCKED_PATIENCE
    found.connection_attempts = 1
    found.socket_timeout = 5
    found.stack_timeout = 10
    found.client_properties = {"connection_name": name}
    return found


def _without_files(url: str) -> str:
    """The URL as pika takes it: our files are not its options, and a user without password needs an empty one."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in _FILES]
    user, at, host = parts.netloc.rpartition("@")
    netloc = f"{user}:{at}{host}" if at and ":" not in user else parts.netloc
    return urlunsplit(parts._replace(netloc=netloc, query=urlencode(kept)))


def _present_certificate(found: URLParameters, url: str) -> None:
    """TLS with our certificate, named as in RabbitMQ's URIs: ``?cacertfile=…&certfile=…&keyfile=…``.

    With a client certificate the broker knows us by its common name (mechanism EXTERNAL) and no password is sent; the
    user in the URL then only says which one that is. Raises ``Misconfigured`` for files that do not fit.
    """
    asked = dict(parse_qsl(urlsplit(url).query))
    if not url.startswith("amqps://"):
        return
    try:
        context = ssl.create_default_context(cafile=asked.get("cacertfile"))
        # The broker's own name, written out: neither one for many hosts nor an old certificate's common name will do.
        context.hostname_checks_common_name = False
        context._host_flags |= _NO_WILDCARDS  # type: ignore[attr-defined] # noqa: SLF001 no other way to it
        if "certfile" in asked:
            context.load_cert_chain(asked["certfile"], asked.get("keyfile"))
    except (OSError, ssl.SSLError) as error:
        raise Misconfigured(
            f"消息服务器的证书文件无法使用：{error.strerror or error}",
            field="transport",
            advice="请检查地址中 cacertfile、certfile、keyfile 三个文件：PEM 格式、互相匹配、本用户可读。",
        ) from error
    found.ssl_options = SSLOptions(context, found.host)
    if "certfile" in asked:
        found.credentials = _ByCertificate(found.credentials.username)


class _ByCertificate(ExternalCredentials):  # type: ignore[misc]
    """No password: the broker takes the name from the certificate. ``username`` is the one we expect it to find."""

    def __init__(self, username: str) -> None:
        super().__init__()
        self.username = username


def is_own_login(found: URLParameters, member: str) -> bool:
    """Whether the broker knows us as this member: then it vouches for what we send, and laid out the queues itself."""
    return getattr(found.credentials, "username", None) == member


def inbox_of(member: str) -> str:
    """Name of the queue in which ``member``'s mail waits."""
    return f"inbox.{member}"


def check_topology(channel: Any, member: str) -> None:
    """Look whether the exchange and our inbox are there; a login of our own may not make any (:mod:`broker`)."""
    channel.exchange_declare(EXCHANGE, passive=True, callback=_ignore)
    channel.queue_declare(inbox_of(member), passive=True, callback=_ignore)


def declare_topology(channel: Any, members: Sequence[str]) -> None:
    """Declare the exchange and the inboxes of ``members``; repeating it changes nothing.

    pika queues these calls behind one another, and a refusal closes the channel, so only the call made after this one
    needs an answer. Nothing is ever requeued, hence no delivery limit is set: the broker's default never comes to bear.
    """
    channel.exchange_declare(EXCHANGE, exchange_type="direct", durable=True, callback=_ignore)
    for member in members:
        queue = inbox_of(member)
        channel.queue_declare(queue, durable=True, arguments={"x-queue-type": "quorum"}, callback=_ignore)
        channel.queue_bind(queue, EXCHANGE, routing_key=member, callback=_ignore)
        channel.queue_bind(queue, EXCHANGE, routing_key="all", callback=_ignore)


def explain(error: BaseException | None) -> str:
    """Say in Chinese why a connection ended."""
    if isinstance(error, (AuthenticationError, ProbableAuthenticationError, ProbableAccessDeniedError)):
        return "消息服务器不接受本节点的用户名、口令或虚拟主机"
    if isinstance(error, ConnectionBlockedTimeout):
        return f"消息服务器因内存或磁盘告警，暂停收件已超过 {BLOCKED_PATIENCE} 秒"
    if isinstance(error, (ChannelClosedByBroker, ConnectionClosedByBroker)):
        return f"消息服务器关闭了通道：{error.reply_code} {error.reply_text}"
    detail = f"：{type(error).__name__}" if error is not None else ""
    return f"与消息服务器的连接中断{detail}"


class Link:
    """A connection that is opened once and dies once; ``on_down`` is told exactly once, in the link's own thread."""

    def __init__(
        self,
        url_parameters: URLParameters,
        setup: Callable[[Any, Callable[[], None]], None],
        on_down: Callable[[], None],
    ) -> None:
        """``setup(channel, ready)`` prepares the open channel and calls ``ready`` when the broker has agreed."""
        self._parameters = url_parameters
        self._setup = setup
        self._on_down = on_down
        self._loop: Any = IOLoop()
        self._connection: Any = None
        self._lock = threading.Lock()
        self._settled = threading.Event()
        self._alive = True
        self._ready = False
        self._thread = threading.Thread(target=self._run, name="amqp", daemon=True)
        self.reason = ""
        self.server = ""

    @property
    def alive(self) -> bool:
        """Whether calls can still be handed over."""
        return self._alive

    def open(self) -> None:
        """Connect and set up, or raise :class:`TransportAway` with the reason."""
        self._thread.start()
        self._settled.wait(_OPEN_PATIENCE)
        if self._ready and self._alive:
            return
        self.close(1.0, self.reason or "消息服务器没有应答")
        raise TransportAway(self.reason)

    def submit(self, call: Callable[[], None]) -> bool:
        """Run ``call`` in the link's thread soon; ``False`` when the link is down (``call`` will not run)."""
        with self._lock:
            if self._alive:
                self._loop.add_callback_threadsafe(call)
            return self._alive

    def close(self, patience: float = 5.0, reason: str = _CLOSED_BY_US) -> None:
        """Close politely; a broker that does not answer (alarm, cable cut) is left after ``patience`` seconds."""
        self.reason = self.reason or reason
        self.submit(self._shut)
        if self._thread.ident is None or self._thread is threading.current_thread():
            return
        self._thread.join(patience)
        for harder in (self._break, self._loop.stop):
            if self._thread.is_alive():
                self.submit(harder)
                self._thread.join(1.0)

    def together(self) -> AbstractContextManager[None]:
        """In the link's thread: what is sent within the block goes out in large pieces."""
        return self._connection.together()  # type: ignore[no-any-return]

    def fail(self, error: BaseException | None) -> None:
        """In the link's thread: take no more calls and end the connection."""
        self.reason = self.reason or explain(error)
        self._shut()

    def _run(self) -> None:
        try:
            self._connection = Connection(
                self._parameters,
                on_open_callback=self._opened,
                on_open_error_callback=self._ended,
                on_close_callback=self._ended,
                custom_ioloop=self._loop,
            )
            self._loop.start()
        except (AMQPError, OSError) as error:
            self.reason = self.reason or explain(error)
        finally:
            self._go_down()
            self._loop.close()

    def _go_down(self) -> None:
        with self._lock:
            self.reason = self.reason or explain(None)
            self._alive = False
        self._settled.set()
        self._on_down()

    def _opened(self, connection: Any) -> None:
        properties = connection.server_properties or {}
        self.server = f"{properties.get('product', 'AMQP')} {properties.get('version', '')}".strip()
        connection.channel(on_open_callback=self._channel_opened)

    def _channel_opened(self, channel: Any) -> None:
        channel.add_on_close_callback(lambda _channel, error: self.fail(error))
        self._setup(channel, self._set_ready)

    def _set_ready(self) -> None:
        self._ready = True
        self._settled.set()

    def _ended(self, _connection: Any, error: BaseException | None) -> None:
        self.reason = self.reason or explain(error)
        self._loop.stop()

    def _shut(self) -> None:
        if self._connection is not None and self._connection.is_open:
            self._connection.close()
        elif self._connection is None or not self._connection.is_closing:
            self._break()

    def _break(self) -> None:
        """Drop the socket without the broker's consent; pika has no public way to do what its own time-outs do."""
        if self._connection is None or self._connection.is_closed:
            self._loop.stop()
        else:
            self._connection._terminate_stream(StreamLostError(self.reason))  # noqa: SLF001


def _ignore(_frame: Any) -> None:
    """An answer nobody waits for (without a callback pika would not even ask the broker for one)."""
