"""签收、受理、退回: what a person at the addressee answers to a document.

Source: 市场监督管理行政处罚程序规定 art. 45 (receipt starts the clock); 公安机关办理刑事案件程序规定 art. 348 (one
department receives and checks); 党政机关公文处理工作条例 (签收, 登记). The return reasons are the alliance's own list
in practitioners' words. A sign-for names a role and a register number, never a person.
"""

from typing import Annotated, ClassVar, Literal

from schemas.base import Opt, Ruled, When, about, labels, maybe
from schemas.document import Document
from schemas.parts import DateText, DocNo, Note, ShortText

ReturnReason = Annotated[
    Literal[
        "not_competent",
        "incomplete",
        "formalities_missing",
        "unclear",
        "duplicate",
        "jurisdiction_disputed",
        "classified_channel",
    ],
    labels(
        {
            "not_competent": "不属于本部门职权范围",
            "incomplete": "材料不齐",
            "formalities_missing": "法律手续不完备",
            "unclear": "协查事项不明确",
            "duplicate": "重复来函",
            "jurisdiction_disputed": "管辖有异议",
            "classified_channel": "涉密不宜经本系统传递",
        }
    ),
]

_SIGN_FOR = ("receipt_no", "received_on", "role")
_ACCEPT = ("handling_unit",)
_RETURN = ("reason", "explanation")
_NAMES = ("handler", "contact", "signer")


class Answer(Ruled, Document):
    """签收、受理或退回."""

    RULES: ClassVar[tuple[When, ...]] = (
        When("act", ("sign-for",), requires=_SIGN_FOR, forbids=(*_ACCEPT, *_RETURN, *_NAMES)),
        When("act", ("accept",), requires=_ACCEPT, forbids=(*_SIGN_FOR, *_RETURN)),
        When("act", ("return",), requires=_RETURN, forbids=(*_SIGN_FOR, *_ACCEPT)),
    )

    act: Annotated[
        Literal["sign-for", "accept", "return"], labels({"sign-for": "签收", "accept": "受理", "return": "退回"})
    ] = about("答复", "与信封动作一致")
    original_doc_no: Opt[DocNo] = maybe("来文文号", "所答复文书的文号")
    receipt_no: Opt[ShortText] = maybe("收文号", "签收必填；本单位收文登记编号")
    received_on: Opt[DateText] = maybe("收文日期", "签收必填")
    role: Opt[
        Annotated[
            Literal["registry_clerk", "handler", "duty_officer"],
            labels({"registry_clerk": "收发员（机要员）", "handler": "承办人", "duty_officer": "值班人员"}),
        ]
    ] = maybe("签收岗位", "签收必填；只填岗位，不填姓名")
    handling_unit: Opt[ShortText] = maybe("承办单位", "受理必填；科室或县区局")
    reason: Opt[ReturnReason] = maybe("退回理由", "退回必填")
    explanation: Opt[Note] = maybe("退回说明", "退回必填；写明具体情况和需要补充的材料")
