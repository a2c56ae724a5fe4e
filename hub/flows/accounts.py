"""Who has access and what they may do: every write about users, with the leaf that tells who did it.

系统管理员 makes and disables accounts, 安全管理员 grants roles, unlocks and resets; neither touches an administrator's
account or his own, and the auditor changes nothing. At the node's machine the operator may do all of it, within the
invariants: no account changes between administration and anything else, and the last administrator of a kind stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hub.core.audit import leaf
from hub.core.errors import InvalidInput, NotAllowed, NotFound, WrongState
from hub.core.policy import ADMINISTRATORS, LEVELS, ORDINARY, ROLES, Permit, may
from hub.core.proofs import matching_step
from hub.flows.ports import Salt, UnitOfWork
from hub.flows.ports.people import account_key
from hub.flows.rows import User
from hub.flows.steps.texts import said

FIRST_LINK = timedelta(hours=24)
"""How long a link lasts that has to be handed to a person: the first one, or after a reset."""
NEWCOMER = "newcomer"
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, slots=True)
class By:
    """Who changes an account and when. ``user`` None: the operator at the node's machine, named ``name``."""

    user: User | None
    name: str
    now: datetime
    salt: Salt


@dataclass(frozen=True, slots=True)
class Entry:
    """What an account is to become; ``token``: hash of a new access token, None leaves the one there is."""

    name: str
    title: str
    role: str = NEWCOMER
    level: str = "handler"
    unit: str | None = None
    token: str | None = None


def create(uow: UnitOfWork, entry: Entry, by: By) -> User:
    """A new account without any permit, until 安全管理员 grants a role."""
    _right(by, Permit.ACCOUNTS)
    if uow.users.get(_name(entry.name)) is not None:
        raise InvalidInput(f"已有用户 {entry.name}", field="name", advice="请换一个用户名。")
    return _put(uow, replace(entry, role=NEWCOMER, level="handler", unit=None), None, by)


def keep(uow: UnitOfWork, entry: Entry, by: By) -> User:
    """Register or change an account as the operator at the machine; a new role or token ends what is open."""
    _operator(by)
    known = uow.users.get(_name(entry.name))
    if known is not None and known.role != entry.role and {known.role, entry.role} & set(ADMINISTRATORS):
        raise NotAllowed(
            f"{known.name} 是{ROLES[known.role]}，管理员与其他角色不能互换", field="role", advice="请另建用户。"
        )
    return _put(uow, entry, known, by)


def grant(uow: UnitOfWork, entry: Entry, by: By) -> User:
    """Set role, level and unit of an ordinary account; it is signed out everywhere at once."""
    user = _ordinary(uow, entry.name, by, Permit.SECURITY)
    if entry.role not in ORDINARY:
        raise NotAllowed("管理员不由页面授权", field="role", advice="请在节点所在机器上执行 hub user setup。")
    return _put(uow, replace(entry, title=user.title, token=None), user, by)


def set_active(uow: UnitOfWork, name: str, by: By, *, active: bool) -> User:
    """Disable or enable an account; disabling ends its sessions and links in the same transaction."""
    user = _user(uow, name) if by.user is None else _ordinary(uow, name, by, Permit.ACCOUNTS)
    if not active and user.role in ADMINISTRATORS and user.active:
        others = [one for one in uow.users.all() if one.role == user.role and one.active and one.name != name]
        if not others:
            raise NotAllowed(
                f"{name} 是唯一启用的{ROLES[user.role]}，不能停用", field="name", advice="请先设立另一名再停用。"
            )
    changed = replace(user, active=active)
    uow.users.put(changed)
    if not active:
        _end_all(uow, name)
    _tell(uow, "user-active", name, by, active=active)
    return changed


def give_link(uow: UnitOfWork, name: str, link_hash: str, expires: datetime, by: By) -> None:
    """A one-time sign-in link; from 系统管理员 only the first one, before a password was set."""
    user = _user(uow, name)
    if by.user is not None:
        _ordinary(uow, name, by, Permit.ACCOUNTS)
        if uow.users.credentials(name).password is not None:
            raise NotAllowed(f"{name} 已设口令", field="name", advice="忘记口令的，请安全管理员重置。")
    if not user.active:
        raise NotFound(f"没有用户 {name}，或已停用", field="name", advice="请先启用该用户。")
    uow.users.add_link(link_hash, name, expires)
    _tell(uow, "sign-in-link", name, by)


