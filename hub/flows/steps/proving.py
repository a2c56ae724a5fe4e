"""Makes an evidence file 存证核验包 and its cover of what the store keeps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from hub.core.envelope import dump
from hub.core.errors import NotFound
from hub.core.evidence import Part, assemble, leaf_part
from hub.core.ids import ALL, BEIJING, sha256, wire_time
from hub.core.trust import Trust
from hub.flows.ports.proving import Papers
from hub.flows.ports.views import CopyView, Views
from hub.flows.steps.printing import STEP_TITLES
from hub.kinds.letter import Letter, Sheet, Table

_NO_PROOF = "本件供阅读；证明以核验包内的签名和核验结果为准。系统签名证明来源和内容未改，不代替公章。"


def evidence_file(papers: Papers, *, about: str, member: str, now: datetime, content: bool, people: bool) -> bytes:
    """The file. ``content``: with opened bodies; ``people``: with who did it, as far as that is not erased."""
    return assemble(_parts(papers, about, member, now, content=content, people=people))


def _parts(papers: Papers, about: str, member: str, now: datetime, *, content: bool, people: bool) -> Iterator[Part]:
    yield "about/file", dump({"about": about, "made_by": member, "made_at": wire_time(now)})
    for kind, files in (("root", papers.roots), ("agreement", papers.agreements), ("roster", papers.rosters)):
        for digest, raw in files:
            yield f"{kind}/{digest}", raw
    yield from ((f"message/{digest}", raw) for digest, raw, _ in papers.messages)
    if content:
        yield from ((f"opened/{digest}", opened) for digest, _, opened in papers.messages if opened is not None)
    yield from ((f"receipts/{digest}", raw) for digest, raw in papers.receipts)
    if papers.checkpoint is not None:
        yield "checkpoint/newest", papers.checkpoint
        for one in papers.leaves:
            yield leaf_part(one.position, one.data, one.proof, one.leaf if people else None)


def cover(
    file: bytes | None, papers: Papers, copies: Sequence[CopyView], trust: Trust, own: str, now: datetime, *, demo: bool
) -> Sheet:
    """The readable sheet: who sent what to whom when, how far it came, and how to check it.

    ``file``: the one it lies beside, named by its digest; None where each is fetched apart and no digest could be true.
    """
    logged = f"{len(papers.leaves)} 条记录在存证点之内" if papers.checkpoint else "尚无存证点"
    waiting = f"，另有 {papers.waiting} 条尚未进入存证点" if papers.waiting else ""
    inside = f"包内有文书 {len(papers.messages)} 份、系统回执 {len(papers.receipts)} 份，审计日志{logged}{waiting}。"
    known = f"长 {len(file)} 字节，SHA-256 为 {sha256(file)}" if file else "SHA-256 以导出时审计日志所记为准"
    checking = (
        ("核验包", known),
        ("根文件指纹", f"{trust_anchor(papers)}（应与联席会议以纸质文件公布的一致）"),
        ("核验办法", "在装有 Python 和 cryptography 的计算机上执行 python3 verify.py 核验包 --root 指纹；不需联网"),
    )
    letter = Letter(
        title="电子文书存证核验说明",
        doc_no="",
        main_to="",
        paragraphs=(f"随本件附存证核验包一份。{inside}", _NO_PROOF),
        tables=(
            Table("核验", ("项目", "内容"), checking),
            Table("文书", ("序号", "标题", "发件、收件单位", "签名时间", "存证编号"), tuple(_listed(copies, trust))),
            Table("进度", ("序号", "单位", "进度", "时间", "依据"), tuple(_rungs(copies, trust))),
        ),
        attachments=(),
        signature=trust.name_of(own),
        date=f"{now.astimezone(BEIJING):%Y年}{now.astimezone(BEIJING).month}月{now.astimezone(BEIJING).day}日",
        note="",
        marks=(),
    )
    identity = (f"核验包 SHA-256　{sha256(file)}",) if file else ()
    water = "演示·非真实公文" if demo else ""
    return Sheet(letter, trust.name_of(own), "evidence", now, identity, f"sha256:{sha256(file)}" if file else "", water)


def copies_of(views: Views, wanted: str) -> tuple[CopyView, ...]:
    """The copies of a document, or of all documents of a matter."""
    try:
        return views.document(wanted).copies
    except NotFound:
        return views.matter(wanted).thread


def trust_anchor(papers: Papers) -> str:
    """Fingerprint of the oldest root file in the papers: what a reader pins."""
    return papers.roots[0][0]


def _listed(copies: Sequence[CopyView], trust: Trust) -> Iterator[tuple[str, ...]]:
    for number, copy in enumerate(copies, 1):
        row = copy.row
        to = "各成员单位" if row.audience == ALL else trust.name_of(row.audience)
        signed = _moment(copy.sealed) if copy.sealed else "尚未签名"
        yield str(number), row.title, f"{trust.name_of(row.sender)} 致 {to}", signed, row.hash or "无"


def _rungs(copies: Sequence[CopyView], trust: Trust) -> Iterator[tuple[str, ...]]:
    for number, copy in enumerate(copies, 1):
        for way in copy.progress:
            for rung in way.rungs:
                at = _moment(rung.at) if rung.at else ""
                yield str(number), trust.name_of(way.member), STEP_TITLES[rung.step], at, (rung.proof or "")[:16]


def _moment(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
