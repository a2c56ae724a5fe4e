"""Working papers on screen: nothing typed is lost, every error stands at its field, two people sign."""

from __future__ import annotations

import re

import pytest

from hub.core.ids import sha256
from hub.flows.ports.office_rows import Paper, Series
from hub.web import papering
from tests.builders import BEIHAI, NOW, YULIN, ZHANJIANG
from tests.web import lives
from tests.web.offices import Office, World, text_of
from tests.web.papers import PDF, REQUEST, add_person, form_of, press, saved


def paper_of(office: Office, paper: str) -> Paper:
    with office.store.begin() as uow:
        found = uow.papers.get(paper)
    assert found is not None
    return found


def body_of(office: Office, paper: str) -> dict[str, object]:
    return papering.body_of(paper_of(office, paper))


def test_only_kinds_this_office_may_send_are_offered_with_a_line_on_each(world: World):
    shown = text_of(world[YULIN].browser(), "/papers/new")

    assert "协助调查函" in shown
    assert "请对方就若干事项调查取证" in shown
    assert "签收、受理、退回、异议" not in shown


def test_a_new_paper_is_saved_whole_and_shown_as_it_was_typed(world: World):
    browser = world[YULIN].browser()

    paper = saved(browser)

    form = form_of(browser.get(f"/papers/{paper}").text)
    kept = {name: text for name, text in REQUEST.items() if not name.startswith("_")}
    assert {name: form[name] for name in kept} == kept
    assert BEIHAI in form["_to"]
    assert paper_of(world[YULIN], paper).to == (BEIHAI,)
    assert "我的草稿" in text_of(browser, "/papers")
    assert REQUEST["title"] in text_of(browser, "/papers")


def test_what_cannot_be_read_is_kept_as_typed_and_named_at_its_field(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser)

    answer = press(browser, paper, "submit", filed_on="去年冬天", title="", **{"items.0.no": "甲"})

    assert answer.status_code == 422
    form = form_of(answer.text)
    assert (form["filed_on"], form["items.0.no"], form["facts"]) == ("去年冬天", "甲", REQUEST["facts"])
    for place, reason in (("filed_on", "立案日期"), ("title", "标题：必须填写"), ("items.0.no", "应为整数")):
        assert re.search(rf'href="#f-{re.escape(place)}">[^<]*{reason}', answer.text), place
        assert f'id="f-{place}"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert paper_of(world[YULIN], paper).state == "drafting"


def test_a_refusal_of_the_agreement_keeps_everything_typed_too(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser, _to=BEIHAI)

    answer = press(browser, paper, "submit", _requested="2026-05-01")

    assert answer.status_code == 422
    assert 'href="#f-_requested"' in answer.text
    assert "不是对方的工作日" in answer.text
    assert form_of(answer.text)["facts"] == REQUEST["facts"]


def test_rows_are_added_and_taken_out_without_script_and_numbered(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser)

    press(browser, paper, "add:items")
    press(browser, paper, "save", **{"items.1.target": "第二个对象"})
    answer = press(browser, paper, "drop:items.0")

    form = form_of(answer.text)
    assert (form["items.0.target"], form["items.0.no"]) == ("第二个对象", "2")
    assert "items.1.target" not in form


def test_rows_inside_rows_are_added_in_their_own_place(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser, **{"parties.0.name": "买买提•艾力", "parties.0.role": "organiser"})

    press(browser, paper, "add:parties.0.accounts")
    press(browser, paper, "save", **{"parties.0.accounts.0.number": "6222 0000 0000 0000"})

    (party,) = body_of(world[YULIN], paper)["parties"]  # type: ignore[misc]
    assert party["name"] == "买买提·艾力"
    assert party["accounts"] == [{"number": "6222 0000 0000 0000"}]


def test_rows_of_a_spreadsheet_become_rows_of_the_form_by_title_and_label(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser)
    sheet = "协查对象\t协查对象类型\t协查事项\n甲公司\t企业\t调取档案\n乙某\t人员\t询问"

    answer = press(browser, paper, "paste:items", **{"_paste:items": sheet})

    rows = body_of(world[YULIN], paper)["items"]
    assert [(one["no"], one["target"], one["target_type"]) for one in rows] == [  # type: ignore[attr-defined]
        (1, "某某公司北海分公司", "company"),
        (2, "甲公司", "company"),
        (3, "乙某", "person"),
    ]
    assert "已导入" in answer.text


