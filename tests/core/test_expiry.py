"""A roster that ends is told long before, from the first day after, and stops something only after the grace time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.core.expiry import SOON, expiry_warning
from hub.core.ids import parse_time
from hub.core.trust import GRACE
from tests.builders import federation

TRUST = federation().trust
END = parse_time(TRUST.roster.expires)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.mark.parametrize(
    ("moment", "text", "stops"),
    [
        (END - SOON * DAY, None, False),
        (END - SOON * DAY + SECOND, "还有 13 天到期", False),
        (END + SECOND, "已过期 1 天；宽限期还有 89 天", False),
        (END + GRACE, "宽限期还有 0 天", False),
        (END + GRACE + SECOND, "超过 90 天宽限期", True),
    ],
)
def test_what_is_told_when(moment, text, stops) -> None:
    found = expiry_warning(TRUST, moment)
    assert (found is None) == (text is None)
    assert found is None or (text in found.text, found.stops) == (True, stops), found
