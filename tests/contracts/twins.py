"""Two stores in step: the same random transactions on both must give the same answers and leave the same records."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import is_dataclass, replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hub.core.streams import Head, StreamId
from hub.flows.ports import UnitOfWork
from hub.flows.ports.parts import Arrival, Want
from hub.flows.rows import DeliveryStatus, MessageStatus, OutHead, PartMeta
from tests.builders import (
    BEIHAI,
    HAIKOU,
    JOINT,
    YULIN,
    delivery,
    digest,
    draft,
    frame,
    incarnation,
    leaf_of,
    matter_row,
    message,
    moment,
    parked,
    quarantined,
    user,
    uuid,
)
from tests.contracts.store_writes import Undone
from tests.contracts.stores import Backend

PEERS = (BEIHAI, HAIKOU, JOINT)
MATTERS = (uuid(1), uuid(2), uuid(3))
STREAMS = [StreamId(peer, YULIN, incarnation()) for peer in PEERS]
WHO, WHAT, FEW = st.sampled_from(PEERS), st.sampled_from(MATTERS), st.integers(0, 3)
MANY = st.sets(st.integers(0, 40), max_size=6)
ANSWER = st.sampled_from([DeliveryStatus.STORED, DeliveryStatus.REFUSED, DeliveryStatus.HELD])
FAIL = st.sampled_from([False, False, False, True])
FERRY = st.sets(WHO, max_size=2)


def name_of(number: int) -> str:
    return digest(f"twin {number}")


def plain(value: Any) -> Any:
    """Without the numbers each store gives its rows, and lists of unspecified order sorted."""
    if isinstance(value, list | tuple):
        return type(value)(plain(item) for item in value)
    if is_dataclass(value) and hasattr(value, "id") and isinstance(value.id, int):
        return replace(value, id=0)
    return value


class Twins(RuleBasedStateMachine):
    """Subclasses open the two stores."""

    def open(self) -> tuple[Backend, Backend]:
        raise NotImplementedError

    def __init__(self) -> None:
        super().__init__()
        self.both = self.open()
        self.sent = 0
        self.taken = dict.fromkeys([*PEERS, "all"], 0)
        self.time = 0
        self.run(lambda uow: uow.users.put(user()), fail=False)

    def teardown(self) -> None:
        for store in self.both:
            store.close()

    def run(self, step: Callable[[UnitOfWork], Any], *, fail: bool) -> None:
        """One transaction on both; ``fail`` ends it without effect."""
        self.time += 1
        seen = []
        for store in self.both:
            with suppress(Undone), store.begin() as uow:
                seen.append(plain(step(uow)))
                if fail:
                    raise Undone
        assert seen[0] == seen[1]

    @rule(matter=WHAT, count=FEW, fail=FAIL)
    def record(self, matter: str, count: int, fail: bool) -> None:
        rows = [draft(matter=matter) for _ in range(count)]
        self.run(lambda uow: uow.outbox.add(rows), fail=fail)

    @rule(limit=FEW, fail=FAIL)
    def take(self, limit: int, fail: bool) -> None:
        self.run(lambda uow: uow.outbox.take(limit), fail=fail)

    @rule(to=st.sampled_from([*PEERS, "all"]), matter=WHAT, copied=st.booleans(), fail=FAIL)
    def post(self, to: str, matter: str, copied: bool, fail: bool) -> None:
        number, seq = self.sent, self.taken[to] + 1
        row = message(hash=name_of(number), audience=to, seq=seq, matter=matter, stored_at=moment(self.time))
        members = [BEIHAI, HAIKOU] if to == "all" else [to]
        going = [delivery(row, member=member) for member in members]
        if copied and to in (BEIHAI, HAIKOU):
            going.append(delivery(row, member=JOINT, form="header"))

        def step(uow: UnitOfWork) -> None:
            uow.messages.add([row])
            uow.deliveries.add(going)
            uow.streams.save_out([OutHead(to, incarnation(), seq, row.hash)])

        if not self._is_seen(row.hash):
            self.run(step, fail=fail)
            if not fail:
                self.taken[to] = seq
        self.sent += 1

    def _is_seen(self, name: str) -> bool:
        """A receipt of somebody else's message came before under this name; ours cannot have it too."""
        pairs = self.both[0].store.rows.deliveries.by_pair  # type: ignore[attr-defined]
        return any((name, peer) in pairs for peer in PEERS)

    @rule(sender=WHO, seq=st.integers(1, 9), matter=WHAT, status=st.sampled_from(list(MessageStatus)), fail=FAIL)
    def receive(self, sender: str, seq: int, matter: str, status: MessageStatus, fail: bool) -> None:
        audience = HAIKOU if status is MessageStatus.COPY else YULIN
        name = digest(f"{sender} {seq} {status}")
        row = message(hash=name, sender=sender, audience=audience, seq=seq, matter=matter, status=status)
        stream = StreamId(sender, audience, incarnation())

        def step(uow: UnitOfWork) -> Any:
            before = uow.messages.receipts_of([name]), uow.messages.hashes_at([(stream, seq)])
            if before == ({}, {}):
                uow.messages.add([row])
                uow.streams.save_in([Head(stream, seq, name)])
            return before

        self.run(step, fail=fail)

    @rule(limit=FEW, ferry=FERRY, fail=FAIL)
    def publish(self, limit: int, ferry: set[str], fail: bool) -> None:
        def step(uow: UnitOfWork) -> Any:
            items = uow.deliveries.pending(limit, ferry=ferry)
            uow.deliveries.on_wire([item.id for item in items], moment(self.time))
            return items

        self.run(step, fail=fail)

    @rule(limit=FEW, fail=FAIL)
    def withhold(self, limit: int, fail: bool) -> None:
        def step(uow: UnitOfWork) -> None:
            uow.deliveries.withhold([item.id for item in uow.deliveries.pending(limit, ferry=())], "expired")

        self.run(step, fail=fail)

    @rule(member=WHO, numbers=MANY, status=ANSWER, fail=FAIL)
    def answer(self, member: str, numbers: set[int], status: DeliveryStatus, fail: bool) -> None:
        outcomes = [(name_of(n), status, None, moment(self.time)) for n in sorted(numbers)]
        receipts = digest()
        self.run(lambda uow: uow.deliveries.answered(member, outcomes, receipts), fail=fail)

    @rule(member=WHO, numbers=st.none() | MANY, age=st.integers(0, 10), fail=FAIL)
    def send_again(self, member: str, numbers: set[int] | None, age: int, fail: bool) -> None:
        names = None if numbers is None else {name_of(n) for n in numbers}
        self.run(lambda uow: uow.deliveries.again(member, names, before=moment(self.time - age)), fail=fail)

    @rule(member=WHO, number=FEW, keep=st.booleans(), act=st.sampled_from(["add", "sent", "again"]), fail=FAIL)
    def control(self, member: str, number: int, keep: bool, act: str, fail: bool) -> None:
        row = frame(id=digest(f"frame {number} {keep}"), audience=member, keep=keep, raw=b"%d" % number)
        acts: dict[str, Callable[[UnitOfWork], Any]] = {
            "add": lambda uow: uow.frames.add([row]),
            "sent": lambda uow: uow.frames.sent([row.id]),
            "again": lambda uow: uow.frames.send_again([row.id]),
        }
        self.run(acts[act], fail=fail)

    @rule(sender=WHO, seq=FEW, waits=st.sampled_from(["gap", "parts"]), drop=st.booleans(), fail=FAIL)
    def park(self, sender: str, seq: int, waits: str, drop: bool, fail: bool) -> None:
        row = parked(sender=sender, seq=seq, hash=digest(f"parked {sender} {seq}"), waits_for=waits, raw=b"parked")
        self.run(lambda uow: uow.waiting.drop([row.hash]) if drop else uow.waiting.add([row]), fail=fail)

    @rule(offset=FEW, fail=FAIL)
    def chunk(self, offset: int, fail: bool) -> None:
        self.run(lambda uow: uow.parts.keep(f"content {offset % 2}", [(offset, b"%d" % offset)]), fail=fail)

    @rule(number=FEW, act=st.sampled_from(["adopt", "drop", "forget"]), fail=FAIL)
    def attachment(self, number: int, act: str, fail: bool) -> None:
        meta, content = PartMeta(digest(f"part {number}"), 4, "text/plain"), f"content {number % 2}"
        acts: dict[str, Callable[[UnitOfWork], Any]] = {
            "adopt": lambda uow: uow.parts.adopt(meta, content),
            "drop": lambda uow: uow.parts.drop([meta.sha256]),
            "forget": lambda uow: uow.parts.forget(content),
        }
        self.run(acts[act], fail=fail)

    @rule(sender=WHO, number=FEW, fault=st.none() | st.just("damaged"), drop=st.booleans(), fail=FAIL)
    def arrive(self, sender: str, number: int, fault: str | None, drop: bool, fail: bool) -> None:
        name, at = digest(f"part {number}"), moment(self.time)
        row = Arrival(sender, name, digest("message"), 9, "text/plain", "content", at, number, at, 0, fault)
        self.run(lambda uow: uow.arrivals.drop(sender, [name]) if drop else uow.arrivals.save([row]), fail=fail)

    @rule(member=WHO, number=FEW, act=st.sampled_from(["add", "shorten", "drop"]), fail=FAIL)
    def want(self, member: str, number: int, act: str, fail: bool) -> None:
        row = Want(member, digest("message"), digest(f"part {number % 3}"), number, number + 4)
        acts: dict[str, Callable[[UnitOfWork], Any]] = {
            "add": lambda uow: uow.wants.add([row]),
            "shorten": lambda uow: [uow.wants.shorten(one, number + 2) for one in uow.wants.of(member, 1)],
            "drop": lambda uow: uow.wants.drop([member]),
        }
        self.run(acts[act], fail=fail)

    @rule(matter=WHAT, clock=st.sampled_from(["none", "waiting", "running", "met"]), due=st.none() | FEW, fail=FAIL)
    def register(self, matter: str, clock: str, due: int | None, fail: bool) -> None:
        row = matter_row(id=matter, clock=clock, remind_at=None if due is None else moment(due))
        self.run(
            lambda uow: (uow.matters.save([row]), uow.matters.claim_stages([(matter, str(due))], moment(0)))[1],
            fail=fail,
        )

    @rule(count=FEW, fail=FAIL)
    def log(self, count: int, fail: bool) -> None:
        leaves = [leaf_of() for _ in range(count)]
        self.run(lambda uow: (uow.ledger.add(leaves), uow.ledger.size()), fail=fail)

    @rule(old=FEW, new=FEW, fail=FAIL)
    def grow(self, old: int, new: int, fail: bool) -> None:
        self.run(lambda uow: (uow.tree.grow(old, new, [(4, new, bytes(32))]), uow.tree.size()), fail=fail)

    @rule(number=FEW, fail=FAIL)
    def refuse(self, number: int, fail: bool) -> None:
        item = quarantined(b"%d" % number)
        self.run(lambda uow: uow.quarantine.add([item, item]), fail=fail)

    @rule(number=st.integers(0, 14), fail=FAIL)
    def propose(self, number: int, fail: bool) -> None:
        self.run(lambda uow: uow.trusts.propose(digest(f"proposal {number}"), b"%d" % number), fail=fail)

    @rule(number=FEW, act=st.sampled_from(["make", "use"]), fail=FAIL)
    def link(self, number: int, act: str, fail: bool) -> None:
        name = digest(f"link {self.time if act == 'make' else self.time - number}")
        make = act == "make"
        self.run(
            lambda uow: (
                uow.users.add_link(name, "officer", moment(99)) if make else uow.users.use_link(name, moment(number))
            ),
            fail=fail,
        )

    @invariant()
    def they_hold_the_same(self) -> None:
        first, second = (observe(store) for store in self.both)
        for what, value in first.items():
            assert value == second[what], (what, value, second[what])