def test_a_spreadsheet_with_too_many_columns_is_refused_and_what_was_pasted_stays(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser)

    answer = press(browser, paper, "paste:items", **{"_paste:items": "\t".join("abcdefgh")})

    assert answer.status_code == 422
    assert "第 1 行有 8 列" in answer.text
    assert len(body_of(world[YULIN], paper)["items"]) == 1  # type: ignore[arg-type]


def test_empty_rows_do_not_keep_a_paper_from_review(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser)

    press(browser, paper, "add:items")
    answer = press(browser, paper, "submit")

    assert "已送审" in answer.text
    assert paper_of(world[YULIN], paper).state == "in_review"


def test_who_saved_in_between_is_named_and_both_contents_are_offered(world: World):
    add_person(world[YULIN], "second", "handler")
    mine, other = world[YULIN].browser(), world[YULIN].browser("second")
    paper = saved(mine)
    form = form_of(mine.get(f"/papers/{paper}").text)
    press(other, paper, "save", title="另一人改的标题")

    answer = mine.post(f"/papers/{paper}", data={**form, "title": "我改的标题", "_do": "save"})

    assert answer.status_code == 409
    assert "second 已在" in answer.text
    assert form_of(answer.text)["title"] == "我改的标题"
    assert body_of(world[YULIN], paper)["title"] == "另一人改的标题"
    again = {**form_of(answer.text), "_do": "over"}
    assert mine.post(f"/papers/{paper}", data=again).status_code == 200
    assert body_of(world[YULIN], paper)["title"] == "我改的标题"


def test_the_script_saves_by_itself_and_is_told_of_a_newer_version(world: World):
    browser = world[YULIN].browser()

    first = browser.post("/papers/autosave", data=dict(REQUEST)).json()
    address = f"/papers/{first['id']}/autosave"
    second = browser.post(address, data={**REQUEST, "title": "改", "_version": str(first["version"])})
    stale = browser.post(address, data={**REQUEST, "title": "旧", "_version": str(first["version"])})
    over = browser.post(address, data={**REQUEST, "title": "旧", "_version": "1", "_over": "1"})

    assert (second.status_code, second.json()["version"]) == (200, 2)
    assert re.fullmatch(r"[0-9]{2}:[0-9]{2}", second.json()["at"])
    assert (stale.status_code, stale.json()["editor"], stale.json()["version"]) == (409, "officer", 2)
    assert over.status_code == 200
    assert body_of(world[YULIN], first["id"])["title"] == "旧"


def test_saving_what_is_there_already_makes_no_new_version(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser)

    press(browser, paper, "save")

    assert paper_of(world[YULIN], paper).version == 1


def test_a_paper_goes_from_its_author_to_a_second_person_and_out(world: World):
    add_person(world[YULIN], "head", "unit_head")
    author, head = world[YULIN].browser(), world[YULIN].browser("head")
    paper = saved(author)
    press(author, paper, "submit")

    refused = author.post(f"/papers/{paper}/issue", data={})
    shown = text_of(author, f"/papers/{paper}")
    listed = text_of(head, "/papers?tab=in_review")
    done = head.post(f"/papers/{paper}/issue", data={"doc_no": "玉市监协[2026]12号"})

    assert refused.status_code == 403
    assert "您不能签发" in shown
    assert REQUEST["title"] in listed
    assert done.url.path.startswith("/matters/")
    assert "已登记" in done.text
    row = paper_of(world[YULIN], paper)
    assert (row.state, row.reviewer, row.approver) == ("issued", "head", "head")
    assert body_of(world[YULIN], paper)["doc_no"] == "玉市监协〔2026〕12号"
    world.exchange()
    assert REQUEST["title"] in text_of(world[BEIHAI].browser(), "/matters")
    again = head.post(f"/papers/{paper}/issue", data={}, follow_redirects=False)
    assert again.headers["location"] == f"/documents/{row.document}"


