"""The habits of the tree that neither ruff nor import-linter can hold."""

from __future__ import annotations

import ast
import builtins
import functools
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOP_LEVEL = {"hub", "adapters", "schemas", "deploy", "tests", "pyproject.toml", "README.md", "LICENSE"}
BANNED_NAMES = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "service", "misc"}
LONGER_FILES = {"deploy/verify.py": 400}  # it has to stand alone
FILE_LINES, FUNCTION_LINES = 300, 60
# Written in pieces, so that this file does not name them itself.
REGISTRIES = [
    ".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("debian", "org"))
]
WORKPLACE = ["before" + "-stop", "DEVELOPERS" + ".md", "../" + "shared", "shared" + "/reference"]
MACHINE_PATH = re.compile(r"(?<![\w.:/$}~-])/(?:" + "work|root|home" + r")/[\w.]")
# The import name where it is not the name of the package.
IMPORT_NAMES = {"python-docx": "docx", "python-stdnum": "stdnum", "phonenumberslite": "phonenumbers"}


@functools.cache
def tracked() -> tuple[str, ...]:
    """What git knows or would add; in an unpacked archive, every file."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode == 0:
        names = listing.stdout.splitlines()
    else:
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if not {".venv", ".tests"} & set(path.parts)]
    return tuple(name for name in names if (ROOT / name).is_file())


def python_files(*folders: str) -> list[str]:
    return [
        name
        for name in tracked()
        if name.endswith(".py") and "/migrations/" not in name and (not folders or name.startswith(folders))
    ]


@functools.cache
def tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text(encoding="utf-8"), name)


def texts() -> Iterator[tuple[str, str]]:
    for name in tracked():
        content = (ROOT / name).read_bytes()
        if b"\0" not in content:
            yield name, content.decode("utf-8")


def imported(module: ast.Module) -> Iterator[str]:
    """Every dotted name a file imports."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def banned_raises(module: ast.Module) -> list[int]:
    """Lines that raise an exception of Python's own instead of one of the hub's."""
    found = []
    for node in ast.walk(module):
        if isinstance(node, ast.Raise) and node.exc is not None:
            raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            kind = getattr(builtins, raised.id, None) if isinstance(raised, ast.Name) else None
            if isinstance(kind, type) and issubclass(kind, Exception):
                found.append(node.lineno)
    return found


def long_functions(module: ast.Module) -> list[tuple[str, int]]:
    return [
        (node.name, node.end_lineno - node.lineno + 1)
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    ]


def test_no_file_grows_beyond_what_one_can_read_at_once() -> None:
    sizes = {name: len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in python_files()}
    assert {name: size for name, size in sizes.items() if size > LONGER_FILES.get(name, FILE_LINES)} == {}


def test_no_function_grows_beyond_a_screen() -> None:
    assert {name: long for name in python_files() if (long := long_functions(tree(name)))} == {}


def test_every_file_is_named_for_what_it_holds() -> None:
    assert [name for name in tracked() if Path(name).stem in BANNED_NAMES] == []


def test_the_top_level_holds_the_agreed_entries_only() -> None:
    entries = {name.partition("/")[0] for name in tracked()}
    assert {entry for entry in entries - TOP_LEVEL if not entry.startswith(".")} == set()


def test_no_file_names_a_registry() -> None:
    assert [(name, host) for name, text in texts() for host in REGISTRIES if host in text] == []


def test_locks_hold_hashes_and_no_address() -> None:
    locks = {name: text for name, text in texts() if re.fullmatch(r"deploy/requirements/\w+\.txt", name)}
    assert set(locks) == {f"deploy/requirements/{each}.txt" for each in ("installer", "run", "dev")}
    for name, text in locks.items():
        assert "://" not in text, name
        packages = re.split(r"\n(?=\S)", text.strip())
        assert [package for package in packages if "--hash=sha256:" not in package] == [], name


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    found = [
        (name, text[match.start() : match.end() + 20])
        for name, text in texts()
        for match in MACHINE_PATH.finditer(text)
    ]
    assert found == []


def test_no_file_speaks_of_the_place_it_was_written_at() -> None:
    assert [(name, word) for name, text in texts() for word in WORKPLACE if word in text] == []


def test_the_hub_raises_its_own_errors_only() -> None:
    assert {name: lines for name in python_files("hub/") if (lines := banned_raises(tree(name)))} == {}


def test_every_dependency_has_one_home_in_the_import_rules() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = [re.match(r"[\w.-]+", line) for line in settings["project"]["dependencies"]]
    names = {match.group().lower() for match in packages if match}
    contracts = settings["tool"]["importlinter"]["contracts"]
    vendors = next(each for each in contracts if each["name"] == "Each vendor library has one home")[
        "forbidden_modules"
    ]
    assert {name for name in names if IMPORT_NAMES.get(name, name.replace("-", "_")) not in vendors} == set()


def test_tests_replace_nothing_behind_a_module_s_back() -> None:
    patched = {
        name: words
        for name in python_files("tests/")
        if (
            words := {dotted for dotted in imported(tree(name)) if dotted.startswith(("unittest.mock", "pytest_mock"))}
            | {
                node.arg
                for node in ast.walk(tree(name))
                if isinstance(node, ast.arg) and node.arg in {"monkeypatch", "mocker"}
            }
        )
    }
    assert patched == {}


def test_tests_wait_for_conditions_and_never_sleep() -> None:
    def sleeps(name: str) -> list[int]:
        nodes = [node for node in ast.walk(tree(name)) if isinstance(node, ast.Call)]
        return [node.lineno for node in nodes if ast.unparse(node.func) in {"time.sleep", "sleep"}]

    files = [name for name in python_files("tests/") if not name.startswith("tests/bench/")]
    assert {name: lines for name in files if (lines := sleeps(name))} == {}


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("raise ValueError('x')", [1]),
        ("raise KeyError", [1]),
        ("raise Refused('x')", []),
        ("try:\n    pass\nexcept OSError:\n    raise", []),
        ("raise SystemExit(1)", []),
    ],
)
def test_the_check_of_raised_errors_tells_ours_from_pythons(source: str, lines: list[int]) -> None:
    assert banned_raises(ast.parse(source)) == lines
