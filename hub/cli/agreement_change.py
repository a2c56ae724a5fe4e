"""``hub agreement propose``, ``consents``, ``next``: from a proposal to the agreement its holders are asked to sign."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from hub.cli.place import JSON, views_of
from hub.cli.screen import pairs, print_json
from hub.core.errors import InvalidInput, NotFound, WrongState

if TYPE_CHECKING:
    from datetime import datetime

    from hub.core.amendment import Tally
    from hub.core.trust import Trust

_UNITS = {"working_days": "个工作日", "natural_days": "日", "hours": "小时"}
_LIMIT = "working_days 工作日、natural_days 自然日、hours 小时"
NUMBER = typer.Argument(..., metavar="事项编号", help="协议修改建议的事项编号")


class Proposal(NamedTuple):
    """A proposal at this node, with what the members answered so far."""

    opener: str
    body: dict[str, Any]
    tally: Tally
    trust: Trust
    now: datetime

    @property
    def present(self) -> tuple[int, str]:
        """The limit it found."""
        return self.body["present_amount"], self.body["present_unit"]

    @property
    def proposed(self) -> tuple[int, str]:
        """The limit it wants."""
        return self.body["proposed_amount"], self.body["proposed_unit"]


def propose(
    ctx: typer.Context,
    rule: str = typer.Argument(..., metavar="规则", help="协议时限规则编号，如 ASSIST_CROSS"),
    amount: int = typer.Option(..., "--amount", min=1, max=3660, metavar="数值", help="建议的数值"),
    unit: str | None = typer.Option(None, "--unit", metavar="单位", help=f"{_LIMIT}；默认不变"),
    reason: str = typer.Option(..., "--reason", metavar="理由", help="修改的必要性和影响"),
    since: str = typer.Option(..., "--from", metavar="日期", help="建议实施日期，如 2026-09-01"),
    reply_by: str | None = typer.Option(None, "--reply-by", metavar="日期", help="请各成员单位答复的日期"),
    doc_no: str | None = typer.Option(None, "--doc-no", metavar="文号", help="发文字号"),
    as_json: bool = JSON,
) -> int:
    """向全体成员建议修改一项协议时限；同意或者不同意由各成员单位以文书答复"""
    from hub.cli.send import recorded, told
    from hub.core.amendment import check_limit
    from hub.core.ids import ALL
    from hub.flows.send import Request

    with views_of(ctx) as (_, views):
        agreement = views.trust().agreement
    known = next((one for one in agreement.rules if one.id == rule), None)
    present = (known.amount, str(known.unit)) if known else (0, "")
    wanted = (amount, unit or present[1])
    found = check_limit(agreement, rule, present, wanted)
    if wanted[1] not in _UNITS or present[1] not in _UNITS:
        raise InvalidInput(f"建议只能用这些单位：{_LIMIT}", field="unit")
    body: dict[str, object] = {
        "title": f"关于调整“{found.title}”时限的建议",
        "doc_no": doc_no,
        "classification": "internal",
        "rule": rule,
        "rule_title": found.title,
        "agreement_version": agreement.version,
        "present_amount": present[0],
        "present_unit": present[1],
        "proposed_amount": wanted[0],
        "proposed_unit": wanted[1],
        "reason": reason,
        "effective_from": since,
        "reply_by": reply_by,
    }
    given = {name: value for name, value in body.items() if value is not None}
    done = recorded(ctx, Request("agreement_proposal", given, to=(ALL,), mark="members-only"))
    return told(done, as_json=as_json)


def consents(ctx: typer.Context, number: str = NUMBER, as_json: bool = JSON) -> int:
    """一件协议修改建议：谁同意、谁不同意、谁还没有答复（在提出单位查看）"""
    found = _proposal(ctx, number)
    if as_json:
        tally = found.tally
        print_json({**tally._asdict(), "unanimous": tally.unanimous, "rule": found.body["rule"]})
        return 0
    pairs(
        [
            ("规则", str(found.body["rule"])),
            ("现行", _limit(found.present)),
            ("建议", _limit(found.proposed)),
            ("同意", _names(found.trust, found.tally.consented) or "无"),
            ("不同意", _names(found.trust, found.tally.objected) or "无"),
            ("未答复", _names(found.trust, found.tally.silent) or "无"),
        ]
    )
    if found.tally.unanimous:
        print("各成员单位均已同意；下一步：hub agreement next。")
    return 0


def prepare(
    ctx: typer.Context,
    number: str = NUMBER,
    output: Path = typer.Option(..., "-o", "--output", metavar="文件", help="新版本写到哪里（未签名，不覆盖已有文件）"),
    minutes: str | None = typer.Option(
        None, "--minutes", metavar="依据", help="未全体同意时的决定依据，如联席会议纪要的名称和文号；写入规则说明"
    ),
    as_json: bool = JSON,
) -> int:
    """把已同意的修改建议写入协作协议，生成下一版本（未签名），交名册持钥人签署

    须各成员单位均已同意；否则须以 --minutes 写明联席会议的决定。
    """
    from hub.cli.agreement_import import write_agreement
    from hub.cli.agreement_text import print_changes
    from hub.core.amendment import differences, with_limit

    found = _proposal(ctx, number)
    if not found.tally.unanimous and minutes is None:
        left = "；".join(
            f"{word}：{_names(found.trust, members)}"
            for word, members in (("不同意", found.tally.objected), ("未答复", found.tally.silent))
            if members
        )
        raise WrongState(
            f"尚未全体同意（{left}）", field="matter", advice="请先协商；经联席会议决定的，请用 --minutes 写明依据。"
        )
    by = minutes or "经各成员单位书面同意"
    note = f"{_limit(found.present)}改为{_limit(found.proposed)}：{by}（建议事项 {number}）。"
    before = found.trust.agreement
    after = with_limit(before, found.body["rule"], found.present, found.proposed, note=note, issued=found.now)
    write_agreement(output, after)
    changes = differences(before, after)
    if as_json:
        listed = [{**one._asdict(), "fields": [field._asdict() for field in one.fields]} for one in changes]
        print_json({"file": str(output), "version": after.version, "changes": listed})
        return 0
    print_changes(before, after, changes)
    print(f"已写入 {output}（第 {after.version} 版，未签名）。")
    print("下一步：持钥人用 hub roster sign 签署，再起草并签署引用它的成员名册（hub roster draft --agreement）。")
    return 0


def _proposal(ctx: typer.Context, number: str) -> Proposal:
    from hub.core.amendment import tally

    with views_of(ctx) as (node, views):
        view, trust, now = views.matter(number), views.trust(), node.clock()
    opening = next((one for one in view.thread if one.row.kind == "agreement_proposal"), None)
    if opening is None or opening.body is None or view.row is None:
        raise NotFound(f"事项 {number} 不是协议修改建议", field="matter")
    if view.side != "opener":
        raise WrongState("答复只到提出建议的单位", field="matter", advice="请在提出建议的单位执行。")
    if view.row.state != "proposed":
        raise WrongState("这件建议已撤回", field="matter", advice="如仍需修改，请重新提出建议。")
    opener = opening.row.sender
    asked = [one for one in trust.active() if one != opener and trust.may_send("agreement_consent", one, opener)]
    answers = [
        (one.row.sender, one.row.act) for one in view.thread if one.row.kind == "agreement_consent" and one.counted
    ]
    return Proposal(opener, opening.body, tally(asked, answers), trust, now)


def _limit(limit: tuple[int, str]) -> str:
    return f"{limit[0]}{_UNITS.get(limit[1], limit[1])}"


def _names(trust: Trust, members: tuple[str, ...]) -> str:
    return "、".join(trust.members[one].name for one in members)
