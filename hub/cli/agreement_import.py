"""The work of ``hub agreement import-calendar``: the next version, its file, and the matters whose last day moves."""

from __future__ import annotations

import json
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from hub.cli import place
from hub.cli.place import home_of, read_file, views_of
from hub.cli.screen import table

if TYPE_CHECKING:
    import typer

    from schemas.wire.agreement import Agreement

_MOST = 1024 * 1024
_PAGE = 200
_PAGES = 50
"""Ten thousand running matters; a node has far fewer."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A running matter and its last day before and after."""

    matter: str
    title: str
    rule: str | None
    calendar: str | None
    before: date | None
    after: date | None


def next_version(
    ctx: typer.Context,
    notice: Path,
    agreement: Agreement,
    calendar: str,
    source: str,
    year: int | None,
    *,
    replace: bool,
) -> Agreement:
    """Read the notice and put its year into the calendar; the date of issue is now."""
    from hub.app import build_clock
    from hub.core.amendment import with_year
    from hub.core.holidays import read_notice
    from hub.settings import Settings

    found = read_notice(read_file(notice, "notice", _MOST), source=source, year=year)
    clock = build_clock(Settings(home=home_of(ctx), member="", database="", transport="", key=""))
    return with_year(agreement, calendar, found, issued=clock(), replace=replace)


def write_agreement(path: Path, agreement: Agreement) -> None:
    """Write the unsigned content to a file that must not exist yet."""
    text = json.dumps(json.loads(agreement.model_dump_json()), ensure_ascii=False, indent=1) + "\n"
    place.write_new(path, text.encode())


def moved_matters(ctx: typer.Context, before: Agreement, after: Agreement) -> list[Moved] | None:
    """Running matters of this node that would get another last day; None where there is no node."""
    from hub.core.docket import line
    from hub.flows.ports.views import MatterFilter
    from hub.flows.steps.refold import COUNTED
    from hub.settings import FILE

    if not (home_of(ctx) / FILE).exists():
        return None
    found: list[Moved] = []
    with views_of(ctx) as (node, views):
        now, cursor = node.clock(), None
        old, new = (changed(views.trust(), agreement=one) for one in (before, after))
        for _ in range(_PAGES):
            page = views.matters(MatterFilter(clock="running"), cursor, _PAGE, now=now)
            with node.store.begin() as uow:
                entries = uow.messages.entries([row.id for row in page.rows])
            for row in page.rows:
                own = [one for one in entries if one.matter == row.id and one.status in COUNTED and not one.refused]
                lines = [line(own, trust, member=node.settings.member, now=now) for trust in (old, new)]
                days = [one.due_effective if one else None for one in lines]
                if days[0] != days[1]:
                    found.append(Moved(row.id, row.title, row.rule, row.calendar, days[0], days[1]))
            cursor = page.next
            if cursor is None:
                break
    return found


def print_moved(moved: list[Moved] | None) -> None:
    """Say which last days move; nothing where there is no node to ask."""
    if moved is None:
        print("这里没有节点，未核对在办事项。")
        return
    rows = [(one.title, one.rule or "—", str(one.before), str(one.after)) for one in moved]
    table(("在办事项", "规则", "原到期日", "新到期日"), rows, "本节点在办事项的到期日不变。")
