"""Changing an agreed limit, and counting who agreed to it."""

from __future__ import annotations

import pytest

from hub.core.amendment import Tally, differences, tally, with_limit
from hub.core.errors import HubError
from schemas.wire.agreement import Agreement
from tests.builders import NOW, federation

AGREEMENT: Agreement = federation().trust.agreement
NOTE = "15改为10：经各成员单位书面同意。"


def amended(rule="ASSIST_CROSS", present=(15, "working_days"), proposed=(10, "working_days")) -> Agreement:
    return with_limit(AGREEMENT, rule, present, proposed, note=NOTE, issued=NOW)


def test_the_next_version_differs_in_this_limit_alone_and_says_why() -> None:
    after = amended()
    [change] = differences(AGREEMENT, after)
    assert (after.version, change.part, change.key) == (AGREEMENT.version + 1, "rules", "ASSIST_CROSS")
    assert [(field.name, field.new) for field in change.fields if field.name != "note"] == [("amount", 10)]
    note = next(field.new for field in change.fields if field.name == "note")
    assert note.endswith(NOTE)


def test_a_limit_that_becomes_working_days_rolls_no_more() -> None:
    after = amended("ASSIST_POLICE", (15, "natural_days"), (10, "working_days"))
    rule = next(one for one in after.rules if one.id == "ASSIST_POLICE")
    assert (rule.amount, rule.unit, rule.roll) == (10, "working_days", "none")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"rule": "NO_SUCH"}, "not-found"),
        ({"rule": "ASSIST_MR"}, "not-allowed"),
        ({"present": (14, "working_days")}, "wrong-state"),
        ({"present": (15, "natural_days")}, "wrong-state"),
        ({"proposed": (15, "working_days")}, "invalid-input"),
        ({"proposed": (10, "hours")}, "invalid-input"),
        ({"proposed": (10, "fortnights")}, "invalid-input"),
    ],
)
def test_what_no_agreement_may_change_is_refused(change, code) -> None:
    with pytest.raises(HubError) as refused:
        amended(**change)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("answers", "expected", "unanimous"),
    [
        ([], Tally((), (), ("a", "b")), False),
        ([("a", "consent")], Tally(("a",), (), ("b",)), False),
        ([("a", "consent"), ("b", "object")], Tally(("a",), ("b",), ()), False),
        ([("b", "object"), ("a", "consent"), ("b", "consent")], Tally(("a", "b"), (), ()), True),
        ([("a", "consent"), ("b", "consent"), ("a", "object")], Tally(("b",), ("a",), ()), False),
        ([("a", "consent"), ("b", "consent"), ("stranger", "object")], Tally(("a", "b"), (), ()), True),
    ],
)
def test_the_last_word_of_each_member_who_was_asked_counts(answers, expected, unanimous) -> None:
    found = tally(["a", "b"], answers)
    assert (found, found.unanimous) == (expected, unanimous)
