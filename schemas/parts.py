"""The shared value types: money, places, identity numbers, document numbers, names, dates, texts.

Each accepts exactly one spelling, the canonical one, and changes nothing. Other spellings are turned into the canonical
one while drafting, by :mod:`schemas.normalise`. Sources: GB/T 9704-2012 (文号), GB 11643-1999 (身份证号),
GB 32100-2015 (统一社会信用代码), GB/T 2260 (行政区划代码), ISO/IEC 7812 (银行卡).
"""

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from schemas.identity import resident_fault, uscc_fault

MAX_INT = 2**53 - 1

# A text needs one visible character and no U+0000, which PostgreSQL cannot store; bidirectional marks and line breaks
# are content and are escaped where they are shown.
_TEXT = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"
_NAME = r"^[^\s\u0000•・．][^\u0000-\u001f•・．]*[^\s\u0000•・．]$"
_DATE = r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
_MOMENT = r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\+08:00$"
_MONEY = r"^(0|[1-9][0-9]{0,13})\.[0-9]{2}$"
_REGION = r"^[1-9][0-9]{5}$"
_RESIDENT = r"^[1-9][0-9]{16}[0-9X]$"
_USCC = r"^[0-9]{8}[0-9A-HJ-NPQRTUWXY]{10}$"
_DOC_NO = r"^[\u4e00-\u9fffA-Za-z]{1,20}〔(19|20)[0-9]{2}〕第?[0-9]{1,6}[号號]$"


def _text(longest: int) -> Any:
    return Field(min_length=1, max_length=longest, pattern=_TEXT)


ShortText = Annotated[str, _text(200)]
"""One line: a title, a name of a thing (≤ 200 characters)."""
Note = Annotated[str, _text(2_000)]
"""A paragraph (≤ 2 000 characters)."""
LongText = Annotated[str, _text(20_000)]
"""A statement of facts (≤ 20 000 characters)."""


def _is_date(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError as reason:
        raise PydanticCustomError("no_such_date", "日期不存在") from reason
    return text


DateText = Annotated[
    str,
    Field(
        max_length=10,
        pattern=_DATE,
        json_schema_extra={"format": "date"},
    ),
    AfterValidator(_is_date),
]
"""A day ``2026-11-21`` that exists, years 1900–2099."""

MomentText = Annotated[
    str,
    Field(max_length=25, pattern=_MOMENT, json_schema_extra={"format": "date-time"}),
    AfterValidator(lambda text: _is_date(text[:10]) and text),
]
"""A moment ``2026-11-21T09:30:00+08:00`` to the second in the one civil time of the country, on a day that exists."""

Money = Annotated[
    str,
    Field(max_length=17, pattern=_MONEY, json_schema_extra={"x-unit": "元"}),
]
"""An amount in 元 as text with two decimals; never a JSON number, never a bare figure without unit."""

Count = Annotated[int, Field(ge=0, le=MAX_INT)]
"""A whole number that every JSON reader keeps exactly."""

RegionCode = Annotated[str, Field(max_length=6, pattern=_REGION)]
"""Six digits of GB/T 2260; an unknown or abolished code is not refused."""


def _is_uscc(text: str) -> str:
    if uscc_fault(text):
        raise PydanticCustomError("uscc_check", "校验码不正确，请核对原件")
    return text


Uscc = Annotated[
    str,
    Field(max_length=18, pattern=_USCC),
    AfterValidator(_is_uscc),
]
"""统一社会信用代码: upper case, check digit right."""


def _is_resident_id(text: str) -> str:
    reason = resident_fault(text)
    if reason:
        raise PydanticCustomError("resident_id", "{sentence}", {"sentence": reason})
    return text


ResidentId = Annotated[
    str,
    Field(max_length=18, pattern=_RESIDENT, json_schema_extra={"x-mask": "resident_id"}),
    AfterValidator(_is_resident_id),
]
"""公民身份号码: a birth date that exists and the MOD 11-2 check digit; the region part is never a reason to refuse."""

MOBILE = r"1[3-9][0-9]{9}"
_LANDLINE = r"0[0-9]{2,3}-[0-9]{7,8}(-[0-9]{1,6})?"
_SHORT = r"[0-9]{3,8}"
_ABROAD = r"\+([1-79][0-9]|8[0-57-9])[0-9]{5,13}"

Mobile = Annotated[str, Field(max_length=11, pattern=f"^{MOBILE}$", json_schema_extra={"x-mask": "mobile"})]
"""A mainland mobile number, eleven digits without prefix or spaces."""
Phone = Annotated[
    str,
    Field(
        max_length=20,
        pattern=f"^({MOBILE}|{_LANDLINE}|{_SHORT}|{_ABROAD})$",
        json_schema_extra={"x-mask": "mobile"},
    ),
]
"""Mobile, landline ``0775-2800000``, short number (12315, 手机集团号), or ``+852…`` from outside the mainland."""

BankCard = Annotated[str, Field(max_length=19, pattern=r"^[0-9]{13,19}$", json_schema_extra={"x-mask": "card"})]
"""13–19 digits. A wrong Luhn digit is a warning, not a refusal: numbers are copied from seized slips."""

DocNo = Annotated[str, Field(max_length=40, pattern=_DOC_NO)]
"""文号 as ``桂市监协〔2026〕12号``: hexagonal brackets; law-enforcement forms may carry 第."""

CaseNo = Annotated[str, Field(min_length=2, max_length=60, pattern=_TEXT)]
"""案号: courts, police and bureaux number differently (``(2015)右刑初字第178号``), so it is kept as text."""

PersonName = Annotated[str, Field(min_length=2, max_length=50, pattern=_NAME, json_schema_extra={"x-mask": "name"})]
"""2–50 characters, minority names with ``·`` (U+00B7), masked ones (张某, 张*) allowed."""

PartyName = Annotated[str, Field(min_length=2, max_length=100, pattern=_NAME)]
"""Name of a person or an organisation; the same dot rule."""

Sha256 = Annotated[str, Field(max_length=64, pattern=r"^[0-9a-f]{64}$")]
"""A lower-case hexadecimal SHA-256."""

DocumentId = Annotated[
    str,
    Field(
        max_length=36,
        pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
    ),
]
"""A document's UUIDv7 in canonical lower-case text."""

Domain = Annotated[
    str,
    Field(
        max_length=253,
        pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
    ),
]
"""A domain in lower-case ASCII (punycode for Chinese ones), without scheme or path."""


def all_different(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Refuse a list that says the same twice."""
    if len(set(values)) != len(values):
        raise PydanticCustomError("not_unique", "内容重复")
    return values


Unique = AfterValidator(all_different)

PATTERN_SENTENCES = {
    _TEXT: "不得只有空白，不得含有不可存储的字符（U+0000）",
    _NAME: "首尾不得有空格，姓名间隔号用 ·",
    _DATE: "日期应写成 2026-11-21",
    _MOMENT: "时刻应写成 2026-11-21T09:30:00+08:00（北京时间）",
    _MONEY: "金额应以元为单位并写两位小数，例如 1234.50",
    _REGION: "应为 6 位行政区划代码",
    _RESIDENT: "应为 18 位，末位可为大写 X",
    _USCC: "应为 18 位数字和大写字母（不含 I、O、S、V、Z）",
    _DOC_NO: "文号应写成 桂市监协〔2026〕12号，年份用六角括号〔〕",
}
"""What to say when a pattern isn't met; other fields fall back to their own description."""
