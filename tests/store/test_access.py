"""Who is signed in and what a unit sees, read alike from both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from hub.flows.ports.access import Account
from hub.flows.ports.duties import DutyFilter
from hub.flows.ports.people import MOST_WRONG, Credentials, Session, Tries
from hub.flows.ports.views import DocumentFilter, MatterFilter
from hub.store.session import SqlStore
from hub.store.views import SqlViews
from tests.builders import BEIHAI, NOW, YULIN, digest, matter_row, message, user, uuid
from tests.builders_office import assignment

LATER = NOW + timedelta(hours=1)
IN_HAND = [uuid(number) for number in (2, 5, 8)]


@pytest.fixture
def views(store: SqlStore) -> SqlViews:
    """Ten matters; the unit ``fz`` has three of them in hand, one of these twice, and returned a fourth."""
    with store.begin() as uow:
        uow.matters.save(
            [matter_row(id=uuid(number), opener=BEIHAI, other=YULIN, due_at=LATER) for number in range(10)]
        )
        uow.messages.add(
            [message(matter=uuid(number), seq=number + 1, hash=digest(str(number))) for number in range(10)]
        )
        for number, matter in enumerate([*IN_HAND, IN_HAND[0]]):
            uow.units.put_assignment(assignment(number, matter=matter))
        uow.units.put_assignment(assignment(20, matter=uuid(9), state="returned"))
        uow.units.put_assignment(assignment(21, matter=IN_HAND[1], unit="wj", state="done"))
    return SqlViews(store)


def test_pages_of_a_unit_are_full_and_hold_each_of_its_matters_once(views: SqlViews):
    for size in (1, 2, 10):
        found, cursor = [], None
        while True:
            page = views.matters(MatterFilter(unit="fz"), cursor, size, now=NOW)
            assert page.next is None or len(page.rows) == size
            found += [row.id for row in page.rows]
            cursor = page.next
            if cursor is None:
                break
        assert sorted(found) == IN_HAND


def test_documents_and_duties_of_a_unit_are_those_of_its_matters(views: SqlViews):
    documents = views.documents(DocumentFilter(unit="fz"), None, 50).rows
    duties = views.duties(DutyFilter("ours", unit="fz"), None, 50, now=NOW).rows
    counts = {unit: sum(views.duty_counts(now=NOW, unit=unit).ours.values()) for unit in (None, "fz", "wj", "none")}

    assert sorted(row.matter for row in documents) == IN_HAND
    assert sorted(duty.row.id for duty in duties) == IN_HAND
    assert (counts["fz"], counts["wj"], counts["none"]) == (3, 1, 0)
    assert counts[None] == 10


def test_units_of_matters_leave_out_what_was_returned(views: SqlViews):
    found = views.units_of([uuid(0), IN_HAND[0], IN_HAND[1], uuid(9)])

    assert found == {IN_HAND[0]: frozenset({"fz"}), IN_HAND[1]: frozenset({"fz", "wj"})}


@pytest.mark.parametrize(
    ("active", "complete", "now", "is_in"),
    [
        (True, True, NOW, True),
        (True, True, LATER, False),
        (True, False, NOW, False),
        (False, True, NOW, False),
    ],
)
def test_a_session_counts_while_it_lasts_is_complete_and_its_user_active(
    store: SqlStore, active: bool, complete: bool, now: datetime, is_in: bool
):
    session = Session(digest("session"), "officer", NOW, LATER, LATER, "10.1.2.3", complete)
    with store.begin() as uow:
        uow.users.put(user("officer", active=active))
        uow.users.put_credentials(Credentials("officer", due=True))
        uow.users.add_session(session)
    found = SqlViews(store).signed_in(digest("session"), now)

    assert (found is not None) == is_in
    if found is not None:
        assert (found.user, found.session, found.due) == (user("officer"), session, True)
        assert SqlViews(store).sessions_of("officer", now) == [session]


def test_accounts_tell_what_is_set_and_what_is_locked_and_no_secret(store: SqlStore):
    with store.begin() as uow:
        for name in ("b", "a"):
            uow.users.put(user(name, token_hash=digest(name)))
        uow.users.put_credentials(Credentials("a", "$hash", secret="KEY"))
        uow.users.add_session(Session(digest("s"), "a", NOW, LATER, LATER, ""))
        uow.users.put_tries(Tries("account:b", MOST_WRONG, NOW, LATER))
        uow.users.put_tries(Tries("account:a", 1, NOW, LATER))
    views = SqlViews(store)
    a, b = (user(name, token_hash=digest(name)) for name in ("a", "b"))

    assert views.accounts(NOW) == [Account(a, True, True, 1, None), Account(b, False, False, 0, LATER)]
    assert views.accounts(LATER, "b") == [Account(b, False, False, 0, None)]
    assert views.accounts(NOW, "nobody") == []
