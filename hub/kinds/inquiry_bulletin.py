"""The police tell other police whom to look for."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.inquiry_bulletin import InquiryBulletin

KIND = Kind("inquiry_bulletin", 1, InquiryBulletin, opens=True, audience="any", replaces=True)
