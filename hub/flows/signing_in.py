"""Getting in and out: one-time links, passwords, codes, and the count of wrong tries.

A try is counted before it is looked at and taken back when it was right, so that many at once gain nothing. What is
slow (hashing) happens between two calls, outside any transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hub.core.audit import leaf
from hub.core.demo_people import is_demo_person
from hub.core.errors import NotAllowed
from hub.core.proofs import matching_step
from hub.flows.ports import Salt, UnitOfWork
from hub.flows.ports.people import MOST_WRONG, Session, Tries, account_key, source_key
from hub.flows.rows import User

LOCKED = timedelta(minutes=15)
"""How long an account stays locked after too many wrong tries; also the longest an address must wait."""
FORGOTTEN = timedelta(hours=1)
"""Wrong tries longer ago count no more."""
HALF = timedelta(minutes=5)
"""How long the code may follow the password."""
FREE = 20
"""Wrong tries from one address before it must wait: a whole office may stand behind one."""


@dataclass(frozen=True, slots=True)
class Door:
    """A sign-in about to begin: hash of its cookie, where it comes from, and how long it may last."""

    hash: str
    source: str
    idle: timedelta
    whole: timedelta


def begin_try(uow: UnitOfWork, name: str, source: str, now: datetime) -> str | None:
    """Count one try and give the stored hash; raises ``NotAllowed`` while the account or the address must wait."""
    account, address = (_known(uow, key, now) for key in (account_key(name), source_key(source)))
    if account.until > now and account.failed >= MOST_WRONG:
        raise NotAllowed(
            f"连续 {MOST_WRONG} 次输入有误，该账户已锁定，还须等待 {_span(account.until - now)}",
            field="name",
            advice="到时再试；急需办理的，请联系本单位安全管理员解锁。",
        )
    until = max(account.until, address.until)
    if until > now:
        raise NotAllowed(
            f"刚才输入有误，请等待 {_span(until - now)}再试", field="name", advice="连续多次输入有误，账户会被锁定。"
        )
    failed = account.failed + 1
    wait = LOCKED if failed >= MOST_WRONG else timedelta(seconds=2 ** (failed - 1))
    uow.users.put_tries(Tries(account.key, failed, now, now + wait))
    failed = address.failed + 1
    wait = min(LOCKED, timedelta(seconds=2 ** min(failed - FREE, 10))) if failed > FREE else timedelta()
    uow.users.put_tries(Tries(address.key, failed, now, now + wait))
    return uow.users.credentials(name).password


def by_password(uow: UnitOfWork, name: str, door: Door, *, right: bool, now: datetime, salt: Salt) -> Session | None:
    """The password was compared: begin a session, or None. With a second factor it is half a session."""
    user = uow.users.get(name) if right else None
    if user is None or not user.active:
        _wrong(uow, name, door.source, "password", now, salt)
        return None
    complete = uow.users.credentials(name).secret is None
    _take_back(uow, account_key(name), now, whole=complete)
    _take_back(uow, source_key(door.source), now, whole=False)
    return _begin(uow, user, door, "password", complete=complete, now=now, salt=salt)


def by_link(uow: UnitOfWork, link_hash: str, door: Door, *, demo: bool, now: datetime, salt: Salt) -> Session | None:
    """Burn the link and begin a session; outside the demonstration who has no password must set one first."""
    name = uow.users.use_link(link_hash, now)
    user = uow.users.get(name) if name is not None else None
    if user is None or not user.active:
        return None
    found = uow.users.credentials(user.name)
    if found.password is None and not demo and not found.due:
        uow.users.put_credentials(replace(found, due=True))
    return _begin(uow, user, door, "link", complete=found.secret is None, now=now, salt=salt)


def by_demo(uow: UnitOfWork, name: str, door: Door, *, now: datetime, salt: Salt) -> Session | None:
    """Begin a session for one of the demonstration's people; None for any other, and once a password was set."""
    user = uow.users.get(name) if is_demo_person(name) else None
    if user is None or not user.active:
        return None
    found = uow.users.credentials(name)
    if found.password is not None or found.secret is not None or found.due:
        return None
    return _begin(uow, user, door, "demo", complete=True, now=now, salt=salt)


