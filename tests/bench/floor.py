"""The floor: the cheapest honest exchange. One process signs and publishes, one verifies and inserts.

Ed25519 over 1 KiB, pipelined confirms (window 1,000) to a quorum queue, deduplicated insert, one commit per 100,
acknowledged after the commit. No stream, no receipt, no audit log, no JSON: what ours does beyond this is its work.
"""

from __future__ import annotations

import multiprocessing
import time
from multiprocessing.connection import Connection
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pika import BasicProperties, BlockingConnection, SelectConnection, URLParameters

from tests.bench.machine import plain

SIZE = 1024
BATCH = 100
WINDOW = 1000
PREFETCH = 500
_SEED = bytes(range(32))


def run_floor(
    postgres: str, rabbit: str, count: int, *, size: int = SIZE, batch: int = BATCH
) -> tuple[float, dict[str, float]]:
    """Messages per second from the first signature to the last commit, and processor seconds by process."""
    with psycopg.connect(plain(postgres), autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS floor")
        connection.execute("CREATE TABLE floor (id text PRIMARY KEY, body bytea NOT NULL)")
    _fresh_queue(rabbit)
    context = multiprocessing.get_context("spawn")
    ends, processes = [], []
    for target, arguments in ((_consume, (plain(postgres), rabbit, count, batch)), (_publish, (rabbit, count, size))):
        ours, theirs = context.Pipe()
        process = context.Process(target=target, args=(theirs, *arguments), daemon=True)
        process.start()
        ends.append(ours)
        processes.append(process)
    try:
        for end in ends:
            end.recv()
        began = time.monotonic()
        for end in ends:
            end.send("go")
        (finished, consuming), (_, publishing) = (end.recv() for end in ends)
    finally:
        for process in processes:
            process.join(5)
            process.kill()
    return count / (finished - began), {"floor_consumer": consuming, "floor_publisher": publishing}


def _fresh_queue(rabbit: str) -> None:
    connection = BlockingConnection(URLParameters(rabbit))
    channel = connection.channel()
    channel.queue_delete("floor")
    channel.queue_declare("floor", durable=True, arguments={"x-queue-type": "quorum"})
    connection.close()


def _publish(end: Connection, rabbit: str, count: int, size: int) -> None:
    """Sign and publish with at most ``WINDOW`` unconfirmed."""
    key = Ed25519PrivateKey.from_private_bytes(_SEED)
    state = {"sent": 0, "confirmed": 0, "began": 0.0}

    def confirmed(channel: Any, frame: Any) -> None:
        state["confirmed"] = frame.method.delivery_tag
        pump(channel)
        if state["confirmed"] == count:
            channel.connection.close()

    def pump(channel: Any) -> None:
        while state["sent"] < count and state["sent"] - state["confirmed"] < WINDOW:
            body = b"%020d" % state["sent"] + b"x" * (size - 20)
            state["sent"] += 1
            properties = BasicProperties(delivery_mode=2)
            channel.basic_publish("", "floor", key.sign(body) + body, properties, mandatory=True)

    def ready(channel: Any) -> None:
        end.send("ready")
        end.recv()
        state["began"] = time.process_time()
        pump(channel)

    def opened(channel: Any) -> None:
        channel.confirm_delivery(lambda frame: confirmed(channel, frame), callback=lambda _: ready(channel))

    _loop(rabbit, opened)
    end.send((time.monotonic(), time.process_time() - state["began"]))


def _consume(end: Connection, postgres: str, rabbit: str, count: int, batch: int) -> None:
    """Verify, insert what is new, commit per ``batch``, then acknowledge."""
    key = Ed25519PrivateKey.from_private_bytes(_SEED).public_key()
    database = psycopg.connect(postgres)
    waiting: list[tuple[str, bytes]] = []
    state = {"done": 0, "began": 0.0}

    def arrived(channel: Any, method: Any, _properties: Any, raw: bytes) -> None:
        key.verify(raw[:64], raw[64:])
        waiting.append((raw[64:84].decode(), raw))
        if len(waiting) < batch and state["done"] + len(waiting) < count:
            return
        with database.cursor() as cursor:
            cursor.executemany("INSERT INTO floor VALUES (%s, %s) ON CONFLICT DO NOTHING", waiting)
        database.commit()
        channel.basic_ack(method.delivery_tag, multiple=True)
        state["done"] += len(waiting)
        waiting.clear()
        if state["done"] == count:
            channel.connection.close()

    def opened(channel: Any) -> None:
        channel.basic_qos(prefetch_count=PREFETCH)
        channel.basic_consume("floor", arrived, callback=lambda _: ready())

    def ready() -> None:
        end.send("ready")
        end.recv()
        state["began"] = time.process_time()

    _loop(rabbit, opened)
    end.send((time.monotonic(), time.process_time() - state["began"]))


def _loop(rabbit: str, opened: Any) -> None:
    connection = SelectConnection(
        URLParameters(rabbit),
        on_open_callback=lambda made: made.channel(on_open_callback=opened),
        on_close_callback=lambda made, _error: made.ioloop.stop(),
    )
    connection.ioloop.start()
