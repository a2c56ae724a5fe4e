"""舆情通报: what stands in public about pyramid selling in another city, with what proves that it stood there.

Source: 三省五市联动机制 (网络舆情通报, 一方发现后立即通知有关方). The first reply is agreed (OPINION_REPLY), not
statutory. A link is text: nothing here or at the receiver ever opens it.
"""

from typing import Annotated

from schemas.base import Opt, Part, Ruled, about, fault, maybe
from schemas.document import Copied, Document, Organisation, Place
from schemas.parts import Count, LongText, MomentText, Note, Sha256, ShortText, Unique
from schemas.risk_warning import RiskLevel


class Posting(Part):
    """一处网络信息: where it stands, how far it went, and the capture that keeps it."""

    platform: ShortText = about("平台", "网站、应用、公众号、论坛名称")
    link: Opt[Note] = maybe("链接", "网址原文；请勿直接点击")
    account: Opt[ShortText] = maybe("发布账号", "平台账号名称")
    first_seen_at: MomentText = about("首发时间", "首次发布或首次发现的时间，北京时间")
    capture: Opt[Sha256] = maybe("截图", "附件摘要值；截图须列入附件")
    captured_at: Opt[MomentText] = maybe("截图时间", "固定证据的时间，北京时间")
    reads: Opt[Count] = maybe("阅读（播放）量", "单位：次")
    reposts: Opt[Count] = maybe("转发量", "单位：次")
    comments: Opt[Count] = maybe("评论量", "单位：条")


class OpinionNotice(Ruled, Copied, Document):
    """舆情通报."""

    risk_level: RiskLevel = about("风险级别", "高、中、低；发文单位的研判")
    summary: LongText = about("舆情概述", "主要内容、传播情况和研判意见")
    postings: tuple[Posting, ...] = about("网络信息", "逐处列明", min_length=1, max_length=100)
    regions: tuple[Place, ...] = about("涉及地区", "GB/T 2260 行政区划代码", min_length=1, max_length=100)
    organisations: Opt[tuple[Organisation, ...]] = maybe(
        "涉及主体", "企业、平台、网站、应用", min_length=1, max_length=50
    )
    keywords: Opt[Annotated[tuple[ShortText, ...], Unique]] = maybe("关键词", "便于检索", min_length=1, max_length=20)
    measures: Opt[Note] = maybe("已处置", "发文单位已采取的措施")
    suggestion: Note = about("建议处置", "请收件单位核实、处置的事项")

    def check(self) -> None:
        """Every capture is one of the attachments, and was taken of something that stood there already."""
        parts = {one.part for one in self.attachments or ()}
        if any(one.capture not in parts for one in self.postings if one.capture):
            raise fault("not_attached", "截图未列入附件清单", "postings")
        if any(one.captured_at < one.first_seen_at for one in self.postings if one.captured_at):
            raise fault("date_order", "截图时间不得早于首发时间", "postings")
