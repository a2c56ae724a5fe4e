"""What people do and what goes wrong: one random act and one random fault at a time."""

from __future__ import annotations

from datetime import timedelta

from hub.core.audit import leaf
from hub.core.errors import Refused
from hub.core.families import FAMILIES
from hub.core.ids import ALL, milliseconds, sha256
from hub.core.matter import frontier, ordered, side
from hub.flows.rows import MatterRow, Part
from hub.flows.send import Request
from tests.builders import draft
from tests.fakes_transport import Faults
from tests.simulator.bodies import body, with_sheet
from tests.simulator.world import Node, World

OPENINGS = (
    ("assistance_request", "request"),
    ("assistance_request", "request"),
    ("lead_transfer", "transfer"),
    ("case_transfer", "transfer"),
    ("jurisdiction_dispute", "raise"),
    ("supervision_letter", "supervise"),
    ("statistic_report", "report"),
    ("agreement_proposal", "propose"),
    ("contact_list", "publish"),
    ("case_notice", "publish"),
    ("blacklist_entry", "list"),
)
RARE = frozenset({"reminder", "withdrawal"})
TO_ALL = frozenset({"blacklist_entry", "agreement_proposal", "contact_list"})
SHEETS = {
    "case_transfer": "sealed_copy",
    "jurisdiction_escalation": "sealed_copy",
    "supervision_letter": "sealed_copy",
    "jurisdiction_designation": "scan",
    "proxy_record": "scan",
}
"""Kinds that are not sent without a stamped or scanned sheet."""
REPLACING = frozenset({"case_notice", "blacklist_entry"})
LIVES = ("seal_once", "relay_once", "receive_once", "tick", "step")


def people(world: World) -> None:
    """Somebody decides something; what is refused changes nothing (checked with everything else)."""
    node = world.node()
    # By id: rows are kept in the order of a set, which differs from process to process.
    matters = [row for _, row in sorted(node.store.rows.matters.rows.items())]
    if not matters or world.rng.random() < 0.35:
        request = _opening(world, node)
    else:
        request = _going_on(world, node, world.rng.choice(matters))
    if request is None:
        return
    node.live(lambda: _ask(world, node, request))


def _ask(world: World, node: Node, request: Request) -> int:
    try:
        done = node.send(request)
    except Refused as no:
        world.note(f"{node.member} may not {request.kind}: {no.code}")
        return 0
    world.note(f"{node.member} decides {request.kind}/{done.act} to {','.join(done.audiences)} in {done.matter[-4:]}")
    return 1


def _opening(world: World, node: Node) -> Request:
    kind, act = world.rng.choice(OPENINGS)
    others = [member for member in world.nodes if member != node.member]
    to: tuple[str, ...] = (world.rng.choice(others),)
    if kind in TO_ALL or (kind == "case_notice" and world.rng.random() < 0.5):
        to = (ALL,)
    elif kind == "case_notice":
        to = tuple(world.rng.sample(others, world.rng.randint(1, 2)))
    if kind in SHEETS:
        content, sheets = with_sheet(kind, act, SHEETS[kind], of=node.member)
        return Request(kind, content, to=to, parts=sheets)
    return _with_parts(world, Request(kind, body(kind, act), to=to))


def _going_on(world: World, node: Node, row: MatterRow) -> Request | None:
    """The next act in the matter as this node sees it; now and then one that has no place there."""
    family, by = FAMILIES[row.family], side(node.member, row.opener, row.other)
    choices = family.allowed(row.state, by) if by else []
    if not choices or world.rng.random() < 0.1:
        choices = [(step.kind, step.act) for step in family.steps if step.state is not None]
    choices = [one for one in choices if one[0] not in RARE or world.rng.random() < 0.3]
    if not choices:
        return None
    kind, act = world.rng.choice(choices)
    text = body(kind, act)
    replaces = None
    if kind in REPLACING:
        entries = node.store.rows.messages.entries([row.id])
        documents = sorted({e.document for e in entries if e.kind == kind and e.sender == node.member})
        replaces = world.rng.choice(documents) if documents else None
        text["title"] = f"【演示】更正第{world.rng.randint(1, 99)}号"
    if kind == "blacklist_removal":
        text["entry"] = row.document
    text.update(_fitting(world, kind, row))
    if kind in SHEETS:
        content, sheets = with_sheet(kind, act, SHEETS[kind], of=node.member, **_fitting(world, kind, row))
        return Request(kind, content, matter=row.id, parts=sheets)
    return _with_parts(world, Request(kind, text, matter=row.id, replaces=replaces))


def _fitting(world: World, kind: str, row: MatterRow) -> dict[str, object]:
    """What a form must say about this very matter: days to extend to, the superior both sides have."""
    if kind == "extension_notice" and row.due_effective is not None:
        until = row.due_effective + timedelta(days=world.rng.randint(1, 30))
        return {
            "original_due": row.due_effective.isoformat(),
            "planned_finish": until.isoformat(),
            "issue_date": min(row.due_effective, row.opened_at.date()).isoformat(),
        }
    if kind == "jurisdiction_escalation":
        return {"superior": world.federation.trust.common_superior(row.opener, row.other) or "公安部"}
    return {}


