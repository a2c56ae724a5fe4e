"""How root, roster and agreement files are told to their holders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hub.cli.screen import moment, pairs, print_json, table
from hub.core.ids import parse_time
from hub.core.roster_changes import STATUSES, purpose_of, root_changes, roster_changes
from schemas.wire.agreement import Agreement
from schemas.wire.roster import Root, Roster

if TYPE_CHECKING:
    from hub.core.cosigning import Content, Paper, Standing
    from hub.core.trust import Trust
    from hub.flows.doubts import Doubt
    from schemas.wire.roster import MemberKey

_TITLES: dict[type[Content], str] = {Root: "根文件", Roster: "成员名册", Agreement: "协作协议"}


def title_of(content: Content) -> str:
    """``成员名册第 3 版``."""
    return f"{_TITLES[type(content)]}第 {content.version} 版"


def print_paper(paper: Paper) -> None:
    """The whole file for a person: who holds keys, who is a member, until when."""
    content = paper.content
    if isinstance(content, Root):
        _root(content)
    elif isinstance(content, Roster):
        _roster(content)
    pairs([("文件", title_of(content)), ("摘要", paper.hash), ("签名", f"{len(paper.signatures)} 个（未核验）")])


def paper_json(paper: Paper) -> dict[str, Any]:
    """The same for programs."""
    head = {"type": paper.content.type, "version": paper.content.version, "sha256": paper.hash}
    return {**head, "signatures": [one.keyid for one in paper.signatures]}


def standing_json(found: Standing) -> dict[str, Any]:
    """How far the signing has come, for programs."""
    listed = {name: [key.id for key in keys] for name, keys in (("signed", found.signed), ("missing", found.missing))}
    return {"root": found.root.version, "threshold": found.root.threshold, "enough": found.enough, **listed}


def print_standing(found: Standing) -> None:
    """``2 人中已签 1 人，还差 1 人；未签：…``."""
    done, needed = len(found.signed), found.root.threshold
    who = "、".join(key.holder or key.id for key in found.signed) or "无"
    print(f"根文件第 {found.root.version} 版：须 {needed} 人签名，已签 {done} 人（{who}）")
    if not found.enough:
        left = "、".join(f"{key.holder}（{key.id}）" if key.holder else key.id for key in found.missing)
        print(f"还差 {needed - done} 人；尚未签名的持钥人：{left}")


def changes(old: Content | None, new: Content) -> list[str]:
    """What differs, for two files of one sort; the agreement has ``hub agreement diff``."""
    if isinstance(new, Root):
        return root_changes(old if isinstance(old, Root) else None, new)
    if isinstance(new, Roster):
        return roster_changes(old if isinstance(old, Roster) else None, new)
    return []


def print_changes(said: list[str]) -> None:
    """One line each."""
    for line in said:
        print(f"  · {line}")
    if not said:
        print("  内容没有不同。")


def told(paper: Paper, file: object, said: list[str], *, as_json: bool) -> int:
    """What was written, and what it changes."""
    if as_json:
        print_json({**paper_json(paper), "file": str(file), "changes": said})
    else:
        print_changes(said)
        print(f"已写入 {file}（{title_of(paper.content)}，摘要 {paper.hash}）")
    return 0


def print_doubts(found: list[Doubt], trust: Trust, *, as_json: bool) -> int:
    """One line for each doubtful message; exit code 1 when there are any."""
    if as_json:
        facts = [
            {"document": d.message.document, "matter": d.message.matter, "sender": d.message.sender, "key": d.key}
            | {"audience": d.message.audience, "seq": d.message.seq, "hash": d.message.hash, "forked": d.forked}
            | {"title": d.message.title, "stored_at": d.message.stored_at}
            for d in found
        ]
        print_json(facts)
        return int(bool(found))
    rows = [
        (
            moment(d.message.stored_at),
            trust.name_of(d.message.sender, short=True),
            d.message.title,
            d.message.document,
            "与名册所载的最后可信一份不在同一序列" if d.forked else "在最后可信的一份之后",
        )
        for d in found
    ]
    table(("收下时间", "发件单位", "标题", "文书编号", "原因"), rows, "没有存疑的文书。")
    return int(bool(found))


def _root(root: Root) -> None:
    rows = [(key.id, key.holder or "—", "有" if key.second else "无") for key in root.keys]
    table(("密钥", "持钥人", "第二签名密钥"), rows, "没有密钥。")
    pairs([("协作体系", root.federation), ("门限", f"{len(root.keys)} 人中 {root.threshold} 人")])


def _roster(roster: Roster) -> None:
    rows = [
        (
            one.id,
            one.name,
            STATUSES[one.status],
            one.calendar,
            "摆渡" if one.reach == "ferry" else "联网",
            _keys(one.keys),
        )
        for one in roster.members
    ]
    table(("编号", "名称", "状态", "日历", "联网方式", "密钥"), rows, "没有成员。")
    names = {one.id: one.name for one in roster.members}
    terms = [f"{names.get(one.member, one.member)} {one.since} 至 {one.until}" for one in roster.joint_meeting]
    second = roster.second_signature
    until = f"{parse_time(roster.expires):%Y-%m-%d}"
    pairs(
        [
            ("轮值联席会议办公室", "；".join(terms)),
            ("协作协议", f"第 {roster.agreement.version} 版"),
            ("第二签名", second.algorithm if second else "不要求"),
            ("有效期至", until),
        ]
    )


def _keys(keys: list[MemberKey]) -> str:
    return "、".join(f"{purpose_of(one)} {one.id}{_ending(one)}" for one in keys)


def _ending(key: MemberKey) -> str:
    if key.revoked is not None:
        return "（已吊销）"
    return f"（用至 {key.until[:10]}）" if key.until else ""
