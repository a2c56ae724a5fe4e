"""Published facts the letters are written from (`facts.csv`, `warnings.csv`; see README.md beside them)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Fact:
    """One published case: what was done and how, never by whom."""

    id: str
    scheme: str
    guise: str
    region: str
    region_name: str
    date: str
    participants: int | None
    levels: int | None
    amount: str | None
    """In 元 with two decimals, as the documents write it."""
    fine: str | None
    summary: str
    source: str


@dataclass(frozen=True, slots=True)
class Warned:
    """A place or name an office has publicly warned of."""

    what: str
    by: str
    region: str
    date: str
    reason: str
    source: str


def fact(number: str) -> Fact:
    """The case ``C042`` and the like."""
    return _facts()[number]


def warned(what: str) -> Warned:
    """The first warning of ``what``."""
    return next(one for one in _warnings() if one.what == what)


@cache
def _facts() -> dict[str, Fact]:
    with (_FOLDER / "facts.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: _fact(row) for row in csv.DictReader(file)}


@cache
def _warnings() -> tuple[Warned, ...]:
    with (_FOLDER / "warnings.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Warned(row["platform"], row["warned_by"], row["region_code"], row["date"], row["reason"], row["source_url"])
            for row in csv.DictReader(file)
        )


def _fact(row: dict[str, str]) -> Fact:
    return Fact(
        id=row["id"],
        scheme=row["scheme_name"],
        guise=row["guise"],
        region=row["region_code"],
        region_name=row["region_name"],
        date=row["date"],
        participants=int(row["participants"]) if row["participants"] else None,
        levels=int(row["levels"]) if row["levels"] else None,
        amount=_money(row["amount_cny"]),
        fine=_money(row["fine_cny"]),
        summary=row["summary"],
        source=row["source_url"],
    )


def _money(text: str) -> str | None:
    return f"{Decimal(text):.2f}" if text else None
