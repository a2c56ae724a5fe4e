"""Takes away the checks of the modules that verify, one at a time: the tests must miss every one of them.

python3 tests/run.py mutants [MODULE …] [--list]

Removed are: a condition behind which a function returns, raises or goes on to the next, any other ``raise``, one side
of an ``and``, ``or`` or conditional expression, and a call of a check. A function gets the code without the check put
in its place, so nothing is written or imported again; each removal runs the tests of its module in a process of its
own. Exit code 1 if a removal went unnoticed that is not in :data:`REASONS`, or if one of those was noticed.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import inspect
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
BESIDE = "tests/core/test_%s.py"
TESTS = {
    "hub.core.merkle": [BESIDE % "merkle"],
    "hub.core.checkpoint": [BESIDE % "checkpoint"],
    "hub.core.signing": [BESIDE % "signing", BESIDE % "trust", BESIDE % "second"],
    "hub.core.second": [BESIDE % "second"],
    "hub.core.inspection": [BESIDE % "inspection", BESIDE % "second"],
    "hub.core.delivery": [BESIDE % "trust"],
    "hub.core.trust": [BESIDE % "trust", BESIDE % "second"],
    "hub.core.trust_files": [BESIDE % "trust", BESIDE % "succession", BESIDE % "second", BESIDE % "second_root"],
    "hub.core.standing": [BESIDE % "standing"],
    "hub.core.sealing": [BESIDE % "sealing"],
    "hub.core.streams": [BESIDE % "streams"],
    "hub.core.envelope": [BESIDE % "envelope", BESIDE % "inspection"],
    "hub.core.witnessing": [BESIDE % "witnessing"],
    "hub.core.logcheck": [BESIDE % "logcheck"],
    "hub.core.cosigning": [BESIDE % "cosigning", BESIDE % "second_root"],
    "hub.core.ijson": [BESIDE % "ijson_refusals"],
    "hub.core.marks": [BESIDE % "marks"],
    "hub.flows.steps.witnessing": ["tests/flows/test_witnessing.py"],
    "deploy.verify": [f"tests/audit/test_verifier{part}.py" for part in ("", "_files", "_log", "_second")],
}
ONLY = {
    "hub.core.signing": {"check_key", "check_seal_key", "check_lattice_key", "is_valid", "is_lattice_valid"},
    "hub.core.delivery": {"claimed_member"},
    "hub.core.trust": {"Trust.signer_of", "Trust.key_of", "Trust.seal_key", "Trust.newest_key"},
}
"""Where a module does more than verify: the functions that do."""
_LEAVES = ast.Raise | ast.Return | ast.Continue
REASONS: dict[tuple[str, str], str] = {
    ("is_valid", "if len(signature) != 64: return False"): "the library refuses any other length as well",
    ("is_signed", "len(public) != 32 (or)"): "the library raises for any other length, and the part is named as well",
    ("examine", "b'' (or)"): "a message that is no copy has a body; the empty one is for the type checker",
    ("Case.check_note", "if key is None: raise Failed(name, f'{member} 在存证点上的签名无效')"): (
        "what is no key has no range, and the part is named as well"
    ),
    ("Case.check_note", "not gap (or)"): "without the gap the text is no three lines, and the part is named as well",
    ("root_of", "found (and)"): "joining nothing is an error, and the part is named as well",
    ("Case.check_leaf", "(0, b'', None) (or)"): "without a checkpoint the part is named either way",
    ("check", "b'\\\\' not in data (or)"): "the other side says the same, this one sooner",
    ("check", "b'\\\\u0000' not in data (or)"): "what is not checked the fast way is read with care",
    ("check", "if orjson.dumps(orjson.loads(data), option=orjson.OPT_STRICT_INTEGER) == data: return"): (
        "what is not checked the fast way is read with care"
    ),
    ("check_depth", "if data.count(b'{') + data.count(b'[') <= MAX_DEPTH: return"): "saves counting, refuses nothing",
    ("decode", "_taken_apart(raw) (or)"): "what is not taken apart is read with care",
    (
        "_taken_apart",
        "raw.split(b'\"', _MOST_PIECES) if len(raw) <= MAX_RAW and b'\\\\' not in raw else [] (else)",
    ): "what is not taken apart is read with care",
    ("_up_the_edge", "place (and)"): "never 0 here: its callers have returned when the last place is 0",
}
"""Removals no test can notice, by (function, removed text), and why."""


class Removal(NamedTuple):
    """One check taken away: of which function, on which line, what, and the function's code without it."""

    function: str
    line: int
    text: str
    code: CodeType


