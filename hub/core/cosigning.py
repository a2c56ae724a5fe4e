"""Signing the federation's files by holders who sit apart: each adds one signature, the signatures are put together.

A signature covers the content alone, so partial files of several holders merge in any order, and adding one changes
neither the file's hash nor what refers to it (DESIGN D5).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from hub.core import ijson
from hub.core.envelope import (
    AGREEMENT,
    MAX_PAYLOAD,
    ROOT,
    ROSTER,
    Envelope,
    Signature,
    decode,
    dump,
    encode,
    pae,
    parse,
)
from hub.core.errors import InvalidInput, Malformed, StaleTrust
from hub.core.trust_files import check_root, check_roster, good_keys, signers
from schemas.wire.agreement import Agreement
from schemas.wire.roster import Root, RootKey, Roster

MOST_SIGNATURES = 8
"""Signatures of one file: what an envelope holds."""

Content = Root | Roster | Agreement
_MODELS: dict[str, tuple[str, type[Content]]] = {
    "root": (ROOT, Root),
    "roster": (ROSTER, Roster),
    "agreement": (AGREEMENT, Agreement),
}


class Pen(Protocol):
    """A key that can sign."""

    @property
    def keyid(self) -> str: ...  # noqa: D102 - as in ``Signature``

    def sign(self, data: bytes) -> bytes: ...  # noqa: D102 - Ed25519 over ``data``


@dataclass(frozen=True, slots=True)
class Paper:
    """One of the three files, with the signatures it has so far; ``type`` as in the envelope."""

    type: str
    payload: bytes
    content: Content
    signatures: tuple[Signature, ...] = ()

    @property
    def hash(self) -> str:
        """What the roster pins of an agreement, and people compare of a root: the same however many have signed."""
        return self.envelope.hash

    @property
    def envelope(self) -> Envelope:
        """As if it were signed already."""
        return Envelope(self.type, self.payload, self.signatures, None, b"")

    def raw(self) -> bytes:
        """The wire form; raises :class:`InvalidInput` before the first signature."""
        if not self.signatures:
            raise InvalidInput("文件还没有任何签名", field="file", advice="请先用 hub roster sign 签名。")
        return encode(self.type, self.payload, self.signatures, None)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the signing under one root has come."""

    root: Root
    signed: tuple[RootKey, ...]
    missing: tuple[RootKey, ...]

    @property
    def enough(self) -> bool:
        """Whether the threshold is reached."""
        return len(self.signed) >= self.root.threshold


def read_paper(data: bytes) -> Paper:
    """A root, roster or agreement, plain JSON or signed; its content is checked, its signatures are not.

    Plain content is written compactly with its fields in the order of the file, so that every holder who was given the
    same file signs the same bytes. Raises a ``Rejected`` for what cannot be read.
    """
    if b'"payloadType"' in data[:64]:
        envelope = decode(data)
        payload, signatures = envelope.payload, envelope.signatures
    else:
        payload, signatures = dump(_object(data)), ()
    named = str(_object(payload).get("type"))
    if named not in _MODELS:
        raise Malformed("既不是根文件、成员名册，也不是协作协议", field="type")
    kind, model = _MODELS[named]
    if signatures and envelope.type != kind:
        raise Malformed("信封类型与内容不符", field="payloadType")
    content: Content = parse(model, payload)
    if isinstance(content, Roster):
        check_roster(content)
    elif isinstance(content, Root):
        check_root(content)
    return Paper(kind, payload, content, signatures)


def paper_of(content: Content) -> Paper:
    """An unsigned file of this content."""
    value = json.loads(content.model_dump_json())
    # What is not asked for is not written: files without second signatures stay as every version reads them.
    for one in (value, *value.get("keys", ())):
        for name in [name for name in ("second", "second_signature") if one.get(name, "") is None]:
            del one[name]
    return read_paper(dump(value))


def with_signature(paper: Paper, pen: Pen) -> Paper:
    """The same file with the signature of ``pen``, in the place of an earlier one by the same key."""
    own = Signature(pen.keyid, pen.sign(pae(paper.type, paper.payload)))
    return _signed(paper, [*(one for one in paper.signatures if one.keyid != pen.keyid), own])


def merged(papers: Sequence[Paper]) -> Paper:
    """All signatures of several partial files; raises :class:`StaleTrust` when they are not of one content."""
    first = papers[0]
    if any(one.hash != first.hash for one in papers):
        raise StaleTrust("这些文件的内容不同，签名不能合并", field="file", advice="请让各签署人对同一份文件签名。")
    found = {(one.keyid, one.sig): one for paper in papers for one in paper.signatures}
    return _signed(first, list(found.values()))


def standing(root: Root, paper: Paper) -> Standing:
    """Who of ``root`` has signed (each holder once, only what verifies) and who has not."""
    good = set(signers(root, paper.envelope))
    done = tuple(key for key in root.keys if key.id in good)
    return Standing(root, done, tuple(key for key in root.keys if key.id not in good))


def pruned(paper: Paper, roots: Iterable[Root]) -> Paper:
    """Without signatures that none of ``roots`` knows or that do not verify."""
    good = {keyid for root in roots for keyid in good_keys(root, paper.envelope)}
    kept = {one.keyid: one for one in paper.signatures if one.keyid in good}
    return Paper(paper.type, paper.payload, paper.content, tuple(kept.values()))


def signed_by(content: Content, pens: Iterable[Pen]) -> Paper:
    """A file of this content signed by all of ``pens`` at one desk: where it begins, or is only played."""
    paper = paper_of(content)
    for pen in pens:
        paper = with_signature(paper, pen)
    return paper


def _signed(paper: Paper, signatures: list[Signature]) -> Paper:
    if len(signatures) > MOST_SIGNATURES:
        raise InvalidInput(
            f"一份文件最多 {MOST_SIGNATURES} 个签名", field="file", advice="请只合并达到门限所需的签名。"
        )
    return Paper(paper.type, paper.payload, paper.content, tuple(signatures))


def _object(data: bytes) -> dict[str, object]:
    value = ijson.loads(data, limit=2 * MAX_PAYLOAD)
    if not isinstance(value, dict):
        raise Malformed("文件应为一个 JSON 对象")
    return value
