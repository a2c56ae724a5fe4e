"""Every kind has examples, and every reader says the same of them."""

import json
from copy import deepcopy

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from schemas.catalogue import ACTS, BODIES, act_of
from tests.schemas.corpus import EXAMPLES, body_of, examples, name, schema, schemas_accept

# What JSON Schema cannot say: check digits, days that exist, order of dates, numbers unique inside a list of objects,
# two persons who must differ, the role of one attachment among several, a seizure's length.
ONLY_THE_MODEL_KNOWS = {
    "agreed_item/invalid-due-before-meeting",
    "agreed_item/invalid-written-before-meeting",
    "agreement_proposal/invalid-effective-before-letter",
    "agreement_proposal/invalid-nothing-changes",
    "agreement_proposal/invalid-reply-after-effect",
    "answer/invalid-item-declined-twice",
    "assistance_request/invalid-copied-twice",
    "assistance_request/invalid-repeated-item-number",
    "assistance_request/invalid-uscc-check",
    "blacklist_entry/invalid-ends-before-it-starts",
    "blacklist_entry/invalid-longer-than-three-years",
    "case_notice/invalid-resident-id-check",
    "case_transfer/invalid-file-number-twice",
    "case_transfer/invalid-filed-after-letter",
    "case_transfer/invalid-seizure-31-days-without-extension",
    "case_transfer/invalid-seizure-46-days",
    "case_transfer/invalid-seizure-ends-before-it-starts",
    "compliance/invalid-destroyed-none",
    "compliance/invalid-done-later",
    "compliance/invalid-measure-twice",
    "contact_list/invalid-liaison-without-name",
    "contact_list/invalid-term-ends-before-it-starts",
    "extension_notice/invalid-approver-without-date",
    "extension_notice/invalid-not-later",
    "extension_notice/invalid-told-after-expiry",
    "inquiry_bulletin/invalid-ends-before-it-starts",
    "inquiry_bulletin/invalid-filed-after-letter",
    "inquiry_bulletin/invalid-photo-not-attached",
    "joint_operation/invalid-ends-before-it-starts",
    "joint_operation/invalid-reply-after-start",
    "joint_operation/invalid-started-too-early",
    "jurisdiction_designation/invalid-handover-before-designation",
    "jurisdiction_designation/invalid-no-scan",
    "jurisdiction_designation/invalid-received-before-made",
    "jurisdiction_dispute/invalid-filed-after-letter",
    "jurisdiction_dispute/invalid-no-such-day",
    "jurisdiction_escalation/invalid-material-number-twice",
    "jurisdiction_escalation/invalid-submitted-before-written",
    "jurisdiction_handover/invalid-handed-after-letter",
    "jurisdiction_handover/invalid-item-number-twice",
    "jurisdiction_handover/invalid-same-person",
    "jurisdiction_opinion/invalid-handover-before-letter",
    "jurisdiction_opinion/invalid-talks-after-letter",
    "lead_transfer/invalid-trail-before-receipt",
    "meeting_minutes/invalid-item-due-before-meeting",
    "meeting_minutes/invalid-item-number-twice",
    "meeting_minutes/invalid-minuted-before-held",
    "meeting_notice/invalid-meeting-in-the-past",
    "meeting_notice/invalid-reply-after-meeting",
    "meeting_notice/invalid-topic-number-twice",
    "opinion_notice/invalid-capture-not-attached",
    "opinion_notice/invalid-captured-before-posted",
    "opinion_reply/invalid-completed-in-the-future",
    "opinion_reply/invalid-expected-in-the-past",
    "progress_report/invalid-completed-in-the-future",
    "progress_report/invalid-expected-in-the-past",
    "proxy_record/invalid-attachment-is-no-scan",
    "proxy_record/invalid-paper-from-the-future",
    "proxy_record/invalid-result-twice",
    "proxy_record/invalid-same-person",
    "public_warning/invalid-approved-later",
    "public_warning/invalid-published-before-approval",
    "risk_warning/invalid-over-before-written",
    "statistic_report/invalid-count-with-denominator",
    "statistic_report/invalid-counted-before-end",
    "statistic_report/invalid-ends-before-it-starts",
    "statistic_report/invalid-figure-twice",
    "statistic_report/invalid-rate-above-one",
    "supervision_letter/invalid-not-yet-due",
    "supervision_letter/invalid-reply-before-letter",
    "supplement_request/invalid-item-twice",
    "supplement_request/invalid-wish-before-letter",
    "transfer_result/invalid-no-such-date",
}


