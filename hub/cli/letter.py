"""``hub letter``: the official letter a document stands for, to read, print or keep."""

from __future__ import annotations

import typer

from hub.cli.place import views_of
from hub.cli.screen import safe
from hub.core.errors import InvalidInput

_WIDTHS = range(40, 201)


def letter(
    ctx: typer.Context,
    document: str = typer.Argument(..., metavar="文书编号", help="文书编号"),
    width: int = typer.Option(78, "--width", metavar="列数", help="每行列数，40 至 200"),
) -> int:
    """一份文书的公文文本（含当事人全称，打印和查阅均记入审计日志）"""
    from hub.cli.place import operator
    from hub.core.audit import leaf
    from hub.flows.steps.lettering import letter_of_copy
    from hub.kinds.letter import plain

    if width not in _WIDTHS:
        raise InvalidInput("每行列数应在 40 至 200 之间", field="width")
    with views_of(ctx) as (node, views):
        found, trust = views.document(document), views.trust()
        copy = found.copies[0]
        thread = views.matter(copy.row.matter).thread
        text = plain(letter_of_copy(copy, thread, trust, demo=node.settings.demo), width)
        now = node.clock()
        with node.store.begin() as uow:
            uow.ledger.add([leaf("print", document, operator(), now, node.salt())])
    for line in text.splitlines():
        print(safe(line))
    return 0
