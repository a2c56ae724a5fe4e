"""Every error has one answer, and none of it is a surprise."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import hub
from hub.core.errors import DatabaseAway, HubError, Misconfigured, Unavailable
from hub.web.problems import HTTP, STATUS, http_problem, problem_of


def every_error() -> list[type[HubError]]:
    """All classes the hub defines, wherever they stand."""
    for module in pkgutil.walk_packages(hub.__path__, "hub."):
        if not module.name.endswith("__main__") and ".migrations" not in module.name:
            importlib.import_module(module.name)
    found, todo = [], [HubError]
    while todo:
        kind = todo.pop()
        found.append(kind)
        todo += kind.__subclasses__()
    return [kind for kind in found if kind.__module__.startswith("hub.")]


def test_the_table_names_every_error_of_the_core_itself_and_not_only_its_family():
    core = [kind for kind in every_error() if kind.__module__ == "hub.core.errors"]

    assert set(STATUS) == set(core)


@pytest.mark.parametrize("kind", sorted(every_error(), key=lambda kind: kind.__name__))
def test_every_error_becomes_a_problem_with_code_title_detail_and_advice(kind: type[HubError]):
    problem = problem_of(kind("某项有误", field="body.title"))

    assert problem.document()["type"] == f"urn:antipyramid:problem:{kind.code}"
    assert (problem.detail, problem.field) == ("某项有误", "body.title")
    assert problem.title
    assert 400 <= problem.status < 500 or issubclass(kind, Unavailable | Misconfigured)


def test_a_database_that_is_away_says_when_to_come_back():
    assert problem_of(DatabaseAway()).response().headers["Retry-After"] == "5"


@pytest.mark.parametrize("status", [*HTTP, 406, 418, 502])
def test_a_bare_status_of_the_framework_keeps_its_number(status: int):
    assert http_problem(status).status == status
