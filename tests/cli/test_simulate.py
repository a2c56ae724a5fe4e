"""``hub simulate``: months of made-up business through real nodes, checked, explained and repeatable."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from hub.cli.simulate import conclude
from hub.cli.simulation.dice import Dice
from hub.cli.simulation.federation import Federation
from hub.cli.simulation.founding import found, read_agreement
from hub.cli.simulation.habits import HABITS
from hub.cli.simulation.passing import WRITERS
from hub.cli.simulation.seats import seats
from hub.cli.simulation.summary import summarise
from hub.cli.simulation.workshop import live_in
from hub.cli.simulation.year import Year
from hub.core.families import FAMILIES
from hub.flows.ports.views import MatterFilter
from tests.cli.nodes import ROOT, Result, hub

SHORT = ("simulate", "--months", 2, "--cities", 3, "--seed", 3)


@pytest.fixture(scope="module")
def told() -> Result:
    return hub(*SHORT, "--json")


def without_time(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    assert found.pop("timing")["seconds"] > 0
    return found


def test_two_months_keep_every_promise(told: Result) -> None:
    assert told.code == 0, told.err
    found = without_time(told.out)
    assert found["ok"]
    assert {one["id"] for one in found["promises"]} == {
        "delivered",
        "agreed",
        "whole",
        "quarantine",
        "audited",
        "reminders",
        "bodies",
    }
    assert all(one["looked_at"] > 0 and one["broken"] == [] for one in found["promises"])
    assert found["documents"] >= 60
    assert found["by_kind"]["assistance_request"] > 0
    assert found["carriages"]["made"] > 0
    assert "2026年2月" in told.err


def test_every_late_matter_has_a_holder_a_rule_a_day_and_a_cause(told: Result) -> None:
    late = without_time(told.out)["late"]
    assert late, "this seed has late matters"
    for one in late:
        assert one["holder"] != one["opener"]
        assert one["rule"]
        assert date.fromisoformat(one["due"])
        assert one["causes"]
        assert all(cause in one["sentence"] for cause in one["causes"])
        assert one["days_late"] >= 0


def test_the_same_seed_gives_the_same_business_in_another_process(told: Result) -> None:
    """Another process has other hash seeds and another clock."""
    command = [sys.executable, "-m", "hub", *map(str, SHORT), "--json"]
    again = subprocess.run(command, capture_output=True, cwd=ROOT, text=True, check=True)
    assert without_time(again.stdout) == without_time(told.out)


def test_a_node_that_is_lived_in_reads_what_was_played_with_its_own_keys(tmp_path: Path) -> None:
    begins, ends = datetime(2026, 1, 5, 0, tzinfo=UTC), datetime(2026, 1, 12, 10, tzinfo=UTC)
    homes = found(tmp_path, seats(2), read_agreement(None), Dice(5, "keys"), begins)

    assert live_in(homes, 5, begins, ends, lambda _: None) >= ends

    federation = Federation.open(homes, 6, ends, tmp_path)
    try:
        for post in federation:
            rows = post.views.matters(MatterFilter(), None, 200, now=ends).rows
            assert rows
            assert all(row.title for row in rows)
    finally:
        federation.close()


def test_a_damaged_node_breaks_a_promise_and_ends_with_an_error_and_the_seed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begins, ends = datetime(2026, 1, 5, 0, tzinfo=UTC), datetime(2026, 1, 12, 10, tzinfo=UTC)
    homes = found(tmp_path, seats(2), read_agreement(None), Dice(5, "keys"), begins)
    federation = Federation.open(homes, 5, begins, tmp_path)
    year = Year(federation, 5, ends, lambda _: None)
    year.play()
    assert summarise(year, 5, date(2026, 1, 5))["ok"]
    with sqlite3.connect(tmp_path / "450500-mr" / "hub.sqlite") as database:
        database.execute("UPDATE matters SET state = 'confirmed'")
    database.close()
    broken = summarise(year, 5, date(2026, 1, 5))
    federation.close()
    assert [one["id"] for one in broken["promises"] if one["broken"]] == ["agreed"]
    assert conclude(broken, 1.0, as_json=True) == 1
    shown = capsys.readouterr()
    assert "种子 5" in shown.err
    assert json.loads(shown.out)["ok"] is False


def test_kept_nodes_open_at_the_end_of_the_simulation(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    done = hub("simulate", "--months", 1, "--cities", 2, "--seed", 4, "--keep", kept)
    assert done.code == 0, done.err
    assert "核对" in done.out
    board = hub("--home", kept / "450900-mr", "matters", "--json")
    assert board.code == 0, board.err
    assert json.loads(board.out)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--months", "0"], "--months"),
        (["--cities", "1"], "--cities"),
        (["--cities", "11"], "--cities"),
        (["--start", "2026-13-01"], "2026-01-05"),
        (["--start", "1999-12-31"], "2000"),
        (["--agreement", "nowhere.json"], "nowhere.json"),
        (["--keep", "."], "空文件夹"),
    ],
)
def test_bad_arguments_are_refused_in_one_line(arguments: list[str], words: str) -> None:
    done = hub("simulate", *arguments)
    assert done.code == 2
    assert done.out == ""
    assert words in done.err
    assert len(done.err.strip().splitlines()) == 1


def test_help_is_chinese_and_names_every_option() -> None:
    done = hub("simulate", "--help")
    assert done.code == 0
    for option in (
        "--months",
        "--cities",
        "--seed",
        "--start",
        "--agreement",
        "--keep",
        "--with-demo-offices",
        "--json",
    ):
        assert option in done.out


def test_habits_name_only_steps_the_families_have() -> None:
    """A row that no family allows would never be taken, and nobody would notice."""
    for (family, state, side), habits in HABITS.items():
        for habit in habits:
            assert FAMILIES[family].next(state, habit.kind, habit.act, side) is not None, (family, state, habit)
            assert habit.kind in WRITERS
        assert sum(habit.share for habit in habits if habit.kind != "proxy_record") <= 100
