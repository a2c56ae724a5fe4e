"""What one may write: kinds by group with a line each on what they are for, and where the fields of a form stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.web.ui.formtree import Shown

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("协查", ("assistance_request",)),
    ("移送", ("lead_transfer", "case_transfer")),
    ("通报和预警", ("case_notice", "inquiry_bulletin", "opinion_notice", "risk_warning", "public_warning")),
    ("联合行动", ("joint_operation",)),
    ("管辖争议", ("jurisdiction_dispute",)),
    ("督办", ("supervision_letter",)),
    ("黑名单", ("blacklist_entry",)),
    ("联席会议", ("meeting_notice", "agreed_item")),
    ("协作机制", ("contact_list", "statistic_report", "agreement_proposal")),
)
ABOUT: Mapping[str, str] = {
    "assistance_request": "案件仍由本单位办理，请对方就若干事项调查取证、函复。",
    "lead_transfer": "尚未立案的线索，移送有管辖权的单位核查处理。",
    "case_transfer": "已立案的案件连同案卷材料、涉案物品移送有管辖权的单位。",
    "case_notice": "把案情、手法、流向告知其他单位，不要求对方答复。",
    "inquiry_bulletin": "公安机关之间请求协助查找人员。",
    "opinion_notice": "把涉及对方的网络舆情连同截图告知对方，请核实处置并回复。",
    "risk_warning": "提示苗头，仅供内部工作参考，对被预警主体不产生任何后果。",
    "public_warning": "经主要负责人批准、向社会发布的警示全文，告知各单位；发布本身在系统外。",
    "joint_operation": "先征求各单位意见，同意参加的才能发起；目标点位到发起时才写。",
    "meeting_notice": "轮值联席会议办公室召集会议，会后在同一事项下印发纪要。",
    "agreed_item": "把会议议定事项逐项告知承诺办理的单位，跟踪到办结；不是交办。",
    "jurisdiction_dispute": "对同一案件的管辖有不同意见，先行协商。",
    "supervision_letter": "提示或督促承办单位按期办理，不是交办、不是指定管辖。",
    "blacklist_entry": "依据已生效的法律文书列入共享名单，须写明届满和复核日期。",
    "contact_list": "公布本单位各岗位联络员，供其他单位联系。",
    "statistic_report": "按统一口径向联席会议办公室报送本单位统计值。",
    "agreement_proposal": "建议修改协作协议约定的期限，征求各单位意见。",
}
_HEAD = ("act", "title", "doc_no", "classification", "issue_date", "handler", "signer")
_GROUND = ("basis",)
_REACH = ("contact", "reply_to")
_COPIED = ("cc",)
_LINKS = ("related",)


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a form. ``folded``: closed until something is in it."""

    id: str
    title: str
    fields: tuple[Shown, ...]
    folded: bool = False


def sections_of(fields: Sequence[Shown]) -> list[Section]:
    """The fields in the order people write a letter: what it is, the case, the lists, the law, whom to ask."""
    by_name = {one.field.name: one for one in fields}

    def named(names: Sequence[str]) -> tuple[Shown, ...]:
        return tuple(by_name[name] for name in names if name in by_name)

    placed = {*_HEAD, *_GROUND, *_REACH, *_COPIED, *_LINKS}
    rest = [one for one in fields if one.field.name not in placed]
    plain = tuple(one for one in rest if one.field.sort != "rows")
    found = [
        Section("head", "公文要素", named(_HEAD)),
        Section("case", "正文", plain),
        *(
            Section(one.field.name, one.field.title, (one,), folded=not one.field.needed and not one.used)
            for one in rest
            if one.field.sort == "rows"
        ),
        Section("law", "法律依据", named(_GROUND)),
        Section("reach", "联系方式", named(_REACH), folded=not any(one.used for one in named(_REACH))),
        Section("copied", "版记：抄送机关", named(_COPIED), folded=not any(one.used for one in named(_COPIED))),
        Section("links", "关联文书", named(_LINKS), folded=not any(one.used for one in named(_LINKS))),
    ]
    return [one for one in found if one.fields]