def half_user(uow: UnitOfWork, session_hash: str, now: datetime) -> str | None:
    """Whose code is still to come in this session."""
    half = uow.users.session(session_hash, now)
    return half.user if half is not None and not half.complete else None


def by_code(uow: UnitOfWork, half_hash: str, code: str, door: Door, *, now: datetime, salt: Salt) -> Session | None:
    """The code after the password: end the half session and begin a whole one; None if the code is wrong or used."""
    name = half_user(uow, half_hash, now)
    user = uow.users.get(name) if name is not None else None
    if user is None or not user.active:
        return None
    if not _code_fits(uow, user.name, code, now):
        _wrong(uow, user.name, door.source, "code", now, salt)
        return None
    _take_back(uow, account_key(user.name), now, whole=True)
    _take_back(uow, source_key(door.source), now, whole=False)
    uow.users.end_session(half_hash)
    return _begin(uow, user, door, "password+code", complete=True, now=now, salt=salt)


def confirm(
    uow: UnitOfWork, user: User, source: str, code: str, *, right: bool, act: str, now: datetime, salt: Salt
) -> bool:
    """Whether the person proved itself again for one act: by the password (``right``) or a code not used yet."""
    if not right and not _code_fits(uow, user.name, code, now):
        _wrong(uow, user.name, source, "confirm", now, salt)
        return False
    _take_back(uow, account_key(user.name), now, whole=True)
    _take_back(uow, source_key(source), now, whole=False)
    uow.ledger.add([leaf("confirm", user.name, user.name, now, salt(), act=act, by="password" if right else "code")])
    return True


def leave(uow: UnitOfWork, session_hash: str, user: User, *, now: datetime, salt: Salt) -> None:
    """Signed out."""
    uow.users.end_session(session_hash)
    uow.ledger.add([leaf("sign-out", user.name, user.name, now, salt())])


def _code_fits(uow: UnitOfWork, name: str, code: str, now: datetime) -> bool:
    """Whether it is a current code; it is used up then."""
    found = uow.users.credentials(name)
    step = matching_step(found.secret, code, now, found.step) if found.secret is not None else None
    if step is not None:
        uow.users.put_credentials(replace(found, step=step))
    return step is not None


def _begin(uow: UnitOfWork, user: User, door: Door, how: str, *, complete: bool, now: datetime, salt: Salt) -> Session:
    whole = door.whole if complete else HALF
    idle = min(door.idle, whole)
    session = Session(door.hash, user.name, now, now + idle, now + whole, door.source, complete)
    uow.users.add_session(session)
    if complete:
        facts = {"role": user.role, "by": how, "source": door.source}
        uow.ledger.add([leaf("sign-in", user.name, user.name, now, salt(), **facts)])
    return session


def _known(uow: UnitOfWork, key: str, now: datetime) -> Tries:
    """What is counted under the key; a lock that has ended begins anew."""
    found = uow.users.tries(key)
    over = found is not None and found.until <= now and found.failed >= MOST_WRONG and key.startswith("account:")
    if found is None or over or found.last < now - FORGOTTEN:
        return Tries(key, 0, now, now)
    return found


def _take_back(uow: UnitOfWork, key: str, now: datetime, *, whole: bool) -> None:
    """The last try was right; ``whole``: so nothing is held against the account any more."""
    found = uow.users.tries(key)
    if whole or found is None or found.failed <= 1:
        uow.users.forget_tries(key, now - FORGOTTEN)
    else:
        uow.users.put_tries(replace(found, failed=found.failed - 1, until=now))


def _wrong(uow: UnitOfWork, name: str, source: str, what: str, now: datetime, salt: Salt) -> None:
    """A leaf; what was typed for a name that nobody has may be a password and is not written down."""
    known = uow.users.get(name) is not None
    counted = uow.users.tries(account_key(name))
    uow.users.forget_tries("", now - FORGOTTEN)
    facts = {"what": what, "source": source, "failed": counted.failed if counted is not None else 0}
    uow.ledger.add([leaf("sign-in-failed", name if known else "unknown", "node", now, salt(), **facts)])


def _span(rest: timedelta) -> str:
    """Time left in words, rounded up."""
    seconds = -(-rest // timedelta(seconds=1))
    return f"{seconds} 秒" if seconds < 60 else f"{-(-seconds // 60)} 分钟"
