"""Half a year of matters between five real nodes; then another office takes the chair, and counts it the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from hub.cli.simulation.dice import Dice
from hub.cli.simulation.federation import Federation, Post
from hub.cli.simulation.founding import found, read_agreement
from hub.cli.simulation.seats import Seat
from hub.cli.simulation.year import Year
from hub.core.cosigning import signed_by
from hub.core.figure_table import lines as lines_of
from hub.core.figure_table import record
from hub.core.ids import BEIJING
from hub.core.membership import Draft
from hub.flows.install import install
from hub.flows.ports.duties import DutyFilter
from hub.keystore import open_signer
from hub.store.tables import messages

SEATS = (
    Seat("450900-mr", "玉林市市场监督管理局", "玉林市监", "CN-GX"),
    Seat("450500-mr", "北海市市场监督管理局", "北海市监", "CN-GX"),
    Seat("450500-ps", "北海市公安局", "北海公安", "CN-GX", "ferry"),
    Seat("450500-jm", "北海市打击传销联席会议办公室", "北海打传办", "CN-GX"),
    Seat("450900-jm", "玉林市打击传销联席会议办公室", "玉林打传办", "CN-GX"),
)
OLD, NEW = "450900-jm", "450500-jm"
NEW_YEAR = date(2027, 1, 1)


@pytest.fixture(scope="module")
def federation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Federation]:
    """After the old year, the new host named and in its chair, everything handed over."""
    folder = tmp_path_factory.mktemp("handover")
    begins = datetime.combine(date(2026, 7, 6), time(8), BEIJING)
    homes = found(folder, SEATS, read_agreement(None), Dice(7, "keys"), begins)
    federation = Federation.open(homes, 7, begins, folder)
    try:
        # The last report is written before the year is over, so that nothing moves while the two are compared.
        year = Year(federation, 7, datetime.combine(date(2026, 12, 31), time(18), BEIJING), lambda line: None)
        year.play()
        name_host(federation, folder)
        yield federation
    finally:
        federation.close()


def name_host(federation: Federation, folder: Path) -> None:
    """A roster signed in December names the host from New Year on."""
    draft = Draft(federation.now, federation.trust.roster)
    assert draft.hand_over(NEW, NEW_YEAR, date(2027, 12, 31)) == OLD
    key = open_signer(f"file:{folder / 'root' / 'root.key'}", demo=True)
    raw = signed_by(draft.finish(1200), [key]).raw()
    first = federation["450900-mr"]
    with first.node.store.begin() as uow:
        install(uow, [raw], actor="cli:test", now=federation.now, salt=first.node.salt)
    exchange(federation, 2)


def exchange(federation: Federation, rounds: int) -> None:
    """Hours of an ordinary day: clocks tick, heads are compared, files are carried."""
    ferried = [post for post in federation if post.member.reach == "ferry"]
    for _ in range(rounds):
        federation.now += timedelta(minutes=2)
        federation.morning()
        federation.compare()
        for post in ferried:
            federation.carry(post)


def year_of(post: Post, now: datetime) -> list[dict[str, object]]:
    """``hub stats --year 2026``, row by row."""
    while post.worker.count_once():
        post.worker.counts_from = datetime.min.replace(tzinfo=BEIJING)
    statistics = post.views.statistics(date(2026, 1, 1), NEW_YEAR, now=now)
    return [record(one) for one in lines_of(statistics.sums, [one.id for one in SEATS])]


def seen(post: Post) -> set[str]:
    with post.node.store.read() as connection:
        return set(connection.execute(select(messages.c.hash).where(messages.c.status == "copy")).scalars())


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_new_host_counts_the_last_year_row_by_row_as_the_old_one_did(federation: Federation) -> None:
    old, new = federation[OLD], federation[NEW]
    assert federation.trust.roster.version == 2
    assert federation.office is old
    assert not seen(new), "the term has not begun"
    before = year_of(old, federation.now)
    federation.now = datetime.combine(NEW_YEAR, time(0, 5), BEIJING)
    exchange(federation, 12)
    assert federation.office is new
    known = seen(old)
    assert seen(new) >= known
    counted = year_of(old, federation.now)
    assert year_of(new, federation.now) == counted
    assert len(counted) > 100
    assert {row["measure"] for row in before} == {row["measure"] for row in counted}
    proposed = new.views.duties(DutyFilter(proposed=True), None, 100, now=federation.now).rows
    assert proposed
    assert not old.views.duties(DutyFilter(proposed=True), None, 100, now=federation.now).rows

    asked(federation)
    assert seen(old) == known
    assert seen(new) > known
    assert year_of(old, federation.now) == counted, "what it was told ends with its term"
    assert not old.views.statistics(NEW_YEAR, date(2027, 7, 1), now=federation.now).sums
    assert new.views.statistics(NEW_YEAR, date(2027, 7, 1), now=federation.now).sums
    for post in federation:
        assert not post.views.quarantine(None, 5).rows, post.id


def asked(federation: Federation) -> None:
    """Business goes on under the new host."""
    year = Year(federation, 8, federation.now + timedelta(days=12), lambda line: None)
    year.play()
    exchange(federation, 2)
