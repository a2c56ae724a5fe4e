"""The work seen through the commands: one matter with its clocks, its letter, the contacts, a sheet with its seal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import BEIHAI, YULIN
from tests.cli.nodes import TestNode, hub, make_node, until

Pair = tuple[TestNode, TestNode]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """玉林 and 北海, both working."""
    folder = tmp_path_factory.mktemp("work")
    yulin, beihai = make_node(folder, YULIN), make_node(folder, BEIHAI)
    with yulin.running("work"), beihai.running("work"):
        yulin.wait_for_log('"working"')
        beihai.wait_for_log('"working"')
        yield yulin, beihai


@pytest.fixture(scope="module")
def asked(pair: Pair) -> dict[str, str]:
    """A request that has arrived at 北海."""
    yulin, _ = pair
    sent = yulin.send("assistance_request", BEIHAI)
    until(lambda: yulin.steps(sent["document"])[BEIHAI] == "delivered")
    return sent


def example(kind: str, act: str, folder: Path, **changes: object) -> Path:
    """A file with the published example of this act."""
    examples = Path(__file__).resolve().parents[2] / "schemas" / "examples" / kind
    for path in sorted(examples.glob("valid-*.json")):
        body = json.loads(path.read_bytes())
        if body.get("act", act) == act:
            body.pop("attachments", None)
            file = folder / f"{kind}-{act}.json"
            file.write_text(json.dumps({**body, **changes}, ensure_ascii=False), "utf-8")
            return file
    raise AssertionError(kind)


def test_a_matter_shows_every_clock_with_its_label_and_what_may_be_done_next(pair: Pair, asked: dict[str, str]) -> None:
    yulin, beihai = pair
    found = beihai.ok("matter", asked["matter"])
    assert [one["stage"] for one in found["stages"]][:2] == ["sign-for", "answer"]
    assert found["row"]["rule"] == "ASSIST_MR"
    assert ["answer", "accept"] in found["allowed"]
    said = beihai.hub("matter", asked["matter"]).out
    for word in ("法定", "协议", "第四十五条", "签收", "受理或者退回", "玉林市监 → 北海市监", "现在可办理"):
        assert word in said, word
    assert yulin.hub("matter", "019d0000-0000-7000-8000-000000000000").code == 2


def test_an_extension_told_in_time_moves_the_day_at_both_ends(pair: Pair, tmp_path: Path) -> None:
    yulin, beihai = pair
    asked = yulin.send("assistance_request", BEIHAI)
    until(lambda: yulin.steps(asked["document"])[BEIHAI] == "delivered")
    for act in ("sign-for", "accept"):
        file = example("answer", act, tmp_path)
        beihai.ok("send", "answer", file, "--matter", asked["matter"])
    before = beihai.ok("matter", asked["matter"])["row"]["due_effective"]
    dates = {"original_due": before, "planned_finish": "2026-05-20", "issue_date": "2026-04-13"}
    file = example("extension_notice", "extend", tmp_path, **dates)
    beihai.ok("send", "extension_notice", file, "--matter", asked["matter"])
    until(lambda: yulin.ok("matter", asked["matter"])["row"]["extended"] == 1)
    dues = [node.ok("matter", asked["matter"])["row"]["due_effective"] for node in pair]
    assert dues == ["2026-05-20", "2026-05-20"]
    assert "已告知延期 1 次" in yulin.hub("matter", asked["matter"]).out


def test_a_document_prints_as_its_official_letter_and_the_print_is_noted(pair: Pair, asked: dict[str, str]) -> None:
    _, beihai = pair
    said = beihai.hub("letter", asked["document"]).out
    assert "北海市市场监督管理局：" in said
    assert "玉林市市场监督管理局" in said
    assert "演示" in said
    assert beihai.hub("letter", asked["document"], "--width", "20").code == 2


def test_contacts_are_what_each_member_published_last(pair: Pair, tmp_path: Path) -> None:
    yulin, beihai = pair
    assert "尚无单位" in beihai.hub("contacts").out
    file = example("contact_list", "publish", tmp_path)
    sent = yulin.ok("send", "contact_list", file, "--to", "all")
    until(lambda: bool(beihai.ok("contacts")["contacts"]))
    line = {**json.loads(file.read_bytes())["contacts"][0], "phone": "0775-2800001", "valid_from": "2026-01-01"}
    line.pop("valid_to", None)
    again = example("contact_list", "publish", tmp_path, contacts=[line], doc_no="玉市监办〔2026〕3号")
    yulin.ok("send", "contact_list", again, "--matter", sent["matter"])
    until(lambda: [one["phone"] for one in beihai.ok("contacts")["contacts"]] == ["0775-2800001"])
    assert "玉林市监" in beihai.hub("contacts", "--member", YULIN).out
    assert hub("--home", beihai.home, "contacts", "--member", "999999-mr").code != 0
    nonsense = beihai.hub("contacts", "--on", "明天")
    assert (nonsense.code, "日期" in nonsense.err) == (2, True)


def test_a_case_goes_only_with_its_stamped_sheet(pair: Pair, tmp_path: Path) -> None:
    yulin, beihai = pair
    file = example("case_transfer", "transfer", tmp_path)
    bare = yulin.hub("send", "case_transfer", file, "--to", BEIHAI)
    assert (bare.code, "盖章" in bare.err) == (2, True), bare.err
    sheet = tmp_path / "移送函.pdf"
    sheet.write_bytes(b"%PDF-1.7 sheet")
    sent = yulin.ok("send", "case_transfer", file, "--to", BEIHAI, "--sealed", sheet)
    until(lambda: yulin.steps(sent["document"])[BEIHAI] == "delivered")
    assert beihai.ok("matter", sent["matter"])["row"]["family"] == "transfer"
