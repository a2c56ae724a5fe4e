"""Signed files a person brings to the node: newer root, agreement and roster, in force here and on their way (D5).

Unlike a file that a peer hands on, an older one is refused with a word: whoever installs wants to know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.core import envelope as wire
from hub.core.envelope import Envelope
from hub.core.errors import StaleTrust, WrongPurpose
from hub.core.ids import milliseconds
from hub.core.trust import Trust
from hub.flows.ports import Salt, UnitOfWork
from hub.flows.steps.renewal import files_for, take_file, taken_leaf
from schemas.wire.agreement import Agreement
from schemas.wire.roster import Root, Roster

_ORDER = {wire.ROOT: 0, wire.AGREEMENT: 1, wire.ROSTER: 2}


@dataclass(frozen=True, slots=True)
class Installed:
    """The trust before and after, and the members the new files are on their way to."""

    before: Trust
    after: Trust
    told: tuple[str, ...]


def install(uow: UnitOfWork, files: Sequence[bytes], *, actor: str, now: datetime, salt: Salt) -> Installed:
    """Take the files in the order root, agreement, roster; all of them or none.

    Raises a ``Rejected`` naming what is wrong: an older version, a version left out, too few or mixed signatures,
    expired, or an agreement that no roster among them pins.
    """
    now = milliseconds(now)
    before = trust = uow.trusts.current()
    found = _sorted(files)
    _no_loose_agreement(trust, found)
    for envelope in found:
        newer = take_file(uow, trust, envelope, now)
        if newer is not None:
            trust = newer
            uow.ledger.add([taken_leaf(trust, envelope.type, actor, now, salt)])
        else:
            _known(trust, envelope)
    if trust is before:
        return Installed(before, trust, ())
    far = trust.by_ferry(uow.member)
    told = tuple(member for member in trust.connected() if member != uow.member)
    uow.frames.add([frame for member in told for frame in files_for(trust, uow.member, member, now)])
    return Installed(before, trust, tuple(member for member in told if member not in far))


def _sorted(files: Sequence[bytes]) -> list[Envelope]:
    """Roots by version, then agreements, then rosters by version."""
    found = [wire.decode(raw) for raw in files]
    for one in found:
        if one.type not in _ORDER:
            raise WrongPurpose("既不是根文件、成员名册，也不是协作协议", field="file")
    return sorted(found, key=lambda one: (_ORDER[one.type], _version(one)))


def _version(envelope: Envelope) -> int:
    if envelope.type == wire.ROOT:
        return wire.parse(Root, envelope.payload).version
    return wire.parse(Roster, envelope.payload).version if envelope.type == wire.ROSTER else 0


def _no_loose_agreement(trust: Trust, found: Sequence[Envelope]) -> None:
    """A newer agreement alone would be kept and change nothing, and whoever brought it would believe it in force."""
    rosters = [wire.parse(Roster, one.payload) for one in found if one.type == wire.ROSTER]
    pinned = {trust.roster.agreement.sha256, *(one.agreement.sha256 for one in rosters)}
    agreements = [one for one in found if one.type == wire.AGREEMENT and one.hash not in pinned]
    if any(wire.parse(Agreement, one.payload).version >= trust.agreement.version for one in agreements):
        raise StaleTrust("没有成员名册引用这份协作协议", field="agreement", advice="请与引用它的名册一起导入。")


def _known(trust: Trust, envelope: Envelope) -> None:
    """A file that changes nothing is the one in force, or it goes back."""
    if envelope.type == wire.ROSTER and envelope.hash != wire.decode(trust.roster_raw).hash:
        raise StaleTrust(
            f"名册第 {_version(envelope)} 版比现行第 {trust.roster.version} 版旧，不能退回",
            field="version",
            advice="请取得最新的名册；要恢复旧的内容，须由持钥人以更高的版本号重新签发。",
        )
