"""用印 for pages and command line alike: a paper's letter as it is to be sealed, and taking back what came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hub.core.errors import Refused
from hub.core.seals import Returned
from hub.flows import sealing
from hub.flows.drafting import Act, save
from hub.flows.ports import NewId, Salt, Store
from hub.flows.ports.office_rows import Paper
from hub.flows.ports.press import Press
from hub.flows.ports.sealing import Sealing
from hub.flows.ports.views import Views
from hub.flows.steps.printing import receivers_of, sheet_of_paper

AT_ONCE = 50
"""So many files are taken back by one request."""


class Parts(Protocol):
    """What a node brings along, whether it serves pages or obeys a command."""

    @property
    def store(self) -> Store: ...  # noqa: D102
    @property
    def clock(self) -> Callable[[], datetime]: ...  # noqa: D102
    @property
    def new_id(self) -> NewId: ...  # noqa: D102
    @property
    def salt(self) -> Salt: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file that came back."""

    file: str
    good: bool
    said: str
    kept: str
    """Where it lies now, for people."""
    paper: str | None = None


def collect(node: Parts, system: Sealing, who: str) -> list[Taken]:
    """Take back what came; one transaction for each file, so that a wrong one holds up no other."""
    return [_one(node, system, back, who) for back in system.collect(AT_ONCE)]


def letter(views: Views, press: Press, paper: Paper, own: str, now: datetime, *, demo: bool) -> bytes:
    """The paper as it is to be sealed, without 草稿 across it; raises ``InvalidInput`` while it is not whole."""
    found = views.matter(paper.matter) if paper.matter else None
    sheet = sheet_of_paper(
        *(paper, receivers_of(paper, found.row if found else None, own), found.thread if found else ()),
        *(views.trust(), own, now),
        demo=demo,
        to_be_sealed=True,
    )
    return press.pdf(sheet)


def _one(node: Parts, system: Sealing, back: Returned, who: str) -> Taken:
    now = node.clock()
    try:
        with node.store.begin() as uow:
            found, paper = sealing.take_back(
                *(uow, back, lambda uow, draft, user: save(uow, draft, Act(user, now, node.salt), node.new_id)),
                now=now,
                salt=node.salt,
            )
    except Refused as error:
        with node.store.begin() as uow:
            sealing.laid_aside(uow, back, error.detail, who=who, now=now, salt=node.salt)
        return Taken(back.name, good=False, said=error.detail, kept=system.refuse(back.tag, error.detail))
    where = f"已附到文稿 {paper.id}（第{paper.version}版）" if paper else "已收"
    how = "" if found.keeps_original else "；盖章系统重新生成了文件，请人工核对内容"
    kept = system.settle(back.tag)
    return Taken(back.name, good=True, said=where + how, kept=kept, paper=paper.id if paper else None)
