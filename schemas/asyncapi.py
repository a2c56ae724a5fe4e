"""The exchange over the broker as an AsyncAPI 3.0 document, written from the models for whoever builds a node anew.

A message on the wire is a DSSE envelope: base64 text whose decoded content the ``contentSchema`` names. Spool and ferry
carry the very same bytes; the broker is only a pipe (DESIGN D1, D2).
"""

from __future__ import annotations

from typing import Any

from schemas.catalogue import ACTS, BODIES, TITLES

VERSION = "3.0.0"
SUFFIX = "application/vnd.antipyramid.{name}.v1+json"
EXCHANGE = "antipyramid.exchange"
INBOX = "inbox.{member}"
CONTROL = (
    "receipts",
    "heads",
    "resend",
    "withheld",
    "base",
    "part",
    "keyed",
    "checkpoint",
    "cosignature",
    "looks",
    "looks-heard",
    "roster",
    "agreement",
)
"""Signed frames outside the streams: idempotent, without receipt."""


_BYTES = {"type": "string", "contentEncoding": "base64", "contentMediaType": "application/octet-stream"}


def document() -> dict[str, Any]:
    """The whole description; payload schemas are references to the exported files beside it."""
    messages = {_named(kind, version): _message(kind, version) for kind, version in BODIES}
    frames = {f"frame_{name}": _frame(name) for name in CONTROL}
    everything = {**messages, **frames}
    references = {name: {"$ref": f"#/components/messages/{name}"} for name in everything}
    return {
        "asyncapi": VERSION,
        "info": {
            "title": "打击传销跨区域协作文书交换",
            "version": "1",
            "description": (
                "One durable quorum queue per member, bound to a direct exchange under its own member id and under "
                "'all'. Everything is a signed DSSE envelope; rules of verification: schemas/README.md."
            ),
        },
        "defaultContentType": "application/json",
        "channels": {
            "inbox": {
                "address": INBOX,
                "title": "一个成员单位的收件队列",
                "parameters": {"member": {"description": "成员编号，例如 450900-mr"}},
                "messages": references,
                "bindings": {
                    "amqp": {
                        "is": "queue",
                        "queue": {"name": INBOX, "durable": True, "exclusive": False, "autoDelete": False},
                        "bindingVersion": "0.3.0",
                    }
                },
            },
            "outbound": {
                "address": "{audience}",
                "title": "发往一个成员单位或全体（all）",
                "parameters": {"audience": {"description": "成员编号或 all，作为 routing key"}},
                "messages": references,
                "bindings": {
                    "amqp": {
                        "is": "routingKey",
                        "exchange": {"name": EXCHANGE, "type": "direct", "durable": True, "autoDelete": False},
                        "bindingVersion": "0.3.0",
                    }
                },
            },
        },
        "operations": {
            "receive": {"action": "receive", "channel": {"$ref": "#/channels/inbox"}},
            "publish": {"action": "send", "channel": {"$ref": "#/channels/outbound"}},
        },
        "components": {"messages": everything},
    }


def _named(kind: str, version: int) -> str:
    return kind if version == 1 else f"{kind}_{version}"


def _message(kind: str, version: int) -> dict[str, Any]:
    """A document of one kind."""
    return {
        "name": _named(kind, version),
        "title": TITLES[kind],
        "summary": f"version {version}; acts: {', '.join(ACTS[kind])}",
        "contentType": "application/json",
        "payload": _envelope("message", body=f"./{kind}/{version}.json"),
    }


def _frame(name: str) -> dict[str, Any]:
    """A control frame."""
    return {"name": f"frame_{name}", "contentType": "application/json", "payload": _envelope(name, body=None)}


def _envelope(name: str, body: str | None) -> dict[str, Any]:
    """The DSSE envelope with what its base64 texts decode to; a header copy has no body, a chunk has bytes."""
    encoded = {"type": "string", "contentEncoding": "base64", "contentMediaType": "application/json"}
    signature = {
        "type": "object",
        "properties": {"keyid": {"type": "string"}, "sig": {"type": "string", "contentEncoding": "base64"}},
        "required": ["keyid", "sig"],
        "additionalProperties": False,
    }
    inside: dict[str, Any] = {"type": "null"}
    if body is not None:
        sealed = {**_BYTES, "description": "加密的正文（header 中 body.sealed 为 true），格式见 schemas/README.md"}
        inside = {"anyOf": [{**encoded, "contentSchema": {"$ref": body}}, sealed, {"type": "null"}]}
    elif name in ("part", "keyed"):
        inside = _BYTES
    return {
        "type": "object",
        "properties": {
            "payloadType": {"const": SUFFIX.format(name=name)},
            "payload": {**encoded, "contentSchema": {"$ref": f"./wire/{name}.json"}},
            "signatures": {"type": "array", "minItems": 1, "items": signature},
            "body": inside,
        },
        "required": ["payloadType", "payload", "signatures", "body"],
        "additionalProperties": False,
    }
