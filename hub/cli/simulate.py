"""``hub simulate``: a year of made-up business through real nodes, with figures and promises at its end."""

from __future__ import annotations

import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hub.cli.errors import BUG, OK
from hub.cli.place import JSON
from hub.cli.screen import print_json
from hub.core.errors import InvalidInput

if TYPE_CHECKING:
    from hub.cli.simulation.summary import Summary

_MONTH = timedelta(days=365) / 12
_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 1, 1)


def simulate(
    months: int = typer.Option(12, "--months", min=1, max=36, metavar="月数", help="模拟多少个月"),
    cities: int = typer.Option(5, "--cities", min=2, max=10, metavar="城市数", help="多少个城市"),
    seed: int = typer.Option(1, "--seed", min=0, metavar="种子", help="同一种子得到同样的业务"),
    start: str = typer.Option("2026-01-05", "--start", metavar="日期", help="从哪一天开始"),
    agreement: Path | None = typer.Option(None, "--agreement", metavar="文件", help="协作协议，默认演示用协议"),
    keep: Path | None = typer.Option(None, "--keep", metavar="文件夹", help="把各节点留在这个新文件夹中"),
    demo_offices: bool = typer.Option(False, "--with-demo-offices", help="用演示的八个单位（即 --cities 5）"),
    as_json: bool = JSON,
) -> int:
    """模拟：各单位在真实节点上往来若干个月，给出统计、逾期原因，核对有无差错（虚构业务）"""
    from hub.cli.simulation.seats import DEMO_CITIES
    from hub.cli.simulation.workshop import check_empty

    first = _date(start)
    if keep is not None:
        check_empty(keep)
    began = time.monotonic()
    summary = run(first, months, DEMO_CITIES if demo_offices else cities, seed, agreement, keep)
    return conclude(summary, time.monotonic() - began, as_json=as_json)


def run(first: date, months: int, cities: int, seed: int, agreement: Path | None, kept: Path | None) -> Summary:
    """Found, play, sum up; raises ``InvalidInput`` for an agreement that cannot be read."""
    from datetime import datetime, time

    from hub.cli.simulation.dice import Dice
    from hub.cli.simulation.federation import Federation
    from hub.cli.simulation.founding import found, read_agreement
    from hub.cli.simulation.seats import seats
    from hub.cli.simulation.summary import summarise
    from hub.cli.simulation.workshop import keep, workshop
    from hub.cli.simulation.year import Year
    from hub.core.ids import BEIJING

    rules = read_agreement(agreement)
    begins = datetime.combine(first, time(8), BEIJING)
    ends = datetime.combine(first + months * _MONTH, time(18), BEIJING)
    with workshop() as folder:
        homes = found(folder, seats(cities), rules, Dice(seed, "keys"), begins)
        federation = Federation.open(homes, seed, begins, folder)
        try:
            year = Year(federation, seed, ends, _progress)
            year.play()
            summary = summarise(year, seed, first)
        finally:
            federation.close()
        if kept is not None:
            keep(homes, kept, federation.now)
    return summary


def conclude(summary: Summary, seconds: float, *, as_json: bool) -> int:
    """Print the result; a broken promise is told with the seed and ends the command with an error code."""
    from hub.cli.simulation.summary import broken, show

    if as_json:
        print_json({**summary, "timing": {"seconds": round(seconds, 1)}})
    else:
        show(summary, seconds)
    wrong = broken(summary)
    if not wrong:
        return OK
    told = "；".join(f"{promise.title}：{promise.broken[0]}" for promise in wrong)
    print(f"核对不通过（种子 {summary['seed']}，可重现）：{told}", file=sys.stderr)
    return BUG


def _progress(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _date(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("日期应写作 2026-01-05", field="start") from error
    if not _EARLIEST <= found < _LATEST:
        raise InvalidInput("起始日期应在 2000 年至 2099 年之间", field="start")
    return found
