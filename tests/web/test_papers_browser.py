"""A newcomer in a real browser: twelve clicks to a sent request, and no restart that loses a word."""

from __future__ import annotations

import threading
from pathlib import Path

from anyio import to_thread
from playwright.sync_api import Browser, Locator, expect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.builders import BEIHAI, ZHANJIANG
from tests.ports import free_port
from tests.web.browser import Hand, hand, serving, sign_in
from tests.web.offices import World, text_of
from tests.web.papers import PDF, add_person, saved

TITLE = "关于协助调查某某公司涉嫌传销的函"
TEXTS = {
    "title": TITLE,
    "case_name": "某某公司涉嫌组织传销案",
    "facts": "经查，该公司以拉人头方式发展人员。",
    "items.0.target": "某某公司北海分公司",
    "items.0.matter": "调取登记档案",
    "items.0.evidence_form": "加盖公章的复印件",
    "items.0.purpose": "查明股东关系",
}


def box(person: Hand, name: str) -> Locator:
    return person.page.locator(f'[name="{name}"]')


def test_a_newcomer_sends_an_assistance_request_within_twelve_clicks_on_three_screens(world: World, chromium: Browser):
    office = world[ZHANJIANG]
    add_person(office, "head", "unit_head")
    with serving(office.app) as port, hand(chromium) as author, hand(chromium) as head:
        sign_in(author, office, port)
        author.click("文稿", "link")
        author.click("新拟文稿", "link")
        author.click("协助调查函", "link")
        # One click into the first field; from there on by the keyboard.
        author.press(box(author, "_to"))
        box(author, "_to").fill(f"北海市市场监督管理局（{BEIHAI}）")
        for name, text in TEXTS.items():
            box(author, name).fill(text)
        author.choose(box(author, "items.0.target_type"), "企业")
        author.click("检查并送审")
        expect(author.page.get_by_text("已送审")).to_be_visible()

        sign_in(head, office, port, "head")
        head.click("文稿", "link")
        head.click(TITLE, "link")
        head.click("审核并签发")
        expect(head.page.get_by_role("status").filter(has_text="已登记")).to_be_visible()

        assert author.clicks + head.clicks <= 12, (author.clicks, head.clicks)
        assert author.screens == ["登录", "工作台", "拟稿、审核、签发"]
        assert author.complaints == []
        assert head.complaints == []
    world.exchange()
    assert TITLE in text_of(world[BEIHAI].browser(), "/matters")


def test_no_page_glides_away_under_the_mouse(world: World, chromium: Browser):
    office = world[ZHANJIANG]
    with serving(office.app) as port, hand(chromium) as person:
        sign_in(person, office, port)
        person.page.goto(f"http://127.0.0.1:{port}/papers/new?kind=assistance_request")
        landed = person.page.evaluate("scrollTo(0, document.body.scrollHeight), scrollY")
        assert landed > 0
        assert person.page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_what_is_typed_saves_itself_and_a_restart_of_the_server_loses_nothing(world: World, chromium: Browser):
    office, port = world[ZHANJIANG], free_port()
    with hand(chromium) as person:
        with serving(office.app, port):
            sign_in(person, office, port)
            person.page.goto(f"http://127.0.0.1:{port}/papers/new?kind=assistance_request")
            box(person, "title").fill(TITLE)
            expect(person.page.locator("#autosave")).to_contain_text("已自动保存")
            address = person.page.url
        box(person, "facts").fill("停机时写下的事实")
        expect(person.page.locator("#autosave")).to_contain_text("网络不通")
        with serving(office.app, port):
            box(person, "case_name").fill("恢复后写下的案由")
            expect(person.page.locator("#autosave")).to_contain_text("已自动保存")
            person.page.goto(address)
            kept = {name: box(person, name).input_value() for name in ("title", "facts", "case_name")}
            assert kept == {"title": TITLE, "facts": "停机时写下的事实", "case_name": "恢复后写下的案由"}
        assert [one for one in person.complaints if "ERR_CONNECTION" not in one] == []


class HeldAutosave:
    """Saves at once and answers only when it is let go: a slow line between browser and server."""

    def __init__(self, app: ASGIApp) -> None:
        self.app, self.saved, self.go = app, threading.Event(), threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def late(message: Message) -> None:
            self.saved.set()
            await to_thread.run_sync(self.go.wait)
            await send(message)

        held = scope["type"] == "http" and scope["path"].endswith("/autosave")
        await self.app(scope, receive, late if held else send)


