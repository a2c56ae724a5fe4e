"""Files of a paper: refused before they are kept (B63), gone on with where the connection broke, listed truly."""

from __future__ import annotations

from html import escape

import pytest

from hub.core.ids import sha256
from hub.flows.rows import User
from hub.flows.steps.papers import PaperDraft
from hub.web import papering
from tests.builders import BEIHAI, YULIN, ZHANJIANG
from tests.simulator.bodies import body as example_of
from tests.web import lives
from tests.web.offices import World, text_of
from tests.web.papers import PDF, add_person, body_of, form_of, paper_of, press, saved


def test_a_sheet_signed_on_paper_is_entered_with_its_scan_signer_and_day(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser)
    press(browser, paper, "submit")
    facts = {"signer": "王某某", "signed_on": "2026-04-13"}

    bare = browser.post(f"/papers/{paper}/sheet", data=facts, files={"other": ("a.txt", b"")})
    fake = browser.post(f"/papers/{paper}/sheet", data=facts, files={"signed_sheet": ("a.pdf", b"MZ")})
    done = browser.post(f"/papers/{paper}/sheet", data=facts, files={"signed_sheet": ("签批单.pdf", PDF)})

    assert (bare.status_code, fake.status_code) == (422, 422)
    assert "不是 pdf 文件" in fake.text
    assert "已登记" in done.text
    assert paper_of(world[YULIN], paper).approver == "王某某"
    assert browser.get(f"/papers/{paper}/files/{sha256(PDF)}").content == PDF


def test_what_the_other_office_answered_on_paper_is_entered_with_its_scan_and_checked_by_a_second_person(world: World):
    office = world[ZHANJIANG]
    matter = lives.do(world, ZHANJIANG, "assistance_request", "request", to=(lives.OUTSIDE,))
    add_person(office, "checker", "unit_head")
    author, checker = office.browser(), office.browser("checker")
    start = f"/papers/new?kind=proxy_record&act=record-sign-for&matter={matter}"
    assert escape(start) in author.get(f"/matters/{matter}").text
    assert escape(start.replace("sign-for", "delivery")) in author.get(f"/matters/{matter}/acts/record-delivery").text
    page = author.get(start).text
    wanted = "须附纸质文书或者回执的扫描件"
    sheet = {**lives.PAPER, "paper_date": "2026-04-13", "issue_date": "2026-04-13", "receipt_no": "收〔2026〕5号"}
    fields = {**form_of(page), **sheet, "classification": "internal"}
    saved_at = author.post("/papers", data=fields, follow_redirects=False)
    paper = saved_at.headers["location"].split("/")[2].partition("?")[0]
    bare = press(author, paper, "submit")
    with_scan = form_of(author.get(f"/papers/{paper}").text)
    added = author.post(f"/papers/{paper}/files", data=with_scan, files={"file": ("回执.pdf", PDF)})
    press(author, paper, "submit")
    checker.post(f"/papers/{paper}/issue", data={})
    world.exchange()

    assert wanted in page
    assert '<a href="#f-attachments">附件：按所选“登记事项”，必须填写</a>' in bare.text
    assert 'id="f-attachments"' in bare.text
    assert wanted not in added.text
    row = office.views.matter(matter).row
    assert row is not None
    assert (row.state, paper_of(office, paper).approver) == ("signed", "checker")
    assert "附扫描件 1 件" in text_of(author, f"/matters/{matter}?tab=letters")


