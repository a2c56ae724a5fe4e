"""The web application of one node: API for programs, pages for people, one outer guard (DESIGN D12)."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Scope

from hub.core.errors import HubError
from hub.web import ui
from hub.web.api import (
    directory,
    documents,
    due,
    evidence,
    files,
    leads,
    matters,
    numbers,
    openapi,
    outside,
    oversight,
    papers,
    retention,
    statistics,
    subjects,
    units,
)
from hub.web.deps import WebNode
from hub.web.door import door_of
from hub.web.limits import Guard, is_api
from hub.web.problems import Problem, http_problem, problem_of, validation_problem

API = "/api/v1"


def create_app(node: WebNode) -> FastAPI:
    """Build the application; it holds no state beyond ``node``."""
    app = FastAPI(
        title="打击传销跨区域协作节点",
        version="1.0.0",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        # A redirect would turn a POST with a slash too many into a GET.
        redirect_slashes=False,
    )
    app.state.node = node
    api = APIRouter(prefix=API)
    for router in (
        documents.router,
        files.router,
        evidence.router,
        matters.router,
        due.router,
        directory.router,
        papers.router,
        retention.router,
        statistics.router,
        subjects.router,
        units.router,
        leads.router,
        numbers.router,
        outside.router,
        oversight.router,
        oversight.health,
    ):
        api.include_router(router)
    app.include_router(api)
    ui.mount(app)
    openapi.describe(app)
    _answer_errors(app)
    door = door_of(node.hosts, behind_proxy=node.behind_proxy)
    app.add_middleware(Guard, limits=node.limits, refuse=refuse, nonce=lambda: node.salt().hex(), door=door)
    return app


def refuse(scope: Scope, problem: Problem) -> Response:
    """A problem document for a program, a page for a person."""
    if is_api(scope["path"]):
        return problem.response()
    return ui.problem_page(Request(scope), problem)


def _answer_errors(app: FastAPI) -> None:
    @app.exception_handler(HubError)
    def _ours(request: Request, error: HubError) -> Response:
        return refuse(request.scope, problem_of(error))

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> Response:
        return refuse(request.scope, validation_problem(error))

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        response = refuse(request.scope, http_problem(error.status_code))
        for name, value in (error.headers or {}).items():
            response.headers[name] = value
        return response

    # A bug of ours: the server logs it, the client learns that nothing was recorded.
    @app.exception_handler(Exception)
    def _broken(request: Request, _error: Exception) -> Response:
        return refuse(request.scope, http_problem(500))
