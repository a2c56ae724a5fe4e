"""What a simulation comes to: counts, indicators, late matters, promises; the same for the same seed."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hub.cli.screen import table
from hub.cli.simulation.checks import Promise, check, documents_of, matters_of
from hub.cli.simulation.reasons import late_matters
from hub.core.families import FAMILIES
from hub.core.figure_table import NONE, lines, record, shown
from hub.core.ids import BEIJING
from hub.core.indicators import Sum
from hub.core.measures import MEASURES, NOT_COUNTED, PERCENT, SCOPES, UNITS
from hub.flows.ports.views import DocumentFilter
from schemas.catalogue import TITLES

if TYPE_CHECKING:
    from datetime import date

    from hub.cli.simulation.federation import Federation
    from hub.cli.simulation.year import Year

Summary = dict[str, Any]


def summarise(year: Year, seed: int, since: date) -> Summary:
    """Everything a reader asks of a simulation; checks every promise."""
    federation = year.federation
    own = [row for post in federation for row in matters_of(post, federation) if row.opener == post.id]
    kinds = Counter(row.kind for post in federation for row in documents_of(post, DocumentFilter(direction="out")))
    states = Counter((row.family, row.state) for row in own)
    promises = check(federation)
    return {
        "ok": not any(promise.broken for promise in promises),
        "seed": seed,
        "since": since.isoformat(),
        "until": federation.now.astimezone(BEIJING).isoformat(timespec="minutes"),
        "members": [
            {"id": post.id, "name": post.member.short_name, "temper": year.clerks[post.id].temper.title}
            for post in federation
        ],
        "documents": sum(kinds.values()),
        "by_kind": dict(sorted(kinds.items())),
        "matters": len(own),
        "by_state": {f"{family}/{state}": count for (family, state), count in sorted(states.items())},
        "clocks": dict(sorted(Counter(row.clock for row in own).items())),
        "refused": len(year.diary.refused),
        "carriages": {"made": len(federation.carried), "missed": len(year.diary.missed)},
        "supervised": len(year.diary.supervised),
        "indicators": _indicators(federation, since),
        "late": [asdict(one) for one in late_matters(year, own)],
        "promises": [asdict(promise) for promise in promises],
    }


def _indicators(federation: Federation, since: date) -> list[dict[str, Any]]:
    """Every member's own totals, from its own node."""
    until = federation.now.astimezone(BEIJING).date() + timedelta(days=1)
    order = [post.id for post in federation]
    found = []
    for post in federation:
        counted = post.views.statistics(since, until, now=federation.now)
        own = {key: value for key, value in counted.sums.items() if key[1] == post.id and not key[3]}
        found += [record(one) for one in lines(own, order)]
    return found


def show(summary: Summary, seconds: float) -> None:
    """The summary for people."""
    names = {one["id"]: one["name"] for one in summary["members"]}
    print(f"模拟 {summary['since']} 至 {summary['until'][:10]}，种子 {summary['seed']}，用时 {seconds:.0f} 秒")
    print(f"文书 {summary['documents']} 件，事项 {summary['matters']} 件，督办 {summary['supervised']} 件，", end="")
    print(f"摆渡 {summary['carriages']['made']} 次（漏送 {summary['carriages']['missed']} 次）")
    print("文书：" + "，".join(f"{TITLES[kind]} {count}" for kind, count in summary["by_kind"].items()))
    for name, family in FAMILIES.items():
        told = [
            f"{family.states[key.partition('/')[2]]} {count}"
            for key, count in summary["by_state"].items()
            if key.startswith(f"{name}/")
        ]
        if told:
            print(f"{family.title}：{'，'.join(told)}")
    print()
    _show_indicators(summary, names)
    print(f"\n逾期事项 {len(summary['late'])} 件")
    for number, one in enumerate(summary["late"], 1):
        print(f"{number}. {one['title']}（{one['matter']}）\n   {one['sentence']}")
    print("\n核对")
    for promise in summary["promises"]:
        print(f"{'通过' if not promise['broken'] else '不通过'}  {promise['title']}（核对 {promise['looked_at']} 处）")
        for line in promise["broken"][:20]:
            print(f"   {line}")


def _show_indicators(summary: Summary, names: dict[str, str]) -> None:
    """One line per measure, one column per office; reasons of returns stand in the JSON."""
    found = {
        (f"{one['indicator']}.{one['measure']}", one["scope"], one["member"]): one for one in summary["indicators"]
    }
    rows = [("", "办理", *(one["temper"] for one in summary["members"]))]
    for key, measure in MEASURES.items():
        for scope, title in SCOPES.items():
            cells = [found.get((key, scope, member)) for member in names]
            if any(cells) and not measure.name.startswith("returned_"):
                named = measure.title if scope == "inside" else f"{measure.title}（{title}）"
                rows.append((measure.indicator, f"{named}，{UNITS[measure.unit]}", *map(_cell, cells)))
    table(("", "指标", *names.values()), rows, "没有可统计的文书。")
    for told in NOT_COUNTED.values():
        print(told)


def _cell(one: dict[str, Any] | None) -> str:
    if one is None:
        return NONE
    measure = MEASURES[f"{one['indicator']}.{one['measure']}"]
    value = Sum(one["numerator"], one["denominator"], one["open"])
    made = f"（{value.numerator}/{value.denominator}）" if measure.unit == PERCENT and value.denominator else ""
    return shown(measure, value) + made


def broken(summary: Summary) -> list[Promise]:
    """Promises that do not hold."""
    return [Promise(**one) for one in summary["promises"] if one["broken"]]
