"""Extensions in tiers: three days, ten, thirty, sixty, each with its approver (公通字〔2017〕25号 arts 15, 16)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from pydantic import ValidationError

from hub.core.deadline import Extended, due
from hub.core.tiers import reached
from tests.core.test_calendar import CN, RULES
from tests.core.test_deadline import at, day, natural


def test_an_extension_climbs_tier_by_tier_and_says_which_one_it_reached() -> None:
    limit, start = RULES["ECON_XFER"], day("2026-07-01")
    told = at("2026-07-02T10:00")

    def ends(*notices: Extended) -> tuple[str, int | None]:
        found = due(limit, start, CN, extensions=notices)
        tier = reached(limit, found.added)
        return found.due_strict.isoformat(), tier.number if tier else None

    assert ends() == ("2026-07-04", None)
    assert ends(Extended(told)) == ("2026-07-11", 1)
    assert ends(Extended(told), Extended(told + timedelta(days=1))) == ("2026-07-31", 2)
    assert ends(*(Extended(told + timedelta(days=n)) for n in range(5))) == ("2026-08-30", 3)
    assert ends(Extended(told, None, day("2026-07-20"))) == ("2026-07-20", 2)
    assert ends(Extended(told, None, day("2026-07-11"))) == ("2026-07-11", 1)
    assert ends(Extended(told, None, day("2026-12-31"))) == ("2026-08-30", 3)


@pytest.mark.parametrize(
    "wrong", [[(None, "natural_days"), (3, "natural_days")], [(3, "natural_days"), (3, "working_days")]]
)
def test_tiers_share_one_unit_and_only_the_last_may_be_open(wrong: list[tuple[int | None, str]]) -> None:
    said = [{"amount": n, "unit": unit, "approver": None, "tell_before_expiry": False} for n, unit in wrong]
    with pytest.raises(ValidationError):
        natural(3).model_validate_json(json.dumps({**natural(3).model_dump(mode="json"), "extensions": said}))
