"""Letters for the tests of the press: every example of every kind, and one that goes to all lengths."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from hub.kinds.kind import check_body
from hub.kinds.letter import LetterFacts, Sheet, Table, letter_of
from hub.kinds.registry import LATEST

EXAMPLES = Path(__file__).resolve().parents[2] / "schemas" / "examples"
FACTS = LetterFacts(
    sender_name="湛江市市场监督管理局",
    addressee_name="玉林市市场监督管理局",
    urgency="urgent",
    mark="addressee-only",
    issued=datetime(2026, 5, 31, 16, 30, tzinfo=UTC),
)
DOCUMENT = "01964e2a-7c11-7d3e-9a50-3f1c2b7a9e01"
URN = f"urn:uuid:{DOCUMENT}?=sha256={'3f' * 32}"
LONG_NAME = "广西壮族自治区玉林市打击传销规范直销工作联席会议办公室"


def sheet_of(path: Path, water: str = "") -> Sheet:
    """The example of a kind as a sheet."""
    kind = LATEST[path.parent.name]
    letter = letter_of(kind, check_body(kind, path.read_bytes()), FACTS)
    identity = (f"文书编号　{DOCUMENT}", f"存证编号　{'3f' * 32}")
    return Sheet(letter, FACTS.sender_name, kind.name, FACTS.issued, identity, URN, water)


def long_sheet() -> Sheet:
    """Everything at its longest: title, names, a hundred attachments, lists over pages, words without a break."""
    sheet = sheet_of(EXAMPLES / "case_transfer" / "valid-1.json", "草稿")
    letter = replace(
        sheet.letter,
        title="关于移送" + "某某生物科技有限公司及其关联企业海南某某网络科技有限公司" * 3 + "涉嫌组织策划传销一案的函",
        signature=LONG_NAME,
        signer="古丽娜尔·买买提",
        paragraphs=(
            *sheet.letter.paragraphs,
            "网址：https://example.com/" + "a" * 200,
            "#set text(red) $x$ {{ y }} <&>",
        ),
        attachments=tuple(f"{n}．{'银行流水明细' * (1 + n % 9)}.xlsx（{n}页）" for n in range(1, 101)),
        tables=(
            Table(
                "名单",
                ("姓名", "号码", "住址"),
                tuple((f"张某{n}", "44080218990101002X", "住址" * (n % 9)) for n in range(120)),
            ),
            Table("域名", ("序号", "域名"), (("1", "https://" + "abc." * 60),)),
        ),
    )
    return replace(sheet, letter=letter, issuer=LONG_NAME)
