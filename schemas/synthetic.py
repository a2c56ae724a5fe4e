"""Identity numbers nobody has, with right check digits: for the examples, the demonstration and the tests.

Births lie in 1899, mobile numbers are runs of zeros, organisation codes count up from zero.
"""

from schemas.identity import resident_check_digit, uscc_check_digit

_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def resident_id(region: str = "450902", serial: int = 1, birth: str = "18990101") -> str:
    """A 公民身份号码 born in 1899: ``45090218990101001X``."""
    first = f"{region}{birth}{serial:03}"
    return first + resident_check_digit(first)


def uscc(region: str = "450900", serial: int = 1) -> str:
    """A 统一社会信用代码 of a company, its inner organisation code (GB 11714) right too."""
    body = f"{serial:08}"
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(body, _BODY_WEIGHTS, strict=True)) % 11
    first = f"91{region}{body}{'X' if rest == 10 else rest % 11}"
    return first + uscc_check_digit(first)


def mobile(serial: int = 0) -> str:
    """``13800000000`` and the numbers after it."""
    return f"138{serial:08}"
