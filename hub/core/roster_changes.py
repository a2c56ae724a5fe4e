"""What changes from one roster, or root, to the next, in sentences a holder understands before signing (D5)."""

from __future__ import annotations

from collections.abc import Iterator

from hub.core.signing import SECOND
from schemas.wire.roster import JointMeeting, Member, MemberKey, Root, Roster, SecondSignature

STATUSES = {"active": "有效", "suspended": "已暂停", "expelled": "已退出"}
_MOVES = {
    ("active", "suspended"): "暂停成员资格（不再向其发送文书）",
    ("active", "expelled"): "退出（不再向其发送文书，其签名不再有效）",
    ("suspended", "expelled"): "退出（不再向其发送文书，其签名不再有效）",
    ("suspended", "active"): "恢复成员资格",
    ("expelled", "active"): "重新加入",
}
_FIELDS = {
    "name": "名称",
    "short_name": "简称",
    "region": "行政区划",
    "system": "系统",
    "level": "级别",
    "superior": "上级机关",
    "credit_code": "统一社会信用代码",
    "calendar": "工作日历",
    "reach": "联网方式",
}
PURPOSES = {"sign": "签名", "seal": "加密", "witness": "存证", "second": "第二签名"}
"""What a key is for; one for second signatures is listed to sign, with the algorithm of its own."""
_REACH = {"online": "联网", "ferry": "摆渡"}


def roster_changes(old: Roster | None, new: Roster) -> list[str]:
    """Sentences in the order of the roster; ``old`` None: the first one, everything in it is new."""
    before = {one.id: one for one in old.members} if old else {}
    after = {one.id: one for one in new.members}
    said = [line for one in new.members for line in _member(before.get(one.id), one)]
    said += [f"{_named(one)}：从名册中删去" for one in before.values() if one.id not in after]
    said += _terms(old.joint_meeting if old else [], new.joint_meeting, {**before, **after})
    said += [line for line in _without_host(new) if old is None or line not in _without_host(old)]
    if old is None or old.agreement != new.agreement:
        was = f"第 {old.agreement.version} 版 → " if old else ""
        said.append(f"协作协议：{was}第 {new.agreement.version} 版（摘要 {new.agreement.sha256[:16]}…）")
    if new.second_signature != (old.second_signature if old else None):
        said.append(_second(new.second_signature))
    was = f"{old.expires[:10]} → " if old else ""
    if old is None or old.expires[:10] != new.expires[:10]:
        said.append(f"有效期至：{was}{new.expires[:10]}")
    return said


def _without_host(roster: Roster) -> list[str]:
    """Terms that are not over when the roster begins, of members that are in it no more or not for now."""
    away = {one.id: one for one in roster.members if one.status != "active"}
    return [
        f"注意：{_named(away[term.member])}{STATUSES[away[term.member].status]}，轮值任期至 {term.until}，其间没有单位"
        "取得文书头和统计；请同时用 hub roster handover 定下接任单位"
        for term in roster.joint_meeting
        if term.member in away and term.until >= roster.issued[:10]
    ]


def purpose_of(key: MemberKey) -> str:
    """What a listed key is for, as people read it."""
    return PURPOSES["second" if (key.purpose, key.algorithm) == ("sign", SECOND) else key.purpose]


def _second(policy: SecondSignature | None) -> str:
    if policy is None:
        return "第二签名：不再要求"
    return (
        f"第二签名：自名册第 {policy.roster} 版起，文书和系统回执须另有 {policy.algorithm} 签名；"
        f"更早签发的宽限至 {policy.grace[:10]}"
    )


def root_changes(old: Root | None, new: Root) -> list[str]:
    """The same for the root: who holds keys, how many must sign."""
    before = {key.id: key for key in old.keys} if old else {}
    after = {key.id: key for key in new.keys}
    said = [
        f"新增持钥人：{key.holder or '（未写名称）'}（{key.id}{'，另有第二签名密钥' if key.second else ''}）"
        for key in new.keys
        if key.id not in before
    ]
    said += [
        f"撤销持钥人：{key.holder or '（未写名称）'}（{key.id}）" for key in before.values() if key.id not in after
    ]
    said += [
        f"持钥人改称：{before[key.id].holder or '—'} → {key.holder or '—'}（{key.id}）"
        for key in new.keys
        if key.id in before and before[key.id].holder != key.holder
    ]
    if old is None or old.threshold != new.threshold or len(old.keys) != len(new.keys):
        was = f"{len(old.keys)} 人中 {old.threshold} 人 → " if old else ""
        said.append(f"签署门限：{was}{len(new.keys)} 人中 {new.threshold} 人")
    return said


def _member(old: Member | None, new: Member) -> Iterator[str]:
    name = _named(new)
    if old is None:
        place = f"{new.region}，日历 {new.calendar}，{_REACH[new.reach]}"
        keys = "、".join(f"{purpose_of(key)} {key.id}" for key in new.keys)
        yield f"{name}：加入（{place}），密钥 {keys or '无'}"
        return
    if old.status != new.status:
        yield f"{name}：{_MOVES.get((old.status, new.status), f'{STATUSES[old.status]} → {STATUSES[new.status]}')}"
    for field, title in _FIELDS.items():
        was, now = getattr(old, field), getattr(new, field)
        if was != now:
            yield f"{name}：{title} {_REACH.get(was, was) or '—'} → {_REACH.get(now, now) or '—'}"
    known = {key.id: key for key in old.keys}
    for key in new.keys:
        yield from _key(name, known.pop(key.id, None), key)
    yield from (f"{name}：删去密钥 {key}" for key in known)


def _key(name: str, old: MemberKey | None, new: MemberKey) -> Iterator[str]:
    if old is None:
        yield f"{name}：启用新的{purpose_of(new)}密钥 {new.id}"
        return
    if (old.public, old.purpose, old.algorithm, old.since) != (new.public, new.purpose, new.algorithm, new.since):
        yield f"{name}：密钥 {new.id} 的登记内容被改动，请查明原因"
    if old.until != new.until:
        yield f"{name}：密钥 {new.id} 用至 {new.until[:10] if new.until else '不限'}"
    if old.revoked != new.revoked:
        good = f"其签名认到所列 {len(new.revoked)} 路文书的最后可信一份为止" if new.revoked else "其签名一概不再认可"
        yield f"{name}：吊销密钥 {new.id}（{good}）" if new.revoked is not None else f"{name}：恢复密钥 {new.id}"


def _terms(old: list[JointMeeting], new: list[JointMeeting], members: dict[str, Member]) -> Iterator[str]:
    for word, terms, others in (("取消", old, new), ("", new, old)):
        for term in terms:
            if term not in others:
                host = _named(members[term.member]) if term.member in members else term.member
                yield f"轮值联席会议办公室{'（' + word + '）' if word else ''}：{host}，{term.since} 至 {term.until}"


def _named(member: Member) -> str:
    return f"{member.name}（{member.id}）"
