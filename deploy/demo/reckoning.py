"""The end of the day: nothing waits anywhere, both ends agree, the joint-meeting office saw what it may and no more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

from adapters.contract import DocumentCopy
from deploy.demo.day import Day
from deploy.demo.nodes import Node
from deploy.demo.offices import JOINT_OFFICE, OFFICES, Office
from deploy.demo.waiting import expect, until

_SINCE, _UNTIL = date(2026, 4, 1), date(2026, 5, 31)
"""A period in which the day's deadlines end too."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Counted at the nodes: by the senders, by the senders from signed receipts, and by the receivers."""

    sent: int
    delivered: int
    receipts: int
    quarantined: int
    gaps: int


def settle(day: Day) -> None:
    """Wait until no node has anything on its way."""
    for node in day.fleet:
        until(f"{node.office.short}的待办清空", lambda node=node: _is_idle(node))  # type: ignore[misc]


def sums(day: Day) -> Sums:
    """Read from every node's API."""
    with ThreadPoolExecutor(4) as pool:
        copies = list(pool.map(_copies, day.fleet))
    health = [node.api.health() for node in day.fleet]
    own = [
        copy for node, held in zip(day.fleet, copies, strict=True) for copy in held if copy["sender"] == node.office.id
    ]
    ways = [way for copy in own for way in copy["progress"] if way["form"] == "full"]
    return Sums(
        sent=len(ways),
        delivered=sum(any(r["step"] == "delivered" and r["proof"] for r in way["rungs"]) for way in ways),
        receipts=sum(
            copy["receipt"] is not None and copy["status"] != "copy"
            for node, held in zip(day.fleet, copies, strict=True)
            for copy in held
            if copy["sender"] != node.office.id
        ),
        quarantined=sum(one["quarantined"] for one in health),
        gaps=sum(one["gaps"] for one in health),
    )


def both_ends_equal(day: Day) -> int:
    """Every matter has the same state and due date wherever a party to it sees it; gives how many there are."""
    seen: dict[str, set[tuple[object, ...]]] = {}
    for node in day.fleet:
        for line in node.api.matters():
            if node.office.id in (line["opener"], line["other"]) or line["other"] == "all":
                facts = (line["state"], line["due_strict"], line["due_effective"], line["clock"])
                seen.setdefault(line["id"], set()).add(facts)
    different = {matter: facts for matter, facts in seen.items() if len(facts) > 1}
    expect(not different, f"{len(different)} 个事项两端不一致：{different}")
    return len(seen)


def office_saw_what_it_may(day: Day) -> int:
    """Headers of all, bodies of none but its own, figures equal to the members' own; gives the number of headers."""
    office = day.fleet[JOINT_OFFICE]
    lines = {line["hash"]: line for line in office.api.documents()}
    sent = {line["hash"] for node in day.fleet for line in node.api.documents(direction="out")}
    expect(set(lines) == sent, f"联席办有 {len(lines)} 份文书头，应有 {len(sent)} 份")
    foreign = [line for line in lines.values() if line["audience"] not in ("all", JOINT_OFFICE.id)]
    for line in foreign:
        for copy in office.api.document(line["document"])["copies"]:
            expect(copy["body"] is None, f"联席办看到了不是发给它的正文：{line['title']}")
    theirs = _figures(day, JOINT_OFFICE)
    for one in OFFICES:
        own = {key: value for key, value in _figures(day, one).items() if key[0] == one.id}
        seen = {key: value for key, value in theirs.items() if key[0] == one.id}
        expect(own == seen, f"{one.short}的统计与联席办不同：{own} / {seen}")
    return len(foreign)


def _figures(day: Day, office: Office) -> dict[tuple[str, str, str, str], tuple[object, ...]]:
    """Totals as one office counts them, without what is told by bodies the joint-meeting office cannot read."""
    found = day.fleet[office].api.statistics(_SINCE, _UNTIL)["figures"]
    return {
        (one["member"], one["indicator"], one["measure"], one["scope"]): (one["numerator"], one["denominator"])
        for one in found
        if one["peer"] is None and one["indicator"] != "I28" and not one["measure"].startswith(("returned_", "filed"))
    }


def _is_idle(node: Node) -> bool:
    health = node.api.health()
    if health["outbox"] or health["pending"] or health["parked"]:
        return False
    return not any(member["waiting"] for member in node.api.members())


def _copies(node: Node) -> list[DocumentCopy]:
    documents = dict.fromkeys(line["document"] for line in node.api.documents())
    return [copy for one in documents for copy in node.api.document(one)["copies"]]
