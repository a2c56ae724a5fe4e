"""``hub erase`` and ``hub retention``: counted first, proposed, approved by another, carried out by the worker."""

from __future__ import annotations

from pathlib import Path

from tests.builders import BEIHAI, YULIN
from tests.cli.nodes import make_node, until


def test_a_document_is_erased_by_two_people_and_the_worker(tmp_path: Path) -> None:
    node = make_node(tmp_path, YULIN)
    for name, level in (("zhang", "handler"), ("wang", "bureau_leader")):
        assert node.hub("user", "add", name, "--role", "officer", "--level", level).code == 0
    sent = node.send("assistance_request", BEIHAI)
    with node.running("work"):
        until(lambda: node.ok("matters")["matters"])
    document = sent["document"]
    title = node.ok("show", document)["copies"][0]["row"]["title"]
    counted = node.hub("erase", document, "--dry-run")
    assert "正文（份）" in counted.out
    assert "没有删除任何内容" in counted.out
    assert node.ok("erase", document, "--dry-run")["bodies"] == 1
    reason = ("--reason", "误发", "--basis", "个人信息保护法第四十七条")

    assert "写明由哪一位用户提出" in node.hub("erase", document, *reason).err
    made = node.ok("erase", document, *reason, "--as", "wang")
    own = node.hub("retention", "approve", made["id"], "--as", "wang")
    assert "不能批准自己" in own.err
    low = node.hub("retention", "approve", made["id"], "--as", "zhang")
    assert "须由分管负责人以上批准" in low.err
    assert node.hub("retention", "decline", made["id"], "--reason", "重提", "--as", "wang").code == 0
    made = node.ok("erase", document, *reason, "--as", "zhang")
    assert node.ok("retention", "approve", made["id"], "--as", "wang")["state"] == "approved"
    with node.running("work"):
        until(lambda: node.ok("retention", "erasures")["items"][0]["state"] == "done")

    shown = node.hub("show", document).out
    assert "正文已依 个人信息保护法第四十七条 删除。理由：误发" in shown
    assert title not in shown
    assert "全部" in node.hub("audit", "verify").out
    assert "正文已删除" in node.hub("erase", document, "--dry-run").err


def test_rules_are_listed_set_and_holds_kept(tmp_path: Path) -> None:
    node = make_node(tmp_path, YULIN)
    assert node.hub("user", "add", "zhang", "--role", "officer").code == 0
    sent = node.send("assistance_request", BEIHAI)
    with node.running("work"):
        until(lambda: node.ok("matters")["matters"])

    assert "不会自动删除" in node.hub("retention", "list").out
    changed = node.ok("retention", "set", "assistance", "--amount", "5", "--basis", "本单位保管期限表", "--as", "zhang")
    assert (changed["amount"], changed["unit"]) == (5, "years")
    assert [one["amount"] for one in node.ok("retention", "list")["rules"] if one["id"] == "assistance"] == [5]
    assert node.hub("retention", "set", "assistance", "--amount", "999", "--as", "zhang").code != 0
    assert "没有保存期限届满的事项" in node.hub("retention", "due").out
    assert node.hub("retention", "hold", sent["matter"], "--reason", "涉诉", "--as", "zhang").code == 0
    assert "涉诉" in node.hub("erase", "--matter", sent["matter"], "--dry-run").err
    assert node.hub("retention", "release", sent["matter"], "--reason", "结案", "--as", "zhang").code == 0
    assert node.ok("erase", "--matter", sent["matter"], "--dry-run")["bodies"] == 1
