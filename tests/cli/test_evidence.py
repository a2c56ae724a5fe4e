"""An evidence file leaves the node, and the verifier that shares no code with it says what it proves."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.verify import examine, split
from hub.core.evidence import assemble
from tests.builders import BEIHAI, YULIN
from tests.cli.nodes import PATIENCE, TestNode, make_node, until

VERIFY = Path(__file__).parents[2] / "deploy" / "verify.py"


@dataclass(frozen=True)
class Exported:
    """One file with what the command said of it."""

    node: TestNode
    path: Path
    root: str
    document: str

    def verify(self, *more: str, root: str | None = None) -> tuple[int, dict[str, object]]:
        """Run the verifier as a stranger would: the file alone, no hub on the path."""
        command = [sys.executable, "-I", str(VERIFY), str(self.path), "--root", root or self.root, "--json", *more]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert done.stderr == "", done.stderr
        return done.returncode, json.loads(done.stdout)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """A delivered request, exported by its sender."""
    folder = tmp_path_factory.mktemp("evidence")
    yulin, beihai = make_node(folder, YULIN), make_node(folder, BEIHAI)
    with yulin.running("work"), beihai.running("work"):
        sent = yulin.send("assistance_request", BEIHAI)
        until(lambda: yulin.steps(sent["document"])[BEIHAI] == "delivered")
        # A node that ends signs what its log holds; the next start brings it to the others, and back comes their word.
    with yulin.running("work"), beihai.running("work"):
        until(lambda: yulin.ok("audit", "prove", sent["document"])["witnesses"] == [BEIHAI])
    path = folder / "函.evidence"
    said = yulin.ok("evidence", sent["document"], "-o", path, "--content", "--people")
    return Exported(yulin, path, said["root"], sent["document"])


def texts(report: dict[str, object]) -> str:
    return "\n".join(f"{one['step']} {one['text']}" for one in report["findings"])  # type: ignore[attr-defined]


def test_the_file_proves_sender_text_and_delivery(exported: Exported) -> None:
    code, report = exported.verify()
    assert code == 0, report
    said = texts(report)
    assert "的存证点：共" in said
    assert "北海市市场监督管理局 见证于" in said
    for word in ("登记", "签名发出", "，经办 "):
        assert word in said, word
    assert "签名有效" in said
    assert "北海市市场监督管理局 的系统回执：已送达" in said
    assert exported.document in said


def test_with_another_root_nothing_is_proved(exported: Exported) -> None:
    code, report = exported.verify(root="0" * 64)
    assert code == 1
    assert report["findings"][-1]["part"] == "root"  # type: ignore[index]
    assert "签名有效" not in texts(report)


def parts_of(exported: Exported) -> dict[str, bytes]:
    return split(exported.path.read_bytes())


def verdict(raw: bytes, root: str) -> str | None:
    """The part the verifier names as wrong; None if it finds nothing wrong."""
    last = examine(raw, root, [])[-1]
    return last.part if last.ok is False else None


def test_any_changed_byte_makes_it_fail_naming_the_part(exported: Exported) -> None:
    """The parts a court looks at; the federation's own files are long and of the same build."""
    parts = {name: data for name, data in parts_of(exported).items() if not name.startswith(("agreement", "roster"))}
    raw = assemble(parts.items())
    places = {name: raw.index(data) for name, data in parts.items()}
    for at in range(len(raw)):
        changed = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        blamed = verdict(changed, exported.root)
        assert blamed is not None, at
        inside = next((name for name, start in places.items() if start <= at < start + len(parts[name])), None)
        assert inside in (None, blamed), (at, inside, blamed)


def test_a_forger_who_puts_the_digests_right_still_fails_at_the_signature(exported: Exported) -> None:
    parts = parts_of(exported)
    for name in (one for one in parts if one.startswith(("message", "receipts", "checkpoint", "leaf"))):
        for at in range(0, len(parts[name]), 3):
            data = parts[name]
            forged = {**parts, name: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]}
            assert verdict(assemble(forged.items()), exported.root) == name, (name, at)


def test_a_part_left_out_is_missed(exported: Exported) -> None:
    parts = parts_of(exported)
    for kind in ("root", "roster", "agreement"):
        left = [(name, data) for name, data in parts.items() if not name.startswith(kind + "/")]
        assert verdict(assemble(left), exported.root) is not None, kind
    without = [(name, data) for name, data in parts.items() if not name.startswith("receipts/")]
    findings = examine(assemble(without), exported.root, [])
    assert any(one.ok is None and "不能证明已送达" in one.text for one in findings)


def test_the_same_file_is_not_written_twice_and_unknown_numbers_are_refused(exported: Exported) -> None:
    again = exported.node.hub("evidence", exported.document, "-o", exported.path)
    assert again.code != 0
    assert "已存在" in again.err
    assert exported.path.stat().st_mode & 0o077 == 0, "it may hold opened bodies and persons"
    nowhere = exported.node.hub("evidence", exported.document, "-o", exported.path.parent / "no" / "x.evidence")
    assert (nowhere.code, "没有这个文件或文件夹" in nowhere.err) == (2, True), nowhere
    unknown = exported.node.hub("evidence", "0195f0a0-0000-7000-8000-000000000000", "-o", exported.path.with_name("x"))
    assert unknown.code != 0
    assert "没有编号为此的文书" in unknown.err


def test_the_cover_is_a_sheet_people_can_read(exported: Exported) -> None:
    cover = exported.path.with_name(exported.path.name + ".pdf").read_bytes()
    assert cover.startswith(b"%PDF-")


def test_receipts_that_still_prove_are_asked_for_from_nobody(exported: Exported, tmp_path: Path) -> None:
    told = exported.node.ok("evidence", exported.document, "-o", tmp_path / "a.evidence", "--renew")
    assert told["asked"] == {}
    said = exported.node.hub("evidence", exported.document, "-o", tmp_path / "b.evidence", "--renew").out
    assert "无需重新签署" in said
