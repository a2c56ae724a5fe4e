"""What a kind of document is to the hub: its body, its acts, whom it may go to, which clocks it may start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from hub.core import ijson
from hub.core.errors import BrokenRules, Classified, HubError, InvalidInput, Malformed, Oversized, TooLarge
from schemas.catalogue import ACTS, TITLES, error_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from hub.kinds.letter import Letter, LetterFacts
    from schemas.catalogue import Problem

MAX_BODY = 256 * 1024
"""Bodies are forms and letters; what is larger travels as an attachment."""


@dataclass(frozen=True)
class Kind:
    """One kind of document, one version of it."""

    name: str
    version: int
    body: type[BaseModel]
    opens: bool
    """Opens a matter of its own; others belong to an existing one."""
    audience: str
    """``one`` named member, ``all``, or ``any``."""
    letter: Callable[[Any, LetterFacts], Letter]
    """Writes the official letter 公文 a checked body stands for; called through ``letter_of``."""
    dated_by: str | None = None
    """Field of the body whose day the header carries in ``deadline.requested``: it moves the matter's clock."""
    replaces: bool = False
    """A later document of this kind may replace (correct) an earlier one of the same matter."""

    @property
    def title(self) -> str:
        """Chinese name."""
        return TITLES[self.name]

    @property
    def acts(self) -> tuple[str, ...]:
        """Public verbs."""
        return ACTS[self.name]


def read_body(kind: Kind, data: bytes, act: str) -> BaseModel:
    """Check a received body against its kind; raises ``BrokenRules`` (or a decoding error) naming every problem."""
    ijson.check(data, limit=MAX_BODY)
    body = _validated(kind, data, BrokenRules)
    declared = body.__dict__.get("act")  # Asking a model for a field it has not costs as much as a regular expression.
    if act not in kind.acts or (declared is not None and declared != act):
        raise BrokenRules(f"信封上的动作 {act} 与正文不符", field="act")
    return body


def check_body(kind: Kind, data: bytes) -> BaseModel:
    """Check a body our own user wrote; raises ``InvalidInput``, ``TooLarge`` or ``Classified``."""
    try:
        ijson.check(data, limit=MAX_BODY)
    except Oversized as error:
        raise TooLarge(error.detail, field="body") from error
    except Malformed as error:
        raise InvalidInput(error.detail, field="body") from error
    return _validated(kind, data, InvalidInput)


def problems_of(kind: Kind, data: bytes) -> list[Problem]:
    """Everything wrong with a body somebody is still writing, each with the path of its field; empty: it is whole."""
    try:
        kind.body.model_validate_json(data)
    except ValidationError as error:
        return error_text(error, kind.body)
    return []


def _validated(kind: Kind, data: bytes, wrong: type[HubError]) -> BaseModel:
    try:
        body = kind.body.model_validate_json(data)
    except ValidationError as error:
        problems = error_text(error, kind.body)
    else:
        if getattr(body, "classification", None) == "work_secret":
            raise wrong("协作协议未开放工作秘密经本系统传递，请走机要或其他规定渠道", field="body.classification")
        return body
    if wrong is InvalidInput and any(problem.code == "classified" for problem in problems):
        raise Classified(field="body.classification")
    raise wrong(sentence(problems), field="body." + problems[0].field)


def sentence(problems: list[Problem]) -> str:
    """Every problem in one line, the first twenty at most."""
    return "；".join(problem.reason_zh for problem in problems[:20])
