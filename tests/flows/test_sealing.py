"""A sealed file is taken for the very version of the paper that was handed over, once, and never for anything else."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest

from hub.core.errors import Conflict, InvalidInput, NotFound, Refused, TooLarge, WrongState
from hub.core.ids import sha256
from hub.core.seals import Judged, Returned, SealRequest, request_named
from hub.flows import drafting, sealing
from hub.flows.drafting import Act, PaperDraft
from hub.flows.ports.office_rows import Paper
from hub.flows.rows import User
from tests.builders import BEIHAI, NOW, ids, salts, user, uuid
from tests.contracts.conftest import backend, opener, sqlite_database, sqlite_template
from tests.contracts.stores import Backend
from tests.memory.sealing import MemorySealing
from tests.simulator.bodies import body

__all__ = ["backend", "opener", "sqlite_database", "sqlite_template"]

PDF = b"%PDF-1.7 letter"
SEALED = PDF + b" seal"
HANDLER = user("handler")


def ofd() -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("OFD.xml", "<ofd:OFD/>")
    return made.getvalue()


class Office:
    """One office with a paper and a seal system."""

    def __init__(self, backend: Backend) -> None:
        self.backend, self.new_id, self.salt, self.system = backend, ids(), salts(), MemorySealing()
        with backend.begin() as uow:
            uow.users.put(HANDLER)
        self.paper = self.save(PaperDraft("assistance_request", body("assistance_request", "request"), (BEIHAI,)))

    def act(self) -> Act:
        return Act(HANDLER, NOW, self.salt)

    def save(self, draft: PaperDraft) -> Paper:
        with self.backend.begin() as uow:
            return drafting.save(uow, draft, self.act(), self.new_id)

    def now(self) -> Paper:
        with self.backend.begin() as uow:
            return drafting.history(uow, self.paper.id)[0]

    def ask(self, pdf: bytes = PDF, paper: Paper | None = None) -> SealRequest:
        of = paper or self.now()
        with self.backend.begin() as uow:
            return sealing.ask(
                *(uow, self.system, pdf, "关于某事的函", of),
                who=HANDLER.name,
                now=NOW,
                new_id=self.new_id,
                salt=self.salt,
            )

    def back(self, request: SealRequest, content: bytes = SEALED, ending: str = "pdf") -> Returned:
        self.system.inbox[f"{request.id}.{ending}"] = content
        return next(one for one in self.system.collect(9) if one.name == f"{request.id}.{ending}")

    def take(self, back: Returned) -> tuple[Judged, Paper | None]:
        def save(uow: Any, draft: PaperDraft, who: User) -> Paper:
            return drafting.save(uow, draft, Act(who, NOW, self.salt), self.new_id)

        with self.backend.begin() as uow:
            return sealing.take_back(uow, back, save, now=NOW, salt=self.salt)

    def edited(self) -> Paper:
        """The paper after somebody changed it."""
        paper = self.now()
        changed = {**body("assistance_request", "request"), "title": "关于另一事的函"}
        return self.save(PaperDraft("assistance_request", changed, (BEIHAI,), id=paper.id, version=paper.version))


@pytest.fixture
def office(backend: Backend) -> Office:
    return Office(backend)


@pytest.mark.parametrize(
    ("content", "ending", "kept"), [(SEALED, "pdf", True), (b"%PDF-1.4 x", "pdf", False), (ofd(), "ofd", False)]
)
def test_a_sealed_file_becomes_the_sealed_copy_of_its_paper(
    office: Office, content: bytes, ending: str, kept: bool
) -> None:
    found, paper = office.take(office.back(office.ask(), content, ending))
    assert paper is not None
    assert (found.keeps_original, paper.version, paper.editor) == (kept, 2, HANDLER.name)
    assert [one.sha256 for one in paper.parts] == [sha256(content)]
    assert b'"role":"sealed_copy"' in paper.body.replace(b": ", b":")
    with office.backend.begin() as uow:
        drafting.submit(uow, paper.id, office.act())
        assert [one.act for one in uow.events.of(paper.id)][:4] == ["save", "seal-request", "save", "seal-return"]


def test_taking_it_twice_is_taking_it_once(office: Office) -> None:
    back = office.back(office.ask())
    first, second = office.take(back)[1], office.take(back)[1]
    assert first is not None
    assert second is not None
    assert first.version == second.version == office.now().version


def test_a_newer_sealed_copy_takes_the_place_of_the_older(office: Office) -> None:
    office.take(office.back(office.ask()))
    _, paper = office.take(office.back(office.ask(), PDF + b" another seal"))
    assert paper is not None
    assert [one.sha256 for one in paper.parts] == [sha256(PDF + b" another seal")]


def test_what_was_changed_after_it_was_handed_over_is_not_what_was_sealed(office: Office) -> None:
    back = office.back(office.ask())
    office.edited()
    with pytest.raises(InvalidInput, match="送印后改动过"):
        office.take(back)
    assert office.now().parts == ()


def test_a_paper_under_review_takes_no_seal_and_is_not_handed_over(office: Office) -> None:
    back = office.back(office.ask())
    with office.backend.begin() as uow:
        drafting.submit(uow, office.paper.id, office.act())
    with pytest.raises(Refused):
        office.take(back)
    with pytest.raises(WrongState, match="不能再送印"):
        office.ask()


def test_only_what_this_office_handed_over_is_taken(office: Office) -> None:
    request = office.ask()
    forged = replace(request, id=uuid(), sha256=sha256(b"%PDF-other"))
    back = Returned("t", f"{forged.id}.pdf", forged, b"%PDF-other", b"%PDF-other sealed")
    with pytest.raises(InvalidInput, match="没有这次送印的记录"):
        office.take(back)
    with pytest.raises(NotFound):
        office.take(replace(back, request=replace(forged, paper=uuid())))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"request": None}, "没有与文件名对应"),
        ({"original": b""}, "原文件已缺失"),
        ({"original": PDF + b" changed"}, "原文件已缺失或被改动"),
        ({"content": b""}, "空文件"),
        ({"content": PDF}, "没有加盖印章"),
        ({"content": b"%PDF-" + b"x" * 1024 * 1024}, "超过 1024 KiB"),
        ({"content": b"MZ executable"}, "不是 PDF 或 OFD"),
        ({"content": b"PK\x03\x04 no ofd"}, "与扩展名不符"),
        ({"content": ofd()}, "与扩展名不符"),
    ],
)
def test_a_wrong_file_is_refused_with_its_reason(office: Office, changes: dict[str, Any], said: str) -> None:
    back = replace(office.back(office.ask()), **changes)
    with pytest.raises(InvalidInput, match=said):
        office.take(back)
    assert office.now().version == 1


@pytest.mark.parametrize(
    ("pdf", "error"), [(b"", InvalidInput), (b"MZ", InvalidInput), (b"%PDF-" + b"x" * 1024 * 1024, TooLarge)]
)
def test_only_a_pdf_of_bounded_size_is_handed_over(office: Office, pdf: bytes, error: type[Refused]) -> None:
    with pytest.raises(error):
        office.ask(pdf)
    assert office.system.waiting() == []


def test_a_paper_changed_while_its_letter_was_set_is_not_handed_over(office: Office) -> None:
    stale = office.now()
    office.edited()
    with pytest.raises(Conflict, match="被人改过"):
        office.ask(paper=stale)
    assert office.system.waiting() == []


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("01964e2a-7c11-7d3e-9a50-3f1c2b7a9e01.pdf", True),
        ("01964E2A-7C11-7D3E-9A50-3F1C2B7A9E01.OFD", True),
        ("01964e2a-7c11-7d3e-9a50-3f1c2b7a9e01_signed.ofd", True),
        ("01964e2a-7c11-7d3e-9a50-3f1c2b7a9e01.docx", False),
        ("01964e2a-7c11-4d3e-9a50-3f1c2b7a9e01.pdf", False),
        ("x01964e2a-7c11-7d3e-9a50-3f1c2b7a9e01.pdf", False),
        ("01964e2a-7c11-7d3e-9a50-3f1c2b7a9e012.pdf", False),
    ],
)
def test_a_file_is_ours_by_its_name(name: str, ours: bool) -> None:
    assert (request_named(name) is not None) is ours