def test_what_a_reviewer_returns_comes_back_with_his_words(world: World):
    add_person(world[YULIN], "head", "unit_head")
    author, head = world[YULIN].browser(), world[YULIN].browser("head")
    paper = saved(author)
    press(author, paper, "submit")

    silent = head.post(f"/papers/{paper}/return", data={"comment": ""})
    head.post(f"/papers/{paper}/return", data={"comment": "请补充案号"})

    assert silent.status_code == 422
    assert "请填写退回意见" in silent.text
    page = text_of(author, f"/papers/{paper}")
    assert "请补充案号" in page
    assert "检查并送审" in page
    assert REQUEST["title"] in text_of(author, "/papers?tab=returned")


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


def test_a_void_paper_comes_back_as_a_draft(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser)

    browser.post(f"/papers/{paper}/discard", data={})
    assert "撤销作废" in text_of(browser, f"/papers/{paper}")
    browser.post(f"/papers/{paper}/restore", data={})

    assert paper_of(world[YULIN], paper).state == "drafting"


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
        ("大.pdf", b"%PDF-" + b"0" * (1024 * 1024), "不得超过 1024 KiB"),
    ],
)
def test_a_file_that_may_not_be_attached_is_refused_with_the_reason(world: World, name: str, content: bytes, said: str):
    browser = world[YULIN].browser()
    paper = saved(browser)
    query = {"name": name, "size": str(len(content)), "start": "0"}

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


def test_the_letter_is_read_before_it_is_signed(world: World):
    browser = world[YULIN].browser()
    paper = saved(browser)

    letter = text_of(browser, f"/papers/{paper}/letter")
    press(browser, paper, "save", title="")
    missing = browser.get(f"/papers/{paper}/letter")

    assert "文稿预览，尚未签发" in letter
    assert "北海" in letter
    assert "某某公司北海分公司" in letter
    assert missing.status_code == 422
    assert 'href="#f-title"' in missing.text


def test_a_number_is_taken_from_a_series_once(world: World):
    with world[YULIN].store.begin() as uow:
        uow.numbers.put_series(Series("玉市监协", (), 7, "officer", NOW))
    browser = world[YULIN].browser()
    paper = saved(browser)

    press(browser, paper, "number:玉市监协")
    again = press(browser, paper, "number:玉市监协")

    assert body_of(world[YULIN], paper)["doc_no"] == "玉市监协〔2026〕7号"
    assert "正文已有文号" in again.text


def test_a_paper_of_a_matter_begins_with_what_the_matter_says(world: World):
    matter = lives.asked(world)
    browser = world[BEIHAI].browser()

    form = form_of(browser.get(f"/papers/new?kind=assistance_feedback&act=feedback-final&matter={matter}").text)

    assert (form["act"], form["results.0.no"], form["_matter"]) == ("feedback-final", "1", matter)
    assert form["title"].startswith("关于《")


def test_people_of_a_unit_write_only_in_matters_they_have_in_hand(world: World):
    add_person(world[YULIN], "county", "handler", unit="fz")
    office, unit = world[YULIN].browser(), world[YULIN].browser("county")
    paper = saved(office)

    assert unit.get(f"/papers/{paper}").status_code == 404
    assert unit.post("/papers", data=dict(REQUEST)).status_code == 403
    assert REQUEST["title"] not in text_of(unit, "/papers?tab=all")
    assert "请在交办给您的事项中办理" in text_of(unit, "/papers/new")


def test_lists_go_on_by_cursor_and_keep_their_filters(world: World):
    browser = world[YULIN].browser()
    for number in range(31):
        saved(browser, title=f"第{number:02}份")

    first = browser.get("/papers?tab=mine&text=份").text
    more = re.search(r'href="([^"]*cursor=[^"]*)"', first)

    assert "第30份" in first
    assert more is not None
    assert "第00份" in browser.get(more[1].replace("&amp;", "&")).text


def test_many_fields_are_taken_and_too_many_are_refused(world: World):
    browser = world[ZHANJIANG].browser()
    rows = {f"items.{n}.target": "对象" for n in range(50)}

    assert browser.post("/papers", data={**REQUEST, **rows}).status_code == 200
    assert browser.post("/papers", data={f"x.{n}": "1" for n in range(10_000)}).status_code == 422
    assert browser.post("/papers", data={"facts": "字" * 400_000}).status_code == 413
    assert browser.post("/papers/x/files", content=b"0" * 3_000_000).status_code == 413
