"""Carrying a request over the gap and its receipt back, with bundles that were copied, damaged and forged."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.app import new_id, salt
from hub.core.envelope import MANIFEST, decode
from hub.flows.looking import Wanted, unmask
from hub.flows.rows import User
from hub.transport.ferry import describe, unpack, write_bundle
from tests.builders import HAIKOU, NOW, YULIN, ZHANJIANG, signed, signer_for, uuid
from tests.cli.nodes import Result, TestNode, make_node

POLICE = "450500-ps"
Pair = tuple[TestNode, TestNode]


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    """湛江市监 on the network, 北海公安 behind the gap; nobody works in the background."""
    return make_node(tmp_path, ZHANJIANG), make_node(tmp_path, POLICE)


@pytest.fixture
def bundle(pair: Pair) -> Path:
    """A bundle for 北海公安 with one request."""
    pair[0].send("assistance_request", POLICE)
    return exported(pair[0], POLICE)


def exported(node: TestNode, to: str) -> Path:
    file = node.home / f"to-{to}-{len(list(node.home.glob('*.ferry')))}.ferry"
    node.ok("ferry", "out", "--to", to, file)
    return file


def outcomes(done: Result) -> list[str]:
    return [record["outcome"] for record in done.json["records"]]


def taken(node: TestNode, file: Path) -> Result:
    return node.hub("ferry", "in", file, "--json")


def test_a_request_goes_over_and_its_receipt_comes_back(pair: Pair) -> None:
    zhanjiang, police = pair
    sent = zhanjiang.send("assistance_request", POLICE)
    file = zhanjiang.home / "over"
    said = zhanjiang.ok("ferry", "out", "--to", POLICE, file)
    assert [record["document"] for record in said["records"] if record["type"] == "message"] == [sent["document"]]
    assert zhanjiang.steps(sent["document"])[POLICE] == "sent"  # exported is not delivered
    over = taken(police, file)
    assert (over.code, over.json["from"], over.json["rejected"]) == (0, ZHANJIANG, 0)
    assert sorted(outcomes(over)) == ["frame", "stored"]
    back = taken(zhanjiang, exported(police, ZHANJIANG))
    assert back.code == 0
    assert zhanjiang.steps(sent["document"])[POLICE] == "delivered"


def test_what_was_carried_stands_in_the_log_under_its_own_name(pair: Pair, bundle: Path) -> None:
    taken(pair[1], bundle)
    assert "导出摆渡文件" in pair[0].hub("audit", "search", "--type", "ferry-export").out
    assert "读入摆渡文件" in pair[1].hub("audit", "search", "--type", "ferry-import").out


def test_reading_a_bundle_twice_changes_nothing_more(pair: Pair, bundle: Path) -> None:
    _, police = pair
    first, second = taken(police, bundle), taken(police, bundle)
    assert (first.code, second.code) == (0, 0)
    assert sorted(outcomes(second)) == ["duplicate", "frame"]
    assert len(police.ok("inbox")["documents"]) == 1


def test_a_damaged_record_costs_only_itself_and_comes_again(pair: Pair, bundle: Path) -> None:
    zhanjiang, police = pair
    pair[0].send("assistance_request", POLICE)
    second = exported(zhanjiang, POLICE)
    data = bytearray(second.read_bytes())
    data[-100] ^= 1
    second.write_bytes(data)
    assert taken(police, bundle).code == 0
    hurt = taken(police, second)
    assert hurt.code == 3
    assert sorted(outcomes(hurt)) == ["damaged", "frame"]
    assert "损坏" in police.hub("ferry", "in", second).out
    assert len(police.ok("inbox")["documents"]) == 1


def test_a_record_that_is_not_in_the_signed_contents_is_not_read(pair: Pair, bundle: Path) -> None:
    held = unpack(bundle.read_bytes())
    raws = [record.raw for record in held.records if record.raw is not None]
    forged = bundle.with_suffix(".forged")
    write_bundle(forged, [raws[0], raws[-1][:-2] + b" }", b"{}"], held.manifest)
    done = taken(pair[1], forged)
    assert (done.code, outcomes(done)) == (3, ["frame", "unlisted", "unlisted"])
    assert pair[1].ok("inbox")["documents"] == []


def test_a_forgery_that_a_member_listed_is_quarantined_with_its_reason(pair: Pair, bundle: Path) -> None:
    raw = next(r.raw for r in unpack(bundle.read_bytes()).records if r.raw and b"message.v1" in r.raw)
    altered = raw.replace(b'"body":"Q', b'"body":"R', 1)
    assert altered != raw
    contents: dict[str, Any] = {
        "sender": YULIN,
        "audience": POLICE,
        "bundle": uuid(),
        "issued": "2026-04-13T08:30:00.000Z",
        "records": describe([altered]),
    }
    forged = bundle.with_suffix(".forged")
    write_bundle(forged, [altered], signed(MANIFEST, contents, [signer_for(YULIN)], None))
    done = taken(pair[1], forged)
    assert (done.code, outcomes(done)) == (3, ["quarantined"])
    assert done.json["records"][0]["code"] in ("body-mismatch", "malformed")
    assert len(pair[1].ok("quarantine")["quarantine"]) == 1


def test_a_bundle_for_somebody_else_is_refused_whole(pair: Pair, bundle: Path) -> None:
    done = taken(pair[0], bundle)
    assert (done.code, done.out) == (3, "")
    assert decode(unpack(bundle.read_bytes()).manifest).type == MANIFEST


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 not ours", b"ANTIPYRAMID-FERRY-1\n"])
def test_a_file_that_is_no_bundle_is_refused(pair: Pair, tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(data)
    done = pair[1].hub("ferry", "in", file)
    assert done.code == 3
    assert "摆渡包" in done.err


def test_what_cannot_be_ferried_is_refused(pair: Pair, bundle: Path) -> None:
    out = bundle.parent / "new"
    assert "已存在" in pair[0].hub("ferry", "out", "--to", POLICE, bundle).err
    assert pair[0].hub("ferry", "out", "--to", "999999-mr", out).code == 2
    assert pair[0].hub("ferry", "out", "--to", ZHANJIANG, out).code == 2
    assert pair[0].hub("ferry", "out", "--to", HAIKOU, out.parent / "no" / "folder").code == 4
    assert pair[1].hub("ferry", "in", out.parent / "nowhere").code == 4
    assert not out.exists()


def test_a_large_attachment_goes_over_and_pieces_that_were_damaged_are_asked_for_alone(pair: Pair) -> None:
    zhanjiang, police = pair
    content = b"%PDF-" + bytes(range(256)) * 8 * 1024
    (zhanjiang.home / "大证据.pdf").write_bytes(content)
    sent = zhanjiang.send("assistance_request", POLICE, "--attach", zhanjiang.home / "大证据.pdf")
    file = exported(zhanjiang, POLICE)
    bodies = [decode(one.raw).body or b"" for one in unpack(file.read_bytes()).records if one.raw]
    assert sum(map(len, bodies)) > len(content)
    assert not any(content[256:512] in one for one in bodies), "who carries the medium cannot read it"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    over = taken(police, file)
    assert sorted(outcomes(over)) == ["damaged", "frame", "parked", *["part"] * 8]
    assert zhanjiang.steps(sent["document"])[POLICE] == "sent"
    assert taken(zhanjiang, exported(police, ZHANJIANG)).code == 0
    again = taken(police, exported(zhanjiang, POLICE))
    assert sorted(outcomes(again)) == ["frame", "part"], "one piece, not the file"
    assert taken(zhanjiang, exported(police, ZHANJIANG)).code == 0
    assert zhanjiang.steps(sent["document"])[POLICE] == "delivered"


def test_a22_a_poisoned_bundle_costs_its_own_records_and_writes_nothing_else(pair: Pair, bundle: Path) -> None:
    """Records that name files, are no JSON, or are far too long: listed or not, none leaves a trace outside."""
    held = unpack(bundle.read_bytes())
    good = [record.raw for record in held.records if record.raw is not None]
    poison = [b'{"payloadType":"../../etc/passwd"}', b"\x00" * 1000, b"#!/bin/sh\nrm -rf /\n", b"[" * 100_000]
    contents: dict[str, Any] = {
        "sender": YULIN,
        "audience": POLICE,
        "bundle": uuid(),
        "issued": "2026-04-13T08:30:00.000Z",
        "records": describe([*poison, *good]),
    }
    poisoned = bundle.with_name("autorun.inf;$(touch x).ferry")
    write_bundle(poisoned, [*poison, *good], signed(MANIFEST, contents, [signer_for(YULIN)], None))
    police = pair[1]
    before = {path.relative_to(police.home) for path in police.home.rglob("*")}
    done = taken(police, poisoned)
    assert outcomes(done)[:4] == ["quarantined"] * 4
    assert set(outcomes(done)[4:]) <= {"stored", "frame"}
    assert len(police.ok("inbox")["documents"]) == 1, "what is good in it counts"
    after = {path.relative_to(police.home) for path in police.home.rglob("*")}
    assert {path.name for path in after - before} <= {"hub.sqlite-wal", "hub.sqlite-shm"}


def test_a_look_across_the_gap_is_told_with_the_next_bundle_until_an_answer_comes_back(pair: Pair) -> None:
    zhanjiang, police = pair
    document = zhanjiang.send("assistance_request", POLICE)["document"]
    taken(police, exported(zhanjiang, POLICE))
    liaison = User("liaison", "联络员", "liaison", "0" * 64)
    with police.store().begin() as uow:
        row = uow.messages.find_document(document)[0]
        wanted = Wanted(document, row.matter, row.sender, "assist")
        unmask(uow, wanted, liaison, lasts=timedelta(minutes=15), now=NOW, new_id=new_id, salt=salt)
    lost = exported(police, ZHANJIANG)
    again = exported(police, ZHANJIANG)
    for file in (again, lost):
        assert taken(zhanjiang, file).json["rejected"] == 0
    with zhanjiang.store().begin() as uow:
        assert [(one.member, one.role, one.purpose) for one in uow.looks.of_document(document)] == [
            (POLICE, "liaison", "assist")
        ]
    taken(police, exported(zhanjiang, POLICE))
    with police.store().begin() as uow:
        assert uow.looks.untold(9) == {}
