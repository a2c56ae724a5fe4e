"""Letters as files and the seal, through the commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.builders import BEIHAI, YULIN, uuid
from tests.cli.nodes import TestNode, hub, make_node


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> TestNode:
    made = make_node(tmp_path_factory.mktemp("node"), YULIN)
    made.ok("user", "add", "zhang", "--role", "officer", "--level", "handler")
    request = json.loads(hub("send", "--example", "assistance_request").out)
    del request["doc_no"]  # A number is used once only.
    (made.home / "request.json").write_text(json.dumps(request, ensure_ascii=False), "utf-8")
    return made


@pytest.fixture(scope="module")
def sealing(node: TestNode) -> TestNode:
    """The same node with a seal system."""
    settings = node.home / "hub.toml"
    text = settings.read_text("utf-8").replace('seal = ""', f'seal = "folder:{node.home / "seal"}"')
    settings.write_text(text, "utf-8")
    return node


def paper_of(node: TestNode) -> str:
    made: dict[str, Any] = node.ok(
        "draft", "save", "assistance_request", node.home / "request.json", "--to", BEIHAI, "--as", "zhang"
    )
    return str(made["id"])


@pytest.mark.parametrize(("name", "begins"), [("a.pdf", b"%PDF-"), ("b.DOCX", b"PK")])
def test_a_letter_is_kept_as_a_file(node: TestNode, tmp_path: Path, name: str, begins: bytes) -> None:
    sent = node.send("assistance_request", BEIHAI)
    done = node.hub("letter", sent["document"], "-o", tmp_path / name)
    assert done.code == 0, done
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_a_letter_is_kept_in_known_forms_only(node: TestNode, tmp_path: Path) -> None:
    sent = node.send("assistance_request", BEIHAI)
    for out, said in (("a.txt", ".pdf 或 .docx"), ("gone/a.pdf", "无法写入")):
        done = node.hub("letter", sent["document"], "-o", tmp_path / out)
        assert (done.code, said in done.err) == (2, True), done
    assert node.hub("letter").code == 2


def test_the_built_in_template_is_written_out_and_used_when_put_in_its_place(node: TestNode, tmp_path: Path) -> None:
    sent = node.send("assistance_request", BEIHAI)
    template = node.home / "letters" / "letter.docx"
    template.parent.mkdir()
    assert node.hub("letter", "--write-template", template).code == 0
    fine = node.hub("letter", sent["document"], "-o", tmp_path / "a.docx")
    template.write_bytes(b"nonsense")
    told = node.hub("letter", sent["document"], "-o", tmp_path / "b.docx")
    assert "未采用" not in fine.out
    assert "letter.docx 未采用：不是 docx 文件" in told.out
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()
    template.unlink()


def test_without_a_seal_system_the_command_says_what_to_do(tmp_path: Path) -> None:
    bare = make_node(tmp_path, YULIN)
    done = bare.hub("seal", "list")
    assert done.code == 2
    assert "hub.toml" in done.err
    assert "打印后盖章" in done.err


def test_a_paper_goes_to_the_seal_and_comes_back_as_its_sealed_copy(sealing: TestNode) -> None:
    paper = paper_of(sealing)
    asked = sealing.ok("seal", "request", paper, "--as", "zhang")
    assert [one["id"] for one in sealing.ok("seal", "list")["waiting"]] == [asked["id"]]
    assert asked["id"] in sealing.hub("seal", "list").out
    letter = (sealing.home / "seal" / "out" / f"{asked['id']}.pdf").read_bytes()
    assert letter.startswith(b"%PDF-")
    (sealing.home / "seal" / "in" / f"{asked['id']}.pdf").write_bytes(letter + b"\n% seal")
    (sealing.home / "seal" / "in" / "other.pdf").write_bytes(b"%PDF- other")
    good, bad = sorted(sealing.ok("seal", "collect")["files"], key=lambda one: one["result"] != "已收")
    assert f"已附到文稿 {paper}（第2版）" in good["said"]
    assert "没有与文件名对应的用印申请" in bad["said"]
    assert "没有与文件名对应" in Path(f"{bad['kept']}.reason.txt").read_text("utf-8")
    shown = sealing.ok("draft", "show", paper)["paper"]
    assert [one["media_type"] for one in shown["parts"]] == ["application/pdf"]
    assert sealing.ok("seal", "list")["waiting"] == []
    assert "没有新的盖章件" in sealing.hub("seal", "collect").out


def test_a_file_of_the_office_can_be_sealed_too(sealing: TestNode) -> None:
    file = sealing.home / "notice.pdf"
    file.write_bytes(b"%PDF-1.7 notice")
    asked = sealing.ok("seal", "request", "--file", file, "--as", "zhang")
    (sealing.home / "seal" / "in" / f"{asked['id']}.pdf").write_bytes(b"%PDF-1.4 made anew")
    (told,) = sealing.ok("seal", "collect")["files"]
    assert "请人工核对" in told["said"]
    assert Path(told["kept"]).read_bytes() == b"%PDF-1.4 made anew"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--as", "zhang"), "二者选一"),
        (("{paper}", "--file", "{home}/request.json", "--as", "zhang"), "二者选一"),
        (("--file", "{home}/request.json", "--as", "zhang"), "应为 PDF"),
        (("--file", "{home}/gone.pdf", "--as", "zhang"), "无法读取文件"),
        (("{paper}", "--as", "nobody"), "没有用户"),
        (("17", "--as", "zhang"), "编号格式"),
        (("{none}", "--as", "zhang"), "没有文稿"),
    ],
)
def test_a_refusal_says_why_and_hands_nothing_over(sealing: TestNode, arguments: tuple[str, ...], said: str) -> None:
    paper = paper_of(sealing)
    filled = [one.format(paper=paper, home=sealing.home, none=uuid()) for one in arguments]
    before = sealing.ok("seal", "list")["waiting"]
    done = sealing.hub("seal", "request", *filled)
    assert (done.code, said in done.err) == (2, True), done
    assert sealing.ok("seal", "list")["waiting"] == before
