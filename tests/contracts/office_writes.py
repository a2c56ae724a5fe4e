"""The writes an office makes for itself: name, change, and a read that tells before from after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hub.flows.ports import UnitOfWork
from hub.flows.ports.office_rows import Event, LeadTransfer, Number, Series, Template, Unit
from hub.flows.ports.outside import OutsideOffice
from hub.flows.ports.uploads import Upload
from tests.builders import BEIHAI, NOW, YULIN, digest, uuid
from tests.builders_office import assignment, lead, paper

Step = Callable[[UnitOfWork], Any]
TAKEN = Number(YULIN, "玉市监协", 2026, 12, "玉市监协〔2026〕12号", uuid(1), "taken", "", "officer", NOW)
VILLAGE = OutsideOffice("out-460200-1", "某村民委员会", "460200", "grass", "", "", "", "post")
TEMPLATE = Template("常用复函", "answer", b"{}", "officer", NOW)
HALF = Upload(uuid(1), digest("sheet"), "附件.pdf", 9, 4, "content", "officer", NOW)
OFFICE_WRITES: tuple[tuple[str, Step, Step] | tuple[str, Step, Step, Step], ...] = (
    ("papers.put", lambda uow: uow.papers.put(paper()), lambda uow: uow.papers.get(uuid(1))),
    (
        "papers.put_template",
        lambda uow: uow.papers.put_template(TEMPLATE),
        lambda uow: uow.papers.templates(),
    ),
    (
        "papers.drop_template",
        lambda uow: uow.papers.drop_template(TEMPLATE.name),
        lambda uow: uow.papers.templates(),
        lambda uow: uow.papers.put_template(TEMPLATE),
    ),
    ("uploads.put", lambda uow: uow.uploads.put(HALF), lambda uow: uow.uploads.of(uuid(1))),
    (
        "uploads.drop",
        lambda uow: uow.uploads.drop(uuid(1), HALF.digest),
        lambda uow: uow.uploads.of(uuid(1)),
        lambda uow: uow.uploads.put(HALF),
    ),
    (
        "events.add",
        lambda uow: uow.events.add([Event(uuid(1), "save", "officer", NOW, "")]),
        lambda uow: [one.act for one in uow.events.of(uuid(1))],
    ),
    (
        "numbers.put_series",
        lambda uow: uow.numbers.put_series(Series("玉市监协", ("assistance_request",), 1, "officer", NOW)),
        lambda uow: uow.numbers.all_series(),
    ),
    ("numbers.take", lambda uow: uow.numbers.take(TAKEN), lambda uow: uow.numbers.last(YULIN, "玉市监协", 2026)),
    ("numbers.put", lambda uow: uow.numbers.put(TAKEN), lambda uow: uow.numbers.last(YULIN, "玉市监协", 2026)),
    (
        "units.put",
        lambda uow: uow.units.put(Unit("fz", "反传销科", "section", None, accounts=True)),
        lambda uow: uow.units.all(),
    ),
    (
        "units.put_assignment",
        lambda uow: uow.units.put_assignment(assignment()),
        lambda uow: uow.units.assignment(uuid(1)),
    ),
    ("leads.put", lambda uow: uow.leads.put(lead()), lambda uow: uow.leads.get(uuid(1))),
    (
        "leads.add_transfer",
        lambda uow: uow.leads.add_transfer(LeadTransfer(uuid(1), "2026-001", BEIHAI, NOW)),
        lambda uow: uow.leads.transfers(["2026-001"]),
    ),
    ("outside.put", lambda uow: uow.outside.put(VILLAGE), lambda uow: uow.outside.all()),
)
