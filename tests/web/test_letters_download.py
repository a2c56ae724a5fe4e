"""Taking a letter away as PDF or docx: who may, what is noted, and that the file is this document's."""

from __future__ import annotations

import io
from typing import Any

import pytest
from docx import Document
from pypdf import PdfReader

from hub.core.ids import sha256
from hub.flows import drafting
from hub.flows.drafting import Act, PaperDraft
from tests.builders import BEIHAI, YULIN
from tests.web.offices import Office, World, example

FORMS = [("pdf", b"%PDF-"), ("docx", b"PK\x03\x04")]


@pytest.fixture
def request_of_yulin(world: World) -> tuple[Office, Office, str]:
    """A request sent by 玉林 and delivered to 北海."""
    sent = world[YULIN].send("assistance_request", example("assistance_request"), to=(BEIHAI,))
    world.exchange()
    return world[YULIN], world[BEIHAI], sent.document


def exports(office: Office) -> list[tuple[str, dict[str, Any]]]:
    """(subject, facts) of the leaves that say something was taken away."""
    return office.noted("export")


@pytest.mark.parametrize(("form", "begins"), FORMS)
def test_both_sides_take_the_same_letter_away(
    request_of_yulin: tuple[Office, Office, str], form: str, begins: bytes
) -> None:
    sender, receiver, document = request_of_yulin
    answers = [one.browser().get(f"/documents/{document}/letter?form={form}") for one in (sender, receiver)]
    assert [one.status_code for one in answers] == [200, 200]
    assert answers[0].content.startswith(begins)
    assert answers[0].content == answers[1].content, "the same document, whoever prints it"
    assert "attachment" in answers[0].headers["content-disposition"]
    assert f".{form}" in answers[0].headers["content-disposition"]


def test_the_file_bears_title_number_and_identity(request_of_yulin: tuple[Office, Office, str]) -> None:
    sender, _, document = request_of_yulin
    digest = sender.views.document(document).copies[0].row.hash
    pdf = sender.browser().get(f"/documents/{document}/letter?form=pdf").content
    text = "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)
    assert document in text
    assert str(digest) in text
    assert "不代替公章" in text
    docx = sender.browser().get(f"/documents/{document}/letter?form=docx").content
    assert Document(io.BytesIO(docx)).core_properties.title == sender.views.document(document).copies[0].row.title


def test_each_export_is_noted_with_the_digest_of_the_file(request_of_yulin: tuple[Office, Office, str]) -> None:
    sender, _, document = request_of_yulin
    for form, _ in FORMS:
        content = sender.browser().get(f"/documents/{document}/letter?form={form}").content
        subject, facts = exports(sender)[-1]
        assert subject == document
        assert (facts["letter"], facts["sha256"]) == (form, sha256(content))


@pytest.mark.parametrize("role", ["clerk", "sysadmin", "secadmin", "auditor"])
def test_who_may_not_export_gets_no_file_and_no_button(request_of_yulin: tuple[Office, Office, str], role: str) -> None:
    sender, _, document = request_of_yulin
    sender.add_user(f"a-{role}", role)
    browser = sender.browser(f"a-{role}")
    assert browser.get(f"/documents/{document}/letter?form=pdf").status_code == 403
    page = browser.get(f"/documents/{document}/letter")
    assert "form=pdf" not in page.text
    token = sender.client(f"a-{role}")
    assert token.get(f"/api/v1/documents/{document}/letter?form=pdf").status_code == 403


def test_pages_offer_the_files_and_say_what_they_are_not(request_of_yulin: tuple[Office, Office, str]) -> None:
    sender, _, document = request_of_yulin
    browser = sender.browser()
    for path in (f"/documents/{document}", f"/documents/{document}/letter"):
        page = browser.get(path).text
        assert f"/documents/{document}/letter?form=pdf" in page
        assert f"/documents/{document}/letter?form=docx" in page
    assert "空白样张未能取得" in browser.get(f"/documents/{document}/letter").text


def test_a_bad_template_of_the_office_is_told_on_the_page(request_of_yulin: tuple[Office, Office, str]) -> None:
    sender, _, document = request_of_yulin
    folder = sender.folder / "letters"
    folder.mkdir()
    (folder / "letter.docx").write_bytes(b"nonsense")
    page = sender.browser().get(f"/documents/{document}/letter").text
    assert "letter.docx 未采用" in page
    assert sender.browser().get(f"/documents/{document}/letter?form=docx").status_code == 200


@pytest.mark.parametrize(("form", "begins"), FORMS)
def test_programs_get_the_letter_too(request_of_yulin: tuple[Office, Office, str], form: str, begins: bytes) -> None:
    sender, _, document = request_of_yulin
    answer = sender.client().get(f"/api/v1/documents/{document}/letter", params={"form": form})
    assert answer.status_code == 200
    assert answer.content.startswith(begins)


@pytest.mark.parametrize("query", ["", "?form=", "?form=exe", "?form=pdf&form=exe"])
def test_programs_must_name_a_form_there_is(request_of_yulin: tuple[Office, Office, str], query: str) -> None:
    sender, _, document = request_of_yulin
    assert sender.client().get(f"/api/v1/documents/{document}/letter{query}").status_code == 422


def test_what_is_not_there_has_no_letter(request_of_yulin: tuple[Office, Office, str]) -> None:
    sender, _, _ = request_of_yulin
    gone = "019d86c2-9a40-7000-8000-00000000ffff"
    assert sender.browser().get(f"/documents/{gone}/letter?form=pdf").status_code == 404
    assert sender.client().get(f"/api/v1/documents/{gone}/letter?form=pdf").status_code == 404


def words_of(pdf: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


def test_a_paper_says_draft_across_the_page_unless_it_is_to_be_stamped(world: World) -> None:
    office = world[YULIN]
    with office.store.begin() as uow:
        user = next(one for one in uow.users.all() if one.name == "officer")
        body = example("assistance_request")
        draft = PaperDraft("assistance_request", body, (BEIHAI,))
        paper = drafting.save(uow, draft, Act(user, office.clock(), office.salts), office.ids).id
    browser = office.browser()
    page = browser.get(f"/papers/{paper}/letter").text
    assert f"/papers/{paper}/letter?form=pdf&amp;clean=true" in page
    drafted = browser.get(f"/papers/{paper}/letter?form=pdf").content
    clean = browser.get(f"/papers/{paper}/letter?form=pdf&clean=true").content
    assert "草稿" in words_of(drafted)
    assert "草稿" not in words_of(clean)
    assert paper in words_of(clean)
    assert "没有存证编号" not in words_of(clean)
    assert [subject for subject, _ in exports(office)] == [paper, paper]
