"""A refused body is explained in Chinese, field by field, without repeating what was refused."""

import json

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from schemas.catalogue import BODIES, error_text
from tests.schemas.corpus import EXAMPLES, body_of, examples, name


def problems(kind, **changes):
    document = json.loads((EXAMPLES / kind / "valid-1.json").read_bytes())
    document.update(changes)
    return problems_of(kind, json.dumps(document))


def problems_of(kind, text):
    with pytest.raises(ValidationError) as caught:
        BODIES[kind, 1].model_validate_json(text)
    return error_text(caught.value)


@pytest.mark.parametrize("path", examples("invalid-*"), ids=name)
def test_every_invalid_example_is_explained_in_chinese(path):
    with pytest.raises(ValidationError) as caught:
        body_of(path).model_validate_json(path.read_bytes())
    for problem in error_text(caught.value):
        label, colon, reason = problem.reason_zh.partition("：")
        assert colon
        assert label
        assert reason
        assert not reason.isascii()
        assert problem.field
        assert problem.code


@pytest.mark.parametrize("mark", ["secret", "confidential", "top_secret", "秘密", "机密", "绝密"])
def test_a_state_secret_is_refused_with_the_way_to_go(mark):
    (problem,) = problems("case_notice", classification=mark)
    assert problem.code == "classified"
    assert "机要渠道" in problem.reason_zh


def test_an_unknown_classification_is_an_ordinary_mistake():
    (problem,) = problems("case_notice", classification="restricted")
    assert problem.code == "literal_error"


@pytest.mark.parametrize("subject", ["person", "自然人", "individual"])
def test_a_natural_person_is_refused_on_the_blacklist_by_name_of_the_rule(subject):
    (problem,) = problems("blacklist_entry", subject_type=subject)
    assert problem.code == "natural-person"
    assert problem.field == "subject_type"


def test_a_place_deep_inside_is_named_by_titles_and_by_path():
    document = json.loads((EXAMPLES / "assistance_request" / "valid-1.json").read_bytes())
    document["items"][1]["target"] = 7
    (problem,) = problems_of("assistance_request", json.dumps(document))
    assert problem.field == "items.1.target"
    assert problem.reason_zh == "协查事项第2项·协查对象：应为文字"
    assert problem.code == "string_type"


def test_a_rule_between_fields_names_the_missing_field_and_the_choice_behind_it():
    document = json.loads((EXAMPLES / "assistance_feedback" / "valid-1.json").read_bytes())
    del document["results"][1]["reason"]
    (problem,) = problems_of("assistance_feedback", json.dumps(document))
    assert problem.field == "results.1.reason"
    assert problem.reason_zh == "逐项结果第2项·未完成原因：按所选“逐项结果第2项·结果”，必须填写"
    assert problem.code == "required_when"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "标题：不得少于 1 个字"),
        ({"title": "长" * 201}, "标题：不得超过 200 个字"),
        ({"title": "\n"}, "标题：不得只有空白，不得含有不可存储的字符（U+0000）"),
        ({"doc_no": "x[2026]1号"}, "文号：文号应写成 桂市监协〔2026〕12号，年份用六角括号〔〕"),
        ({"issue_date": "2026-02-30"}, "成文日期：日期不存在"),
        ({"levels": 0}, "层级：不得小于 1"),
        ({"levels": 1001}, "层级：不得大于 1000"),
        ({"levels": 10**30}, "层级：不得大于 1000"),
        ({"amount_involved": "1"}, "涉案金额（元）：金额应以元为单位并写两位小数，例如 1234.50"),
        ({"regions": []}, "涉及地区：不得少于 1 项"),
        ({"regions": {}}, "涉及地区：应为列表"),
        ({"contact": []}, "联系方式：应为一组字段"),
        ({"scheme_types": ["headcount", "headcount"]}, "传销行为类型：内容重复"),
        ({"surplus": 1}, "“surplus”：不是本文书的字段"),
    ],
)
def test_each_usual_mistake_has_its_sentence(changes, sentence):
    assert [problem.reason_zh for problem in problems("case_notice", **changes)] == [sentence]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"a":1} x'])
def test_what_is_no_document_at_all_is_explained_too(text):
    (problem,) = problems_of("withdrawal", text)
    assert problem.reason_zh.startswith("整份文书：")


def test_the_refused_value_is_never_repeated():
    secret = "450902189901010010"
    document = json.loads((EXAMPLES / "case_notice" / "valid-1.json").read_bytes())
    document["parties"][0]["id_doc_no"] = secret
    with pytest.raises(ValidationError) as caught:
        BODIES["case_notice", 1].model_validate_json(json.dumps(document))
    assert secret not in str(caught.value)
    assert all(secret not in problem.reason_zh for problem in error_text(caught.value))


def test_a_model_outside_the_catalogue_may_be_given_by_hand():
    class Small(BaseModel):
        model_config = ConfigDict(strict=True)
        count: int

    with pytest.raises(ValidationError) as caught:
        Small.model_validate_json('{"count":"1"}')
    (problem,) = error_text(caught.value, Small)
    assert problem.reason_zh == "“count”：应为整数"