def observe(store: Backend) -> dict[str, Any]:
    """All that the ports show of a store."""
    with store.begin() as uow:
        seen: dict[str, Any] = {
            "outbox": (uow.outbox.count(), [uow.outbox.of_matter(matter) for matter in MATTERS]),
            "out heads": sorted(uow.streams.out_heads([*PEERS, "all"]), key=lambda head: head.audience),
            "in heads": [uow.streams.in_heads(peer) for peer in PEERS],
            "entries": sorted(uow.messages.entries(MATTERS), key=lambda entry: entry.hash),
            "own": [uow.messages.range_of(StreamId(YULIN, to, incarnation()), 1, 99) for to in (*PEERS, "all")],
            "pending": uow.deliveries.pending(99, ferry=()),
            "only": [uow.deliveries.pending(99, ferry=PEERS, only=peer) for peer in PEERS],
            "unanswered": [uow.deliveries.unanswered(peer, 99) for peer in PEERS],
            "unseen": uow.deliveries.unseen(99),
            "counts": [uow.deliveries.count(status) for status in DeliveryStatus],
            "frames": uow.frames.pending(99, ferry=()),
            "parked": [uow.waiting.of([stream]) for stream in STREAMS],
            "open": (uow.matters.open_ids(9), {row.id for row in uow.matters.to_remind(moment(9), 9)}),
            "matters": uow.matters.get(MATTERS),
            "proposed": [uow.trusts.proposed(digest(f"proposal {number}")) for number in range(15)],
            "users": uow.users.all(),
        }
        for what in ("gap", "parts"):
            seen[what] = set(uow.waiting.streams_waiting_for(what))
    seen["positions"], seen["quarantine"] = store.positions(), store.quarantined()
    return {what: plain_all(value) for what, value in seen.items()}


def plain_all(value: Any) -> Any:
    return {key: plain(item) for key, item in value.items()} if isinstance(value, dict) else plain(value)
