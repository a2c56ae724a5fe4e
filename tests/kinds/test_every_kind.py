"""A kind is complete: schema, examples, place in a state machine, right in the agreement. What is missing is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hub.core.errors import BrokenRules, InvalidInput, Refused, Rejected
from hub.core.families import FAMILIES
from hub.kinds.kind import Kind, check_body, read_body
from hub.kinds.registry import KINDS, LATEST, written_as
from schemas.catalogue import ACTS, BODIES, TITLES, act_of
from tests.builders import federation

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
EXAMPLES = SCHEMAS / "examples"
ALL_KINDS = list(KINDS.values())


def named(kind: Kind) -> str:
    return kind.name


def files(kind: Kind, pattern: str) -> list[Path]:
    return sorted((EXAMPLES / kind.name).glob(pattern))


def test_kinds_and_bodies_are_the_same_list() -> None:
    assert KINDS.keys() == BODIES.keys()
    assert {kind.name for kind in ALL_KINDS} == LATEST.keys() == TITLES.keys() == ACTS.keys()


@pytest.mark.parametrize("kind", ALL_KINDS, ids=named)
def test_every_kind_has_schema_examples_a_step_and_a_right(kind: Kind) -> None:
    assert (SCHEMAS / "json" / kind.name / f"{kind.version}.json").exists()
    assert len(files(kind, "valid-*.json")) >= 2
    assert files(kind, "invalid-*.json")
    steps = [step for family in FAMILIES.values() for step in family.steps if step.kind == kind.name]
    assert {step.act for step in steps} == set(kind.acts), "every act has a place in some family"
    assert any(step.state is None for step in steps) == kind.opens
    rights = [right for right in federation().trust.agreement.rights if right.kind == kind.name]
    assert rights, "nobody may send it"
    if kind.audience == "all":
        assert any(right.receiver_system == "all" for right in rights)
    assert kind.dated_by is None or kind.dated_by in kind.body.model_fields


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*/valid-*.json")), ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_every_good_example_is_taken_from_our_user_and_from_a_peer(path: Path) -> None:
    kind = LATEST[path.parent.name]
    data = path.read_bytes()
    act = act_of(kind.name, check_body(kind, data))
    assert act in kind.acts
    assert read_body(kind, data, act) == check_body(kind, data)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*/invalid-*.json")), ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_every_bad_example_is_refused_to_our_user_and_to_a_peer(path: Path) -> None:
    kind = LATEST[path.parent.name]
    data = path.read_bytes()
    with pytest.raises(Refused) as refused:
        check_body(kind, data)
    assert (refused.value.field or "").startswith("body")
    for act in kind.acts:
        with pytest.raises(Rejected):
            read_body(kind, data, act)


@pytest.mark.parametrize("kind", ALL_KINDS, ids=named)
def test_an_act_on_the_envelope_that_the_body_does_not_say_is_refused(kind: Kind) -> None:
    data = files(kind, "valid-*.json")[0].read_bytes()
    said = act_of(kind.name, check_body(kind, data))
    for act in {act for acts in ACTS.values() for act in acts} - {said}:
        with pytest.raises(BrokenRules, match="动作"):
            read_body(kind, data, act)


def test_a_body_with_a_duplicate_key_or_a_float_is_refused_before_it_is_read() -> None:
    kind = LATEST["withdrawal"]
    good = json.dumps({"title": "x", "classification": "internal", "reason": "y"})
    assert check_body(kind, good.encode())
    for bad in (good.replace('"title"', '"title":"a","title"'), good.replace('"y"', "1.5")):
        with pytest.raises(InvalidInput):
            check_body(kind, bad.encode())
        with pytest.raises(Rejected):
            read_body(kind, bad.encode(), "withdraw")


def test_a_second_version_takes_what_the_first_takes_and_the_first_refuses_what_is_new() -> None:
    for kind in (one for one in ALL_KINDS if one.version == 2):
        first = KINDS[kind.name, 1]
        good = json.loads(files(kind, "valid-1.json")[0].read_bytes())
        assert written_as(kind, json.dumps(good).encode()) is first
        copied = json.dumps({**good, "cc": ["某某市公安局"]}).encode()
        assert written_as(kind, copied) is kind
        with pytest.raises(BrokenRules, match="不是本文书的字段"):
            read_body(first, copied, act_of(kind.name, check_body(kind, copied)))
