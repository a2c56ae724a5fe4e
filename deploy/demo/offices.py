"""The eight offices of the demonstration, as the roster will list them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Office:
    """One member: its id, what people call it, and how it is reached."""

    id: str
    name: str
    short: str
    calendar: str
    reach: str = "online"

    @property
    def region(self) -> str:
        """GB/T 2260 code."""
        return self.id[:6]

    @property
    def system(self) -> str:
        """Line of work: ``mr``, ``ps`` or ``jm``."""
        return self.id[7:]


YULIN = Office("450900-mr", "玉林市市场监督管理局", "玉林市监", "CN-GX")
BEIHAI = Office("450500-mr", "北海市市场监督管理局", "北海市监", "CN-GX")
HAIKOU = Office("460100-mr", "海口市市场监督管理局", "海口市监", "CN")
ZHANJIANG = Office("440800-mr", "湛江市市场监督管理局", "湛江市监", "CN")
MAOMING = Office("440900-mr", "茂名市市场监督管理局", "茂名市监", "CN")
ZHANJIANG_POLICE = Office("440800-ps", "湛江市公安局", "湛江公安", "CN")
BEIHAI_POLICE = Office("450500-ps", "北海市公安局", "北海公安", "CN-GX", "ferry")
JOINT_OFFICE = Office("450900-jm", "轮值联席会议办公室", "联席办", "CN-GX")

OFFICES = (YULIN, BEIHAI, HAIKOU, ZHANJIANG, MAOMING, ZHANJIANG_POLICE, BEIHAI_POLICE, JOINT_OFFICE)
ONLINE = tuple(office for office in OFFICES if office.reach == "online")
