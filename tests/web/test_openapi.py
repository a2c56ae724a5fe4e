"""The description of the API is complete, valid and true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from pydantic import TypeAdapter

from hub.web.api import (
    due,
    examples,
    file_models,
    models,
    office_examples,
    office_models,
    outside_models,
    paper_models,
    reports,
    retention,
    statistics_examples,
    statistics_models,
    subjects,
)
from hub.web.api.ground import Listing
from hub.web.app import create_app
from tests.builders import YULIN
from tests.web.offices import World

EXAMPLES: list[tuple[Any, Any]] = [
    (models.RecordedOut, examples.RECORDED),
    (models.DocumentIn, examples.DOCUMENT_IN),
    (Listing[models.DocumentLine], examples.page(examples.LINE)),
    (models.DocumentCopy, examples.COPY),
    (Listing[models.MatterLine], examples.page(examples.MATTER_LINE)),
    (models.MatterOut, examples.MATTER_OUT),
    (models.DeadlineOut, examples.DEADLINE),
    (Listing[paper_models.PaperLine], examples.page(paper_models.LINE)),
    (paper_models.PaperOut, paper_models.PAPER),
    (paper_models.PaperIn, paper_models.PAPER_IN),
    (file_models.UploadIn, file_models.UPLOAD_IN),
    (file_models.PieceIn, file_models.PIECE_IN),
    (file_models.UploadOut, file_models.UPLOAD),
    (due.DueOut, examples.DUE),
    (due.SupervisionOut, examples.SUPERVISION),
    (reports.MemberOut, examples.MEMBER),
    (reports.QuarantineOut, examples.QUARANTINE_OUT),
    (statistics_models.StatisticsOut, statistics_examples.STATISTICS),
    (Listing[statistics_models.FigureMatterOut], examples.page(statistics_examples.FIGURE_MATTER)),
    (statistics_models.ReconciliationOut, statistics_examples.RECONCILIATION),
    (subjects.SubjectQuery, subjects.QUERY),
    (subjects.SubjectHits, subjects.HITS),
    (reports.KindOut, examples.KIND),
    (retention.RuleOut, retention.RULE),
    (Listing[retention.DueForReviewOut], examples.page(retention.DUE_FOR_REVIEW)),
    (reports.HealthOut, examples.HEALTH),
    (reports.MeOut, examples.ME),
    (office_models.UnitOut, office_examples.UNIT),
    (office_models.UnitIn, office_examples.UNIT),
    (office_models.UnitChange, office_examples.UNIT_CHANGE),
    (office_models.AssignmentIn, office_examples.ASSIGNMENT_IN),
    (office_models.AssignmentAct, office_examples.ASSIGNMENT_ACT),
    (office_models.AssignmentOut, office_examples.ASSIGNMENT_OUT),
    (office_models.LeadIn, office_examples.LEAD_IN),
    (office_models.LeadForward, office_examples.LEAD_FORWARD),
    (office_models.LeadOutcome, office_examples.LEAD_OUTCOME),
    (office_models.LeadOut, office_examples.LEAD_OUT),
    (office_models.SeriesOut, office_examples.SERIES),
    (office_models.NumberIn, office_examples.NUMBER_IN),
    (office_models.NumberNext, office_examples.NUMBER_NEXT),
    (office_models.NumberVoid, office_examples.NUMBER_VOID),
    (office_models.NumberReceive, office_examples.NUMBER_RECEIVE),
    (office_models.NumberOut, office_examples.NUMBER),
    (office_models.NumberOut, office_examples.RECEIVED),
    (office_models.ContactsOut, office_examples.CONTACTS),
    (outside_models.OutsideIn, outside_models.OUTSIDE_IN),
    (outside_models.OutsideChange, outside_models.OUTSIDE_CHANGE),
    (outside_models.OutsideOut, outside_models.OUTSIDE),
    (outside_models.TemplateIn, outside_models.TEMPLATE_IN),
    (outside_models.TemplateLine, outside_models.TEMPLATE_LINE),
    (outside_models.TemplateOut, outside_models.TEMPLATE),
]


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method} {path}", operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict) and "$ref" in value:
        yield value["$ref"]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner:
        yield from references(one)


@pytest.mark.parametrize(("model", "example"), EXAMPLES, ids=lambda value: getattr(value, "__name__", ""))
def test_every_example_is_what_its_model_gives(model: Any, example: Any):
    adapter = TypeAdapter(model)

    assert adapter.dump_python(adapter.validate_python(example), mode="json", exclude_unset=True) == example


def test_every_operation_has_names_in_both_languages_an_example_and_its_refusals(world: World):
    document = create_app(world[YULIN].node).openapi()

    for name, operation in operations(document):
        assert operation["operationId"], name
        chinese, _, english = operation["summary"].partition(" / ")
        assert not chinese.isascii(), name
        assert english.isascii(), name
        for status, answer in operation["responses"].items():
            for media, content in answer["content"].items():
                assert "example" in content, (name, status)
                assert (media == "application/problem+json") == (int(status) >= 400), (name, status)
        if "/health/" not in name:
            assert operation["security"] == [{"bearer": []}], name
            assert {"401", "422", "503"} <= operation["responses"].keys(), name
        if "requestBody" in operation:
            assert "example" in operation["requestBody"]["content"]["application/json"], name
            assert {"400", "403", "409", "413", "415"} <= operation["responses"].keys(), name
    ids = [operation["operationId"] for _, operation in operations(document)]
    assert len(ids) == len(set(ids))


def test_every_field_has_a_chinese_title(world: World):
    document = create_app(world[YULIN].node).openapi()

    bare = [
        (schema, name)
        for schema, content in document["components"]["schemas"].items()
        for name, field in content.get("properties", {}).items()
        if field.get("title", "").isascii() and field.get("title") != "SHA-256"
    ]
    assert bare == []


def test_every_reference_leads_somewhere_and_every_schema_is_one(world: World):
    document = create_app(world[YULIN].node).openapi()

    for reference in references(document):
        here: Any = document
        for step in reference.removeprefix("#/").split("/"):
            here = here[step]
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    assert document["openapi"].startswith("3.1")
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
