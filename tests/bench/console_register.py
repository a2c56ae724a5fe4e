"""A seeded register of a busy office: matters with threads, receipts, names and numbers, each row sealed as its own.

Nine of ten matters are closed, as in an office that has worked for years. Every document has a body that its form
takes, openings with two parties each. Signatures are not made: no page checks one.

The register is left as years of work leave it, not as an hour of filling does: figures counted as the worker does when
nothing else waits, but for the matters of the last moments, tables vacuumed and their pages written out. A page that
was measured while PostgreSQL still wrote the filling to the disk would be charged with it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache

import psycopg

from hub.core import envelope as wire
from hub.core.ids import sha256
from hub.core.subjects import RULES, spelled, subjects_of, words_of
from hub.flows.growing import grow
from hub.flows.ports.office_rows import Unit
from hub.flows.ports.outside import OutsideOffice
from hub.flows.ports.retention import Erasure
from hub.flows.ports.subjects import SubjectKey, Words
from hub.flows.rows import Delivery, DeliveryStatus, MatterRow, Message, MessageStatus
from hub.store.session import SqlStore, open_store
from tests.bench.console_office import AT, MEMBER
from tests.bench.machine import plain
from tests.bench.nodes import Spec, make_node
from tests.builders import federation, matter_row, message, quarantined, salts, thread, uuid
from tests.builders_fields import FIELDS
from tests.builders_office import assignment, lead, paper
from tests.simulator.bodies import body

NAME = "欧阳"
"""A two-character name that few matters hold."""
_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰"
_PLACE = ("玉林", "北海", "海口", "湛江", "茂名", "防城港", "贵港", "钦州")
_GOODS = ("生物科技", "商贸", "健康管理", "电子商务", "文化传播", "农业发展")
_KINDS = (("assistance", "assistance_request", "request"), ("transfer", "lead_transfer", "transfer"))
_AFTER = {
    "assistance": ("sign-for", "accept", "feedback-interim", "feedback-final", "confirm"),
    "transfer": ("sign-for", "accept", "result", "confirm"),
}
_STATES = {
    "assistance": ("requested", "signed", "accepted", "partial", "fed_back", "confirmed"),
    "transfer": ("transferred", "signed", "accepted", "resulted", "confirmed"),
}
_KIND_OF = {
    "feedback-interim": "assistance_feedback",
    "feedback-final": "assistance_feedback",
    "result": "transfer_result",
    "confirm": "confirmation",
    "remind": "reminder",
}
_PARTIES = {"assistance_request": "parties", "lead_transfer": "subjects"}
_BATCH = 2000
_ACT = "/matters/{matter}/acts/{name}"
_MOVING = 200
"""Matters that moved since figures were last counted: a busy minute."""
_YEARS = 5


@dataclass
class Register:
    """What was written, and addresses to ask for."""

    matters: int
    messages: int = 0
    samples: dict[str, list[str]] = field(default_factory=dict)
    addresses: dict[str, list[str]] = field(default_factory=dict)
    """Route -> addresses, where the names in it are not enough to tell which."""


def fill(database: str, matters: int, per_matter: int) -> Register:
    """Make the node and its register."""
    known = federation(12)
    make_node(Spec(MEMBER, database, "", ()), known)
    others = [one for one in known.members if one != MEMBER]
    with psycopg.connect(plain(database), autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{connection.info.dbname}" SET synchronous_commit = off')
        connection.execute("DROP INDEX search_fts")
    store, dice, made = open_store(database, MEMBER, FIELDS), random.Random(matters), Register(matters)
    numbers: dict[tuple[str, str], int] = {}
    try:
        for start in range(0, matters, _BATCH // per_matter):
            part = range(start, min(start + _BATCH // per_matter, matters))
            _write(store, [_matter(number, matters, per_matter, dice, others, numbers) for number in part], made)
        _rest(store, made)
        _count(store, matters - _MOVING)
    finally:
        store.close()
    with psycopg.connect(plain(database), autocommit=True) as connection:
        connection.execute("TRUNCATE to_index")  # the words were written beside the messages
        connection.execute("CREATE INDEX search_fts ON search_texts USING gin (to_tsvector('simple', tokens))")
        connection.execute(f'ALTER DATABASE "{connection.info.dbname}" RESET synchronous_commit')
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
    return made


def _count(store: SqlStore, left: int) -> None:
    while left > 0:
        with store.begin() as uow:
            left -= uow.figures.count(uow.trusts.current(), min(left, 500))


@dataclass
class _Case:
    row: MatterRow
    messages: list[Message]
    deliveries: list[Delivery]
    words: list[Words]
    keys: list[SubjectKey]


def _matter(
    number: int, total: int, size: int, dice: random.Random, others: list[str], numbers: dict[tuple[str, str], int]
) -> _Case:
    family, kind, act = _KINDS[dice.random() < 0.3]
    peer = dice.choice(others)
    opener, other = (MEMBER, peer) if dice.random() < 0.5 else (peer, MEMBER)
    opened = AT - timedelta(days=365 * _YEARS) * (1 - number / total) - timedelta(minutes=dice.randrange(600))
    states = _STATES[family]
    state = states[-1] if dice.random() < 0.9 else dice.choice(states[:-1])
    title, names = _title(number, dice)
    matter = thread(number, opener)
    content = json.dumps(_body(kind, act, title, names, number), ensure_ascii=False).encode()
    # Up to where it is, and then reminded; one that is closed was confirmed last.
    acts = [act, *_AFTER[family][: states.index(state)], *(["remind"] if state != states[-1] else [])]
    messages = []
    for place in range(size):
        own_act = acts[min(place, len(acts) - 1)]
        sender, to = (opener, other) if place == 0 or own_act in ("confirm", "remind") else (other, opener)
        stream = (sender, to)
        numbers[stream] = numbers.get(stream, 0) + 1
        own_kind = _KIND_OF.get(own_act, "answer") if place else kind
        messages.append(_message(matter, own_kind, own_act, stream))
        at = min(opened + timedelta(hours=20 * place), AT - timedelta(minutes=5))
        messages[-1] = replace(
            messages[-1],
            seq=numbers[stream],
            title=title if place == 0 else "关于“" + title[4:24] + "”的复函",
            issued=at,
            sealed=at,
            stored_at=at,
            replies_to=messages[0].hash if place else None,
            raw=_envelope(_text(own_kind, own_act) if place else content),
        )
    own = [one for one in messages if one.sender == MEMBER]
    pending = state != states[-1] and dice.random() < 0.02
    status = DeliveryStatus.PENDING if pending else DeliveryStatus.STORED
    deliveries = [Delivery(one.hash, peer, "full", status, one.sealed, one.stored_at) for one in own]
    row = _row(matter, family, kind, state, states, title, opener, other, messages, dice)
    words = [
        Words(one.hash, matter, words_of((one.title,), names if not n else ()), RULES) for n, one in enumerate(messages)
    ]
    found = list(subjects_of(kind, json.loads(content)))
    found += dict.fromkeys(other for one in found for other in spelled(one))
    keys = [SubjectKey(messages[0].hash, matter, one.sort, one.value, one.owner, one.type, one.role) for one in found]
    return _Case(row, messages, deliveries, words, keys)


def _row(
    matter: str,
    family: str,
    kind: str,
    state: str,
    states: tuple[str, ...],
    title: str,
    opener: str,
    other: str,
    messages: list[Message],
    dice: random.Random,
) -> MatterRow:
    running = state in states[:-2]
    due = (AT + timedelta(days=dice.randrange(-20, 60))) if running else messages[0].issued + timedelta(days=20)
    return matter_row(
        id=matter,
        family=family,
        state=state,
        title=title,
        opener=opener,
        other=other,
        document=messages[0].document,
        kind=kind,
        opened_at=messages[0].issued,
        updated_at=messages[-1].stored_at,
        last_act=messages[-1].act,
        messages=len(messages),
        rule="ASSIST_MR" if family == "assistance" else None,
        due_strict=due.date(),
        due_effective=due.date(),
        due_at=due,
        clock="running" if running else "met",
        met_at=None if running else messages[-1].issued,
        remind_at=None,
    )


def _message(matter: str, kind: str, act: str, stream: tuple[str, str]) -> Message:
    return message(
        matter=matter, kind=kind, act=act, sender=stream[0], audience=stream[1], status=MessageStatus.STORED, parts=()
    )


def _title(number: int, dice: random.Random) -> tuple[str, list[str]]:
    company = f"{dice.choice(_PLACE)}{dice.choice(_FAMILY)}{dice.choice(_GIVEN)}{dice.choice(_GOODS)}有限公司"
    person = dice.choice(_FAMILY) + dice.choice(_GIVEN) + (dice.choice(_GIVEN) if dice.random() < 0.7 else "")
    person = f"{NAME}{dice.choice(_GIVEN)}" if number % 5000 == 7 else person
    return f"【演示】关于协助调查{company}涉嫌组织传销案的函（{number}）", [company, person]


def _body(kind: str, act: str, title: str, names: list[str], number: int) -> dict[str, object]:
    parties = [
        {"role": "organizer", "type": "company", "name": names[0], "phone": f"0775-{2000000 + number % 999999}"},
        {"role": "core_member", "type": "person", "name": names[1], "phone": f"138{number % 10**8:08}"},
    ]
    return {**body(kind, act), "title": title, _PARTIES[kind]: parties}


@cache
def _text(kind: str, act: str) -> bytes:
    return json.dumps(body(kind, act), ensure_ascii=False).encode()


def _envelope(content: bytes) -> bytes:
    return wire.encode(wire.MESSAGE, b"{}", (wire.Signature("0" * 16, b"\0" * 64),), content)


def _write(store: SqlStore, cases: list[_Case], made: Register) -> None:
    with store.begin() as uow:
        uow.matters.save([one.row for one in cases])
        uow.messages.add([row for one in cases for row in one.messages])
        uow.deliveries.add([row for one in cases for row in one.deliveries])
        uow.subjects.add([row for one in cases for row in one.words], [row for one in cases for row in one.keys])
    made.messages += sum(len(one.messages) for one in cases)
    unsigned = [
        f"/matters/{one.row.id}/acts/sign-for"
        for one in cases
        if (one.row.state, one.row.other) == ("requested", MEMBER)
    ]
    made.addresses[_ACT] = [*made.addresses.get(_ACT, ()), *unsigned][-8:]
    for name, values in _samples(cases[-1]):
        made.samples.setdefault(name, [])
        made.samples[name] = [*made.samples[name], values][-8:]


def _samples(case: _Case) -> Iterator[tuple[str, str]]:
    yield "matter", case.row.id
    yield "document", case.row.document


def _rest(store: SqlStore, made: Register) -> None:
    """Units with matters in hand, papers at work, leads, an office outside, a proposal to erase, refused deliveries."""
    written = _text("assistance_request", "request")
    matter = made.samples["matter"][0]
    outside = OutsideOffice("out-450981-1", "某镇人民政府", "450981", "grass", "某镇", "", "", "post")
    erasure = Erasure(uuid(1), matter, None, None, "保存期限届满", "档案保管期限表", "proposed", "officer", AT)
    with store.begin() as uow:
        uow.units.put(Unit("fz", "反传销科", "section", None, accounts=True))
        for number in range(1, 1001):
            uow.papers.put(paper(number, body=written, parts=()))
            uow.leads.put(lead(number))
        for number, one in enumerate(made.samples["matter"]):
            uow.units.put_assignment(assignment(number + 1, matter=one))
        uow.outside.put(outside)
        uow.retention.put_erasure(erasure)
        uow.quarantine.add([quarantined(b"refused %d" % number) for number in range(2000)])
        grow(uow, now=AT, salt=salts(), limit=100)
    made.samples |= {"item": ["1", "77"], "paper": [paper(7).id], "assignment": [assignment(1).id], "code": ["fz"]}
    made.samples |= {"unit": ["fz"], "lead": [lead(7).id], "office": [outside.id], "erasure": [erasure.id]}
    made.samples |= {"rule": ["assistance"], "digest": [sha256(b"nothing")]}
    made.addresses |= {
        "/help/{name}": ["/help/start", "/help/send", "/help/due", "/help/search", "/help/words"],
        "/help/api/{name}": ["/help/api/documents", "/help/api/papers", "/help/api/statistics", "/help/api/office"],
        "/users/{name}": ["/users/officer"],
    }
