"""Each member tells all others whom to call; a new list of the same matter replaces the old one."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.contact_list import ContactList

KIND = Kind("contact_list", 1, ContactList, opens=True, audience="all", replaces=True)