def unlock(uow: UnitOfWork, name: str, by: By) -> None:
    """Forget the wrong tries on an account."""
    _other(uow, name, by, Permit.SECURITY)
    uow.users.forget_tries(account_key(name), by.now - timedelta(days=1))
    _tell(uow, "user-unlock", name, by)


def end_sessions(uow: UnitOfWork, name: str, by: By) -> int:
    """Sign the user out everywhere."""
    _other(uow, name, by, Permit.SECURITY)
    ended = uow.users.end_sessions(name)
    _tell(uow, "user-end-sessions", name, by, ended=ended)
    return ended


def reset(uow: UnitOfWork, name: str, link_hash: str, by: By) -> None:
    """Take away password and second factor and give a link, by which a new password must be set."""
    user = _user(uow, name) if by.user is None else _ordinary(uow, name, by, Permit.SECURITY)
    if not user.active:
        raise WrongState(f"{name} 已停用", field="name", advice="请先启用该用户。")
    found = uow.users.credentials(name)
    uow.users.put_credentials(
        replace(found, password=None, former=found.password or found.former, due=True, secret=None, pending=None)
    )
    _end_all(uow, name)
    uow.users.forget_tries(account_key(name), by.now - timedelta(days=1))
    uow.users.add_link(link_hash, name, by.now + FIRST_LINK)
    _tell(uow, "user-reset", name, by)


def drop_factor(uow: UnitOfWork, name: str, by: By) -> None:
    """Take away a second factor whose telephone is gone; the password stays, every sign-in ends."""
    _user(uow, name) if by.user is None else _ordinary(uow, name, by, Permit.SECURITY)
    found = uow.users.credentials(name)
    if found.secret is None:
        raise WrongState(f"{name} 没有启用第二因子", field="name")
    uow.users.put_credentials(replace(found, secret=None, pending=None))
    _end_all(uow, name)
    _tell(uow, "factor-dropped", name, by)


def set_up(uow: UnitOfWork, entries: Sequence[Entry], links: Sequence[str], code: str | None, by: By) -> None:
    """Make the first three administrators with a link each; ``code`` None: at the machine, where no code is asked."""
    people = uow.users.all()
    if code is not None and (people or not uow.users.use_setup_code(code, by.now)):
        raise NotAllowed(
            "初始化码无效、已使用或已过期", field="code", advice="请在节点所在机器上执行 hub user setup --code 取得。"
        )
    if any(one.role in ADMINISTRATORS for one in people):
        raise WrongState("三名管理员已设立", advice="增设管理员请用 hub user add。")
    if len({one.name.lower() for one in entries}) < len(entries) or len({one.title for one in entries}) < len(entries):
        raise InvalidInput("三名管理员须为三个不同的人，用户名和姓名各不相同", field="name")
    for entry, link in zip(entries, links, strict=True):
        if uow.users.get(_name(entry.name)) is not None:
            raise InvalidInput(f"已有用户 {entry.name}", field="name", advice="请换一个用户名。")
        _put(uow, entry, None, by)
        uow.users.add_link(link, entry.name, by.now + FIRST_LINK)
        _tell(uow, "sign-in-link", entry.name, by)


def change_password(uow: UnitOfWork, user: User, stored: str, by: By) -> None:
    """Keep the new hash, the old one as the former; every sign-in of the user ends."""
    found = uow.users.credentials(user.name)
    uow.users.put_credentials(replace(found, password=stored, former=found.password or found.former, due=False))
    _end_all(uow, user.name)
    _tell(uow, "password", user.name, by)


def show_factor(uow: UnitOfWork, user: User, secret: str, by: By) -> str:
    """A key to be entered in an authenticator; it counts from the first right code on. One begun before is kept."""
    found = uow.users.credentials(user.name)
    if found.pending is None:
        uow.users.put_credentials(replace(found, pending=secret))
        _tell(uow, "factor-shown", user.name, by)
    return found.pending or secret


def enrol_factor(uow: UnitOfWork, user: User, code: str, by: By) -> None:
    """The first code: from now on every sign-in asks for one, and every open one ends. Raises ``InvalidInput``."""
    found = uow.users.credentials(user.name)
    step = matching_step(found.pending, code, by.now, found.step) if found.pending is not None else None
    if step is None:
        raise InvalidInput("验证码不正确或已使用", field="code", advice="请核对手机时间，输入当前显示的 6 位数字。")
    uow.users.put_credentials(replace(found, secret=found.pending, pending=None, step=step))
    _end_all(uow, user.name)
    _tell(uow, "factor", user.name, by, enrolled=True)


