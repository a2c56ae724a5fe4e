"""The whole API, asked by a machine that reads its description and then tells the truth or lies (schemathesis)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from starlette.testclient import TestClient

from hub.core.ids import sha256
from hub.flows.rows import User
from tests.builders import BEIHAI, JOINT, YULIN, ZHANJIANG, uuid
from tests.web import lives
from tests.web.offices import TOKEN, Office, world_at
from tests.web.papers import saved

EACH = 12
"""Examples for each operation and each way: true to the description, and not."""
BOUNDED = settings(
    max_examples=EACH,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, dict[str, str]]]:
    """An office with one matter, a paper and a unit, and their ids by the name they have in an address."""
    with world_at(tmp_path_factory.mktemp("fuzzed"), (YULIN, BEIHAI, ZHANJIANG, JOINT)) as world:
        office, matter = world[BEIHAI], lives.asked(world)
        opening = office.views.matter(matter).thread[0].row
        token = sha256(f"{TOKEN}of-unit".encode())
        with office.store.begin() as uow:
            uow.users.put(User("of-unit", "科员", "officer", token, level="principal_head", unit="wj"))
        office.take(b"antipyramid.message. nonsense")
        ids = {"matter": matter, "document": opening.document, "digest": str(opening.hash)}
        outside = {"region": "450923", "name": "某村民委员会", "system": "grass", "channel": "post"}
        known = office.client().post("/api/v1/outside", json=outside).json()["id"]
        template = {"kind": "assistance_request", "body": {"title": "函"}}
        assert office.client().put("/api/v1/templates/a", json=template).status_code == 200
        yield office, {**ids, "paper": saved(office.browser()), "item": "1", "office": known, "name": "a"}


def operations(office: Office) -> list[Any]:
    """What the description holds."""
    schema = schemathesis.openapi.from_dict(office.app.openapi())
    return [one.ok() for one in schema.get_all_operations()]


def ask(client: TestClient, case: Any) -> Any:
    """Send it as it is, whatever it is."""
    wanted = case.as_transport_kwargs(base_url="http://127.0.0.1:8701")
    headers = {name: value for name, value in wanted.pop("headers", {}).items() if name.lower() != "authorization"}
    sound = {name: str(value).encode("utf-8", "surrogatepass") for name, value in headers.items()}
    known = {name: wanted[name] for name in ("method", "url", "params", "json", "data", "content") if name in wanted}
    if not isinstance(known.get("data", ""), dict):
        known["content"] = known.pop("data", None)
    return client.request(**known, headers=sound, follow_redirects=False)


def fault(case: Any, answer: Any) -> str:
    """What is wrong with an answer; empty if nothing."""
    if answer.status_code >= 500:
        return "server error"
    if answer.status_code >= 400:
        said = answer.headers.get("content-type", "")
        if said != "application/problem+json":
            return f"{said} instead of a problem"
        if not {"code", "title", "detail"} <= answer.json().keys() or "Traceback" in answer.text:
            return "no sound problem"
    if str(answer.status_code) not in {*case.operation.definition.raw["responses"], "404", "405"}:
        return "a status that the description does not name"
    return ""


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_request_however_odd_makes_the_server_fail(asked: tuple[Office, dict[str, str]], mode: GenerationMode):
    office, ids = asked
    client, wrong = office.client(), dict[str, str]()
    tried = 0
    for operation in operations(office):
        here = {name: value for name, value in ids.items() if f"{{{name}}}" in operation.path}
        cases = operation.as_strategy(generation_mode=mode)
        if here:
            # Made-up ids find nothing: half of the cases name what is really there.
            real = operation.as_strategy(generation_mode=mode, path_parameters=here)
            cases = st.one_of(real, cases)

        @BOUNDED
        @given(case=cases)
        def try_it(case: Any) -> None:
            nonlocal tried
            tried += 1
            answer = ask(client, case)
            if found := fault(case, answer):
                wrong.setdefault(
                    f"{found}: {case.method} {case.formatted_path}", f"{answer.status_code} {answer.text[:300]}"
                )

        # Where an operation takes nothing, nothing can be wrong with what it is given.
        with suppress(Unsatisfiable):
            try_it()
    assert not wrong, "\n".join(f"{name}\n    {said}" for name, said in wrong.items())
    assert tried > EACH * 20


def test_what_belongs_to_another_unit_is_not_there_and_the_try_is_noted(asked: tuple[Office, dict[str, str]]):
    office, ids = asked
    client, noted = office.client("of-unit"), 0
    for operation in operations(office):
        if operation.method.upper() != "GET" or not {"{matter}", "{document}"} & set(operation.path.split("/")):
            continue
        for known, count in ((ids, 1), ({**ids, "matter": uuid(88), "document": uuid(88)}, 0)):
            path = operation.path
            for name, value in known.items():
                path = path.replace(f"{{{name}}}", value)
            before = _noted(office)
            answer = client.get(path)
            assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json"), path
            assert _noted(office) - before >= count, path
            noted += count
    assert noted > 3


def _noted(office: Office) -> int:
    with office.store.read() as connection:
        sql = "SELECT count(*) FROM leaves WHERE type = 'not-in-sight'"
        return int(connection.exec_driver_sql(sql).scalar() or 0)
