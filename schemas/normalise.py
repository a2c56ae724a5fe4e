"""Tidying for the drafting screen and the importers: other spellings of a value turned into the canonical one.

Never used where signed bytes are checked. A text that cannot be read is returned as it is, so that the check which
follows names the field and the reason; nothing is guessed.
"""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

_DOC_NO = re.compile(
    r"(?P<body>[\u4e00-\u9fffA-Za-z]{1,20})[〔\[【（(［](?P<year>(?:19|20)[0-9]{2})[〕\]】）)］]"
    r"(?P<di>第)?(?P<seq>[0-9]{1,6})(?P<end>[号號])"
)
_SPACES = re.compile(r"[\s\u200b\ufeff]+")
_PHONE_NOISE = re.compile(r"[\s()（）-]+")
_MOBILE = re.compile(r"(?:\+86|0086|86)?(1[3-9][0-9]{9})")
_LANDLINE = re.compile(r"(?:\+86|0086)?[\s-]*[(（]?(0[0-9]{2,3})[)）]?[\s-]*([0-9]{7,8})(?:[\s-]+([0-9]{1,6}))?")
_AMOUNT = re.compile(r"([0-9][0-9,]*(?:\.[0-9]+)?)(元|万元|亿元)")
_SCALE = {"元": 1, "万元": 10_000, "亿元": 100_000_000}
_DATE = re.compile(r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?")


def _half_width(text: str) -> str:
    """Full-width digits and letters become half-width; spaces of every kind go."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text))


def normalise_doc_no(text: str) -> str:
    """``桂市监协[2026]12号`` and its like become ``桂市监协〔2026〕12号``; the wording and the digits stay."""
    squeezed = _SPACES.sub("", text)
    found = _DOC_NO.fullmatch(squeezed) or _DOC_NO.fullmatch(_half_width(text))
    if found is None:
        return text
    return f"{found['body']}〔{found['year']}〕{found['di'] or ''}{found['seq']}{found['end']}"


def normalise_mobile(text: str) -> str:
    """``+86 138-0000-0000`` becomes ``13800000000``."""
    found = _MOBILE.fullmatch(_PHONE_NOISE.sub("", _half_width(text)))
    return found[1] if found else text


def normalise_phone(text: str) -> str:
    """Mobile as above, landline ``(0775) 280 0000`` as ``0775-2800000``; others stay."""
    mobile = normalise_mobile(text)
    if mobile != text:
        return mobile
    found = _LANDLINE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return text
    return "-".join(part for part in found.groups() if part)


def normalise_resident_id(text: str) -> str:
    """Half-width, upper-case X, no spaces; fifteen-digit numbers are never converted."""
    tidy = _half_width(text).upper()
    return tidy if re.fullmatch(r"[0-9]{17}[0-9X]", tidy) else text


def normalise_uscc(text: str) -> str:
    """Half-width, upper case, no spaces or hyphens."""
    tidy = _half_width(text).upper().replace("-", "")
    return tidy if re.fullmatch(r"[0-9A-Z]{18}", tidy) else text


def normalise_bank_card(text: str) -> str:
    """Digits only."""
    tidy = _half_width(text).replace("-", "")
    return tidy if re.fullmatch(r"[0-9]{13,19}", tidy) else text


def normalise_name(text: str) -> str:
    """The dots people type in minority names become ``·``; outer spaces go."""
    return re.sub(r"\s*[•・．‧∙･]\s*", "·", text.strip())


def normalise_money(text: str) -> str:
    """``1,234.5元``, ``2537.96万元`` become ``1234.50``, ``25379600.00``; a figure without unit stays as it is."""
    found = _AMOUNT.fullmatch(_half_width(text))
    if found is None:
        return text
    try:
        yuan = Decimal(found[1].replace(",", "")) * _SCALE[found[2]]
    except InvalidOperation:
        return text
    cents = yuan.quantize(Decimal("0.01"))
    return f"{cents:f}" if cents == yuan else text


def normalise_date(text: str) -> str:
    """``2026年11月1日``, ``2026/11/1`` become ``2026-11-01``."""
    found = _DATE.fullmatch(_half_width(text))
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else text
