"""What a person proves itself with: the rules for passwords, and one-time codes of the second factor (RFC 6238)."""

from __future__ import annotations

import hmac
from base64 import b32decode, b32encode
from datetime import datetime
from urllib.parse import quote, urlencode

LONG, SHORT, KINDS, LONGEST = 12, 10, 3, 128
"""A password of 12 characters, or of 10 with three kinds of characters; never more than 128."""
STEP = 30
"""Seconds one code stands (RFC 6238 section 5.2)."""
DIGITS = 6
DRIFT = 1
"""Steps a telephone's clock may be off, either way."""


def weakness(password: str, name: str) -> str | None:
    """Why this cannot be the password of the user ``name``; None if it can."""
    if len(password) > LONGEST:
        return f"口令不得超过 {LONGEST} 个字符"
    if any(not sign.isprintable() for sign in password):
        return "口令中有不可见的控制字符"
    if len(password) < SHORT or (len(password) < LONG and _kinds(password) < KINDS):
        return f"口令至少 {LONG} 个字符；含大写字母、小写字母、数字、其他符号中三种以上的，至少 {SHORT} 个字符"
    if len(set(password)) < KINDS + 1:
        return "口令中重复的字符太多"
    if name.casefold() in password.casefold():
        return "口令中不得含有用户名"
    return None


def _kinds(password: str) -> int:
    upper, lower = any(map(str.isupper, password)), any(map(str.islower, password))
    digit, other = any(map(str.isdigit, password)), any(not sign.isalnum() for sign in password)
    return upper + lower + digit + other


def new_secret(random: bytes) -> str:
    """The key of a second factor as text; 20 bytes, as RFC 4226 section 4 recommends."""
    return b32encode(random[:20]).decode()


def code_at(secret: str, step: int, digits: int = DIGITS) -> str:
    """The code of one time step (RFC 4226 section 5.3, HMAC-SHA-1 as every authenticator knows it)."""
    digest = hmac.digest(b32decode(secret), step.to_bytes(8, "big"), "sha1")
    at = digest[-1] & 0x0F
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def step_of(now: datetime) -> int:
    """The time step of a moment."""
    return int(now.timestamp()) // STEP


def matching_step(secret: str, code: str, now: datetime, last: int) -> int | None:
    """The time step of this code, if it is a current one later than ``last``: a code works once."""
    here = step_of(now)
    for step in range(here - DRIFT, here + DRIFT + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()) and step > last:
            return step
    return None


def factor_uri(secret: str, name: str, office: str) -> str:
    """What an authenticator reads from a code picture (otpauth key URI)."""
    values = {"secret": secret, "issuer": office, "algorithm": "SHA1", "digits": DIGITS, "period": STEP}
    return f"otpauth://totp/{quote(office)}:{quote(name)}?{urlencode(values, quote_via=quote)}"
