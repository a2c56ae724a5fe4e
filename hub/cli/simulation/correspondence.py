"""Writing and sending in a simulation, and the diary of what the nodes refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from hub.cli.simulation.deciding import Clerk
from hub.cli.simulation.federation import outside_of
from hub.cli.simulation.habits import OUTSIDE_SHARE
from hub.cli.simulation.passing import WRITERS
from hub.cli.simulation.topics import topics
from hub.cli.simulation.writing import Scene, write
from hub.core.calendar import ONE_DAY
from hub.core.errors import Refused
from hub.core.ids import ALL, BEIJING
from hub.core.reporting import report_body
from hub.flows.send import Request
from hub.kinds.registry import LATEST

if TYPE_CHECKING:
    from hub.cli.simulation.federation import Federation, Post
    from hub.core.trust import Trust
    from hub.flows.rows import MatterRow


@dataclass
class Diary:
    """What the offices did for reasons a node cannot know; the explanations of late matters come from here."""

    refused: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    """Day, office, matter, act and reason of what a node refused."""
    missed: list[tuple[str, str]] = field(default_factory=list)
    """Day and office of a carriage that did not take place."""
    supervised: dict[str, str] = field(default_factory=dict)
    """Late matter -> day of its supervision letter."""
    documents: int = 0
    used: dict[str, int] = field(default_factory=dict)
    """Kind/act -> how often."""


class Correspondence:
    """Sends for every office, each with its own clerk."""

    def __init__(self, federation: Federation, seed: int) -> None:
        """A clerk for each post; its place in the roster gives its temper."""
        self.federation = federation
        self.trust: Trust = federation.trust
        self.diary = Diary()
        self.clerks = {post.id: Clerk(post, place, seed) for place, post in enumerate(federation)}

    def addressee(self, post: Post, kind: str, about: MatterRow | None) -> str | None:
        """Everybody where the kind may go to everybody, else one of those the agreement allows."""
        dice, sort = self.clerks[post.id].dice, LATEST[kind].audience
        if sort != "one" and self.trust.may_send(kind, post.id, ALL):
            return ALL
        if sort == "all":
            return None
        outside = outside_of(post.id)
        if kind == "assistance_request" and dice.chance(OUTSIDE_SHARE) and self.trust.may_send(kind, post.id, outside):
            return outside
        avoid = {post.id, about.other if about else ""}
        found = [
            other.id
            for other in self.federation
            if other.id not in avoid and other.member.system != "jm" and self.trust.may_send(kind, post.id, other.id)
        ]
        return dice.one_of(found) if found else None

    def send(
        self,
        post: Post,
        kind: str,
        act: str,
        to: str,
        *,
        urgency: str = "normal",
        row: MatterRow | None = None,
        about: MatterRow | None = None,
    ) -> bool:
        """Write and send; a refusal is written down, for some of them explain why a matter became late."""
        clerk = self.clerks[post.id]
        scene = Scene(
            kind=kind,
            act=act,
            office=post.member,
            to=to,
            now=self.federation.now,
            dice=clerk.dice,
            trust=self.trust,
            topic=clerk.dice.one_of(topics()),
            number=clerk.count(),
            calendar=clerk.calendar,
            urgency=urgency,
            row=row,
            view=post.views.matter(row.id) if row else None,
            about=about,
            figures=self._figures(post) if kind == "statistic_report" else (),
        )
        body, parts = write(scene, WRITERS)
        replaces = row.document if row is not None and LATEST[kind].replaces and kind == row.kind else None
        where: dict[str, object] = {"matter": row.id, "replaces": replaces} if row else {"to": (to,)}
        try:
            self.federation.send(post, Request(kind, body, urgency=urgency, parts=parts, **where))  # type: ignore[arg-type]
        except Refused as no:
            name = row.id if row else ""
            today = self.federation.now.astimezone(BEIJING).date().isoformat()
            self.diary.refused.append((today, post.id, name, f"{kind}/{act}", no.detail))
            return False
        self.diary.documents += 1
        self.diary.used[f"{kind}/{act}"] = self.diary.used.get(f"{kind}/{act}", 0) + 1
        return True

    def _figures(self, post: Post) -> tuple[dict[str, Any], ...]:
        """Of the month before, as the office itself counts it."""
        span = _last_month(self.federation.now.astimezone(BEIJING).date())
        found = post.views.statistics(*span, now=self.federation.now)
        return tuple(report_body(post.id, found, "")["figures"])


def _last_month(day: date) -> tuple[date, date]:
    last = day.replace(day=1)
    return (last - ONE_DAY).replace(day=1), last
