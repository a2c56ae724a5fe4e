"""Whatever is done to them, the fake and a database give the same answers and hold the same records."""

from itertools import count
from pathlib import Path
from shutil import copyfile

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.builders import federation
from tests.contracts.stores import Backend, MemoryBackend, SqlBackend
from tests.contracts.twins import Twins

# Shrinking a failure on a database that syncs every commit takes minutes; thirty steps can be read as they are.
BOUNDED = settings(
    max_examples=50, stateful_step_count=30, deadline=None, derandomize=True, database=None, phases=[Phase.generate]
)


@pytest.mark.slow
def test_memory_and_sqlite_never_part(sqlite_template: Path, tmp_path: Path):
    numbers = count()

    class Pair(Twins):
        def open(self) -> tuple[Backend, Backend]:
            path = tmp_path / f"{next(numbers)}.sqlite"
            copyfile(sqlite_template, path)
            return MemoryBackend(federation().trust), SqlBackend(f"sqlite:///{path}", federation().trust)

    run_state_machine_as_test(Pair, settings=BOUNDED)
