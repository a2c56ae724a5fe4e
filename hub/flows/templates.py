"""Named starting bodies of this office 文书模板: a handler begins from one and finishes it as a working paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hub.core import ijson
from hub.core.audit import leaf
from hub.core.errors import InvalidInput, NotFound
from hub.core.ids import sha256
from hub.flows.ports import Salt, UnitOfWork
from hub.flows.ports.office_rows import Template
from hub.flows.steps.papers import PaperDraft, checked
from hub.flows.steps.texts import identified, said
from hub.kinds.kind import MAX_BODY

_OF_ONE_CASE = frozenset({"doc_no", "issue_date", "original_doc_no", "attachments"})


def keep(
    uow: UnitOfWork, name: str, kind: str, body: dict[str, object], *, who: str, now: datetime, salt: Salt
) -> Template:
    """Keep a starting body under a name, replacing the one before; raises a ``Refused`` for what no draft may hold."""
    name = said(name, "name", "模板名称", 40)
    data, _ = checked(PaperDraft(kind, {key: value for key, value in body.items() if key != "attachments"}))
    template = Template(name, kind, data, who, now)
    uow.papers.put_template(template)
    uow.ledger.add([leaf("template", name, who, now, salt(), kind=kind, body=sha256(data))])
    return template


def named(uow: UnitOfWork, name: str) -> Template:
    """One template; raises ``NotFound``."""
    found = uow.papers.template(said(name, "name", "模板名称", 40))
    if found is None:
        raise NotFound(f"没有名为“{name.strip()[:40]}”的模板", field="name")
    return found


def from_paper(uow: UnitOfWork, paper_id: str, name: str, *, who: str, now: datetime, salt: Salt) -> Template:
    """Keep the body of a paper under a new name, without its number, dates and attachments: they belong to one case.

    Raises ``NotFound`` for the paper, ``InvalidInput`` if the name is taken.
    """
    paper = uow.papers.get(identified(paper_id, "paper", "文稿"))
    if paper is None:
        raise NotFound(f"没有文稿 {paper_id}", field="paper")
    _free(uow, name)
    body = {key: value for key, value in ijson.loads(paper.body, limit=MAX_BODY).items() if key not in _OF_ONE_CASE}
    return keep(uow, name, paper.kind, body, who=who, now=now, salt=salt)


def rename(uow: UnitOfWork, name: str, new: str, *, who: str, now: datetime, salt: Salt) -> Template:
    """Give a template another name; raises ``NotFound``, or ``InvalidInput`` if the new name is taken."""
    known = named(uow, name)
    renamed = replace(known, name=_free(uow, new), who=who, at=now)
    uow.papers.drop_template(known.name)
    uow.papers.put_template(renamed)
    uow.ledger.add([leaf("template", renamed.name, who, now, salt(), act="rename", was=known.name)])
    return renamed


def drop(uow: UnitOfWork, name: str, *, who: str, now: datetime, salt: Salt) -> None:
    """Delete a template; papers begun from it stay as they are. Raises ``NotFound``."""
    known = named(uow, name)
    uow.papers.drop_template(known.name)
    uow.ledger.add([leaf("template", known.name, who, now, salt(), act="drop", body=sha256(known.body))])


def _free(uow: UnitOfWork, name: str) -> str:
    name = said(name, "name", "模板名称", 40)
    if uow.papers.template(name) is not None:
        raise InvalidInput(f"已有名为“{name}”的模板，请另取名称", field="name")
    return name
