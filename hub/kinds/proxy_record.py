"""The opener enters what an office without a wire did on paper; the paper date moves the clock (DESIGN D15)."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.proxy_record import ProxyRecord

KIND = Kind("proxy_record", 1, ProxyRecord, opens=False, audience="one", dated_by="paper_date")
