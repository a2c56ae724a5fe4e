"""A real browser on a real server: Debian's Chromium and uvicorn on a port of its own."""

from __future__ import annotations

import re
import shutil
import socket as sockets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from starlette.types import ASGIApp

from tests.web.offices import Office

# A slow machine is no fault of the screen: what is never shown still fails.
expect.set_options(timeout=30_000)
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
SCREENS = (
    (r"/sign-in(/.*)?", "登录"),
    (r"/", "工作台"),
    (r"/matters", "事项列表"),
    (r"/matters/[^/]+", "事项详情"),
    (r"/papers(/.*)?", "拟稿、审核、签发"),
)
"""Address -> the screen it belongs to, as people tell screens apart: a form and its errors are one."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser of a test module; while it is open its event loop runs, and no other can in this thread."""
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("no chromium on this machine: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


class _Started(uvicorn.Server):
    """Tells when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()

    async def startup(self, sockets: list[sockets.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


@contextmanager
def serving(app: ASGIApp, port: int = 0, http: Any = "auto") -> Iterator[int]:
    """Serve on loopback until the block is left; gives the port."""
    listener = sockets.socket(sockets.AF_INET, sockets.SOCK_STREAM)
    listener.setsockopt(sockets.SOL_SOCKET, sockets.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    server = _Started(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1, http=http))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        assert server.up.wait(60), "the server did not start"
        yield int(listener.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()


@dataclass
class Hand:
    """One person at a browser: every press counted, every screen remembered, every complaint of the browser kept."""

    page: Page
    clicks: int = 0
    screens: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        # A refused form answers 4xx by design, and the browser logs that as an error of its own.
        self.page.on("console", lambda said: self._hear(said.type, said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("framenavigated", lambda frame: self._see(frame.url))

    def click(self, name: str | re.Pattern[str], role: str = "button") -> None:
        """Press what bears this name."""
        self.press(self.page.get_by_role(role, name=name).first)  # type: ignore[arg-type]

    def press(self, target: Locator) -> None:
        """Press one thing."""
        self.clicks += 1
        target.click()

    def choose(self, field: Locator, label: str) -> None:
        """Open a list and pick from it: two clicks of a mouse."""
        self.clicks += 2
        field.select_option(label=label)

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and "Failed to load resource" not in text:
            self.complaints.append(text)

    def _see(self, url: str) -> None:
        path = urlsplit(url).path
        name = next((title for pattern, title in SCREENS if re.fullmatch(pattern, path)), path)
        if url.startswith("http") and name not in self.screens:
            self.screens.append(name)


@contextmanager
def hand(chromium: Browser, width: int = 1366, height: int = 768) -> Iterator[Hand]:
    """A person with a fresh browser profile."""
    context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    try:
        yield Hand(context.new_page())
    finally:
        context.close()


def sign_in(person: Hand, office: Office, port: int, user: str = "officer") -> None:
    """By a one-time link, as on the first day; one click."""
    person.page.goto(f"http://127.0.0.1:{port}/sign-in/{office.add_link(user)}")
    person.click("进入系统")
    person.page.wait_for_load_state()
