"""The evidence file from the pages and the API: who may take it, what is noted, and that both sides' files hold."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader

from deploy.verify import examine
from hub.core.ids import sha256
from tests.builders import BEIHAI, YULIN
from tests.web.offices import Office, World, example, text_of

Sent = tuple[Office, Office, str, str]


@pytest.fixture
def sent(world: World) -> Sent:
    """A request of 玉林's, delivered to 北海: both offices, document and matter."""
    recorded = world[YULIN].send("assistance_request", example("assistance_request"), to=(BEIHAI,))
    world.exchange()
    matter = world[YULIN].views.document(recorded.document).copies[0].row.matter
    return world[YULIN], world[BEIHAI], recorded.document, matter


def noted(office: Office) -> list[dict[str, Any]]:
    return [facts for _, facts in office.noted("export")]


@pytest.mark.parametrize("of", ["document", "matter"])
def test_both_sides_can_prove_the_same_delivery(sent: Sent, of: str) -> None:
    *sides, document, matter = sent
    path = f"/documents/{document}/evidence" if of == "document" else f"/matters/{matter}/evidence"
    for side in sides:
        page = text_of(side.browser(), path)
        assert side.fed.fingerprint in page
        answer = side.browser().get(path, params={"form": "file"})
        assert answer.status_code == 200
        assert "attachment" in answer.headers["content-disposition"]
        findings = examine(answer.content, side.fed.fingerprint, [])
        assert all(one.ok is not False for one in findings), findings
        assert any("的系统回执：已送达" in one.text for one in findings)
        assert noted(side)[-1]["evidence"] == sha256(answer.content)


def test_programs_get_the_same_file_and_the_cover_names_the_rungs(sent: Sent) -> None:
    sender, _, document, matter = sent
    for path in (f"/api/v1/documents/{document}/evidence", f"/api/v1/matters/{matter}/evidence"):
        answer = sender.client().get(path)
        assert (answer.status_code, answer.content[:23]) == (200, b"antipyramid-evidence 1\n")
    pdf = sender.browser().get(f"/documents/{document}/evidence", params={"form": "pdf"}).content
    text = "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)
    for word in ("电子文书存证核验说明", "已登记", "已发出", "已送达", sender.fed.fingerprint[:32]):
        assert word in text, word
    assert "以导出时审计日志所记为准" in text, "the file is fetched apart, so no digest here could be its own"


def test_nobody_without_the_permit_takes_it_and_strangers_learn_nothing(sent: Sent) -> None:
    sender, _, document, _ = sent
    sender.add_user("looker", "jm_staff")
    looking = sender.browser("looker").get(f"/documents/{document}/evidence", params={"form": "file"})
    assert looking.status_code in (403, 404), looking.status_code
    gone = "0195f0a0-0000-7000-8000-000000000000"
    for path in (f"/documents/{gone}/evidence", f"/matters/{gone}/evidence"):
        assert sender.browser().get(path).status_code == 404
        assert sender.client().get(f"/api/v1{path}").status_code == 404
    assert sender.browser().get(f"/documents/{document}/evidence", params={"form": "exe"}).status_code in (400, 422)