def main() -> int:
    """Run what the command line asks for; the last line counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"of {', '.join(TESTS)}; default: all")
    parser.add_argument("--list", action="store_true", help="name the removals and run nothing")
    asked = parser.parse_args()
    counts = [_module(name, dry=asked.list) for name in asked.modules or TESTS]
    removed, wrong = map(sum, zip(*counts, strict=True))
    print(f"{removed} checks removed, {wrong} not as expected", flush=True)
    return 1 if wrong else 0


def _module(name: str, *, dry: bool) -> tuple[int, int]:
    """How many checks of the module were removed, and for how many the tests did not say what they should."""
    module, wrong, start = importlib.import_module(name), 0, time.monotonic()
    found = list(removals(module))
    if dry:
        print(*(f"{name}:{one.line} {one.function}: {one.text}" for one in found), sep="\n")
        return len(found), 0
    if not _passes(TESTS[name]):
        raise SystemExit(f"{name}: its tests fail as it stands")
    for one in found:
        unnoticed, reason = _unnoticed(module, one), REASONS.get((one.function, one.text))
        if unnoticed != (reason is not None):
            wrong += 1
            print(
                f"{name}:{one.line} {one.function}: {'unnoticed' if unnoticed else 'noticed'}: {one.text}", flush=True
            )
    print(f"{name}: {len(found)} removed, {wrong} wrong, {time.monotonic() - start:.0f} s", flush=True)
    return len(found), wrong


def removals(module: ModuleType) -> Iterator[Removal]:
    """Every check of every function and method of the module, each taken away alone."""
    source = Path(str(module.__file__)).read_text(encoding="utf-8")
    tree = ast.parse(source)
    for owner in (tree, *(node for node in tree.body if isinstance(node, ast.ClassDef))):
        for function in (node for node in owner.body if isinstance(node, ast.FunctionDef)):
            name = f"{owner.name}.{function.name}" if isinstance(owner, ast.ClassDef) else function.name
            if name not in ONLY.get(module.__name__, {name}):
                continue
            for number, node in enumerate(ast.walk(function)):
                for part in range(_ways(node)):
                    bent, text = _bent(function, number, part, tree)
                    yield Removal(name, node.lineno, text, _code_of(bent, name))  # type: ignore[attr-defined]


def _ways(node: ast.AST) -> int:
    """In how many ways something can be taken away from this node alone."""
    if isinstance(node, ast.BoolOp):
        return len(node.values)
    if isinstance(node, ast.IfExp):
        return 2
    if isinstance(node, ast.If):
        return int(not node.orelse and isinstance(node.body[-1], _LEAVES))
    if isinstance(node, ast.ExceptHandler):
        return int(isinstance(node.body[-1], _LEAVES))
    call = node.value.func if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) else None
    return int(call is not None and ast.unparse(call).rpartition(".")[2].startswith(("check", "_entitled")))


def _bent(function: ast.FunctionDef, number: int, part: int, tree: ast.Module) -> tuple[ast.Module, str]:
    """The module in which the ``number``-th node of ``function`` is gone (or its ``part``), and what that was."""
    copied = copy.deepcopy(tree)
    twin = next(one for one in ast.walk(copied) if isinstance(one, ast.FunctionDef) and one.lineno == function.lineno)
    node = list(ast.walk(twin))[number]
    text, rest = ast.unparse(node), ast.Pass()
    if isinstance(node, ast.BoolOp):
        word = type(node.op).__name__.lower()
        text = f"{ast.unparse(node.values.pop(part))} ({word})"
        rest = node if len(node.values) > 1 else node.values[0]
    elif isinstance(node, ast.IfExp):
        text, rest = f"{text} ({('if', 'else')[part]})", (node.body, node.orelse)[part]
    elif isinstance(node, ast.ExceptHandler):
        text, rest = ast.unparse(node.body[-1]), node
        node.body[-1] = ast.Pass()
    _Instead(node, rest).visit(twin)
    return ast.fix_missing_locations(copied), " ".join(text.split())[:160]


class _Instead(ast.NodeTransformer):
    """Puts ``rest`` in the place of ``node``."""

    def __init__(self, node: ast.AST, rest: ast.AST) -> None:
        self.node, self.rest = node, ast.copy_location(rest, node)

    def visit(self, node: ast.AST) -> ast.AST:
        return self.rest if node is self.node else self.generic_visit(node)


def _code_of(tree: ast.Module, name: str) -> CodeType:
    """The compiled function of this name."""
    waiting = [compile(tree, f"<without a check of {name}>", "exec", dont_inherit=True)]
    while waiting:
        code = waiting.pop()
        if code.co_qualname == name:
            return code
        waiting += [one for one in code.co_consts if isinstance(one, CodeType)]
    raise LookupError(name)


def _unnoticed(module: ModuleType, removal: Removal) -> bool:
    """Whether the module's tests pass without this check."""
    child = os.fork()
    if child == 0:
        _function(module, removal.function).__code__ = removal.code
        os._exit(0 if _passes(TESTS[module.__name__]) else 1)
    return os.waitpid(child, 0)[1] == 0


def _function(module: ModuleType, name: str) -> FunctionType:
    *owners, last = name.split(".")
    owner = getattr(module, owners[0]) if owners else module
    found = inspect.getattr_static(owner, last)
    found = getattr(found, "fget", None) or getattr(found, "__func__", found)
    return inspect.unwrap(found)  # type: ignore[no-any-return]


def _passes(tests: list[str]) -> bool:
    """Run the tests in this process, silently."""
    kept = [os.dup(one) for one in (1, 2)]
    with Path(os.devnull).open("w") as nowhere:
        for one in (1, 2):
            os.dup2(nowhere.fileno(), one)
        try:
            options = [
                "-x",
                "-q",
                "-n0",
                "-p",
                "no:randomly",
                "-p",
                "no:cacheprovider",
                "--timeout=60",
                "-m",
                "not slow",
            ]
            return pytest.main([*options, *(str(ROOT / one) for one in tests)]) == 0
        finally:
            sys.stdout.flush()
            for one, old in zip((1, 2), kept, strict=True):
                os.dup2(old, one)
                os.close(old)


if __name__ == "__main__":
    raise SystemExit(main())
