"""Every error says whose fault it is, what is wrong and what to do, under a code of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from hub.core.errors import HubError, Refused, Rejected, Unavailable

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def classes(root: type[HubError] = HubError) -> Iterator[type[HubError]]:
    for one in root.__subclasses__():
        yield one
        yield from classes(one)


ALL = sorted(set(classes()), key=lambda one: one.__name__)


@pytest.mark.parametrize("error", ALL, ids=lambda one: one.__name__)
def test_every_error_belongs_to_one_family_and_speaks_chinese(error: type[HubError]) -> None:
    assert sum(issubclass(error, family) for family in (Refused, Rejected, Unavailable)) == 1
    made = error()
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", made.code)
    assert CHINESE.search(made.detail)
    assert CHINESE.search(made.next_step)
    assert str(made) == made.detail


def test_codes_are_unique() -> None:
    codes = [one.code for one in ALL]
    assert len(set(codes)) == len(codes)


def test_what_the_raiser_says_wins_over_the_class() -> None:
    made = Refused("理由", field="to", advice="请重试")
    assert (made.detail, made.field, made.next_step) == ("理由", "to", "请重试")
