"""Passwords are kept as Argon2id hashes, a few at once."""

from __future__ import annotations

import threading

import pytest

from hub.core.errors import Unavailable
from hub.keystore.passwords import PARALLEL, Argon2Passwords

CHEAP = {"memory_kib": 64, "passes": 1}


def test_a_hash_fits_its_password_alone_and_is_another_each_time():
    keeper = Argon2Passwords(**CHEAP)
    first, second = keeper.hash("correct horse"), keeper.hash("correct horse")

    assert first != second
    assert first.startswith("$argon2id$v=19$")
    assert "correct" not in first
    assert [keeper.fits("correct horse", one) for one in (first, second)] == [True, True]
    assert not keeper.fits("correct hors", first)


def test_a_hash_of_another_cost_still_fits():
    assert Argon2Passwords(**CHEAP).fits("secret", Argon2Passwords(memory_kib=128, passes=2).hash("secret"))


def test_without_a_hash_nothing_fits_though_one_was_computed():
    keeper = Argon2Passwords(**CHEAP)

    assert not keeper.fits("secret", None)


def test_who_finds_all_places_taken_is_told_to_come_back():
    keeper = Argon2Passwords(**CHEAP, patience=0.01)
    for _ in range(PARALLEL):
        assert keeper._turns.acquire(blocking=False)
    failed = []

    def come() -> None:
        with pytest.raises(Unavailable):
            keeper.fits("secret", None)
        failed.append(True)

    thread = threading.Thread(target=come)
    thread.start()
    thread.join()
    assert failed
