"""``hub outside``: kept by name, and shown by name wherever the office appears."""

from __future__ import annotations

from pathlib import Path

from tests.builders import YULIN
from tests.cli.nodes import make_node, until


def test_an_office_outside_is_registered_written_to_and_shown_by_its_name(tmp_path: Path) -> None:
    node = make_node(tmp_path, YULIN)
    bare = node.hub("outside", "list")
    assert "还没有登记系统外单位" in bare.out
    made = node.ok("outside", "add", "460200", "三亚市某居民委员会", "--system", "grass", "--address", "某路1号")
    assert made["id"] == "out-460200-1"
    sent = node.send("assistance_request", made["id"])
    with node.running("work"):
        until(lambda: made["id"] in [one["other"] for one in node.ok("matters")["matters"]])
    assert "三亚市某居民委员会" in node.hub("matters").out
    assert "三亚市某居民委员会" in node.hub("matter", sent["matter"]).out
    assert "三亚市某居民委员会" in node.hub("letter", sent["document"]).out
    changed = node.ok("outside", "change", made["id"], "--name", "三亚市某村民委员会", "--inactive")
    assert (changed["name"], changed["address"], changed["active"]) == ("三亚市某村民委员会", "某路1号", False)
    assert "停用" in node.hub("outside", "list").out
    assert node.hub("outside", "change", "out-460200-9", "--name", "x").code != 0
