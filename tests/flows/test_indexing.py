"""What recorded messages add to the index, and what asking a peer again changes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.core import envelope as wire
from hub.core.errors import NotFound
from hub.flows.asking import ask_again
from hub.flows.indexing import index
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
    assert keys == {("name", "买买提江", "买买提•江"), ("phone", "13800000002", "买买提•江")}


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


def test_asking_again_forgets_when_the_peer_was_asked_and_says_who_wished_it(store: MemoryStore):
    seen = NOW - timedelta(seconds=3)
    with store.begin() as uow:
        uow.peers.save([Peer(BEIHAI, seen, seen, seen, seen)])
        ask_again(uow, BEIHAI, who="clerk", now=NOW, salt=salts())
        assert uow.peers.get([BEIHAI])[BEIHAI] == Peer(BEIHAI, seen, None, seen, None)
    for stranger in (YULIN, "nobody", "?"):
        with pytest.raises(NotFound), store.begin() as uow:
            ask_again(uow, stranger, who="clerk", now=NOW, salt=salts())
