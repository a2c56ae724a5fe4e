"""Takes the README's pictures from the real screens of a lived-in demonstration, in Debian's Chromium.

python3 deploy/pictures.py            writes deploy/demo/*.png anew (about a minute)
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = str(Path(__file__).resolve().parent.parent)
PICTURES = Path(ROOT) / "deploy" / "demo"
SIZE = (1366, 860)
"""The screen of an office's desk."""
_CHROMIUM = "/usr/bin/chromium"
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


def main() -> None:
    """Start the eight nodes in a folder of their own, open each screen as its person, and end them."""
    from playwright.sync_api import sync_playwright

    from deploy import system_packages
    from deploy.demo.fleet import Fleet
    from deploy.demo.lived import LIVED
    from deploy.demo.offices import BEIHAI, JOINT_OFFICE, Office

    if not Path(_CHROMIUM).exists():
        system_packages.install(["chromium", "fonts-noto-cjk"], "pictures of the screens")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        fleet = Fleet(Path(folder), rabbitmq=False, day=None, say=print, lived=LIVED)
        fleet.start()
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=list(_FLAGS))
        try:
            links = fleet.sign_in_links()

            def page_of(office: Office) -> Any:
                context = browser.new_context(
                    locale="zh-CN", viewport={"width": SIZE[0], "height": SIZE[1]}, device_scale_factor=1
                )
                page = context.new_page()
                page.goto(links[office.id])
                page.click("main button[type=submit]")
                return page

            desk = page_of(BEIHAI)
            desk.goto(f"{fleet[BEIHAI].url}/matters?family=assistance&waits_for=us")
            matter = desk.get_attribute("table a[href^='/matters/']", "href")
            desk.goto(f"{fleet[BEIHAI].url}{matter}")
            desk.wait_for_load_state("networkidle")
            desk.screenshot(path=str(PICTURES / "picture.png"))
            _take(page_of(JOINT_OFFICE), f"{fleet[JOINT_OFFICE].url}/statistics", "statistics")
        finally:
            browser.close()
            fleet.stop()


def _take(page: Any, address: str, name: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=str(PICTURES / f"{name}.png"))
    print(f"deploy/demo/{name}.png")


if __name__ == "__main__":
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.execv(sys.executable, [sys.executable, *sys.argv])
    sys.path[0] = ROOT
    from deploy import bootstrap

    bootstrap.enter("dev")
    main()
