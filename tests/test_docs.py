"""What the documents say is generated from, or checked against, the code.

``python -m tests.test_docs`` writes the pictures anew.
"""

from __future__ import annotations

import re
from pathlib import Path

from hub.core.families import FAMILIES
from hub.core.lifecycle import picture

ROOT = Path(__file__).resolve().parent.parent
MAP = ROOT / "hub" / "README.md"
SECTION = re.compile(r"(<!-- lifecycle -->\n).*?(<!-- /lifecycle -->)", re.DOTALL)


def pictures() -> str:
    """All state diagrams as they should stand in the map."""
    blocks = (f"### {family.title}\n\n```mermaid\n{picture(family)}\n```\n" for family in FAMILIES.values())
    return "\n".join(blocks)


def test_the_state_diagrams_of_the_map_are_those_of_the_tables() -> None:
    found = SECTION.search(MAP.read_text("utf-8"))
    assert found is not None
    assert found.group(0) == f"<!-- lifecycle -->\n{pictures()}<!-- /lifecycle -->"


def test_every_file_named_in_the_map_exists() -> None:
    named = re.findall(r"`((?:core|kinds|flows|store|transport|web|keystore|cli)/[\w/]+\.py)`", MAP.read_text("utf-8"))
    assert named
    assert [name for name in named if not (ROOT / "hub" / name).exists()] == []


def test_every_test_a_decision_names_exists() -> None:
    tests = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    text = "\n".join(path.read_text("utf-8") for path in (ROOT / "hub" / "decisions").glob("*.md"))
    assert [name for name in re.findall(r"`(test_\w+)…`", text) if f"def {name}" not in tests] == []
    files = re.findall(r"`(\w+/test_\w+\*?\.py)`", text)
    assert files
    assert [name for name in files if not list((ROOT / "tests").glob(name))] == []


if __name__ == "__main__":
    MAP.write_text(SECTION.sub(lambda m: m.group(1) + pictures() + m.group(2), MAP.read_text("utf-8")), "utf-8")
