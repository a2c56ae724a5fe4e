"""What recorded messages add to the index, and what asking a peer again changes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.core import envelope as wire
from hub.core.errors import NotFound
from hub.core.subjects import RULES
from hub.flows.asking import ask_again
from hub.flows.indexing import index
from hub.flows.ports.subjects import SubjectKey, Words
from hub.flows.rows import Message, MessageStatus, Peer
from tests.builders import BEIHAI, NOW, YULIN, federation, incarnation, message, salts
from tests.fakes_store import MemoryStore


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore(YULIN, incarnation(), federation().trust)


def with_body(body: bytes | None, title: str = "关于某案的函", seq: int = 1) -> Message:
    raw = wire.encode(wire.MESSAGE, b"{}", (wire.Signature("0" * 16, b"\0" * 64),), body)
    return message(raw=raw, title=title, seq=seq, kind="assistance_request", status=MessageStatus.STORED)


def test_title_number_of_the_letter_and_names_become_words_and_parties_become_keys(store: MemoryStore):
    body = '{"doc_no":"桂市监协〔2026〕12号","parties":[{"name":"买买提•江","type":"person","phone":"138 0000 0002"}]}'
    row = with_body(body.encode())
    with store.begin() as uow:
        uow.messages.add([row])
        assert index(uow, limit=9) == 1
        keys = {(key.sort, key.value, key.owner) for key in uow.subjects.of(row.hash)}

    words = store.rows.subjects.words[row.hash].words
    assert "市监 监协 2026 12 号" in words
    assert "某案 案的 的函" in words
    assert "买买 买提" in words
    assert {key for key in keys if key[0] != "spelling"} == {
        ("name", "买买提江", "买买提•江"),
        ("phone", "13800000002", "买买提•江"),
    }
    assert {("spelling", "maimaitijiang", "买买提•江"), ("spelling", "mmtj", "买买提•江")} <= keys


@pytest.mark.parametrize("body", [None, b"not json", b"[1]", b'{"parties":"x","doc_no":7}', b"\xff"])
def test_a_body_that_cannot_be_read_leaves_the_title(store: MemoryStore, body: bytes | None):
    row = with_body(body)
    with store.begin() as uow:
        uow.messages.add([row])
        assert index(uow, limit=9) == 1
        assert uow.subjects.of(row.hash) == []
    assert store.rows.subjects.words[row.hash].words.startswith("关于 于某")


def test_a_message_is_indexed_once_and_again_only_if_that_was_rolled_back(store: MemoryStore):
    with store.begin() as uow:
        uow.messages.add([with_body(None, seq=seq) for seq in (1, 2, 3)])
    with pytest.raises(ZeroDivisionError), store.begin() as uow:  # noqa: PT012
        index(uow, limit=9)
        raise ZeroDivisionError
    with store.begin() as uow:
        assert [index(uow, limit=2) for _ in range(3)] == [2, 1, 0]


def test_what_older_rules_made_is_made_again_when_nothing_new_waits(store: MemoryStore):
    body = '{"parties":[{"name":"陳偉","type":"person"}]}'.encode()
    old, new = with_body(body), with_body(body, seq=2)
    name = SubjectKey(old.hash, old.matter, "name", "陳偉", "陳偉", "person", "")
    gone = SubjectKey(old.hash, old.matter, "address", "某路", "陳偉", "person", "")
    with store.begin() as uow:
        uow.messages.add([old])
        uow.subjects.take(9, 0)
        uow.subjects.add([Words(old.hash, old.matter, "陳偉")], [name, gone])
        uow.messages.add([new])
        assert [row.hash for row in uow.subjects.take(9, RULES)] == [new.hash], "what is new comes first"
    with store.begin() as uow:
        assert [index(uow, limit=9), index(uow, limit=9)] == [1, 0]
        keys = uow.subjects.of(old.hash)
    assert [(key.sort, key.value) for key in keys] == [
        ("name", "陳偉"),
        ("spelling", "陈伟"),
        ("spelling", "chenwei"),
        ("spelling", "cw"),
    ]
    assert store.rows.subjects.words[old.hash].words.endswith("陈伟")


def test_asking_again_forgets_when_the_peer_was_asked_and_says_who_wished_it(store: MemoryStore):
    seen = NOW - timedelta(seconds=3)
    with store.begin() as uow:
        uow.peers.save([Peer(BEIHAI, seen, seen, seen, seen)])
        ask_again(uow, BEIHAI, who="clerk", now=NOW, salt=salts())
        assert uow.peers.get([BEIHAI])[BEIHAI] == Peer(BEIHAI, seen, None, seen, None)
    for stranger in (YULIN, "nobody", "?"):
        with pytest.raises(NotFound), store.begin() as uow:
            ask_again(uow, stranger, who="clerk", now=NOW, salt=salts())
