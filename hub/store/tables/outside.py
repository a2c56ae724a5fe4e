"""Offices outside the federation 系统外单位, and what documents name beyond their own matter."""

from __future__ import annotations

from sqlalchemy import Column, Index

from hub.store.fields import Sealed
from hub.store.tables.metadata import need, table
from hub.store.types import Flag, Key, Words

_ID = ("id",)

outside_offices = table(
    "outside_offices",
    Column("id", Key, primary_key=True),
    need("name", Words),
    need("region", Key),
    need("system", Key),
    need("address", Sealed(_ID)),
    need("contact", Sealed(_ID)),
    need("phone", Sealed(_ID)),
    need("channel", Key),
    need("active", Flag),
)

matter_links = table(
    "matter_links",
    Column("matter", Key, primary_key=True),
    Column("relation", Key, primary_key=True),
    Column("other", Key, primary_key=True),
    Column("document", Key, primary_key=True),
    Index("matter_links_other", "other", "relation"),
)
