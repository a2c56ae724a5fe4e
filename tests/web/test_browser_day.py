"""The day of the three people in a real browser, at four nodes with processes and workers of their own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from deploy.processes import wait_until
from tests.builders import BEIHAI, JOINT, ZHANJIANG
from tests.cli.nodes import PATIENCE, TestNode, make_node, until
from tests.simulator.bodies import body
from tests.web.browser import Hand, hand

POLICE = "440800-ps"
TITLE = "关于协助调查某某公司涉嫌传销的函"
TO_POLICE = "关于协助核查某某涉嫌组织传销的函"
UNFOLD = "one => { for (let d = one; d; d = d.parentElement) if (d.tagName === 'DETAILS') d.open = true }"
LONG = 30_000
"""Milliseconds: a document passes through two workers before it shows, and the machine may be busy."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

Nodes = dict[str, TestNode]


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[Nodes]:
    """Four running nodes with their demo people."""
    made = {member: make_node(tmp_path, member) for member in (ZHANJIANG, BEIHAI, POLICE, JOINT)}
    for node in made.values():
        node.ok("user", "demo")
    with ExitStack() as running:
        for node in made.values():
            running.enter_context(node.running("run"))
        for node in made.values():
            until(lambda one=node: answers(one))
        yield made


def answers(node: TestNode) -> bool:
    """Whether the node's pages can be had."""
    from urllib.error import URLError
    from urllib.request import urlopen

    try:
        with urlopen(f"http://127.0.0.1:{node.port}/sign-in", timeout=20) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


@contextmanager
def person(chromium: Browser, node: TestNode, title: str) -> Iterator[Hand]:
    """One of the demonstration's people, signed in by one press; leaves without a complaint of the browser."""
    with hand(chromium) as one:
        one.page.set_default_timeout(LONG)
        one.page.goto(f"http://127.0.0.1:{node.port}/")
        one.page.goto(f"http://127.0.0.1:{node.port}/sign-in")
        one.page.get_by_role("button", name=f"演示·{title}", exact=True).click()
        expect(one.page.locator(".who-name")).to_contain_text(f"演示·{title}")
        yield one
        assert one.complaints == []


def flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Field of the form -> text, for a body."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from flat(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value and not isinstance(value[0], str):
        for number, inner in enumerate(value):
            yield from flat(inner, f"{path}.{number}")
    elif isinstance(value, list):
        yield path, "\n".join(value)
    else:
        yield path, json.dumps(value) if isinstance(value, bool) else str(value)


def fill(one: Hand, texts: dict[str, str]) -> None:
    """Write into the fields the form shows; what it filled in by itself stays."""
    for name, text in texts.items():
        box = one.page.locator(f'#paper-form [name="{name}"]')
        if box.count() != 1 or box.input_value():
            continue
        if box.evaluate("one => one.tagName") == "SELECT":
            box.select_option(text)
        else:
            box.evaluate(
                "one => { for (let d = one; d; d = d.parentElement) if (d.tagName === 'DETAILS') d.open = true }"
            )
            box.fill(text)


def add_row(one: Hand, name: str, number: int) -> None:
    """One more row of a list, through the button below it."""
    button = one.page.locator(f'button[value="add:{name}"]')
    button.evaluate(UNFOLD)
    button.click()
    expect(one.page.locator(f'#paper-form [name^="{name}.{number}."]').first).to_be_attached()


def submit(one: Hand) -> None:
    one.page.get_by_role("button", name="检查并送审").first.click()
    expect(one.page.get_by_text("已送审").or_(one.page.locator("#errors")).first).to_be_visible()
    assert one.page.locator("#errors").count() == 0, one.page.locator("#errors").inner_text()


def sign_off(chromium: Browser, node: TestNode, title: str, who: str) -> None:
    """Another person reads the paper and signs it off."""
    with person(chromium, node, who) as head:
        head.click("文稿", "link")
        head.click(title, "link")
        head.click("审核并签发")
        expect(head.page.get_by_role("status").filter(has_text="已登记")).to_be_visible()


def ask(chromium: Browser, node: TestNode, to: str, title: str) -> None:
    """An officer drafts a request, the unit's head signs it off."""
    with person(chromium, node, "承办人") as officer:
        for name in ("文稿", "新拟文稿", "协助调查函"):
            officer.click(name, "link")
        officer.page.locator('[name="_to"]').fill(to)
        fill(officer, {"title": title, **{k: v for k, v in flat(request_body()) if k != "title"}})
        submit(officer)
    sign_off(chromium, node, title, "承办机构负责人")


