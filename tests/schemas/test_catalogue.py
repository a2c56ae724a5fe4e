"""The catalogue is complete, described in Chinese, and exported as it stands."""

import re
import sys
from typing import Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from schemas.catalogue import ACTS, BODIES, TITLES, warnings_of
from schemas.export import HERE, documents, text_of
from schemas.problems import _model_in
from schemas.synthetic import mobile, resident_id
from tests.schemas.corpus import EXAMPLES

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def models_under(model: type[BaseModel]) -> set[type[BaseModel]]:
    found = {model}
    for info in model.model_fields.values():
        inner = _model_in(info.annotation)
        if inner is not None:
            found |= models_under(inner)
    return found


ALL_MODELS = sorted(set().union(*(models_under(body) for body in BODIES.values())), key=lambda model: model.__name__)


def test_titles_and_acts_cover_exactly_the_kinds_with_a_body():
    kinds = {kind for kind, _ in BODIES}
    assert set(TITLES) == kinds
    assert set(ACTS) == kinds
    assert all(ACTS.values())


def test_body_class_names_are_distinct_so_that_an_error_finds_its_model():
    assert len({body.__name__ for body in BODIES.values()}) == len(BODIES)


@pytest.mark.parametrize(("kind", "version"), BODIES)
def test_a_kind_stands_in_the_module_of_its_name_and_the_module_names_its_source(kind, version):
    module = BODIES[kind, version].__module__
    assert module.startswith(f"schemas.{kind}")
    assert "Source:" in (sys.modules[module].__doc__ or "")


@pytest.mark.parametrize("kind", [kind for kind, version in BODIES if "act" in BODIES[kind, version].model_fields])
def test_the_act_inside_a_body_offers_exactly_the_public_acts(kind):
    assert set(get_args(BODIES[kind, 1].model_fields["act"].annotation)) == set(ACTS[kind])


def test_a_kind_with_several_acts_says_which_one_in_its_body():
    assert all(("act" in BODIES[kind, 1].model_fields) == (len(acts) > 1) for kind, acts in ACTS.items())


@pytest.mark.parametrize("model", ALL_MODELS, ids=lambda model: model.__name__)
def test_every_field_has_a_chinese_title_and_a_description(model):
    for field, info in model.model_fields.items():
        assert info.title, field
        assert CHINESE.search(info.title), field
        assert info.description, field
        assert CHINESE.search(info.description), field


def choices(annotation):
    if get_origin(annotation) is Literal:
        yield get_args(annotation)
    for part in get_args(annotation):
        yield from choices(part)


@pytest.mark.parametrize("model", ALL_MODELS, ids=lambda model: model.__name__)
def test_every_choice_has_a_chinese_label_for_each_value(model):
    properties = model.model_json_schema()["properties"]
    definitions = str(model.model_json_schema())
    for field, info in model.model_fields.items():
        for values in choices(info.annotation):
            if values == (True,):
                continue
            shown = properties[field].get("x-labels") or properties[field].get("items", {}).get("x-labels")
            assert shown is not None, f"{field} has no labels in {definitions[:80]}"
            assert set(shown) == set(values), field


@pytest.mark.parametrize("model", ALL_MODELS, ids=lambda model: model.__name__)
def test_every_body_part_is_strict_frozen_and_closed(model):
    assert model.model_config["strict"]
    assert model.model_config["frozen"]
    assert model.model_config["extra"] == "forbid"


@pytest.mark.parametrize("model", ALL_MODELS, ids=lambda model: model.__name__)
def test_rules_between_fields_name_fields_that_exist_and_are_optional(model):
    for rule in model.RULES:
        assert rule.field in model.model_fields
        for field in (*rule.requires, *rule.forbids, *rule.any_of):
            assert not model.model_fields[field].is_required(), field


@pytest.mark.parametrize("model", ALL_MODELS, ids=lambda model: model.__name__)
def test_bounds_in_the_exported_schema_are_the_narrow_ones_of_the_field(model):
    for field, schema in model.model_json_schema()["properties"].items():
        if schema.get("type") == "integer":
            assert "minimum" in schema, field
            assert "maximum" in schema, field


def test_the_exported_schemas_are_what_the_models_say():
    stale = [
        str(path.relative_to(HERE))
        for path, document in documents().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text_of(document)
    ]
    assert not stale, f"run: python -m schemas export ({', '.join(stale)})"


def test_no_exported_schema_is_left_without_a_model():
    assert set((HERE / "json").rglob("*.json")) == set(documents())


def test_lead_transfer_has_no_place_for_a_reporters_name():
    fields = set().union(*(model.model_fields for model in models_under(BODIES["lead_transfer", 1])))
    assert {field for field in fields if "reporter" in field} == {"reporter_masked"}


def test_a_wrong_card_number_is_a_warning_with_its_place_and_no_refusal():
    text = (EXAMPLES / "lead_transfer" / "valid-1.json").read_text(encoding="utf-8")
    model = BODIES["lead_transfer", 1]
    assert warnings_of(model.model_validate_json(text)) == []
    wrong = text.replace("6222020000000000000", "6222020000000000001")
    assert wrong != text
    (warning,) = warnings_of(model.model_validate_json(wrong))
    assert warning.field == "subjects.1.accounts.0.number"
    assert warning.reason_zh == "被反映主体第2项·资金账户第1项·卡号：卡号校验不符，请核对原件"


def test_synthetic_numbers_are_obviously_nobodys():
    assert resident_id() == "45090218990101001X"
    assert mobile() == "13800000000"
