"""A city tells others of a case: scheme, method, flow of persons."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.case_notice import CaseNotice

KIND = Kind("case_notice", 1, CaseNotice, opens=True, audience="any", replaces=True)
