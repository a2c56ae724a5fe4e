"""The web application of a node of the tests: its routes, alike for every node, are built once in a process."""

from __future__ import annotations

from copy import copy

from fastapi import FastAPI
from starlette.datastructures import State
from starlette.middleware import Middleware

from hub.web.app import create_app
from hub.web.deps import WebNode
from hub.web.door import door_of
from hub.web.limits import Guard

_first: list[FastAPI] = []


def application(node: WebNode) -> FastAPI:
    """What ``create_app`` makes of ``node``.

    Hundreds of routes take longer to build than most tests take to ask them something. They know no node: it comes to
    them with the request, from the application's state. So each node has a state and a guard of its own before the
    routes that were built for the first one.
    """
    if not _first:
        _first.append(create_app(node))
    own = copy(_first[0])
    own.state = State({"node": node})
    own.middleware_stack = None
    [guard] = own.user_middleware
    assert (guard.cls, guard.kwargs.keys()) == (Guard, {"limits", "refuse", "nonce", "door"}), "as create_app adds it"
    ours = {
        "limits": node.limits,
        "nonce": lambda: node.salt().hex(),
        "door": door_of(node.hosts, behind_proxy=node.behind_proxy),
    }
    own.user_middleware = [Middleware(Guard, **guard.kwargs | ours)]
    return own
