"""What every document carries (公文要素), and the small parts several kinds share.

Source: GB/T 9704-2012 《党政机关公文格式》 7.2–7.4; 保守国家秘密法 (2024) arts 14, 29–31, 64 for the classification.
Sender, addressee, urgency and time limit are not repeated here: the signed header carries them.
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from schemas.base import Opt, Part, about, labels, maybe
from schemas.parts import (
    CaseNo,
    Count,
    DateText,
    DocNo,
    DocumentId,
    Domain,
    Note,
    PartyName,
    PersonName,
    Phone,
    RegionCode,
    Sha256,
    ShortText,
    Unique,
    Uscc,
)

STATE_SECRETS = ("secret", "confidential", "top_secret", "秘密", "机密", "绝密")
"""秘密、机密、绝密: never on this network (保守国家秘密法 art. 29)."""


def _refuse_state_secrets(value: Any) -> Any:
    if value in STATE_SECRETS:
        raise PydanticCustomError(
            "classified", "涉及国家秘密的文书不得经本系统传递，请走机要渠道（保守国家秘密法第二十九条）"
        )
    return value


Classification = Annotated[
    Literal["public", "internal", "work_secret"],
    BeforeValidator(_refuse_state_secrets),
    labels({"public": "公开", "internal": "内部", "work_secret": "工作秘密"}),
]


class Contact(Part):
    """联系人: where the other side may ask."""

    name: Opt[PersonName] = maybe("联系人", "姓名，可不填")
    phone: Phone = about("联系电话", "手机 11 位，固定电话 区号-号码")
    address: Opt[ShortText] = maybe("联系地址", "回函、寄送地址")


class Attachment(Part):
    """附件: the name belongs to the body; the bytes travel as a part of the message, known by their digest."""

    name: ShortText = about("附件名称", "文件名或材料名称")
    part: Sha256 = about("附件摘要值", "附件内容的 SHA-256，小写十六进制")
    size: int = about("大小", "单位：字节", ge=0, le=1 << 40)
    media_type: str = about(
        "文件类型",
        "MIME 类型，例如 application/pdf",
        max_length=120,
        pattern=r"^[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}$",
    )
    pages: Opt[int] = maybe("页数", "单位：页", ge=1, le=100_000)
    role: Opt[
        Annotated[
            Literal["sealed_copy", "annex", "scan"],
            labels({"sealed_copy": "盖章件", "annex": "附件", "scan": "扫描件"}),
        ]
    ] = maybe("附件类别", "盖章件：本文书盖章后的 PDF、OFD 或扫描件；扫描件：纸质来文的扫描；不填即普通附件")


class Related(Part):
    """关联文书: another matter this document follows from."""

    matter: DocumentId = about("关联事项编号", "所关联事项的编号")
    document: Opt[DocumentId] = maybe("关联文书编号", "所关联的具体文书")
    relation: Annotated[
        Literal["split_from", "follow_up", "transferred_from", "disputed", "supervises"],
        labels(
            {
                "split_from": "由该事项分出",
                "follow_up": "接续该事项",
                "transferred_from": "由该事项移送而来",
                "disputed": "对该移送有管辖异议",
                "supervises": "督办该事项",
            }
        ),
    ] = about("关联关系", "本文书与所关联事项的关系")
    doc_no: Opt[DocNo] = maybe("关联文书文号", "所关联文书的发文字号")


class Document(Part):
    """公文要素: the base of every kind."""

    title: ShortText = about("标题", "公文标题（GB/T 9704 7.3.1）")
    doc_no: Opt[DocNo] = maybe("文号", "发文字号，形如 桂市监协〔2026〕12号（GB/T 9704 7.2.5），由本单位公文系统编号")
    classification: Classification = about("密级", "公开、内部、工作秘密；涉密文书走机要渠道")
    basis: Opt[tuple[ShortText, ...]] = maybe("法律依据", "法律、法规、规章名称和条款", min_length=1, max_length=20)
    handler: Opt[PersonName] = maybe("承办人", "承办人员姓名")
    contact: Opt[Contact] = maybe("联系方式", "联系人、电话、地址")
    signer: Opt[PersonName] = maybe("签发人", "签发本文书的负责人（GB/T 9704 7.2.6）")
    issue_date: Opt[DateText] = maybe("成文日期", "形如 2026-11-21（GB/T 9704 7.3.5.4）")
    attachments: Opt[tuple[Attachment, ...]] = maybe("附件", "附件清单，最多 100 件", min_length=1, max_length=100)
    related: Opt[tuple[Related, ...]] = maybe(
        "关联文书", "本文书所接续、分出、督办或争议的事项", min_length=1, max_length=20
    )


class Copied(Part):
    """版记: the offices a letter says it is copied to. The letter says so and nothing more: no copy is sent by it.

    Who is to get the document is an addressee of the message; naming an office here gives it no copy and no sight.
    Source: GB/T 9704-2012 sections 7.4.2, 10.1. A part of every letter's version 2.
    """

    cc: Opt[Annotated[tuple[PartyName, ...], Unique]] = maybe(
        "抄送机关",
        "机关全称或规范化简称（GB/T 9704 7.4.2）；只印在函件的版记上，系统不另行送达，需要经系统送达的请列为收件单位",
        min_length=1,
        max_length=30,
    )


def has_scan(attachments: tuple[Attachment, ...] | None) -> bool:
    """Tell whether a scan or a sealed copy is among the attachments."""
    return any(one.role in ("scan", "sealed_copy") for one in attachments or ())


class Place(Part):
    """地点: an administrative division and the words of the address."""

    region: RegionCode = about("行政区划代码", "GB/T 2260，6 位数字")
    text: Opt[ShortText] = maybe("详细地址", "街道、小区、单元室号等")


class Figure(Part):
    """A published or estimated number of persons; 人 and 人次 are never mixed."""

    value: Count = about("数值", "整数")
    unit: Annotated[Literal["人", "人次"], labels({"人": "人", "人次": "人次"})] = about("单位", "人 或 人次")
    precision: Annotated[
        Literal["exact", "at_least", "about"], labels({"exact": "准确", "at_least": "以上（余、多）", "about": "约"})
    ] = about("口径", "准确数、至少数或约数")


class Organisation(Part):
    """组织、平台或企业 (not a natural person)."""

    name: PartyName = about("名称", "企业、平台或组织名称")
    uscc: Opt[Uscc] = maybe("统一社会信用代码", "GB 32100-2015，18 位")
    domains: Opt[Annotated[tuple[Domain, ...], Unique]] = maybe(
        "域名", "小写，不含 http:// 和路径", min_length=1, max_length=50
    )
    apps: Opt[Annotated[tuple[ShortText, ...], Unique]] = maybe(
        "应用名称", "App、小程序、公众号名称", min_length=1, max_length=50
    )


class LegalDocument(Part):
    """已生效的法律文书: a decision or judgment another document rests on."""

    number: CaseNo = about("文书编号", "例如 穗工商处字〔2019〕13号、(2015)右刑初字第178号")
    date: DateText = about("文书日期", "作出日期")
    authority: PartyName = about("作出机关", "作出该文书的机关全称")
    name: Opt[ShortText] = maybe("文书名称", "例如 行政处罚决定书")


class Evidence(Part):
    """证据材料: one line of the list (市场监督管理行政处罚程序规定 arts 23, 26)."""

    name: ShortText = about("名称", "证据材料名称")
    source: ShortText = about("来源", "提供证据的单位或场所")
    obtained_by: Opt[ShortText] = maybe("取得方式", "例如 现场检查、调取、询问、电子数据提取")
    issued_on: Opt[DateText] = maybe("出证日期", "证据形成或出具日期")
    pages: Opt[int] = maybe("页数", "单位：页", ge=1, le=100_000)
    note: Opt[Note] = maybe("说明", "需要说明的情况")
