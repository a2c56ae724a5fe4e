"""The form above a list answers when it is sent as it stands: a browser sends its empty fields too."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from hub.core.policy import ADMINISTRATORS
from tests.web.crawl import screens_of
from tests.web.lived import lived_in
from tests.web.offices import World

FOUND = 8
"""So many lists at least have a form."""


class Forms(HTMLParser):
    """Every GET form of a page: where it goes, and what it sends untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self._open, self._select = False, ""

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attrs = {name: value or "" for name, value in given}
        if tag == "form" and attrs.get("method", "get").lower() == "get":
            self.found.append((attrs.get("action", ""), {}))
            self._open = True
        elif not self._open:
            return
        elif tag == "input" and attrs.get("name") and (attrs.get("type") != "checkbox" or "checked" in attrs):
            self.found[-1][1][attrs["name"]] = attrs.get("value", "")
        elif tag == "select":
            self._select = attrs["name"]
        elif tag == "option" and ("selected" in attrs or self._select not in self.found[-1][1]):
            self.found[-1][1][self._select] = attrs.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag != "form"


def test_every_form_above_a_list_may_be_sent_as_it_stands(world: World):
    office, _ = lived_in(world)
    wrong, seen = dict[str, int](), set[str]()
    for user, address in screens_of(office, ("officer", *ADMINISTRATORS)):
        browser = office.browser(user)
        forms = Forms()
        forms.feed(re.sub(r"<script.*?</script>", "", browser.get(address).text, flags=re.DOTALL))
        for action, fields in forms.found:
            path = action.partition("?")[0] or address.partition("?")[0]
            seen.add(path)
            answer = browser.get(path, params=fields)
            if answer.status_code != 200 and "purpose" not in fields:
                wrong[f"{path} {fields}"] = answer.status_code
    assert wrong == {}
    assert len(seen) >= FOUND, seen
