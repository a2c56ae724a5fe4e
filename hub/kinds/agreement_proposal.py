"""A member proposes to change an agreed limit; only a newly signed agreement changes it (DESIGN D8)."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.agreement_proposal import AgreementProposal

KIND = Kind("agreement_proposal", 1, AgreementProposal, opens=True, audience="all")
