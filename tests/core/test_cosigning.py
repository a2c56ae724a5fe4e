"""Holders who sit apart sign one file: what is read, put together, counted and cut."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hub.core import cosigning
from hub.core.cosigning import MOST_SIGNATURES, merged, pruned, read_paper, standing, with_signature
from hub.core.envelope import AGREEMENT, ROOT, ROSTER, decode, dump
from hub.core.errors import InvalidInput, Malformed, StaleTrust
from tests.builders import build_agreement, federation, keypair, root_keys, signed
from tests.builders_federation import build_root

FED = federation()
HOLDERS = root_keys()
"""Three, two of whom are enough."""


def content(raw: bytes, **changes: Any) -> dict[str, Any]:
    return {**json.loads(decode(raw).payload), **changes}


ROOT_FILE = content(FED.root_raw)
PLAIN = read_paper(dump(content(FED.roster_raw)))
HEAD = FED.trust.root


def test_every_holder_signs_the_same_bytes_and_the_signatures_come_together_in_any_order() -> None:
    parts = [with_signature(PLAIN, holder) for holder in HOLDERS[:2]]
    for order in (parts, parts[::-1]):
        whole = merged(order)
        assert (whole.hash, standing(HEAD, whole).enough) == (PLAIN.hash, True)
        assert {key.id for key in standing(HEAD, whole).signed} == {holder.keyid for holder in HOLDERS[:2]}
        assert read_paper(whole.raw()) == whole
    assert not standing(HEAD, parts[0]).enough
    assert [key.id for key in standing(HEAD, PLAIN).missing] == [holder.keyid for holder in HOLDERS]
    assert len(with_signature(parts[0], HOLDERS[0]).signatures) == 1, "who signs twice signs once"


def test_signatures_of_two_contents_are_not_put_together() -> None:
    other = read_paper(dump(content(FED.roster_raw, version=2)))
    with pytest.raises(StaleTrust, match="内容不同"):
        merged([with_signature(PLAIN, HOLDERS[0]), with_signature(other, HOLDERS[1])])


def test_a_file_is_cut_down_to_the_signatures_that_verify_under_some_root() -> None:
    whole = merged([with_signature(PLAIN, one) for one in (HOLDERS[0], keypair(700))])
    false = cosigning.Signature(HOLDERS[1].keyid, b"x" * 64)
    paper = cosigning.Paper(whole.type, whole.payload, whole.content, (*whole.signatures, false))
    assert [one.keyid for one in pruned(paper, [HEAD]).signatures] == [HOLDERS[0].keyid]
    assert pruned(PLAIN, [HEAD]).signatures == ()


def test_b36_more_signatures_than_an_envelope_holds_are_refused() -> None:
    most = [with_signature(PLAIN, keypair(700 + number)) for number in range(MOST_SIGNATURES)]
    assert len(merged(most).signatures) == MOST_SIGNATURES
    with pytest.raises(InvalidInput, match="最多"):
        merged([*most, with_signature(PLAIN, keypair(800))])


def test_what_nobody_signed_has_no_wire_form() -> None:
    with pytest.raises(InvalidInput, match="还没有任何签名"):
        PLAIN.raw()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (dump({"type": "message"}), "既不是"),
        (b"[]", "应为一个 JSON 对象"),
        (signed(AGREEMENT, content(FED.roster_raw), HOLDERS, None), "信封类型与内容不符"),
        (signed(ROSTER, ROOT_FILE, HOLDERS, None), "信封类型与内容不符"),
    ],
)
def test_what_is_none_of_the_three_files_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(Malformed, match=said):
        read_paper(data)


def test_a_holder_is_given_no_weak_root_nor_roster_to_sign() -> None:
    with pytest.raises(StaleTrust, match="门限"):
        read_paper(build_root(threshold=4))
    twice = content(FED.roster_raw)
    twice["members"].append(twice["members"][0])
    with pytest.raises(StaleTrust, match="重复的成员"):
        read_paper(dump(twice))


def test_an_agreement_is_signed_in_the_same_way() -> None:
    paper = read_paper(dump(content(build_agreement())))
    done = merged([with_signature(paper, holder) for holder in HOLDERS])
    assert (paper.type, standing(HEAD, done).enough, decode(done.raw()).type) == (AGREEMENT, True, AGREEMENT)
    assert read_paper(build_root()).type == ROOT
