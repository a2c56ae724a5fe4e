"""What every scene of the scripted day works with: sending as a client would, and waiting until it shows elsewhere."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from adapters.contract import ApiRefused, Attachment, DocumentCopy, MatterLine, Recorded
from deploy.demo.fleet import Fleet
from deploy.demo.offices import Office
from deploy.demo.waiting import StepFailed, expect, until

DUE_AT_BEIHAI, DUE_AT_ZHANJIANG = "2026-05-09", "2026-05-07"
"""Fifteen working days from 2026-04-13, with 三月三 and the make-up Saturday, and without."""


class Day:
    """The nodes, and the acts of the people at them."""

    def __init__(self, fleet: Fleet, say: Callable[[str], None]) -> None:
        """``say`` prints a line of progress."""
        self.fleet = fleet
        self.say = say
        self._keys = (f"day-{number}" for number in itertools.count(1))

    def send(
        self,
        sender: Office,
        kind: str,
        body: Mapping[str, Any],
        *,
        to: Sequence[Office | str] = (),
        matter: str | None = None,
        attachments: Sequence[Attachment] = (),
        replaces: str | None = None,
    ) -> Recorded:
        """One document, recorded at the sender's node through its API."""
        names = [one if isinstance(one, str) else one.id for one in to]
        api = self.fleet[sender].api
        more = {"replaces": replaces} if replaces else {}
        return api.send(kind, body, key=next(self._keys), to=names, matter=matter, attachments=attachments, **more)

    def act(
        self, sender: Office, matter: str, kind: str, body: Mapping[str, Any], replaces: str | None = None
    ) -> Recorded:
        """One document inside a matter the sender has."""
        return self.send(sender, kind, body, matter=matter, replaces=replaces)

    def copy(self, office: Office, document: str) -> DocumentCopy | None:
        """The office's copy of a document, if it has one."""
        try:
            return self.fleet[office].api.document(document)["copies"][0]
        except ApiRefused as refusal:
            if refusal.code != "not-found":
                raise
            return None

    def arrived(self, office: Office, sent: Recorded) -> DocumentCopy:
        """Wait until the office has recorded it."""

        def stored() -> DocumentCopy | None:
            found = self.copy(office, sent["document"])
            return found if found is not None and found["status"] == "stored" else None

        return until(f"{office.short}收到{sent['kind']}", stored)

    def matter(self, office: Office, matter: str) -> MatterLine | None:
        """The matter as the office sees it, if it does."""
        try:
            return self.fleet[office].api.matter(matter)["matter"]
        except ApiRefused as refusal:
            if refusal.code != "not-found":
                raise
            return None

    def reached(self, office: Office, matter: str, state: str) -> MatterLine:
        """Wait until the office sees the matter in a state."""

        def there() -> MatterLine | None:
            found = self.matter(office, matter)
            return found if found is not None and found["state"] == state else None

        return until(f"{office.short}的事项到达“{state}”", there)

    def agree(self, matter: str, state: str, first: Office, second: Office) -> MatterLine:
        """Both ends see the same state, the same clock and the same due date."""
        here, there = self.reached(first, matter, state), self.reached(second, matter, state)
        for name in ("due_strict", "due_effective", "clock", "start", "calendar", "rule"):
            same = here.get(name) == there.get(name)
            expect(same, f"{first.short}与{second.short}的 {name} 不同：{here.get(name)} / {there.get(name)}")
        return here

    def step_of(self, sender: Office, sent: Recorded, member: Office) -> str:
        """The rung one addressee's copy has reached, as the sender knows it."""
        copies = self.fleet[sender].api.document(sent["document"])["copies"]
        steps = [way["step"] for one in copies for way in one["progress"] if way["member"] == member.id]
        return steps[0] if steps else "recorded"

    def on_the_wire(self, sender: Office, sent: Recorded, member: Office) -> None:
        """Wait until it has left the sender."""
        until(f"{sender.short}发出", lambda: self.step_of(sender, sent, member) != "recorded")

    def later(self) -> None:
        """A minute passes: at every node it is time to compare heads again."""
        self.fleet.forward(timedelta(minutes=1))


def refused(code: str, attempt: Callable[[], object]) -> ApiRefused:
    """The attempt must be refused, with a problem document of this code."""
    try:
        attempt()
    except ApiRefused as refusal:
        expect(refusal.code == code, f"应以 {code} 拒绝，实为 {refusal}")
        return refusal
    raise StepFailed(f"应以 {code} 拒绝，却被接受")