def test_files_come_with_the_form_when_there_is_no_script_and_nothing_typed_is_lost(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser)
    fields = {**form_of(browser.get(f"/papers/{paper}").text), "title": "新标题", "_role": "scan"}

    answer = browser.post(f"/papers/{paper}/files", data=fields, files={"file": ("来函.pdf", PDF)})

    assert "附件已上传" in answer.text
    body = body_of(world[YULIN], paper)
    line = {"name": "来函.pdf", "part": sha256(PDF), "size": len(PDF), "media_type": "application/pdf", "role": "scan"}
    assert (body["title"], body["attachments"]) == ("新标题", [line])
    press(browser, paper, f"detach:{sha256(PDF)}")
    assert "attachments" not in body_of(world[YULIN], paper)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("程序.exe", b"MZ", "只收"),
        ("假.pdf", b"MZ", "不是 pdf 文件"),
        ("空.pdf", b"", "空文件"),
        ("大.pdf", b"%PDF-", "不得超过 200 MiB"),
    ],
)
def test_a_file_that_may_not_be_attached_is_refused_with_the_reason(world: World, name: str, content: bytes, said: str):
    browser = world[YULIN].browser()
    paper = saved(browser)
    size = 200 * 2**20 + 1 if name == "大.pdf" else len(content)
    query = {"name": name, "size": str(size), "start": "0"}

    answer = browser.put(f"/papers/{paper}/uploads/{sha256(content)}", params=query, content=content[:1000])

    assert answer.status_code in (413, 422)
    assert said in answer.json()["detail"]
    assert paper_of(world[YULIN], paper).parts == ()


def test_an_upload_goes_on_where_the_connection_broke(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser)
    content = b"%PDF-" + bytes(range(256)) * 40
    address, query = f"/papers/{paper}/uploads/{sha256(content)}", {"name": "证据.pdf", "size": str(len(content))}

    first = browser.put(address, params={**query, "start": "0"}, content=content[:4000])
    wrong = browser.put(address, params={**query, "start": "9000"}, content=content[9000:])
    here = browser.get(address).json()["received"]
    rest = browser.put(address, params={**query, "start": str(here)}, content=content[here:])

    assert (first.json()["received"], wrong.status_code, here) == (4000, 409, 4000)
    assert rest.json() == {"received": len(content), "version": 2}
    assert [one.sha256 for one in paper_of(world[YULIN], paper).parts] == [sha256(content)]
    assert browser.get(address).json()["received"] == 0


def test_other_bytes_than_announced_are_not_attached(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser)
    query = {"name": "证据.pdf", "size": "9", "start": "0"}

    answer = browser.put(f"/papers/{paper}/uploads/{sha256(b'other')}", params=query, content=b"%PDF-1234")

    assert (answer.status_code, "摘要不符" in answer.json()["detail"]) == (422, True)
    assert browser.get(f"/papers/{paper}/uploads/{sha256(b'other')}").json() == {"received": 0}, "it begins anew"


def test_a_kind_that_must_be_stamped_asks_for_the_sealed_copy_and_goes_with_it(world: World):
    browser = world[ZHANJIANG].browser()
    body = example_of("case_transfer", "transfer", doc_no="湛市监移〔2026〕3号")
    draft = PaperDraft("case_transfer", body, (BEIHAI,))
    office = world[ZHANJIANG]
    paper = papering.save(office.node, User("officer", "经办人", "officer", ""), draft).id

    page = text_of(browser, f"/papers/{paper}")
    without = press(browser, paper, "submit")
    browser.post(
        f"/papers/{paper}/files",
        data={**form_of(browser.get(f"/papers/{paper}").text), "_role": "sealed_copy"},
        files={"file": ("盖章件.pdf", PDF)},
    )
    done = press(browser, paper, "submit")

    assert "盖章后才能发出" in page
    assert without.status_code == 422
    assert "请附上盖章件" in without.text
    assert "已送审" in done.text, done.text


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("multipart/form-data; boundary=b", b"--b\r\n" + b"x" * 9000 + b": y\r\n\r\nz\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nz\r\n' * 4000),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nz\r\n' * 9,
        ),
        ("multipart/form-data; boundary=b", b"--b\r\n" + b"X-A: b\r\n" * 9000 + b"\r\nz\r\n--b--\r\n"),
        ("multipart/form-data; boundary=" + "b" * 9000, b"z"),
        ("multipart/form-data", b"z"),
        ("multipart/form-data; boundary=b", b"p" * 1_900_000 + b"\r\n--b--\r\n"),
        ("text/plain", b"a=b"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_no_sound_upload_is_refused_within_its_limits(world: World, kind: str, content: bytes):
    browser = world[YULIN].browser()
    paper = saved(browser)

    answer = browser.post(f"/papers/{paper}/files", content=content, headers={"Content-Type": kind})

    assert 400 <= answer.status_code < 500, answer.text
    assert paper_of(world[YULIN], paper).version == 1
