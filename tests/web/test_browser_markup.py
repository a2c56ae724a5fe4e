"""What a peer writes is text on every screen: no script of a document runs, and none is even tried (ASVS 1.2)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from hub.core.errors import NotFound
from schemas.catalogue import ACTS
from tests.builders import BEIHAI, JOINT, YULIN, ZHANJIANG
from tests.web.browser import hand, serving, sign_in
from tests.web.crawl import screens_of
from tests.web.hostile import MARKUP, MEMBERS, OTHER_POLICE, live
from tests.web.offices import World, world_at

TABS = ("", "?tab=parties", "?tab=evidence", "?tab=letters", "?tab=timeline", "?tab=links", "?tab=log")
BY_MACHINE = {("reminder", "remind")}
LIVE_MARKUP = """() => {
    const alive = '[onerror], [onload], a[href^="javascript:"], body svg[onload], body script:not([nonce]):not([type])';
    return {ran: Boolean(window.pwned), alive: document.querySelectorAll(alive).length,
            shown: /(onload|onerror)=pwned|window.pwned/.test(document.body.innerText)};
}"""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, list[str]]]:
    with world_at(tmp_path_factory.mktemp("hostile"), MEMBERS) as world:
        matters, sent, refused = live(world)
        assert {(kind, act) for kind, acts in ACTS.items() for act in acts} - BY_MACHINE - sent == set(), refused
        yield world, matters


def addresses(world: World, member: str, matters: list[str], seen: set[str]) -> list[str]:
    """Every tab of the matters this office has, every document and letter of theirs, and whatever else it can open."""
    office, found = world[member], list[str]()
    for matter in matters:
        try:
            thread = office.views.matter(matter).thread
        except NotFound:
            continue
        # Both ends hold the same words: each document is opened at one of them.
        fresh = [copy.row.document for copy in thread if copy.row.document not in seen]
        seen.update(fresh)
        found += [f"/documents/{one}" for one in fresh] + [f"/documents/{one}/letter" for one in fresh]
        found += [f"/matters/{matter}{tab}" for tab in TABS] if fresh else []
    return [*found, *(address for _, address in screens_of(office, ("officer",)))]


def test_markup_in_every_field_of_every_kind_stays_text_on_every_screen(
    hostile: tuple[World, list[str]], chromium: Browser
):
    world, matters = hostile
    wrong, seen, shown = dict[str, object](), set[str](), 0
    for member in (BEIHAI, ZHANJIANG, JOINT, OTHER_POLICE, YULIN):
        with serving(world[member].app) as port, hand(chromium) as person:
            sign_in(person, world[member], port)
            for address in addresses(world, member, matters, seen):
                person.page.goto(f"http://127.0.0.1:{port}{address}")
                said = person.page.evaluate(LIVE_MARKUP)
                shown += said["shown"]
                if said["ran"] or said["alive"] or person.complaints:
                    wrong[f"{member}{address}"] = (said, person.complaints.copy())
                person.complaints.clear()
    assert wrong == {}
    # Had the documents not been there, nothing would have been tried.
    assert shown > 100


def test_the_markup_would_run_if_it_were_let(chromium: Browser):
    with hand(chromium) as person:
        for text in MARKUP[:3]:
            person.page.goto("about:blank")
            person.page.set_content(f"<p>{text}</p>")
            person.page.wait_for_function("() => window.pwned === 1")
