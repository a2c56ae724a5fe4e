"""接口说明: every operation, field and refusal of the OpenAPI document is there to read, in Chinese."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

from hub.web.ui.reference import Field, operations
from tests.builders import YULIN
from tests.web.offices import World, text_of

GROUPS = ("documents", "matters", "subjects", "papers", "directory", "statistics", "office", "oversight")


def test_the_overview_names_every_operation_and_every_refusal(world: World):
    office = world[YULIN]
    html = office.browser().get("/help/api").text
    document = office.app.openapi()

    for path, item in document["paths"].items():
        for told in item.values():
            assert f"#{told['operationId']}" in html, path
            assert told["summary"].partition(" / ")[0] in unescape(html), path
            for answer in told["responses"].values():
                problem = answer["content"].get("application/problem+json")
                assert problem is None or problem["example"]["code"] in html, path
    assert set(re.findall(r'href="/help/api/([a-z]+)"', html)) == set(GROUPS)


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_shows_parameters_fields_and_examples_in_chinese(world: World, group: str):
    office = world[YULIN]
    html = unescape(office.browser().get(f"/help/api/{group}").text)
    told = [one for item in office.app.openapi()["paths"].values() for one in item.values() if group in one["tags"]]

    assert told
    for one in told:
        assert f'id="{one["operationId"]}"' in html
        for parameter in one.get("parameters", ()):
            assert parameter["name"] in html
        if "requestBody" in one:
            example = one["requestBody"]["content"]["application/json"]["example"]
            assert json.dumps(example, ensure_ascii=False, indent=2) in html
    assert not re.search(r">[A-Z][a-z]+ [a-z]+ [a-z]+ ", html.partition("<article")[2])


def test_what_lies_inside_a_field_is_shown_too(world: World):
    every = {one.id: one for one in operations(world[YULIN].app.openapi(), "http://hub")}

    def find(fields: tuple[Field, ...], *names: str) -> Field:
        found = next(one for one in fields if one.name == names[0])
        return find(found.below, *names[1:]) if names[1:] else found

    sent = every["createDocument"]
    assert find(sent.body, "attachments").sort.startswith("列表")
    assert find(sent.body, "attachments", "name").needed
    assert find(sent.body, "urgency").choices == ("normal", "urgent", "extra-urgent")
    assert find(sent.body, "requested").sort == "日期，如 2026-11-21，可为空"
    assert find(every["listMatters"].answer, "items", "due_effective").title == "顺延届满日"
    assert sent.curl.startswith("curl -X POST -H 'Idempotency-Key: ")
    assert sent.curl.endswith("-d @内容.json 'http://hub/api/v1/documents'")


def test_a_group_that_does_not_exist_is_said_so(world: World):
    assert "接口说明中没有这一组" in text_of(world[YULIN].browser(), "/help/api/nothing", 404)
