"""Every table, one file per concern. The migrations build them; a test proves that they build exactly these."""

from hub.store.tables.figures import figure_facts, figure_sums, to_count
from hub.store.tables.finding import saved_views, search_texts, subject_keys, to_index
from hub.store.tables.kept import (
    erasures,
    kept_details,
    retention_due,
    retention_holds,
    retention_looks,
    retention_rules,
    retention_terms,
)
from hub.store.tables.log import alarms, checkpoints, cosigners, log_sizes, tree_nodes, tree_rounds, witnessed
from hub.store.tables.looks import peer_looks, unmaskings
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
    uploads,
)
from hub.store.tables.outside import matter_links, outside_offices
from hub.store.tables.parts import arrivals, parts, pieces, wants
from hub.store.tables.people import credentials, requests, sessions, setup_codes, sign_in_links, tries, users
from hub.store.tables.progress import deliveries, frames, peers, unseen
from hub.store.tables.received import parked, quarantine
from hub.store.tables.register import leaves, matter_notes, matters, recounts, reminder_stages
from hub.store.tables.traffic import messages, outbox, stream_in, stream_out

__all__ = [
    "alarms",
    "arrivals",
    "assignments",
    "checkpoints",
    "cosigners",
    "credentials",
    "deliveries",
    "erasures",
    "figure_facts",
    "figure_sums",
    "frames",
    "kept_details",
    "lead_transfers",
    "leads",
    "leaves",
    "log_sizes",
    "matter_links",
    "matter_notes",
    "matters",
    "messages",
    "metadata",
    "node",
    "number_series",
    "numbers",
    "office_events",
    "outbox",
    "outside_offices",
    "paper_templates",
    "papers",
    "parked",
    "parts",
    "peer_looks",
    "peers",
    "pieces",
    "proposals",
    "quarantine",
    "recounts",
    "reminder_stages",
    "requests",
    "retention_due",
    "retention_holds",
    "retention_looks",
    "retention_rules",
    "retention_terms",
    "saved_views",
    "search_texts",
    "sessions",
    "setup_codes",
    "sign_in_links",
    "stream_in",
    "stream_out",
    "subject_keys",
    "to_count",
    "to_index",
    "tree_nodes",
    "tree_rounds",
    "tries",
    "trust_files",
    "units",
    "unmaskings",
    "unseen",
    "uploads",
    "users",
    "wants",
    "witnessed",
]
