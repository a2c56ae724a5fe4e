"""The menu: which screens there are, in which group, and who sees their entry."""

from __future__ import annotations

from typing import NamedTuple

from hub.core.policy import Permit, may


class Entry(NamedTuple):
    """One line of the menu; ``icon`` is a name of Bootstrap Icons."""

    path: str
    title: str
    icon: str
    permit: Permit | None
    """None: everybody signed in."""
    whole: bool = False
    """Closed to the accounts of a unit: it shows what belongs to the office as a whole."""


class Group(NamedTuple):
    """A heading of the menu with its lines."""

    title: str
    entries: tuple[Entry, ...]


MENU: tuple[Group, ...] = (
    Group(
        "办理",
        (
            Entry("/", "工作台", "speedometer2", None),
            Entry("/matters", "事项", "folder2-open", Permit.READ),
            Entry("/papers", "文稿", "pencil-square", Permit.READ),
            Entry("/documents", "收件和发件", "envelope-paper", Permit.READ),
            Entry("/due", "时限看板", "calendar2-week", Permit.READ),
            Entry("/supervision", "督办", "megaphone", Permit.READ),
        ),
    ),
    Group(
        "本单位",
        (
            Entry("/assignments", "交办转办", "diagram-2", Permit.READ),
            Entry("/leads", "线索台账", "journal-text", Permit.LEAD),
            Entry("/numbers", "文号", "123", Permit.REGISTER, whole=True),
            Entry("/seals", "用印", "award", Permit.REGISTER, whole=True),
            Entry("/templates", "文书模板", "file-earmark-ruled", Permit.DRAFT),
            Entry("/contacts", "联络员", "telephone", Permit.READ),
            Entry("/outside", "系统外单位", "signpost-split", Permit.READ),
            Entry("/units", "承办单位", "building", Permit.OFFICE, whole=True),
        ),
    ),
    Group("查询", (Entry("/subjects", "主体查询", "person-lines-fill", Permit.SUBJECTS),)),
    Group("统计", (Entry("/statistics", "统计", "bar-chart-line", Permit.FIGURES),)),
    Group(
        "系统",
        (
            Entry("/members", "成员和节点", "diagram-3", Permit.HEADERS),
            Entry("/quarantine", "异常文书", "exclamation-octagon", Permit.HEADERS),
            Entry("/retention", "保存和删除", "archive", Permit.RETAIN, whole=True),
            Entry("/audit", "审计日志", "shield-check", Permit.AUDIT),
            Entry("/users", "用户和权限", "people", Permit.USERS),
            Entry("/help", "帮助", "question-circle", None),
        ),
    ),
)


def menu_of(role: str, unit: str | None = None) -> list[Group]:
    """What a user of this role, of a unit or of the whole office, sees; groups left without entries are dropped."""
    seen = (Group(group.title, tuple(one for one in group.entries if _seen(one, role, unit))) for group in MENU)
    return [group for group in seen if group.entries]


def _seen(entry: Entry, role: str, unit: str | None) -> bool:
    return (entry.permit is None or may(role, entry.permit)) and not (entry.whole and unit is not None)


def landing(role: str) -> str:
    """Where a user of this role begins: the first screen of the menu, or one's own account."""
    menu = menu_of(role)
    return menu[0].entries[0].path if menu else "/account"


def is_here(entry: Entry, path: str) -> bool:
    """Whether the page at ``path`` lies under the entry."""
    return path == entry.path or (entry.path != "/" and path.startswith(f"{entry.path}/"))
