"""Wrong tries are counted before they are looked at; right ones open a session, or half of one."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from hub.core.errors import NotAllowed
from hub.core.proofs import code_at, step_of
from hub.flows import signing_in
from hub.flows.ports.people import MOST_WRONG, Credentials, Session
from hub.flows.rows import User
from hub.flows.signing_in import FREE, LOCKED, Door
from tests.builders import NOW, YULIN, Clock, digest, federation, incarnation, salts
from tests.fakes_store import MemoryStore

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
OFFICE = "10.1.2.3"


class Gate:
    """A node's door with an officer who has a password, and a clock."""

    def __init__(self, secret: str | None = None) -> None:
        self.store, self.salt, self.clock = MemoryStore(YULIN, incarnation(), federation().trust), salts(), Clock()
        self.number = 0
        with self.store.begin() as uow:
            uow.users.put(User("officer", "经办人", "officer", digest("token")))
            uow.users.put_credentials(Credentials("officer", "$stored", secret=secret))

    @property
    def now(self) -> datetime:
        return self.clock()

    def door(self, source: str = OFFICE) -> Door:
        self.number += 1
        return Door(digest(f"cookie {self.number}"), source, timedelta(minutes=30), timedelta(hours=8))

    def password(self, *, right: bool, name: str = "officer", source: str = OFFICE) -> Session | None:
        with self.store.begin() as uow:
            stored = signing_in.begin_try(uow, name, source, self.now)
        assert stored == ("$stored" if name == "officer" else None)
        with self.store.begin() as uow:
            return signing_in.by_password(uow, name, self.door(source), right=right, now=self.now, salt=self.salt)

    def code(self, half: Session, code: str) -> Session | None:
        with self.store.begin() as uow:
            signing_in.begin_try(uow, "officer", OFFICE, self.now)
        with self.store.begin() as uow:
            return signing_in.by_code(uow, half.hash, code, self.door(), now=self.now, salt=self.salt)

    def current(self) -> str:
        return code_at(SECRET, step_of(self.now))

    def fail(self, times: int, name: str = "officer", source: str = OFFICE) -> None:
        for number in range(times):
            assert self.password(right=False, name=name, source=source) is None
            self.clock.advance(seconds=2**number)


@pytest.fixture
def gate() -> Gate:
    return Gate()


def test_the_right_password_opens_a_session_with_both_limits(gate: Gate):
    found = gate.password(right=True)

    assert found is not None
    assert (found.idle - NOW, found.expires - NOW, found.complete) == (timedelta(minutes=30), timedelta(hours=8), True)


def test_each_wrong_try_doubles_the_wait_and_the_fifth_locks(gate: Gate):
    for number in range(MOST_WRONG - 1):
        assert gate.password(right=False) is None
        with pytest.raises(NotAllowed, match=f"请等待 {2**number} 秒"):
            gate.password(right=True)
        gate.clock.advance(seconds=2**number)
    assert gate.password(right=False) is None
    with pytest.raises(NotAllowed, match="账户已锁定，还须等待 15 分钟"):
        gate.password(right=True)
    gate.clock.advance(LOCKED - timedelta(seconds=30))
    with pytest.raises(NotAllowed, match="还须等待 30 秒"):
        gate.password(right=True)
    gate.clock.advance(seconds=30)
    assert gate.password(right=True) is not None


def test_a_name_nobody_has_is_locked_just_alike(gate: Gate):
    gate.fail(MOST_WRONG - 1, name="nobody")
    assert gate.password(right=True, name="nobody") is None
    with pytest.raises(NotAllowed, match="账户已锁定"):
        gate.password(right=False, name="nobody")


def test_writing_a_name_in_other_letters_gives_no_further_tries(gate: Gate):
    gate.fail(1, name="Officer")
    gate.fail(1, name="OFFICER")
    assert gate.store.rows.users.tries("account:officer").failed == 2


def test_many_tries_at_once_are_all_counted_before_any_is_looked_at(gate: Gate):
    with gate.store.begin() as uow:
        signing_in.begin_try(uow, "officer", OFFICE, gate.now)
    with pytest.raises(NotAllowed), gate.store.begin() as uow:
        signing_in.begin_try(uow, "officer", OFFICE, gate.now)