def request_body() -> dict[str, Any]:
    items = [
        {
            "target_type": "company",
            "target": "某某公司北海分公司",
            "matter": "调取登记档案",
            "evidence_form": "加盖公章的复印件",
            "purpose": "查明股东关系",
        }
    ]
    return {"case_name": "某某公司涉嫌组织传销案", "facts": "经查，该公司以拉人头方式发展人员。", "items": items}


def open_matter(one: Hand, title: str) -> None:
    """Wait for the matter in the list, then open it."""

    def there() -> bool:
        one.page.get_by_role("link", name="事项", exact=True).first.click()
        one.page.wait_for_load_state()
        return one.page.get_by_role("link", name=title).count() > 0

    assert wait_until(there, PATIENCE)
    one.click(title, "link")
    expect(one.page.locator("h1")).to_contain_text(title)


def act(one: Hand, name: str, **fields: str) -> None:
    """A plain act of the matter that is open: form, check, record."""
    one.click(name, "link")
    for field, text in fields.items():
        one.page.locator(f'[name="{field}"]').fill(text)
    for choice in one.page.locator("form.stack select[required]").all():
        if not choice.input_value():
            choice.select_option(index=1)
    one.click("下一步：核对")
    one.page.get_by_role("button", name=re.compile("确认|登记|发出")).first.click()
    expect(one.page.get_by_role("status").filter(has_text=re.compile("已登记|已发出|已办理"))).to_be_visible()


def wait_for_way(one: Hand, name: str) -> None:
    """Until the other side's document has come and opens the next act."""

    def open_now() -> bool:
        one.page.reload()
        return one.page.locator(".rail").get_by_role("link", name=name, exact=True).count() > 0

    assert wait_until(open_now, PATIENCE)


def answer(chromium: Browser, node: TestNode, title: str, officer: str) -> None:
    """Accept and report back; the report is signed off by the unit's head."""
    example = body("assistance_feedback", "feedback-final")
    report = {name: value for name, value in example.items() if name not in {"title", "doc_no", "issue_date"}}
    with person(chromium, node, officer) as handler:
        open_matter(handler, title)
        wait_for_way(handler, "受理")
        act(handler, "受理", handling_unit="演示承办科室")
        handler.page.locator(".rail").get_by_role("link", name="正式反馈").first.click()
        for number in range(len(report["officers"])):
            add_row(handler, "officers", number)
        fill(handler, dict(flat(report)))
        # The form gives the answer its title, from the request's.
        reply = handler.page.locator('[name="title"]').input_value()
        assert title in reply
        submit(handler)
    line = officer.removesuffix("承办人")
    sign_off(chromium, node, reply, f"{line}承办机构负责人")


def test_the_three_people_work_through_their_day(nodes: Nodes, chromium: Browser):
    ask(chromium, nodes[ZHANJIANG], f"北海市市场监督管理局（{BEIHAI}）", TITLE)
    with person(chromium, nodes[BEIHAI], "收发员") as clerk:
        open_matter(clerk, TITLE)
        act(clerk, "签收", receipt_no="北市监收〔2026〕305号")
    answer(chromium, nodes[BEIHAI], TITLE, "承办人")
    with person(chromium, nodes[ZHANJIANG], "承办人") as officer:
        open_matter(officer, TITLE)
        wait_for_way(officer, "确认办结")
        act(officer, "确认办结")
        expect(officer.page.locator("main")).to_contain_text("已确认办结")

    ask(chromium, nodes[ZHANJIANG], f"湛江市公安局（{POLICE}）", TO_POLICE)
    with person(chromium, nodes[POLICE], "收发员") as clerk:
        open_matter(clerk, TO_POLICE)
        act(clerk, "签收", receipt_no="湛公收〔2026〕17号")
    answer(chromium, nodes[POLICE], TO_POLICE, "公安联络员·承办人")

    with person(chromium, nodes[JOINT], "联席办·承办人") as staff:
        staff.click("统计", "link")
        figure = staff.page.locator("#figures-inside a").first
        expect(figure).to_be_visible()
        figure.click()
        expect(staff.page.locator("h1")).to_be_visible()
        assert "/statistics/matters" in staff.page.url
    with person(chromium, nodes[ZHANJIANG], "审计管理员") as auditor:
        auditor.click("审计日志", "link")
        auditor.page.locator('[name="actor"]').fill("demo-unit-head")
        auditor.page.keyboard.press("Enter")
        expect(auditor.page.locator("table").first).to_contain_text("demo-unit-head")
        assert TITLE not in auditor.page.content()
