"""The addressee tells, before the limit expires, that it needs longer (程序规定 art. 45); the day moves the clock."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.extension_notice import ExtensionNotice

KIND = Kind("extension_notice", 1, ExtensionNotice, opens=False, audience="one", dated_by="planned_finish")
