"""Own style sheets and scripts run in Chromium 109, the oldest browser offices use (DESIGN D12)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "hub" / "web" / "ui" / "static"
TOO_NEW_CSS = (
    # What came with Chromium 110 or later; `@container` and `:has(` are a little older, but half-done there.
    *("color-mix(", "oklch(", "oklab(", "lab(", "lch(", "light-dark(", "@container", "container-type", ":has("),
    *("@scope", "@starting-style", "@view-transition", "view-transition-name", "anchor("),
    *("anchor-name", "position-anchor", "field-sizing", "interpolate-size", "text-wrap", "linear(", "subgrid"),
    *("animation-timeline", "scroll-timeline", "popover", ":user-valid", ":user-invalid", ":dir(", "round("),
    *("initial-letter", "image-set(", "text-box", "reading-flow", "transition-behavior"),
    *("if(", "sibling-index(", "::details-content", "::picker", "appearance: base-select"),
    *("color(", "from var("),
)
TOO_NEW_JS = (
    *(
        "Array.fromAsync",
        "Object.groupBy",
        "Map.groupBy",
        ".toSorted(",
        ".toReversed(",
        ".toSpliced(",
        ".isWellFormed(",
    ),
    *(".toWellFormed(", "Promise.withResolvers", "Promise.try", ".intersection(", ".union(", ".difference("),
    *(".symmetricDifference(", ".isSubsetOf(", ".isSupersetOf(", ".isDisjointFrom(", "Iterator.from", "RegExp.escape"),
    *("setHTMLUnsafe", "parseHTMLUnsafe", ".showPopover(", ".hidePopover(", "startViewTransition"),
    *(
        "URL.canParse",
        "URL.parse(",
        ".transfer(",
        "Math.sumPrecise",
        "Error.isError",
        "JSON.rawJSON",
    ),
    *(
        "Uint8Array.fromBase64",
        ".toBase64(",
        "scheduler.yield",
        "AbortSignal.any(",
        "with {",
        ".moveBefore(",
        "Temporal.",
    ),
    *(".getHTML(", "new CloseWatcher", "navigation.activation", "Intl.DurationFormat", ".getOrInsert(", "await using"),
)
FORBIDDEN_JS = ("eval(", "new Function", ".innerHTML", ".outerHTML", "insertAdjacentHTML", "document.write")
"""Not too new, but no friend of the page's policy or of what peers write."""
STYLES = sorted(STATIC.glob("*.css"))
SCRIPTS = sorted((STATIC / "js").glob("*.js"))


def bare(path: Path) -> str:
    """The text without comments and strings' content that only looks like code."""
    text = re.sub(r"/\*.*?\*/", " ", path.read_text("utf-8"), flags=re.DOTALL)
    return re.sub(r"^\s*//.*$", " ", text, flags=re.MULTILINE) if path.suffix == ".js" else text


def uses(text: str, words: tuple[str, ...]) -> list[str]:
    """Those of ``words`` that stand in the text, not as the end of a longer name."""
    return [
        one for one in words if re.search(rf"(?<![\w-]){re.escape(one)}" if one[0].isalpha() else re.escape(one), text)
    ]


def nested(text: str) -> list[str]:
    """Rules inside rules; rules inside ``@media`` and its like are as old as the web."""
    found, depth = list[str](), list[bool]()
    for before, brace in re.findall(r"([^{}]*)([{}])", text):
        if brace == "}":
            depth.pop()
            continue
        head = before.rpartition(";")[2].strip()
        if any(depth):
            found.append(head)
        depth.append(not head.startswith("@"))
    return found


def test_there_is_something_to_read() -> None:
    assert len(STYLES) >= 3
    assert len(SCRIPTS) >= 3


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_a_style_sheet_uses_nothing_newer_than_the_floor(path: Path) -> None:
    assert uses(bare(path), TOO_NEW_CSS) == []
    assert nested(bare(path)) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_uses_nothing_newer_than_the_floor_and_writes_no_markup(path: Path) -> None:
    assert uses(bare(path), TOO_NEW_JS) == []
    assert uses(bare(path), FORBIDDEN_JS) == []


def test_no_template_carries_style_or_script_of_its_own() -> None:
    for path in sorted((STATIC.parent / "templates").rglob("*.html")):
        text = path.read_text("utf-8")
        assert re.findall(r"\sstyle=|\son[a-z]+=\"|hx-on|<style", text) == [], path.name
        for tag in re.findall(r"<script[^>]*>", text):
            assert 'nonce="{{ nonce }}"' in tag or 'type="application/json"' in tag, (path.name, tag)


def test_the_reader_of_style_sheets_sees_what_it_looks_for() -> None:
    assert nested("@media print { a { color: red } }") == []
    assert nested("a { color: red; & b { color: blue } }") == ["& b"]
    assert uses("a { color: color-mix(in srgb, red, blue) } .subtle-lab(", TOO_NEW_CSS) == ["color-mix("]
    assert uses("xs.toSorted()", TOO_NEW_JS) == [".toSorted("]
