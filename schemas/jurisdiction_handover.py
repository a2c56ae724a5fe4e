"""案卷移交: the side that gives the case away hands over file, items, persons and property; the other confirms.

Source: 市场监督管理行政处罚程序规定 arts 14–17; 公安机关办理刑事案件程序规定 art. 23 (suspects, property and file go to
the designated organ); 禁止传销条例 art. 18: the limit of a seizure runs on after the handover.
"""

from schemas.base import Opt, Ruled, about, fault, maybe
from schemas.casefile import FileLine, SeizedItem, check_numbers
from schemas.document import Document
from schemas.parts import CaseNo, DateText, Money, Note, PersonName, ShortText
from schemas.party import Party


class JurisdictionHandover(Ruled, Document):
    """案卷移交."""

    case_name: ShortText = about("案由", "案由或案件名称")
    case_no: Opt[CaseNo] = maybe("案号", "移交方的立案编号")
    handed_on: DateText = about("移交日期", "当面点交或寄出的日期")
    place: Opt[ShortText] = maybe("移交地点", "点交地点或寄递方式")
    files: tuple[FileLine, ...] = about("案卷材料清单", "逐件列明", min_length=1, max_length=500)
    items: Opt[tuple[SeizedItem, ...]] = maybe(
        "涉案物品清单", "逐件列明查封、扣押期限届满日", min_length=1, max_length=500
    )
    suspects: Opt[tuple[Party, ...]] = maybe("移交人员", "犯罪嫌疑人、当事人", min_length=1, max_length=50)
    funds: Opt[Money] = maybe("移交款项（元）", "单位：元，两位小数")
    property_note: Opt[Note] = maybe("其他财产", "冻结账户、不动产等的说明")
    deliverer: Opt[PersonName] = maybe("移交人", "移交方经办人姓名")
    receiver: Opt[PersonName] = maybe("接收人", "接收方经办人姓名")
    note: Opt[Note] = maybe("备注", "需要说明的情况")

    def check(self) -> None:
        """The lists are numbered, and what is told to be done was done."""
        check_numbers(self.files, "files", "案卷材料清单")
        check_numbers(self.items, "items", "涉案物品清单")
        if self.issue_date and self.handed_on > self.issue_date:
            raise fault("date_order", "移交日期不得晚于成文日期", "handed_on")
        if self.deliverer is not None and self.deliverer == self.receiver:
            raise fault("same_person", "移交人与接收人不得为同一人", "receiver")
