"""A hundred attachments in a real browser: uploaded in pieces, found in the table, and downloaded at the other end."""

from __future__ import annotations

import hashlib
from pathlib import Path

from playwright.sync_api import Browser, Route, expect

from hub.core.ids import sha256
from hub.flows.rows import Part, User
from hub.flows.steps.papers import PaperDraft
from hub.web import papering
from tests.builders import BEIHAI, ZHANJIANG
from tests.simulator.bodies import body as example_of
from tests.web.browser import hand, serving, sign_in
from tests.web.offices import World
from tests.web.papers import PDF, paper_of, saved

LONG = "关于某某公司涉嫌组织传销活动一案银行账户资金流水及对手账户明细（含附表一至附表十二）" * 3
MANY = tuple(Part(sha256(b"%d" % n + PDF), "text/plain", b"%d" % n + PDF) for n in range(100))


def listed(parts: tuple[Part, ...]) -> list[dict[str, object]]:
    names = [f"{LONG}.txt" if n == 0 else f"询问笔录（第{n}次）.txt" for n in range(len(parts))]
    return [
        {"name": name, "part": one.sha256, "size": len(one.content), "media_type": one.media_type}
        for name, one in zip(names, parts, strict=True)
    ]


def test_a_hundred_attachments_are_found_on_every_screen(world: World, chromium: Browser, tmp_path: Path):
    office = world[ZHANJIANG]
    body = example_of("assistance_request", "request", attachments=listed(MANY))
    done = office.send("assistance_request", body, to=(BEIHAI,), parts=MANY)
    draft = PaperDraft("assistance_request", body, (BEIHAI,), parts=MANY)
    paper = papering.save(office.node, User("officer", "经办人", "officer", ""), draft).id
    world.exchange(8)
    screens = {"document": f"/documents/{done.document}", "evidence": f"/matters/{done.matter}?tab=evidence"}
    with serving(world[BEIHAI].app) as port, hand(chromium) as person:
        sign_in(person, world[BEIHAI], port)
        for name, path in screens.items():
            person.page.goto(f"http://127.0.0.1:{port}{path}")
            person.page.screenshot(path=str(tmp_path / f"{name}.png"), full_page=True)
            expect(person.page.locator("#attachments tbody tr")).to_have_count(100)
            assert person.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
            person.page.get_by_label("查找附件").fill("第42次")
            expect(person.page.locator("#attachments tbody tr:visible")).to_have_count(1)
        with person.page.expect_download() as download:
            person.page.locator("#attachments tbody tr:visible td.file-name a").click()
        assert download.value.suggested_filename == "询问笔录（第42次）.txt"
        assert sha256(Path(download.value.path()).read_bytes()) == MANY[42].sha256
        assert person.complaints == []
    with serving(office.app) as port, hand(chromium) as person:
        sign_in(person, office, port)
        person.page.goto(f"http://127.0.0.1:{port}/papers/{paper}")
        expect(person.page.locator("#file-table tbody tr")).to_have_count(100)
        person.page.locator("#f-file").set_input_files({"name": "多.pdf", "mimeType": "application/pdf", "buffer": PDF})
        expect(person.page.locator("#uploading")).to_contain_text("附件最多 100 件")
        person.page.locator("#files").screenshot(path=str(tmp_path / "paper.png"))
        assert person.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert person.complaints == []


def test_files_go_up_in_pieces_and_on_from_where_the_line_broke(world: World, chromium: Browser, tmp_path: Path):
    office = world[ZHANJIANG]
    paper = saved(office.browser())
    large = b"%PDF-" + b"".join(hashlib.sha256(b"%d" % n).digest() for n in range(60_000))
    (tmp_path / "大证据.pdf").write_bytes(large)
    (tmp_path / "程序.exe").write_bytes(b"MZ")
    starts: list[str] = []

    def cut(route: Route) -> None:
        starts.append(route.request.url.rpartition("start=")[2])
        if len(starts) == 2:
            route.abort()
        else:
            route.continue_()

    with serving(office.app) as port, hand(chromium) as person:
        sign_in(person, office, port)
        person.page.goto(f"http://127.0.0.1:{port}/papers/{paper}")
        person.page.route("**/uploads/*?*", cut)
        person.page.locator("#f-file").set_input_files([tmp_path / "大证据.pdf", tmp_path / "程序.exe"])
        expect(person.page.locator("#uploading")).to_contain_text("只收")
        expect(person.page.locator("#file-table")).to_contain_text("大证据.pdf")
    [meta] = paper_of(office, paper).parts
    assert (meta.sha256, meta.size) == (sha256(large), len(large)), "the browser's own digest is right"
    assert starts == ["0", "524288", "524288", "1048576", "1572864"], "what was here was not sent again"
