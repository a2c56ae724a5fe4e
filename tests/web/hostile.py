"""A peer that writes markup wherever its documents have room for words: every kind, every act."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

from pydantic import BaseModel

from hub.core.errors import Refused
from hub.core.ids import ALL
from hub.kinds.kind import problems_of
from hub.kinds.registry import LATEST
from tests.builders import BEIHAI, JOINT, YULIN, ZHANJIANG
from tests.simulator.bodies import SHEET, body, with_sheet
from tests.web.offices import World

POLICE, OTHER_POLICE = "440800-ps", "450500-ps"
MEMBERS = (YULIN, BEIHAI, ZHANJIANG, JOINT, POLICE, OTHER_POLICE)
MARKUP = (
    (
        '"\'></textarea></title><script>window.pwned=1</script><img src=x onerror="window.pwned=1">{{7*7}}'
        "<a href='javascript:window.pwned=1'>开</a><svg/onload=window.pwned=1><style>*{display:none}</style>"
    ),
    "'\"><img src=x onerror=pwned=1><b>",
    "<svg onload=pwned=1>",
    "<b>\"'",
)
"""The longest that fits is taken."""
SHEETS = {("jurisdiction_escalation", "escalate"): "sealed_copy"}
Path = tuple[int | str, ...]
Act = tuple[str, str]


@cache
def marked(kind: str, act: str) -> str:
    """The example of this kind and act, with markup in every field that takes it; as JSON."""
    content = body(kind, act)
    if problems_of(LATEST[kind], json.dumps(content).encode()):
        content, _ = with_sheet(kind, act, SHEETS.get((kind, act), "scan"))
    model = LATEST[kind].body
    for path in list(_places(model.model_validate_json(json.dumps(content)))):
        for text in MARKUP:
            tried = deepcopy(content)
            _put(tried, path, text)
            if not problems_of(LATEST[kind], json.dumps(tried).encode()):
                content = tried
                break
    return json.dumps(content)


def _places(part: Any, here: Path = ()) -> Iterator[Path]:
    """Every place that holds a text, or nothing yet."""
    if isinstance(part, BaseModel):
        for name in type(part).model_fields:
            if name not in {"attachments", "act", "doc_no"}:
                yield from _places(getattr(part, name), (*here, name))
    elif isinstance(part, (list, tuple)):
        for number, one in enumerate(part):
            yield from _places(one, (*here, number))
    elif part is None or isinstance(part, str):
        yield here


def _put(content: Any, path: Path, value: str) -> None:
    for step in path[:-1]:
        content = content[step]
    content[path[-1]] = value


FILING = {"filed_on": "2026-03-02", "case_no": "湛市监立〔2026〕7号"}
EXTENDED = {"original_due": "2026-05-09", "planned_finish": "2026-05-20", "issue_date": "2026-04-13"}
PAPER = {"channel": "post", "tracking_no": "XA12345678945", "paper_date": "2026-04-13", "issue_date": "2026-04-13"}
SUPERIOR = {"superior": "国家市场监督管理总局"}
LIVES: tuple[tuple[tuple[Any, ...], ...], ...] = (
    # One line of a life: who, kind, act, to whom it opens the matter or answers, role of its sheet, fixed fields.
    (
        (YULIN, "case_notice", "publish", ALL),
        (YULIN, "withdrawal", "withdraw"),
        (BEIHAI, "compliance", "comply", YULIN),
    ),
    ((POLICE, "inquiry_bulletin", "publish", OTHER_POLICE),),
    (
        (ZHANJIANG, "assistance_request", "request", BEIHAI, "", FILING),
        (BEIHAI, "answer", "sign-for"),
        (BEIHAI, "answer", "accept"),
        (BEIHAI, "extension_notice", "extend", None, "", EXTENDED),
        (ZHANJIANG, "reminder", "remind"),
        (BEIHAI, "assistance_feedback", "feedback-interim"),
        (BEIHAI, "assistance_feedback", "feedback-final"),
        (ZHANJIANG, "supplement_request", "supplement"),
        (BEIHAI, "assistance_feedback", "feedback-final"),
        (ZHANJIANG, "confirmation", "confirm"),
    ),
    ((ZHANJIANG, "assistance_request", "request", BEIHAI, "", FILING), (BEIHAI, "answer", "return")),
    (
        (ZHANJIANG, "assistance_request", "request", "out-460200-1", "", FILING),
        (ZHANJIANG, "proxy_record", "record-dispatch", None, "", PAPER),
        (ZHANJIANG, "proxy_record", "record-delivery", None, "", PAPER),
        (ZHANJIANG, "proxy_record", "record-sign-for", None, "scan", PAPER),
        (ZHANJIANG, "proxy_record", "record-accept", None, "scan", PAPER),
        (ZHANJIANG, "proxy_record", "record-interim", None, "scan", PAPER),
        (ZHANJIANG, "proxy_record", "record-final", None, "scan", PAPER),
    ),
    (
        (ZHANJIANG, "assistance_request", "request", "out-460200-1", "", FILING),
        (ZHANJIANG, "proxy_record", "record-return", None, "scan", PAPER),
    ),
    (
        (BEIHAI, "lead_transfer", "transfer", ZHANJIANG),
        (ZHANJIANG, "answer", "dispute"),
        (ZHANJIANG, "answer", "accept"),
        (ZHANJIANG, "transfer_result", "result"),
    ),
    ((YULIN, "case_transfer", "transfer", BEIHAI, "sealed_copy"), (BEIHAI, "answer", "sign-for")),
    (
        (BEIHAI, "lead_transfer", "transfer", OTHER_POLICE),
        (BEIHAI, "proxy_record", "record-sign-for", None, "scan", PAPER),
        (BEIHAI, "proxy_record", "record-result", None, "scan", PAPER),
    ),
    (
        (ZHANJIANG, "jurisdiction_dispute", "raise", BEIHAI),
        (BEIHAI, "jurisdiction_opinion", "position"),
        (ZHANJIANG, "jurisdiction_opinion", "propose"),
        (BEIHAI, "jurisdiction_opinion", "agree"),
        (ZHANJIANG, "jurisdiction_handover", "hand-over"),
    ),
    (
        (ZHANJIANG, "jurisdiction_dispute", "raise", BEIHAI),
        (BEIHAI, "jurisdiction_escalation", "escalate", None, "sealed_copy", SUPERIOR),
        (ZHANJIANG, "jurisdiction_designation", "record", None, "scan", {"authority": SUPERIOR["superior"]}),
    ),
    (
        (JOINT, "supervision_letter", "supervise", BEIHAI, "sealed_copy"),
        (BEIHAI, "progress_report", "progress"),
        (BEIHAI, "progress_report", "complete"),
    ),
    (
        (ZHANJIANG, "opinion_notice", "notify", BEIHAI),
        (BEIHAI, "opinion_reply", "reply-first"),
        (BEIHAI, "opinion_reply", "reply-final"),
    ),
    ((YULIN, "risk_warning", "publish", ALL),),
    ((YULIN, "public_warning", "publish", ALL),),
    (
        (ZHANJIANG, "joint_operation", "plan", BEIHAI),
        (BEIHAI, "operation_reply", "join"),
        (ZHANJIANG, "joint_operation", "start"),
        (BEIHAI, "joint_operation", "report"),
    ),
    ((ZHANJIANG, "joint_operation", "plan", BEIHAI), (BEIHAI, "operation_reply", "decline")),
    ((JOINT, "meeting_notice", "convene", ALL), (JOINT, "meeting_minutes", "minute", ALL)),
    ((JOINT, "agreed_item", "inform", BEIHAI),),
    ((YULIN, "blacklist_entry", "list", ALL), (YULIN, "blacklist_removal", "remove")),
    ((YULIN, "contact_list", "publish", ALL),),
    (
        (YULIN, "agreement_proposal", "propose", ALL),
        (BEIHAI, "agreement_consent", "consent", YULIN),
        (ZHANJIANG, "agreement_consent", "object", YULIN),
    ),
    ((YULIN, "statistic_report", "report", JOINT),),
)


def live(world: World) -> tuple[list[str], set[Act], list[str]]:
    """Play all of it; gives the matters, the acts that were sent, and what was refused."""
    matters, sent, refused = list[str](), set[Act](), list[str]()
    for life in LIVES:
        matter: str | None = None
        for who, kind, act, *rest in life:
            to, sheet, fixed = (*rest, *(None, "", {})[len(rest) :])
            content = {**json.loads(marked(kind, act)), **fixed}
            attached, parts = with_sheet(kind, act, sheet or "annex", of=who)
            attached["attachments"][0]["name"] = f"{MARKUP[2]}.pdf"
            content["attachments"] = attached["attachments"]
            more = {"to": (to,)} if to else {}
            try:
                done = world[who].send(kind, content, matter=matter, parts=parts, **more)
            except Refused as error:
                refused.append(f"{kind}/{act}: {error.field} {error.detail}")
                continue
            matter = matter or done.matter
            sent.add((kind, act))
            world.exchange()
        matters += [matter] if matter else []
    assert SHEET.content
    return matters, sent, refused
