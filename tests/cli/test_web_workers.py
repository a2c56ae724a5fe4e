"""Several processes serve the pages of one node, and nobody can tell which of them answers."""

from __future__ import annotations

import http.client
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from deploy.processes import alive, descendants, send
from tests.builders import YULIN
from tests.cli.nodes import PATIENCE, TestNode, make_node, until
from tests.web.papers import REQUEST


@pytest.fixture
def node(tmp_path: Path) -> TestNode:
    made = make_node(tmp_path, YULIN)
    settings = made.home / "hub.toml"
    settings.write_text(re.sub(r"web_workers = \d+", "web_workers = 2", settings.read_text("utf-8")), "utf-8")
    assert "web_workers = 2" in settings.read_text("utf-8")
    made.ok("user", "add", "zhao", "--role", "officer")
    return made


_OPENED: list[Line] = []


@pytest.fixture(autouse=True)
def hung_up() -> Iterator[None]:
    yield
    while _OPENED:
        _OPENED.pop().kept.close()


class Line:
    """One kept connection: whatever is asked on it, one process answers."""

    def __init__(self, node: TestNode) -> None:
        self.origin = f"http://127.0.0.1:{node.port}"
        self.kept = http.client.HTTPConnection("127.0.0.1", node.port, timeout=PATIENCE)
        _OPENED.append(self)

    def ask(self, method: str, path: str, cookie: str = "", **form: str) -> tuple[int, http.client.HTTPMessage, str]:
        headers = {"Cookie": cookie, "Origin": self.origin, "Content-Type": "application/x-www-form-urlencoded"}
        self.kept.request(method, path, urlencode(form) if method == "POST" else None, headers)
        answer = self.kept.getresponse()
        return answer.status, answer.headers, answer.read().decode("utf-8")

    def sign_in(self, node: TestNode) -> str:
        """A fresh session; gives its cookie."""
        status, headers, _ = self.ask("POST", urlsplit(node.ok("user", "link", "zhao")["url"]).path)
        assert status == 303
        return headers["Set-Cookie"].partition(";")[0]


def spread(node: TestNode, parent: int) -> list[Line]:
    """One line to each of the two processes: while one stands still, the other takes it."""
    both = [parent, *descendants(parent)]
    assert len(both) == 2
    lines = []
    for still in reversed(both):
        send(still, signal.SIGSTOP)
        until(lambda still=still: stopped(still))
        lines.append(Line(node))
        assert lines[-1].ask("GET", "/api/v1/health/live")[0] == 200
        send(still, signal.SIGCONT)
    return lines


def stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] == "T"


def live(node: TestNode) -> bool:
    try:
        return Line(node).ask("GET", "/api/v1/health/ready")[0] == 200
    except OSError:
        return False


def test_a_sign_in_holds_and_ends_in_every_process_at_once(node: TestNode):
    with node.running("serve") as parent:
        until(lambda: live(node) and len(descendants(parent.pid)) == 1)
        one, other = spread(node, parent.pid)
        cookie, second = one.sign_in(node), other.sign_in(node)
        for line in (one, other):
            assert [line.ask("GET", "/matters", held)[0] for held in (cookie, second)] == [200, 200]

        # Each asks once and waits for nothing: the very next answer, whichever process gives it, must be the refusal.
        assert one.ask("POST", "/sign-out", cookie)[0] == 200
        assert [line.ask("GET", "/matters", cookie)[0] for line in (other, one)] == [401, 401]
        assert other.ask("GET", "/matters", second)[0] == 200
        assert node.hub("user", "disable", "zhao").code == 0
        assert [line.ask("GET", "/matters", second)[0] for line in (one, other)] == [401, 401]


def test_a_draft_begun_in_one_process_goes_on_in_the_other_and_outlives_both(node: TestNode):
    with node.running("serve") as parent:
        until(lambda: live(node) and len(descendants(parent.pid)) == 1)
        one, other = spread(node, parent.pid)
        cookie = one.sign_in(node)
        _, headers, _ = one.ask("POST", "/papers", cookie, **REQUEST)
        address = headers["Location"].partition("?")[0]
        changed = other.ask(
            "POST", f"{address}/autosave", cookie, **{**REQUEST, "title": "另一进程改的", "_version": "1"}
        )
        assert changed[0] == 200, changed[2]
        children = descendants(parent.pid)
        parent.send_signal(signal.SIGKILL)
        parent.wait(PATIENCE)
        # Until it has noticed, a child keeps the port: it would answer for the next start, which finds it taken.
        until(lambda: not any(alive(one) for one in children))
    with node.running("serve"):
        until(lambda: live(node))
        again = Line(node)
        assert "另一进程改的" in again.ask("GET", address, cookie)[2]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_every_process_of_the_node(node: TestNode, number: signal.Signals):
    with node.running("run") as parent:
        until(lambda: live(node) and '"working"' in node.log and len(descendants(parent.pid)) == 2)
        children = descendants(parent.pid)
        parent.send_signal(number)
        assert parent.wait(PATIENCE) == 0
    assert not any(alive(one) for one in children)


def test_a_web_process_that_dies_ends_the_node_with_a_clear_word(node: TestNode):
    with node.running("serve") as parent:
        until(lambda: live(node) and len(descendants(parent.pid)) == 1)
        send(descendants(parent.pid)[0], signal.SIGKILL)
        assert parent.wait(PATIENCE) == 1
    assert "第 2 个网页进程意外结束（被信号 9 终止）" in node.log


def test_a_killed_parent_takes_every_child_with_it(node: TestNode):
    with node.running("run") as parent:
        until(lambda: '"working"' in node.log and live(node) and len(descendants(parent.pid)) == 2)
        children = descendants(parent.pid)
        parent.send_signal(signal.SIGKILL)
        parent.wait(PATIENCE)
        until(lambda: not any(alive(one) for one in children))
