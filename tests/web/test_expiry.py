"""An expired roster stands on every page from the first day and stops nothing for ninety days (DESIGN D5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.core.errors import NotAllowed
from hub.core.ids import parse_time
from hub.core.trust import GRACE
from tests.builders import BEIHAI, YULIN
from tests.simulator.bodies import body
from tests.web.offices import World, text_of


def at_the_end(world: World, more: timedelta) -> None:
    end = parse_time(world[YULIN].fed.trust.roster.expires)
    world.clock.advance(seconds=(end + more - world.clock()).total_seconds())


def test_in_its_grace_time_every_page_warns_and_sending_goes_on(world: World):
    assert "成员名册已过期" not in text_of(world[YULIN].browser(), "/matters")
    at_the_end(world, timedelta(hours=1))
    browser = world[YULIN].browser()
    for path in ("/", "/matters", "/members"):
        assert "成员名册已过期 1 天；宽限期还有 89 天，其间收发照常。请告知系统管理员" in text_of(browser, path)
    sent = world[YULIN].send("assistance_request", body("assistance_request", "request"), to=(BEIHAI,))
    assert sent.audiences == (BEIHAI,)


def test_after_its_grace_time_nothing_new_is_sent_and_reading_goes_on(world: World):
    at_the_end(world, GRACE + timedelta(hours=1))
    assert "不能发出文书" in text_of(world[YULIN].browser(), "/matters")
    with pytest.raises(NotAllowed) as refused:
        world[YULIN].send("assistance_request", body("assistance_request", "request"), to=(BEIHAI,))
    assert (refused.value.field, "超过 90 天宽限期" in refused.value.detail) == ("roster", True)
