"""The work of ``hub roster draft``, ``merge`` and ``check`` on what the command line named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hub.cli import roster_files
from hub.core.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from hub.core.cosigning import Paper
    from hub.core.membership import Draft
    from hub.core.trust import Trust
    from schemas.wire.roster import Root


def change_members(
    work: Draft, *, add: Iterable[Path], rotate: Iterable[Path], moves: Mapping[str, Iterable[str]]
) -> None:
    """Everything that happens to members, in a fixed order: who joins may be given the term at once."""
    for path in add:
        member, keys, office = roster_files.read_enrolment(path, "add")
        if office is None:
            raise InvalidInput(
                f"{path.name} 中没有 {member} 的单位资料",
                field="add",
                advice="请该单位在 hub node enrol 时写明 --name、--short-name、--calendar 等。",
            )
        work.add(office, keys)
    for path in rotate:
        member, keys, _ = roster_files.read_enrolment(path, "rotate")
        work.rotate(member, keys)
    for how, members in moves.items():
        for member in members:
            work.move(member, how)


def revoke_keys(work: Draft, whole: Iterable[str], files: Iterable[Path]) -> None:
    """Keys that vouch for nothing more, and keys that vouch up to the positions their members named."""
    for keyid in whole:
        work.revoke(keyid)
    for path in files:
        keyid, positions = roster_files.read_last_good(path)
        work.revoke(keyid, positions)


def change_term(work: Draft, host: str | None, since: str | None, until: str | None) -> None:
    """The term of the joint-meeting office, if one was named: all three belong together."""
    given = (host, since, until)
    if host is not None and since is not None and until is not None:
        work.host(host, roster_files.day_of(since, "from"), roster_files.day_of(until, "until"))
    elif any(one is not None for one in given):
        raise InvalidInput("轮值须同时写明 --joint-meeting、--from、--until", field="joint-meeting")


def roots_for(paper: Paper, path: Path | None) -> list[Root]:
    """Whose holders must have signed: the present root's, and for the next root its own as well."""
    from schemas.wire.roster import Root

    present = roster_files.content_of(path, Root, "根文件", "root-file") if path is not None else None
    own = [paper.content] if isinstance(paper.content, Root) else []
    if present is None:
        if not own or own[0].version > 1:
            raise InvalidInput("请用 --root-file 指明现行根文件", field="root-file")
        return own
    return [present, *(one for one in own if one.version > present.version)]


def verified(raws: Sequence[bytes], fingerprint: str, now: datetime) -> Trust:
    """The trust these files make for a node that pins ``fingerprint``; raises what is wrong with them.

    Several roots: the pinned one first, then each signed by the one before it. One roster, the agreement it pins.
    """
    from hub.core import envelope as wire
    from hub.core.errors import StaleTrust
    from hub.core.trust_files import load, load_root, next_root, read_roster
    from schemas.wire.roster import Root

    found = [(wire.decode(raw), raw) for raw in raws]
    roots, rosters, agreements = (
        [(one, raw) for one, raw in found if one.type == kind] for kind in (wire.ROOT, wire.ROSTER, wire.AGREEMENT)
    )
    if not roots or len(rosters) != 1 or len(agreements) != 1:
        raise NotFound("请给出根文件、一份成员名册和它引用的协作协议", field="file", advice="三种文件一起核验。")
    chain = [next((raw for one, raw in roots if one.hash == fingerprint), roots[0][1])]
    root = load_root(chain[0], fingerprint)
    for version, raw in sorted((wire.parse(Root, one.payload).version, raw) for one, raw in roots):
        if version > root.version:
            root, chain = next_root(root, raw), [*chain, raw]
    read_roster([root], rosters[0][1])
    trust = load(chain[-1], rosters[0][1], agreements[0][1], wire.decode(chain[-1]).hash, roots=chain[:-1])
    if trust.expired(now):
        raise StaleTrust(f"名册已于 {trust.roster.expires[:10]} 过期", field="expires")
    return trust
