"""Passwords worth the name, and codes as RFC 6238 has them."""

from __future__ import annotations

from base64 import b32encode
from datetime import UTC, datetime, timedelta

import pytest

from hub.core.proofs import STEP, code_at, factor_uri, matching_step, new_secret, step_of, weakness

SECRET = b32encode(b"12345678901234567890").decode()
NOW = datetime(2026, 4, 13, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_the_standard(second: int, code: str):
    assert code_at(SECRET, second // STEP, digits=8) == code
    assert code_at(SECRET, second // STEP) == code[2:]


@pytest.mark.parametrize(("steps", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_telephone_may_be_half_a_minute_off(steps: int, fits: bool):
    code = code_at(SECRET, step_of(NOW + timedelta(seconds=steps * STEP)))

    assert (matching_step(SECRET, code, NOW, 0) is not None) == fits


def test_a_code_works_once_and_none_before_it_works_after_it():
    here = step_of(NOW)
    earlier, code = code_at(SECRET, here - 1), code_at(SECRET, here)

    assert matching_step(SECRET, code, NOW, here - 1) == here
    assert matching_step(SECRET, code, NOW, here) is None
    assert matching_step(SECRET, earlier, NOW, here) is None


@pytest.mark.parametrize("code", ["", "12345", "１２３４５６", "abcdef", "0000000"])
def test_what_is_no_code_fits_nothing(code: str):
    assert matching_step(SECRET, code, NOW, 0) is None


def test_a_key_has_160_bits_and_is_named_for_the_authenticator():
    secret = new_secret(bytes(range(32)))

    assert len(secret) == 32
    assert factor_uri(secret, "zhang", "玉林市监").startswith("otpauth://totp/%E7%8E%89")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("twelve chars", None),
        ("Ten-chars1", None),
        ("口令口令一二三四五六七八", None),
        ("ten chars.", "至少 12 个字符"),
        ("eleven char", "至少 12 个字符"),
        ("aaaaaaaaaaaaaa", "重复"),
        ("my-ZHANG-is-12", "用户名"),
        ("x" * 129, "不得超过"),
        ("abc\x00defghijkl", "控制字符"),
    ],
)
def test_weak_passwords_are_told_why(password: str, reason: str | None):
    found = weakness(password, "zhang")

    assert (found is None) == (reason is None), found
    assert reason is None or reason in (found or "")
