"""Pages for people: rendered on the server, readable without any script, every screen a URL."""

from __future__ import annotations

from fastapi import FastAPI

from hub.web.ui import (
    account,
    acts,
    assignments,
    contacts,
    document,
    evidence,
    journal,
    leads,
    letters,
    manual,
    matter,
    members,
    notices,
    numbers,
    outside,
    oversight,
    papers,
    received,
    reference,
    retention,
    retention_rules,
    seals,
    sign_in,
    starting,
    statistics,
    units,
    users,
    watermark,
)
from hub.web.ui.lists import bench, documents, due, matters, quarantine, subjects, supervision
from hub.web.ui.render import problem_page
from hub.web.ui.static_files import STATIC, Kept

__all__ = ["mount", "problem_page"]


def mount(app: FastAPI) -> None:
    """Add the pages; they are no part of the API description."""
    office = (units, assignments, leads, received, numbers, contacts, starting, outside, seals)
    kept = (retention, retention_rules)
    lists = (bench, matters, documents, due, supervision, subjects, quarantine)
    for part in (
        sign_in,
        account,
        users,
        *lists,
        matter,
        acts,
        papers,
        letters,
        oversight,
        statistics,
        document,
        evidence,
        journal,
        members,
        reference,
        manual,
        notices,
        watermark,
        *office,
        *kept,
    ):
        app.include_router(part.router, include_in_schema=False)
    app.mount("/static", Kept(directory=STATIC), name="static")
