"""A docx template an office keeps for its letters: checked before it is used, and never trusted.

What is refused: files that are no docx, unpack to too much, hold macros or fetch something from
elsewhere when they are opened, leave out a part of the letter, name what there is not, or cannot be filled.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from adapters.letters.word import fill
from hub.kinds.letter import Letter, Sheet, Table

_UNPACKED = 20 * 1024 * 1024
_PARTS = 500
_ACTIVE = re.compile(r"vbaproject|/embeddings/|/activex/", re.IGNORECASE)
_DECLARED = re.compile(rb"<!DOCTYPE|<!ENTITY")
_LINK = re.compile(rb"<[^<>]*Relationship\s[^<>]*>")
NEEDED = {
    "main_to": "主送机关",
    "paragraphs": "正文",
    "tables": "清单",
    "attachments": "附件说明",
    "signature": "署名",
    "date": "成文日期",
    "note": "附注",
    "receipt": "回执",
    "cc": "抄送机关",
    "water": "“演示”“草稿”字样",
}
"""Without these a letter would leave out what the document says."""
_EITHER = (("title", "title_lines", "标题"), ("doc_no", "head", "文号"), ("marks", "head", "密级和紧急程度"))


def fault_of(template: bytes) -> str:
    """Why this template cannot be used, as a sentence for the office; empty if it can."""
    try:
        return _unsafe(template) or _incomplete(template) or _unfillable(template)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError):
        return "不是 docx 文件，或者文件已损坏"


def _unsafe(template: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(template)) as archive:
        listed = archive.infolist()
        if len(listed) > _PARTS or sum(one.file_size for one in listed) > _UNPACKED:
            return "解压后过大"
        parts = {one.filename: archive.read(one) for one in listed}
    if "word/document.xml" not in parts:
        return "不是 docx 文件（应另存为 Word 文档 .docx，不能是 .doc、.wps 或 .dotx）"
    if any(_ACTIVE.search(name) for name in parts):
        return "含有宏或者嵌入对象，请另存为不含宏的 docx"
    if any(_DECLARED.search(data) for name, data in parts.items() if name.endswith((".xml", ".rels"))):
        return "含有不允许的文档类型声明"
    links = [one for name, data in parts.items() if name.endswith(".rels") for one in _LINK.findall(data)]
    if any(b"External" in one and b"/hyperlink" not in one for one in links):
        return "引用了外部文件（如远程模板、链接的图片），请改为嵌入后再保存"
    return ""


def _incomplete(template: bytes) -> str:
    try:
        named = DocxTemplate(io.BytesIO(template)).get_undeclared_template_variables(_environment())
    except TemplateError as error:
        return f"标记有误：{error}"
    except Exception as error:  # noqa: BLE001 - a foreign file may break the library in any way; it is told, not raised
        return f"无法读取（{type(error).__name__}）"
    missing = [title for name, title in NEEDED.items() if name not in named]
    missing += [title for one, other, title in _EITHER if one not in named and other not in named]
    return f"缺少标记：{'、'.join(missing)}" if missing else ""


def _unfillable(template: bytes) -> str:
    try:
        fill(template, SPECIMEN)
    except TemplateError as error:
        return f"标记有误：{error}"
    except Exception as error:  # noqa: BLE001 - as above
        return f"不能填写（{type(error).__name__}）"
    return ""


def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)


SPECIMEN = Sheet(
    Letter(
        title="关于样张的函",
        doc_no="样函〔2026〕1号",
        main_to="某某单位：",
        paragraphs=("样张正文。", "第二段 <&> 文字。"),
        tables=(Table("清单", ("序号", "名称"), (("1", "甲"), ("2", "乙"))), Table("清单二", ("名称",), (("丙",),))),
        attachments=("1．样张附件（1页）",),
        signature="某某单位",
        date="2026年1月1日",
        note="（联系人：某某）",
        marks=("内部", "加急"),
        signer="某某",
        receipt=("回　执", "　　已收到。", "某某单位（公章）"),
        cc=("某某单位", "某某办公室"),
    ),
    issuer="某某单位",
    kind="specimen",
    at=datetime(2026, 1, 1, tzinfo=UTC),
    identity=("文书编号",),
    code="urn:uuid:00000000-0000-7000-8000-000000000000",
    water="草稿",
)
"""A letter with something of everything."""
