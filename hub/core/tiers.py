"""The tiers of an extension 延期各档: one after the other, each with its amount and whoever approves it (DOMAIN 2.3).

Three days, then ten, thirty and sixty (公通字〔2017〕25号 art. 16) are one rule with three tiers. A notice may reach
through several at once; the highest tier it reaches says whose approval it needs.
"""

from __future__ import annotations

from typing import NamedTuple

from schemas.wire.agreement import Extension, Rule

MOST = 3660
"""All extensions of a rule without a cap together; it keeps hostile inputs from long loops."""


class Tier(NamedTuple):
    """One tier, and how much of the rule's unit all tiers up to it add."""

    number: int
    extension: Extension
    ceiling: int


def tiers(rule: Rule) -> tuple[Tier, ...]:
    """The tiers in order; a last one without an amount reaches as far as anything may."""
    found: list[Tier] = []
    for number, one in enumerate(rule.extensions, 1):
        below = found[-1].ceiling if found else 0
        found.append(Tier(number, one, MOST if one.amount is None else min(below + one.amount, MOST)))
    return tuple(found)


def left(rule: Rule, used: int) -> int:
    """How much may still be added after ``used``."""
    return max(0, max((one.ceiling for one in tiers(rule)), default=0) - used)


def next_step(rule: Rule, used: int) -> int | None:
    """What the tier after ``used`` still gives; None where it names no amount, or none is left."""
    tier = next((one for one in tiers(rule) if one.ceiling > used), None)
    return None if tier is None or tier.extension.amount is None else tier.ceiling - used


def reached(rule: Rule, used: int) -> Tier | None:
    """The tier in which ``used`` lies; None while nothing is extended."""
    return next((one for one in tiers(rule) if 0 < used <= one.ceiling), None)
