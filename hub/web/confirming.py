"""Proving oneself again for one act 签发: the password or a code typed anew, good for that act alone."""

from __future__ import annotations

from hub.core.errors import NotAllowed
from hub.flows import signing_in as flow
from hub.flows.rows import User
from hub.flows.steps.approval import needed_level
from hub.web.deps import WebNode

FIELD = "confirm"
"""Name of the form field; the macro ``confirm_box`` of ``own.html`` draws it."""


def asks_again(node: WebNode, user: User) -> bool:
    """Whether an act of this person asks for the proof: not for people of the demonstration without a password."""
    found = node.views.accounts(node.now(), user.name)[0]
    return found.password or found.factor or not node.demo


def signs_off(user: User, kind: str) -> bool:
    """Whether sending this kind at once is a signature: not by a program, and not of what every handler sends."""
    return user.role != "program" and needed_level(kind) != "handler"


def confirm_once(node: WebNode, user: User, key: str, typed: str | None, source: str) -> None:
    """As :func:`confirm_again` for 签发; under an idempotency key that was used nothing is done again, nor asked."""
    if node.act(lambda uow: uow.requests.find(user.name, key)) is None:
        confirm_again(node, user, typed or "", "sign-off", source)


def confirm_again(node: WebNode, user: User, typed: str, act: str = "sign-off", source: str = "") -> None:
    """Return if ``typed`` is the user's password or a code not used yet; the act goes into the audit log.

    Raises ``NotAllowed`` saying in Chinese what is wrong; wrong tries count towards the lock of the account. Call it
    once per act, right before recording it, outside any transaction. People of the demonstration who have neither
    password nor second factor pass.
    """
    if not asks_again(node, user):
        return
    if not typed:
        raise NotAllowed("请输入登录口令或验证码，确认由本人办理", field=FIELD, advice="在确认栏中输入后再提交。")
    now = node.now()
    stored = node.act(lambda uow: flow.begin_try(uow, user.name, source, now))
    right = node.passwords.fits(typed, stored)
    if not node.act(lambda uow: flow.confirm(uow, user, source, typed, right=right, act=act, now=now, salt=node.salt)):
        raise NotAllowed(
            "口令或验证码不正确，未作任何登记",
            field=FIELD,
            advice="请核对后重新输入；尚未设置口令的，请先到“我的账户”设置。",
        )
