"""Every screen a person reaches from the first one by links alone, one address for each kind of screen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from urllib.parse import parse_qsl, urlsplit

from fastapi.routing import iter_route_contexts

from tests.web.offices import Office

_LINK = re.compile(r'(?:href|action|formaction)="(/[^"#]*)"')
_TELLING = ("tab", "view", "kind", "side")
"""Query fields whose value makes another screen of one address."""
_FILES = ("/static/", "/api/")


def templates_of(office: Office) -> dict[str, re.Pattern[str]]:
    """Address template -> what matches it, for everything the office answers GET; fixed words before names."""
    found = {
        str(route.path)
        for route in iter_route_contexts(office.app.routes)
        if "GET" in (getattr(route, "methods", None) or ()) and not str(route.path).startswith(_FILES)
    }
    return {
        path: re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)) for path in sorted(found, key=lambda one: one.count("{"))
    }


def template_of(path: str, templates: dict[str, re.Pattern[str]]) -> str | None:
    """The template an address falls under."""
    return next((one for one, pattern in templates.items() if pattern.fullmatch(path)), None)


def screens_of(office: Office, users: Sequence[str], starts: Sequence[str] = ()) -> list[tuple[str, str]]:
    """(user, address) of one page of each kind that any of ``users`` sees, and of ``starts`` in any case.

    What the first of them sees is not listed again for the next.
    """
    templates, counted = templates_of(office), set[object]()
    found: list[tuple[str, str]] = []
    for user in users:
        browser = office.browser(user)
        waiting = ["/", *starts]
        tried = set[object]()
        while waiting:
            address = waiting.pop(0)
            kind = _kind(address, templates)
            if kind is None or (kind in tried and address not in starts):
                continue
            tried.add(kind)
            answer = browser.get(address)
            if answer.status_code != 200 or "text/html" not in answer.headers["content-type"]:
                continue
            if kind not in counted or address in starts:
                found.append((user, address))
            counted.add(kind)
            waiting += _links(answer.text)
        starts = ()
    return found


def _kind(address: str, templates: dict[str, re.Pattern[str]]) -> object | None:
    parts = urlsplit(address)
    template = template_of(parts.path, templates)
    query = dict(parse_qsl(parts.query))
    if template is None or "form" in query or "cursor" in query:
        return None
    # Every act and every chapter of the manual is a screen of its own.
    own = parts.path.rpartition("/")[2] if template.endswith("{name}") else ""
    return template, own, tuple((name, query.get(name)) for name in _TELLING)


def _links(text: str) -> Iterator[str]:
    return (unescape(one) for one in _LINK.findall(text))
