"""Holders with two keys each: a root that lists them takes no file by one algorithm alone (decision 17)."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import pytest

from hub.core.cosigning import Paper, merged, paper_of, pruned, read_paper, standing, with_signature
from hub.core.envelope import Signature, decode, encode
from hub.core.errors import HubError
from hub.core.membership import holder_entry
from hub.core.trust import Trust
from hub.core.trust_files import (
    load,
    load_root,
    next_root,
    read_agreement,
    read_roster,
    succeeding_root,
    succeeding_roster,
)
from schemas.wire.roster import Root
from tests.builders import NOW, KeyPair, build_agreement, build_roster, federation, keypair, root_keys, second_for
from tests.builders_federation import build_root

FED = federation()
FIRSTS = root_keys()
SECONDS = [second_for("holder", number) for number in range(3)]
BOTH = [pen for pair in zip(FIRSTS[:2], SECONDS[:2], strict=True) for pen in pair]
"""Two holders of three, which is enough."""
ONES = FED.trust.root


def listed(seconds: Sequence[KeyPair | None] = SECONDS, firsts: Sequence[KeyPair] = FIRSTS) -> list[dict[str, Any]]:
    pairs = zip(firsts, seconds, strict=True)
    return [holder_entry(one.public, "", other.public if other else None) for one, other in pairs]


def root_of(pens: Sequence[KeyPair] = BOTH, **changes: Any) -> bytes:
    return build_root(signers=pens, **{"keys": listed(), **changes})


def loaded(raw: bytes) -> Root:
    return load_root(raw, decode(raw).hash)


def said(attempt: Any) -> str:
    """The code of the refusal, or ``fine``."""
    try:
        attempt()
    except HubError as error:
        return error.code
    return "fine"


TWOS = loaded(root_of())
ROSTER = build_roster(FED.members, version=2, signers=BOTH)
AGREEMENT = build_agreement(version=2, signers=BOTH)


def with_signatures(raw: bytes, *signatures: Signature) -> bytes:
    found = decode(raw)
    return encode(found.type, found.payload, signatures, None)


def by(raw: bytes, *pens: KeyPair) -> bytes:
    return with_signatures(raw, *(Signature(pen.keyid, pen.sign(decode(raw).signed)) for pen in pens))


def swapped(raw: bytes, other: bytes) -> bytes:
    """The signatures of the second keys are those of another file."""
    first = {one.keyid for one in FIRSTS}
    ours, theirs = decode(raw).signatures, decode(other).signatures
    return with_signatures(
        raw, *(one for one in ours if one.keyid in first), *(one for one in theirs if one.keyid not in first)
    )


def exchanged(raw: bytes) -> bytes:
    """Each holder's second signature under the other's name."""
    a, b, c, d = decode(raw).signatures
    return with_signatures(raw, a, Signature(d.keyid, b.sig), c, Signature(b.keyid, d.sig))


@pytest.mark.parametrize(
    ("what", "raw", "taken"),
    [
        ("both keys of two holders", ROSTER, True),
        ("in another order", by(ROSTER, *BOTH[::-1]), True),
        ("all three", by(ROSTER, *FIRSTS, *SECONDS), True),
        ("stripped of every second one", by(ROSTER, *FIRSTS), False),
        ("stripped of one", by(ROSTER, *BOTH[:3]), False),
        ("second ones alone", by(ROSTER, *SECONDS), False),
        ("the first of one holder, the second of another", by(ROSTER, FIRSTS[0], FIRSTS[1], *SECONDS[1:]), False),
        ("of another file", swapped(ROSTER, build_roster(FED.members, version=3, signers=BOTH)), False),
        ("exchanged", exchanged(ROSTER), False),
        ("by strangers", by(ROSTER, *FIRSTS[:2], second_for("holder", 7), second_for("holder", 8)), False),
        ("one holder twice", by(ROSTER, FIRSTS[0], SECONDS[0], FIRSTS[0], SECONDS[0]), False),
    ],
)
def test_a2_a_roster_counts_by_both_keys_of_enough_holders_and_by_nothing_else(
    what: str, raw: bytes, taken: bool
) -> None:
    assert said(lambda: read_roster([TWOS], raw)) == ("fine" if taken else "stale-trust"), what


def test_an_agreement_and_the_root_itself_count_in_the_same_way() -> None:
    assert said(lambda: read_agreement([TWOS], AGREEMENT)) == "fine"
    assert said(lambda: read_agreement([TWOS], by(AGREEMENT, *FIRSTS))) == "stale-trust"
    assert said(lambda: loaded(root_of(FIRSTS))) == "stale-trust"
    assert said(lambda: read_roster([ONES], ROSTER)) == "fine", "a root without second keys asks for none"


@pytest.mark.parametrize(
    ("present", "following", "pens", "taken"),
    [
        (ONES, listed(), BOTH, True),
        (ONES, listed(), FIRSTS, False),
        (TWOS, listed(SECONDS, FIRSTS[::-1]), BOTH, False),
        (TWOS, listed([None] * 3), BOTH, True),
        (TWOS, listed([None] * 3), FIRSTS, False),
    ],
    ids=["taken up", "taken up by one key alone", "pairs exchanged", "given up", "given up by one key alone"],
)
def test_second_keys_come_and_go_by_the_old_and_the_new_holders_with_all_their_keys(
    present: Root, following: list[dict[str, Any]], pens: list[KeyPair], taken: bool
) -> None:
    raw = root_of(pens, keys=following, version=2)
    assert said(lambda: next_root(present, raw)) == ("fine" if taken else "stale-trust")


def test_a_node_that_took_up_such_a_root_takes_no_roster_by_one_key_any_more() -> None:
    trust = succeeding_root(FED.trust, root_of(version=2))
    assert trust is not None

    def offer(pens: Sequence[KeyPair], version: int) -> Trust | None:
        raw = build_roster(FED.members, version=version, agreement=FED.agreement_raw, signers=pens)
        return succeeding_roster(trust, raw, {}.get, NOW)

    assert said(lambda: offer(FIRSTS, 2)) == "stale-trust"
    taken = offer(BOTH, 2)
    assert taken is not None
    assert (taken.roster.version, taken.agreement_raw) == (2, FED.agreement_raw), "what was pinned stays"
    again = load(taken.root_raw, taken.roster_raw, taken.agreement_raw, decode(taken.root_raw).hash, roots=taken.roots)
    assert again.roster == taken.roster


def odd_bits(text: str) -> str:
    """The same bytes in base64 whose unused bits are not zero."""
    return text[:-2] + chr(ord(text[-2]) + 1) + "="


WEAK = SECONDS[0].public[:32] + bytes(1920)


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        (listed([*SECONDS[:2], None]), "stale-trust"),
        (listed([SECONDS[0], SECONDS[1], SECONDS[1]]), "stale-trust"),
        ([*listed()[:2], {**listed()[2], "second": b64encode(WEAK).decode()}], "weak-key"),
        ([*listed()[:2], {**listed()[2], "second": listed()[2]["public"]}], "weak-key"),
        ([*listed()[:2], {**listed()[2], "second": odd_bits(listed()[2]["second"])}], "weak-key"),
        ([*listed()[:2], {**listed()[2], "id": SECONDS[2].keyid}], "stale-trust"),
    ],
    ids=["only some", "one twice", "anybody's", "of the other algorithm", "another spelling", "named by the second"],
)
def test_a1_b37_a_root_with_bad_second_keys_is_refused(keys: list[dict[str, Any]], code: str) -> None:
    assert said(lambda: loaded(root_of([*BOTH, FIRSTS[2], SECONDS[2]], keys=keys))) == code


def test_who_signed_by_one_key_only_has_not_signed_yet() -> None:
    paper = read_paper(json.dumps(json.loads(decode(ROSTER).payload)).encode())
    one = with_signature(paper, FIRSTS[0])
    assert [key.id for key in standing(TWOS, one).missing] == [key.keyid for key in FIRSTS]
    both = with_signature(one, SECONDS[0])
    assert [key.id for key in standing(TWOS, both).signed] == [FIRSTS[0].keyid]
    whole = merged([both, with_signature(with_signature(paper, SECONDS[1]), FIRSTS[1])])
    assert (standing(TWOS, whole).enough, len(whole.signatures)) == (True, 4)
    stranger = Paper(whole.type, whole.payload, whole.content, (*whole.signatures, Signature("f" * 16, b"x" * 3309)))
    assert pruned(stranger, [TWOS]).signatures == whole.signatures
    assert said(lambda: read_roster([TWOS], pruned(stranger, [TWOS]).raw())) == "fine"


def test_files_without_second_signatures_are_written_as_every_version_reads_them() -> None:
    assert b"second" not in paper_of(ONES).payload + paper_of(FED.trust.roster).payload
    assert json.loads(paper_of(TWOS).payload)["keys"][0]["second"] == b64encode(SECONDS[0].public).decode()
    assert keypair(1).keyid == FIRSTS[0].keyid
