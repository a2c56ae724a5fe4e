"""Putting a newer root, roster or agreement in force, whoever brought it, and handing ours on (DESIGN D5).

The order of a change is root, agreement, roster: a roster is read under the root in force and takes the agreement it
pins from those kept for it. Whatever comes in another order is refused, and comes again with the next heads.
"""

from __future__ import annotations

from datetime import datetime

from hub.core import envelope as wire
from hub.core.audit import Leaf, leaf
from hub.core.envelope import Envelope
from hub.core.trust import Trust
from hub.core.trust_files import succeeding_root, succeeding_roster, with_earlier
from hub.flows.ports import Salt, UnitOfWork
from hub.flows.rows import Frame
from hub.flows.steps.joining import welcome


def take_file(uow: UnitOfWork, trust: Trust, envelope: Envelope, now: datetime) -> Trust | None:
    """Act on one signed file; returns the trust now in force if it changed. Raises a ``Rejected`` for an attack.

    An agreement changes nothing yet: it is kept until a roster refers to it. An earlier one that this node slept
    through is kept for the matters that began under it, and they are counted again.
    """
    raw = envelope.raw
    if envelope.type == wire.AGREEMENT:
        if envelope.hash == trust.roster.agreement.sha256:
            return None
        known = with_earlier(trust, raw)
        if known is None:
            uow.trusts.propose(envelope.hash, raw)
            return None
        uow.trusts.replace(known)
        uow.notes.begin_recount(trust.agreement.version)
        return known
    if envelope.type == wire.ROOT:
        newer = succeeding_root(trust, raw)
    else:
        newer = succeeding_roster(trust, raw, uow.trusts.proposed, now)
    if newer is not None:
        uow.trusts.replace(newer)
        if envelope.type == wire.ROSTER:
            uow.notes.begin_recount(trust.agreement.version)
            welcome(uow, trust, newer, now)
    return newer


def taken_leaf(trust: Trust, kind: str, actor: str, now: datetime, salt: Salt) -> Leaf:
    """The leaf of a root or roster that came into force, or of an earlier agreement that came to be known."""
    if kind == wire.AGREEMENT:
        return leaf("agreement", wire.decode(trust.earlier[-1]).hash, actor, now, salt(), known=len(trust.earlier))
    if kind == wire.ROOT:
        return leaf("root", wire.decode(trust.root_raw).hash, actor, now, salt(), version=trust.root.version)
    facts = {"version": trust.roster.version, "agreement": trust.agreement.version}
    return leaf("roster", wire.decode(trust.roster_raw).hash, actor, now, salt(), **facts)


def files_for(trust: Trust, sender: str, member: str, now: datetime) -> list[Frame]:
    """Root files after the first, agreement, roster and earlier agreements as signed, in the order they are taken."""
    # Every node was made with some root; the first one is news to nobody.
    roots = [*trust.roots, trust.root_raw] if trust.root.version > 1 else []
    files = [
        *((wire.ROOT, raw) for raw in roots),
        (wire.AGREEMENT, trust.agreement_raw),
        (wire.ROSTER, trust.roster_raw),
        *((wire.AGREEMENT, raw) for raw in trust.earlier),
    ]
    return [
        Frame(f"{wire.decode(raw).hash}:{member}", kind, sender, member, raw, now, pending=True, keep=False)
        for kind, raw in files
    ]
