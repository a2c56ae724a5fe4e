"""Takes the manual's pictures, and the README's among them, from the real screens of a lived-in demonstration.

python3 deploy/pictures.py            writes hub/web/ui/static/help/*.webp anew (about two minutes)
"""

from __future__ import annotations

import base64
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

ROOT = str(Path(__file__).resolve().parent.parent)
PICTURES = Path(ROOT) / "hub" / "web" / "ui" / "static" / "help"
SIZE = (1366, 768)
"""The screen of an office's desk; :mod:`hub.web.ui.manual` tells browsers the same size."""
MOST = 60 * 1024
"""Bytes of one picture: the manual opens at once over a slow line too."""
_CHROMIUM = "/usr/bin/chromium"
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
_TO_WEBP = """async ([png, quality]) => {
  const image = new Image();
  image.src = "data:image/png;base64," + png;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", quality).split(",")[1];
}"""
_FIRST = "table a[href^='/matters/']"


class Shot(NamedTuple):
    """One picture: at whose node, as which of the demonstration's people, which screen."""

    name: str
    member: str
    person: str
    address: str
    follow: str = ""
    """The link on that screen to go on by."""
    then: str = ""
    """What the address that was followed ends in."""
    do: Callable[[Any], None] | None = None
    after: Callable[[Any], None] | None = None
    """What the person does when the picture is taken."""


def _look_up(page: Any) -> None:
    page.fill("[name=text]", "某某商贸")
    page.select_option("[name=purpose]", index=1)
    page.fill("[name=why]", "核查来函所列企业")
    page.click("main form button[type=submit]")


def _count(page: Any) -> None:
    page.click(".rail summary:has-text('逐日计算')")
    page.locator(".rail .count").scroll_into_view_if_needed()


def _hand_over(page: Any) -> None:
    page.click("summary:has-text('交办、转办')")
    page.fill("[name=note]", "请核实登记情况，两日内报结果")
    page.locator("main [name=note]").scroll_into_view_if_needed()


def _have_sealed(page: Any) -> None:
    page.click("summary:has-text('送印')")
    page.click("form[action$='/seal'] button[type=submit]")
    page.wait_for_load_state("networkidle")


def _fill_outside(page: Any) -> None:
    page.fill("[name=name]", "某某村民委员会")
    page.fill("[name=region]", "450502")


MR, POLICE, JOINT, ASKER = "450500-mr", "450500-ps", "450900-jm", "440800-mr"
SHOTS = (
    Shot("sign-in", MR, "", "/sign-in"),
    Shot("desk", MR, "handler", "/"),
    Shot("paper", ASKER, "author", "/papers", "main a[href^='/papers/0']", after=_have_sealed),
    Shot("seals", ASKER, "clerk", "/seals"),
    Shot("review", ASKER, "unit-head", "/papers", "main a[href^='/papers/0']"),
    Shot("received", MR, "clerk", "/documents?tab=unsigned"),
    Shot("matter", MR, "handler", "/matters?family=assistance&waits_for=us", _FIRST),
    Shot("timeline", MR, "handler", "/matters?family=assistance&waits_for=us", _FIRST, "?tab=timeline"),
    Shot("proof", MR, "handler", "/matters?family=assistance&waits_for=us", _FIRST, "/evidence"),
    Shot("count", MR, "handler", "/matters?family=assistance&waits_for=us", _FIRST, do=_count),
    Shot("units", MR, "clerk", "/matters?family=assistance&waits_for=us", _FIRST, do=_hand_over),
    Shot("outside", MR, "handler", "/outside/new", do=_fill_outside),
    Shot("together", MR, "handler", "/matters?family=opinion&waits_for=us", _FIRST),
    Shot("due", MR, "handler", "/due"),
    Shot("subjects", MR, "handler", "/subjects", do=_look_up),
    Shot("police", POLICE, "handler", "/matters?family=assistance&waits_for=us", _FIRST),
    Shot("statistics", JOINT, "handler", "/statistics"),
    Shot("supervision", JOINT, "handler", "/supervision"),
    Shot("members", MR, "sysadmin", "/members"),
    Shot("users", MR, "secadmin", "/users"),
    Shot("audit", MR, "auditor", "/audit"),
    Shot("retention", MR, "clerk", "/retention"),
)


