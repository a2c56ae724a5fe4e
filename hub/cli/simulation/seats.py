"""Who takes part in a simulation: market regulation in every city, police in every second, one joint-meeting office.

With five cities these are the eight offices of the demonstration.
"""

from __future__ import annotations

from dataclasses import dataclass

MOST_CITIES = 10
_CITIES = (
    ("450900", "玉林", "CN-GX"),
    ("450500", "北海", "CN-GX"),
    ("460100", "海口", "CN"),
    ("440800", "湛江", "CN"),
    ("440900", "茂名", "CN"),
    ("450700", "钦州", "CN-GX"),
    ("441700", "阳江", "CN"),
    ("450600", "防城港", "CN-GX"),
    ("450100", "南宁", "CN-GX"),
    ("451400", "崇左", "CN-GX"),
)
DEMO_CITIES = 5


@dataclass(frozen=True, slots=True)
class Seat:
    """One member to be: what the roster will say of it."""

    id: str
    name: str
    short: str
    calendar: str
    reach: str = "online"


def seats(cities: int) -> tuple[Seat, ...]:
    """The members of a federation of so many cities; the first police office stands behind ferry files."""
    chosen = _CITIES[:cities]
    found = [Seat(f"{code}-mr", f"{city}市市场监督管理局", f"{city}市监", calendar) for code, city, calendar in chosen]
    for number, (code, city, calendar) in enumerate(chosen[1::2]):
        reach = "online" if number else "ferry"
        found.append(Seat(f"{code}-ps", f"{city}市公安局", f"{city}公安", calendar, reach))
    code, _, calendar = chosen[0]
    found.append(Seat(f"{code}-jm", "轮值联席会议办公室", "联席办", calendar))
    return tuple(found)
