"""What every seal system must do; run against the one in memory and the shared folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Protocol

import pytest

from adapters.sealing.folder import FolderSealing
from hub.core.errors import SealAway
from hub.core.ids import sha256
from hub.core.seals import SealRequest
from hub.flows.ports.sealing import Sealing
from tests.builders import NOW, ids
from tests.memory.sealing import MemorySealing

LIMIT = 4096
PDF = b"%PDF-1.7 letter"
SEALED = PDF + b" seal"
_ids = ids(77_000_000)


class Bureau(Protocol):
    """A seal system with the people at the seal."""

    port: Sealing

    def put(self, name: str, content: bytes) -> None:
        """What the seal system puts back."""
        ...

    def wrong(self) -> dict[str, str]:
        """Name -> reason of what was refused."""
        ...

    def reopened(self) -> Sealing:
        """The port after the node was started again."""
        ...


class MemoryBureau:
    def __init__(self) -> None:
        self.port: MemorySealing = MemorySealing(LIMIT)

    def put(self, name: str, content: bytes) -> None:
        self.port.inbox[name] = content

    def wrong(self) -> dict[str, str]:
        return self.port.wrong

    def reopened(self) -> Sealing:
        return self.port


class FolderBureau:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.port: Sealing = FolderSealing(root, limit=LIMIT)
        self.port.waiting()

    def put(self, name: str, content: bytes) -> None:
        (self.root / "in" / name).write_bytes(content)

    def wrong(self) -> dict[str, str]:
        folder = self.root / "wrong"
        return {one.stem: one.read_text("utf-8").strip() for one in folder.glob("*.reason.txt")}

    def reopened(self) -> Sealing:
        return FolderSealing(self.root, limit=LIMIT)


@pytest.fixture(params=["memory", "folder"])
def bureau(request: pytest.FixtureRequest, tmp_path: Path) -> Bureau:
    return MemoryBureau() if request.param == "memory" else FolderBureau(tmp_path / "seal")


def asked(bureau: Bureau, pdf: bytes = PDF) -> SealRequest:
    request = SealRequest(_ids(NOW), sha256(pdf), len(pdf), "关于某事的函", "某局", "paper", 3, "zhang", NOW)
    bureau.port.hand_over(request, pdf)
    return request


def test_what_was_handed_over_waits_in_order_and_survives_a_restart(bureau: Bureau) -> None:
    first, second = asked(bureau), asked(bureau)
    bureau.port.hand_over(first, PDF)
    assert bureau.reopened().waiting() == [first, second]


def test_a_sealed_file_comes_with_its_request_and_original_again_and_again_until_settled(bureau: Bureau) -> None:
    request, other = asked(bureau), asked(bureau)
    bureau.put(f"{request.id}.pdf", SEALED)
    for port in (bureau.port, bureau.port, bureau.reopened()):
        (back,) = port.collect(10)
        assert (back.request, back.original, back.content) == (request, PDF, SEALED)
    assert bureau.port.settle(back.tag)
    assert bureau.port.collect(10) == []
    assert bureau.port.waiting() == [other]
    bureau.port.settle(back.tag)


@pytest.mark.parametrize("ending", [".PDF", ".ofd", "_sealed.pdf", ".signed.pdf", "-1.ofd"])
def test_the_request_is_known_by_the_file_s_name(bureau: Bureau, ending: str) -> None:
    request = asked(bureau)
    bureau.put(f"{request.id}{ending}", SEALED)
    (back,) = bureau.port.collect(10)
    assert back.request == request


@pytest.mark.parametrize("name", ["scan.pdf", "0" * 36 + ".pdf", "notes.txt", f"{_ids(NOW)}.pdf", "盖章 件.pdf"])
def test_a_foreign_file_comes_without_a_request_and_can_be_laid_aside(bureau: Bureau, name: str) -> None:
    request = asked(bureau)
    bureau.put(name, SEALED)
    (back,) = bureau.port.collect(10)
    assert (back.request, back.original) == (None, b"")
    assert bureau.port.refuse(back.tag, "没有申请")
    assert list(bureau.wrong().values()) == ["没有申请"]
    assert bureau.port.collect(10) == []
    assert bureau.port.waiting() == [request]


def test_a_refused_file_leaves_its_request_waiting_for_a_better_one(bureau: Bureau) -> None:
    request = asked(bureau)
    for content in (b"bad", b"worse"):
        bureau.put(f"{request.id}.pdf", content)
        (back,) = bureau.port.collect(10)
        bureau.port.refuse(back.tag, "不符")
    assert bureau.port.waiting() == [request]
    bureau.put(f"{request.id}.pdf", SEALED)
    (back,) = bureau.port.collect(10)
    assert back.content == SEALED


def test_of_a_file_too_large_only_one_byte_more_is_read(bureau: Bureau) -> None:
    request = asked(bureau)
    bureau.put(f"{request.id}.pdf", b"%PDF-" + b"x" * 10 * LIMIT)
    (back,) = bureau.port.collect(10)
    assert len(back.content) == LIMIT + 1


def test_no_more_come_at_once_than_asked_for(bureau: Bureau) -> None:
    for request in [asked(bureau) for _ in range(5)]:
        bureau.put(f"{request.id}.pdf", SEALED)
    assert len(bureau.port.collect(3)) == 3


# --- the folder alone -------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> FolderBureau:
    return FolderBureau(tmp_path / "seal")


def test_the_seal_system_finds_file_and_order_and_may_take_them_away(folder: FolderBureau) -> None:
    request = asked(folder)
    out = folder.root / "out"
    assert (out / f"{request.id}.pdf").read_bytes() == PDF
    order = json.loads((out / f"{request.id}.json").read_text("utf-8"))
    assert (order["id"], order["sha256"], order["file"], order["title"]) == (
        request.id,
        request.sha256,
        f"{request.id}.pdf",
        request.title,
    )
    for one in out.iterdir():
        one.unlink()
    folder.put(f"{request.id}.pdf", SEALED)
    (back,) = folder.port.collect(1)
    assert back.original == PDF


@pytest.mark.parametrize("name", ["{id}.pdf.tmp", ".{id}.pdf", "{id}.pdf.part", "{id}.pdf~"])
def test_a_file_still_being_written_is_left_alone(folder: FolderBureau, name: str) -> None:
    request = asked(folder)
    folder.put(name.format(id=request.id), SEALED)
    assert folder.port.collect(10) == []
    assert folder.wrong() == {}


def test_a_link_is_never_followed(folder: FolderBureau, tmp_path: Path) -> None:
    request = asked(folder)
    secret = tmp_path / "secret.pdf"
    secret.write_bytes(SEALED)
    (folder.root / "in" / f"{request.id}.pdf").symlink_to(secret)
    (back,) = folder.port.collect(10)
    assert back.content == b""


def test_a_folder_in_place_of_a_file_holds_up_nothing(folder: FolderBureau) -> None:
    request = asked(folder)
    (folder.root / "in" / "folder.pdf").mkdir()
    folder.put(f"{request.id}.pdf", SEALED)
    backs = folder.port.collect(10)
    assert sorted(one.content for one in backs) == [b"", SEALED]
    for back in backs:
        folder.port.refuse(back.tag, "不符")
    assert folder.port.collect(10) == []


def test_a_folder_that_cannot_be_reached_is_away(tmp_path: Path) -> None:
    place = tmp_path / "seal"
    place.write_text("not a folder")
    port = FolderSealing(place, limit=LIMIT)
    for call in (port.waiting, lambda: port.collect(1), lambda: port.settle("x"), lambda: port.refuse("x", "y")):
        with pytest.raises(SealAway):
            call()


def test_a_garbled_record_of_ours_is_no_request(folder: FolderBureau) -> None:
    request = asked(folder)
    (folder.root / "asked" / f"{request.id}.json").write_bytes(b'{"id": 7')
    folder.put(f"{request.id}.pdf", SEALED)
    (back,) = folder.port.collect(10)
    assert back.request is None
    assert folder.port.waiting() == []
