"""The signed files in force: kept as they were signed, parsed once per process and version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, literal_column, not_, select, update

from hub.core import trust_files as rules
from hub.core.envelope import decode, parse
from hub.core.errors import Misconfigured
from hub.store.bulk import Upsert
from hub.store.tables import node, proposals, trust_files
from hub.store.work import among
from schemas.wire.agreement import Agreement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hub.core.trust import Trust
    from hub.store.work import Work

InForce = tuple[str, str, str]
"""Hashes of root, roster and agreement."""

# An earlier agreement may come to be known while the files in force stay the same.
KNOWN = select(func.count()).select_from(trust_files).scalar_subquery().label("known")
_IN_FORCE = select(node.c.root, node.c.roster, node.c.agreement, KNOWN).where(node.c.member == bindparam("own"))
_FILES = select(trust_files.c.sha256, trust_files.c.raw).where(among(trust_files.c.sha256, "hashes"))
_EARLIER = (
    select(trust_files.c.type, trust_files.c.raw)
    .where(trust_files.c.type.in_(("root", "agreement")), not_(among(trust_files.c.sha256, "hashes")))
    .order_by(trust_files.c.version)
)
_ADD = Upsert(trust_files, ["sha256", "type", "version", "raw"], ["sha256"])
_SWITCH = (
    update(node)
    .where(node.c.member == bindparam("own"))
    .values(root=bindparam("its_root"), roster=bindparam("its_roster"), agreement=bindparam("its_agreement"))
)


MOST_PROPOSALS = 10
_PROPOSE = Upsert(proposals, ["sha256", "raw"], ["sha256"])
_NEWEST = select(proposals.c.number).order_by(proposals.c.number.desc()).limit(literal_column(str(MOST_PROPOSALS)))
_FORGET = delete(proposals).where(proposals.c.number.not_in(_NEWEST))
_PROPOSED = select(proposals.c.raw).where(proposals.c.sha256 == bindparam("digest"))


@dataclass(slots=True)
class TrustCache:
    """The last parsed trust of a store, shared by its transactions."""

    key: tuple[InForce, int] | None = None
    trust: Trust | None = None


class SqlTrusts:
    """Port ``Trusts``."""

    def __init__(self, work: Work, cache: TrustCache) -> None:
        self._work = work
        self._cache = cache
        self._current: Trust | None = None

    def current(self) -> Trust:
        """The trust in force; one tiny query per transaction tells whether the parsed one still is."""
        if self._current is None:
            self._current = self._load()
        return self._current

    def replace(self, trust: Trust) -> None:
        """Put newer files in force; the caller has checked that they may be."""
        hashes = store_files(self._work, trust)
        root, roster, agreement = hashes
        self._work.run(_SWITCH, own=self._work.member, its_root=root, its_roster=roster, its_agreement=agreement)
        self._current = trust
        self._work.wake = True

    def propose(self, digest: str, raw: bytes) -> None:
        """Keep an agreement until a roster refers to it; strangers could send many, so only the newest stay."""
        if _PROPOSE.run(self._work, [(digest, raw)]):
            self._work.run(_FORGET)

    def proposed(self, digest: str) -> bytes | None:
        """The agreement kept under this hash."""
        found: bytes | None = self._work.run(_PROPOSED, digest=digest).scalar()
        return found

    def _load(self) -> Trust:
        found = self._work.run(_IN_FORCE, own=self._work.member).first()
        if found is None or found.root is None:
            raise Misconfigured("尚未导入成员名册")
        key: InForce = (found.root, found.roster, found.agreement)
        cached = self._cache.trust
        if cached is not None and self._cache.key == (key, found.known):
            return cached
        trust = build_trust(key, self._work.tuples(_FILES, hashes=key), self._work.tuples(_EARLIER, hashes=key))
        self._cache.key, self._cache.trust = (key, found.known), trust
        return trust


def build_trust(key: InForce, files: Iterable[Sequence[Any]], earlier: Iterable[Sequence[Any]]) -> Trust:
    """The trust of these hashes; ``files``: (hash, raw) of the three, ``earlier``: (type, raw) of those before."""
    raw = {digest: bytes(data) for digest, data in files}
    if not raw.keys() >= set(key):
        raise Misconfigured("缺少成员名册或协作协议文件", advice="请重新运行 hub node init。")
    before = [(kind, bytes(data)) for kind, data in earlier]
    past = [data for kind, data in before if kind == "agreement"]
    # The root in force was pinned when the node was made, or came in signed by the one before it.
    roots = [data for kind, data in before if kind == "root"]
    return rules.load(raw[key[0]], raw[key[1]], raw[key[2]], key[0], past, roots)


def store_files(work: Work, trust: Trust) -> InForce:
    """Keep the files in force and the earlier agreements, each under the hash of its signed bytes."""
    files = (
        ("root", trust.root.version, trust.root_raw),
        ("roster", trust.roster.version, trust.roster_raw),
        ("agreement", trust.agreement.version, trust.agreement_raw),
    )
    hashes = [decode(raw).hash for _, _, raw in files]
    earlier = (("agreement", parse(Agreement, decode(raw).payload).version, raw) for raw in trust.earlier)
    kept = [*zip(hashes, files, strict=True), *((decode(file[2]).hash, file) for file in earlier)]
    _ADD.run(work, [(digest, *file) for digest, file in kept])
    return hashes[0], hashes[1], hashes[2]
