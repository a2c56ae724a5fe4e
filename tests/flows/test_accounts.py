"""Who may change whose account, and what ends with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from hub.core.errors import HubError, InvalidInput, NotAllowed, NotFound, WrongState
from hub.core.policy import ADMINISTRATORS, ORDINARY, ROLES
from hub.core.proofs import code_at, step_of
from hub.flows import accounts
from hub.flows.accounts import By, Entry
from hub.flows.ports import UnitOfWork
from hub.flows.ports.office_rows import Unit
from hub.flows.ports.people import Credentials, Session
from hub.flows.rows import User
from tests.builders import NOW, YULIN, digest, federation, incarnation, salts
from tests.fakes_store import MemoryStore

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
LATER = NOW + timedelta(hours=1)


class Registry:
    """A store with one user of every role, each signed in once and with a link in hand."""

    def __init__(self) -> None:
        self.store, self.salt = MemoryStore(YULIN, incarnation(), federation().trust), salts()
        with self.store.begin() as uow:
            uow.units.put(Unit("fz", "反传销科", "section", None, accounts=True))
            for role in ROLES:
                uow.users.put(User(role, f"{ROLES[role]}甲", role, digest(role)))
                self.sign_in(uow, role)

    @staticmethod
    def sign_in(uow: UnitOfWork, name: str) -> None:
        uow.users.add_session(Session(digest(f"session of {name}"), name, NOW, LATER, LATER, "10.1.2.3"))
        uow.users.add_link(digest(f"link of {name}"), name, LATER)

    def user(self, name: str) -> User:
        return self.store.rows.users.rows[name]

    def by(self, name: str | None) -> By:
        return By(self.user(name) if name else None, name or "cli:root", NOW, self.salt)

    def do(self, act: Callable[..., object], name: str, by: str | None, *more: object, **named: object) -> object:
        with self.store.begin() as uow:
            return act(uow, *((name,) if name else ()), *more, by=self.by(by), **named)

    def is_in(self, name: str) -> tuple[bool, bool]:
        """Whether session and link still stand."""
        users = self.store.rows.users
        return digest(f"session of {name}") in users.open, digest(f"link of {name}") in users.links

    def leaves(self) -> list[str]:
        return [leaf.type for leaf in self.store.rows.ledger.leaves]


@pytest.fixture
def registry() -> Registry:
    return Registry()


def disable(registry: Registry, by: str, target: str) -> object:
    return registry.do(accounts.set_active, target, by, active=False)


def link(registry: Registry, by: str, target: str) -> object:
    return registry.do(accounts.give_link, target, by, link_hash=digest("new"), expires=LATER)


def grant(registry: Registry, by: str, target: str) -> object:
    with registry.store.begin() as uow:
        return accounts.grant(uow, Entry(target, "", "clerk"), registry.by(by))


def unlock(registry: Registry, by: str, target: str) -> object:
    return registry.do(accounts.unlock, target, by)


def end(registry: Registry, by: str, target: str) -> object:
    return registry.do(accounts.end_sessions, target, by)


def reset(registry: Registry, by: str, target: str) -> object:
    return registry.do(accounts.reset, target, by, link_hash=digest("new"))


MATRIX = {
    disable: ("sysadmin", ORDINARY),
    link: ("sysadmin", ORDINARY),
    grant: ("secadmin", ORDINARY),
    reset: ("secadmin", ORDINARY),
    unlock: ("secadmin", (*ORDINARY, *ADMINISTRATORS)),
    end: ("secadmin", (*ORDINARY, *ADMINISTRATORS)),
}
"""Act -> the one role that may do it, and to whom; nobody to himself."""


@pytest.mark.parametrize("act", MATRIX, ids=lambda act: act.__name__)
def test_each_act_is_one_administrators_and_never_on_himself_or_what_is_not_his(act):
    doer, targets = MATRIX[act]
    for by, target in product(ROLES, ROLES):
        registry = Registry()
        before = list(registry.leaves())
        allowed = by == doer and target in targets and by != target
        try:
            act(registry, by, target)
            done = True
        except NotAllowed:
            done = False
            assert registry.leaves() == before
        assert done == allowed, (act.__name__, by, target)


@pytest.mark.parametrize("act", [disable, grant, reset, end], ids=lambda act: act.__name__)
def test_what_takes_something_away_ends_the_sign_ins_in_the_same_transaction(registry: Registry, act):
    act(registry, MATRIX[act][0], "officer")

    assert registry.is_in("officer")[0] is False
    assert registry.is_in("liaison") == (True, True)
    if act is not end:
        assert registry.is_in("officer")[1] is False


def test_a_new_account_may_nothing_until_somebody_else_grants_a_role(registry: Registry):
    with registry.store.begin() as uow:
        made = accounts.create(uow, Entry("zhao", "赵某", "principal", "principal_head", "fz"), registry.by("sysadmin"))
    assert (made.role, made.level, made.unit) == ("newcomer", "handler", None)

    with registry.store.begin() as uow:
        granted = accounts.grant(uow, Entry("zhao", "", "officer", "unit_head", "fz"), registry.by("secadmin"))
    assert granted == replace(made, role="officer", level="unit_head", unit="fz")


@pytest.mark.parametrize("role", [*ADMINISTRATORS, "king"])
def test_nobody_is_made_an_administrator_on_a_page(registry: Registry, role: str):
    with registry.store.begin() as uow, pytest.raises(NotAllowed):
        accounts.grant(uow, Entry("officer", "", role), registry.by("secadmin"))


@pytest.mark.parametrize(
    ("entry", "error"),
    [
        (Entry("zhao", "赵某", "king"), InvalidInput),
        (Entry("zhao", "赵某", "officer", "king"), InvalidInput),
        (Entry("zhao", "赵某", "officer", unit="none"), NotFound),
        (Entry("赵", "赵某", "officer"), InvalidInput),
        (Entry("zhao", "赵" * 61, "officer"), InvalidInput),
        (Entry("zhao", "系统管理员甲", "auditor"), NotAllowed),
        (Entry("officer", "", "auditor"), NotAllowed),
        (Entry("auditor", "", "officer"), NotAllowed),
        (Entry("auditor", "", "secadmin"), NotAllowed),
    ],
)
def test_the_operator_too_is_held_to_what_must_always_hold(registry: Registry, entry: Entry, error: type[HubError]):
    with pytest.raises(error), registry.store.begin() as uow:
        accounts.keep(uow, entry, registry.by(None))


def test_only_the_operator_keeps_accounts_of_any_kind(registry: Registry):
    for role in ROLES:
        with pytest.raises(NotAllowed), registry.store.begin() as uow:
            accounts.keep(uow, Entry("zhao", "赵某", "officer"), registry.by(role))


def test_the_last_active_administrator_of_a_kind_cannot_be_disabled(registry: Registry):
    with pytest.raises(NotAllowed, match="唯一"):
        registry.do(accounts.set_active, "auditor", None, active=False)
    with registry.store.begin() as uow:
        accounts.keep(uow, Entry("second", "钱某", "auditor"), registry.by(None))

    registry.do(accounts.set_active, "auditor", None, active=False)
    assert not registry.user("auditor").active
    with pytest.raises(NotAllowed, match="唯一"):
        registry.do(accounts.set_active, "second", None, active=False)


def test_who_has_a_password_gets_no_first_link_from_the_system_administrator(registry: Registry):
    with registry.store.begin() as uow:
        uow.users.put_credentials(Credentials("officer", password="$argon2id$"))

    with pytest.raises(NotAllowed, match="已设口令"):
        link(registry, "sysadmin", "officer")


def test_a_reset_takes_password_and_second_factor_and_asks_for_a_new_password(registry: Registry):
    with registry.store.begin() as uow:
        uow.users.put_credentials(Credentials("officer", "$new", "$old", secret=SECRET, pending=SECRET, step=9))
    reset(registry, "secadmin", "officer")

    found = registry.store.rows.users.credentials("officer")
    assert found == Credentials("officer", None, "$new", due=True, step=9)
    registry.do(accounts.set_active, "officer", "sysadmin", active=False)
    with pytest.raises(WrongState):
        reset(registry, "secadmin", "officer")


def test_three_administrators_are_set_up_once_by_a_code_while_nobody_else_is_there():
    store, salt = MemoryStore(YULIN, incarnation(), federation().trust), salts()
    by = By(None, "setup", NOW, salt)
    three = [Entry(role, f"{role} 某", role) for role in ADMINISTRATORS]
    links = [digest(role) for role in ADMINISTRATORS]
    with store.begin() as uow:
        uow.users.add_setup_code(digest("code"), LATER)
    with pytest.raises(NotAllowed), store.begin() as uow:
        accounts.set_up(uow, three, links, digest("wrong"), by)
    with pytest.raises(InvalidInput), store.begin() as uow:
        accounts.set_up(uow, [three[0], *three[:2]], links, digest("code"), by)
    with store.begin() as uow:
        accounts.set_up(uow, three, links, digest("code"), by)
    assert [one.role for one in store.rows.users.all()] == sorted(ADMINISTRATORS)
    with store.begin() as uow:
        uow.users.add_setup_code(digest("code"), LATER)
    with pytest.raises(NotAllowed), store.begin() as uow:
        accounts.set_up(uow, three, links, digest("code"), by)


def test_changing_the_password_keeps_the_former_and_ends_every_sign_in(registry: Registry):
    officer = registry.user("officer")
    for stored in ("$first", "$second"):
        with registry.store.begin() as uow:
            accounts.change_password(uow, officer, stored, registry.by("officer"))

    found = registry.store.rows.users.credentials("officer")
    assert (found.password, found.former, found.due) == ("$second", "$first", False)
    assert registry.is_in("officer") == (False, False)


def test_a_second_factor_counts_from_its_first_right_code_on(registry: Registry):
    officer, by = registry.user("officer"), registry.by("officer")
    with registry.store.begin() as uow:
        assert accounts.show_factor(uow, officer, SECRET, by) == SECRET
        assert accounts.show_factor(uow, officer, "OTHER", by) == SECRET
    with pytest.raises(InvalidInput), registry.store.begin() as uow:
        accounts.enrol_factor(uow, officer, "000000", by)
    assert registry.store.rows.users.credentials("officer").secret is None
    with registry.store.begin() as uow:
        accounts.enrol_factor(uow, officer, code_at(SECRET, step_of(NOW)), by)

    found = registry.store.rows.users.credentials("officer")
    assert (found.secret, found.pending, found.step) == (SECRET, None, step_of(NOW))
    assert registry.is_in("officer") == (False, False)
