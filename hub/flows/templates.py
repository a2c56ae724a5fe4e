"""Named starting bodies of this office 文书模板: a handler begins from one and finishes it as a working paper."""

from __future__ import annotations

from datetime import datetime

from hub.core.audit import leaf
from hub.core.errors import NotFound
from hub.core.ids import sha256
from hub.flows.ports import Salt, UnitOfWork
from hub.flows.ports.office_rows import Template
from hub.flows.steps.papers import PaperDraft, checked
from hub.flows.steps.texts import said


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
