"""Matters in the middle of their lives, for the pages to show: extended, on paper, disputed, taken back, related."""

from __future__ import annotations

from typing import Any

from hub.core.ids import ALL
from tests.builders import BEIHAI, YULIN, ZHANJIANG
from tests.simulator.bodies import body, with_sheet
from tests.web.offices import Office, World

OUTSIDE = "out-460200-1"
PAPER = {"recorder": "张录入", "checker": "李核对", "channel": "post", "tracking_no": "XA12345678945"}
SUPERIOR = "国家市场监督管理总局"


def do(world: World, who: str, kind: str, act: str, matter: str | None = None, *, sheet: str = "", **how: Any) -> str:
    """One decision, carried out everywhere; returns its matter."""
    changes = how.pop("changes", {})
    content, parts = with_sheet(kind, act, sheet, of=who, **changes) if sheet else (body(kind, act, **changes), ())
    if not sheet:
        content.pop("attachments", None)
    office: Office = world[who]
    done = office.send(kind, content, matter=matter, parts=parts, **how)
    world.exchange()
    return done.matter


def asked(world: World, **changes: Any) -> str:
    """湛江 asks 北海, which accepts; the case was filed on 2026-03-02."""
    filed = {"filed_on": "2026-03-02", "case_no": "湛市监立〔2026〕7号", **changes}
    matter = do(world, ZHANJIANG, "assistance_request", "request", to=(BEIHAI,), changes=filed)
    do(world, BEIHAI, "answer", "sign-for", matter)
    do(world, BEIHAI, "answer", "accept", matter)
    return matter


def extended(world: World) -> str:
    """The same with an extension told in time."""
    matter = asked(world)
    days = {"original_due": "2026-05-09", "planned_finish": "2026-05-20", "issue_date": "2026-04-14"}
    do(world, BEIHAI, "extension_notice", "extend", matter, changes=days)
    return matter


def supplemented(world: World) -> str:
    """The same with feedback, to which a supplement is asked."""
    matter = extended(world)
    do(world, BEIHAI, "assistance_feedback", "feedback-final", matter)
    do(world, ZHANJIANG, "supplement_request", "supplement", matter)
    return matter


def on_paper(world: World) -> str:
    """湛江 asks an office outside the federation; posting and delivery are entered from paper."""
    matter = do(world, ZHANJIANG, "assistance_request", "request", to=(OUTSIDE,))
    for act, day in (("record-dispatch", "2026-04-13"), ("record-delivery", "2026-04-14")):
        do(world, ZHANJIANG, "proxy_record", act, matter, changes={**PAPER, "paper_date": day})
    late = {**PAPER, "paper_date": "2026-04-15", "issue_date": "2026-04-15"}
    do(world, ZHANJIANG, "proxy_record", "record-sign-for", matter, sheet="scan", changes=late)
    return matter


def disputed(world: World) -> str:
    """湛江 and 北海 both say they filed a case."""
    first = {
        "own_filed_at": "2026-04-01T09:30:00+08:00",
        "own_case_no": "湛市监立〔2026〕7号",
        "issue_date": "2026-04-13",
    }
    changes = {**first, "arose_on": "2026-04-10", "other_filed_at": "2026-04-02T08:00:00+08:00"}
    matter = do(world, ZHANJIANG, "jurisdiction_dispute", "raise", to=(BEIHAI,), changes=changes)
    second = {"filed_at": "2026-03-30T16:05:00+08:00", "case_no": "北市监立〔2026〕3号"}
    do(world, BEIHAI, "jurisdiction_opinion", "position", matter, changes=second)
    return matter


def taken_back(world: World) -> str:
    """玉林 takes back a notice to all; 北海 has followed, 湛江 has not."""
    matter = do(world, YULIN, "case_notice", "publish", to=(ALL,))
    do(world, YULIN, "withdrawal", "withdraw", matter)
    do(world, BEIHAI, "compliance", "comply", matter, to=(YULIN,))
    return matter