@pytest.mark.parametrize(("kind", "version"), BODIES)
def test_every_kind_has_two_valid_examples_and_an_invalid_one(kind, version):
    missing = [file for file in ("valid-1", "valid-2") if not (EXAMPLES / kind / f"{file}.json").exists()]
    assert not missing, f"{kind} version {version}: no example {', '.join(missing)}"
    assert list((EXAMPLES / kind).glob("invalid-*.json")), f"{kind} version {version}: no invalid example"


def test_no_example_stands_for_a_kind_that_does_not_exist():
    assert {path.parent.name for path in EXAMPLES.rglob("*.json")} == {kind for kind, _ in BODIES}


def test_every_act_has_a_valid_example():
    shown = {
        (path.parent.name, act_of(path.parent.name, body_of(path).model_validate_json(path.read_bytes())))
        for path in examples("valid-*")
    }
    assert shown == {(kind, act) for kind, acts in ACTS.items() for act in acts}


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in BODIES}))
def test_the_exported_schema_is_itself_a_valid_schema(kind):
    Draft202012Validator.check_schema(schema(kind))


@pytest.mark.parametrize("path", examples("valid-*"), ids=name)
def test_a_valid_example_is_accepted_by_the_model_and_by_both_json_schema_readers(path):
    body_of(path).model_validate_json(path.read_bytes())
    assert schemas_accept(path.parent.name, json.loads(path.read_bytes()))


@pytest.mark.parametrize("path", examples("valid-*"), ids=name)
def test_validation_changes_nothing(path):
    body = body_of(path).model_validate_json(path.read_bytes())
    assert json.loads(body.model_dump_json(exclude_none=True)) == json.loads(path.read_bytes())


@pytest.mark.parametrize("path", examples("invalid-*"), ids=name)
def test_an_invalid_example_is_refused(path):
    with pytest.raises(ValidationError):
        body_of(path).model_validate_json(path.read_bytes())
    accepted = schemas_accept(path.parent.name, json.loads(path.read_bytes()))
    assert accepted == (name(path) in ONLY_THE_MODEL_KNOWS)


@pytest.mark.parametrize("path", examples("*"), ids=name)
def test_an_example_says_that_it_is_one_and_names_nobody_alive(path):
    assert "演示" in json.loads(path.read_bytes())["title"]
    for party in _parties(json.loads(path.read_bytes())):
        assert party["id_doc_no"][6:10] == "1899"


def _parties(value):
    if isinstance(value, dict):
        if "id_doc_no" in value:
            yield value
        for inner in value.values():
            yield from _parties(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _parties(inner)


def _objects(value, place=()):
    """Every object inside a document with the way to it."""
    if isinstance(value, dict):
        yield place
        for key, inner in value.items():
            yield from _objects(inner, (*place, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _objects(inner, (*place, index))


def _spoilt(document):
    """The same document with one thing wrong: an unknown field, a null, a wrong type, a list for a scalar."""
    for place in _objects(document):
        here = document
        for step in place:
            here = here[step]
        for key in here:
            scalar_as_list = here[key] if isinstance(here[key], list) else [here[key]]
            for wrong in (None, 1.5, {"x": 1}, [scalar_as_list]):
                yield place, key, wrong
        yield place, "unbekannt", "x"


@pytest.mark.parametrize("path", examples("valid-1"), ids=name)
def test_one_wrong_field_anywhere_is_refused_by_every_reader(path):
    original = json.loads(path.read_bytes())
    for place, key, wrong in _spoilt(original):
        document = deepcopy(original)
        here = document
        for step in place:
            here = here[step]
        here[key] = wrong
        with pytest.raises(ValidationError):
            body_of(path).model_validate_json(json.dumps(document))
        assert not schemas_accept(path.parent.name, document), (*place, key, wrong)


@pytest.mark.parametrize("path", examples("valid-1"), ids=name)
def test_each_field_left_out_is_judged_alike_by_model_and_schema(path):
    original = json.loads(path.read_bytes())
    for key in original:
        document = {other: value for other, value in original.items() if other != key}
        try:
            body_of(path).model_validate_json(json.dumps(document))
        except ValidationError:
            accepted = False
        else:
            accepted = True
        assert schemas_accept(path.parent.name, document) == accepted, key
