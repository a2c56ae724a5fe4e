"""Help comes at once and is Chinese throughout."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.cli.nodes import ROOT, hub

COMMANDS = [
    *(("send",), ("inbox",), ("show",), ("matters",), ("quarantine",), ("deadline",), ("stats",), ("doctor",)),
    *(("run",), ("serve",), ("work",), ("migrate",), ("node", "enrol"), ("node", "init"), ("user", "add")),
    *(
        ("due",),
        ("supervision", "list"),
        ("user", "link"),
        ("user", "list"),
        ("user", "setup"),
        ("user", "demo"),
        ("user", "disable"),
        ("user", "enable"),
        ("user", "unlock"),
        ("user", "reset"),
        ("ferry", "out"),
        ("ferry", "in"),
        ("schemas", "export"),
        ("agreement", "rules"),
        ("agreement", "import-calendar"),
        ("agreement", "propose"),
        *(("roster",), ("roster", "init"), ("roster", "draft"), ("roster", "merge"), ("roster", "key", "new")),
    ),
]


@pytest.mark.parametrize("command", [(), *COMMANDS], ids=" ".join)
def test_every_help_page_is_chinese(command: tuple[str, ...]) -> None:
    done = hub(*command, "--help")
    assert done.code == 0
    assert "用法：hub" in done.out
    assert (
        re.search(
            r"Usage|Options|Arguments|Commands|required|default|Show this|<(str|int|float|list|\w*[Pp]ath)", done.out
        )
        is None
    )


def test_help_loads_nothing_that_only_the_work_needs() -> None:
    heavy = "{'sqlalchemy', 'pydantic', 'cryptography', 'fastapi', 'uvicorn', 'structlog', 'rich', 'pika'}"
    script = f"import sys, hub.cli.program as p; p.main(['--help']); sys.exit(str({heavy} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "set()"
