"""Letters to take away as PDF or docx: pages and API ask here; each export is noted with the digest of the file."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import Query
from starlette.responses import Response

from hub.core.errors import Misconfigured
from hub.core.ids import sha256
from hub.flows.ports.press import FORMS, Press, printed
from hub.flows.ports.views import CopyView
from hub.flows.rows import User
from hub.flows.steps.printing import sheet_of_copy
from hub.kinds.letter import Sheet
from hub.web.deps import WebNode
from hub.web.reading import copies_in_place

Form = Literal["pdf", "docx"]
FORM = Annotated[Form | None, Query(description="pdf 或 docx：下载；不写则显示页面")]
"""Parameter of a page whose letter can be taken away."""


def of_document(node: WebNode, user: User, document: str) -> tuple[CopyView, Sheet]:
    """A document in the user's sight and its sheet; raises ``NotFound`` where there is no body here."""
    copies, thread = copies_in_place(node, user, document)
    of_matter = tuple(one for one in thread if one.row.matter == copies[0].row.matter)
    return copies[0], sheet_of_copy(copies[0], of_matter, node.views.trust(), demo=node.demo)


def answer(node: WebNode, user: User, sheet: Sheet, form: Form, subject: str) -> Response:
    """The letter of ``subject`` (a document, a paper, an assignment) as a download; the leaf names form and digest.

    The caller has checked sight and ``Permit.EXPORT``.
    """
    content = printed(press_of(node), sheet, form)
    node.note("export", subject, user.name, letter=form, sha256=sha256(content))
    # RFC 6266: a plain name for old programs, the real one beside it.
    told = f"attachment; filename=\"letter.{form}\"; filename*=UTF-8''{quote(f'{file_name(sheet)}.{form}', safe='')}"
    headers = {"Content-Disposition": told, "Content-Security-Policy": "sandbox"}
    return Response(content, media_type=FORMS[form], headers=headers)


def fault(node: WebNode, kind: str) -> str:
    """Why the office's own template for this kind is not used; empty if all is well."""
    return node.press.fault(kind) if node.press else ""


def press_of(node: WebNode) -> Press:
    """The node's press; raises ``Misconfigured`` where it was built without one."""
    if node.press is None:
        raise Misconfigured("本节点没有公文排版组件，不能生成 PDF 和 docx", field="form", advice="请使用网页打印。")
    return node.press


def file_name(sheet: Sheet) -> str:
    """文号 and title as a name every file system takes, at most 80 characters."""
    text = f"{sheet.letter.doc_no} {sheet.letter.title}".strip()
    return "".join("_" if each in '\\/:*?"<>|' or not each.isprintable() else each for each in text)[:80].rstrip(" .")
