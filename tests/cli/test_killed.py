"""kill -9 again and again while a large attachment is on its way: it arrives whole, once, byte for byte."""

from __future__ import annotations

import hashlib
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from hub.core.pieces import PIECE
from tests.builders import BEIHAI, YULIN
from tests.cli.nodes import PATIENCE, TestNode, make_node, start, until

PIECES = 48
CONTENT = b"%PDF-1.7\n" + hashlib.shake_256(b"evidence").digest(PIECES * PIECE - 1000)
KILLS = (
    ((BEIHAI,), 1),
    ((YULIN,), PIECES // 5),
    ((YULIN, BEIHAI), 2 * PIECES // 5),
    ((BEIHAI,), 3 * PIECES // 5),
    ((YULIN,), 4 * PIECES // 5),
)
"""Who is killed once so many pieces are at the addressee: sender, receiver and both, from the first piece on."""


def counted(node: TestNode, table: str) -> int:
    with closing(sqlite3.connect(f"file:{node.home / 'hub.sqlite'}?mode=ro", uri=True)) as database:
        return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def killed(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    assert process.wait(PATIENCE) == -signal.SIGKILL


@pytest.mark.slow
def test_an_attachment_whose_carriers_are_killed_again_and_again_arrives_whole_and_once(tmp_path: Path) -> None:
    nodes = {member: make_node(tmp_path, member) for member in (YULIN, BEIHAI)}
    yulin, beihai = nodes[YULIN], nodes[BEIHAI]
    file = yulin.home / "证据.pdf"
    file.write_bytes(CONTENT)
    document = yulin.send("case_notice", BEIHAI, "--attach", file)["document"]
    at: list[int] = []
    with (tmp_path / "log").open("ab") as log:

        def born(member: str) -> subprocess.Popen[bytes]:
            return start(nodes[member].home, "work", stderr=log)

        running = {member: born(member) for member in nodes}
        try:
            for victims, share in KILLS:
                until(lambda share=share: counted(beihai, "pieces") >= share)
                for member in victims:
                    killed(running[member])
                at.append(counted(beihai, "pieces"))
                running |= {member: born(member) for member in victims}
            until(lambda: yulin.steps(document)[BEIHAI] == "delivered")
        finally:
            for process in running.values():
                process.kill()
                process.wait(PATIENCE)
    assert sum(count < PIECES for count in at) >= 3, f"killed on the way, not behind it: {at}"
    [copy] = beihai.ok("show", document)["copies"]
    [part] = copy["parts"]
    store = beihai.store()
    try:
        with store.begin() as uow:
            got = [uow.parts.piece(part["sha256"], start) or b"" for start in range(0, part["size"], PIECE)]
    finally:
        store.close()
    assert b"".join(got) == CONTENT
    assert (counted(beihai, "pieces"), counted(beihai, "arrivals"), counted(beihai, "messages")) == (PIECES, 0, 1)
    assert len(beihai.ok("inbox")["documents"]) == 1
    assert [node.hub("audit", "verify").code for node in nodes.values()] == [0, 0]
