"""The program ``hub``: which commands there are, under which titles, and how it ends.

Every module named here imports only what its help needs; what does the work is imported when the command runs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import typer
from typer.main import get_command

from hub.cli import (
    agreement,
    audit,
    backup,
    broker,
    contacts,
    deadline,
    digest,
    doctor,
    draft,
    due,
    evidence,
    ferry,
    keys,
    lead,
    letter,
    matter,
    node,
    number,
    outside,
    read,
    restore,
    retention,
    roster,
    run,
    schemas,
    seal,
    send,
    show,
    simulate,
    stats,
    template,
    unit,
    user,
)
from hub.cli.errors import BUG, INTERRUPTED, OK, report, report_usage
from hub.cli.help import ChineseCommand, group
from hub.core.errors import HubError

app = group("打击传销跨区域协作文书交换节点\n\n--home 指明节点文件夹，也可用环境变量 HUB_HOME；默认当前文件夹。")

_COMMANDS = (
    ("文书", "send", send.send),
    ("文书", "inbox", read.inbox),
    ("文书", "show", show.show),
    ("文书", "letter", letter.letter),
    ("文书", "evidence", evidence.evidence),
    ("文书", "matters", read.matters),
    ("文书", "matter", matter.matter),
    ("文书", "quarantine", read.quarantine),
    ("文书", "contacts", contacts.contacts),
    ("文书", "erase", retention.erase),
    ("期限与统计", "deadline", deadline.deadline),
    ("期限与统计", "due", due.due),
    ("期限与统计", "digest", digest.digest),
    ("运行", "run", run.run),
    ("运行", "serve", run.serve),
    ("运行", "work", run.work),
    ("运行", "migrate", run.migrate),
    ("运行", "doctor", doctor.doctor),
    ("运行", "backup", backup.backup),
    ("运行", "restore", restore.restore),
    ("运行", "simulate", simulate.simulate),
)
_GROUPS = (
    ("文书", "draft", draft.app),
    ("文书", "template", template.app),
    ("文书", "seal", seal.app),
    ("文书", "lead", lead.app),
    ("文书", "unit", unit.app),
    ("文书", "outside", outside.app),
    ("文书", "ferry", ferry.app),
    ("建立与管理", "number", number.app),
    ("期限与统计", "supervision", due.app),
    ("期限与统计", "agreement", agreement.app),
    ("期限与统计", "stats", stats.app),
    ("建立与管理", "roster", roster.app),
    ("建立与管理", "node", node.app),
    ("建立与管理", "broker", broker.app),
    ("建立与管理", "keys", keys.app),
    ("建立与管理", "user", user.app),
    ("建立与管理", "audit", audit.app),
    ("建立与管理", "retention", retention.app),
    ("建立与管理", "schemas", schemas.app),
)
for _panel, _name, _command in _COMMANDS:
    app.command(_name, cls=ChineseCommand, rich_help_panel=_panel)(_command)
for _panel, _name, _group in _GROUPS:
    app.add_typer(_group, name=_name, rich_help_panel=_panel)


@app.callback()
def _home(
    ctx: typer.Context,
    home: Path | None = typer.Option(None, "--home", metavar="文件夹", help="节点文件夹"),
) -> None:
    """打击传销跨区域协作文书交换节点"""
    from hub.settings import home_folder

    ctx.obj = home if home is not None else home_folder()


def main(arguments: Sequence[str]) -> int:
    """Run one command; every error of ours becomes one line and an exit code, here and nowhere else."""
    command = get_command(app)
    try:
        code = command.main(args=list(arguments), prog_name="hub", standalone_mode=False)
        sys.stdout.flush()
    except HubError as error:
        return report(error)
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        return report_usage(error.format_message(), context.command_path if context else "hub")
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone (``hub inbox | head``); nothing more can be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BUG
    return code if isinstance(code, int) else OK
