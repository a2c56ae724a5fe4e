"""Value types accept one spelling each; normalisers turn the others into it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from stdnum.cn import uscc as stdnum_uscc
from stdnum.iso7064 import mod_11_2

from schemas import normalise, parts
from schemas.blacklist_entry import _latest_end
from schemas.identity import USCC_ALPHABET, resident_check_digit, uscc_check_digit
from schemas.party import Party
from schemas.synthetic import resident_id, uscc

ACCEPTED = {
    "Money": ["0.00", "0.05", "1234.50", "99999999999999.99"],
    "RegionCode": ["450900", "820000", "999999"],
    "Uscc": ["91350100M000100Y43", uscc(), uscc("460100", 77)],
    "ResidentId": ["45090218990101001X", resident_id("999999", 2), resident_id(birth="20000229")],
    "Mobile": ["13800000000", "19900000000"],
    "Phone": ["13800000000", "0775-2800000", "010-12345678-123", "12315", "668899", "+85212345678"],
    "BankCard": ["6222020000000000000", "6222020000000000001", "1234567890123"],
    "DocNo": [
        "东政办〔2019〕18号",
        "深龍府辦〔2008〕61號",
        "公通字〔2020〕6号",
        "国市监法发〔2021〕42号",
        "玉市监协〔2026〕第12号",
        "A市监〔1999〕000001号",
    ],
    "PersonName": ["张某", "张*", "阿依古丽·买买提", "John Smith", "司马某某"],
    "DateText": ["2026-02-28", "2024-02-29", "1900-01-01", "2099-12-31"],
    "ShortText": ["一", "有\n换行", "\u202e双向控制\u200b", "🚨", "a" * 200, " 前后有空格 "],
    "Domain": ["zbyz18.example", "xn--fiqs8s.example", "a.b.example"],
    "DocumentId": ["019b0c4e-5a00-7000-8000-000000000001"],
    "Sha256": ["0123456789abcdef" * 4],
}
REFUSED = {
    "Money": [
        "1234",
        "1234.5",
        "1,234.50",
        "-1.00",
        "01.00",
        "1234.50元",
        "１.00",
        "1.00\n",
        "",
        "1e2",
        1.0,
        100,
        None,
    ],
    "RegionCode": ["45090", "4509000", "45090a", "٤٥٠٩٠٠", "450900\n", "050900", 450900],
    "Uscc": [
        "91350100M000100Y44",
        "91350100m000100y43",
        "9135010OM000100Y43",
        "91350100M000100Y4",
        "91350100M000100Y43 ",
    ],
    "ResidentId": [
        "450902189901010010",
        "45090218990101001x",
        resident_id(birth="18990229"),
        resident_id(birth="00010101"),
        resident_id(birth="21010101"),
        "450902990101001",
        "45090218990101001X\n",
    ],
    "Mobile": ["1380000000", "138000000000", "12800000000", "+8613800000000", "138 0000 0000", "１3800000000"],
    "Phone": ["+8613800000000", "(0775)2800000", "0775 2800000", "12", "abc"],
    "BankCard": ["622202000000", "6222 0200 0000 0000 000", "62220200000000000000"],
    "DocNo": [
        "东政办[2019]18号",
        "工商直字【2011】214号",
        "东政办〔19〕18号",
        "东政办〔2019〕18",
        "〔2019〕18号",
        "东政办〔2019〕18号\n",
        " 东政办〔2019〕18号",
        "东政办〔2019〕1234567号",
    ],
    "PersonName": ["张", "阿依古丽•买买提", " 张某", "张某 ", "张\n某", "张\x00某", "某" * 51],
    "DateText": ["2026-02-30", "2026-2-3", "20260203", "1899-12-31", "9999-01-01", "2026-02-03T00:00", "2026-02-03\n"],
    "ShortText": ["", " ", "\n", "a\x00", "\x00", "a" * 201, "\u3000", b"a", 1],
    "Domain": ["http://a.example", "A.example", "a.example/x", "例子.example", "localhost", "-a.example"],
    "DocumentId": ["019b0c4e-5a00-4000-8000-000000000001", "{019b0c4e-5a00-7000-8000-000000000001}"],
    "Sha256": ["0123456789ABCDEF" * 4, "0" * 63],
}


def pairs(table):
    return [(kind, value) for kind, values in table.items() for value in values]


@pytest.mark.parametrize(("kind", "value"), pairs(ACCEPTED))
def test_a_canonical_value_is_accepted_unchanged(kind, value):
    assert TypeAdapter(getattr(parts, kind)).validate_python(value, strict=True) == value


@pytest.mark.parametrize(("kind", "value"), pairs(REFUSED))
def test_any_other_spelling_is_refused(kind, value):
    with pytest.raises(ValidationError):
        TypeAdapter(getattr(parts, kind)).validate_python(value, strict=True)


@pytest.mark.parametrize("text", [b'"\\ud800"', b'"\xed\xa0\x80"', b'"\\u0000"', b'"a\\u0000b"'])
def test_lone_surrogates_and_nul_never_get_in(text):
    with pytest.raises(ValidationError):
        TypeAdapter(parts.LongText).validate_json(text)
    with pytest.raises(ValidationError):
        TypeAdapter(parts.LongText).validate_python("\ud800")


@given(st.text("0123456789", min_size=17, max_size=17))
def test_the_resident_check_digit_is_that_of_iso_7064(first):
    assert mod_11_2.calc_check_digit(first) == resident_check_digit(first)


@given(st.text("0123456789", min_size=8, max_size=8), st.text(USCC_ALPHABET, min_size=9, max_size=9))
def test_the_credit_code_check_digit_is_that_of_the_standard(digits, rest):
    assert stdnum_uscc.calc_check_digit(digits + rest) == uscc_check_digit(digits + rest)


NORMALISED = [
    ("doc_no", "工商直字【2011】214号", "工商直字〔2011〕214号"),
    ("doc_no", "玉市监协 [2026] 第12号", "玉市监协〔2026〕第12号"),
    ("doc_no", "玉市监协（２０２６）１２号", "玉市监协〔2026〕12号"),
    ("doc_no", "没有文号", "没有文号"),
    ("mobile", "+86 138-0000-0000", "13800000000"),
    ("mobile", "008613800000000", "13800000000"),
    ("mobile", "１３８００００００００", "13800000000"),
    ("mobile", "不详", "不详"),
    ("phone", "(0775) 2800000", "0775-2800000"),
    ("phone", "+86 138 0000 0000", "13800000000"),
    ("phone", "0775-2800000-123", "0775-2800000-123"),
    ("resident_id", "45090218990101001x", "45090218990101001X"),
    ("resident_id", "４５０９０２ 18990101 001Ｘ", "45090218990101001X"),
    ("resident_id", "450902990101001", "450902990101001"),
    ("uscc", "9135 0100 m000 100y 43", "91350100M000100Y43"),
    ("bank_card", "6222 0200 0000 0000 000", "6222020000000000000"),
    ("name", "阿依古丽•买买提", "阿依古丽·买买提"),
    ("money", "1,234.5元", "1234.50"),
    ("money", "2537.96万元", "25379600.00"),
    ("money", "43亿元", "4300000000.00"),
    ("money", "1234.5", "1234.5"),
    ("money", "0.001元", "0.001元"),
    ("date", "2026年4月3日", "2026-04-03"),
    ("date", "2026/4/3", "2026-04-03"),
]


@pytest.mark.parametrize(("kind", "given_text", "canonical"), NORMALISED)
def test_a_normaliser_gives_the_canonical_form_or_leaves_the_text_alone(kind, given_text, canonical):
    assert getattr(normalise, f"normalise_{kind}")(given_text) == canonical


@pytest.mark.parametrize(
    ("kind", "type_name"),
    [
        ("doc_no", "DocNo"),
        ("mobile", "Mobile"),
        ("phone", "Phone"),
        ("resident_id", "ResidentId"),
        ("uscc", "Uscc"),
        ("bank_card", "BankCard"),
        ("name", "PersonName"),
        ("date", "DateText"),
    ],
)
def test_a_normaliser_leaves_canonical_values_as_they_are(kind, type_name):
    for value in ACCEPTED[type_name]:
        assert getattr(normalise, f"normalise_{kind}")(value) == value


@given(st.text(max_size=60))
def test_normalisers_take_any_text_and_settle_at_once(text):
    for kind in ("doc_no", "mobile", "phone", "resident_id", "uscc", "bank_card", "name", "money", "date"):
        turn = getattr(normalise, f"normalise_{kind}")
        assert turn(turn(text)) == turn(text)


PERSON = {"role": "participant", "type": "person", "name": "张某"}


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("resident_id", resident_id()),
        ("old_resident_id", "450902990101001"),
        ("hmt_residence", resident_id("810000")),
        ("passport", "E00000000"),
        ("hm_permit", "H0000000000"),
        ("other", "A-(1)"),
    ],
)
def test_an_identity_document_that_fits_its_type_is_accepted(kind, number):
    assert Party.model_validate({**PERSON, "id_doc_type": kind, "id_doc_no": number}).id_doc_no == number


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("resident_id", "450902189901010010"),
        ("resident_id", "450902990101001"),
        ("old_resident_id", "45090299010100X"),
        ("hmt_residence", resident_id("450902")),
        ("hmt_residence", resident_id("810000")[:17] + "A"),
        ("passport", "e00000000"),
    ],
)
def test_an_identity_document_that_does_not_fit_its_type_is_refused(kind, number):
    with pytest.raises(ValidationError):
        Party.model_validate({**PERSON, "id_doc_type": kind, "id_doc_no": number})


def test_a_number_without_a_type_and_a_person_with_a_company_code_are_refused():
    for extra in ({"id_doc_no": "E00000000"}, {"id_doc_type": "passport"}, {"uscc": uscc()}):
        with pytest.raises(ValidationError):
            Party.model_validate({**PERSON, **extra})


def test_three_years_from_a_leap_day_end_on_the_last_of_february():
    assert _latest_end("2024-02-29") == "2027-02-28"
    assert _latest_end("2026-07-01") == "2029-07-01"
