"""Across the gap: what waits for the police of 北海, carried as files, and what waits there, carried back."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor

from adapters.contract import Recorded
from deploy.demo import letters
from deploy.demo.day import Day
from deploy.demo.offices import BEIHAI_POLICE, HAIKOU, JOINT_OFFICE, ZHANJIANG, Office
from deploy.demo.scenes import all_followed, matter_of
from deploy.demo.waiting import expect, until

_NUMBERS = itertools.count(1)


def carry(day: Day, sender: Office, receiver: Office) -> int:
    """Write a bundle at one node and read it in at the other; gives how many records it held."""
    folder = day.fleet.base / "bundles"
    folder.mkdir(exist_ok=True)
    bundle = folder / f"{next(_NUMBERS):03}-{sender.id}-{receiver.id}.ferry"
    bundle.unlink(missing_ok=True)
    day.fleet[sender].hub("ferry", "out", "--to", receiver.id, bundle)
    taken = day.fleet[receiver].hub_json("ferry", "in", bundle)
    expect(not taken["rejected"], f"摆渡文件 {bundle.name} 中有 {taken['rejected']} 件未被接受")
    return len(taken["records"])


def request(day: Day) -> Recorded:
    """湛江市监 asks 北海公安; nothing but a file crosses, so the receipts come late."""
    asked = day.send(ZHANJIANG, "assistance_request", letters.police_request(), to=[BEIHAI_POLICE])
    matter, doc_no = matter_of(asked), "湛市监协〔2026〕13号"
    until("湛江市监签名", lambda: day.matter(ZHANJIANG, matter))
    expect(day.matter(BEIHAI_POLICE, matter) is None, "文书未经摆渡就到了北海公安")
    carry(day, ZHANJIANG, BEIHAI_POLICE)
    expect(day.step_of(ZHANJIANG, asked, BEIHAI_POLICE) == "sent", "导出摆渡文件后应为“已发出”，回执尚未带回")
    day.arrived(BEIHAI_POLICE, asked)
    day.act(BEIHAI_POLICE, matter, "answer", letters.sign_for(doc_no, "北公收〔2026〕41号"))
    day.act(BEIHAI_POLICE, matter, "answer", letters.accept(doc_no, "海城分局"))
    day.act(BEIHAI_POLICE, matter, "assistance_feedback", letters.final_feedback(doc_no, numbers=(1,)))
    until("北海公安签名", lambda: not day.fleet[BEIHAI_POLICE].api.health()["outbox"])
    carry(day, BEIHAI_POLICE, ZHANJIANG)
    expect(day.step_of(ZHANJIANG, asked, BEIHAI_POLICE) == "fed-back", "带回的摆渡文件没有使函件到达“已反馈”")
    day.agree(matter, "fed_back", ZHANJIANG, BEIHAI_POLICE)
    day.act(ZHANJIANG, matter, "confirmation", letters.confirmation("北市监函〔2026〕51号"))
    until("湛江市监签名", lambda: not day.fleet[ZHANJIANG].api.health()["outbox"])
    day.say("摆渡：湛江市监 → 北海公安，回执随后带回；两端一致")
    return asked


def last_round(day: Day, asked: Recorded, told: Recorded, listed: Recorded) -> None:
    """What is still on either side: 海口's documents for all, the confirmation, receipts, header copies."""
    carry(day, HAIKOU, BEIHAI_POLICE)
    carry(day, ZHANJIANG, BEIHAI_POLICE)
    all_followed(day, BEIHAI_POLICE, told, listed)
    with ThreadPoolExecutor(2) as pool:
        back = [pool.submit(carry, day, BEIHAI_POLICE, office) for office in (HAIKOU, ZHANJIANG, JOINT_OFFICE)]
        for one in back:
            one.result()
    day.agree(matter_of(asked), "confirmed", ZHANJIANG, BEIHAI_POLICE)
    day.say("摆渡：海口市监的通报、黑名单更正和移出也已带到北海公安，回执带回")
