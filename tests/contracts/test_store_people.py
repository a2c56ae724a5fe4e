"""People with access: the same on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hub.flows.ports.people import Credentials, Session, Tries
from tests.builders import NOW, digest, user
from tests.contracts.stores import Backend

LATER = NOW + timedelta(hours=1)
EVEN_LATER = NOW + timedelta(hours=8)


def session(name: str = "session", whose: str = "officer", **fields: object) -> Session:
    made = Session(digest(name), whose, NOW, LATER, EVEN_LATER, "10.1.2.3")
    return replace(made, **fields)  # type: ignore[arg-type]


def test_a_user_is_known_by_the_token_and_by_the_newest_only(backend: Backend):
    officer = user("officer")
    with backend.begin() as uow:
        uow.users.put(officer)
        uow.users.put(user("admin", role="system-admin"))
        assert uow.users.by_token(officer.token_hash) == officer
        assert uow.users.by_token(digest()) is None
    renewed = user("officer", token_hash=digest("new token"), title="负责人")
    with backend.begin() as uow:
        uow.users.put(renewed)
        assert uow.users.by_token(officer.token_hash) is None
        assert uow.users.by_token(renewed.token_hash) == renewed
        assert {one.name: one.title for one in uow.users.all()} == {"officer": "负责人", "admin": "经办人"}


def test_a_user_put_out_of_service_is_not_taken_for_an_active_one(backend: Backend):
    gone = user("officer", active=False)
    with backend.begin() as uow:
        uow.users.put(user("officer"))
        uow.users.add_session(session())
        uow.users.put(gone)
    with backend.begin() as uow:
        found = uow.users.by_token(gone.token_hash)
        assert found is None or not found.active
        assert uow.users.all() == [gone]


def test_a_sign_in_link_works_once_and_not_after_its_time(backend: Backend):
    with backend.begin() as uow:
        uow.users.put(user("officer"))
        uow.users.add_link(digest("link"), "officer", LATER)
        uow.users.add_link(digest("late"), "officer", LATER)
    with backend.begin() as uow:
        assert uow.users.use_link(digest("link"), NOW) == "officer"
        assert uow.users.use_link(digest("link"), NOW) is None
        assert uow.users.use_link(digest("late"), LATER + timedelta(seconds=1)) is None
        assert uow.users.use_link(digest("unknown"), NOW) is None
    with backend.begin() as uow:
        assert uow.users.use_link(digest("link"), NOW) is None


def test_a_session_ends_by_time_by_idling_or_by_leaving(backend: Backend):
    with backend.begin() as uow:
        uow.users.put(user("officer"))
        uow.users.add_session(session(complete=False))
    with backend.begin() as uow:
        assert uow.users.session(digest("session"), NOW) == session(complete=False)
        assert uow.users.session(digest("session"), LATER) is None
        assert uow.users.session(digest("other"), NOW) is None
        uow.users.touch(digest("session"), EVEN_LATER + timedelta(hours=1))
        uow.users.touch(digest("other"), EVEN_LATER)
        assert uow.users.session(digest("session"), LATER) is not None
        assert uow.users.session(digest("session"), EVEN_LATER) is None
        uow.users.end_session(digest("session"))
        uow.users.end_session(digest("other"))
    with backend.begin() as uow:
        assert uow.users.session(digest("session"), NOW) is None


def test_all_sign_ins_of_one_person_end_but_the_one_named(backend: Backend):
    with backend.begin() as uow:
        for name in ("officer", "other"):
            uow.users.put(user(name, token_hash=digest(name)))
        made = [session("b"), session("a"), session("c", started=NOW - timedelta(hours=1))]
        for one in (*made, session("d", whose="other")):
            uow.users.add_session(one)
    with backend.begin() as uow:
        first, *rest = uow.users.sessions("officer", NOW)
        assert first == made[2]
        assert sorted(one.hash for one in rest) == [one.hash for one in rest] == sorted(one.hash for one in made[:2])
        assert uow.users.sessions("officer", LATER) == []
        assert uow.users.end_sessions("officer", but=digest("a")) == 2
        assert [one.hash for one in uow.users.sessions("officer", NOW)] == [digest("a")]
        assert uow.users.end_sessions("officer") == 1
        assert len(uow.users.sessions("other", NOW)) == 1


def test_what_proves_a_person_is_kept_by_user_and_empty_for_who_has_none(backend: Backend):
    kept = Credentials("officer", "$argon2id$new", "$argon2id$old", due=True, secret="ABC", pending="DEF", step=57)
    with backend.begin() as uow:
        uow.users.put(user("officer"))
        assert uow.users.credentials("officer") == Credentials("officer")
        uow.users.put_credentials(replace(kept, step=1))
        uow.users.put_credentials(kept)
    with backend.begin() as uow:
        assert uow.users.credentials("officer") == kept
        assert uow.users.credentials("nobody") == Credentials("nobody")
        assert (uow.users.get("officer"), uow.users.get("nobody")) == (user("officer"), None)


def test_the_links_of_one_person_can_all_be_dropped(backend: Backend):
    with backend.begin() as uow:
        for name in ("officer", "other"):
            uow.users.put(user(name, token_hash=digest(name)))
            uow.users.add_link(digest(f"link of {name}"), name, LATER)
        uow.users.drop_links("officer")
    with backend.begin() as uow:
        assert uow.users.use_link(digest("link of officer"), NOW) is None
        assert uow.users.use_link(digest("link of other"), NOW) == "other"


def test_tries_are_forgotten_by_key_or_by_age(backend: Backend):
    old, new, other = (Tries(key, 3, NOW + timedelta(hours=n), LATER) for n, key in enumerate(("old", "new", "other")))
    with backend.begin() as uow:
        for one in (old, replace(new, failed=1), other, new):
            uow.users.put_tries(one)
    with backend.begin() as uow:
        assert (uow.users.tries("new"), uow.users.tries("nobody")) == (new, None)
        uow.users.forget_tries("other", NOW + timedelta(minutes=1))
        assert [uow.users.tries(key) for key in ("old", "new", "other")] == [None, new, None]


def test_there_is_one_setup_code_at_a_time_and_it_works_once(backend: Backend):
    with backend.begin() as uow:
        uow.users.add_setup_code(digest("first"), LATER)
        uow.users.add_setup_code(digest("second"), LATER)
    with backend.begin() as uow:
        assert not uow.users.use_setup_code(digest("first"), NOW)
        assert uow.users.use_setup_code(digest("second"), NOW)
        assert not uow.users.use_setup_code(digest("second"), NOW)
        uow.users.add_setup_code(digest("third"), LATER)
        assert not uow.users.use_setup_code(digest("third"), LATER)
