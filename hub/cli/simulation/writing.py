"""The body of every act, written from the matter, the day and chance: one small function per kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from hub.core.ids import BEIJING, sha256
from hub.flows.rows import Part
from schemas.catalogue import TITLES

if TYPE_CHECKING:
    from datetime import datetime

    from hub.cli.simulation.dice import Dice
    from hub.cli.simulation.topics import Topic
    from hub.core.calendar import WorkingCalendar
    from hub.core.trust import Trust
    from hub.flows.ports.views import MatterView
    from hub.flows.rows import MatterRow
    from schemas.wire.roster import Member

Body = dict[str, Any]
SHEET = b"%PDF-1.7\n% simulated sheet, not a real document\n"
PARTY_LAW = "《禁止传销条例》第七条"
SEALED = {
    "case_transfer": "sealed_copy",
    "jurisdiction_escalation": "sealed_copy",
    "supervision_letter": "sealed_copy",
    "jurisdiction_designation": "scan",
    "proxy_record": "scan",
}
"""Kinds that go with a stamped or scanned sheet."""


@dataclass(frozen=True)
class Scene:
    """All a letter may need. ``view`` and ``row`` are of the matter it belongs to, None for one that opens."""

    kind: str
    act: str
    office: Member
    to: str
    now: datetime
    dice: Dice
    trust: Trust
    topic: Topic
    number: int
    calendar: WorkingCalendar
    urgency: str = "normal"
    row: MatterRow | None = None
    view: MatterView | None = None
    about: MatterRow | None = None
    """Another matter it speaks of: the one supervised, the lead sent on."""
    figures: tuple[dict[str, Any], ...] = ()
    """Of the month before, in the order of a report."""

    @property
    def day(self) -> date:
        """Today, +08:00."""
        return self.now.astimezone(BEIJING).date()

    @property
    def today(self) -> str:
        """Today as documents write it."""
        return self.day.isoformat()

    @property
    def city(self) -> str:
        """Where the office is."""
        return self.office.name.partition("市")[0] + "市"

    def later(self, working_days: int) -> str:
        """A working day to come."""
        return self.calendar.add_working_days(self.day, working_days).isoformat()

    def ago(self, days: int) -> str:
        """An earlier civil day."""
        return (self.day - timedelta(days=days)).isoformat()

    def name_of(self, party: str) -> str:
        """Full name of a member, or what an office outside is called here."""
        member = self.trust.members.get(party)
        return member.name if member else "系统外某单位"

    def opening(self) -> Body:
        """Body of the document that opened the matter, as far as this node has it."""
        if self.view is None:
            return {}
        return next((copy.body for copy in self.view.thread if copy.body is not None), {})


Writer = Callable[[Scene], Body]


def write(scene: Scene, writers: dict[str, Writer]) -> tuple[Body, tuple[Part, ...]]:
    """Body and attachments of one act."""
    body: Body = {"classification": "internal", "issue_date": scene.today, **writers[scene.kind](scene)}
    body.setdefault("title", _title(scene))
    body = {name: value for name, value in body.items() if value is not None}
    role = SEALED.get(scene.kind)
    if role is None:
        return body, ()
    content = SHEET + f"% {scene.office.id} {scene.kind} {scene.number}\n".encode()
    part = Part(sha256(content), "application/pdf", content)
    sheet = {
        "name": "盖章件.pdf" if role == "sealed_copy" else "扫描件.pdf",
        "part": part.sha256,
        "size": len(content),
        "media_type": part.media_type,
        "role": role,
    }
    return {**body, "attachments": [sheet]}, (part,)


def doc_no(scene: Scene, word: str) -> str:
    """发文字号 of the office, counted up over all its letters; 字 keeps them apart from what people number by hand."""
    line = {"mr": "市监", "ps": "公", "jm": "联办"}.get(scene.office.system, "")
    return f"{scene.office.short_name[0]}{line}{word}字〔{scene.day.year}〕{scene.number}号"


def _title(scene: Scene) -> str:
    about = scene.row.title.removeprefix("【演示】") if scene.row else scene.topic.scheme
    return f"【演示】{TITLES[scene.kind]}（{about[:60]}）"
