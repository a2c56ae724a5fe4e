"""Who may do what inside one office: one table role × permit, read by pages, API and command line (DOMAIN section 9).

The three administrators 系统、安全、审计 exclude one another and see no case content (DESIGN D12): no role has both a
permit of :data:`CASE_CONTENT` and one of :data:`ADMINISTRATION`. A user of a unit (科室、县级局) has the permits of the
role, for the matters its unit has in hand alone.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum


class Permit(StrEnum):
    """What a role may do."""

    READ = "read"
    """See matters and documents."""
    SEND = "send"
    """Record a decision by the plain forms or the API."""
    DRAFT = "draft"
    """Draw up, change, submit and discard working papers."""
    REVIEW = "review"
    """Review and sign off; the level decides which kinds."""
    REGISTER = "register"
    """收文号、文号、登记代录: the register of numbers, and refused deliveries."""
    ASSIGN = "assign"
    """Hand matters to units, urge them, record their return."""
    LEAD = "lead"
    """The register of leads."""
    FIGURES = "figures"
    """Statistics of the exchange."""
    RETAIN = "retain"
    """Periods of keeping, holds, and proposals to erase; who approves one needs a level besides."""
    SUBJECTS = "subjects"
    """Look up persons and companies, with a purpose."""
    UNMASK = "unmask"
    """See a masked number, with purpose and matter."""
    EXPORT = "export"
    """Take lists and documents out of the system."""
    HEADERS = "headers"
    """See who exchanged with whom, without titles and content: trace, backlog, refused deliveries."""
    OFFICE = "office"
    """Units, series of numbers, templates, outside offices, contacts."""
    USERS = "users"
    """See who has an account, and what it may do."""
    ACCOUNTS = "accounts"
    """Users, units' accounts, new sign-in; never roles of administrators."""
    SECURITY = "security"
    """Roles, locks, second factors, ended sign-ins."""
    AUDIT = "audit"
    """Search and verify the audit log."""


CASE_CONTENT = frozenset(
    {
        Permit.READ,
        Permit.SEND,
        Permit.DRAFT,
        Permit.REVIEW,
        Permit.REGISTER,
        Permit.ASSIGN,
        Permit.LEAD,
        Permit.RETAIN,
        Permit.SUBJECTS,
        Permit.UNMASK,
        Permit.EXPORT,
    }
)
ADMINISTRATION = frozenset({Permit.ACCOUNTS, Permit.SECURITY, Permit.AUDIT})

_HANDLING = frozenset({Permit.READ, Permit.DRAFT, Permit.LEAD, Permit.FIGURES, Permit.SUBJECTS, Permit.EXPORT})
_DECIDING = _HANDLING | {Permit.SEND, Permit.REVIEW, Permit.ASSIGN, Permit.UNMASK, Permit.REGISTER, Permit.OFFICE}

_OFFICE = frozenset({Permit.HEADERS, Permit.RETAIN})

ROLES: dict[str, str] = {
    "clerk": "收发员",
    "officer": "办案人员",
    "liaison": "公安联络员",
    "secretariat": "联席会议办公室",
    "program": "业务系统",
    "newcomer": "待授权",
    "sysadmin": "系统管理员",
    "secadmin": "安全管理员",
    "auditor": "审计管理员",
}
"""Role -> its name on screen."""

PERMITS: dict[str, frozenset[Permit]] = {
    "clerk": frozenset({Permit.READ, Permit.SEND, Permit.REGISTER, Permit.ASSIGN, Permit.FIGURES}) | _OFFICE,
    "officer": _DECIDING | _OFFICE,
    "liaison": _DECIDING | _OFFICE,
    "secretariat": frozenset({Permit.READ, Permit.DRAFT, Permit.REVIEW, Permit.FIGURES, Permit.EXPORT}) | _OFFICE,
    "program": frozenset({Permit.READ, Permit.SEND, Permit.FIGURES, Permit.EXPORT, Permit.HEADERS}),
    # Made by one administrator, and nothing yet: another one grants the role.
    "newcomer": frozenset(),
    "sysadmin": frozenset({Permit.USERS, Permit.ACCOUNTS, Permit.HEADERS}),
    "secadmin": frozenset({Permit.USERS, Permit.SECURITY, Permit.HEADERS}),
    "auditor": frozenset({Permit.AUDIT}),
}
"""Role -> what it may do; a role not named here may nothing."""

ADMINISTRATORS = ("sysadmin", "secadmin", "auditor")
"""The three who exclude one another; none of them becomes anything else."""
ORDINARY = tuple(role for role in ROLES if role not in ADMINISTRATORS)

FACTOR_GROUPS = {"administrators": "管理员", "signers": "有审核签发权的人员"}
"""Groups of people whom an office may oblige to a second factor at sign-in, as ``hub.toml`` names them."""

LEVELS = {
    "handler": "承办人",
    "unit_head": "承办机构负责人",
    "bureau_leader": "分管负责人",
    "principal_head": "主要负责人",
    "legal_reviewer": "法制审核人员",
    "oa": "公文系统（已在该系统签发）",
}
"""Levels of users, the first four rising: what each may sign off stands in ``hub.flows.steps.approval``.

``oa`` marks a program as the office's document system: what it sends was signed off there.
"""

TITLES: dict[Permit, str] = {
    Permit.READ: "查看事项和文书",
    Permit.SEND: "办理和发文",
    Permit.DRAFT: "拟稿",
    Permit.REVIEW: "审核签发",
    Permit.REGISTER: "登记收发文",
    Permit.ASSIGN: "交办、转办",
    Permit.LEAD: "线索登记",
    Permit.FIGURES: "查看统计",
    Permit.RETAIN: "保存和删除",
    Permit.SUBJECTS: "查询主体",
    Permit.UNMASK: "查看完整证件号码",
    Permit.EXPORT: "导出",
    Permit.HEADERS: "查看收发情况",
    Permit.OFFICE: "维护本单位基础信息",
    Permit.USERS: "查看用户",
    Permit.ACCOUNTS: "管理用户",
    Permit.SECURITY: "管理角色和安全设置",
    Permit.AUDIT: "查看审计日志",
}


def may(role: str, permit: Permit) -> bool:
    """Whether the role has the permit at all; the matter and the level are judged besides."""
    return permit in PERMITS.get(role, frozenset())


def needs_factor(role: str, groups: Collection[str]) -> bool:
    """Whether who has this role must bring a second factor, where these groups of :data:`FACTOR_GROUPS` must."""
    return ("administrators" in groups and role in ADMINISTRATORS) or ("signers" in groups and may(role, Permit.REVIEW))


def in_sight(unit: str | None, units_of_matter: Collection[str]) -> bool:
    """Whether a user of ``unit`` sees a matter that these units have in hand; one of the office itself sees all."""
    return unit is None or unit in units_of_matter
