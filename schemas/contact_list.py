"""联络员名单: whom the other members may call, and when. Each member keeps its own list current.

Source: 三省五市联动机制 (联络员制度); DOMAIN's common document fields (联系人, 联系电话, 地址). Names of officials on
duty, for official use between members only.
"""

from typing import Annotated, Literal

from schemas.base import Opt, Ruled, about, fault, labels, maybe
from schemas.document import Document
from schemas.parts import DateText, Note, PersonName, Phone, ShortText


class ContactLine(Ruled):
    """联络员: one person or duty room."""

    role: Annotated[
        Literal["liaison", "deputy", "handler", "duty_room", "technical"],
        labels(
            {
                "liaison": "联络员",
                "deputy": "备用联络员",
                "handler": "业务承办联系人",
                "duty_room": "值班室",
                "technical": "系统运维联系人",
            }
        ),
    ] = about("联系角色", "联络员、备用联络员、业务承办联系人、值班室、系统运维联系人")
    name: Opt[PersonName] = maybe("姓名", "值班室可不填")
    post: ShortText = about("岗位", "单位、科室和职务")
    phone: Phone = about("联系电话", "手机 11 位，固定电话 区号-号码")
    office_hours: ShortText = about("办公时间", "例如 工作日 8:00–12:00、15:00–18:00；24 小时")
    address: Opt[ShortText] = maybe("联系地址", "寄送纸质材料的地址")
    valid_from: DateText = about("起始日期", "自该日起担任")
    valid_to: Opt[DateText] = maybe("截止日期", "不再担任的日期；长期的不填")

    def check(self) -> None:
        """A person is named unless the line is a room's; a term ends after it begins."""
        if self.role != "duty_room" and self.name is None:
            raise fault("missing", "必须填写（只有值班室可不填姓名）", "name")
        if self.valid_to and self.valid_to < self.valid_from:
            raise fault("date_order", "截止日期不得早于起始日期", "valid_to")


class ContactList(Document):
    """联络员名单."""

    contacts: tuple[ContactLine, ...] = about("联络员", "逐人列明；重新发布时替换原名单", min_length=1, max_length=50)
    note: Opt[Note] = maybe("说明", "节假日值守安排等")
