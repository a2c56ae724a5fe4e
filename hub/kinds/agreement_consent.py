"""Consent or objection to a proposed change of the agreement."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.agreement_consent import AgreementConsent

KIND = Kind("agreement_consent", 1, AgreementConsent, opens=False, audience="one")