def test_a_right_password_forgives_the_wrong_ones_before(gate: Gate):
    gate.fail(3)
    assert gate.password(right=True) is not None
    assert gate.store.rows.users.counted.keys() == {f"source:{OFFICE}"}


def test_one_address_that_guesses_at_many_accounts_must_wait_at_last(gate: Gate):
    for number in range(FREE):
        assert gate.password(right=False, name=f"guess{number}") is None
    assert gate.password(right=False, name="another") is None
    with pytest.raises(NotAllowed, match="请等待"):
        gate.password(right=True)
    assert gate.password(right=True, source="10.9.9.9") is not None


def test_a_disabled_account_opens_nothing_though_the_password_is_right(gate: Gate):
    with gate.store.begin() as uow:
        uow.users.put(User("officer", "经办人", "officer", digest("token"), active=False))

    assert gate.password(right=True) is None


def test_with_a_second_factor_the_password_opens_half_a_session_only():
    gate = Gate(SECRET)
    half = gate.password(right=True)
    assert half is not None
    assert not half.complete

    whole = gate.code(half, gate.current())
    assert whole is not None
    assert whole.complete
    assert half.hash not in gate.store.rows.users.open


def test_a_code_works_once_and_wrong_codes_lock_the_account_though_the_password_is_known():
    gate = Gate(SECRET)
    half = gate.password(right=True)
    used = gate.current()
    assert half is not None
    assert gate.code(half, used) is not None
    for number in range(MOST_WRONG):
        again = gate.password(right=True)
        assert again is not None
        assert gate.code(again, used if number == 0 else "000000") is None
        gate.clock.advance(seconds=2**number if number < MOST_WRONG - 1 else 0)
    with pytest.raises(NotAllowed, match="已锁定"):
        gate.password(right=True)


def test_the_code_must_follow_within_minutes():
    gate = Gate(SECRET)
    half = gate.password(right=True)
    gate.clock.advance(signing_in.HALF)

    assert half is not None
    assert gate.code(half, gate.current()) is None


@pytest.mark.parametrize(("demo", "due"), [(True, False), (False, True)])
def test_a_first_link_leads_to_a_password_outside_the_demonstration(gate: Gate, demo: bool, due: bool):
    with gate.store.begin() as uow:
        uow.users.put(User("newcomer", "新人", "officer", digest("other")))
        uow.users.add_link(digest("link"), "newcomer", NOW + timedelta(hours=1))
    with gate.store.begin() as uow:
        found = signing_in.by_link(uow, digest("link"), gate.door(), demo=demo, now=NOW, salt=gate.salt)

    assert found is not None
    assert gate.store.rows.users.credentials("newcomer").due is due


def test_a_link_does_not_go_round_the_second_factor():
    gate = Gate(SECRET)
    with gate.store.begin() as uow:
        uow.users.add_link(digest("link"), "officer", NOW + timedelta(hours=1))
        found = signing_in.by_link(uow, digest("link"), gate.door(), demo=True, now=NOW, salt=gate.salt)

    assert found is not None
    assert not found.complete


@pytest.mark.parametrize(("right", "code"), [(True, ""), (False, "current"), (False, "000000")])
def test_confirming_takes_a_password_or_a_code_not_used_yet(right: bool, code: str):
    gate, officer = Gate(SECRET), User("officer", "经办人", "officer", digest("token"))
    typed = gate.current() if code == "current" else code
    answers = []
    for _ in range(2):
        with gate.store.begin() as uow:
            answers.append(
                signing_in.confirm(
                    uow, officer, OFFICE, typed, right=right, act="sign-off", now=gate.now, salt=gate.salt
                )
            )
    assert answers == {True: [True, True], False: [code == "current", False]}[right]


def test_what_was_typed_for_a_name_nobody_has_is_not_written_down(gate: Gate):
    gate.password(right=False, name="MyPassword-2026")

    last = gate.store.rows.ledger.leaves[-1]
    assert (last.type, last.subject) == ("sign-in-failed", "unknown")
    assert b"MyPassword" not in last.record
