"""黑名单列入: companies and platforms only, on a concluded document, for a limited time.

Source: 市场监督管理严重违法失信名单管理办法 (总局令44号); 信用修复管理办法 (发改委令36号, 1–3 years for serious
ones); 禁止传销条例 arts 24, 26. No statute creates a list of natural persons who took part, and police records are
sealed (治安管理处罚法 art. 136): a natural person is refused here, whatever the reason given.
"""

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from schemas.base import Opt, Ruled, When, about, fault, labels, maybe
from schemas.document import Document, LegalDocument
from schemas.parts import DateText, Domain, LongText, PartyName, ShortText, Unique, Uscc

MAX_YEARS = 3
_PERSONS = ("person", "natural_person", "natural-person", "individual", "自然人", "个人")


def _refuse_persons(value: Any) -> Any:
    if value in _PERSONS:
        raise PydanticCustomError(
            "natural-person", "不得将自然人列入：没有法律、行政法规规定对传销参加人员建立黑名单，只能列入企业或平台"
        )
    return value


SubjectType = Annotated[
    Literal["company", "platform"],
    BeforeValidator(_refuse_persons),
    labels({"company": "企业", "platform": "网络平台"}),
]
EntityRole = Annotated[
    Literal["organizer", "recruiter", "facilitator", "landlord", "agent", "platform"],
    labels(
        {
            "organizer": "组织策划者",
            "recruiter": "介绍、诱骗、胁迫者",
            "facilitator": "提供便利条件者",
            "landlord": "出租场所的单位",
            "agent": "中介",
            "platform": "平台",
        }
    ),
]


class BlacklistEntry(Ruled, Document):
    """黑名单列入."""

    RULES: ClassVar[tuple[When, ...]] = (
        When("subject_type", ("company",), requires=("uscc",)),
        When("subject_type", ("platform",), any_of=("domains", "apps")),
    )

    subject_type: SubjectType = about("主体类型", "企业或网络平台；不得列入自然人")
    name: PartyName = about("主体名称", "营业执照名称或平台名称")
    uscc: Opt[Uscc] = maybe("统一社会信用代码", "企业必填；GB 32100-2015，18 位")
    domains: Opt[Annotated[tuple[Domain, ...], Unique]] = maybe(
        "域名", "平台须填域名或应用；小写，不含 http://", min_length=1, max_length=50
    )
    apps: Opt[Annotated[tuple[ShortText, ...], Unique]] = maybe(
        "应用名称", "平台须填域名或应用", min_length=1, max_length=50
    )
    role: EntityRole = about("角色", "禁止传销条例第二十四、二十六条")
    concluded_document: LegalDocument = about("列入依据文书", "已生效的处罚决定或判决；没有不得列入")
    facts: LongText = about("事实摘要", "列入所依据的事实")
    basis: tuple[ShortText, ...] = about("法律依据", "列入的法律、法规、规章条款", min_length=1, max_length=20)
    share_scope: Annotated[
        Literal["addressee-only", "members-only"],
        labels({"addressee-only": "仅收件单位", "members-only": "仅成员单位"}),
    ] = about("共享范围", "内部执法参考，不得对外提供")
    effective_from: DateText = about("生效日期", "列入之日")
    effective_to: DateText = about("届满日期", "自列入之日起不超过 3 年")
    review_on: DateText = about("复核日期", "在生效日期与届满日期之间")
    notice_status: Opt[
        Annotated[Literal["told", "withheld"], labels({"told": "已告知当事人", "withheld": "暂不告知"})]
    ] = maybe("告知情况", "是否已告知当事人列入理由和救济途径")
    national_ref: Opt[ShortText] = maybe("全国系统编号", "国家企业信用信息公示系统等登记编号")

    def check(self) -> None:
        """The basis comes before the listing, the listing ends within three years, and is looked at again before."""
        if self.concluded_document.date > self.effective_from:
            raise fault("date_order", "列入依据文书的日期不得晚于生效日期", "concluded_document", "effective_from")
        if self.effective_to < self.effective_from:
            raise fault("date_order", "届满日期不得早于生效日期", "effective_to")
        if self.effective_to > _latest_end(self.effective_from):
            raise fault("too_long_listed", f"列入期限不得超过 {MAX_YEARS} 年", "effective_to")
        if not self.effective_from <= self.review_on <= self.effective_to:
            raise fault("date_order", "复核日期应在生效日期与届满日期之间", "review_on")


def _latest_end(start: str) -> str:
    """The same day three years on; 29 February becomes 28 February."""
    began = date.fromisoformat(start)
    if (began.month, began.day) == (2, 29):
        began = began.replace(day=28)
    return began.replace(year=began.year + MAX_YEARS).isoformat()
