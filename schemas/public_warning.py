"""警示提示: the text an office puts before the public, told to the other members. Publishing it is outside the hub.

Source: 禁止传销条例 (国务院令444号) art. 23: a warning or a tip about verified pyramid selling needs the approval of
the principal head (主要负责人) of the market-regulation department or the public security organ.
"""

from typing import Annotated

from schemas.base import Opt, Ruled, about, fault, maybe
from schemas.document import Copied, Document, Organisation
from schemas.parts import DateText, LongText, PersonName, ShortText, Unique


class PublicWarning(Ruled, Copied, Document):
    """警示提示."""

    text: LongText = about("警示内容", "向社会发布的全文；不含个人信息和举报人信息")
    verified: LongText = about("查证情况", "对外警示的传销行为须已查证属实（禁止传销条例第二十三条）")
    organisations: Opt[tuple[Organisation, ...]] = maybe(
        "涉及主体", "企业、平台、网站、应用；不得为自然人", min_length=1, max_length=50
    )
    channels: Annotated[tuple[ShortText, ...], Unique] = about(
        "发布渠道", "例如 本局网站、微信公众号、社区公告栏", min_length=1, max_length=20
    )
    publish_on: DateText = about("发布日期", "已发布或拟发布的日期")
    approved_by: PersonName = about("批准人", "主要负责人姓名（禁止传销条例第二十三条）")
    approved_on: DateText = about("批准日期", "主要负责人批准的日期")

    def check(self) -> None:
        """Nothing is published before the head approved it."""
        if self.publish_on < self.approved_on:
            raise fault("date_order", "发布日期不得早于批准日期", "publish_on")
        if self.issue_date and self.approved_on > self.issue_date:
            raise fault("date_order", "批准日期不得晚于成文日期", "approved_on")