def test_a_press_while_an_autosave_is_on_its_way_waits_for_the_answer(world: World, chromium: Browser):
    office = world[ZHANJIANG]
    line = HeldAutosave(office.app)
    with serving(line) as port, hand(chromium) as person:
        sign_in(person, office, port)
        person.page.goto(f"http://127.0.0.1:{port}/papers/new?kind=assistance_request")
        box(person, "title").fill("先写的标题")
        assert line.saved.wait(60)
        box(person, "title").fill(TITLE)
        person.click("保存")
        expect(person.page.get_by_role("button", name="保存", exact=True)).to_be_disabled()
        line.go.set()
        expect(person.page.get_by_text("已保存。")).to_be_visible()
        assert person.complaints == []
        assert office.browser().get("/papers").text.count(TITLE) == 1
        assert "先写的标题" not in text_of(office.browser(), "/papers")


def test_rows_and_spreadsheets_change_the_form_in_place(world: World, chromium: Browser):
    office = world[ZHANJIANG]
    with serving(office.app) as port, hand(chromium) as person:
        sign_in(person, office, port)
        person.page.goto(f"http://127.0.0.1:{port}/papers/new?kind=assistance_request")
        box(person, "title").fill(TITLE)
        person.press(person.page.locator('#s-items button[value="add:items"]'))
        expect(box(person, "items.1.target")).to_be_visible()
        person.page.evaluate(
            """() => {
                const data = new DataTransfer();
                data.setData("text/plain", "企业\\t甲公司\\t档案\\t复印件\\t查明\\n人员\\t乙某\\t询问\\t笔录\\t查明");
                document.querySelector('[name="items.1.target"]').dispatchEvent(
                    new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
            }"""
        )
        expect(box(person, "items.1.target")).to_have_value("乙某")
        assert box(person, "items.0.target").input_value() == "甲公司"
        assert box(person, "title").input_value() == TITLE
        person.press(person.page.locator('button[value="drop:items.0"]'))
        expect(box(person, "items.0.target")).to_have_value("乙某")
        assert person.complaints == []


def test_a_file_goes_up_in_pieces_while_the_form_stays(world: World, chromium: Browser, tmp_path: Path):
    office = world[ZHANJIANG]
    paper = saved(office.browser())
    good, bad = tmp_path / "证据.pdf", tmp_path / "程序.exe"
    good.write_bytes(PDF + b"0" * 400_000)
    bad.write_bytes(b"MZ")
    with serving(office.app) as port, hand(chromium) as person:
        sign_in(person, office, port)
        person.page.goto(f"http://127.0.0.1:{port}/papers/{paper}")
        box(person, "facts").fill("上传前写下的事实")
        person.page.set_input_files("#f-file", [good, bad])
        expect(person.page.locator("#files table")).to_contain_text("证据.pdf")
        expect(person.page.locator("#uploading")).to_contain_text("只收")
        assert box(person, "facts").input_value() == "上传前写下的事实"
        person.click("保存")
        expect(person.page.get_by_text("已保存。")).to_be_visible()
        assert person.complaints == []
    with office.store.begin() as uow:
        kept = uow.papers.get(paper)
    assert kept is not None
    assert [part.size for part in kept.parts] == [len(PDF) + 400_000]


def test_two_windows_on_one_paper_are_told_of_each_other(world: World, chromium: Browser):
    office = world[ZHANJIANG]
    add_person(office, "second", "handler")
    paper = saved(office.browser())
    with serving(office.app) as port, hand(chromium) as person:
        sign_in(person, office, port)
        person.page.goto(f"http://127.0.0.1:{port}/papers/{paper}")
        other = office.browser("second")
        other.post(f"/papers/{paper}/autosave", data={"title": "别人改的", "_version": "1"})
        box(person, "title").fill("我改的")
        expect(person.page.locator("#clash")).to_contain_text("second 已保存为第 2 版")
        person.click("用我的内容保存")
        expect(person.page.locator("#autosave")).to_contain_text("已自动保存")
        person.page.reload()
        assert box(person, "title").input_value() == "我改的"
        assert person.complaints == []
