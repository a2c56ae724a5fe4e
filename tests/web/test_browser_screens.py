"""Every screen in a real browser: accessible, no wider than the window, printable, and the browser has no complaint."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as TooLate

from hub.core.policy import ADMINISTRATORS
from tests.builders import BEIHAI, JOINT, YULIN, ZHANJIANG
from tests.web.browser import Hand, hand, serving, sign_in
from tests.web.crawl import screens_of, template_of, templates_of
from tests.web.lived import lived_in
from tests.web.offices import Office, World, world_at

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
SMALL, LARGE = {"width": 1366, "height": 768}, {"width": 1920, "height": 1080}
PEOPLE = ("officer", *ADMINISTRATORS)
NO_SCREENS = {
    "/audit/alarms/{number}",
    "/counts",
    "/matters/export",
    "/notices/bell",
    "/watermark.svg",
    "/documents/{document}/envelopes/{digest}",
    "/documents/{document}/parts/{digest}",
    "/papers/{paper}/files/{digest}",
    "/papers/{paper}/uploads/{digest}",
    # The doors: tried by themselves below.
    "/setup",
    "/sign-in",
    "/sign-in/code",
    "/sign-in/{_link}",
}
"""Addresses that answer with a file or a part of a page."""
VIOLATIONS = """async () => (await axe.run({exclude: [[".water"]]}, {resultTypes: ["violations"]})).violations
    .filter(one => ["serious", "critical"].includes(one.impact))
    .flatMap(one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 200)}`))"""
"""The mark across a letter is decoration, hidden from readers of the screen and meant to be faint (WCAG 1.4.3)."""
FITS = "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, list[str]]]:
    with world_at(tmp_path_factory.mktemp("lived"), (YULIN, BEIHAI, ZHANJIANG, JOINT)) as world:
        yield lived_in(world)


def faults(page: Page) -> list[str]:
    """What is wrong with the page that is open."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = page.evaluate(VIOLATIONS)
    for size in (LARGE, SMALL):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        try:
            # Charts are drawn anew a moment after the window has changed.
            page.wait_for_function(FITS, timeout=20_000)
        except TooLate:
            found.append(f"wider than {size['width']}")
    page.emulate_media(media="print")
    found += [f"printed: {one}" for one in (".side", ".skip", ".crumbs") if page.locator(one).first.is_visible()]
    page.emulate_media(media="screen")
    return found


def walk(office: Office, chromium: Browser, screens: list[tuple[str, str]]) -> str:
    """What is wrong, a line for each screen."""
    wrong: dict[str, list[str]] = {}
    with serving(office.app) as port:
        for user in dict.fromkeys(user for user, _ in screens):
            with hand(chromium) as person:
                sign_in(person, office, port, user)
                for address in (address for who, address in screens if who == user):
                    person.page.goto(f"http://127.0.0.1:{port}{address}")
                    if found := faults(person.page) + person.complaints:
                        wrong[address] = found
                    person.complaints.clear()
    return "\n".join(f"{address}: {found}" for address, found in wrong.items())


def test_every_screen_of_an_office_at_work_is_open_to_everybody(lived: tuple[Office, list[str]], chromium: Browser):
    office, matters = lived
    screens = screens_of(office, PEOPLE, matters)
    templates = templates_of(office)

    reached = {template_of(address.partition("?")[0], templates) for _, address in screens}
    assert templates.keys() - NO_SCREENS - reached == set()
    wrong = walk(office, chromium, screens)
    assert not wrong, wrong


def test_every_screen_of_an_office_that_has_nothing_yet_is_open_to_everybody(world: World, chromium: Browser):
    office = world[YULIN]
    for role in ADMINISTRATORS:
        office.add_user(role, role, f"某{role}")

    wrong = walk(office, chromium, screens_of(office, PEOPLE))
    assert not wrong, wrong


def test_the_doors_and_what_goes_wrong_are_open_to_everybody(lived: tuple[Office, list[str]], chromium: Browser):
    office, _ = lived
    with serving(office.app) as port, hand(chromium) as person:
        for address in ("/sign-in", "/sign-in/code", "/sign-in/some-link", "/nowhere", "/matters"):
            person.page.goto(f"http://127.0.0.1:{port}{address}")
            assert faults(person.page) + person.complaints == [], address


def focused(person: Hand) -> dict[str, Any]:
    """What has the focus, and whether it can be seen that it has."""
    found: dict[str, Any] = person.page.evaluate(
        """() => {
            const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
            const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
            return {text: (one.textContent ?? "").trim(), name: one.name ?? "", tag: one.tagName,
                    seen: box.width > 0 && box.bottom > 0 && (ring || style.boxShadow !== "none")};
        }"""
    )
    return found


def test_the_keyboard_alone_leads_past_the_menu_into_the_search_and_shows_where_it_is(
    lived: tuple[Office, list[str]], chromium: Browser
):
    office, _ = lived
    with serving(office.app) as port, hand(chromium) as person:
        sign_in(person, office, port)
        person.page.goto(f"http://127.0.0.1:{port}/matters")
        person.page.keyboard.press("Tab")
        assert (focused(person)["text"], focused(person)["seen"]) == ("跳到正文", True)
        person.page.keyboard.press("Enter")
        assert focused(person)["tag"] == "MAIN"
        seen = []
        for _ in range(25):
            person.page.keyboard.press("Tab")
            seen.append(focused(person))
        assert all(one["seen"] for one in seen), [one for one in seen if not one["seen"]]
        person.page.reload()
        person.page.keyboard.press("/")
        assert focused(person)["tag"] == "INPUT"
        person.page.keyboard.type("某某")
        person.page.keyboard.press("Enter")
        expect(person.page).to_have_url(re.compile("text="))
        assert person.complaints == []


def test_a_lamp_says_in_words_what_its_colour_says(lived: tuple[Office, list[str]], chromium: Browser):
    office, _ = lived
    with serving(office.app) as port, hand(chromium) as person:
        sign_in(person, office, port)
        for address in ("/matters", "/due", "/quarantine", "/documents?tab=out"):
            person.page.goto(f"http://127.0.0.1:{port}{address}")
            bare = person.page.evaluate(
                "() => [...document.querySelectorAll('.tag, .badge, [class*=lamp]')]"
                ".filter(one => !one.textContent.trim() && !one.getAttribute('aria-label')).map(one => one.outerHTML)"
            )
            assert bare == [], address


def test_a_chart_is_drawn_anew_to_fit_the_paper(lived: tuple[Office, list[str]], chromium: Browser):
    office, _ = lived
    widths = "() => [...document.querySelectorAll('[data-chart] svg')].map(one => one.getBoundingClientRect().width)"
    with serving(office.app) as port, hand(chromium) as person:
        sign_in(person, office, port)
        person.page.goto(f"http://127.0.0.1:{port}/statistics")
        on_screen = person.page.evaluate(widths)
        person.page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
        on_paper = person.page.evaluate(widths)
        person.page.evaluate("() => dispatchEvent(new Event('afterprint'))")

        # 180 mm lie between the margins of A4; a section takes its frame off that.
        assert on_paper
        assert max(on_paper) < 180 / 25.4 * 96 < min(on_screen)
        assert person.page.evaluate(widths) == on_screen
