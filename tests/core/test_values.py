"""Values are equal by their fields, have room for no others, and change nowhere: the last is for the type checker."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from hub.core.values import value


@value
class Point:
    x: int
    y: int = 0


if TYPE_CHECKING:
    Point(1).x = 2  # type: ignore[misc]  # An ignored error that is none is an error: this one stays refused.


def test_a_value_stands_for_every_other_with_the_same_fields() -> None:
    assert Point(1) == Point(1, 0) != Point(1, 2)
    assert {Point(1), replace(Point(3), x=1)} == {Point(1)}


def test_a_value_takes_no_field_it_was_not_declared_with() -> None:
    with pytest.raises(AttributeError):
        Point(1).z = 2  # type: ignore[attr-defined]
