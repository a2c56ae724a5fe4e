"""A template is kept under one name, renamed and deleted, and never carries what belongs to one case."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hub.core.errors import InvalidInput, NotFound
from hub.flows import templates
from tests.builders import NOW, uuid
from tests.builders_office import paper
from tests.contracts.conftest import backend, opener, sqlite_database, sqlite_template
from tests.contracts.stores import Backend
from tests.flows.test_drafting import Desk

__all__ = ["backend", "opener", "sqlite_database", "sqlite_template"]

BODY = {"title": "关于调取登记档案的函", "doc_no": "玉市监协〔2026〕1号", "issue_date": "2026-04-13", "attachments": []}


@pytest.fixture
def desk(backend: Backend) -> Desk:
    made = Desk(backend)
    written = paper(body=json.dumps(BODY, ensure_ascii=False).encode())
    made.do(lambda uow: uow.papers.put(written))
    return made


def call(desk: Desk, what: Any, *arguments: Any) -> Any:
    return desk.do(lambda uow: what(uow, *arguments, who="officer", now=NOW, salt=desk.salt))


def names(desk: Desk) -> list[str]:
    return [one.name for one in desk.do(lambda uow: uow.papers.templates())]


def test_a_template_made_of_a_paper_leaves_behind_what_belongs_to_its_case(desk: Desk) -> None:
    made = call(desk, templates.from_paper, uuid(1), " 调取档案 ")
    assert (made.name, json.loads(made.body)) == ("调取档案", {"title": BODY["title"]})
    with pytest.raises(InvalidInput, match="已有名为"):
        call(desk, templates.from_paper, uuid(1), "调取档案")
    with pytest.raises(NotFound):
        call(desk, templates.from_paper, uuid(2), "另一个")


def test_a_template_changes_its_name_but_never_takes_anothers(desk: Desk) -> None:
    for name in ("甲", "乙"):
        call(desk, templates.from_paper, uuid(1), name)
    for wrong in ("乙", "甲", " "):
        with pytest.raises(InvalidInput):
            call(desk, templates.rename, "甲", wrong)
    call(desk, templates.rename, "甲", "丙")
    assert names(desk) == ["丙", "乙"]
    with pytest.raises(NotFound):
        call(desk, templates.rename, "甲", "丁")


def test_a_deleted_template_is_gone(desk: Desk) -> None:
    call(desk, templates.from_paper, uuid(1), "甲")
    call(desk, templates.drop, "甲")
    assert names(desk) == []
    with pytest.raises(NotFound):
        call(desk, templates.drop, "甲")
