"""Pages for people: rendered on the server, readable without any script, every screen a URL."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from hub.web.ui import acts, letters, matter, oversight, pages, sign_in
from hub.web.ui.render import HERE, problem_page

__all__ = ["mount", "problem_page"]


def mount(app: FastAPI) -> None:
    """Add the pages; they are no part of the API description."""
    for part in (sign_in, pages, matter, acts, letters, oversight):
        app.include_router(part.router, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