def end_others(uow: UnitOfWork, user: User, own: str, by: By) -> int:
    """End the user's other sign-ins; ``own`` is the hash of the one that asks."""
    ended = uow.users.end_sessions(user.name, but=own)
    _tell(uow, "user-end-sessions", user.name, by, ended=ended)
    return ended


def _put(uow: UnitOfWork, entry: Entry, known: User | None, by: By) -> User:
    _sound(uow, entry)
    title = said(entry.title or entry.name, "title", "称谓", 60)
    # A user without a token has the hash of one that nobody was ever told.
    token = entry.token or (known.token_hash if known is not None else by.salt().hex() + by.salt().hex())
    user = User(
        entry.name, title, entry.role, token, active=known is None or known.active, level=entry.level, unit=entry.unit
    )
    if user.role in ADMINISTRATORS and user.active:
        _distinct(uow, user)
    uow.users.put(user)
    if known is not None and (known.role, known.level, known.unit) != (user.role, user.level, user.unit):
        _end_all(uow, user.name)
    facts = {"role": user.role, "level": user.level, "unit": user.unit, "token": entry.token is not None}
    _tell(uow, "user", user.name, by, **facts)
    return user


def _sound(uow: UnitOfWork, entry: Entry) -> None:
    if entry.role not in ROLES:
        raise InvalidInput(f"没有角色 {entry.role[:20]}，可用：{'、'.join(ROLES)}", field="role")
    if entry.level not in LEVELS:
        raise InvalidInput(f"没有级别 {entry.level[:20]}，可用：{'、'.join(LEVELS)}", field="level")
    if entry.unit is not None and uow.units.get(entry.unit) is None:
        raise NotFound(f"没有承办单位 {entry.unit[:20]}", field="unit", advice="请先执行 hub unit add。")


def _distinct(uow: UnitOfWork, user: User) -> None:
    """One person never holds two administrations; persons are told apart by their titles."""
    for one in uow.users.all():
        if one.role in ADMINISTRATORS and one.active and one.role != user.role and one.title == user.title:
            raise NotAllowed(
                f"{one.title}已是{ROLES[one.role]}，同一人不能兼任两种管理员", field="title", advice="请由他人担任。"
            )


def _name(name: str) -> str:
    if _NAME.fullmatch(name) is None:
        raise InvalidInput("用户名只能用英文字母、数字和 . _ -，不超过 64 个字符", field="name")
    return name


def _user(uow: UnitOfWork, name: str) -> User:
    user = uow.users.get(name)
    if user is None:
        raise NotFound(f"没有用户 {name[:64]}", field="name", advice="请先执行 hub user add。")
    return user


def _right(by: By, permit: Permit) -> None:
    if by.user is not None and not may(by.user.role, permit):
        raise NotAllowed(f"{ROLES.get(by.user.role, by.user.role)}不能办理", field="name")


def _operator(by: By) -> None:
    if by.user is not None:
        raise NotAllowed("只能在节点所在机器上办理", field="name")


def _other(uow: UnitOfWork, name: str, by: By, permit: Permit) -> User:
    """Somebody else's account, by one who has the permit."""
    _right(by, permit)
    if by.user is not None and by.user.name == name:
        raise NotAllowed("不能变更本人的账户", field="name", advice="请由另一名有权的管理员办理。")
    return _user(uow, name)


def _ordinary(uow: UnitOfWork, name: str, by: By, permit: Permit) -> User:
    """Somebody else's account that is no administrator's."""
    user = _other(uow, name, by, permit)
    if user.role in ADMINISTRATORS:
        raise NotAllowed(
            f"{user.name} 是{ROLES[user.role]}", field="name", advice="管理员账户只能在节点所在机器上用 hub user 变更。"
        )
    return user


def _end_all(uow: UnitOfWork, name: str) -> None:
    uow.users.end_sessions(name)
    uow.users.drop_links(name)


def _tell(uow: UnitOfWork, type_: str, name: str, by: By, **facts: object) -> None:
    uow.ledger.add([leaf(type_, name, by.name, by.now, by.salt(), **facts)])