def _with_parts(world: World, request: Request) -> Request:
    """One document in eight carries an attachment; one in a hundred of several pieces, half of which are asked for."""
    dice = world.rng.random()
    if dice > 0.12:
        return request
    size = 1_300_000 if dice < 0.005 else 600_000 if dice < 0.01 else world.rng.randint(1, 200)
    content = b"%PDF-" + world.rng.randbytes(20) * (size // 20 + 1)
    part = Part(sha256(content), "application/pdf", content)
    listed = {"name": "附件.pdf", "part": part.sha256, "size": len(content), "media_type": part.media_type}
    return Request(
        request.kind,
        {**request.body, "attachments": [listed]},
        to=request.to,
        matter=request.matter,
        replaces=request.replaces,
        parts=(part,),
    )


def erring(world: World) -> None:
    """A program past the checks of ``send``: a body against its schema (refused), or a kind nobody knows (held)."""
    node = world.node()
    rows = [
        r
        for _, r in sorted(node.store.rows.matters.rows.items())
        if r.other != ALL and node.member in (r.opener, r.other)
    ]
    if not rows or world.rng.random() < 0.3:
        other = world.rng.choice([member for member in world.nodes if member != node.member])
        node.live(lambda: record(world, node, "risk_warning", "warn", other, world.new_id(node.clock()), b"{}"))
        return
    row = world.rng.choice(rows)
    other = row.other if node.member == row.opener else row.opener
    kind, act = world.rng.choice((("withdrawal", "withdraw"), ("answer", "return"), ("confirmation", "confirm")))
    node.live(lambda: record(world, node, kind, act, other, row.id, b'{"title":"x"}'))


def record(world: World, node: Node, kind: str, act: str, to: str, matter: str, text: bytes) -> int:
    now = milliseconds(node.clock())
    document = world.new_id(now)
    with node.store.begin() as uow:
        after = frontier(ordered(uow.messages.entries([matter])))
        fields = {"kind": kind, "act": act, "audience": to, "matter": matter, "body": text, "after": after}
        uow.outbox.add([draft(document=document, title="x", issued=now, mark="addressee-only", **fields)])
        uow.ledger.add([leaf("decide", document, "program", now, world.salt())])
    world.note(f"{node.member} errs with {kind}/{act} to {to} in {matter[-4:]}")
    return 1


def work(world: World) -> None:
    """Some nodes do some of what waits, in no particular order."""
    for _ in range(world.rng.randint(1, 6)):
        node = world.node()
        arrow = world.rng.choice(LIVES)
        node.live(getattr(node.worker, arrow))
    if world.rng.random() < 0.5:
        world.network.deliver_some(world.rng.randint(1, 5))


def trouble(world: World) -> None:
    """One fault begins, or one ends."""
    world.rng.choice(FAULTS)(world)


def _bad_line(world: World) -> None:
    chance = world.rng.random
    names = ("drop", "duplicate", "reorder", "delay", "corrupt", "fail", "unconfirmed")
    chosen = world.rng.sample(names, world.rng.randint(1, 4))
    world.network.faults = Faults(late=chance(), **{name: 0.3 * chance() for name in chosen})
    world.note(f"line: {world.network.faults}")


def _good_line(world: World) -> None:
    world.network.faults = Faults()
    world.note("line: good")


def _cut(world: World) -> None:
    one, other = world.rng.sample(list(world.nodes), 2)
    world.network.cut(one, other)
    if world.rng.random() < 0.5:
        world.network.cut(other, one)
    world.note(f"cut between {one} and {other}")


def _heal(world: World) -> None:
    world.network.heal()
    world.note("links healed")


def _wipe(world: World) -> None:
    lost = world.network.in_flight()
    world.network.wipe()
    world.note(f"broker wiped, {lost} copies lost")


def _broker(world: World) -> None:
    (world.network.stop if world.network.running else world.network.start)()
    world.note(f"broker {'runs' if world.network.running else 'stopped'}")


def _crash_ahead(world: World) -> None:
    node = world.node()
    node.die_after(world.rng.randint(1, 25))
    world.note(f"{node.member} is going to die")


def _restart(world: World) -> None:
    node = world.node()
    node.restart()
    world.note(f"{node.member} restarted")


def _database(world: World) -> None:
    node = world.node()
    node.store.away = not node.store.away
    world.note(f"{node.member} database {'away' if node.store.away else 'back'}")


def _clock(world: World) -> None:
    node = world.node()
    node.skew = timedelta(seconds=world.rng.choice((0, 0, -90, 90, -3600, 3600, 400, 0.0005)))
    world.note(f"{node.member} clock off by {node.skew}")


def _days(world: World) -> None:
    days = world.rng.choice((0.3, 1, 2, 5))
    world.pass_time(days * 86400)
    world.note(f"{days} days pass")


FAULTS = (
    _bad_line,
    _bad_line,
    _good_line,
    _cut,
    _cut,
    _heal,
    _wipe,
    _broker,
    _crash_ahead,
    _crash_ahead,
    _crash_ahead,
    _crash_ahead,
    _restart,
    _database,
    _clock,
    _days,
)


def relief(world: World) -> None:
    """What was away comes back; lines, clocks and planned deaths stay as they are."""
    world.network.start()
    if world.rng.random() < 0.5:
        world.network.heal()
    for node in world.nodes.values():
        node.store.away = False
    world.note("broker and databases are back")


def mend(world: World) -> None:
    """All faults end: links, broker, databases, clocks."""
    world.network.faults = Faults()
    world.network.heal()
    world.network.start()
    world.pass_time(7300)
    for node in world.nodes.values():
        node.skew = timedelta()
        node.store.away = False
        node.restart()
    world.note("everything mended")