def main() -> None:
    """Start the eight nodes in a folder of their own, open each screen as its person, and end them."""
    from deploy import system_packages
    from deploy.demo.fleet import Fleet
    from deploy.demo.lived import LIVED

    if not Path(_CHROMIUM).exists():
        system_packages.install(["chromium", "chromium-l10n", "fonts-noto-cjk"], "pictures of the screens")
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        fleet = Fleet(Path(folder), rabbitmq=False, day=None, say=print, lived=LIVED)
        fleet.start()
        _give_seal_system(fleet)
        try:
            with _browser() as browser:
                Studio(browser, fleet).take_all()
        finally:
            fleet.stop()
    for left in set(PICTURES.glob("*.webp")) - {PICTURES / f"{shot.name}.webp" for shot in SHOTS}:
        left.unlink()


def _give_seal_system(fleet: Any) -> None:
    """Most offices of the demonstration print and stamp; this one has folders that it shares with a seal system."""
    from deploy.demo.waiting import until

    node = next(one for one in fleet if one.office.id == ASKER)
    node.ask_to_stop()
    node.wait_stopped()
    node.overrides["HUB_SEAL"] = f"folder:{node.home / 'seals'}"
    node.start()
    until("节点重新启动", node.is_ready, 90)


class Studio:
    """One browser before one running fleet."""

    def __init__(self, browser: Any, fleet: Any) -> None:
        self.browser = browser
        self.nodes = {node.office.id: node for node in fleet}
        self.links: dict[str, str] = fleet.sign_in_links()
        self.darkroom = browser.new_page()
        self.paper = ""

    def take_all(self) -> None:
        """Every picture, in the order of the table; a paper is begun, handed to the seal system, submitted."""
        for shot in SHOTS:
            if shot.name == "paper":
                self.paper = self._begin_paper()
            self._take(shot)
            if shot.name == "seals":
                self._ask(f"/papers/{self.paper}/submit", {"comment": "请审核"})

    def _take(self, shot: Shot) -> None:
        url = self.nodes[shot.member].url
        context = self.browser.new_context(locale="zh-CN", viewport={"width": SIZE[0], "height": SIZE[1]})
        page = context.new_page()
        if shot.person == "author":
            page.goto(self.links[shot.member])
            page.click("main button[type=submit]")
        elif shot.person:
            page.goto(f"{url}/sign-in")
            page.click(f"button[value=demo-{shot.person}]")
        page.goto(url + shot.address)
        if shot.follow:
            page.goto(f"{url}{page.get_attribute(shot.follow, 'href')}{shot.then}")
        if shot.do is not None:
            shot.do(page)
        page.wait_for_load_state("networkidle")
        size = self._develop(page.screenshot(), PICTURES / f"{shot.name}.webp")
        print(f"hub/web/ui/static/help/{shot.name}.webp  {size / 1024:.0f} KiB")
        if shot.after is not None:
            shot.after(page)
        context.close()

    def _develop(self, png: bytes, path: Path) -> int:
        """The finest WebP that is small enough; gives its size in bytes."""
        for quality in (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3):
            text = self.darkroom.evaluate(_TO_WEBP, [base64.b64encode(png).decode(), quality])
            picture = base64.b64decode(text)
            if len(picture) <= MOST:
                break
        return path.write_bytes(picture)

    def _begin_paper(self) -> str:
        from deploy.demo.letters import assistance_request

        body = assistance_request() | {"issue_date": "2026-06-10"}
        made = self._ask("/papers", {"kind": "assistance_request", "to": [MR], "body": body})
        return str(made["id"])

    def _ask(self, path: str, what: dict[str, Any]) -> Any:
        """What the office's own program asks of its node."""
        node = self.nodes[ASKER]
        headers = {"Authorization": f"Bearer {node.token}", "Idempotency-Key": path}
        answer = self.darkroom.request.post(f"{node.url}/api/v1{path}", data=what, headers=headers)
        if not answer.ok:
            raise RuntimeError(answer.text())
        return answer.json()


@contextmanager
def _browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # What the browser itself writes into fields, such as 年/月/日, is in the language of its own menus.
        speaking: dict[str, str | float | bool] = {**os.environ, "LANGUAGE": "zh_CN"}
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=list(_FLAGS), env=speaking)
        try:
            yield browser
        finally:
            browser.close()


if __name__ == "__main__":
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.execv(sys.executable, [sys.executable, *sys.argv])
    sys.path[0] = ROOT
    from deploy import bootstrap

    bootstrap.enter("dev")
    main()
