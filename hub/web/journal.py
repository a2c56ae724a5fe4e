"""The audit log in words: what each leaf says, for those who search it and for the log of one matter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hub.core.trust import Trust
from hub.flows.ports.journal import Act, ActFilter
from hub.flows.ports.views import MatterView, Page
from hub.web import leaf_words, words
from hub.web.deps import WebNode

TYPES = {
    "assignment": "内部转办、交办",
    "alarm": "审计日志告警",
    "alarm-settled": "告警处理",
    "checkpoint": "签存证点",
    "cosign": "会签他单位存证点",
    "confirm": "再次确认身份",
    "decide": "登记发文决定",
    "drop-view": "删除常用查询",
    "erase": "删除内容",
    "erase-approve": "批准删除",
    "erase-decline": "不批准删除",
    "erase-propose": "提出删除",
    "hold": "设保留",
    "release": "解除保留",
    "retention-rule": "设定保存期限",
    "due-changed": "时限变动",
    "export": "导出",
    "ferry-export": "导出摆渡文件",
    "backup": "备份",
    "hand-over": "轮值交接补送",
    "restore-begin": "从备份恢复",
    "restore": "恢复后继续签名发文",
    "heard": "恢复后已与对方核对",
    "take-back": "收回丢失的发文",
    "turned-back": "发现数据库被退回",
    "ferry-import": "读入摆渡文件",
    "field-keys": "轮换字段密钥",
    "judge": "升级后办理暂存文书",
    "key-use": "使用签名密钥",
    "lead": "线索登记",
    "look-up": "查阅",
    "not-in-sight": "查阅无权事项",
    "mended": "补回损坏的文书",
    "number": "文号登记",
    "number-series": "文号系列",
    "outside": "系统外单位",
    "paper": "文稿",
    "print": "打印",
    "quarantine": "异常文书",
    "receipt": "收到系统回执",
    "receipt-asked": "请求重新签署系统回执",
    "receipt-given": "出具系统回执",
    "remind": "催办",
    "root": "更换根文件",
    "roster": "更换成员名册",
    "agreement": "更换协作协议",
    "save-view": "保存常用查询",
    "seal": "签名发出",
    "sign-in": "登录",
    "sign-in-failed": "登录失败",
    "sign-in-link": "发放登录链接",
    "sign-out": "退出",
    "store": "收件入库",
    "template": "文稿模板",
    "unit": "承办单位",
    "unmask": "查看完整号码",
    "upload": "上传附件",
    "peer-look": "对方查阅本单位文书",
    "look-heard": "来文单位已知悉查阅",
    "user": "新建或变更用户",
    "user-active": "停用或启用用户",
    "user-unlock": "解除锁定",
    "user-end-sessions": "结束登录",
    "user-reset": "重置登录方式",
    "password": "修改密码",
    "factor": "启用第二因子",
    "factor-shown": "查看第二因子密钥",
    "factor-dropped": "收回第二因子",
    "withheld": "不再发送",
    "base": "略过加入前的群发文书",
}
"""Type of a leaf -> what it is called; one without a name is shown as it was written."""
_FACTS = {
    "alarm": "告警",
    "keyid": "密钥",
    "place": "位置",
    "size": "条数",
    "act": "办理",
    "kind": "文书种类",
    "matter": "事项",
    "document": "文书",
    "paper": "文稿",
    "to": "对象",
    "by": "人员",
    "type": "行为",
    "since": "自",
    "until": "至",
    "looked_at": "查阅时间",
    "use": "用途",
    "seen": "已核对",
    "member": "单位",
    "peer": "对方单位",
    "unit": "承办单位",
    "role": "角色",
    "level": "级别",
    "state": "状态",
    "due": "期限",
    "reason": "理由",
    "purpose": "用途",
    "text": "查询内容",
    "name": "名称",
    "title": "标题",
    "form": "格式",
    "rows": "行数",
    "records": "件数",
    "count": "件数",
    "code": "代码",
    "version": "版本",
    "was": "原值",
    "outcome": "结果",
    "basis": "依据",
    "documents": "文书",
    "erasure": "删除申请",
    "gone": "删除数量",
    "leaves": "已删除内容的记录",
    "signed": "签名记录摘要",
    "rule": "规则",
    "amount": "期限",
    "active": "启用",
    "accounts": "有账户",
    "asked": "查询内容摘要",
    "batch": "份数",
    "body": "正文摘要",
    "channel": "寄送方式",
    "first": "起始号",
    "found": "查到条数",
    "key": "主体",
    "kinds": "文书种类",
    "known": "已知版本",
    "letter": "公文格式",
    "list": "清单",
    "messages": "文书份数",
    "part": "附件摘要",
    "picked": "所选事项",
    "quarantine": "异常文书",
    "seq": "发文序号",
    "headers": "文书头份数",
    "reports": "报表份数",
    "sha256": "摘要",
    "sort": "种类",
    "sorts": "查询种类",
    "source": "来源地址",
    "subject": "文书",
    "system": "类别",
    "token": "有访问令牌",
    "why": "事由",
    "origin": "存证点所属日志",
    "root": "存证点摘要",
    "kept": "备份包含到该存证点",
    "before": "备份的存续期",
    "waits_for": "等待回报的单位",
    "without": "没有核对的单位",
    "alone": "没有与任何单位核对",
    "despite": "不符而仍恢复的",
}
_APART = {("sign-in", "by"): "方式", ("confirm", "by"): "方式"}
"""(type, fact) called otherwise there."""
_CONTENT = frozenset({"text", "name", "title", "reason", "comment", "note", "purpose", "found", "summary", "why"})
"""Facts that people wrote or that name somebody: case content, which no administrator sees (DESIGN D12)."""
HIDDEN = "（内容不显示）"
_OF_THE_PAGE = frozenset({_FACTS[name] for name in ("matter", "document", "body", "seq")})


@dataclass(frozen=True, slots=True)
class Line:
    """One leaf as it is shown."""

    act: Act
    title: str
    actor: str
    subject: str
    facts: tuple[tuple[str, str], ...]
    erased: bool


def lines(trust: Trust, page: Page[Act], *, content: bool) -> list[Line]:
    """Leaves in words; without ``content`` the free words in them stay hidden."""

    def office(name: str) -> str:
        return words.member(trust, name, short=True)

    return [
        Line(
            one,
            TYPES.get(one.type, one.type),
            leaf_words.actor(one.actor, office),
            leaf_words.subject(one.subject),
            _facts(one, content, office),
            one.facts is None,
        )
        for one in page.rows
    ]


def lines_of_matter(node: WebNode, view: MatterView, page: Page[Act], names: Mapping[str, str]) -> list[Line]:
    """The log of one matter for those who work on it: people and documents by what they are called.

    ``names``: user name -> person. What the page of the matter says anyway (its own id, digests) is left out.
    """
    called = {view.id: "本事项"}
    for copy in view.thread:
        title = words.act(copy.row.act, copy.row.kind)
        called |= {copy.row.document: title, **({copy.row.hash: title} if copy.row.hash else {})}
    return [
        replace(
            one,
            actor=names.get(one.act.actor, one.actor),
            subject=called.get(one.act.subject, one.subject),
            facts=tuple(fact for fact in one.facts if fact[0] not in _OF_THE_PAGE),
        )
        for one in lines(node.views.trust(), page, content=True)
    ]


def of_matter(node: WebNode, view: MatterView, cursor: str | None, limit: int) -> Page[Act]:
    """The log of one matter: its own leaves, and those of its documents and signed copies."""
    subjects = {view.id}
    for copy in view.thread:
        subjects |= {copy.row.document, *([copy.row.hash] if copy.row.hash else [])}
    return node.views.acts(ActFilter(subjects=frozenset(subjects)), cursor, limit)


def _facts(act: Act, content: bool, office: leaf_words.Naming) -> tuple[tuple[str, str], ...]:
    return tuple(
        (
            _APART.get((act.type, name)) or _FACTS.get(name, name),
            HIDDEN if name in _CONTENT and not content else leaf_words.value(name, value, office),
        )
        for name, value in sorted((act.facts or {}).items())
        if value not in (None, "", [], {})
    )
