"""``hub run``: two processes that live and end together."""

from __future__ import annotations

import signal
import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from deploy.processes import alive, descendants, send
from tests.builders import BEIHAI, YULIN
from tests.cli.nodes import PATIENCE, TestNode, make_node, until, write_key


@pytest.fixture
def node(tmp_path: Path) -> TestNode:
    return make_node(tmp_path, YULIN)


def ready(node: TestNode) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{node.port}/api/v1/health/ready", timeout=20) as answer:
            return answer.status == 200  # type: ignore[no-any-return]
    except (urllib.error.URLError, OSError):
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_both_processes_cleanly(node: TestNode, number: signal.Signals) -> None:
    with node.running("run") as parent:
        until(lambda: ready(node) and '"working"' in node.log)
        children = descendants(parent.pid)
        assert len(children) == 1
        parent.send_signal(number)
        assert parent.wait(PATIENCE) == 0
    assert not alive(children[0])
    assert '"stopped"' in node.log
    assert "critical" not in node.log


def test_a_killed_worker_ends_the_node_with_a_clear_word_and_a_restart_goes_on(node: TestNode, tmp_path: Path) -> None:
    with node.running("run") as parent:
        until(lambda: ready(node) and '"working"' in node.log)
        send(descendants(parent.pid)[0], signal.SIGKILL)
        assert parent.wait(PATIENCE) == 1
    assert "工作进程意外结束（被信号 9 终止）" in node.log
    sent = node.send("case_notice", BEIHAI)
    beihai = make_node(tmp_path, BEIHAI)
    with node.running("run"), beihai.running("work"):
        until(lambda: node.steps(sent["document"])[BEIHAI] == "delivered")


def test_a_killed_parent_takes_its_worker_with_it(node: TestNode) -> None:
    with node.running("run") as parent:
        until(lambda: '"working"' in node.log)
        worker = descendants(parent.pid)[0]
        parent.send_signal(signal.SIGKILL)
        parent.wait(PATIENCE)
        until(lambda: not alive(worker))
    assert '"stopped"' in node.log


def test_only_one_node_runs_at_a_home(node: TestNode) -> None:
    with node.running("run"):
        until(lambda: ready(node))
        done = node.hub("doctor", "--json")
        assert {check["name"]: check["level"] for check in done.json["checks"]}["工作进程"] == "green"
        with node.running("run") as second:
            assert second.wait(PATIENCE) == 2
    assert "已在运行" in node.log


def test_a_taken_port_is_told_before_anything_starts(node: TestNode) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", node.port))
        other.listen()
        with node.running("run") as parent:
            assert parent.wait(PATIENCE) == 2
    assert f"端口 {node.port} 无法使用" in node.log
    assert '"working"' not in node.log


def test_a_worker_with_a_key_that_is_not_in_the_roster_does_not_start(node: TestNode) -> None:
    write_key(node.home, YULIN, generation=1)
    with node.running("work") as worker:
        assert worker.wait(PATIENCE) == 2
    assert "未登记在成员名册中" in node.log


def test_a_worker_outlasts_a_pipe_that_is_away(node: TestNode) -> None:
    spool = node.home.parent / "spool"
    spool.write_text("not a folder")
    node.send("case_notice", BEIHAI)
    with node.running("work") as worker:
        until(lambda: node.log.count("unavailable") >= 2)
        spool.unlink()
        node.wait_for_log("available again")
        assert worker.poll() is None
