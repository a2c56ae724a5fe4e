"""What a page shows of an identifier."""

import pytest

from schemas.base import Part
from schemas.catalogue import BODIES
from schemas.masks import MASKS
from tests.schemas.corpus import schema


@pytest.mark.parametrize(
    ("word", "text", "shown"),
    [
        ("resident_id", "45090218990101001X", "450902********001X"),
        ("resident_id", "450902", "******"),
        ("id_document", "E00000000", "E*******0"),
        ("id_document", "45090218990101001X", "4****************X"),
        ("mobile", "13800005678", "138****5678"),
        ("mobile", "0775-2800012", "0775-*****12"),
        ("mobile", "12315", "*****"),
        ("card", "6222020000000000000", "622202*********0000"),
        ("card", "1234", "****"),
        ("name", "张某", "张*"),
        ("name", "阿依古丽·买买提", "阿**"),
        ("name", "张", "*"),
        ("name", "", ""),
    ],
)
def test_a_mask_shows_the_agreed_characters_only(word, text, shown):
    assert MASKS[word](text) == shown


@pytest.mark.parametrize("word", MASKS)
def test_no_mask_shows_a_whole_text(word):
    for length in range(1, 31):
        text = "9" * length
        assert MASKS[word](text).count("*") >= min(length, 1)


def test_every_mask_word_in_the_schemas_is_known():
    words = set()
    for kind, _ in BODIES:
        _collect(schema(kind), words)
    assert words <= set(MASKS)
    assert {"mobile", "card", "name", "id_document"} <= words


def _collect(value, words):
    if isinstance(value, dict):
        if "x-mask" in value:
            words.add(value["x-mask"])
        for inner in value.values():
            _collect(inner, words)
    elif isinstance(value, list):
        for inner in value:
            _collect(inner, words)


def test_a_part_hides_its_values_when_it_explains_itself():
    assert Part.model_config["hide_input_in_errors"]
