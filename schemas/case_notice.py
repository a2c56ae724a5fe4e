"""案件通报: information for the members it concerns; asks for nothing.

Source: 禁止传销条例 (国务院令444号) art. 7 (three kinds of pyramid selling), art. 10, art. 13; 三省五市联动机制
(及时通报打击传销工作信息及案件情报, 人员流向).
"""

from typing import Annotated, Literal

from schemas.base import Opt, Part, about, labels, maybe
from schemas.document import Document, Figure, Organisation, Place
from schemas.parts import CaseNo, DateText, LongText, Money, Note, ShortText, Unique
from schemas.party import Party

SchemeType = Annotated[
    Literal["headcount", "entry_fee", "team_reward"],
    labels({"headcount": "拉人头", "entry_fee": "收取入门费", "team_reward": "团队计酬"}),
]


class Flow(Part):
    """人员流向: from where to where people move."""

    origin: Place = about("流出地", "行政区划代码")
    destination: Place = about("流入地", "行政区划代码")
    persons: Opt[Figure] = maybe("人数", "单位：人 或 人次")
    seen_on: Opt[DateText] = maybe("发现日期", "发现流动的日期")
    note: Opt[Note] = maybe("说明", "交通方式、落脚点等")


class CaseNotice(Document):
    """案件通报."""

    summary: LongText = about("案情", "时间、地点、经过（禁止传销条例第七条）")
    scheme_names: Annotated[tuple[ShortText, ...], Unique] = about(
        "传销名目", "例如 1040工程、资本运作、北部湾开发、消费返利", min_length=1, max_length=20
    )
    scheme_types: Annotated[tuple[SchemeType, ...], Unique] = about(
        "传销行为类型", "禁止传销条例第七条三种情形，可多选", min_length=1, max_length=3
    )
    method: Note = about("传销手法", "发展、计酬、返利的方式")
    regions: tuple[Place, ...] = about("涉及地区", "GB/T 2260 行政区划代码", min_length=1, max_length=100)
    case_no: Opt[CaseNo] = maybe("案号", "已立案的填写")
    filed_on: Opt[DateText] = maybe("立案日期", "已立案的填写")
    organisations: Opt[tuple[Organisation, ...]] = maybe(
        "涉案组织", "企业、平台、网站、应用", min_length=1, max_length=50
    )
    parties: Opt[tuple[Party, ...]] = maybe("涉案人员和单位", "最少必要", min_length=1, max_length=50)
    flows: Opt[tuple[Flow, ...]] = maybe("人员流向", "流出地和流入地", min_length=1, max_length=50)
    measures: Opt[Note] = maybe("已采取措施", "已开展的执法行动和强制措施")
    attention: Opt[Note] = maybe("需关注事项", "请收件单位关注、排查的事项")
    amount_involved: Opt[Money] = maybe("涉案金额（元）", "单位：元，两位小数")
    participants: Opt[Figure] = maybe("参加人数", "单位：人 或 人次，注明口径")
    levels: Opt[int] = maybe("层级", "单位：级；含组织者本人", ge=1, le=1_000)
