"""A log line is one line of the program's own, whatever stands in its fields."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.cli.nodes import ROOT

EVIL = 'x\n{"level":"info","event":"forged"}\x1b[2J'
SCRIPT = """
import logging, sys
from hub.logs import configure, logger
configure("450900-mr", console={console})
logger("test").warning("something", reason={evil!r})
logging.getLogger("library").warning("said %s", {evil!r})
"""


def lines(*, console: bool) -> list[str]:
    script = SCRIPT.format(console=console, evil=EVIL)
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_json_lines_keep_a_forged_line_inside_its_field() -> None:
    ours, theirs = (json.loads(line) for line in lines(console=False))
    assert (ours["event"], ours["reason"], ours["member"], ours["level"]) == ("something", EVIL, "450900-mr", "warning")
    assert (theirs["event"], theirs["part"], theirs["member"]) == ("said " + EVIL, "library", "450900-mr")


@pytest.mark.parametrize("number", [0, 1])
def test_a_terminal_gets_one_line_each_without_escape_sequences(number: int) -> None:
    found = lines(console=True)
    assert len(found) == 2
    assert "□" in found[number]
    assert "\x1b" not in found[number]
