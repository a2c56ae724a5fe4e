"""The period of a page of figures: as its address names it, and the links that keep it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Query

from hub.core.errors import InvalidInput
from hub.core.indicators import Period, told
from hub.core.measures import NOT_COUNTED, SCOPES, SOURCE, UNITS
from hub.core.terms import held_until
from hub.web import words
from hub.web.addresses import EARLIEST, LATEST_DAY
from hub.web.deps import Node, WebNode
from hub.web.figures import Span, asked, today

Written = Annotated[str, Query(max_length=40)]
TABS = (
    ("/statistics", "指标", None),
    ("/statistics/units", "承办单位", None),
    ("/statistics/reconcile", "报表核对", None),
)


def spanned(
    node: Node, month: Written = "", quarter: Written = "", year: Written = "", since: Written = "", until: Written = ""
) -> Span:
    """The period in the address; an empty field of a form is none."""
    return asked(node, _day(since, "since"), _day(until, "until"), month, quarter, year)


Asked = Annotated[Span, Depends(spanned)]


def frame(node: WebNode, span: Span, chosen: dict[str, str]) -> dict[str, Any]:
    """What all four pages show around their figures; ``link`` builds an address within the same period."""
    query, now = span_query(span), node.now()
    trust = node.views.trust()
    return {
        "span": span,
        "chosen": chosen,
        "quick": _quick(today(node)),
        "tabs": [(address(path, query), title, count) for path, title, count in TABS],
        "link": lambda path, **more: address(path, {**query, **more}),
        "stay": lambda **more: address("", {**query, **chosen, **more}),
        "scopes": SCOPES,
        "units": UNITS,
        "source": SOURCE,
        "not_counted": NOT_COUNTED,
        "at": words.moment(told(trust, node.member, Period(span.since, span.after, now)).now),
        "ended": held_until(trust, node.member, now),
    }


def _quick(day: date) -> list[tuple[str, dict[str, str]]]:
    """Fixed reports, as their address names them."""
    last = day.replace(day=1) - timedelta(days=1)
    quarter, before = ((day.year, (day.month + 2) // 3), (last.year, (last.month + 2) // 3))
    if before == quarter:
        before = (quarter[0], quarter[1] - 1) if quarter[1] > 1 else (quarter[0] - 1, 4)
    return [
        ("本月", {"month": f"{day:%Y-%m}"}),
        ("上月", {"month": f"{last:%Y-%m}"}),
        ("本季度", {"quarter": "{}Q{}".format(*quarter)}),
        ("上季度", {"quarter": "{}Q{}".format(*before)}),
        ("本年", {"year": str(day.year)}),
        ("上年", {"year": str(day.year - 1)}),
    ]


def span_query(span: Span) -> dict[str, str]:
    """The period as an address names it."""
    return {"since": span.since.isoformat(), "until": span.until.isoformat()}


def address(path: str, query: dict[str, Any]) -> str:
    """``path`` with what is not empty of ``query``."""
    return f"{path}?{urlencode({name: value for name, value in query.items() if value})}"


def _day(text: str, field: str) -> date | None:
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidInput("日期应写作 2026-04-13", field=field) from error
    if found is not None and not EARLIEST <= found <= LATEST_DAY:
        raise InvalidInput("日期应在 2000 年至 2999 年之间", field=field)
    return found
