"""``--check``: the scripted day through the public interfaces, and what it came to as one line of JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import TypeVar

from deploy.demo import gap, reckoning, scenes, trouble, trust
from deploy.demo.day import Day
from deploy.demo.waiting import StepFailed, expect

T = TypeVar("T")


def play(day: Day) -> dict[str, object]:
    """Every scene of the day; raises :class:`StepFailed` naming scene and reason."""
    outage = _scene("停电", lambda: trouble.power_cut(day))
    asked = _scene("摆渡", lambda: gap.request(day))
    _scene("协查", lambda: scenes.assistance(day))
    _scene("补收", lambda: trouble.caught_up(day, outage))
    day.later()
    _scene("线索", lambda: scenes.lead(day))
    told, listed = _scene("全体", lambda: scenes.for_all(day))
    _scene("把关", lambda: trouble.bad_requests(day))
    _scene("补正", lambda: trouble.true_one_came(day, outage))
    _scene("重放", lambda: trouble.replay(day, outage))
    _scene("摆渡", lambda: gap.last_round(day, asked, told, listed))
    _scene("清点", lambda: reckoning.settle(day))
    counted = _scene("清点", lambda: _reckon(day))
    for name, scene in trust.SCENES:
        _scene(name, partial(scene, day))
    return counted


def _reckon(day: Day) -> dict[str, object]:
    found = reckoning.sums(day)
    matters = reckoning.both_ends_equal(day)
    headers = reckoning.office_saw_what_it_may(day)
    expect(found.sent == found.delivered == found.receipts, f"发出、送达、回执不等：{found}")
    expect(found.quarantined == 1, f"异常文书应为 1 件，实为 {found.quarantined}")
    expect(found.gaps == 0, f"仍有 {found.gaps} 处缺件")
    day.say(f"清点：{matters} 个事项处处一致；联席办见文书头 {headers} 份、正文 0 份，统计与各单位相等")
    return asdict(found)


def _scene(name: str, play_it: Callable[[], T]) -> T:
    try:
        return play_it()
    except StepFailed as failure:
        raise StepFailed(f"{name}：{failure}") from failure
