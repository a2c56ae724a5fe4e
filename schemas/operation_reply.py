"""联合行动答复: an office takes part, or does not and says why. Nobody is made to.

Source: 三省五市联动机制 (共同协商制定工作方案).
"""

from typing import Annotated, ClassVar, Literal

from schemas.base import Opt, Ruled, When, about, labels, maybe
from schemas.document import Contact, Copied, Document
from schemas.parts import Count, DocNo, Note, PersonName, ShortText


class OperationReply(Ruled, Copied, Document):
    """联合行动答复."""

    RULES: ClassVar[tuple[When, ...]] = (
        When("act", ("join",), requires=("leader", "field_contact"), forbids=("reason",)),
        When("act", ("decline",), requires=("reason",), forbids=("leader", "field_contact", "persons", "units")),
    )

    act: Annotated[Literal["join", "decline"], labels({"join": "同意参加", "decline": "不参加"})] = about(
        "答复", "与信封动作一致"
    )
    original_doc_no: Opt[DocNo] = maybe("来文文号", "所答复行动方案的文号")
    leader: Opt[PersonName] = maybe("带队负责人", "同意参加必填")
    field_contact: Opt[Contact] = maybe("现场联络", "同意参加必填；行动期间保持畅通")
    persons: Opt[Count] = maybe("拟出动人数", "单位：人次")
    units: Opt[tuple[ShortText, ...]] = maybe("参加科室（大队）", "本单位参加的内设机构", min_length=1, max_length=20)
    reason: Opt[Note] = maybe("不参加的理由", "不参加必填")
    remarks: Opt[Note] = maybe("对方案的意见", "需要调整的时间、分工等")
