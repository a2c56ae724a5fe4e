"""Matters to erase, and the acts of those who do it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hub.core import envelope as wire
from hub.core.ids import sha256, wire_time
from hub.flows.indexing import index
from hub.flows.ports.retention import Erasure
from hub.flows.retention import By
from hub.flows.rows import Part
from schemas.wire.frames import Resend
from tests.builders import BEIHAI, ZHANJIANG
from tests.keeping import PROPOSER, erase
from tests.simulator.bodies import body
from tests.web import lives
from tests.web.offices import Office, World

SECRET = "欧阳试删"
"""Stands in every field and file that must go, and nowhere else."""
SCAN = f"%PDF-1.7 {SECRET}".encode()
FILE = Part(sha256(SCAN), "application/pdf", SCAN)
SHARED = Part(sha256(b"%PDF-shared"), "application/pdf", b"%PDF-shared")


def attached(*parts: Part) -> list[dict[str, Any]]:
    return [
        {"name": f"{SECRET}.pdf", "part": one.sha256, "size": len(one.content), "media_type": one.media_type}
        for one in parts
    ]


def asking(*parts: Part, title: str = f"关于协查{SECRET}的函") -> dict[str, Any]:
    """A request that names in many places what must go."""
    content = body("assistance_request", "request", title=title, facts=f"{SECRET}涉嫌传销。", filed_on="2026-03-02")
    content["items"][0]["target"] = f"北海市{SECRET}路1号"
    return {**content, "attachments": attached(*parts)} if parts else content


def ask(world: World, *parts: Part, title: str = f"关于协查{SECRET}的函", **how: Any) -> str:
    """湛江 asks 北海 about what must go later."""
    content = asking(*parts, title=title)
    matter = world[ZHANJIANG].send("assistance_request", content, to=(BEIHAI,), parts=parts, **how).matter
    world.exchange()
    return matter


def closed(world: World) -> str:
    """The same, returned by 北海: its reason counts in the figures."""
    matter = ask(world, FILE, SHARED)
    lives.do(world, BEIHAI, "answer", "sign-for", matter)
    lives.do(world, BEIHAI, "answer", "return", matter, changes={"explanation": f"{SECRET}不在本市。"})
    return matter


def settle(office: Office) -> None:
    """What the worker does when nothing else waits."""
    with office.store.begin() as uow:
        index(uow, limit=99)
        uow.figures.count(uow.trusts.current(), 99)


def wipe(office: Office, **wish: Any) -> Erasure:
    return erase(office.store, office.fed, office.clock(), office.ids, office.salts, **wish)


def act(office: Office, flow: Any) -> Any:
    with office.store.begin() as uow:
        return flow(uow)


def by(office: Office, who: Any = PROPOSER) -> By:
    return By(who, office.clock(), office.salts)


def document_of(office: Office, matter: str) -> str:
    return office.views.matter(matter).thread[0].row.document


def resend(office: Office, messages: Sequence[object] = (), parts: Sequence[object] = ()) -> bytes:
    """北海 asks this office for what it lacks."""
    payload = wire.dump(
        {
            "sender": BEIHAI,
            "audience": office.member,
            "issued": wire_time(office.clock()),
            "messages": list(messages),
            "receipts": [],
            "roster": None,
            "parts": list(parts),
        }
    )
    wire.parse(Resend, payload)
    signer = office.fed.signer(BEIHAI)
    signature = wire.Signature(signer.keyid, signer.sign(wire.pae(wire.RESEND, payload)))
    return wire.encode(wire.RESEND, payload, (signature,), None)
