"""``hub digest``: what waits in the office, as numbers, printed or mailed once a day."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from typing import TYPE_CHECKING

import typer

from hub.cli.place import JSON, note, views_of
from hub.cli.screen import print_json
from hub.core.errors import InvalidInput, MailAway, Misconfigured

if TYPE_CHECKING:
    from datetime import datetime

    from hub.flows.ports.views import Views
    from hub.settings import Settings

PATIENCE = 20.0
"""Seconds to wait for the mail server."""


def digest(
    ctx: typer.Context,
    mail: bool = typer.Option(False, "--mail", help="发到 hub.toml 中 mail_to 的邮箱；每天只发一次，可放进定时任务"),
    again: bool = typer.Option(False, "--again", help="今天已发过也再发一次"),
    as_json: bool = JSON,
) -> int:
    """每日汇总：待签收、即将到期、已超期各多少件；只有件数，没有标题和人名"""
    from hub.core.ids import BEIJING
    from hub.web.notices import notices

    with views_of(ctx) as (node, views):
        now = node.clock()
        today = now.astimezone(BEIJING).date().isoformat()
        found = notices(views, now, None)
        lines = [one.text for one in found]
        if as_json:
            print_json({"day": today, "notices": [{"number": one.number, "what": one.what} for one in found]})
        if not mail:
            if not as_json:
                print("\n".join(lines) or "没有需要处理的事。")
            return 0
        if _sent(views, today) and not again:
            print(f"{today} 的汇总今天已发过；要再发请加 --again。")
            return 0
        name = views.trust().member(node.settings.member).short_name
        _send(node.settings, f"{name} {today} 待办汇总", _text(lines, now, node.settings))
        note(node, "digest", f"digest:{today}", count=len(lines))
    print(f"{today} 的汇总已发往 {node.settings.mail_to}。")
    return 0


def _sent(views: Views, today: str) -> bool:
    """Whether the audit log knows of today's."""
    from hub.flows.ports.journal import ActFilter

    return bool(views.acts(ActFilter(subjects=frozenset({f"digest:{today}"})), None, 1).rows)


def _text(lines: list[str], now: datetime, settings: Settings) -> str:
    from hub.cli.screen import moment

    told = "\n".join(f"· {line}" for line in lines) or "没有需要处理的事。"
    demo = "（演示·非真实公文）\n" if settings.demo else ""
    return f"{demo}截至 {moment(now)}：\n{told}\n\n请登录本单位节点办理。本邮件只有件数，不含案件内容。\n"


def _send(settings: Settings, subject: str, text: str) -> None:
    host, _, port = settings.mail_server.rpartition(":")
    if not settings.mail_server or not settings.mail_to:
        raise Misconfigured(
            "没有设置邮件服务器或收件邮箱",
            field="mail_server",
            advice='请在 hub.toml 中写 mail_server = "主机:端口" 和 mail_to = "邮箱"。',
        )
    if not host or not port.isdigit():
        raise InvalidInput("邮件服务器应写作 主机:端口", field="mail_server")
    message = EmailMessage()
    message["Subject"], message["To"] = subject, settings.mail_to
    message["From"] = settings.mail_from or settings.mail_to
    # Not every office server takes eight-bit text.
    message.set_content(text, cte="base64")
    try:
        with smtplib.SMTP(host, int(port), timeout=PATIENCE) as server:
            if server.has_extn("starttls"):
                server.starttls()
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise MailAway(f"发往 {settings.mail_server} 失败：{error}", field="mail_server") from error
