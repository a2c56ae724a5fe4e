"""Every table, one file per concern. The migrations build them; a test proves that they build exactly these."""

from hub.store.tables.metadata import metadata
from hub.store.tables.node import node, proposals, trust_files
from hub.store.tables.office import (
    assignments,
    lead_transfers,
    leads,
    number_series,
    numbers,
    office_events,
    paper_templates,
    papers,
    units,
)
from hub.store.tables.people import requests, sessions, sign_in_links, users
from hub.store.tables.progress import deliveries, frames, peers, unseen
from hub.store.tables.received import parked, part_chunks, parts, quarantine
from hub.store.tables.register import leaves, matter_notes, matters, recounts, reminder_stages
from hub.store.tables.traffic import messages, outbox, stream_in, stream_out

__all__ = [
    "assignments",
    "deliveries",
    "frames",
    "lead_transfers",
    "leads",
    "leaves",
    "matter_notes",
    "matters",
    "messages",
    "metadata",
    "node",
    "number_series",
    "numbers",
    "office_events",
    "outbox",
    "paper_templates",
    "papers",
    "parked",
    "part_chunks",
    "parts",
    "peers",
    "proposals",
    "quarantine",
    "recounts",
    "reminder_stages",
    "requests",
    "sessions",
    "sign_in_links",
    "stream_in",
    "stream_out",
    "trust_files",
    "units",
    "unseen",
    "users",
]
