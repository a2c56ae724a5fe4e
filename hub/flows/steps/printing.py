"""Letters with what stands around them on paper: of a document, of a working paper, of a notice to a unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hub.core.trust import Trust
from hub.flows.ports.office_rows import Paper
from hub.flows.ports.views import CopyView, Step
from hub.flows.rows import MatterRow
from hub.flows.steps.lettering import letter_of_copy, letter_of_paper
from hub.kinds.letter import Letter, Sheet

STEP_TITLES = {
    Step.RECORDED: "已登记",
    Step.SENT: "已发出",
    Step.DELIVERED: "已送达",
    Step.SIGNED: "已签收",
    Step.ACCEPTED: "已受理",
    Step.RETURNED: "已退回",
    Step.FED_BACK: "已反馈",
    Step.REFUSED: "系统拒收",
    Step.HELD: "暂存待识别",
    Step.WITHHELD: "不再发送",
}
"""What people call the rungs of evidence."""

_DEMO = "演示·非真实公文"
_DRAFT = "草稿"
_CHECK = "核对：收发双方的系统按文书编号打开文书，存证编号与此相同的，即为同一份签名文书。"
_NO_SEAL = "系统签名证明来源和内容未改，不代替公章。"


def sheet_of_copy(copy: CopyView, thread: tuple[CopyView, ...], trust: Trust, *, demo: bool) -> Sheet:
    """One copy of a document as its letter; raises ``NotFound`` where its body cannot be read here."""
    row = copy.row
    known = f"存证编号　{row.hash}" if row.hash else "尚未签名发出，没有存证编号"
    proxy = ("本件为代录，以对方纸质件为准。",) if row.kind == "proxy_record" else ()
    return Sheet(
        letter=letter_of_copy(copy, thread, trust, demo=demo),
        issuer=_name(trust, row.sender),
        kind=row.kind,
        at=row.issued,
        identity=(f"文书编号　{row.document}", known, *proxy, *((_CHECK, _NO_SEAL) if row.hash else ())),
        code=f"urn:uuid:{row.document}" + (f"?=sha256={row.hash}" if row.hash else ""),
        water=_DEMO if demo else "",
    )


def sheet_of_paper(
    paper: Paper,
    to: Sequence[str],
    thread: tuple[CopyView, ...],
    trust: Trust,
    own: str,
    now: datetime,
    *,
    demo: bool,
    to_be_sealed: bool = False,
) -> Sheet:
    """A working paper as the letter it will be, marked 草稿 unless it is ``to_be_sealed``.

    Raises ``InvalidInput`` while it is not whole.
    """
    marks = (None if to_be_sealed else _DRAFT, _DEMO if demo else None)
    return Sheet(
        letter=letter_of_paper(paper, to, thread, trust, own, now, demo=demo),
        issuer=_name(trust, own),
        kind=paper.kind,
        at=paper.updated_at,
        identity=(f"文稿编号　{paper.id}（第{paper.version}版）", "本件由文稿生成，签名发出后另有文书编号和存证编号。"),
        code=f"urn:uuid:{paper.id}",
        water="　".join(mark for mark in marks if mark),
    )


def receivers_of(paper: Paper, row: MatterRow | None, own: str) -> tuple[str, ...]:
    """The addressees of a paper; inside a matter, the other side."""
    if paper.to or row is None:
        return paper.to
    return (row.other if row.opener == own else row.opener,)


def sheet_of_notice(letter: Letter, subject: str, at: datetime, *, demo: bool) -> Sheet:
    """案件交办（转办）通知书 of the assignment ``subject``, made ``at``."""
    return Sheet(
        letter=letter,
        issuer=letter.signature,
        kind="case_assignment",
        at=at,
        identity=(f"交办编号　{subject}",),
        code=f"urn:uuid:{subject}",
        water=_DEMO if demo else "",
    )


def _name(trust: Trust, party: str) -> str:
    member = trust.members.get(party)
    return member.name if member else party
