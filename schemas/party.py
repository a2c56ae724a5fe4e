"""当事人: who a case is about, with the identity numbers it needs and no more (个人信息保护法 arts 5–8, 28).

Roles: 禁止传销条例 arts 24, 26 and 公通字〔2013〕37号. ``undetermined`` keeps a request from prejudging anybody.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, TypeAdapter, ValidationError

from schemas.base import Opt, Part, Ruled, When, about, fault, labels, maybe
from schemas.document import Place
from schemas.identity import resident_fault
from schemas.parts import BankCard, PartyName, PersonName, Phone, ResidentId, ShortText, Unique, Uscc

PartyType = Annotated[
    Literal["company", "individual_business", "organisation", "platform", "person"],
    labels(
        {
            "company": "企业",
            "individual_business": "个体工商户",
            "organisation": "其他组织",
            "platform": "网络平台",
            "person": "自然人",
        }
    ),
]
PartyRole = Annotated[
    Literal[
        "organizer",
        "core_member",
        "recruiter",
        "participant",
        "facilitator",
        "landlord",
        "agent",
        "platform",
        "victim",
        "undetermined",
    ],
    labels(
        {
            "organizer": "组织策划者",
            "core_member": "骨干",
            "recruiter": "介绍、诱骗、胁迫者",
            "participant": "一般参加者",
            "facilitator": "提供便利条件者",
            "landlord": "出租屋业主",
            "agent": "中介",
            "platform": "平台",
            "victim": "受骗（被困）人员",
            "undetermined": "尚未认定",
        }
    ),
]
IdDocType = Annotated[
    Literal[
        "resident_id",
        "old_resident_id",
        "hmt_residence",
        "foreign_residence",
        "passport",
        "hm_permit",
        "taiwan_permit",
        "other",
    ],
    labels(
        {
            "resident_id": "居民身份证",
            "old_resident_id": "15 位旧身份证号",
            "hmt_residence": "港澳台居民居住证",
            "foreign_residence": "外国人永久居留身份证",
            "passport": "护照",
            "hm_permit": "港澳居民来往内地通行证",
            "taiwan_permit": "台湾居民来往大陆通行证",
            "other": "其他证件",
        }
    ),
]
IdDocNo = Annotated[str, Field(min_length=4, max_length=30, pattern=r"^[0-9A-Z()-]{4,30}$")]

_RESIDENT = TypeAdapter[str](ResidentId)


class Account(Part):
    """资金账户: sensitive (个人信息保护法 art. 28), only where the case needs it."""

    number: BankCard = about("卡号", "13–19 位数字；校验不符只提示，不拒收")
    bank: Opt[ShortText] = maybe("开户机构", "银行或支付机构名称")
    holder: Opt[PartyName] = maybe("户名", "账户持有人")


class Party(Ruled):
    """当事人."""

    RULES: ClassVar[tuple[When, ...]] = (
        When("type", ("person",), forbids=("uscc",)),
        When("type", ("company", "organisation", "platform"), forbids=("id_doc_type", "id_doc_no", "aliases")),
    )

    role: PartyRole = about("角色", "禁止传销条例第二十四、二十六条；未认定的选“尚未认定”")
    type: PartyType = about("主体类型", "企业、个体工商户、其他组织、网络平台或自然人")
    name: PartyName = about("名称或姓名", "2–100 字；少数民族姓名间隔号用 ·", json_schema_extra={"x-mask": "name"})
    aliases: Opt[Annotated[tuple[PersonName, ...], Unique]] = maybe(
        "曾用名、化名", "含绰号", min_length=1, max_length=20
    )
    id_doc_type: Opt[IdDocType] = maybe("证件类型", "自然人证件种类")
    id_doc_no: Opt[IdDocNo] = maybe(
        "证件号码", "大写半角；居民身份证按 GB 11643-1999 校验", json_schema_extra={"x-mask": "id_document"}
    )
    uscc: Opt[Uscc] = maybe("统一社会信用代码", "GB 32100-2015，18 位")
    phone: Opt[Phone] = maybe("联系电话", "手机 11 位，固定电话 区号-号码，或集团短号")
    address: Opt[Place] = maybe("住址或住所", "行政区划代码和详细地址")
    accounts: Opt[tuple[Account, ...]] = maybe("资金账户", "仅限办案需要", min_length=1, max_length=20)

    def check(self) -> None:
        """An identity document has a type and a number, and the number fits the type."""
        if (self.id_doc_type is None) != (self.id_doc_no is None):
            missing = "id_doc_no" if self.id_doc_no is None else "id_doc_type"
            raise fault("required_when", "证件类型和证件号码须同时填写", missing)
        if self.id_doc_no is not None:
            reason = _document_fault(str(self.id_doc_type), self.id_doc_no)
            if reason:
                raise fault("id_document", reason, "id_doc_no")


def _document_fault(kind: str, number: str) -> str:
    """Say what is wrong with an identity document's number, or nothing."""
    if kind == "resident_id":
        try:
            _RESIDENT.validate_python(number, strict=True)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            return first["msg"] if first["type"] == "resident_id" else "居民身份证号应为 18 位数字，末位可为大写 X"
    if kind == "old_resident_id" and not (len(number) == 15 and number.isdigit()):
        return "15 位旧身份证号应为 15 位数字"
    if kind == "hmt_residence":
        well_formed = len(number) == 18 and number[:17].isdigit() and number[:2] in {"81", "82", "83"}
        return resident_fault(number) if well_formed else "港澳台居民居住证号应为 18 位，以 81、82 或 83 开头"
    return ""
