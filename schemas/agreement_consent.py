"""对协议修改建议的答复: a member consents or objects.

Source: the members' own agreement (协作协议); consents are counted by the holders of the member list, who sign the new
version of the agreement.
"""

from typing import Annotated, ClassVar, Literal

from schemas.agreement_proposal import RuleName
from schemas.base import Opt, Ruled, When, about, labels, maybe
from schemas.document import Document
from schemas.parts import DocNo, LongText


class AgreementConsent(Ruled, Document):
    """对协议修改建议的答复."""

    RULES: ClassVar[tuple[When, ...]] = (When("act", ("object",), requires=("reason",)),)

    act: Annotated[Literal["consent", "object"], labels({"consent": "同意", "object": "不同意"})] = about(
        "答复", "与所办的动作一致"
    )
    original_doc_no: Opt[DocNo] = maybe("建议文号", "所答复的修改建议文号")
    rule: RuleName = about("规则编号", "所答复的时限规则编号")
    reason: Opt[LongText] = maybe("理由", "不同意的必填；也可附带意见")
