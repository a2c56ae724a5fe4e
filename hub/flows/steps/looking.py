"""Between whoever looked at personal data and the office whose document it stands in: told until it was heard.

Two control frames. The one that looked says which document, when, in which role and for what purpose, never who: the
name stands in its own audit log. The owner records each look once and says so; what it has not said it heard of is
told again. An answer is given to what was told and to nothing else, so the two cannot keep each other busy.
"""

from __future__ import annotations

from hub.core import envelope as wire
from hub.core.audit import leaf
from hub.core.inspection import moment
from hub.flows.ports.looks import PeerLook
from hub.flows.steps.framing import Work
from schemas.wire.frames import Looks, LooksHeard

LOOKING: dict[str, type[Looks | LooksHeard]] = {wire.LOOKS: Looks, wire.LOOKS_HEARD: LooksHeard}
"""Payload type -> what is read of it."""


def take_looking(work: Work, frame: Looks | LooksHeard) -> None:
    """One frame of either."""
    if isinstance(frame, Looks):
        _take_looks(work, frame)
    else:
        _take_heard(work, frame)


def _take_looks(work: Work, frame: Looks) -> None:
    """A peer looked into documents of ours: record what is new, say what is recorded.

    Of a document that we never sent it nothing is recorded, and nothing said: after a restore it may come back yet.
    """
    work.seen(frame.sender)
    ours = {document for document in {one.document for one in frame.looks} if _sent(work, document, frame.sender)}
    known = [one for one in frame.looks if one.document in ours]
    for one in known:
        look = PeerLook(frame.sender, one.id, one.document, one.role, one.purpose, moment(one.at, "at"), work.now)
        if work.uow.looks.told([look]):
            facts = {"role": one.role, "use": one.purpose, "looked_at": one.at}
            work.leaves.append(leaf("peer-look", one.document, frame.sender, work.now, work.salt(), **facts))
    if known:
        work.send(wire.LOOKS_HEARD, frame.sender, {"looks": [one.id for one in known]})


def _take_heard(work: Work, frame: LooksHeard) -> None:
    """The owner knows of these looks of ours."""
    work.seen(frame.sender)
    heard = work.uow.looks.heard(frame.sender, frame.looks, work.now)
    if heard:
        work.leaves.append(leaf("look-heard", frame.sender, frame.sender, work.now, work.salt(), count=heard))


def _sent(work: Work, document: str, member: str) -> bool:
    """Whether this member is, or was, to get a document of ours."""
    mine = [one.hash for one in work.uow.messages.find_document(document) if one.sender == work.uow.member]
    return bool(mine) and bool(work.uow.deliveries.known(member, mine))
