"""What the made-up documents are about: published facts of the demonstration, fictitious parties, no real number."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from typing import Any

from hub.cli.simulation.dice import Dice
from hub.cli.simulation.founding import shipped
from schemas.synthetic import mobile, resident_id, uscc

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
_TRADES = ("生物科技", "健康管理", "网络科技", "商贸", "文化传媒", "投资咨询", "养老服务", "电子商务")
_BLOCKS = ("某路某小区", "某街道某公寓", "某镇某花园", "某大道某广场")


@dataclass(frozen=True, slots=True)
class Topic:
    """One published case: what was done and how, never by whom."""

    id: str
    scheme: str
    summary: str
    source: str


@cache
def topics() -> tuple[Topic, ...]:
    """Every fact shipped."""
    with shipped("facts.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Topic(
                row["id"],
                row["scheme_name"] or row["guise"] or "以介绍工作为名的聚集型传销",
                row["summary"],
                row["source_url"],
            )
            for row in csv.DictReader(file)
        )


def told(topic: Topic) -> str:
    """The facts of a letter, saying where they are from."""
    return f"{topic.summary}。（手法据公开报道 {topic.id}：{topic.source}；当事人为虚构。）"


def company(dice: Dice, region: str) -> dict[str, Any]:
    """A company nobody has registered."""
    name = f"某某{dice.one_of(_TRADES)}有限公司"
    return {"role": "organizer", "type": "company", "name": name, "uscc": uscc(region, dice.between(1, 9_999))}


def person(dice: Dice, region: str) -> dict[str, Any]:
    """A person born in 1899."""
    serial = dice.between(1, 999)
    return {
        "role": dice.one_of(("recruiter", "core_member", "participant", "landlord")),
        "type": "person",
        "name": f"{dice.one_of(_SURNAMES)}某某",
        "id_doc_type": "resident_id",
        "id_doc_no": resident_id(f"{region[:4]}02", serial),
        "phone": mobile(serial),
    }


def address(dice: Dice, city: str) -> str:
    """A flat that is not there."""
    return f"{city}{dice.one_of(_BLOCKS)}{dice.between(1, 30)}栋{dice.between(1, 18)}0{dice.between(1, 4)}房"
